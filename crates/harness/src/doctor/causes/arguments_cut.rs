//! Command lines whose ends are missing.

use std::collections::BTreeSet;

use super::{Cause, Finding, HOST, Used, of};
use crate::doctor::facts::Facts;

/// This cause.
pub(super) const CAUSE: Cause = Cause {
    id: "arguments_cut",
    look,
};

fn look(facts: &Facts, used: &Used<'_>) -> Vec<Finding> {
    if facts.host.cut == 0 {
        return Vec::new();
    }
    vec![Finding {
        cause: CAUSE.id,
        what: format!(
            "{} of {} command lines are cut",
            facts.host.cut, facts.host.launches
        ),
        mend: "ship whole lines: read the log by file, or raise the length at which syslog cuts",
        lines: "global(maxMessageSize=\"64k\")",
        file: "deploy/README.md",
        hides: BTreeSet::new(),
        weakens: of(used, HOST, |kind| kind.what == "launch"),
    }]
}
