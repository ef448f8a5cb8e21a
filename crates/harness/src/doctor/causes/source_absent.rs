//! A source of which there is no event at all.

use std::collections::BTreeSet;

use super::{AUDITD, Cause, DOCKER, Finding, HOST, KUBERNETES, POLICY, Used, of};
use crate::doctor::facts::Facts;

/// This cause.
pub(super) const CAUSE: Cause = Cause {
    id: "source_absent",
    look,
};

/// Each source with what switches it on.
const SOURCES: [(&str, &str, &str, &str, &str); 3] = [
    (
        KUBERNETES,
        "the API server (KUBERNETES_AUDIT)",
        "switch the audit log of the API server on; managed clusters have a switch of their own",
        "--audit-policy-file=/etc/kubernetes/audit-policy.yaml\n--audit-log-path=/var/log/kubernetes/audit.log",
        POLICY,
    ),
    (
        HOST,
        "hosts (AUDITD, FALCO_IDS or TETRAGON)",
        "install the audit daemon on the nodes and load the rules, or run Falco or Tetragon",
        "apt-get install auditd\nauditctl -R /etc/audit/rules.d/yaral.rules",
        AUDITD,
    ),
    (
        DOCKER,
        "a Docker daemon (DOCKER_ENGINE)",
        "let the Docker daemon log requests, or load an authorization plugin",
        "{ \"debug\": true }",
        "deploy/README.md",
    ),
];

fn look(facts: &Facts, used: &Used<'_>) -> Vec<Finding> {
    let absent = SOURCES.iter().filter(|(source, ..)| !facts.has(source));
    let findings = absent.map(|(source, words, mend, lines, file)| Finding {
        cause: CAUSE.id,
        what: format!("no event of {words} is in these logs"),
        mend,
        lines,
        file,
        hides: of(used, source, |_| true),
        weakens: BTreeSet::new(),
    });
    findings
        .filter(|finding| !finding.hides.is_empty())
        .collect()
}
