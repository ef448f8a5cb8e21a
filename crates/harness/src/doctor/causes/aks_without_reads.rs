//! AKS with the category that leaves out what is read.

use std::collections::BTreeSet;

use super::{Cause, Finding, KUBERNETES, Used, of};
use crate::doctor::facts::Facts;

/// Requests from which on one that reads is missing: any cluster reads all the time.
const ENOUGH: u64 = 20;

/// This cause.
pub(super) const CAUSE: Cause = Cause {
    id: "aks_without_reads",
    look,
};

fn look(facts: &Facts, used: &Used<'_>) -> Vec<Finding> {
    let requests = &facts.requests;
    let all = requests.envelopes.get("aks").copied().unwrap_or_default();
    let reads = requests.reads.get("aks").copied().unwrap_or_default();
    if all < ENOUGH || reads > 0 {
        return Vec::new();
    }
    vec![Finding {
        cause: CAUSE.id,
        what: format!("{all} requests of AKS and none of them reads"),
        mend: "choose the category kube-audit in the diagnostic setting; kube-audit-admin has no get and no list",
        lines: "az monitor diagnostic-settings create --logs '[{ \"category\": \"kube-audit\", \"enabled\": true }]' …",
        file: "deploy/README.md",
        hides: of(used, KUBERNETES, |kind| kind.what.ends_with(" read")),
        weakens: BTreeSet::new(),
    }]
}
