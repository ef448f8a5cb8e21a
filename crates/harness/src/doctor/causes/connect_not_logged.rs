//! An audit daemon without a rule for connections.

use std::collections::BTreeSet;

use super::{AUDITD, Cause, ENOUGH, Finding, HOST, LINUX, Used, of};
use crate::doctor::facts::Facts;

/// This cause.
pub(super) const CAUSE: Cause = Cause {
    id: "connect_not_logged",
    look,
};

fn look(facts: &Facts, used: &Used<'_>) -> Vec<Finding> {
    let all = facts.of_type(LINUX);
    let hides = of(used, HOST, |kind| kind.what.starts_with("connection"));
    let hides: BTreeSet<_> = hides
        .into_iter()
        .filter(|kind| facts.count(kind) == 0)
        .collect();
    if all < ENOUGH || hides.is_empty() {
        return Vec::new();
    }
    vec![Finding {
        cause: CAUSE.id,
        what: {
            let names: Vec<&str> = hides.iter().map(|kind| kind.what.as_str()).collect();
            format!(
                "{all} events of the audit daemon and no {}",
                names.join(", no ")
            )
        },
        mend: "log connections to the sockets of runtimes, and those of people by TCP",
        lines: "-a always,exit -F arch=b64 -S connect -F path=/run/docker.sock -k yaral_socket\n-a always,exit -F arch=b64 -S connect -F a2=16 -F auid!=unset -k yaral_connect\n-a always,exit -F arch=b64 -S connect -F a2=28 -F auid!=unset -k yaral_connect",
        file: AUDITD,
        hides,
        weakens: BTreeSet::new(),
    }]
}
