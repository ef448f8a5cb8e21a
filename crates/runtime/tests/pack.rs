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
        // Detections, entities and table rows are no events of a log.
        let of_events = plan.branches.iter().zip(&plan.needs).filter(|(branch, _)| {
            let variable = &plan.variables[usize::from(branch.variable.0)];
            matches!(variable.source, yaral_ir::source::Source::Event)
        });
        for (_, needs) in of_events {
            assert!(!needs.is_empty(), "{} takes every event", plan.name);
        }
    }
}

/// `cases.ndjson` holds a Kubernetes audit record a line, `cases_host.ndjson` an
/// event of a host or of a Docker daemon; both name the rules that must fire on
/// it, and no other may. Rules over several events have timelines of their own
/// beside them, which `yaral test` runs.
#[test]
fn cases_of_our_own_fire_just_the_rules_they_name() {
    let mut seen = cases("cases.ndjson");
    seen.extend(cases("cases_host.ndjson"));
    assert!(seen.len() > 70 && seen.is_subset(&alone()), "{seen:?}");
}

/// The rules over one event.
fn alone() -> BTreeSet<String> {
    let alone = pack().into_iter().filter(|plan| plan.correlation.is_none());
    alone.map(|plan| plan.name).collect()
}

/// Scans a file of cases; the rules that were wanted anywhere in it.
fn cases(name: &str) -> BTreeSet<String> {
    let path = root().join("rules/t1552_007").join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    let (fired, _) = scan(&file(&path));
    let alone = alone();
    let mut by_line: BTreeMap<u64, BTreeSet<&str>> = BTreeMap::new();
    for (rule, _, line, _) in fired.0.iter().filter(|(rule, ..)| alone.contains(rule)) {
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
            .filter(|rule| alone.contains(*rule))
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
    let mut others = Vec::new();
    for (name, loud, all) in [
        ("k8s-attack.ndjson.gz", 10, 17),
        ("k8s-benign.ndjson.gz", 0, 9),
        ("k8s-webhook.ndjson", 4, 18),
        ("test-1.auditd.log", 1, 1),
        ("test-1.k8s-audit.ndjson", 1, 1),
        ("test-2.auditd.log", 1, 6),
        ("test-2.docker-api.ndjson", 0, 4),
        ("test-3-exec.auditd.log", 1, 3),
        ("test-3-exec.k8s-audit.ndjson", 1, 1),
        ("test-3-host.auditd.log", 2, 4),
        ("test-3-pod.auditd.log", 0, 3),
        ("test-4.auditd.log", 1, 5),
        ("test-4.docker-api.ndjson", 0, 1),
        ("atomic-2.auditd.log", 0, 1),
        ("atomic-2.k8s-audit.ndjson", 0, 1),
        ("atomic-3.synthetic.auditd.log", 1, 3),
        ("atomic-3.synthetic.k8s-audit.ndjson", 1, 1),
        ("dockerd-exposed.log", 0, 4),
        ("dockerd-exposed-all.synthetic.log", 4, 4),
    ] {
        let counted = count(name);
        if counted != (loud, all) {
            others.push((name, counted.0, counted.1));
        }
    }
    assert!(others.is_empty(), "{others:#?}");
}
