//! Gaps in the numbers of the audit daemon.

use std::collections::BTreeSet;

use super::{AUDITD, Cause, Finding, LINUX, Used, percent};
use crate::doctor::facts::Facts;

/// This cause.
pub(super) const CAUSE: Cause = Cause {
    id: "records_lost",
    look,
};

fn look(facts: &Facts, _used: &Used<'_>) -> Vec<Finding> {
    let all = facts.of_type(LINUX);
    if percent(facts.missing_serials, all + facts.missing_serials) < 10 {
        return Vec::new();
    }
    vec![Finding {
        cause: CAUSE.id,
        what: format!(
            "{} numbers are missing between {all} events of the audit daemon",
            facts.missing_serials
        ),
        mend: "give the kernel more room and let it wait, or ship the whole log: what is filtered on the way cannot be told from what was lost",
        lines: "-b 32768\n--backlog_wait_time 60000",
        file: AUDITD,
        hides: BTreeSet::new(),
        // Gaps alone do not say that anything is missing.
        weakens: BTreeSet::new(),
    }]
}
