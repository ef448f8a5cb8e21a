//! What an expression is on a joined row.
//!
//! Each event variable has its own event and row, or is absent: then its
//! fields read as zero. A row of one event is a joined row with one variable.

use yaral_ir::function::Call;
use yaral_ir::metrics::{Metric, Metrics, Observation};
use yaral_ir::plan::{AxisId, Binding, Expr, ExprId, PlaceholderId, Plan, VariableId};
use yaral_ir::value::Value;
use yaral_udm::Event;

use crate::knowledge::Knowledge;

use super::group::Group;
use super::path::{all, calculate, cell, compare, entry, keyed, leaf, visit, zero};
use super::row::Row;

pub(super) type Owned = Value<'static>;

/// Where in the rule an expression stands.
#[derive(Clone, Copy)]
pub(super) enum Stage<'g> {
    /// In `events`: there is only the joined row.
    Events,
    /// Inside an aggregate: each joined row of the group in turn.
    Aggregate(&'g Group<'g>),
    /// In `outcome` and `condition`: the group, and its first joined row.
    Group(&'g Group<'g>),
}

/// The evaluator of one rule.
pub(super) struct Naive<'p> {
    pub(super) plan: &'p Plan,
    /// The run time.
    pub(super) now: i64,
    /// Who answers metrics.
    metrics: Option<&'p dyn Metrics>,
}

impl<'p> Naive<'p> {
    pub(super) fn new(plan: &'p Plan, knowledge: &'p Knowledge, now: i64) -> Self {
        let now = plan.semantics.now.unwrap_or(now);
        let metrics = knowledge.metrics.as_deref();
        Naive { plan, now, metrics }
    }

