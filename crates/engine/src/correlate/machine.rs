//! One correlated rule at work: events and watermarks in, what is told out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use yaral_ir::correlation::Correlation;
use yaral_ir::plan::Plan;
use yaral_udm::{Event, Timestamp};

use super::entry;
use super::partition::{Insert, Out, Partition, Tell};
use super::rule::Rule;
use super::shape::Shape;
use super::span::Windows;
use super::standing::{Standing, could_join};
use crate::eval::Scope;
use crate::knowledge::Knowledge;
use crate::limits::STATE_BYTES_MAX;

/// The state of one rule. Keys are the canonical forms of match values.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) shape: Arc<Shape>,
    pub(crate) windows: Windows,
    pub(crate) standing: Arc<Standing>,
    /// The run time at which what stands was evaluated.
    stood: i64,
    pub(crate) partitions: BTreeMap<Arc<[u8]>, Partition>,
    timers: BTreeSet<(Timestamp, Arc<[u8]>)>,
}

/// What the machines of all rules share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counters {
    /// Bytes of state, as far as they are counted.
    pub(crate) bytes: usize,
    /// Events that a rule could not take in for want of room.
    pub(crate) refused: u64,
    /// Groups of which not all joined rows were looked at.
    pub(crate) joins_cut: u64,
    /// Events of which not all rows were looked at.
    pub(crate) rows_cut: u64,
    /// Detections that stand earlier than the watermark says, for want of room.
    pub(crate) let_through: u64,
}

/// An event on its way into a machine.
#[derive(Clone, Copy)]
pub(crate) struct Arrival<'a> {
    pub(crate) event: &'a Event,
    pub(crate) time: Timestamp,
    pub(crate) id: &'a Arc<str>,
    pub(crate) seed: u64,
}

impl Machine {
    /// A machine without state; `None` for a rule that is not correlated.
    pub(crate) fn new(plan: &Plan, knowledge: &Knowledge) -> Option<Self> {
        let correlation = plan.correlation.as_ref()?;
        let mut machine = Machine {
            shape: Arc::new(Shape::new(plan)?),
            windows: Windows::new(correlation.window, &plan.semantics),
            standing: Arc::default(),
            stood: 0,
            partitions: BTreeMap::new(),
            timers: BTreeSet::new(),
        };
        machine.stand(plan, correlation, knowledge);
        Some(machine)
    }

    /// Evaluates what stands, at the run time that is known.
    fn stand(&mut self, plan: &Plan, correlation: &Correlation, knowledge: &Knowledge) {
        let nothing = Standing::default();
        let rule = Rule {
            plan,
            correlation,
            shape: &self.shape,
            standing: &nothing,
            form: &[],
            windows: self.windows,
            empty: &Event::default(),
            now: self.stood,
        };
        self.standing = Arc::new(Standing::new(rule, knowledge));
    }

    /// Evaluates what stands again where it depends on a run time that is
    /// another now.
    pub(crate) fn at_time(&mut self, plan: &Plan, knowledge: &Knowledge, now: i64) {
        let (Some(correlation), true) = (&plan.correlation, self.shape.timely) else {
            return;
        };
        let stands = plan.variables.iter().any(|of| of.source.stands());
        if stands && std::mem::replace(&mut self.stood, now) != now {
            self.stand(plan, correlation, knowledge);
        }
    }

