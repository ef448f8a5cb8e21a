//! The log of one of several API servers.

use std::collections::BTreeSet;

use super::{Cause, Finding, KUBERNETES, Used, of};
use crate::doctor::facts::Facts;

/// This cause.
pub(super) const CAUSE: Cause = Cause {
    id: "one_server",
    look,
};

fn look(facts: &Facts, used: &Used<'_>) -> Vec<Finding> {
    let requests = &facts.requests;
    let openshift = requests.envelopes.contains_key("openshift");
    if requests.servers.len() != 1 || !openshift {
        return Vec::new();
    }
    vec![Finding {
        cause: CAUSE.id,
        what: "all records are those of one server, and OpenShift has several".to_owned(),
        mend: "collect the log of every control plane node",
        lines: "oc adm node-logs --role=master --path=kube-apiserver/audit.log",
        file: "deploy/README.md",
        hides: BTreeSet::new(),
        weakens: of(used, KUBERNETES, |_| true),
    }]
}
