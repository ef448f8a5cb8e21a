//! Writes a state.

use yaral_ir::plan::Plan;

use super::value::Writer;
use super::{MAGIC, fingerprint};
use crate::correlate::entry::Entry;
use crate::correlate::machine::Machine;
use crate::correlate::memory::Memory;
use crate::correlate::partition::Partition;
use crate::correlate::suppress::Suppressor;
use crate::detection::Detection;
use crate::explain::Held;

pub(super) fn memory(plans: &[Plan], memory: &Memory) -> Vec<u8> {
    let mut out = Writer(MAGIC.to_vec());
    out.count(plans.len());
    for plan in plans {
        out.0.extend_from_slice(&fingerprint(plan));
    }
    out.option(memory.watermark, Writer::time);
    out.0.extend_from_slice(&memory.now.to_le_bytes());
    for machine in memory.machines.iter().flatten() {
        out.machine(machine);
    }
    for suppressor in memory.suppressors.iter().flatten() {
        out.suppressor(suppressor);
    }
    out.0
}

impl Writer {
    fn machine(&mut self, machine: &Machine) {
        self.count(machine.partitions.len());
        for (form, partition) in &machine.partitions {
            self.bytes(form);
            self.partition(partition);
        }
    }

    fn partition(&mut self, partition: &Partition) {
        self.option(partition.decided, Writer::time);
        self.0.push(u8::from(partition.unsure));
        self.count(partition.groups.len());
        for (form, known) in &partition.groups {
            self.bytes(form);
            self.count(known.open.len());
            for start in &known.open {
                self.time(*start);
            }
            self.option(known.behind, Writer::time);
        }
        for side in &partition.sides {
            self.count(side.len());
            for entry in side {
                self.entry(entry);
            }
        }
    }

    fn entry(&mut self, entry: &Entry) {
        self.time(entry.time);
        self.bytes(entry.id.as_bytes());
        for part in &entry.parts {
            self.number(u64::from(part.rows));
            for value in &part.values {
                self.value(value);
            }
        }
    }

    fn suppressor(&mut self, suppressor: &Suppressor) {
        self.count(suppressor.kept.len());
        for (key, (start, id)) in &suppressor.kept {
            self.bytes(key);
            self.time(*start);
            self.bytes(id.as_bytes());
        }
        self.count(suppressor.told.len());
        for (key, start, id) in &suppressor.told {
            self.bytes(key);
            self.time(*start);
            self.bytes(id.as_bytes());
        }
        self.option(suppressor.floor, Writer::time);
        self.count(suppressor.pending.len());
        for detection in suppressor.pending.values() {
            self.detection(detection);
        }
    }

    /// A detection of a single event that waits. Event and origin belong to
    /// whoever holds the raw record.
    fn detection(&mut self, detection: &Detection) {
        self.bytes(detection.id.as_bytes());
        self.time(detection.time);
        self.count(detection.outcomes.len());
        for (name, value) in &detection.outcomes {
            self.bytes(name.as_bytes());
            self.value(value);
        }
        self.0
            .extend_from_slice(&detection.risk_score.to_bits().to_le_bytes());
        self.option(detection.branch.as_deref(), |out, branch| {
            out.bytes(branch.as_bytes());
        });
        self.count(detection.evidence.len());
        for evidence in &detection.evidence {
            self.bytes(evidence.variable.as_bytes());
            self.bytes(evidence.event_id.as_bytes());
        }
        self.number(detection.why.rows);
        self.count(detection.why.steps.len());
        for step in &detection.why.steps {
            self.number(u64::from(step.depth));
            self.bytes(step.text.as_bytes());
            self.0.push(match step.held {
                Held::Yes => 0,
                Held::No => 1,
                Held::Skipped => 2,
            });
            self.count(step.actual.len());
            for (path, value) in &step.actual {
                self.bytes(path.as_bytes());
                self.bytes(value.as_bytes());
            }
        }
    }
}