    /// Takes in an event; true if it was bound to some variable.
    pub(crate) fn see(
        &mut self,
        rule: Rule<'_>,
        arrival: Arrival<'_>,
        counters: &mut Counters,
        tell: Tell<'_>,
    ) -> bool {
        let mut touched: BTreeSet<Vec<u8>> = BTreeSet::new();
        let mut taken = false;
        for (variable, branch) in rule.plan.branches.iter().enumerate() {
            let source = &rule.plan.variables[variable].source;
            if source.stands() || source.root() != arrival.event.kind() {
                continue;
            }
            let scope = Scope {
                event: arrival.event,
                bound: branch.variable,
                seed: arrival.seed,
                ..rule.scope()
            };
            let mut cut = false;
            let rows = entry::rows(scope, branch, &self.shape.sides[variable], &mut cut);
            counters.rows_cut += u64::from(cut);
            let Some(rows) = rows else { continue };
            let event = (arrival.time, arrival.id);
            for (form, entry) in entry::take(rule, variable, scope, &rows, event) {
                if !could_join(rule.at(&form), variable, &entry) {
                    continue;
                }
                match self.insert(&form, variable, entry, counters) {
                    Insert::New => {
                        taken = true;
                        touched.insert(form);
                    }
                    Insert::Known => {}
                    Insert::Full => counters.refused += 1,
                }
            }
        }
        for form in touched {
            let Some((form, partition)) = self
                .partitions
                .get_key_value(form.as_slice())
                .map(|(form, _)| Arc::clone(form))
                .and_then(|form| {
                    let partition = self.partitions.get_mut(&form)?;
                    Some((form, partition))
                })
            else {
                continue;
            };
            if rule.correlation.monotone {
                let mut out = Out { tell, cut: false };
                let event = (arrival.time, &**arrival.id);
                partition.touch(rule.at(&form), event, &mut out);
                counters.joins_cut += u64::from(out.cut);
            }
            set_timer(&mut self.timers, &form, partition, self.windows);
        }
        taken
    }

    /// Takes in an entry.
    fn insert(
        &mut self,
        form: &[u8],
        variable: usize,
        entry: entry::Entry,
        counters: &mut Counters,
    ) -> Insert {
        let bytes = entry.bytes();
        let variables = self.shape.sides.len();
        let known = self.partitions.contains_key(form);
        let new = if known {
            0
        } else {
            Partition::overhead(variables, form.len())
        };
        if counters.bytes.saturating_add(bytes + new) > STATE_BYTES_MAX {
            return Insert::Full;
        }
        let partition = self
            .partitions
            .entry(Arc::from(form))
            .or_insert_with(|| Partition::new(variables));
        let done = partition.insert(variable, entry);
        if done == Insert::New {
            counters.bytes += bytes + new;
        }
        done
    }

    /// Decides what the watermark has passed.
    pub(crate) fn advance(
        &mut self,
        rule: Rule<'_>,
        watermark: Timestamp,
        counters: &mut Counters,
        tell: Tell<'_>,
    ) {
        let due: Vec<_> = self
            .timers
            .iter()
            .take_while(|(time, _)| *time <= watermark)
            .map(|(_, form)| Arc::clone(form))
            .collect();
        for form in due {
            let Some(partition) = self.partitions.get_mut(&form) else {
                continue;
            };
            let before = partition_bytes(partition);
            let mut out = Out { tell, cut: false };
            partition.decide(rule.at(&form), watermark, &mut out);
            counters.joins_cut += u64::from(out.cut);
            counters.bytes = counters
                .bytes
                .saturating_sub(before - partition_bytes(partition));
            set_timer(&mut self.timers, &form, partition, self.windows);
            if partition.is_empty() {
                self.partitions.remove(&form);
                let own = Partition::overhead(self.shape.sides.len(), form.len());
                counters.bytes = counters.bytes.saturating_sub(own);
            }
        }
    }

    /// Puts back a partition that was saved; false if no machine would have it.
    pub(crate) fn put(
        &mut self,
        form: &[u8],
        mut partition: Partition,
        counters: &mut Counters,
    ) -> bool {
        counters.bytes +=
            partition_bytes(&partition) + Partition::overhead(self.shape.sides.len(), form.len());
        let form: Arc<[u8]> = Arc::from(form);
        partition.timer = None;
        set_timer(&mut self.timers, &form, &mut partition, self.windows);
        partition.timer.is_some() && self.partitions.insert(form, partition).is_none()
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.partitions.clear();
        self.timers.clear();
    }
}

fn partition_bytes(partition: &Partition) -> usize {
    let entries = partition.sides.iter().flatten();
    entries.map(entry::Entry::bytes).sum()
}

fn set_timer(
    timers: &mut BTreeSet<(Timestamp, Arc<[u8]>)>,
    form: &Arc<[u8]>,
    partition: &mut Partition,
    windows: Windows,
) {
    let due = partition.due(windows);
    if partition.timer == due {
        return;
    }
    if let Some(old) = partition.timer {
        timers.remove(&(old, Arc::clone(form)));
    }
    if let Some(due) = due {
        timers.insert((due, Arc::clone(form)));
    }
    partition.timer = due;
}
