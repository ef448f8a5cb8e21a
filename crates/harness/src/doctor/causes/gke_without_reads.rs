//! GKE without the logs of data access.

use std::collections::BTreeSet;

use super::{Cause, Finding, KUBERNETES, Used, of};
use crate::doctor::facts::Facts;

/// Requests from which on one that reads is missing: any cluster reads all the time.
const ENOUGH: u64 = 20;

/// This cause.
pub(super) const CAUSE: Cause = Cause {
    id: "gke_without_reads",
    look,
};

fn look(facts: &Facts, used: &Used<'_>) -> Vec<Finding> {
    let requests = &facts.requests;
    let all = requests.envelopes.get("gke").copied().unwrap_or_default();
    let reads = requests.reads.get("gke").copied().unwrap_or_default();
    if all < ENOUGH || reads > 0 {
        return Vec::new();
    }
    vec![Finding {
        cause: CAUSE.id,
        what: format!("{all} requests of GKE and none of them reads"),
        mend: "switch Data Access audit logs of the Kubernetes Engine API on; they are off by default",
        lines: "auditConfigs:\n- service: k8s.io\n  auditLogConfigs:\n  - logType: DATA_READ",
        file: "deploy/README.md",
        hides: of(used, KUBERNETES, |kind| kind.what.ends_with(" read")),
        weakens: BTreeSet::new(),
    }]
}
