//! The condition of a rule over one event, watched while it is decided.

use yaral_ir::plan::{ExprId, Plan};
use yaral_ir::value::Value;
use yaral_udm::Timestamp;

use super::tree::{self, States, Tree};
use super::watch::read;
use super::{EventRef, HeldBack};
use crate::engine::outcomes;
use crate::eval::{Eval, Scope};
use crate::explain::shown;
use crate::rows::{Layout, survivors};
use crate::totals::Totals;

/// The condition under watch.
#[derive(Debug)]
pub(super) struct Condition {
    tree: Tree,
    layouts: Vec<Layout>,
    aggregates: Vec<ExprId>,
    /// How near the one kept came: leaves that held, and how far numbers were off.
    best: Option<(usize, f64)>,
    back: HeldBack,
    /// Events on which it held.
    pub(super) held: u64,
}

impl Condition {
    /// Watches the condition of a rule over one event.
    pub(super) fn new(plan: &Plan) -> Self {
        let branches = plan.branches.iter();
        Condition {
            tree: Tree::new(plan, &[plan.condition]),
            layouts: branches.map(|branch| Layout::new(plan, branch)).collect(),
            aggregates: plan.aggregates(),
            best: None,
            back: HeldBack::default(),
            held: 0,
        }
    }

    /// Sees an event that satisfied the predicates of a branch; whether it is
    /// kept as one that came near.
    pub(super) fn see(
        &mut self,
        scope: Scope<'_>,
        branch: usize,
        id: &str,
        time: Option<Timestamp>,
    ) -> bool {
        let plan = scope.plan;
        let (Some(branch), Some(layout)) = (plan.branches.get(branch), self.layouts.get(branch))
        else {
            return false;
        };
        let scope = Scope {
            bound: branch.variable,
            ..scope
        };
        let Some(found) = survivors(scope, branch, layout, usize::MAX, &mut false) else {
            return false;
        };
        let totals = Totals::new(scope, layout, &found);
        let known = outcomes(scope, &totals, &self.aggregates);
        let mut states = States::default();
        states.clear(plan);
        let row = totals.first();
        if Eval::new(scope, row, &known, &mut states).test(plan.condition) {
            self.held += 1;
            return false;
        }
        self.back.events += 1;
        let mut read = |id: ExprId| (read(scope, row, &known, id), true);
        let near = (
            self.tree.leaves(&states),
            tree::distance(plan, &self.tree, &states, &mut read),
        );
        let nearer = self.best.is_none_or(|(leaves, distance)| {
            near.0 > leaves || (near.0 == leaves && near.1 < distance)
        });
        if !nearer {
            return false;
        }
        self.best = Some(near);
        self.back.event = EventRef {
            id: id.to_owned(),
            time,
            origin: None,
        };
        self.back.condition = self.tree.lines(plan, &states, &mut read);
        self.back.outcomes = named(plan, &known.outcomes);
        true
    }

    /// What fell short of the condition.
    pub(super) fn finish(self) -> Option<HeldBack> {
        (self.back.events > 0).then_some(self.back)
    }
}

/// The outcome variables with their values as text.
pub(super) fn named(plan: &Plan, values: &[Value<'_>]) -> Vec<(String, String)> {
    let names = plan.outcomes.iter().map(|outcome| outcome.name.clone());
    names.zip(values.iter().map(shown)).collect()
}
