//! Requests whose body says what matters, logged without it.

use std::collections::BTreeSet;

use super::{Cause, Finding, KUBERNETES, POLICY, Used, of};
use crate::doctor::facts::Facts;

/// This cause.
pub(super) const CAUSE: Cause = Cause {
    id: "level_too_low",
    look,
};

/// Kinds whose rules look into the body of the request.
const BODIES: [&str; 8] = [
    "pods written",
    "deployments written",
    "daemonsets written",
    "jobs written",
    "cronjobs written",
    "certificatesigningrequests written",
    "selfsubjectaccessreviews written",
    "validatingwebhookconfigurations written",
];

fn look(facts: &Facts, used: &Used<'_>) -> Vec<Finding> {
    let levels = &facts.requests.levels;
    let only_metadata = |what: &str| {
        let mine = levels.keys().filter(|(kind, _)| kind == what);
        let mut mine = mine.map(|(_, level)| level.as_str()).peekable();
        mine.peek().is_some() && mine.all(|level| level == "Metadata")
    };
    let low: BTreeSet<&str> = BODIES
        .into_iter()
        .filter(|what| only_metadata(what))
        .collect();
    let weakens = of(used, KUBERNETES, |kind| low.contains(kind.what.as_str()));
    if weakens.is_empty() {
        return Vec::new();
    }
    let names: Vec<&str> = weakens.iter().map(|kind| kind.what.as_str()).collect();
    vec![Finding {
        cause: CAUSE.id,
        what: format!("logged without a body: {}", names.join(", ")),
        mend: "log these at level Request: what a pod mounts or a certificate is for stands in the body",
        lines: "- level: Request\n  resources:\n  - { group: \"\", resources: [pods] }\n  - { group: apps, resources: [deployments, daemonsets, statefulsets] }\n  - { group: batch, resources: [jobs, cronjobs] }",
        file: POLICY,
        hides: BTreeSet::new(),
        weakens,
    }]
}
