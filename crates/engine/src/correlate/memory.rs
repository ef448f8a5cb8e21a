//! What an engine remembers between events.

use std::sync::Arc;

use yaral_ir::plan::Plan;
use yaral_udm::{Event, Timestamp};

use super::machine::{Arrival, Counters, Machine};
use super::partition::Told;
use super::report;
use super::rule::Rule;
use super::suppress::Suppressor;
use crate::context::Context;
use crate::detection::{Detection, Status};
use crate::knowledge::Knowledge;

/// What the engine remembers between events.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// The state of each rule that is correlated.
    pub(crate) machines: Vec<Option<Machine>>,
    /// That of each rule with the option `suppression_window`.
    pub(crate) suppressors: Vec<Option<Suppressor>>,
    /// No event before it is taken in.
    pub(crate) watermark: Option<Timestamp>,
    pub(crate) counters: Counters,
    /// The run time that the last event came with.
    pub(crate) now: i64,
    /// Whether a later detection may name the last event.
    pub(crate) kept: bool,
    /// An event without fields.
    pub(crate) empty: Event,
    /// What rules know beside the events.
    pub(crate) knowledge: Arc<Knowledge>,
}

impl Memory {
    /// Nothing remembered yet.
    pub(crate) fn new(plans: &[Plan], knowledge: Arc<Knowledge>) -> Self {
        let machines = plans.iter().map(|plan| Machine::new(plan, &knowledge));
        Memory {
            machines: machines.collect(),
            knowledge,
            suppressors: plans.iter().map(Suppressor::new).collect(),
            ..Memory::default()
        }
    }

    /// Whether an event comes too late for a rule that remembers.
    pub(crate) fn is_late(&self, rule: usize, event: &Event) -> bool {
        let remembers = self.machines[rule].is_some() || self.suppressors[rule].is_some();
        // A rule that remembers nothing need not have the time looked up.
        let late = |watermark| event.event_time().unwrap_or_default() < watermark;
        remembers && self.watermark.is_some_and(late)
    }

    /// Lets a correlated rule see an event; false if the rule is none.
    pub(crate) fn see(
        &mut self,
        (position, plan): (usize, &Plan),
        (event, seed): (&Event, u64),
        context: &Context<'_>,
        out: &mut Vec<Detection>,
    ) -> bool {
        let machine = self.machines[position].as_mut();
        let Some((machine, correlation)) = machine.zip(plan.correlation.as_ref()) else {
            return false;
        };
        let id = Arc::from(context.event_id);
        let arrival = Arrival {
            event,
            time: event.event_time().unwrap_or_default(),
            id: &id,
            seed,
        };
        machine.at_time(plan, &self.knowledge, context.now);
        let (shape, standing) = (Arc::clone(&machine.shape), Arc::clone(&machine.standing));
        let rule = Rule {
            plan,
            correlation,
            shape: &shape,
            standing: &standing,
            form: &[],
            windows: machine.windows,
            empty: &self.empty,
            now: context.now,
        };
        let mut suppressor = self.suppressors[position].as_mut();
        let tell = &mut |told: Told<'_>| {
            let mut made = report::of(position, rule, told);
            if suppressor
                .as_mut()
                .is_none_or(|suppressor| suppressor.tells(&mut made))
            {
                out.push(made);
            }
        };
        self.kept |= machine.see(rule, arrival, &mut self.counters, tell);
        true
    }

    /// Holds back the detection of a single event where its rule suppresses.
    pub(crate) fn suppress(
        &mut self,
        rule: usize,
        mut detection: Detection,
        out: &mut Vec<Detection>,
    ) {
        let Some(suppressor) = self.suppressors[rule].as_mut() else {
            return out.push(detection);
        };
        detection.status = Status::Provisional;
        if suppressor.tells(&mut detection) {
            out.push(detection.clone());
        }
        self.kept = true;
        let before = out.len();
        if !suppressor.hold(detection, out) {
            self.counters.refused += 1;
        }
        let through = out[before..].iter();
        let stands = through.filter(|made| made.status == Status::Final);
        self.counters.let_through += stands.count() as u64;
    }
}
