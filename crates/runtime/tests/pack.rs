//! The shipped rules on cases of our own, on the samples, and, where the
//! folders are there, on recorded and on public logs.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "the helpers of a test fail by panicking, and say SKIP aloud"
)]

mod recordings;
mod shipped;

use std::collections::{BTreeMap, BTreeSet};

use recordings::{input as file, labels, outside, recording, say};
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

#[test]
fn public_benign_logs_stay_quiet() {
    for (name, requests) in [
        ("openshift-benign/audit-benign-pre-attack.log.gz", 6_811),
        (
            "helm-lifecycle-benign/audit-benign-helm-lifecycle.ndjson.gz",
            16_474,
        ),
    ] {
        let Some(path) = outside("YARAL_THIRD_PARTY", name) else {
            continue;
        };
        let (fired, summary) = scan(&file(&path));
        assert_eq!(summary.normalized + summary.passed_over, requests, "{name}");
        let loud: Vec<_> = fired
            .0
            .iter()
            .filter(|(_, severity, ..)| severity != "LOW")
            .collect();
        assert!(loud.is_empty(), "{name}: {loud:?}");
        say(format_args!(
            "{name}: {requests} requests, 0 at MEDIUM or above, {} LOW",
            fired.0.len()
        ));
    }
}

/// `coverage.csv`: which rules fire on each labelled step of our recordings.
#[test]
fn recorded_steps_fire_what_the_coverage_table_says() {
    let table = std::fs::read_to_string(root().join("rules/t1552_007/coverage.csv")).unwrap();
    for log in ["audit-meta", "audit-v120"] {
        let Some(path) = recording(&format!("k8s/{log}.ndjson.gz")) else {
            continue;
        };
        let step_of = labels(&path.with_file_name(format!("{log}.labels.csv.gz")));
        let (fired, _) = scan(&file(&path));
        let mut by_step: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (rule, severity, line, _) in &fired.0 {
            let of = &step_of[&line.to_string()];
            assert!(
                of.label != "benign" || severity == "LOW",
                "{log}:{line}: {rule} fires on a benign record"
            );
            by_step
                .entry(of.step.clone())
                .or_default()
                .insert(rule.clone());
        }
        let (mut steps, mut raised) = (0, 0);
        for row in table.lines().skip(1) {
            let cells: Vec<_> = row.split(',').collect();
            let (of, step, label, records, rules) =
                (cells[0], cells[1], cells[2], cells[4], cells[5]);
            if of != log || step.is_empty() || step == "background" {
                continue;
            }
            let wanted: BTreeSet<_> = rules
                .split(';')
                .filter(|r| !r.is_empty())
                .map(str::to_owned)
                .collect();
            let found = by_step.get(step).cloned().unwrap_or_default();
            assert_eq!(found, wanted, "{log} {step}");
            if label == "attack" && !matches!(records, "none" | "no record") {
                steps += 1;
                raised += usize::from(!found.is_empty());
            }
        }
        say(format_args!(
            "{log}: {raised} of {steps} attack steps with a record of secrets, tokens, exec or impersonation raise a detection"
        ));
        assert!(steps > 0);
        assert_eq!(raised, steps);
    }
}
