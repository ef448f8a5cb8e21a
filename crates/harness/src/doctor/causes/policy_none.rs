//! A resource that every cluster reads all the time, and the log never shows.

use std::collections::BTreeSet;

use super::{Cause, Finding, KUBERNETES, POLICY, Used, of};
use crate::doctor::facts::{EVENTS_ENOUGH, Facts};

/// This cause.
pub(super) const CAUSE: Cause = Cause {
    id: "policy_none",
    look,
};

/// Kinds that kubelets and controllers make all the time, with the rule of a
/// policy that logs them.
const CONSTANT: [(&str, &str, &str); 3] = [
    (
        "secrets read",
        "reads of secrets",
        "- level: Metadata\n  resources: [{ group: \"\", resources: [secrets, configmaps] }]",
    ),
    (
        "configmaps read",
        "reads of config maps",
        "- level: Metadata\n  resources: [{ group: \"\", resources: [secrets, configmaps] }]",
    ),
    (
        "serviceaccounts/token",
        "requests for tokens",
        "- level: Request\n  resources: [{ group: \"\", resources: [serviceaccounts/token] }]",
    ),
];

fn look(facts: &Facts, used: &Used<'_>) -> Vec<Finding> {
    let requests = &facts.requests;
    // Where nothing was answered, or nothing that reads is logged, another cause tells.
    let reads: u64 = requests.reads.values().sum();
    if requests.all < EVENTS_ENOUGH || requests.received_only == requests.all || reads == 0 {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (what, words, lines) in CONSTANT {
        let hides = of(used, KUBERNETES, |kind| kind.what == what);
        if hides.iter().all(|kind| facts.count(kind) == 0) && !hides.is_empty() {
            findings.push(Finding {
                cause: CAUSE.id,
                what: format!("{} requests and no {words} among them", requests.all),
                mend: "take away the rule of level None that hides them, or put this one before it",
                lines,
                file: POLICY,
                hides,
                weakens: BTreeSet::new(),
            });
        }
    }
    findings
}
