//! Where a story looks: everywhere, around a time, or around one event.

use yaral_ir::plan::Plan;
use yaral_udm::Timestamp;

use crate::correlate::span::{Span, Windows, shifted};

/// What was asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Focus {
    /// A point in time.
    Time(Timestamp),
    /// One event, by its id and its time.
    Event(String, Timestamp),
}

/// Seconds to either side of a time within which a rule over one event is looked at.
const AROUND_S: i64 = 300;

impl Focus {
    /// The time.
    pub(super) fn time(&self) -> Timestamp {
        match self {
            Focus::Time(time) | Focus::Event(_, time) => *time,
        }
    }

    /// Whether an event is looked at.
    pub(super) fn takes(&self, plan: &Plan, id: &str, time: Timestamp) -> bool {
        match self {
            Focus::Event(named, _) if plan.correlation.is_none() => named == id,
            _ => self.span(plan).contains(time),
        }
    }

    /// Whether it is the event that was named.
    pub(super) fn is(&self, id: &str) -> bool {
        matches!(self, Focus::Event(named, _) if named == id)
    }

    /// The span of event time that is looked at: whatever may share a window
    /// with what was asked about.
    pub(super) fn span(&self, plan: &Plan) -> Span {
        let time = self.time();
        match &plan.correlation {
            Some(correlation) => Windows::new(correlation.window, &plan.semantics).near(time),
            None => Span {
                start: shifted(time, -AROUND_S),
                end: shifted(time, AROUND_S),
                takes_start: true,
                takes_end: true,
            },
        }
    }
}

/// All of time.
pub(super) fn ever() -> Span {
    let at = |seconds, nanos| Timestamp { seconds, nanos };
    Span {
        start: at(i64::MIN, 0),
        end: at(i64::MAX, i32::MAX),
        takes_start: true,
        takes_end: true,
    }
}

/// From one time to another, in nanoseconds.
pub(super) fn between(from: Timestamp, to: Timestamp) -> i128 {
    const NANOS: i128 = 1_000_000_000;
    let seconds = i128::from(to.seconds) - i128::from(from.seconds);
    seconds * NANOS + i128::from(to.nanos) - i128::from(from.nanos)
}
