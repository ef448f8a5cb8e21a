//! Reads a state.

use std::collections::BTreeMap;
use std::sync::Arc;

use yaral_ir::plan::Plan;

use super::value::Reader;
use super::{MAGIC, StateError, fingerprint};
use crate::correlate::entry::{Entry, Part};
use crate::correlate::memory::Memory;
use crate::correlate::partition::{Known, Partition};
use crate::correlate::shape::{Shape, Side};
use crate::correlate::suppress::Suppressor;
use crate::detection::{Detection, Evidence, Status};
use crate::explain::{Explanation, Held, Step};
use crate::knowledge::Knowledge;
use crate::limits::{EVENTS_PER_KEY_MAX, STATE_BYTES_MAX, SUPPRESSION_PENDING_MAX};

type Read<T> = Result<T, StateError>;

pub(super) fn memory(plans: &[Plan], state: &[u8], knowledge: &Arc<Knowledge>) -> Read<Memory> {
    let body = state.strip_prefix(MAGIC).ok_or(StateError::NotAState)?;
    let mut from = Reader(body);
    if from.count()? != plans.len() {
        return Err(StateError::OtherRules);
    }
    for plan in plans {
        if from.take(32)? != fingerprint(plan) {
            return Err(StateError::OtherRules);
        }
    }
    let mut memory = Memory::new(plans, Arc::clone(knowledge));
    memory.watermark = from.option(Reader::time)?;
    let now = from.take(8)?.try_into().map_err(|_| StateError::Damaged)?;
    memory.now = i64::from_le_bytes(now);
    for (machine, plan) in memory.machines.iter_mut().zip(plans) {
        if let Some(machine) = machine {
            machine.at_time(plan, knowledge, memory.now);
        }
    }
    let counters = &mut memory.counters;
    for machine in memory.machines.iter_mut().flatten() {
        let mut last: Option<&[u8]> = None;
        for _ in 0..from.count()? {
            let form = from.bytes()?;
            if last.is_some_and(|last| last >= form) {
                return Err(StateError::Damaged);
            }
            last = Some(form);
            let partition = from.partition(&machine.shape)?;
            if !machine.put(form, partition, counters) || counters.bytes > STATE_BYTES_MAX {
                return Err(StateError::Damaged);
            }
        }
    }
    for (position, plan) in plans.iter().enumerate() {
        if let Some(suppressor) = memory.suppressors[position].as_mut() {
            from.suppressor(position, plan, suppressor)?;
        }
    }
    if from.0.is_empty() {
        Ok(memory)
    } else {
        Err(StateError::Damaged)
    }
}

/// Whatever is written in order is read in order, and nothing twice: there is
/// one spelling of a state.
fn ascending<T: Ord>(last: Option<&T>, next: &T) -> Read<()> {
    if last.is_some_and(|last| last >= next) {
        return Err(StateError::Damaged);
    }
    Ok(())
}

