//! The engine over time: correlated rules, watermarks, suppression, state.

use std::sync::Arc;

use yaral_udm::Timestamp;

use crate::composite::Happened;
use crate::context::Context;
use crate::correlate::codec::{self, StateError};
use crate::correlate::machine::Counters;
use crate::correlate::report;
use crate::correlate::rule::Rule;
use crate::detection::{Detection, Status};
use crate::engine::Engine;
use crate::knowledge::{Forgetful, Recall};

impl Engine {
    /// Learns that no event before the watermark will come, and appends the
    /// detections that stand by it, sorted by rule, window start and id.
    ///
    /// An event that comes before it all the same is not taken in by rules
    /// with `match` or `suppression_window`, and is counted. A watermark that
    /// lies before the last one changes nothing.
    pub fn advance(&mut self, watermark: Timestamp, out: &mut Vec<Detection>) {
        self.advance_with(watermark, &Forgetful, out);
    }

    /// Like [`Engine::advance`]; rules over detections read the events that a
    /// detection refers to as they are recalled.
    pub fn advance_with(
        &mut self,
        watermark: Timestamp,
        recall: &dyn Recall,
        out: &mut Vec<Detection>,
    ) {
        let before = self.memory.watermark;
        if before.is_some_and(|known| known >= watermark) {
            return;
        }
        self.memory.watermark = Some(watermark);
        let mut found = vec![Vec::new(); self.plans.len()];
        let simple = (0..self.plans.len()).filter(|position| !self.composites.contains(position));
        for position in simple.collect::<Vec<_>>() {
            found[position] = self.decide(position, watermark);
        }
        // What the others found happened before the watermark, and rules over
        // detections have yet to learn of that.
        let mut told = Vec::new();
        for made in found.iter().flatten() {
            self.feed(made, (recall, before), &mut told);
        }
        for position in self.composites.clone() {
            found[position] = self.decide(position, watermark);
        }
        for made in told {
            let before = &mut found[made.rule];
            let at = before.partition_point(|other| other.status == Status::Provisional);
            before.insert(at, made);
        }
        let mut all: Vec<_> = found.into_iter().flatten().collect();
        let stands = all.iter().filter(|made| made.status == Status::Final);
        self.stats.detections += stands.count() as u64;
        out.append(&mut all);
    }

    /// What one rule has decided by a watermark, sorted by window start and id.
    fn decide(&mut self, position: usize, watermark: Timestamp) -> Vec<Detection> {
        let plan = &self.plans[position];
        let mut found = Vec::new();
        if let (Some(machine), Some(correlation)) = (
            self.memory.machines[position].as_mut(),
            plan.correlation.as_ref(),
        ) {
            let (shape, standing) = (Arc::clone(&machine.shape), Arc::clone(&machine.standing));
            let rule = Rule {
                plan,
                correlation,
                shape: &shape,
                standing: &standing,
                form: &[],
                windows: machine.windows,
                empty: &self.memory.empty,
                now: self.memory.now,
            };
            machine.advance(rule, watermark, &mut self.memory.counters, &mut |told| {
                found.push(report::of(position, rule, told));
            });
        }
        found.sort_by(|a, b| (a.window.0, &a.id).cmp(&(b.window.0, &b.id)));
        if let Some(suppressor) = self.memory.suppressors[position].as_mut() {
            let mut kept = Vec::new();
            for detection in found {
                suppressor.pass(detection, &mut kept);
            }
            suppressor.advance(watermark, &mut kept);
            found = kept;
        }
        found
    }

