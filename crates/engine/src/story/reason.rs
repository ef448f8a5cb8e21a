//! The first thing that is in the way.

use super::meeting::Found;
use super::{Gap, Reason, Story};
use crate::explain::Held;

/// Why the rule did not fire, from what was found; predicates come before
/// keys, keys before windows, windows before the condition.
pub(super) fn of(story: &Story, found: Option<&Found>) -> Reason {
    if story.fired > 0 {
        return Reason::Fired;
    }
    if story.events == 0 {
        return Reason::NoEvents;
    }
    if story.suppressed > 0 {
        return Reason::Suppressed;
    }
    match (&story.meeting, found) {
        (Some(meeting), Some(found)) => {
            if let Some(reason) = silent_side(story) {
                return reason;
            }
            let met = meeting
                .best
                .as_ref()
                .is_some_and(|one| one.window.is_some());
            if met {
                return Reason::Condition;
            }
            if let Some(miss) = &meeting.miss {
                return match (miss.gap, found.failed_join) {
                    (Gap::Tests, Some(join)) => Reason::Join(join),
                    (Gap::Tests, None) if miss.tests.iter().any(|t| t.held == Held::No) => {
                        Reason::Between
                    }
                    (Gap::Tests, None) => Reason::Unknown,
                    _ => Reason::Window,
                };
            }
            match meeting.joins.iter().position(|join| join.shared == 0) {
                Some(join) => Reason::Join(join),
                None if !found.all_present && !meeting.joins.is_empty() => Reason::Join(0),
                None => Reason::Unknown,
            }
        }
        _ if story.held_back.is_some() => Reason::Condition,
        _ => {
            let most = |side: &super::Side| side.nearest.as_ref().map(|one| (one.held, one.of));
            let sides = story.sides.iter().enumerate();
            // The branch on which most held; the first among equals.
            let best = sides.max_by_key(|(at, side)| (most(side), usize::MAX - at));
            best.map_or(Reason::Unknown, |(at, _)| Reason::Predicates(at))
        }
    }
}

/// A side without events, of those that there must be.
fn silent_side(story: &Story) -> Option<Reason> {
    let none_required = story.sides.iter().all(|side| !side.required);
    let sides = || story.sides.iter().enumerate();
    if none_required {
        let all = sides().all(|(_, side)| side.satisfied == 0);
        return all.then_some(Reason::Predicates(0));
    }
    let silent = sides().find(|(_, side)| side.required && side.satisfied == 0);
    if let Some((at, _)) = silent {
        return Some(Reason::Predicates(at));
    }
    let dropped = sides().find(|(_, side)| side.required && side.zero_match == side.satisfied);
    dropped.map(|(at, _)| Reason::ZeroMatch(at))
}
