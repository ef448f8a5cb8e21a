//! The shipped rules on cases of our own and on the samples. What they do on
//! recordings and on public logs is measured by `pack_measured`.

#![allow(
    clippy::unwrap_used,
    reason = "the helpers of a test fail by panicking"
)]

mod recordings;
mod shipped;

use std::collections::{BTreeMap, BTreeSet};

use recordings::input as file;
use shipped::{pack, root, scan};

#[test]
fn every_rule_narrows_before_it_looks() {
    for plan in pack() {
        assert!(
            plan.needs.iter().all(|needs| !needs.is_empty()),
            "{} takes every event",
            plan.name
        );
    }
}

/// `cases.ndjson` holds a Kubernetes audit record a line, `cases_host.ndjson` an
/// event of a host or of a Docker daemon; both name the rules that must fire on
/// it, and no other may.
#[test]
fn cases_of_our_own_fire_just_the_rules_they_name() {
    let mut seen = cases("cases.ndjson");
    seen.extend(cases("cases_host.ndjson"));
    let all: BTreeSet<_> = pack().into_iter().map(|plan| plan.name).collect();
    assert_eq!(seen, all, "every rule has a case that fires it");
}

/// Scans a file of cases; the rules that were wanted anywhere in it.
fn cases(name: &str) -> BTreeSet<String> {
    let path = root().join("rules/t1552_007").join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    let (fired, _) = scan(&file(&path));
    let mut by_line: BTreeMap<u64, BTreeSet<&str>> = BTreeMap::new();
    for (rule, _, line, _) in &fired.0 {
        by_line.entry(*line).or_default().insert(rule);
    }
    let mut seen = BTreeSet::new();
    for (number, line) in (1..).zip(text.lines()) {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let wanted: BTreeSet<_> = case["rules"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|r| r.as_str())
            .collect();
        seen.extend(wanted.iter().map(|rule| (*rule).to_owned()));
        assert_eq!(
            by_line.remove(&number).unwrap_or_default(),
            wanted,
            "{name}:{number}: {line}"
        );
    }
    seen
}

#[test]
fn the_samples_show_theft_and_leave_operators_alone() {
    let count = |name: &str| {
        let (fired, _) = scan(&file(&root().join("samples").join(name)));
        let loud = fired
            .0
            .iter()
            .filter(|(_, severity, ..)| severity == "HIGH" || severity == "CRITICAL")
            .count();
        (loud, fired.0.len())
    };
    assert_eq!(count("k8s-attack.ndjson.gz"), (9, 15));
    assert_eq!(count("k8s-benign.ndjson.gz"), (0, 7));
    assert_eq!(count("k8s-webhook.ndjson"), (2, 12));
    for (name, loud, all) in [
        ("test-1.auditd.log", 1, 1),
        ("test-1.k8s-audit.ndjson", 1, 1),
        ("test-2.auditd.log", 0, 4),
        ("test-2.docker-api.ndjson", 0, 4),
        ("test-3-exec.auditd.log", 1, 3),
        ("test-3-exec.k8s-audit.ndjson", 1, 1),
        ("test-3-host.auditd.log", 1, 3),
        ("test-3-pod.auditd.log", 0, 3),
        ("test-4.auditd.log", 0, 3),
        ("test-4.docker-api.ndjson", 0, 1),
        ("atomic-2.auditd.log", 0, 1),
        ("atomic-2.k8s-audit.ndjson", 0, 1),
        ("atomic-3.synthetic.auditd.log", 1, 3),
        ("atomic-3.synthetic.k8s-audit.ndjson", 1, 1),
        ("dockerd-exposed.log", 0, 4),
        ("dockerd-exposed-all.synthetic.log", 4, 4),
    ] {
        assert_eq!(count(name), (loud, all), "{name}");
    }
}
