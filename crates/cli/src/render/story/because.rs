//! The reason in one sentence.

use std::fmt::Write as _;

use yaral_engine::Story;
use yaral_engine::explain::Held;
use yaral_engine::story::{Fact, Gap, Meeting, Miss, Reason, Resemblance};
use yaral_runtime::escape_terminal;

use super::words::{quoted, span};
use crate::render::layout::{count, cut, plural};

/// Columns of a predicate within a sentence.
const PREDICATE_COLUMNS: usize = 60;

/// Values of a list within a sentence.
const VALUES_SHOWN: usize = 4;

/// Why it fired or did not. What comes from rule or log is escaped.
pub(super) fn sentence(story: &Story) -> String {
    match story.reason {
        Reason::Fired => "its predicates and its condition hold".to_owned(),
        Reason::NoEvents if story.outside > 0 => {
            "no event lies where --at points; the log has others".to_owned()
        }
        Reason::NoEvents => "there is no event to look at".to_owned(),
        Reason::Predicates(at) => predicates(story, at),
        Reason::ZeroMatch(at) => {
            let side = story.sides.get(at);
            let name = side.map_or("", |side| side.variable.as_str());
            let name = escape_terminal(name);
            format!("a match variable is empty on every event of ${name}, which takes it out")
        }
        Reason::Join(at) => join(story, at),
        Reason::Between => between(story),
        Reason::Window => window(story).unwrap_or_default(),
        Reason::Condition => condition(story),
        Reason::Suppressed => {
            let dropped = plural(story.suppressed, "detection");
            format!("suppression_window dropped {dropped}")
        }
        Reason::Unknown => "nothing that was recorded tells".to_owned(),
    }
}

fn predicates(story: &Story, at: usize) -> String {
    let Some(side) = story.sides.get(at) else {
        return String::new();
    };
    let name = escape_terminal(&side.variable);
    let Some(stage) = side.funnel.iter().find(|stage| stage.passed == 0) else {
        return format!("no event satisfies the predicates of ${name}");
    };
    let text = cut(&escape_terminal(&stage.text), PREDICATE_COLUMNS);
    let reached = stage.reached;
    let unset = stage
        .subject
        .as_ref()
        .is_some_and(|of| side.unset.contains(of));
    if unset {
        let of = stage.subject.as_deref().unwrap_or_default();
        return format!(
            "no event has the field {}, which {text} reads",
            escape_terminal(of)
        );
    }
    if stage.alone == 0 {
        return format!("no event satisfies {text}");
    }
    let first = side
        .funnel
        .first()
        .is_some_and(|first| first.text == stage.text);
    let who = if first {
        plural(reached, "event")
    } else if reached == 1 {
        "the one event that satisfies the predicates before it".to_owned()
    } else {
        format!(
            "the {} events that satisfy the predicates before it",
            count(reached)
        )
    };
    format!("of {who}, none satisfies {text}")
}

fn join(story: &Story, at: usize) -> String {
    let join = story.meeting.as_ref().and_then(|met| met.joins.get(at));
    let Some(join) = join else {
        return "no match value has events of all event variables".to_owned();
    };
    let texts: Vec<_> = join
        .members
        .iter()
        .map(|m| escape_terminal(&m.text))
        .collect();
    let texts = texts.join(" = ");
    match join.lonely.first() {
        Some(lonely) => format!("no event pairs up on {texts}: {}", lonely_words(lonely)),
        None => format!("no event pairs up on {texts}"),
    }
}

/// `alice` is on $list 4×, on no $exec; $exec has `Alice`: …
pub(super) fn lonely_words(lonely: &yaral_engine::story::Lonely) -> String {
    let on: Vec<String> = lonely
        .on
        .iter()
        .map(|(variable, events)| format!("${} {}×", escape_terminal(variable), count(*events)))
        .collect();
    let lacking: Vec<String> = lonely
        .lacking
        .iter()
        .map(|variable| format!("${}", escape_terminal(variable)))
        .collect();
    let mut text = format!(
        "{} is on {}, on no {}",
        quoted(&lonely.value),
        on.join(", "),
        lacking.join(", no ")
    );
    if let Some(near) = &lonely.near {
        let how = match near.how {
            Resemblance::Case => "only letter case differs",
            Resemblance::Space => "only blanks at the ends differ",
            Resemblance::Domain => "one has a domain",
            Resemblance::Letters => "a letter or two differ",
        };
        let variable = escape_terminal(&near.variable);
        let _ = write!(text, "; ${variable} has {}: {how}", quoted(&near.value));
    }
    text
}

fn between(story: &Story) -> String {
    let miss = story.meeting.as_ref().and_then(|met| met.miss.as_ref());
    let tests = miss.map(|miss| miss.tests.as_slice()).unwrap_or_default();
    let failed = tests
        .iter()
        .find(|one| one.held == Held::No && !one.seen.is_empty());
    let Some(failed) = failed else {
        return "no predicate between the event variables holds".to_owned();
    };
    let text = cut(&escape_terminal(&failed.text), PREDICATE_COLUMNS);
    format!("no events that belong together satisfy {text}")
}

