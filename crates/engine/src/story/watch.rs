//! The predicates of one event variable, watched while they are decided.
//!
//! A funnel counts how many events each predicate lets through after those
//! before it. The events that fail are told apart by which predicates held on
//! them; of each kind the first is kept with its tree, in a bounded number, so
//! that the nearest one can be shown at the end.

use std::collections::BTreeMap;

use yaral_ir::plan::{Branch, ExprId, Plan, VariableId};
use yaral_ir::source::Source;
use yaral_udm::{Event, Timestamp};

use super::facts::{self, Field};
use super::tree::{States, Tree, name_of, subject};
use super::{Candidate, EventRef, Side, Stage};
use crate::eval::{Eval, Known, Scope, Silent};
use crate::explain::shown;
use crate::knowledge::Knowledge;
use crate::limits::{STORY_CANDIDATES_MAX, STORY_STAGES_MAX, STORY_VALUES_MAX};
use crate::rows::{Layout, Row};

/// One event variable, or one branch, under watch.
#[derive(Debug)]
pub(super) struct Watch {
    at: usize,
    layout: Layout,
    tree: Tree,
    states: States,
    stages: Vec<Counted>,
    fields: Vec<Field>,
    candidates: Vec<Kind>,
    /// The values of match variables that take an event out where they are empty.
    filters: Vec<ExprId>,
    side: Side,
}

/// A predicate with its counts.
#[derive(Debug)]
struct Counted {
    id: ExprId,
    /// The predicates up to this one, where it reads a repeated field: then
    /// one row has to satisfy them all.
    upto: Option<(Branch, Layout)>,
    /// It alone, likewise.
    alone: Option<(Branch, Layout)>,
    subject: Option<ExprId>,
    values: BTreeMap<String, u64>,
    stage: Stage,
}

/// The first event on which the predicates behaved in one way.
#[derive(Debug)]
struct Kind {
    pattern: Vec<u8>,
    leaves: usize,
    held: Vec<bool>,
    candidate: Candidate,
}

/// What an event came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Came {
    /// It satisfied all predicates.
    Through,
    /// It did not, and is kept as one that came near.
    Near,
    /// It did not.
    Short,
}

impl Watch {
    /// Watches the branch at this position of the plan.
    pub(super) fn new(plan: &Plan, at: usize) -> Option<Self> {
        let branch = plan.branches.get(at)?;
        let variable = plan.variables.get(usize::from(branch.variable.0));
        let required = plan.correlation.as_ref().is_none_or(|correlation| {
            correlation.required.get(usize::from(branch.variable.0)) == Some(&true)
        });
        let stages = branch.conjuncts.iter().take(STORY_STAGES_MAX);
        Some(Watch {
            at,
            layout: Layout::new(plan, branch),
            tree: Tree::new(plan, &branch.conjuncts),
            states: States::default(),
            stages: stages
                .enumerate()
                .map(|(place, &id)| Counted::new(plan, branch, place, id))
                .collect(),
            fields: facts::fields(plan, &branch.conjuncts),
            candidates: Vec::new(),
            filters: filters(plan, usize::from(branch.variable.0)),
            side: Side {
                variable: variable.map(|of| of.name.clone()).unwrap_or_default(),
                what: match variable.map(|of| &of.source) {
                    Some(Source::Entity(_)) => "entity",
                    Some(Source::Table(_)) => "row",
                    Some(Source::Detection) => "detection",
                    Some(Source::Event) | None => "event",
                },
                required,
                ..Side::default()
            },
        })
    }

    /// Whether what it watches stands beside the events.
    pub(super) fn stands(&self, plan: &Plan) -> bool {
        plan.variables
            .get(self.at)
            .is_some_and(|of| of.source.stands())
    }

    /// Sees all entities or table rows, if it watches those.
    pub(super) fn see_standing(&mut self, plan: &Plan, knowledge: &Knowledge) {
        let Some(variable) = plan.variables.get(self.at) else {
            return;
        };
        let mut see = |id: &str, event: &Event| {
            let scope = Scope {
                plan,
                event,
                bound: VariableId(0),
                now: plan.semantics.now.unwrap_or(0),
                seed: 0,
                at: 0,
                metrics: None,
            };
            self.see(scope, id, None);
        };
        match &variable.source {
            Source::Event | Source::Detection => {}
            Source::Entity(edit) => {
                for entity in knowledge.edited(edit.as_ref()) {
                    see(&entity.id, &entity.event);
                }
            }
            Source::Table(table) => {
                for row in 0..table.rows.len() {
                    see(&table.row_id(row), &table.row_event(row));
                }
            }
        }
    }

