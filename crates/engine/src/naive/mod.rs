//! The obviously right evaluators.
//!
//! Written to be read beside the reference, with all products built and no
//! eye for speed. They share no evaluation code with the fast evaluator; what
//! the two have in common are the plan and the bodies of functions and
//! aggregates. They are for tests and for whoever doubts the other one.

mod group;
mod joined;
mod path;
mod row;
mod single;
mod suppress;
mod value;
mod windows;

use std::collections::BTreeSet;

use yaral_ir::plan::Plan;
use yaral_ir::value::Value;
use yaral_udm::{Event, Timestamp};

pub use single::{Verdict, evaluate};

/// An event with its id (decision 7).
#[derive(Clone, Copy, Debug)]
pub struct Seen<'e> {
    /// The event.
    pub event: &'e Event,
    /// Its id; a second event with the same id and time is a repetition.
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
/// come; sorted by window start, then match values, then event.
#[must_use]
pub fn detect(plan: &Plan, events: &[Seen<'_>], now: i64) -> Vec<Found> {
    let mut known = BTreeSet::new();
    let mut events = events.to_vec();
    events.retain(|seen| known.insert((seen.id, seen.event.event_time())));
    let found = match &plan.correlation {
        Some(correlation) => windows::detect(plan, correlation, &events, now),
        None => events
            .iter()
            .filter_map(|seen| single::detect(plan, seen, now))
            .collect(),
    };
    let mut found = suppress::suppress(plan, found);
    found.sort_by(|a, b| {
        let values = |of: &Found| of.matches.iter().map(|(_, value)| value.clone()).collect();
        a.window
            .0
            .cmp(&b.window.0)
            .then_with(|| Value::List(values(a)).total_cmp(&Value::List(values(b))))
            .then_with(|| a.bound.concat().cmp(&b.bound.concat()))
    });
    found
}
