//! Hosts on which nobody ever logged in, by the audit log.

use std::collections::BTreeSet;

use super::{Cause, Finding, HOST, LINUX, Used, of};
use crate::doctor::facts::Facts;

/// This cause.
pub(super) const CAUSE: Cause = Cause {
    id: "logins_unknown",
    look,
};

/// Events from which on a login is missing.
const ENOUGH: u64 = 200;

fn look(facts: &Facts, used: &Used<'_>) -> Vec<Finding> {
    if facts.of_type(LINUX) < ENOUGH || facts.host.logged_in > 0 {
        return Vec::new();
    }
    vec![Finding {
        cause: CAUSE.id,
        what: "no event has the id of a login, so people and services look alike".to_owned(),
        mend: "set the login id by PAM where sessions begin, and start the kernel with audit=1",
        lines: "session required pam_loginuid.so",
        file: "deploy/README.md",
        hides: BTreeSet::new(),
        weakens: of(used, HOST, |_| true),
    }]
}
