//! Secrets logged with their bodies: the log itself is then a place to steal them from.

use std::collections::BTreeSet;

use super::{Cause, Finding, POLICY, Used};
use crate::doctor::facts::Facts;

/// This cause.
pub(super) const CAUSE: Cause = Cause {
    id: "level_too_high",
    look,
};

fn look(facts: &Facts, _used: &Used<'_>) -> Vec<Finding> {
    let levels = &facts.requests.levels;
    let bodies: u64 = levels
        .iter()
        .filter(|((what, level), _)| what.starts_with("secrets ") && level.starts_with("Request"))
        .map(|(_, count)| count)
        .sum();
    if bodies == 0 {
        return Vec::new();
    }
    vec![Finding {
        cause: CAUSE.id,
        what: format!(
            "{bodies} requests on secrets were logged with a body, so the log holds the secrets"
        ),
        mend: "log secrets and config maps at level Metadata and never above; guard and shorten the logs that there are",
        lines: "- level: Metadata\n  resources: [{ group: \"\", resources: [secrets, configmaps] }]",
        file: POLICY,
        hides: BTreeSet::new(),
        weakens: BTreeSet::new(),
    }]
}