    /// Sees an event.
    pub(super) fn see(&mut self, scope: Scope<'_>, id: &str, time: Option<Timestamp>) -> Came {
        let plan = scope.plan;
        let Some(branch) = plan.branches.get(self.at) else {
            return Came::Short;
        };
        let scope = Scope {
            bound: branch.variable,
            ..scope
        };
        self.side.seen += 1;
        let (row, held) = self.judge(scope, branch);
        let through = held.iter().all(|held| *held);
        self.count(scope, &row, &held, through);
        self.fields.iter_mut().for_each(|field| field.see(&scope));
        let event = EventRef {
            id: id.to_owned(),
            time,
            origin: None,
        };
        if through {
            self.side.satisfied += 1;
            self.side.zero_match += u64::from(self.is_zero(scope, branch));
            self.side.first.get_or_insert(event);
            return Came::Through;
        }
        if self.candidate(scope, &row, held, &event) {
            Came::Near
        } else {
            Came::Short
        }
    }

    /// The tree of the event that was seen last.
    pub(super) fn last(&self, scope: Scope<'_>, event: EventRef) -> Option<Candidate> {
        let branch = scope.plan.branches.get(self.at)?;
        let scope = Scope {
            bound: branch.variable,
            ..scope
        };
        let row = closest(scope, branch, &self.layout);
        let held = branch.conjuncts.iter();
        let held = held.filter(|id| self.states.held(**id) == crate::explain::Held::Yes);
        Some(Candidate {
            event,
            held: held.count(),
            of: branch.conjuncts.len(),
            tree: self.lines(scope, &row),
        })
    }

    /// The position of the branch.
    pub(super) fn branch(&self) -> usize {
        self.at
    }

    /// The event variable.
    pub(super) fn variable(&self) -> &str {
        &self.side.variable
    }

    /// Whether a match variable that filters is empty on every row of an event
    /// that satisfied all predicates.
    fn is_zero(&self, scope: Scope<'_>, branch: &Branch) -> bool {
        if self.filters.is_empty() {
            return false;
        }
        let found = crate::rows::survivors(scope, branch, &self.layout, usize::MAX, &mut false);
        let Some(found) = found else { return false };
        for &id in &self.filters {
            let used = self.layout.components_of(scope.plan, id);
            let zero = match used.first().and_then(|at| found.get(*at)) {
                Some(component) => component
                    .rows
                    .iter()
                    .all(|row| read(scope, row, &Known::default(), id).is_zero()),
                None => read(scope, &Row::default(), &Known::default(), id).is_zero(),
            };
            if zero {
                return true;
            }
        }
        false
    }

    /// Decides every predicate on the event's first surviving row, or on that
    /// which came nearest.
    fn judge<'e>(&mut self, scope: Scope<'e>, branch: &Branch) -> (Row<'e>, Vec<bool>) {
        let row = closest(scope, branch, &self.layout);
        self.states.clear(scope.plan);
        let known = Known::default();
        let mut held = Vec::with_capacity(branch.conjuncts.len());
        for &id in &branch.conjuncts {
            held.push(Eval::new(scope, &row, &known, &mut self.states).test(id));
        }
        (row, held)
    }

    fn count(&mut self, scope: Scope<'_>, row: &Row<'_>, held: &[bool], through: bool) {
        let mut open = true;
        for (counted, held) in self.stages.iter_mut().zip(held) {
            counted.stage.alone +=
                u64::from(through || survives(scope, counted.alone.as_ref(), *held));
            if !open {
                continue;
            }
            counted.stage.reached += 1;
            open = through || survives(scope, counted.upto.as_ref(), *held);
            if open {
                counted.stage.passed += 1;
            } else {
                counted.note(scope, row);
            }
        }
    }

    /// Keeps an event that fell short, if it is the first of its kind and no
    /// better ones fill the room; true if it was kept.
    fn candidate(
        &mut self,
        scope: Scope<'_>,
        row: &Row<'_>,
        held: Vec<bool>,
        event: &EventRef,
    ) -> bool {
        let pattern = self.tree.pattern(&self.states);
        if self.candidates.iter().any(|known| known.pattern == pattern) {
            return false;
        }
        let leaves = self.tree.leaves(&self.states);
        let count = held.iter().filter(|held| **held).count();
        if self.candidates.len() >= STORY_CANDIDATES_MAX {
            let least = self.candidates.iter().enumerate();
            let least = least.min_by_key(|(_, kind)| (kind.candidate.held, kind.leaves));
            match least.map(|(at, kind)| (at, (kind.candidate.held, kind.leaves))) {
                Some((at, least)) if least < (count, leaves) => {
                    self.candidates.remove(at);
                }
                _ => return false,
            }
        }
        let tree = self.lines(scope, row);
        self.candidates.push(Kind {
            pattern,
            leaves,
            candidate: Candidate {
                event: event.clone(),
                held: count,
                of: held.len(),
                tree,
            },
            held,
        });
        true
    }

    fn lines(&self, scope: Scope<'_>, row: &Row<'_>) -> Vec<super::Predicate> {
        let known = Known::default();
        self.tree.lines(scope.plan, &self.states, &mut |id| {
            let value = read(scope, row, &known, id);
            (value, facts::is_set(&scope, row, id))
        })
    }

    /// What was seen. The nearest event is the one on which most predicates
    /// held; among equals the one that came furthest from the first on, then
    /// the one whose predicates fewer events satisfy.
    pub(super) fn finish(mut self, plan: &Plan) -> Side {
        let events = self.side.seen;
        if self.side.satisfied == 0 {
            let alone: Vec<u64> = self.stages.iter().map(|one| one.stage.alone).collect();
            let rare = |kind: &Kind| -> u128 {
                let each = kind.held.iter().zip(&alone).filter(|(held, _)| **held);
                each.map(|(_, alone)| u128::from(events.saturating_sub(*alone)))
                    .sum()
            };
            let mut best: Option<((usize, usize, u128, usize), Candidate)> = None;
            for kind in std::mem::take(&mut self.candidates) {
                let first = kind.held.iter().take_while(|held| **held).count();
                let rank = (kind.candidate.held, first, rare(&kind), kind.leaves);
                if best.as_ref().is_none_or(|(known, _)| rank > *known) {
                    best = Some((rank, kind.candidate));
                }
            }
            self.side.nearest = best.map(|(_, candidate)| candidate);
        }
        let unset = self.fields.into_iter().filter(|field| !field.set);
        self.side.unset = unset.map(|field| field.name).collect();
        self.side.funnel = self
            .stages
            .into_iter()
            .map(|counted| counted.finish(plan))
            .collect();
        self.side
    }
}

