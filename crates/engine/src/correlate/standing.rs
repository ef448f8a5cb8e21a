//! Entities and rows of data tables, laid out for one rule.
//!
//! They have no time and belong to every window, so they are evaluated once
//! and lie beside the partitions. Where a variable has all match values its
//! rows lie by them, as events do; otherwise all of them are at hand
//! everywhere, and each slot that an equality looks up has an index.

use std::collections::BTreeMap;
use std::sync::Arc;

use yaral_ir::source::Source;
use yaral_udm::{Event, Timestamp};

use super::entry::{self, Entry};
use super::rule::Rule;
use super::shape::Test;
use crate::eval::Scope;
use crate::id;
use crate::knowledge::Knowledge;
use yaral_ir::plan::ExprId;

/// The rows of a variable by the canonical form of one slot: entry and row.
pub(crate) type Looked = BTreeMap<Vec<u8>, Vec<(u32, u32)>>;

/// What stands for one rule.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    /// For each variable what it ranges over, if that stands.
    sides: Vec<Option<Side>>,
    /// Whether all rows of some entity or table row could not be looked at.
    pub(crate) cut: bool,
}

#[derive(Debug, Default)]
struct Side {
    /// By the canonical form of the match values, or under the empty form.
    by_form: BTreeMap<Vec<u8>, Vec<Entry>>,
    /// The rows under the empty form by the slots that equalities look up.
    by_value: BTreeMap<ExprId, Looked>,
}

impl Standing {
    /// Evaluates what stands for a rule, at the rule's run time.
    pub(crate) fn new(rule: Rule<'_>, knowledge: &Knowledge) -> Self {
        let mut standing = Standing::default();
        for variable in 0..rule.plan.variables.len() {
            let side = match &rule.plan.variables[variable].source {
                Source::Event | Source::Detection => None,
                Source::Entity(edit) => {
                    let mut side = Side::default();
                    for entity in knowledge.edited(edit.as_ref()) {
                        standing.cut |= side.take(rule, variable, (&entity.id, &entity.event));
                    }
                    Some(side)
                }
                Source::Table(table) => {
                    let mut side = Side::default();
                    for row in 0..table.rows.len() {
                        let id = Arc::from(table.row_id(row));
                        standing.cut |= side.take(rule, variable, (&id, &table.row_event(row)));
                    }
                    Some(side)
                }
            };
            standing
                .sides
                .push(side.map(|side| side.laid_out(rule, variable)));
        }
        standing
    }

    /// The entries of a variable that stands, for the partition that the rule
    /// looks at; `None` for one that does not stand.
    pub(crate) fn side(&self, rule: Rule<'_>, variable: usize) -> Option<&[Entry]> {
        let side = self.sides.get(variable)?.as_ref()?;
        let form = if rule.shape.partitioned[variable] {
            rule.form
        } else {
            &[]
        };
        Some(side.by_form.get(form).map_or(&[], Vec::as_slice))
    }

    /// All entries of a variable that stands.
    pub(crate) fn entries(&self, variable: usize) -> impl Iterator<Item = &Entry> {
        let side = self.sides.get(variable).and_then(Option::as_ref);
        side.into_iter()
            .flat_map(|side| side.by_form.values().flatten())
    }

    /// The rows of a variable by the value of a slot, where all of them are at
    /// hand everywhere.
    pub(crate) fn looked(&self, variable: usize, slot: ExprId) -> Option<&Looked> {
        self.sides.get(variable)?.as_ref()?.by_value.get(&slot)
    }
}

impl Side {
    /// Takes in an entity or row, if it satisfies the variable's predicates;
    /// whether some of its rows were not looked at.
    fn take(&mut self, rule: Rule<'_>, variable: usize, (id, event): (&Arc<str>, &Event)) -> bool {
        let branch = &rule.plan.branches[variable];
        let scope = Scope {
            event,
            bound: branch.variable,
            seed: id::seed(id),
            ..rule.scope()
        };
        let mut cut = false;
        let rows = entry::rows(scope, branch, &rule.shape.sides[variable], &mut cut);
        for (form, entry) in rows
            .into_iter()
            .flat_map(|rows| entry::take(rule, variable, scope, &rows, (Timestamp::default(), id)))
        {
            self.by_form.entry(form).or_default().push(entry);
        }
        cut
    }

    /// Puts the entries in order and makes the indexes.
    fn laid_out(mut self, rule: Rule<'_>, variable: usize) -> Self {
        for entries in self.by_form.values_mut() {
            entries.sort_by(|a, b| a.id.cmp(&b.id));
        }
        if rule.shape.partitioned[variable] {
            return self;
        }
        let Some(entries) = self.by_form.get(&Vec::new()) else {
            return self;
        };
        let clusters = rule.shape.clusters.iter();
        for test in clusters.flat_map(|cluster| cluster.tests.iter().flatten()) {
            let Test::Equal(members, true) = test else {
                continue;
            };
            for (_, slot) in members.iter().filter(|(of, _)| *of == variable) {
                let looked = looked(rule, variable, *slot, entries);
                self.by_value.insert(*slot, looked);
            }
        }
        self
    }
}

fn looked(rule: Rule<'_>, variable: usize, slot: ExprId, entries: &[Entry]) -> Looked {
    let core = rule.shape.sides[variable].core;
    let mut found = Looked::new();
    for (at, entry) in (0_u32..).zip(entries) {
        let rows = entry.parts.get(core).map_or(1, |part| part.rows);
        for row in 0..rows {
            if let Some(value) = entry::value_of(rule, variable, entry, (slot, row as usize)) {
                found
                    .entry(id::canonical(value))
                    .or_default()
                    .push((at, row));
            }
        }
    }
    found
}

/// Whether an entry could stand in a joined row at all, as far as what stands
/// tells. A cheap way to say no: where it cannot tell, it says yes.
pub(crate) fn could_join(rule: Rule<'_>, variable: usize, entry: &Entry) -> bool {
    let required = &rule.correlation.required;
    let plan = rule.plan;
    let stands = |of: usize| plan.variables[of].source.stands();
    let others =
        (0..plan.variables.len()).filter(|&of| of != variable && required[of] && stands(of));
    for other in others {
        let Some(entries) = rule.standing.side(rule, other) else {
            continue;
        };
        if entries.is_empty() {
            return false;
        }
        let clusters = rule.shape.clusters.iter();
        for test in clusters.flat_map(|cluster| cluster.tests.iter().flatten()) {
            let Test::Equal(members, true) = test else {
                continue;
            };
            let slot = |of: usize| members.iter().find(|(at, _)| *at == of).map(|(_, id)| *id);
            let (Some(own), Some(theirs)) = (slot(variable), slot(other)) else {
                continue;
            };
            let Some(looked) = rule.standing.looked(other, theirs) else {
                continue;
            };
            let mut values = entry::core_values(rule, variable, entry, own);
            if !values.any(|value| looked.contains_key(&id::canonical(value))) {
                return false;
            }
        }
    }
    true
}