    pub(super) fn holds(
        &self,
        id: ExprId,
        joined: &[Option<&Row<'_>>],
        stage: Stage<'_>,
        elements: &[Owned],
    ) -> bool {
        self.value(id, joined, stage, elements).truth()
    }

    pub(super) fn value(
        &self,
        id: ExprId,
        joined: &[Option<&Row<'_>>],
        stage: Stage<'_>,
        elements: &[Owned],
    ) -> Owned {
        let node = self.plan.node(id);
        match &node.expr {
            Expr::Literal(value) => value.clone(),
            Expr::Field(field) => {
                let row = joined[usize::from(field.variable.0)];
                let from = row.and_then(|row| match field.axis {
                    Some(AxisId(axis)) => {
                        row.elements[usize::from(axis)].map(|id| row.of.event.node(id))
                    }
                    None => Some(row.of.event.root()),
                });
                let mut found = None;
                if let Some(from) = from {
                    let first = &mut |node| found = found.take().or(leaf(node, field.part));
                    visit(from, &field.steps, first);
                }
                found.unwrap_or_else(|| zero(node.ty))
            }
            Expr::Indexed(path) => all(event(joined, path.variable), path)
                .into_iter()
                .next()
                .unwrap_or_else(|| zero(node.ty)),
            Expr::Whole(path) => Value::List(all(event(joined, path.variable), path)),
            Expr::Keyed(path, key) => keyed(event(joined, path.variable), path, key),
            Expr::Entry { map, key, steps } => {
                entry(event(joined, map.variable), map, key, steps).unwrap_or_else(|| zero(node.ty))
            }
            Expr::Cell(variable, column) => {
                cell(event(joined, *variable), column).unwrap_or_else(|| zero(node.ty))
            }
            Expr::Placeholder(which) => self.placeholder(*which, joined, stage),
            Expr::Outcome(which) => match stage {
                Stage::Aggregate(group) | Stage::Group(group) => {
                    group.outcomes[usize::from(*which)].clone()
                }
                Stage::Events => zero(node.ty),
            },
            Expr::Element(slot) => elements[usize::from(*slot)].clone(),
            Expr::WindowStart | Expr::WindowEnd | Expr::EventCount(_) => match stage {
                Stage::Aggregate(group) | Stage::Group(group) => group.number(&node.expr),
                Stage::Events => Value::Int(0),
            },
            Expr::Aggregate { .. } | Expr::PlaceholderCount(_) => match stage {
                Stage::Aggregate(group) | Stage::Group(group) => self.over_rows(id, group),
                Stage::Events => zero(node.ty),
            },
            Expr::Metric(metric) => self.metric(metric, joined, stage),
            _ => self.combined(id, joined, stage, elements),
        }
    }

    /// What a metric says, looking back from the start of the window.
    fn metric(&self, metric: &Metric, joined: &[Option<&Row<'_>>], stage: Stage<'_>) -> Owned {
        let values: Vec<_> = metric
            .by
            .iter()
            .map(|&id| self.value(id, joined, stage, &[]))
            .collect();
        let at = match stage {
            Stage::Aggregate(group) | Stage::Group(group) => group.number(&Expr::WindowStart).int(),
            Stage::Events => 0,
        };
        let keep = |seen: &Observation| match metric.filter {
            Some(filter) => self.holds(filter, joined, stage, &seen.values()),
            None => true,
        };
        metric.ask(self.metrics, (&values, at), &self.plan.semantics, &keep)
    }

    /// The value of a placeholder.
    fn placeholder(
        &self,
        which: PlaceholderId,
        joined: &[Option<&Row<'_>>],
        stage: Stage<'_>,
    ) -> Owned {
        if let Stage::Group(group) = stage
            && let Some((_, value)) = group.matches.iter().find(|(key, _)| *key == which)
        {
            return value.clone();
        }
        let placeholder = &self.plan.placeholders[usize::from(which.0)];
        let present = joined[usize::from(placeholder.variable.0)];
        match &placeholder.binding {
            Binding::OneOf(_) => {
                if let Some(choice) = present.and_then(|row| row.choices.get(&which.0)) {
                    return choice.clone();
                }
            }
            Binding::To(bound) => {
                // Where one event is judged at a time there is nowhere else
                // to look, and a binding is read as any other expression.
                let alone = self.plan.correlation.is_none();
                if alone || present.is_some() || self.reads(*bound, false).len() != 1 {
                    return self.value(*bound, joined, stage, &[]);
                }
            }
        }
        for (variable, same) in &placeholder.elsewhere {
            if joined[usize::from(variable.0)].is_some() {
                return self.value(*same, joined, stage, &[]);
            }
        }
        zero(placeholder.ty)
    }

    /// The value of an expression that is made of others.
    fn combined(
        &self,
        id: ExprId,
        joined: &[Option<&Row<'_>>],
        stage: Stage<'_>,
        elements: &[Owned],
    ) -> Owned {
        let of = |id: ExprId| self.value(id, joined, stage, elements);
        match &self.plan.node(id).expr {
            Expr::And(list) => Value::Bool(list.iter().all(|&one| of(one).truth())),
            Expr::Or(list) => Value::Bool(list.iter().any(|&one| of(one).truth())),
            Expr::Not(one) => Value::Bool(!of(*one).truth()),
            Expr::Compare {
                op,
                left,
                right,
                nocase,
            } => Value::Bool(compare(*op, &of(*left), &of(*right), *nocase)),
            Expr::Matches { subject, pattern } => {
                Value::Bool(pattern.is_match(&of(*subject).text()))
            }
            Expr::InList {
                subject,
                list,
                nocase,
            } => Value::Bool(list.contains(&of(*subject), *nocase)),
            Expr::MatchesCell {
                subject,
                cell,
                column: (table, at),
                nocase,
            } => {
                let column = &table.columns[*at];
                Value::Bool(column.matches(&of(*cell).text(), &of(*subject).text(), *nocase))
            }
            Expr::Arithmetic { op, left, right } => {
                calculate(*op, &of(*left), &of(*right), &self.plan.semantics)
            }
            Expr::Call {
                function,
                args,
                patterns,
            } => {
                let args: Vec<_> = args.iter().map(|&arg| of(arg)).collect();
                // Randomness comes from the first event of the joined row.
                let first = joined.iter().flatten().next();
                let seed = first.map_or(0, |row| row.of.seed) ^ u64::from(id.0);
                let semantics = &self.plan.semantics;
                (function.eval)(
                    &Call {
                        patterns,
                        now: self.now,
                        seed,
                        semantics,
                    },
                    &args,
                )
            }
            Expr::If {
                condition,
                then,
                otherwise,
            } => {
                if of(*condition).truth() {
                    of(*then)
                } else {
                    of(*otherwise)
                }
            }
            Expr::Quantified {
                all: every,
                field,
                body,
                slot,
            } => {
                let list = all(event(joined, field.variable), field);
                let test = |element: Owned| {
                    let mut inner = elements[..usize::from(*slot)].to_vec();
                    inner.push(element);
                    self.holds(*body, joined, stage, &inner)
                };
                Value::Bool(match (every, list.is_empty()) {
                    (true, true) => self.plan.semantics.all_on_empty,
                    (true, false) => list.into_iter().all(test),
                    (false, _) => list.into_iter().any(test),
                })
            }
            _ => Value::EMPTY,
        }
    }

    /// The event variables that an expression reads, in order, also through
    /// the bindings of placeholders, and, where asked for, through what stands
    /// in for a binding whose variable may be absent.
    pub(super) fn reads(&self, id: ExprId, elsewhere: bool) -> Vec<VariableId> {
        let mut found = Vec::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            match &self.plan.node(id).expr {
                Expr::Field(field) => found.push(field.variable),
                Expr::Indexed(path)
                | Expr::Whole(path)
                | Expr::Keyed(path, _)
                | Expr::Entry { map: path, .. } => found.push(path.variable),
                Expr::Cell(variable, _) => found.push(*variable),
                Expr::Quantified { field, .. } => found.push(field.variable),
                Expr::Placeholder(PlaceholderId(which)) => {
                    let placeholder = &self.plan.placeholders[usize::from(*which)];
                    match &placeholder.binding {
                        Binding::To(bound) => open.push(*bound),
                        Binding::OneOf(_) => found.push(placeholder.variable),
                    }
                    let own = usize::from(placeholder.variable.0);
                    let correlation = self.plan.correlation.as_ref();
                    let required = correlation.is_some_and(|c| c.required[own]);
                    if elsewhere && !required {
                        open.extend(placeholder.elsewhere.iter().map(|(_, same)| *same));
                    }
                }
                _ => {}
            }
            open.extend(self.plan.operands(id));
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The event that the variable is bound to.
fn event<'r>(joined: &[Option<&'r Row<'r>>], variable: VariableId) -> Option<&'r Event> {
    joined[usize::from(variable.0)].map(|row| row.of.event)
}
