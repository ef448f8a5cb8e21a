//! What a group comes to: counts, outcomes and the condition.
//!
//! An aggregate visits the rows of the variables that it reads and counts each
//! as often as the other variables' rows multiply it. The product itself is
//! never built.

use std::collections::BTreeSet;

use yaral_ir::plan::{CompareOp, Expr, ExprId};
use yaral_ir::value::Value;
use yaral_udm::Timestamp;

use super::content::{Choice, Facts, Group, Place, Rows, View};
use super::entry::Entry;
use super::rule::Rule;
use super::shape::Reading;
use super::span::Span;
use crate::eval::{Eval, Known, Silent};
use crate::limits::JOINED_ROWS_MAX;
use crate::rows::Row;
use crate::totals::Carried;

/// A group that satisfies the condition.
pub(crate) struct Verdict {
    /// The outcome variables' values, in written order.
    pub(crate) outcomes: Vec<Value<'static>>,
    /// The distinct events of each variable.
    pub(crate) counts: Vec<u64>,
    /// How many joined rows there are.
    pub(crate) rows: u64,
}

impl<'s> Group<'s> {
    /// Whether an event at this time takes part, of the given variable or of any.
    pub(crate) fn takes_part(&self, rule: Rule<'_>, time: Timestamp, of: Option<usize>) -> bool {
        let mut clusters = rule.shape.clusters.iter().zip(&self.clusters);
        clusters.any(|(cluster, rows)| {
            let mut variables = cluster.variables.iter().enumerate();
            variables.any(|(at, &variable)| {
                if of.is_some_and(|of| of != variable) || !rule.shape.timed[variable] {
                    return false;
                }
                let entries = self.content[variable];
                match rows {
                    Rows::Free => {
                        let first = entries.partition_point(|entry| entry.time < time);
                        entries.get(first).is_some_and(|entry| entry.time == time)
                    }
                    Rows::Tied(list) => list.iter().any(|row| {
                        let entry = row[at].and_then(|(entry, _)| entries.get(entry as usize));
                        entry.is_some_and(|entry| entry.time == time)
                    }),
                }
            })
        })
    }

