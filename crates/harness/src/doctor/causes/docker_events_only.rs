//! A Docker daemon whose requests are not logged.

use std::collections::BTreeSet;

use super::{Cause, DOCKER, Finding, Used, of};
use crate::doctor::facts::Facts;

/// This cause.
pub(super) const CAUSE: Cause = Cause {
    id: "docker_events_only",
    look,
};

fn look(facts: &Facts, used: &Used<'_>) -> Vec<Finding> {
    let hides = of(used, DOCKER, |kind| kind.what == "requests");
    let seen: u64 = hides.iter().map(|kind| facts.count(kind)).sum();
    let all = facts.of_type(DOCKER);
    if all == 0 || seen > 0 || hides.is_empty() {
        return Vec::new();
    }
    vec![Finding {
        cause: CAUSE.id,
        what: format!("{all} events of the Docker daemon and no request to it"),
        mend: "events tell what became of containers and not who looks into them: switch the debug log on, or load an authorization plugin",
        lines: "{ \"debug\": true }",
        file: "deploy/README.md",
        hides,
        weakens: BTreeSet::new(),
    }]
}
