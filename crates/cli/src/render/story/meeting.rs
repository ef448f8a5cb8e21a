//! Keys, windows and the condition of a rule over several events.

use yaral_engine::Story;
use yaral_engine::story::{Gap, Group, Join, Meeting, Member, Miss, Reason};
use yaral_runtime::escape_terminal;

use super::because;
use super::words::{MARGIN, Page, at_event, span};
use crate::render::layout::{count, cut, plural};

/// Values without a partner that are shown of one equality.
const LONELY_SHOWN: usize = 3;

/// What kept events from meeting, or a group from the condition.
pub(super) fn tell(page: &mut Page, story: &Story, met: &Meeting) {
    if story.fired > 0 || story.events == 0 {
        return;
    }
    for join in met.joins.iter().filter(|join| worth(story, join)) {
        page.gap();
        tell_join(page, join);
    }
    if let Some(miss) = &met.miss {
        page.gap();
        tell_miss(page, met, miss);
    }
    if let Some(best) = &met.best
        && best.members.iter().any(|member| member.events > 0)
    {
        page.gap();
        tell_group(page, best, met);
    }
}

/// Whether an equality has something to say: nobody asks about keys where an
/// event variable is missing altogether, or where they were found.
fn worth(story: &Story, join: &Join) -> bool {
    let silent = |variable: &str| {
        let mut sides = story.sides.iter();
        sides.any(|side| side.variable == variable && side.satisfied == 0)
    };
    matches!(
        story.reason,
        Reason::Join(_) | Reason::Window | Reason::Between
    ) && !join.members.iter().any(|member| silent(&member.variable))
}

fn tell_join(page: &mut Page, join: &Join) {
    let mut word = "join";
    for member in &join.members {
        let text = format!(
            "{}: {} in {}",
            escape_terminal(&member.text),
            plural(member.values, "value"),
            plural(member.events, "event"),
        );
        page.told(word, &text);
        word = "";
    }
    let more = if join.cut { ", as far as compared" } else { "" };
    page.told(
        "",
        &format!("{} on all sides{more}", plural(join.shared, "value")),
    );
    if join.shared == 0 {
        for lonely in join.lonely.iter().take(LONELY_SHOWN) {
            page.told("", &because::lonely_words(lonely));
        }
    }
}

fn tell_miss(page: &mut Page, met: &Meeting, miss: &Miss) {
    page.told("window", &because::window_words(met));
    page.pairs("nearest", &miss.matches);
    let first = miss.events.first().and_then(|(_, event)| event.time);
    for (variable, event) in &miss.events {
        let name = cut(&format!("${}", escape_terminal(variable)), MARGIN - 3);
        let later = first.zip(event.time).map(|(first, time)| {
            let seconds = i128::from(time.seconds) - i128::from(first.seconds);
            seconds * 1_000_000_000 + i128::from(time.nanos) - i128::from(first.nanos)
        });
        let later = match later {
            Some(later) if later > 0 => format!("  +{}", span(later)),
            _ => String::new(),
        };
        page.told(&name, &format!("{}{later}", at_event(event)));
    }
    match miss.gap {
        Gap::Apart { distance, over } if over > 0 => {
            page.told(
                "",
                &format!("{} apart, {} too far", span(distance), span(over)),
            );
        }
        Gap::Boundary { at, distance } => {
            page.told(
                "",
                &format!("{} apart, but a window ends at {at}", span(distance)),
            );
        }
        _ => {}
    }
    if !miss.tests.is_empty() {
        page.told("between", "predicates between event variables");
        page.tree(&miss.tests);
    }
}

fn tell_group(page: &mut Page, best: &Group, met: &Meeting) {
    let all = if met.groups > 1 {
        format!("the nearest of {} match values", count(met.groups))
    } else {
        "what came nearest".to_owned()
    };
    page.told("group", &all);
    page.pairs("match", &best.matches);
    if let Some((start, end)) = best.window {
        page.told("window", &format!("{start} … {end}"));
    }
    for member in &best.members {
        tell_member(page, member, best.undone_by.contains(&member.variable));
    }
    if !best.condition.is_empty() {
        page.told(
            "condition",
            if best.held { "holds" } else { "does not hold" },
        );
        page.tree(&best.condition);
    }
    page.pairs("outcome", &best.outcomes);
}

fn tell_member(page: &mut Page, member: &Member, undoes: bool) {
    let name = cut(
        &format!("${}", escape_terminal(&member.variable)),
        MARGIN - 3,
    );
    let Some(first) = member.first.first() else {
        let text = if member.required {
            "no event: it is missing"
        } else {
            "no event"
        };
        page.told(&name, text);
        return;
    };
    let word = if member.events > 1 { "first " } else { "" };
    page.told(
        &name,
        &format!(
            "{}, {word}{}",
            plural(member.events, "event"),
            at_event(first)
        ),
    );
    if undoes {
        page.told("", "which undoes the condition");
    }
}
