//! Rules that judge one event at a time.
//!
//! The event has rows for a branch or it does not; its rows are the group
//! over which outcomes and condition are computed.

use yaral_ir::plan::Plan;
use yaral_ir::value::Value;
use yaral_udm::Root;

use super::group::Group;
use super::row::{Joined, Occurrence, alone};
use super::value::Naive;
use super::{Found, Seen};
use crate::context::Context;

/// What a rule makes of an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The position of the branch that matched.
    pub branch: usize,
    /// How many rows satisfied all its predicates.
    pub rows: usize,
    /// The outcome variables, in written order.
    pub outcomes: Vec<(String, Value<'static>)>,
}

/// Evaluates one rule on one event; `None` if it does not fire.
#[must_use]
pub fn evaluate(plan: &Plan, event: &yaral_udm::Event, context: &Context<'_>) -> Option<Verdict> {
    let naive = Naive::new(plan, context.now);
    let occurrence = Occurrence::new(&Seen {
        event,
        id: context.event_id,
    });
    for (index, branch) in plan.branches.iter().enumerate() {
        let rows = naive.rows(branch, &occurrence);
        if !rows.is_empty() {
            // The first branch that matches speaks for the event.
            let variable = usize::from(branch.variable.0);
            let joined: Vec<Joined<'_>> = rows
                .iter()
                .map(|row| alone(plan.variables.len(), variable, row))
                .collect();
            let window = (occurrence.time, occurrence.time);
            let outcomes = naive.conclude(&mut Group::new(joined.iter().collect(), &[], window))?;
            return Some(Verdict {
                branch: index,
                rows: rows.len(),
                outcomes,
            });
        }
    }
    None
}

/// A detection of a rule without `match` on an event.
pub(super) fn detect(plan: &Plan, seen: &Seen<'_>, now: i64) -> Option<Found> {
    let context = Context {
        event_id: seen.id,
        now,
    };
    if seen.event.kind() != Root::Event {
        return None;
    }
    let verdict = evaluate(plan, seen.event, &context)?;
    let time = seen.event.event_time().unwrap_or_default();
    let mut bound = vec![Vec::new(); plan.variables.len()];
    let variable = usize::from(plan.branches[verdict.branch].variable.0);
    bound[variable].push(seen.id.to_owned());
    Some(Found {
        matches: Vec::new(),
        window: (time, time),
        outcomes: verdict.outcomes,
        bound,
    })
}
