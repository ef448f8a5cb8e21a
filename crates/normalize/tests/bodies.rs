//! The labels of request bodies in our own recordings in full, if the folder
//! that `YARAL_TELEMETRY` names is there.

mod common;

use std::io::Write as _;
use std::path::PathBuf;

use common::collect;
use serde_json::Value;
use yaral_normalize::{LogType, Setup};

/// The labels that come from a request body alone.
const LABELS: [&str; 7] = [
    "k8s_pod_secrets",
    "k8s_pod_host_paths",
    "k8s_pod_service_account",
    "k8s_csr_signer",
    "k8s_webhook_resources",
    "k8s_review_verb",
    "k8s_review_resource",
];

/// A recording, unpacked; none, and said so, without it.
fn recording(name: &str) -> Option<Vec<u8>> {
    let folder = std::env::var_os("YARAL_TELEMETRY").map(PathBuf::from);
    let unpacked = folder.and_then(|folder| {
        let mut gzip = std::process::Command::new("gzip");
        gzip.arg("-dc").arg(folder.join(name)).output().ok()
    });
    let unpacked = unpacked.filter(|unpacked| unpacked.status.success());
    if unpacked.is_none() {
        let _ = writeln!(
            std::io::stderr(),
            "SKIP {name}: YARAL_TELEMETRY is not set, it is not there, or gzip is not installed"
        );
    }
    unpacked.map(|unpacked| unpacked.stdout)
}

/// The values that each label has in a log, with their audit ids.
fn labels(log: &[u8]) -> Vec<(String, &'static str, String)> {
    let found = collect(LogType::KubernetesAudit, &Setup::default(), log);
    assert!(found.events.len() > 100 && found.rejects.is_empty());
    let mut out = Vec::new();
    for event in &found.events {
        let json: Value = serde_json::from_str(&event.json).expect("events are JSON");
        for label in LABELS {
            if let Some(value) = json["additional"][label].as_str() {
                out.push((event.id.clone(), label, value.to_owned()));
            }
        }
    }
    out
}

/// A list of pods in a response names secrets too, which no request asked for.
#[test]
fn responses_are_not_taken_for_requests() {
    let Some(log) = recording("k8s/audit-rr.head.ndjson.gz") else {
        return;
    };
    let bodies = |name: &str| memchr::memmem::find_iter(&log, name).count();
    let requests = bodies("\"requestObject\"");
    assert!(bodies("\"responseObject\"") > 0);
    assert_eq!((requests, labels(&log)), (0, Vec::new()));
}

#[test]
fn recorded_requests_have_what_their_bodies_name() {
    let Some(log) = recording("k8s/audit-meta.ndjson.gz") else {
        return;
    };
    let found = labels(&log);
    let values = |label: &str| {
        let mut values: Vec<_> = found
            .iter()
            .filter(|(_, name, _)| *name == label)
            .map(|(_, _, value)| value.as_str())
            .collect();
        values.sort_unstable();
        values
    };
    assert_eq!(values("k8s_pod_host_paths"), ["/"]);
    assert_eq!(values("k8s_review_verb").len(), 3);
    assert!(values("k8s_pod_secrets").iter().all(|names| *names == "db"));
    assert!(!values("k8s_pod_secrets").is_empty());
    // Created, approved, and its status updated with the certificate.
    assert_eq!(
        values("k8s_csr_signer"),
        ["kubernetes.io/kube-apiserver-client"; 3]
    );
}
