//! What the detections of a rule's tests are made of.

use std::collections::{BTreeMap, BTreeSet};

use yaral_engine::Detection;
use yaral_ir::plan::{Expr, ExprId, Plan, WholeRef};
use yaral_normalize::Mapping;
use yaral_udm::{FieldId, FieldPath, Root};

use super::check::{Case, Rules, case};
use super::expect::Expectation;
use super::{Fault, World, file};
use crate::doctor::{Kind, SOCKET_OPENED, Wanted, Ways};

/// The ways in which the tests of a file feed its rules, by the rules' names. Only
/// tests that expect detections under the default mapping count, and of each what
/// was detected.
///
/// # Errors
/// A mistake in the file, or a rule that does not compile.
pub fn feeds(
    text: &str,
    sibling: &str,
    world: &dyn World,
) -> Result<BTreeMap<String, Ways>, Fault> {
    let file = file::read(text)?;
    let rules = Rules::load(&file, sibling, world)?;
    let mut all: BTreeMap<String, Ways> = BTreeMap::new();
    if !file.mappings.contains(&Mapping::Default) {
        return Ok(all);
    }
    let mut fields: BTreeMap<String, Option<BTreeSet<Wanted>>> = BTreeMap::new();
    for test in &file.tests {
        let expects = matches!(test.expect, Some(Expectation::Detections(_)));
        if !expects || test.todo.is_some() {
            continue;
        }
        let case = case(&file, test, Mapping::Default, &rules, world)?;
        for (plan, detection) in case.detected() {
            let (kinds, had) = case.fed(plan, &detection);
            // Nobody who speaks to a socket opens it.
            if kinds.iter().any(|kind| kind.what == SOCKET_OPENED) {
                continue;
            }
            all.entry(plan.name.clone()).or_default().add(kinds);
            // Only what every detection had is what a rule wants.
            let kept = fields.entry(plan.name.clone()).or_default();
            *kept = Some(match kept.take() {
                Some(kept) => kept.intersection(&had).cloned().collect(),
                None => had,
            });
        }
    }
    for (name, kept) in fields {
        all.entry(name).or_default().fields = kept.unwrap_or_default();
    }
    Ok(all)
}

impl Case<'_> {
    /// The detections with their rules.
    fn detected(&self) -> Vec<(&Plan, Detection)> {
        let found = self.found(&self.ruled).unwrap_or_default().into_iter();
        found
            .filter_map(|made| Some((self.ruled.plans.get(made.rule)?, made)))
            .collect()
    }

    /// The kinds of a detection's events, and which fields that the rule's predicates
    /// read some event of it has.
    fn fed(&self, plan: &Plan, detection: &Detection) -> (BTreeSet<Kind>, BTreeSet<Wanted>) {
        let ids: BTreeSet<&str> = detection
            .evidence
            .iter()
            .map(|one| one.event_id.as_str())
            .collect();
        let arrivals = self.timeline.counting(true);
        let events: Vec<_> = arrivals
            .into_iter()
            .filter(|arrival| ids.contains(arrival.id.as_str()))
            .map(|arrival| &arrival.event)
            .collect();
        let kinds = events.iter().map(|event| Kind::of(event)).collect();
        let read = read_by_predicates(plan).into_iter();
        let had = read.filter(|wanted| events.iter().any(|event| wanted.is_filled(event)));
        (kinds, had.collect())
    }
}

/// The fields that the predicates of a rule read, outcomes left aside.
fn read_by_predicates(plan: &Plan) -> BTreeSet<Wanted> {
    let mut wanted = BTreeSet::new();
    let mut open: Vec<ExprId> = plan
        .branches
        .iter()
        .flat_map(|branch| branch.conjuncts.iter().copied())
        .collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        match &plan.node(id).expr {
            Expr::Field(field) => {
                let variable = plan.variables.get(usize::from(field.variable.0));
                let axis = field
                    .axis
                    .and_then(|axis| variable?.axes.get(usize::from(axis.0)));
                // Paths behind several repeated fields are left aside.
                if axis.is_none_or(|axis| axis.parent.is_none()) {
                    let before = axis.map_or(&[][..], |axis| &axis.steps);
                    wanted.extend(named([before, &field.steps].concat(), None));
                }
            }
            Expr::Indexed(path) | Expr::Whole(path) => wanted.extend(named(steps(path), None)),
            Expr::Quantified { field, .. } => wanted.extend(named(steps(field), None)),
            Expr::Keyed(path, key) => wanted.extend(named(steps(path), Some(key))),
            _ => {}
        }
        open.extend(plan.operands(id));
    }
    wanted
}

fn steps(path: &WholeRef) -> Vec<FieldId> {
    path.steps.iter().map(|(step, _)| *step).collect()
}

fn named(steps: Vec<FieldId>, key: Option<&String>) -> Option<Wanted> {
    if steps.is_empty() {
        return None;
    }
    let path = FieldPath::from_steps(Root::Event, steps);
    Some(Wanted {
        path: path.to_string(),
        key: key.cloned(),
    })
}
