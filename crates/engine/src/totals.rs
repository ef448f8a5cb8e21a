//! Sums over the surviving rows of an event without building their product.
//!
//! A value that depends on some components is carried by every combination
//! of the others' rows, so each of its rows counts as many times as there are
//! such combinations. Duplicates are meant: aggregates run over joined rows
//! (yara-l §0.2).

use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::BTreeMap;

use yaral_ir::limits::ROWS_MAX;
use yaral_ir::plan::{Expr, ExprId};
use yaral_ir::value::Value;

use crate::eval::{Eval, Known, Scope, Silent};
use crate::rows::{Layout, Row, Survivors};

/// The surviving rows of one branch for one event.
pub(crate) struct Totals<'t, 'e> {
    scope: Scope<'e>,
    layout: &'t Layout,
    survivors: &'t [Survivors<'e>],
    first: Row<'e>,
    /// Whether combinations beyond the limit were not looked at.
    cut: Cell<bool>,
}

impl<'t, 'e> Totals<'t, 'e> {
    pub(crate) fn new(
        scope: Scope<'e>,
        layout: &'t Layout,
        survivors: &'t [Survivors<'e>],
    ) -> Self {
        let mut first = Row::default();
        for component in survivors {
            if let Some(row) = component.rows.first() {
                first.merge(row);
            }
        }
        Totals {
            scope,
            layout,
            survivors,
            first,
            cut: Cell::new(false),
        }
    }

    /// The first surviving row, in event order on every axis.
    pub(crate) fn first(&self) -> &Row<'e> {
        &self.first
    }

    /// How many rows survived, or at least this many where only existence was asked.
    pub(crate) fn rows(&self) -> u64 {
        self.times(&[])
    }

    /// Whether an aggregate did not look at all combinations of rows.
    pub(crate) fn cut(&self) -> bool {
        self.cut.get()
    }

    /// The value of an aggregate or of a placeholder count.
    pub(crate) fn aggregate(&self, id: ExprId) -> Value<'e> {
        let (aggregate, arg, by) = match &self.scope.plan.node(id).expr {
            Expr::Aggregate {
                aggregate, arg, by, ..
            } => (aggregate, *arg, *by),
            Expr::PlaceholderCount(placeholder) => return Value::Int(self.distinct(*placeholder)),
            _ => return Value::EMPTY,
        };
        let semantics = &self.scope.plan.semantics;
        let mut carried = Carried::default();
        self.each((arg, by), &mut |value, times| {
            // A field read as a whole contributes each of its elements.
            let items = match value {
                Value::List(items) if by.is_none() => items,
                value => vec![value],
            };
            for item in items {
                if aggregate.takes(&item, semantics) {
                    carried.add(item, times);
                }
            }
        });
        let mut accumulator = (aggregate.start)();
        for (value, times) in carried.in_order() {
            accumulator.add(&value, times);
        }
        accumulator.finish(semantics)
    }

    /// How many distinct values a placeholder takes.
    fn distinct(&self, placeholder: ExprId) -> i64 {
        let counts_zero = self.scope.plan.semantics.placeholder_counts_zero;
        let mut seen: Vec<Value<'e>> = Vec::new();
        self.each((placeholder, None), &mut |value, _| {
            if counts_zero || !value.is_zero() {
                seen.push(value);
            }
        });
        seen.sort_unstable_by(Value::total_cmp);
        seen.dedup_by(|a, b| a.total_cmp(b).is_eq());
        i64::try_from(seen.len()).unwrap_or(i64::MAX)
    }

    /// Calls back with the expression's value on every row of the components
    /// that it reads, and with how many rows of the event carry it. With a sort
    /// key, which reads what the expression reads, the value is the pair of both.
    fn each(&self, (expr, by): (ExprId, Option<ExprId>), see: &mut dyn FnMut(Value<'e>, u64)) {
        let used = self.layout.components_of(self.scope.plan, expr);
        let times = self.times(&used);
        let mut looked = 0;
        // Within a component rows come in order; those of several are brought
        // into the order that the product would have.
        let mut placed = Vec::new();
        self.combine(&used, &Row::default(), &mut |row| {
            if looked == ROWS_MAX {
                self.cut.set(true);
                return false;
            }
            looked += 1;
            let known = Known::default();
            let of = |id| Eval::new(self.scope, row, &known, &mut Silent).value(id);
            let value = match by {
                Some(by) => Value::List(vec![of(by), of(expr)]),
                None => of(expr),
            };
            if used.len() > 1 {
                placed.push((row.place(), value));
            } else {
                see(value, times);
            }
            true
        });
        placed.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (_, value) in placed {
            see(value, times);
        }
    }

    /// How many combinations of rows the components not in the list have.
    fn times(&self, without: &[usize]) -> u64 {
        let others = self
            .survivors
            .iter()
            .enumerate()
            .filter(|(at, _)| !without.contains(at));
        others.fold(1_u64, |product, (_, component)| {
            product.saturating_mul(component.rows.len() as u64)
        })
    }

    fn combine(
        &self,
        components: &[usize],
        row: &Row<'e>,
        see: &mut dyn FnMut(&Row<'e>) -> bool,
    ) -> bool {
        let Some((&at, rest)) = components.split_first() else {
            return see(row);
        };
        self.survivors[at].rows.iter().all(|own| {
            let mut row = row.clone();
            row.merge(own);
            self.combine(rest, &row, see)
        })
    }
}

/// Values with how many rows carry each, equal ones together in the order of
/// first appearance. The order in which the reference's rows are visited is
/// not documented; this one does not depend on how the product is walked.
#[derive(Default)]
pub(crate) struct Carried<'e> {
    /// For each value, when it first appeared and how many rows carry it.
    values: BTreeMap<Sorted<'e>, (usize, u64)>,
}

/// A value that sorts by [`Value::total_cmp`].
struct Sorted<'e>(Value<'e>);

impl<'e> Carried<'e> {
    pub(crate) fn add(&mut self, value: Value<'e>, times: u64) {
        let next = self.values.len();
        let (_, count) = self.values.entry(Sorted(value)).or_insert((next, 0));
        *count = count.saturating_add(times);
    }

    pub(crate) fn in_order(self) -> Vec<(Value<'e>, u64)> {
        let mut list: Vec<_> = self.values.into_iter().collect();
        list.sort_unstable_by_key(|(_, (first, _))| *first);
        list.into_iter()
            .map(|(value, (_, count))| (value.0, count))
            .collect()
    }
}

impl Ord for Sorted<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Sorted<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Sorted<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Sorted<'_> {}