/// By how much the window was missed.
pub(super) fn window(story: &Story) -> Option<String> {
    let met = story.meeting.as_ref()?;
    let miss = met.miss.as_ref()?;
    let window = window_words(met);
    Some(match miss.gap {
        Gap::Tests => return None,
        Gap::Apart { distance, over } => {
            let by = if over > 0 {
                format!("{} too far apart", span(over))
            } else {
                "its end is not part of it".to_owned()
            };
            format!("{}; {window}: {by}", apart(met, miss, distance))
        }
        Gap::Side { variable, distance } => {
            let name = story
                .sides
                .get(variable)
                .map_or("", |side| side.variable.as_str());
            let pivot = met.pivot.as_deref().unwrap_or_default();
            let came = if met.kind == "after" {
                "before"
            } else {
                "after"
            };
            format!(
                "${} came {} {came} ${}; {window}",
                escape_terminal(name),
                span(distance),
                escape_terminal(pivot)
            )
        }
        Gap::Boundary { at, distance } => {
            format!(
                "{}; {window}, and one ends between them, at {at}",
                apart(met, miss, distance)
            )
        }
    })
}

fn apart(met: &Meeting, miss: &Miss, distance: i128) -> String {
    let pivot = met.pivot.as_deref();
    match miss.events.as_slice() {
        [(first, _), .., (last, _)] if miss.events.len() == 2 || pivot.is_none() => format!(
            "${} came {} after ${}",
            escape_terminal(last),
            span(distance),
            escape_terminal(first)
        ),
        _ => format!("the nearest events lie {} apart", span(distance)),
    }
}

/// `the window is 10m`
pub(super) fn window_words(met: &Meeting) -> String {
    let length = span(i128::from(met.length_s) * 1_000_000_000);
    match (met.kind, &met.pivot) {
        ("by", _) => format!("windows are blocks of {length}"),
        (kind @ ("before" | "after"), Some(pivot)) => {
            format!("the window is {length} {kind} ${}", escape_terminal(pivot))
        }
        _ => format!("the window is {length}"),
    }
}

fn condition(story: &Story) -> String {
    let best = story.meeting.as_ref().and_then(|met| met.best.as_ref());
    if let Some(best) = best
        && let Some(name) = best.undone_by.first()
    {
        let member = best.members.iter().find(|member| member.variable == *name);
        let events = plural(member.map_or(0, |member| member.events), "event");
        let name = escape_terminal(name);
        return format!("there is {events} of ${name}, which undoes the condition");
    }
    let tree = match (best, &story.held_back) {
        (Some(best), _) => best.condition.as_slice(),
        (None, Some(back)) => back.condition.as_slice(),
        (None, None) => &[],
    };
    let failed = tree
        .iter()
        .find(|one| one.held == Held::No && !one.seen.is_empty());
    let Some(failed) = failed else {
        return "the condition does not hold".to_owned();
    };
    let text = cut(&escape_terminal(&failed.text), PREDICATE_COLUMNS);
    let seen: Vec<String> = failed
        .seen
        .iter()
        .map(|seen| format!("{} is {}", escape_terminal(&seen.name), number(&seen.value)))
        .collect();
    format!("the condition asks for {text}, and {}", seen.join(", "))
}

/// Numbers stand bare, other values between quotes.
fn number(value: &str) -> String {
    if value.parse::<f64>().is_ok() {
        value.to_owned()
    } else {
        quoted(value)
    }
}

/// Something that often explains a silence.
pub(super) fn fact(fact: &Fact) -> String {
    match fact {
        Fact::NoSuchValue {
            subject, instead, ..
        } => {
            let more = instead.len().saturating_sub(VALUES_SHOWN);
            let values: Vec<String> = instead
                .iter()
                .take(VALUES_SHOWN)
                .map(|(value, events)| format!("{} ×{}", quoted(value), count(*events)))
                .collect();
            let more = if more > 0 {
                format!(", {} more", count(more as u64))
            } else {
                String::new()
            };
            format!(
                "{} has: {}{more}",
                escape_terminal(subject),
                values.join(", ")
            )
        }
        Fact::NeverSet { variable, field } => format!(
            "no event has {}, which ${} reads",
            escape_terminal(field),
            escape_terminal(variable)
        ),
        Fact::ZeroMatch {
            variable,
            keys,
            events,
        } => {
            let keys: Vec<String> = keys
                .iter()
                .map(|k| format!("${}", escape_terminal(k)))
                .collect();
            format!(
                "{} of ${} were taken out, for {} is empty there; the option \
                 allow_zero_values keeps them",
                plural(*events, "event"),
                escape_terminal(variable),
                keys.join(" or ")
            )
        }
        Fact::Untimed { events } => format!(
            "{} without metadata.event_timestamp count as of 1970 and share no window with others",
            plural(*events, "event")
        ),
    }
}
