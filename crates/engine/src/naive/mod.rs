//! The obviously right evaluators.
//!
//! Written to be read beside the reference, with all products built and no
//! eye for speed. They share no evaluation code with the fast evaluator; what
//! the two have in common are the plan and the bodies of functions and
//! aggregates. They are for tests and for whoever doubts the other one.

mod single;

use yaral_ir::plan::Plan;
use yaral_ir::value::Value;
use yaral_udm::{Event, Timestamp};

pub use single::{Verdict, evaluate};

use crate::engine::Context;

/// An event with its id (decision 7).
#[derive(Clone, Copy, Debug)]
pub struct Seen<'e> {
    /// The event.
    pub event: &'e Event,
    /// Its id; a second event under the same id is a repetition.
    pub id: &'e str,
}

/// One detection of a rule over a set of events.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The match variables and their values, in written order.
    pub matches: Vec<(String, Value<'static>)>,
    /// Start and end of the window; both the event's time where there is none.
    pub window: (Timestamp, Timestamp),
    /// The outcome variables and their values, in written order.
    pub outcomes: Vec<(String, Value<'static>)>,
    /// For each event variable the ids of all events bound to it, by (time, id).
    pub bound: Vec<Vec<String>>,
}

/// All detections of a rule over a set of events, in whatever order they
/// come; sorted by window start, then match values.
#[must_use]
pub fn detect(plan: &Plan, events: &[Seen<'_>], now: i64) -> Vec<Found> {
    let mut found = Vec::new();
    for seen in events {
        let context = Context {
            event_id: seen.id,
            now,
        };
        let Some(verdict) = evaluate(plan, seen.event, &context) else {
            continue;
        };
        let time = seen.event.event_time().unwrap_or_default();
        let mut bound = vec![Vec::new(); plan.variables.len()];
        let variable = usize::from(plan.branches[verdict.branch].variable.0);
        bound[variable].push(seen.id.to_owned());
        found.push(Found {
            matches: Vec::new(),
            window: (time, time),
            outcomes: verdict.outcomes,
            bound,
        });
    }
    found.sort_by_key(|found| found.window.0);
    found
}