    /// The entries of each variable that take part, in order.
    pub(crate) fn bound(&self, rule: Rule<'_>) -> Vec<Vec<&'s Entry>> {
        let mut bound: Vec<Vec<&'s Entry>> = vec![Vec::new(); self.content.len()];
        for (cluster, rows) in rule.shape.clusters.iter().zip(&self.clusters) {
            for (at, &variable) in cluster.variables.iter().enumerate() {
                let entries = self.content[variable];
                bound[variable] = match rows {
                    Rows::Free => entries.iter().collect(),
                    Rows::Tied(list) => entries_in(list, at)
                        .into_iter()
                        .filter_map(|entry| entries.get(entry as usize))
                        .collect(),
                };
            }
        }
        bound
    }

    /// Whether the condition could hold if every value that is counted were
    /// different. A cheap way to say no; where it cannot tell, it says yes.
    fn may_hold(&self, rule: Rule<'_>, counts: &[u64]) -> bool {
        let plan = rule.plan;
        let mut open = vec![plan.condition];
        while let Some(id) = open.pop() {
            match &plan.node(id).expr {
                Expr::And(list) => open.extend(list),
                Expr::Compare {
                    op: op @ (CompareOp::Gt | CompareOp::Ge),
                    left,
                    right,
                    ..
                } => {
                    let Expr::Literal(Value::Int(least)) = plan.node(*right).expr else {
                        continue;
                    };
                    let Some(most) = self.most(rule, counts, *left) else {
                        continue;
                    };
                    let Ok(least) = u64::try_from(least) else {
                        continue;
                    };
                    if most < least || (most == least && *op == CompareOp::Gt) {
                        return false;
                    }
                }
                _ => {}
            }
        }
        true
    }

    /// The most that a count can be.
    fn most(&self, rule: Rule<'_>, counts: &[u64], id: ExprId) -> Option<u64> {
        match &rule.plan.node(id).expr {
            Expr::EventCount(variable) => counts.get(usize::from(variable.0)).copied(),
            Expr::PlaceholderCount(_) => {
                let of = |reading: &&Reading| reading.id == id;
                let reading = rule.shape.readings.iter().find(of)?;
                let [(variable, _)] = reading.variables.as_slice() else {
                    return None;
                };
                let entries = self.content[*variable].iter();
                Some(
                    entries
                        .fold(0_u64, |all, entry| all.saturating_add(entry.weight(&[])))
                        .max(1),
                )
            }
            _ => None,
        }
    }

    /// The outcomes, if the condition holds.
    pub(crate) fn judge(&self, rule: Rule<'_>, span: Span, cut: &mut bool) -> Option<Verdict> {
        let counts = self.counts(rule);
        if !self.may_hold(rule, &counts) {
            return None;
        }
        self.conclude(rule, (span, counts), false, cut)
    }

    /// The outcomes of a group whose condition is known to hold, although not
    /// all of its joined rows can be looked at.
    pub(crate) fn settle(&self, rule: Rule<'_>, span: Span, cut: &mut bool) -> Option<Verdict> {
        self.conclude(rule, (span, self.counts(rule)), true, cut)
    }

    fn conclude(
        &self,
        rule: Rule<'_>,
        (span, counts): (Span, Vec<u64>),
        known_to_hold: bool,
        cut: &mut bool,
    ) -> Option<Verdict> {
        let facts = Facts {
            counts,
            window: (span.start.seconds, span.end.seconds),
            matches: self.matches.clone(),
        };
        let view = View {
            rule,
            content: &self.content,
            places: self.first(rule),
            read: &[],
            facts: Some(&facts),
        };
        let mut known = Known {
            joined: Some(&view),
            ..Known::default()
        };
        let plan = rule.plan;
        let row = Row::default();
        let scope = rule.scope();
        for reading in rule.shape.readings.iter().filter(|reading| reading.decides) {
            known
                .aggregates
                .push((reading.id, self.total(rule, reading, cut)));
        }
        for (outcome, decides) in plan.outcomes.iter().zip(&rule.shape.deciding) {
            let value = if *decides {
                Eval::new(scope, &row, &known, &mut Silent).value(outcome.expr)
            } else {
                Value::EMPTY
            };
            known.outcomes.push(value);
        }
        if !known_to_hold && !Eval::new(scope, &row, &known, &mut Silent).test(plan.condition) {
            return None;
        }
        for reading in rule
            .shape
            .readings
            .iter()
            .filter(|reading| !reading.decides)
        {
            known
                .aggregates
                .push((reading.id, self.total(rule, reading, cut)));
        }
        known.aggregates.sort_by_key(|(id, _)| *id);
        known.outcomes.clear();
        for outcome in &plan.outcomes {
            let value = Eval::new(scope, &row, &known, &mut Silent).value(outcome.expr);
            known.outcomes.push(value);
        }
        let outcomes = known.outcomes.into_iter().map(Value::into_owned).collect();
        let all: Vec<usize> = (0..self.clusters.len()).collect();
        let rows = all.iter().fold(1_u64, |rows, &at| {
            rows.saturating_mul(self.cluster_rows(rule, at))
        });
        Some(Verdict {
            outcomes,
            counts: facts.counts.clone(),
            rows,
        })
    }

    fn counts(&self, rule: Rule<'_>) -> Vec<u64> {
        let mut counts = vec![0; self.content.len()];
        for (cluster, rows) in rule.shape.clusters.iter().zip(&self.clusters) {
            for (at, &variable) in cluster.variables.iter().enumerate() {
                counts[variable] = match rows {
                    Rows::Free => self.content[variable].len() as u64,
                    Rows::Tied(list) => entries_in(list, at).len() as u64,
                };
            }
        }
        counts
    }

    /// The first joined row.
    fn first(&self, rule: Rule<'_>) -> Vec<Option<Place>> {
        let mut places = vec![None; self.content.len()];
        for (cluster, rows) in rule.shape.clusters.iter().zip(&self.clusters) {
            for (at, &variable) in cluster.variables.iter().enumerate() {
                places[variable] = match rows {
                    Rows::Free => {
                        (!self.content[variable].is_empty()).then_some(Place { entry: 0, row: 0 })
                    }
                    Rows::Tied(list) => {
                        let choice = list.first().and_then(|row| row[at]);
                        choice.map(|(entry, row)| Place { entry, row })
                    }
                };
            }
        }
        places
    }

    /// How many joined rows a cluster has.
    fn cluster_rows(&self, rule: Rule<'_>, at: usize) -> u64 {
        let cluster = &rule.shape.clusters[at];
        match &self.clusters[at] {
            Rows::Free => {
                let entries = cluster.variables.iter().flat_map(|&of| self.content[of]);
                let rows = entries.fold(0_u64, |all, entry| all.saturating_add(entry.weight(&[])));
                rows.max(1)
            }
            Rows::Tied(list) => list.iter().fold(0_u64, |all, row| {
                let own = self.weight(rule, &cluster.variables, row, &[]);
                all.saturating_add(own)
            }),
        }
    }

    /// How many joined rows a choice of entries and core rows stands for, for
    /// one row of each part that is read.
    fn weight(
        &self,
        rule: Rule<'_>,
        variables: &[usize],
        row: &[Choice],
        read: &[(usize, usize)],
    ) -> u64 {
        let mut all = 1_u64;
        for (variable, choice) in variables.iter().zip(row) {
            let entry = choice.and_then(|(at, _)| self.content[*variable].get(at as usize));
            let Some(entry) = entry else { continue };
            let core = rule.shape.sides[*variable].core;
            let part = read.iter().find(|(of, _)| of == variable);
            let part = part.map_or(core, |(_, part)| *part);
            let without = if part == 0 {
                [core, core]
            } else {
                [core, part]
            };
            all = all.saturating_mul(entry.weight(&without));
        }
        all
    }

    /// The value of an aggregate, or of the count of a placeholder's values.
    fn total<'v>(&'v self, rule: Rule<'v>, reading: &Reading, cut: &mut bool) -> Value<'v> {
        let semantics = &rule.plan.semantics;
        match &rule.plan.node(reading.id).expr {
            Expr::Aggregate {
                aggregate,
                arg,
                by,
                ignore_zero,
            } => {
                let mut carried = Carried::default();
                let mut add = |item: Value<'static>, times| {
                    if aggregate.takes(&item, semantics) && !(*ignore_zero && item.is_zero()) {
                        carried.add(item, times);
                    }
                };
                for (values, times) in self.each(rule, reading, by.iter().chain([arg]), cut) {
                    let mut values = values.into_iter();
                    match (by, values.next(), values.next()) {
                        (Some(_), Some(key), Some(value)) => {
                            add(Value::List(vec![key, value]), times);
                        }
                        // A field read as a whole contributes each of its elements.
                        (None, Some(Value::List(items)), _) => {
                            for item in items {
                                add(item, times);
                            }
                        }
                        (None, Some(value), _) => add(value, times),
                        _ => {}
                    }
                }
                let mut accumulator = (aggregate.start)();
                for (value, times) in carried.in_order() {
                    accumulator.add(&value, times);
                }
                accumulator.finish(semantics)
            }
            Expr::PlaceholderCount(placeholder) => {
                let counts =
                    |value: &Value<'_>| semantics.placeholder_counts_zero || !value.is_zero();
                let distinct = if let Some(values) = self.slot_values(rule, reading, *placeholder) {
                    distinct(values.filter(|value| counts(value)).collect())
                } else {
                    let values = self.each(rule, reading, std::iter::once(placeholder), cut);
                    let first = values.iter().filter_map(|(values, _)| values.first());
                    distinct(first.filter(|value| counts(value)).collect())
                };
                Value::Int(i64::try_from(distinct).unwrap_or(i64::MAX))
            }
            _ => Value::EMPTY,
        }
    }

