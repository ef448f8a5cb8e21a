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
    if story.events == 0 || (story.fired > 0 && !correlated) {
        return;
    }
    page.gap();
    let met = story.sides.iter().filter(|side| side.satisfied > 0);
    for side in met {
        let name = cut(&format!("${}", escape_terminal(&side.variable)), MARGIN - 3);
        let first = side.first.as_ref().map(at_event).unwrap_or_default();
        let word = if side.satisfied > 1 { "first " } else { "" };
        page.told(
            &name,
            &format!("{}, {word}{first}", plural(side.satisfied, "event")),
        );
    }
    for side in story.sides.iter().filter(|side| side.satisfied == 0) {
        let name = cut(&format!("${}", escape_terminal(&side.variable)), MARGIN - 3);
        let asks = if side.required {
            ""
        } else {
            ", and none is needed"
        };
        page.told(&name, &format!("no event satisfies its predicates{asks}"));
        if side.required || !correlated {
            funnel(page, side);
        }
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
