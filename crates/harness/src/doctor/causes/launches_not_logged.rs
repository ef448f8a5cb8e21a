//! An audit daemon without a rule for programs.

use std::collections::BTreeSet;

use super::{AUDITD, Cause, ENOUGH, Finding, HOST, LINUX, Used, of};
use crate::doctor::facts::Facts;

/// This cause.
pub(super) const CAUSE: Cause = Cause {
    id: "launches_not_logged",
    look,
};

fn look(facts: &Facts, used: &Used<'_>) -> Vec<Finding> {
    let all = facts.of_type(LINUX);
    if all < ENOUGH || facts.host.launches > 0 {
        return Vec::new();
    }
    vec![Finding {
        cause: CAUSE.id,
        what: format!("{all} events of the audit daemon and no program among them"),
        mend: "log every program that is started",
        lines: "-a always,exit -F arch=b64 -S execve -S execveat -k yaral_exec",
        file: AUDITD,
        hides: of(used, HOST, |kind| kind.what == "launch"),
        weakens: BTreeSet::new(),
    }]
}
