//! `yaral fmt`: one layout for all rules.

use std::io::Write;
use std::path::Path;

use yaral_runtime::{RuleFile, escape_terminal};
use yaral_syntax::diagnostic::LineIndex;
use yaral_syntax::format::{FormatError, format};

use crate::args::FmtArgs;
use crate::error::Error;
use crate::exit::Exit;
use crate::output;
use crate::render::diff;
use crate::render::layout::{count, plural};
use crate::replace::{original, replace};
use crate::rules;
use crate::term::Term;

/// What became of the files.
#[derive(Default)]
struct Tally {
    files: u64,
    /// Laid out anew, or would be.
    moved: u64,
    /// Left as they are because something is wrong with them.
    failed: u64,
}

/// Lays the rules out.
pub(super) fn run(args: &FmtArgs, term: Term) -> Result<Exit, Error> {
    let loaded = rules::load_readable(&args.paths)?;
    let mut out = output::stdout();
    let mut tally = Tally::default();
    for unread in &loaded.unread {
        tally.files += 1;
        tally.failed += 1;
        term.fault(escape_terminal(&unread.message));
    }
    for file in &loaded.files {
        tally.files += 1;
        let done = match format(&file.text) {
            Ok(formatted) => one(args, file, &formatted, &mut out, term)?,
            Err(error) => Err(reason(file, &error)),
        };
        match done {
            Ok(changed) => tally.moved += u64::from(changed),
            Err(reason) => {
                tally.failed += 1;
                term.fault(reason);
            }
        }
    }
    out.flush()?;
    term.say(tally.sentence(args));
    Ok(tally.exit(args))
}

/// Writes, names or shows one file, or leaves it alone. Answers whether it is
/// another now, or why it could not be.
fn one(
    args: &FmtArgs,
    file: &RuleFile,
    formatted: &str,
    out: &mut dyn Write,
    term: Term,
) -> Result<Result<bool, String>, Error> {
    let piped = file.name == "-";
    let before = if piped {
        file.text.clone()
    } else {
        original(file)
    };
    let changed = before != formatted;
    if piped && !args.diff && !args.check {
        out.write_all(formatted.as_bytes())?;
    } else if changed && args.diff {
        diff::write(out, &file.name, &before, formatted, term)?;
    } else if changed && args.check {
        writeln!(out, "{}", escape_terminal(&file.name))?;
    } else if changed && let Err(error) = replace(Path::new(&file.name), formatted) {
        let name = escape_terminal(&file.name);
        return Ok(Err(format!("{name}: cannot be written: {error}")));
    }
    Ok(Ok(changed))
}

/// Where and why a file is left alone, and what to do.
fn reason(file: &RuleFile, error: &FormatError) -> String {
    let name = escape_terminal(&file.name);
    let FormatError::Syntax(found) = error else {
        return format!("{name}: {error}; it is left as it is");
    };
    let Some(first) = found.iter().find(|one| one.is_error()) else {
        return format!("{name}: {error}; it is left as it is");
    };
    let lines = LineIndex::new(&file.text);
    let at = lines.line_column(first.span.map_or(0, |span| span.start));
    let message = escape_terminal(&first.message).into_owned();
    let mut text = format!("{name}:{}:{}: {message}", at.line, at.column);
    for help in &first.help {
        text.push_str("\n  help: ");
        text.push_str(&escape_terminal(help));
    }
    text + "\n  the file is left as it is; `yaral check` tells more"
}

impl Tally {
    /// `3 files: 1 laid out anew, 1 as it was, 1 left with errors`.
    fn sentence(&self, args: &FmtArgs) -> String {
        let moved = if args.check || args.diff {
            "would change"
        } else {
            "formatted"
        };
        let mut parts = Vec::new();
        if self.moved > 0 {
            parts.push(format!("{} {moved}", count(self.moved)));
        }
        let same = self.files - self.moved - self.failed;
        if same > 0 {
            parts.push(format!("{} unchanged", count(same)));
        }
        if self.failed > 0 {
            parts.push(format!("{} left with errors", count(self.failed)));
        }
        format!("{}: {}", plural(self.files, "file"), parts.join(", "))
    }

    fn exit(&self, args: &FmtArgs) -> Exit {
        if self.failed == self.files {
            Exit::CouldNot
        } else if args.check && self.moved > 0 {
            Exit::Findings
        } else if self.failed > 0 {
            Exit::Partly
        } else {
            Exit::Done
        }
    }
}