impl Counted {
    fn new(plan: &Plan, branch: &Branch, place: usize, id: ExprId) -> Self {
        let mut picks = Vec::new();
        crate::rows::picks_of(plan, id, &mut picks);
        let of = |conjuncts: Vec<ExprId>| {
            let part = Branch {
                variable: branch.variable,
                conjuncts,
            };
            let layout = Layout::new(plan, &part);
            (part, layout)
        };
        let tied = !picks.is_empty();
        let upto = branch.conjuncts.iter().take(place + 1).copied();
        Counted {
            id,
            upto: tied.then(|| of(upto.collect())),
            alone: tied.then(|| of(vec![id])),
            subject: subject(plan, id),
            values: BTreeMap::new(),
            stage: Stage {
                text: plan.quote(id),
                ..Stage::default()
            },
        }
    }

    /// Notes the value on which an event failed here.
    fn note(&mut self, scope: Scope<'_>, row: &Row<'_>) {
        let Some(subject) = self.subject else { return };
        let value = shown(&read(scope, row, &Known::default(), subject));
        let room = self.values.len() < STORY_VALUES_MAX;
        match self.values.get_mut(&value) {
            Some(count) => *count += 1,
            None if room => {
                self.values.insert(value, 1);
            }
            None => self.stage.others += 1,
        }
    }

    fn finish(mut self, plan: &Plan) -> Stage {
        debug_assert_eq!(self.stage.text, plan.quote(self.id));
        self.stage.subject = self.subject.map(|id| name_of(plan, id));
        let mut values: Vec<_> = self.values.into_iter().collect();
        values.sort_by(|(a, m), (b, n)| n.cmp(m).then_with(|| a.cmp(b)));
        self.stage.values = values;
        self.stage
    }
}

fn filters(plan: &Plan, variable: usize) -> Vec<ExprId> {
    let keys = plan
        .correlation
        .iter()
        .flat_map(|correlation| &correlation.keys);
    let filtered = keys.filter(|key| key.filtered);
    let by = filtered.filter_map(|key| key.by.get(variable).copied());
    by.flatten().collect()
}

/// Whether a row satisfies the predicates; `plain` decides where none of them
/// reads a repeated field.
fn survives(scope: Scope<'_>, part: Option<&(Branch, Layout)>, plain: bool) -> bool {
    part.map_or(plain, |(branch, layout)| {
        crate::rows::survivors(scope, branch, layout, 1, &mut false).is_some()
    })
}

/// The first surviving row, or in each component that has none the nearest.
fn closest<'e>(scope: Scope<'e>, branch: &Branch, layout: &Layout) -> Row<'e> {
    let mut row = Row::default();
    for component in &layout.components {
        let found = component.survivors(scope, branch, 1);
        match found.rows.first() {
            Some(first) => row.merge(first),
            None => row.merge(&component.closest(scope, branch)),
        }
    }
    row
}

/// The value of something that is shown; a quantified field is read as a whole.
pub(super) fn read<'e>(
    scope: Scope<'e>,
    row: &Row<'e>,
    known: &Known<'e>,
    id: ExprId,
) -> yaral_ir::value::Value<'static> {
    if let yaral_ir::plan::Expr::Quantified { field, .. } = &scope.plan.node(id).expr {
        let mut list = Vec::new();
        crate::eval::whole(&scope, field, &mut |value| list.push(value.into_owned()));
        return yaral_ir::value::Value::List(list);
    }
    let value = Eval::new(scope, row, known, &mut Silent).value(id);
    value.into_owned()
}
