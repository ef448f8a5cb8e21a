//! Public logs in which nothing bad happens, with the pack as it ships.

use std::fmt::Write as _;

use yaral_engine::Engine;
use yaral_ir::plan::Plan;
use yaral_runtime::{Scan, ScanOptions};

use super::steps::counts;
use crate::recordings::{input, outside};
use crate::shipped::{Fired, rank};

/// A log, how many requests it holds, and how many detections it may raise
/// from CRITICAL down.
pub(crate) struct Log {
    pub(crate) name: &'static str,
    what: &'static str,
    file: &'static str,
    requests: u64,
    at_most: [usize; 4],
}

pub(crate) const LOGS: [Log; 2] = [
    Log {
        name: "openshift",
        what: "OpenShift 4.20, 6,818 records, from `ralvares/security-demos` 5649521",
        file: "openshift-benign/audit-benign-pre-attack.log.gz",
        requests: 6_811,
        at_most: [0, 0, 0, 2],
    },
    Log {
        name: "helm",
        what: "Helm installs, 16,563 records with 635 reads of secrets, from `hkerma/kubernetes-event-dataset` e39cc98; no user agents, addresses or groups",
        file: "helm-lifecycle-benign/audit-benign-helm-lifecycle.ndjson.gz",
        requests: 16_474,
        at_most: [0, 0, 3, 20],
    },
];

/// What fired on each log; `None` says SKIP aloud.
pub(crate) fn fired(rules: &[Plan]) -> Option<Vec<(&'static Log, Fired)>> {
    let scan = |log: &'static Log| {
        let path = outside("YARAL_THIRD_PARTY", log.file)?;
        let mut fired = Fired::default();
        let summary = Scan::new(Engine::new(rules.to_vec()), ScanOptions::default())
            .run(&input(&path), &mut fired)
            .unwrap();
        let requests = summary.normalized + summary.passed_over;
        assert_eq!(requests, log.requests, "{}", log.name);
        Some((log, fired))
    };
    LOGS.iter().map(scan).collect()
}

pub(crate) fn at_least(fired: &Fired, least: usize) -> usize {
    let ranks = fired.0.iter().map(|(_, severity, ..)| rank(severity));
    ranks.filter(|rank| *rank >= least).count()
}

/// Holds the logs to what they may raise.
pub(crate) fn hold(all: &[(&Log, Fired)]) {
    for (log, fired) in all {
        for (from_top, most) in log.at_most.iter().enumerate() {
            let at = 4 - from_top;
            let count = at_least(fired, at) - at_least(fired, at + 1);
            assert!(count <= *most, "{}: {:?}", log.name, fired.rules());
        }
    }
}

/// The table, with what the founding page's rule raises.
pub(crate) fn table(all: &[(&Log, Fired)], founding: &[(&Log, Fired)]) -> String {
    let mut out = String::from(
        "| log | CRITICAL | HIGH | MEDIUM | LOW | which | founding rule |\n| --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for ((log, fired), (_, theirs)) in all.iter().zip(founding) {
        let ranks = fired.0.iter().map(|(_, severity, ..)| rank(severity));
        let cells = counts(ranks);
        // Nothing is no severity.
        let cells = cells.rsplit_once(" | ").map_or("", |(cells, _)| cells);
        let which: Vec<_> = fired
            .rules()
            .iter()
            .map(|((rule, severity), count)| format!("`{rule}` {severity} ×{count}"))
            .collect();
        let which = if which.is_empty() {
            "–".to_owned()
        } else {
            which.join(", ")
        };
        let _ = writeln!(
            out,
            "| {} | {cells} | {which} | {} |",
            log.what,
            theirs.0.len()
        );
    }
    out
}
