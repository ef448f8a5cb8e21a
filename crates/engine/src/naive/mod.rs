//! The obviously right evaluators.
//!
//! Written to be read beside the reference, with all products built and no
//! eye for speed. They share no evaluation code with the fast evaluator; what
//! the two have in common are the plan and the bodies of functions and
//! aggregates. They are for tests and for whoever doubts the other one.

mod entities;
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

use crate::composite::Happened;
use crate::id;
use crate::knowledge::{Knowledge, Recall};

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
    detect_with(plan, events, &Knowledge::default(), now)
}

/// Like [`detect`], for a rule that knows more than the events.
#[must_use]
pub fn detect_with(
    plan: &Plan,
    events: &[Seen<'_>],
    knowledge: &Knowledge,
    now: i64,
) -> Vec<Found> {
    let mut known = BTreeSet::new();
    let mut events = events.to_vec();
    events.retain(|seen| known.insert((seen.id, seen.event.event_time())));
    let found = match &plan.correlation {
        Some(correlation) => windows::detect(plan, correlation, &events, knowledge, now),
        None => events
            .iter()
            .filter_map(|seen| single::detect(plan, seen, knowledge, now))
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

/// What each of several rules detects; rules over detections see what the
/// others have found.
#[must_use]
pub fn detect_all(
    plans: &[Plan],
    events: &[Seen<'_>],
    knowledge: &Knowledge,
    now: i64,
) -> Vec<Vec<Found>> {
    let simple = |plan: &Plan| {
        if plan.is_composite() {
            return Vec::new();
        }
        detect_with(plan, events, knowledge, now)
    };
    let mut all: Vec<_> = plans.iter().map(simple).collect();
    let mut records = Vec::new();
    for (plan, found) in plans.iter().zip(&all) {
        records.extend(found.iter().map(|one| record(plan, one, events)));
    }
    let mut happened = events.to_vec();
    happened.extend(records.iter().map(|(id, event)| Seen { event, id }));
    for (plan, found) in plans.iter().zip(&mut all) {
        if plan.is_composite() {
            *found = detect_with(plan, &happened, knowledge, now);
        }
    }
    all
}

/// A detection with its id, as rules over detections see it.
#[must_use]
pub fn record(plan: &Plan, found: &Found, events: &[Seen<'_>]) -> (String, Event) {
    let matches: Vec<_> = found
        .matches
        .iter()
        .map(|(_, value)| value.clone())
        .collect();
    let id = if plan.correlation.is_some() {
        id::correlated(plan, &matches, found.window.0)
    } else {
        let bound = found.bound.iter().flatten().next();
        id::single(plan, bound.map_or("", String::as_str))
    };
    let bound = plan.variables.iter().zip(&found.bound);
    let bound = bound.filter(|(_, ids)| !ids.is_empty());
    let happened = Happened {
        plan,
        id: &id,
        time: found.window.1,
        window: found.window,
        matches: &found.matches,
        outcomes: &found.outcomes,
        bound: bound
            .map(|(variable, ids)| (&*variable.name, ids.iter().map(String::as_str).collect()))
            .collect(),
    };
    let event = happened.record(&All(events));
    (id, event)
}

/// Recalls every event of the set.
struct All<'s, 'e>(&'s [Seen<'e>]);

impl Recall for All<'_, '_> {
    fn event(&self, id: &str) -> Option<&Event> {
        let mut all = self.0.iter();
        all.find(|seen| seen.id == id).map(|seen| seen.event)
    }
}