    /// The values of an expression that is a slot of one untied variable, row
    /// by row, without copying them; `None` for any other.
    fn slot_values(
        &self,
        rule: Rule<'_>,
        reading: &Reading,
        id: ExprId,
    ) -> Option<impl Iterator<Item = &'s Value<'static>>> {
        let slot = rule.shape.slot(id)?;
        let [(variable, part)] = reading.variables.as_slice() else {
            return None;
        };
        let at = rule
            .shape
            .clusters
            .iter()
            .position(|cluster| cluster.variables.contains(variable))?;
        let content: &'s [Entry] = self.content[*variable];
        let plain = matches!(self.clusters[at], Rows::Free)
            && !content.is_empty()
            && slot.variable == *variable
            && slot.part == *part;
        plain.then(move || {
            content.iter().flat_map(move |entry| {
                let rows = entry.parts.get(slot.part).map_or(0, |part| part.rows);
                (0..rows as usize).filter_map(move |row| entry.value(slot.part, row, slot.column))
            })
        })
    }

    /// The expressions' values on every row of the variables that are read,
    /// in the order of these rows, each with how many joined rows carry it.
    fn each<'x>(
        &self,
        rule: Rule<'_>,
        reading: &Reading,
        exprs: impl Iterator<Item = &'x ExprId>,
        cut: &mut bool,
    ) -> Vec<(Vec<Value<'static>>, u64)> {
        let exprs: Vec<ExprId> = exprs.copied().collect();
        let mut walk = Walk {
            group: self,
            rule,
            read: &reading.variables,
            places: vec![None; self.content.len()],
            found: Vec::new(),
            cut,
        };
        let mut times = 1_u64;
        let mut used = Vec::new();
        for (at, cluster) in rule.shape.clusters.iter().enumerate() {
            let reads = |of: &usize| reading.variables.iter().any(|(read, _)| read == of);
            if cluster.variables.iter().any(reads) {
                used.push(at);
            } else {
                times = times.saturating_mul(self.cluster_rows(rule, at));
            }
        }
        walk.cluster(&used, times, &mut |view| {
            let known = Known {
                joined: Some(view),
                ..Known::default()
            };
            let row = Row::default();
            exprs
                .iter()
                .map(|id| {
                    let scope = rule.scope();
                    let value = Eval::new(scope, &row, &known, &mut Silent).value(*id);
                    value.into_owned()
                })
                .collect()
        });
        let mut found = walk.found;
        found.sort_by(|(a, ..), (b, ..)| a.cmp(b));
        found
            .into_iter()
            .map(|(_, values, times)| (values, times))
            .collect()
    }
}

