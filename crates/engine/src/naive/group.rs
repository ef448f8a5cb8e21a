//! A group of joined rows: its outcomes and its condition.

use std::collections::BTreeSet;

use yaral_ir::plan::{Expr, ExprId, PlaceholderId, VariableId};
use yaral_ir::value::Value;
use yaral_udm::Timestamp;

use super::row::{Joined, Row};
use super::value::{Naive, Owned, Stage};

/// Joined rows with equal match values in one window, or the rows of an event.
pub(super) struct Group<'g> {
    /// The joined rows, at least one.
    rows: Vec<&'g Joined<'g>>,
    pub(super) matches: &'g [(PlaceholderId, Owned)],
    window: (Timestamp, Timestamp),
    /// The values of the outcomes so far.
    pub(super) outcomes: Vec<Owned>,
}

impl<'g> Group<'g> {
    pub(super) fn new(
        mut rows: Vec<&'g Joined<'g>>,
        matches: &'g [(PlaceholderId, Owned)],
        window: (Timestamp, Timestamp),
    ) -> Self {
        rows.sort_by_key(|joined| joined.iter().map(|row| place(*row)).collect::<Vec<_>>());
        Group {
            rows,
            matches,
            window,
            outcomes: Vec::new(),
        }
    }

    /// The ids of the events bound to a variable, in the events' order.
    pub(super) fn bound(&self, variable: usize) -> Vec<String> {
        let bound = self.rows.iter().filter_map(|joined| joined[variable]);
        let events: BTreeSet<_> = bound.map(|row| (row.of.place, row.of.id)).collect();
        events.into_iter().map(|(_, id)| id.to_owned()).collect()
    }

    /// A number that the group knows of itself.
    pub(super) fn number(&self, expr: &Expr) -> Owned {
        Value::Int(match expr {
            Expr::WindowStart => self.window.0.seconds,
            Expr::WindowEnd => self.window.1.seconds,
            Expr::EventCount(VariableId(variable)) => {
                let count = self.bound(usize::from(*variable)).len();
                i64::try_from(count).unwrap_or(i64::MAX)
            }
            _ => 0,
        })
    }
}

/// The order of rows of one variable: absent first.
fn place(row: Option<&Row<'_>>) -> Option<(usize, usize)> {
    row.map(|row| (row.of.place, row.place))
}

impl Naive<'_> {
    /// The outcomes of a group; `None` if the condition does not hold.
    pub(super) fn conclude(&self, group: &mut Group<'_>) -> Option<Vec<(String, Owned)>> {
        let first = group.rows[0];
        for outcome in &self.plan.outcomes {
            let value = self.value(outcome.expr, first, Stage::Group(group), &[]);
            group.outcomes.push(value);
        }
        if !self.holds(self.plan.condition, first, Stage::Group(group), &[]) {
            return None;
        }
        let outcomes = self.plan.outcomes.iter();
        let names = outcomes.map(|outcome| outcome.name.clone());
        Some(names.zip(group.outcomes.clone()).collect())
    }

    /// An aggregate, or a count of a placeholder's values, over the group.
    pub(super) fn over_rows(&self, id: ExprId, group: &Group<'_>) -> Owned {
        let stage = Stage::Aggregate(group);
        match &self.plan.node(id).expr {
            Expr::Aggregate {
                aggregate,
                arg,
                by,
                ignore_zero,
            } => {
                let mut reads = self.reads(*arg, true);
                reads.extend(by.iter().flat_map(|by| self.reads(*by, true)));
                reads.sort_unstable();
                let mut rows = group.rows.clone();
                rows.sort_by_key(|joined| {
                    let places = reads.iter().map(|v| place(joined[usize::from(v.0)]));
                    places.collect::<Vec<_>>()
                });
                // Equal values together, in the order of first appearance.
                let mut values: Vec<(Owned, u64)> = Vec::new();
                for joined in rows {
                    let value = self.value(*arg, joined, stage, &[]);
                    let items = match (by, value) {
                        (Some(by), value) => {
                            vec![Value::List(vec![
                                self.value(*by, joined, stage, &[]),
                                value,
                            ])]
                        }
                        (None, Value::List(items)) => items,
                        (None, value) => vec![value],
                    };
                    for item in items {
                        let taken = aggregate.takes(&item, &self.plan.semantics);
                        if !taken || (*ignore_zero && item.is_zero()) {
                            continue;
                        }
                        match values
                            .iter_mut()
                            .find(|(known, _)| known.total_cmp(&item).is_eq())
                        {
                            Some((_, count)) => *count = count.saturating_add(1),
                            None => values.push((item, 1)),
                        }
                    }
                }
                let mut accumulator = (aggregate.start)();
                for (value, count) in &values {
                    accumulator.add(value, *count);
                }
                accumulator.finish(&self.plan.semantics)
            }
            Expr::PlaceholderCount(placeholder) => {
                let mut seen: Vec<Owned> = Vec::new();
                for joined in &group.rows {
                    let value = self.value(*placeholder, joined, stage, &[]);
                    let counts = self.plan.semantics.placeholder_counts_zero || !value.is_zero();
                    if counts && !seen.iter().any(|known| known.total_cmp(&value).is_eq()) {
                        seen.push(value);
                    }
                }
                Value::Int(i64::try_from(seen.len()).unwrap_or(i64::MAX))
            }
            _ => Value::EMPTY,
        }
    }
}
