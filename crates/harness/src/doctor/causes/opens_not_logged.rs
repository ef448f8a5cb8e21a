//! An audit daemon without a rule for the files that hold tokens.

use std::collections::BTreeSet;

use super::{AUDITD, Cause, ENOUGH, Finding, HOST, LINUX, Used, of};
use crate::doctor::facts::Facts;

/// This cause.
pub(super) const CAUSE: Cause = Cause {
    id: "opens_not_logged",
    look,
};

fn look(facts: &Facts, used: &Used<'_>) -> Vec<Finding> {
    let all = facts.of_type(LINUX);
    let hides = of(used, HOST, |kind| kind.what.starts_with("open in"));
    let opens = facts.kinds.keys();
    let opens = opens.filter(|kind| kind.source == HOST && kind.what.starts_with("open in"));
    if all < ENOUGH || opens.count() > 0 || hides.is_empty() {
        return Vec::new();
    }
    vec![Finding {
        cause: CAUSE.id,
        what: format!("{all} events of the audit daemon and no file is opened"),
        mend: "log opens where tokens and credentials are; in containers by the ids of their users, since a watch of a folder does not see what is mounted later",
        lines: "-w /var/run/secrets -p r -k yaral_token\n-w /etc/kubernetes -p r -k yaral_conf\n-a always,exit -F arch=b64 -S open,openat,openat2 -F dir=/var/lib/kubelet/pods -F auid!=unset -k yaral_kubelet\n-a always,exit -F arch=b64 -S open,openat,openat2 -F uid>=10000 -F uid<60000 -k yaral_container_open",
        file: AUDITD,
        hides,
        weakens: BTreeSet::new(),
    }]
}
