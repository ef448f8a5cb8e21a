//! The rules as they go into the other platform, and a report beside them.

use std::io::{self, Write};

use yaral_runtime::escape_terminal;
use yaral_translate::{Effect, Grade, Loss, Outcome, Target};

use super::{Converted, word};
use crate::render::layout::plural;
use crate::term::Term;

/// The texts, one after the other.
pub(super) fn texts(
    target: &Target,
    converted: &[Converted],
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut separator = "";
    for one in converted {
        if let Outcome::Converted { text, .. } = &one.outcome {
            out.write_all(separator.as_bytes())?;
            out.write_all(text.as_bytes())?;
            separator = target.separator;
        }
    }
    Ok(())
}

/// What is lost, rule by rule, and the counts.
pub(super) fn report(converted: &[Converted], term: Term) {
    for one in converted {
        let losses = one.outcome.losses();
        if losses.is_empty() && converted.len() > 1 && term.verbose == 0 {
            continue;
        }
        let fared = word(&one.outcome);
        let painted = match one.outcome.grade() {
            Grade::Exact => term.paint_talk.note(fared),
            Grade::Approximate => term.paint_talk.warning(fared),
            Grade::Impossible => term.paint_talk.error(fared),
        };
        term.say(format_args!("{painted}: {}", escape_terminal(&one.rule)));
        for loss in losses {
            term.say(line(&one.file, loss));
        }
    }
    if converted.len() > 1 {
        term.say(counts(converted));
    }
}

/// A loss on one line.
fn line(file: &str, loss: &Loss) -> String {
    let effect = match loss.effect {
        Effect::Same | Effect::Differs => "",
        Effect::Wider => "finds more: ",
        Effect::Narrower => "finds less: ",
    };
    let what = escape_terminal(&loss.what);
    if loss.line == 0 {
        return format!("  {effect}{what}");
    }
    let (file, quote) = (escape_terminal(file), escape_terminal(&loss.construct));
    format!("  {file}:{}: `{quote}`\n      {effect}{what}", loss.line)
}

fn counts(converted: &[Converted]) -> String {
    let of = |grade: Grade| {
        let fared = converted.iter().map(|one| one.outcome.grade());
        fared.filter(|found| *found == grade).count()
    };
    format!(
        "{}: {} exact, {} approximate, {} refused",
        plural(converted.len() as u64, "rule"),
        of(Grade::Exact),
        of(Grade::Approximate),
        of(Grade::Impossible)
    )
}