/// The entries that joined rows choose for the variable at a place of its cluster.
fn entries_in(rows: &[Box<[Choice]>], at: usize) -> BTreeSet<u32> {
    let chosen = rows.iter().filter_map(|row| row[at]);
    chosen.map(|(entry, _)| entry).collect()
}

/// How many different values there are.
fn distinct(mut values: Vec<&Value<'static>>) -> usize {
    values.sort_unstable_by(|a, b| a.total_cmp(b));
    values.dedup_by(|a, b| a.total_cmp(b).is_eq());
    values.len()
}

/// The rows of the variables that are read, `None` first.
type Order = Vec<Option<Place>>;

/// Visits the rows of the variables that an aggregate reads.
struct Walk<'w, 's> {
    group: &'w Group<'s>,
    rule: Rule<'w>,
    read: &'w [(usize, usize)],
    places: Vec<Option<Place>>,
    found: Vec<(Order, Vec<Value<'static>>, u64)>,
    cut: &'w mut bool,
}

type Evaluate<'f> = &'f mut dyn for<'a, 'b> FnMut(&'a View<'a, 'b>) -> Vec<Value<'static>>;

impl Walk<'_, '_> {
    fn cluster(&mut self, clusters: &[usize], times: u64, evaluate: Evaluate<'_>) {
        if self.is_full() {
            return;
        }
        let Some((&at, rest)) = clusters.split_first() else {
            return self.arrive(times, evaluate);
        };
        let variables = &self.rule.shape.clusters[at].variables;
        let group = self.group;
        match &group.clusters[at] {
            Rows::Free => {
                let Some(&variable) = variables.first() else {
                    return;
                };
                if group.content[variable].is_empty() {
                    return self.cluster(rest, times, evaluate);
                }
                let part = self.part(variable).unwrap_or(0);
                for (at, entry) in (0_u32..).zip(group.content[variable]) {
                    if self.is_full() {
                        break;
                    }
                    // Rows of the core are rows like others where nothing ties them.
                    let times = times.saturating_mul(entry.weight(&[part]));
                    let rows = entry.parts.get(part).map_or(1, |part| part.rows);
                    for row in 0..rows {
                        if self.is_full() {
                            break;
                        }
                        self.places[variable] = Some(Place { entry: at, row });
                        self.cluster(rest, times, evaluate);
                    }
                }
                self.places[variable] = None;
            }
            Rows::Tied(list) => {
                for row in list {
                    if self.is_full() {
                        break;
                    }
                    let own = group.weight(self.rule, variables, row, self.read);
                    let times = times.saturating_mul(own);
                    self.row((variables, row), rest, times, evaluate);
                }
                for &variable in variables {
                    self.places[variable] = None;
                }
            }
        }
    }

    /// Picks rows of the parts that are read beside the core.
    fn row(
        &mut self,
        (variables, choices): (&[usize], &[Choice]),
        rest: &[usize],
        times: u64,
        evaluate: Evaluate<'_>,
    ) {
        let (Some((&variable, others)), Some((&choice, choices))) =
            (variables.split_first(), choices.split_first())
        else {
            return self.cluster(rest, times, evaluate);
        };
        let Some((entry, core_row)) = choice else {
            self.places[variable] = None;
            return self.row((others, choices), rest, times, evaluate);
        };
        let core = self.rule.shape.sides[variable].core;
        match self.part(variable) {
            Some(part) if part != 0 && part != core => {
                let rows = self.group.content[variable].get(entry as usize);
                let rows = rows.and_then(|entry| entry.parts.get(part));
                for row in 0..rows.map_or(1, |part| part.rows) {
                    self.places[variable] = Some(Place { entry, row });
                    self.row((others, choices), rest, times, evaluate);
                }
            }
            _ => {
                self.places[variable] = Some(Place {
                    entry,
                    row: core_row,
                });
                self.row((others, choices), rest, times, evaluate);
            }
        }
    }

    /// Whether no more rows are looked at.
    fn is_full(&mut self) -> bool {
        let full = self.found.len() >= JOINED_ROWS_MAX;
        *self.cut |= full;
        full
    }

    /// The part of a variable that is read; `None` if the variable is not.
    fn part(&self, variable: usize) -> Option<usize> {
        let own = self.read.iter().find(|(of, _)| *of == variable);
        own.map(|(_, part)| *part)
    }

    fn arrive(&mut self, times: u64, evaluate: Evaluate<'_>) {
        let view = View {
            rule: self.rule,
            content: &self.group.content,
            places: self.places.clone(),
            read: self.read,
            facts: None,
        };
        let order = self.read.iter().map(|(of, _)| self.places[*of]).collect();
        let values = evaluate(&view);
        self.found.push((order, values, times));
    }
}
