//! Clocks that are wrong, or logs that come late.

use std::collections::BTreeSet;

use super::{Cause, Finding, Used, percent};
use crate::doctor::facts::Facts;

/// This cause.
pub(super) const CAUSE: Cause = Cause {
    id: "clock_off",
    look,
};

fn look(facts: &Facts, used: &Used<'_>) -> Vec<Finding> {
    let all: u64 = facts.log_types.values().sum();
    let off = facts.late + facts.early;
    if off == 0 || percent(off, all) < 1 {
        return Vec::new();
    }
    vec![Finding {
        cause: CAUSE.id,
        what: format!(
            "{} events were recorded more than ten minutes after they happened, {} before",
            facts.late, facts.early
        ),
        mend: "set the clocks by NTP; rules over several events join what is near in time",
        lines: "timedatectl set-ntp true",
        file: "deploy/README.md",
        hides: BTreeSet::new(),
        weakens: used.iter().map(|kind| (**kind).clone()).collect(),
    }]
}