    /// Lets the rules over detections see one that stands. Of a detection that
    /// comes before the watermark they were told, nothing is made.
    pub(crate) fn feed(
        &mut self,
        made: &Detection,
        (recall, watermark): (&dyn Recall, Option<Timestamp>),
        out: &mut Vec<Detection>,
    ) {
        let from = made.rule;
        if made.status != Status::Final
            || self.composites.is_empty()
            || self.composites.contains(&from)
        {
            return;
        }
        let record = Happened::told(&self.plans[from], made).record(recall);
        let late = watermark.is_some_and(|watermark| made.time < watermark);
        let context = Context {
            event_id: &made.id,
            now: self.memory.now,
        };
        let seed = self.seed(&made.id);
        for &position in &self.composites {
            self.stats.evaluations += 1;
            if late {
                self.stats.late += 1;
                continue;
            }
            let plan = &self.plans[position];
            self.memory
                .see((position, plan), (&record, seed), &context, out);
        }
    }

    /// Learns that no event will come any more, appends what stands, and is
    /// ready for another input.
    pub fn finish(&mut self, out: &mut Vec<Detection>) {
        self.finish_with(&Forgetful, out);
    }

    /// Like [`Engine::finish`], with events recalled as in
    /// [`Engine::advance_with`].
    pub fn finish_with(&mut self, recall: &dyn Recall, out: &mut Vec<Detection>) {
        let end = Timestamp {
            seconds: i64::MAX,
            nanos: i32::MAX,
        };
        self.advance_with(end, recall, out);
        self.forget();
    }

    /// Drops all state, as if no event had come.
    pub fn forget(&mut self) {
        self.memory.watermark = None;
        for machine in self.memory.machines.iter_mut().flatten() {
            machine.clear();
        }
        for suppressor in self.memory.suppressors.iter_mut().flatten() {
            suppressor.clear();
        }
        self.memory.counters.bytes = 0;
    }

    /// Whether a later detection may name the last event: it was bound to a
    /// variable of a correlated rule, or its own detection waits.
    #[must_use]
    pub fn kept_last(&self) -> bool {
        self.memory.kept
    }

    /// How long after its own time an event may still be named by a detection
    /// to come, in seconds; 0 if no rule looks back.
    #[must_use]
    pub fn reach(&self) -> i64 {
        let reach = self.plans.iter().map(|plan| {
            let window = plan.correlation.as_ref().map_or(0, |c| c.window.length_s);
            window.max(i64::from(plan.suppression_s.is_some()))
        });
        reach.max().unwrap_or(0)
    }

    /// The state as bytes, for [`Engine::restore`]. What was counted in
    /// [`crate::Stats`] is not part of it.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        codec::save(&self.plans, &self.memory)
    }

    /// Takes over a state that an engine with the same rules has saved.
    ///
    /// # Errors
    /// If the bytes are no such state; the engine is then as it was.
    pub fn restore(&mut self, state: &[u8]) -> Result<(), StateError> {
        let memory = codec::restore(&self.plans, state, &self.memory.knowledge)?;
        let before = std::mem::replace(&mut self.memory, memory);
        // What was counted so far stays counted.
        self.memory.counters = Counters {
            bytes: self.memory.counters.bytes,
            ..before.counters
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use yaral_udm::{Event, FieldSet, read_event};

    use crate::limits::STATE_BYTES_MAX;
    use crate::{Context, Engine};

    #[test]
    fn state_bytes_max() {
        let text = "rule r { meta: events: $a.principal.hostname = $h match: $h over 5m condition: #a > 1 }";
        let compiled = yaral_compiler::compile(text, &yaral_compiler::Options::default());
        let plans = compiled.rules.into_iter().filter_map(|rule| rule.plan);
        let mut engine = Engine::new(plans.collect());
        engine.memory.counters.bytes = STATE_BYTES_MAX;
        let mut event = Event::default();
        let json = br#"{"principal":{"hostname":"h"}}"#;
        read_event(json, &FieldSet::all(), &mut event).expect("it is UDM JSON");
        let context = Context {
            event_id: "e",
            now: 0,
        };
        engine.evaluate(&event, &context, &mut Vec::new());
        assert_eq!(engine.stats().refused, 1);
        engine.forget();
        engine.evaluate(&event, &context, &mut Vec::new());
        assert_eq!(engine.stats().refused, 1);
    }
}
