//! The rules for hosts and for the Docker Engine: on the founding page's tests,
//! by the audit rules that are set, and on one story told by three sources. The
//! tables that show it are written anew by `YARAL_UPDATE=1`.

#![allow(
    clippy::unwrap_used,
    reason = "the helpers of a test fail by panicking"
)]

mod recordings;
mod shipped;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io;

use recordings::{LOGS, Label, gunzip, harness, input, labels, recording, say};
use shipped::{Fired, compare_between, rank, root, scan};
use yaral_compiler::{Options, compile};
use yaral_engine::{Detection, Engine};
use yaral_runtime::{Observer, Reject, Scan, ScanOptions};

/// The founding page's tests, and those of Atomic Red Team, by the logs that we
/// recorded of them.
const TESTS: [(&str, &[&str]); 8] = [
    (
        "1, and Atomic 1",
        &["test-1.auditd.log", "test-1.k8s-audit.ndjson"],
    ),
    ("2", &["test-2.auditd.log", "test-2.docker-api.ndjson"]),
    ("3, on a host", &["test-3-host.auditd.log"]),
    ("3, in a pod", &["test-3-pod.auditd.log"]),
    (
        "3, by exec",
        &["test-3-exec.auditd.log", "test-3-exec.k8s-audit.ndjson"],
    ),
    ("4", &["test-4.auditd.log", "test-4.docker-api.ndjson"]),
    (
        "Atomic 2",
        &["atomic-2.auditd.log", "atomic-2.k8s-audit.ndjson"],
    ),
    (
        "Atomic 3",
        &[
            "atomic-3.synthetic.auditd.log",
            "atomic-3.synthetic.k8s-audit.ndjson",
        ],
    ),
];

fn sample(name: &str) -> Fired {
    scan(&input(&root().join("samples").join(name))).0
}

#[test]
fn each_test_of_the_founding_page_is_seen_on_the_host() {
    for (test, logs) in TESTS {
        let fired = sample(logs[0]);
        // Atomic 2 prints names only, which is daily work: LOW.
        let least = if test == "Atomic 2" { 1 } else { 2 };
        assert!(fired.highest() >= least, "{test}: {:?}", fired.0);
    }
}

/// The branches of the founding rule that fired.
#[derive(Default)]
struct Branches(BTreeSet<String>);

impl Observer for Branches {
    fn detection(&mut self, detection: &Detection, _: &Engine) -> io::Result<()> {
        self.0.insert(detection.branch.clone().unwrap_or_default());
        Ok(())
    }

    fn reject(&mut self, file: &str, reject: &Reject) -> io::Result<()> {
        let line = reject.line;
        Err(io::Error::other(format!(
            "{file}:{line}: {}",
            reject.reason
        )))
    }
}

#[test]
fn the_founding_rule_finds_one_of_its_tests_and_ours_find_all() {
    let Some(seed) = std::env::var_os("YARAL_SEED") else {
        say(format_args!(
            "SKIP the founding rule: YARAL_SEED is not set"
        ));
        return;
    };
    let seed = std::fs::read_to_string(seed).unwrap();
    let mut table =
        String::from("| test | log | the founding rule | our rules |\n| --- | --- | --- | --- |\n");
    let (mut theirs, mut ours) = (BTreeSet::new(), BTreeSet::new());
    for (test, logs) in TESTS {
        for name in logs {
            let compiled = compile(&seed, &Options::default());
            let plans = compiled.rules.into_iter().filter_map(|rule| rule.plan);
            let mut branches = Branches::default();
            Scan::new(Engine::new(plans.collect()), ScanOptions::default())
                .run(&input(&root().join("samples").join(name)), &mut branches)
                .unwrap();
            let fired = sample(name);
            // The first letter is the number of the page's own tests.
            let number = test.chars().next().filter(char::is_ascii_digit);
            if let Some(number) = number {
                if !branches.0.is_empty() {
                    theirs.insert(number);
                }
                if fired.highest() >= 2 {
                    ours.insert(number);
                }
            }
            let cells = |cells: Vec<String>| {
                if cells.is_empty() {
                    "–".to_owned()
                } else {
                    cells.join(", ")
                }
            };
            let by_seed = branches.0.iter().map(|b| format!("`{b}`")).collect();
            let by_us = fired
                .rules()
                .keys()
                .map(|(rule, severity)| format!("`{rule}` {severity}"))
                .collect();
            let _ = writeln!(
                table,
                "| {test} | `{name}` | {} | {} |",
                cells(by_seed),
                cells(by_us)
            );
        }
    }
    assert_eq!((theirs.len(), ours.len()), (1, 4));
    let _ = writeln!(
        table,
        "\nOf the page's four tests its rule finds {}, ours find {} at MEDIUM or above.",
        theirs.len(),
        ours.len()
    );
    compare_between("docs/rules/founding_rule.md", "tests", &table);
}

