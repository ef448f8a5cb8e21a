//! Predicates: how many events each let through, and the event that came nearest.

use yaral_engine::Story;
use yaral_engine::explain::Held;
use yaral_engine::story::{Side, Stage};
use yaral_runtime::escape_terminal;

use super::words::{MARGIN, Page, at_event, quoted};
use crate::render::layout::{count, cut, plural, width};
use crate::term::WIDTH;

/// Columns of a count.
const NUMBER: usize = 10;

/// Values of the events that failed which are shown.
const VALUES_SHOWN: usize = 3;

/// Every side; those that nothing satisfied at length.
pub(super) fn tell(page: &mut Page, story: &Story) {
    let correlated = story.meeting.is_some();
    // The one event that was asked about has its tree already.
    let told = !correlated && (story.fired > 0 || !story.asked.is_empty());
    if story.events == 0 || told {
        return;
    }
    page.gap();
    let met = story.sides.iter().filter(|side| side.satisfied > 0);
    for side in met {
        let name = name(side);
        let first = side.first.as_ref().map(at_event).unwrap_or_default();
        let word = if side.satisfied > 1 { "first " } else { "" };
        page.told(
            &name,
            &format!("{}, {word}{first}", many(side.satisfied, side.what)),
        );
    }
    for side in story.sides.iter().filter(|side| side.satisfied == 0) {
        let name = name(side);
        let asks = if side.required {
            ""
        } else {
            ", and none is needed"
        };
        page.told(
            &name,
            &if side.seen == 0 && side.what != "event" {
                format!("there is no {} at all{asks}", side.what)
            } else {
                format!("no {} satisfies its predicates{asks}", side.what)
            },
        );
        if side.required || !correlated {
            funnel(page, side);
        }
    }
}

/// The variable as rules write it.
fn name(side: &Side) -> String {
    let shown = escape_terminal(&side.variable);
    let sign = if side.variable.starts_with('%') {
        ""
    } else {
        "$"
    };
    cut(&format!("{sign}{shown}"), MARGIN - 3)
}

fn many(n: u64, what: &str) -> String {
    match what {
        "entity" if n != 1 => format!("{} entities", count(n)),
        _ => plural(n, what),
    }
}

fn funnel(page: &mut Page, side: &Side) {
    let room = WIDTH - 6 - 2 * NUMBER;
    let (reached, held) = ("reached", "held");
    page.line(&format!(
        "      {:room$}{reached:>NUMBER$}{held:>NUMBER$}",
        ""
    ));
    let mut ended = false;
    for stage in &side.funnel {
        let verdict = match (ended, stage.passed) {
            (true, _) => Held::Skipped,
            (false, 0) => Held::No,
            (false, _) => Held::Yes,
        };
        let text = cut(&escape_terminal(&stage.text), room - 1);
        let blank = " ".repeat(room.saturating_sub(width(&text)));
        let mark = page.mark(verdict);
        if verdict == Held::Skipped {
            let alone = format!("alone {}", count(stage.alone));
            page.line(&format!(
                "    {mark} {text}{blank}{:>both$}",
                alone,
                both = 2 * NUMBER
            ));
            continue;
        }
        let (reached, passed) = (count(stage.reached), count(stage.passed));
        page.line(&format!(
            "    {mark} {text}{blank}{reached:>NUMBER$}{passed:>NUMBER$}"
        ));
        if verdict == Held::No {
            ended = true;
            instead(page, side, stage);
        }
    }
    if let Some(nearest) = &side.nearest {
        page.gap();
        page.told("nearest", &at_event(&nearest.event));
        let held = format!("{} of {} predicates hold", nearest.held, nearest.of);
        page.told("", &held);
        page.tree(&nearest.tree);
    }
}

/// What the events that failed at a predicate had instead.
fn instead(page: &mut Page, side: &Side, stage: &Stage) {
    let line = |page: &mut Page, text: &str| {
        page.line(&format!("        {}", cut(text, WIDTH - 8)));
    };
    let subject = stage.subject.as_deref().unwrap_or_default();
    if side.unset.iter().any(|field| field == subject) {
        line(page, "← here it ends: no event has this field");
        return;
    }
    let values: Vec<String> = stage
        .values
        .iter()
        .take(VALUES_SHOWN)
        .map(|(value, events)| format!("{} ×{}", quoted(value), count(*events)))
        .collect();
    let rest: u64 = stage
        .values
        .iter()
        .skip(VALUES_SHOWN)
        .map(|(_, n)| *n)
        .sum();
    let rest = match rest + stage.others {
        0 => String::new(),
        more => format!(", others ×{}", count(more)),
    };
    if values.is_empty() {
        line(page, "← here it ends");
    } else {
        line(
            page,
            &format!("← here it ends: {}{rest}", values.join(", ")),
        );
    }
    if stage.alone > 0 {
        let alone = plural(stage.alone, "event");
        let verb = if stage.alone == 1 {
            "satisfies"
        } else {
            "satisfy"
        };
        line(page, &format!("  {alone} {verb} it and not all before it"));
    }
}
