//! A policy that leaves out the accounts of the control plane.

use std::collections::BTreeSet;

use super::{Cause, Finding, KUBERNETES, POLICY, Used, of};
use crate::doctor::facts::{EVENTS_ENOUGH, Facts};

/// This cause.
pub(super) const CAUSE: Cause = Cause {
    id: "own_accounts_left_out",
    look,
};

fn look(facts: &Facts, used: &Used<'_>) -> Vec<Finding> {
    let requests = &facts.requests;
    // What managed clusters log is not decided by a policy of the user's.
    let foreign = ["eks", "gke", "aks"]
        .iter()
        .any(|name| requests.envelopes.contains_key(*name));
    if requests.all < EVENTS_ENOUGH || requests.own_accounts > 0 || foreign {
        return Vec::new();
    }
    vec![Finding {
        cause: CAUSE.id,
        what: format!(
            "{} requests and none by an account of kube-system",
            requests.all
        ),
        mend: "take away the rule of level None for service accounts of kube-system: a stolen controller would not be seen",
        lines: "- level: Metadata\n  userGroups: [\"system:serviceaccounts:kube-system\"]",
        file: POLICY,
        hides: BTreeSet::new(),
        weakens: of(used, KUBERNETES, |_| true),
    }]
}