/// The same story by several sources: rule, and the logs that must show it.
const STORIES: [(&str, &[&str]); 6] = [
    (
        "container_token_file_read",
        &[
            "samples/test-3-pod.auditd.log",
            "falco_ids/raw_logs/synthetic_token_read.log",
            "tetragon/raw_logs/synthetic_token_read.log",
        ],
    ),
    (
        "docker_tcp_api_used",
        &[
            "samples/test-4.auditd.log",
            "falco_ids/raw_logs/synthetic_docker_api_tcp.log",
            "tetragon/raw_logs/synthetic_network.log",
        ],
    ),
    (
        "host_runtime_api_by_tool",
        &[
            "samples/test-4.auditd.log",
            "falco_ids/raw_logs/synthetic_docker_socket.log",
            "tetragon/raw_logs/synthetic_network.log",
        ],
    ),
    (
        "docker_tcp_api_exposed",
        &[
            "falco_ids/raw_logs/synthetic_listen.log",
            "tetragon/raw_logs/synthetic_network.log",
        ],
    ),
    (
        "host_kubectl_exec_secret",
        &[
            "samples/test-3-exec.auditd.log",
            "tetragon/raw_logs/synthetic_kubectl_exec_token.log",
        ],
    ),
    (
        "host_container_environment_printed",
        &[
            "samples/test-2.auditd.log",
            "tetragon/raw_logs/synthetic_exec_chain.log",
        ],
    ),
];

#[test]
fn one_story_fires_one_rule_whoever_tells_it() {
    for (rule, logs) in STORIES {
        for log in logs {
            let path = if log.starts_with("samples/") {
                root().join(log)
            } else {
                root().join("crates/normalize/testdata").join(log)
            };
            let fired = scan(&input(&path)).0;
            let rules = fired.rules();
            assert!(
                rules.keys().any(|(name, _)| *name == rule),
                "{log}: {rule} is missing in {rules:?}"
            );
        }
    }
}

/// Audit rules in the order in which one would add them.
const AUDIT_KEYS: [(&str, &[&str]); 5] = [
    ("programs", &["exec"]),
    (
        "and sockets of runtimes",
        &["docker_sock_connect", "containerd_sock_connect"],
    ),
    ("and TCP by people", &["net_connect"]),
    (
        "and tokens and credentials",
        &["k8s_sa_token", "k8s_conf", "kubeconfig", "kubelet_pods"],
    ),
    ("and opened files of container users", &["container_open"]),
];

/// Attack steps by their highest severity, by the audit rules that are set.
fn by_audit_rule(log: &str, labels: &BTreeMap<String, Label>, fired: &Fired) -> String {
    let mut key_of: BTreeMap<&str, &str> = BTreeMap::new();
    let mut events: BTreeMap<&str, usize> = BTreeMap::new();
    for line in log.lines().filter(|line| line.starts_with("type=SYSCALL")) {
        let id = line.split(['(', ')']).nth(1).unwrap_or_default();
        if let Some((_, rest)) = line.split_once("key=\"") {
            let key = rest.split('"').next().unwrap_or_default();
            key_of.insert(id, key);
            *events.entry(key).or_insert(0) += 1;
        }
    }
    let started = harness(log, labels);
    let steps: BTreeSet<_> = labels
        .values()
        .filter(|label| label.label == "attack" && !label.step.is_empty())
        .map(|label| label.step.as_str())
        .collect();
    let mut table = String::from(
        "| audit rules | events | HIGH | MEDIUM | LOW | nothing |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    let mut keys = BTreeSet::new();
    for (what, added) in AUDIT_KEYS {
        keys.extend(added.iter().copied());
        let mut best: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, severity, _, event) in &fired.0 {
            let counts = key_of
                .get(event.as_str())
                .is_some_and(|key| keys.contains(key));
            if let Some(label) = labels
                .get(event)
                .filter(|_| counts && !started.contains(event))
            {
                let best = best.entry(&label.step).or_insert(0);
                *best = (*best).max(rank(severity));
            }
        }
        let mut count = [0; 5];
        for step in &steps {
            count[best.get(step).copied().unwrap_or(0)] += 1;
        }
        let records: usize = added.iter().filter_map(|key| events.get(key)).sum();
        let [nothing, low, medium, high, _] = count;
        let _ = writeln!(
            table,
            "| {what} | {records} | {high} | {medium} | {low} | {nothing} |"
        );
    }
    table
}

#[test]
fn the_page_says_what_each_audit_rule_buys() {
    let log = &LOGS[0];
    let (Some(path), Some(beside)) = (recording(log.file), recording(log.labels)) else {
        return;
    };
    let fired = scan(&input(&path)).0;
    let table = by_audit_rule(&gunzip(&path), &labels(&beside), &fired);
    compare_between("docs/rules/t1552_007/how.md", "audit", &table);
}
