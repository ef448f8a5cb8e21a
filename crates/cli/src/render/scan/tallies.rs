//! What the summary says beyond the runtime's own counts.

use std::collections::BTreeMap;

use yaral_engine::Detection;
use yaral_ir::plan::Plan;
use yaral_runtime::encode::severity_of;

use super::facts::Facts;
use crate::tally::Tally;

/// Detections by severity, and the names that stand in them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tallies {
    /// Detections by severity, in capitals.
    pub(crate) severities: BTreeMap<String, u64>,
    /// Hosts of detections.
    pub(crate) hosts: Tally,
    /// Users of detections.
    pub(crate) users: Tally,
}

impl Tallies {
    /// Counts one detection.
    pub(crate) fn see(&mut self, detection: &Detection, rule: &Plan) {
        *self
            .severities
            .entry(severity_of(detection, rule))
            .or_default() += 1;
        if let Some(event) = detection.evidence.iter().find_map(|e| e.event.as_ref()) {
            let facts = Facts::of(event);
            self.hosts.see(facts.host.as_deref().unwrap_or_default());
            self.users.see(facts.who.as_deref().unwrap_or_default());
        }
    }
}