impl Reader<'_> {
    fn partition(&mut self, shape: &Shape) -> Read<Partition> {
        let mut partition = Partition::new(shape.sides.len());
        partition.decided = self.option(Reader::time)?;
        partition.unsure = self.flag()?;
        let mut groups = BTreeMap::new();
        for _ in 0..self.count()? {
            let form = self.bytes()?.to_vec();
            let mut known = Known::default();
            for _ in 0..self.count()? {
                known.open.push(self.time()?);
            }
            known.behind = self.option(Reader::time)?;
            ascending(groups.last_key_value().map(|(last, _)| last), &form)?;
            if !known.open.is_sorted_by(|a, b| a < b) {
                return Err(StateError::Damaged);
            }
            groups.insert(form, known);
        }
        partition.groups = groups;
        for (variable, side) in shape.sides.iter().enumerate() {
            let entries = &mut partition.sides[variable];
            let count = self.count()?;
            // What stands is no part of a state.
            if count > EVENTS_PER_KEY_MAX || (count > 0 && !shape.timed[variable]) {
                return Err(StateError::Damaged);
            }
            for _ in 0..count {
                entries.push(self.entry(side)?);
            }
            if !entries.is_sorted_by(|a, b| (a.time, &a.id) < (b.time, &b.id)) {
                return Err(StateError::Damaged);
            }
        }
        Ok(partition)
    }

    fn entry(&mut self, side: &Side) -> Read<Entry> {
        let time = self.time()?;
        let id = Arc::from(self.text()?);
        let mut parts = Vec::with_capacity(side.parts.len());
        for (at, slots) in side.parts.iter().enumerate() {
            let rows = u32::try_from(self.number()?).map_err(|_| StateError::Damaged)?;
            let one = at == 0;
            // A row without slots takes no bytes, so rows alone prove nothing.
            let values = (rows as usize).saturating_mul(slots.len());
            if rows == 0 || (one && rows != 1) || values > self.0.len() {
                return Err(StateError::Damaged);
            }
            let values = (0..values).map(|_| self.value());
            parts.push(Arc::new(Part {
                rows,
                values: values.collect::<Read<Vec<_>>>()?.into(),
            }));
        }
        Ok(Entry {
            time,
            id,
            parts: parts.into(),
        })
    }

    fn suppressor(
        &mut self,
        position: usize,
        plan: &Plan,
        suppressor: &mut Suppressor,
    ) -> Read<()> {
        for _ in 0..self.count()? {
            let key = self.bytes()?.to_vec();
            let kept = (self.time()?, self.owned()?);
            ascending(suppressor.kept.last_key_value().map(|(last, _)| last), &key)?;
            suppressor.kept.insert(key, kept);
        }
        for _ in 0..self.count()? {
            let told = (self.bytes()?.to_vec(), self.time()?, self.owned()?);
            ascending(suppressor.told.last(), &told)?;
            suppressor.told.insert(told);
        }
        suppressor.floor = self.option(Reader::time)?;
        let waiting = self.count()?;
        if waiting > SUPPRESSION_PENDING_MAX {
            return Err(StateError::Damaged);
        }
        for _ in 0..waiting {
            let detection = self.detection(position, plan)?;
            let place = (detection.window.0, detection.id.clone());
            ascending(
                suppressor.pending.last_key_value().map(|(last, _)| last),
                &place,
            )?;
            if !suppressor.hold(detection, &mut Vec::new()) {
                return Err(StateError::Damaged);
            }
        }
        Ok(())
    }

    fn owned(&mut self) -> Read<String> {
        self.text().map(str::to_owned)
    }

    fn detection(&mut self, rule: usize, plan: &Plan) -> Read<Detection> {
        let id = self.owned()?;
        let time = self.time()?;
        let mut outcomes = Vec::new();
        for _ in 0..self.count()? {
            outcomes.push((self.owned()?, self.value()?));
        }
        let names = plan.outcomes.iter().map(|outcome| &outcome.name);
        if !names.eq(outcomes.iter().map(|(name, _)| name)) {
            return Err(StateError::Damaged);
        }
        let score = self.take(8)?.try_into().map_err(|_| StateError::Damaged)?;
        let branch = self.option(Reader::owned)?;
        let mut evidence = Vec::new();
        for _ in 0..self.count()? {
            evidence.push(Evidence {
                variable: self.owned()?,
                event_id: self.owned()?,
                event: None,
                origin: None,
            });
        }
        Ok(Detection {
            id,
            rule,
            time,
            window: (time, time),
            matches: Vec::new(),
            outcomes,
            risk_score: f64::from_bits(u64::from_le_bytes(score)),
            branch,
            counts: evidence
                .iter()
                .map(|one| (one.variable.clone(), 1))
                .collect(),
            evidence,
            why: self.why()?,
            status: Status::Final,
        })
    }

    fn why(&mut self) -> Read<Explanation> {
        let rows = self.number()?;
        let mut steps = Vec::new();
        for _ in 0..self.count()? {
            let depth = u16::try_from(self.number()?).map_err(|_| StateError::Damaged)?;
            let text = self.owned()?;
            let held = match self.byte()? {
                0 => Held::Yes,
                1 => Held::No,
                2 => Held::Skipped,
                _ => return Err(StateError::Damaged),
            };
            let mut actual = Vec::new();
            for _ in 0..self.count()? {
                actual.push((self.owned()?, self.owned()?));
            }
            steps.push(Step {
                depth,
                text,
                held,
                actual,
            });
        }
        Ok(Explanation { steps, rows })
    }
}
