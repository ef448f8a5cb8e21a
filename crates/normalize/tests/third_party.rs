//! Every public log we know of, if the folder that `YARAL_THIRD_PARTY` names
//! is there: no panic, known counts, and a reason for each reject.

mod common;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use common::{Collected, collect};
use yaral_normalize::{LogType, Setup};

/// File, records, events, rejects by reason.
type Known = (&'static str, u64, u64, &'static [(&'static str, u64)]);

/// The files, some of which may lie there compressed; they are read if an
/// unpacked copy stands beside them.
const FILES: [Known; 5] = [
    (
        "openshift-benign/audit-benign-pre-attack.log",
        6_818,
        6_811,
        &[],
    ),
    (
        "helm-lifecycle-benign/audit-benign-helm-lifecycle.ndjson",
        16_563,
        16_474,
        &[],
    ),
    ("audit2rbac/demo.log", 37, 37, &[]),
    (
        "falco-k8saudit-traces/k8s_audit_traces.ndjson",
        51,
        // One auditID stands for two requests, made by hand.
        50,
        &[("WRONG_TYPE", 1)],
    ),
    (
        "panther-analysis/k8s-rule-test-events.ndjson",
        // Native, EKS, GKE and AKS.
        174,
        // Test rows that reuse an auditID for another request are events too;
        // five differ from another row in nothing that tells requests apart.
        169,
        // Rows of Azure's activity log and of another Google service; rows that
        // say nothing of a request.
        &[("NOT_AUDIT", 14), ("OTHER_LOG", 8)],
    ),
];

fn read(path: &PathBuf) -> Option<Vec<u8>> {
    if let Ok(bytes) = std::fs::read(path) {
        return Some(bytes);
    }
    let packed = PathBuf::from(format!("{}.gz", path.display()));
    if !packed.exists() {
        return None;
    }
    let unpacked = std::process::Command::new("gzip")
        .arg("-dc")
        .arg(&packed)
        .output()
        .ok()?;
    unpacked.status.success().then_some(unpacked.stdout)
}

/// Says which test did not test what, past the capture of the test runner.
fn skip(test: &str, why: &str) {
    let done = writeln!(std::io::stderr(), "SKIP {test}: {why}");
    assert!(done.is_ok(), "stderr can be written");
}

#[test]
fn public_logs_normalize() {
    let test = "public_logs_normalize";
    let Some(folder) = std::env::var_os("YARAL_THIRD_PARTY").map(PathBuf::from) else {
        skip(test, "YARAL_THIRD_PARTY is not set");
        return;
    };
    for (name, records, events, rejects) in FILES {
        let Some(log) = read(&folder.join(name)) else {
            let why = format!("{name} is not in the folder, or gzip is not installed");
            skip(test, &why);
            continue;
        };
        let found: Collected = collect(LogType::KubernetesAudit, &Setup::default(), &log);
        let mut reasons = BTreeMap::new();
        for reject in &found.rejects {
            *reasons.entry(reject.reason.code()).or_insert(0) += 1;
            say(format_args!(
                "{name}:{}: {} {}",
                reject.position.line, reject.reason, reject.detail
            ));
        }
        assert_eq!(
            (found.counts.records, found.counts.events),
            (records, events),
            "{name}: {:?}",
            found.counts
        );
        assert_eq!(reasons.into_iter().collect::<Vec<_>>(), rejects, "{name}");
        let lines: Vec<_> = log.split(|b| *b == b'\n').take(20).collect();
        assert_eq!(
            yaral_normalize::recognise(&lines),
            Some(LogType::KubernetesAudit),
            "{name}"
        );
    }
}

/// The events of Tetragon's guides: what each becomes, and that what the guides
/// show of a password comes out nowhere.
#[test]
fn public_tetragon_events_normalize() {
    let test = "public_tetragon_events_normalize";
    let name = "tetragon-docs/tetragon-events.ndjson";
    let Some(folder) = std::env::var_os("YARAL_THIRD_PARTY").map(PathBuf::from) else {
        skip(test, "YARAL_THIRD_PARTY is not set");
        return;
    };
    let Some(log) = read(&folder.join(name)) else {
        skip(test, &format!("{name} is not in the folder"));
        return;
    };
    let lines: Vec<_> = log.split(|b| *b == b'\n').take(20).collect();
    assert_eq!(yaral_normalize::recognise(&lines), Some(LogType::Tetragon));
    let found = collect(LogType::Tetragon, &Setup::default(), &log);
    assert_eq!(found.rejects, []);
    let mut types = BTreeMap::new();
    let mut grandparents = 0;
    for event in &found.events {
        let udm: serde_json::Value = serde_json::from_str(&event.json).expect("an event");
        let kind = udm["metadata"]["eventType"].as_str().expect("a type");
        *types.entry(kind.to_owned()).or_insert(0) += 1;
        let parent = &udm["principal"]["process"]["parentProcess"];
        grandparents += u32::from(parent.get("commandLine").is_some());
        assert!(udm["principal"]["hostname"].is_string(), "{udm}");
        for text in [&event.json, &event.raw] {
            assert!(
                !text.contains("SecurePSK") && !text.contains("ZGFlbW9uOng"),
                "{text}"
            );
        }
    }
    let types: Vec<_> = types
        .iter()
        .map(|(kind, count)| (kind.as_str(), *count))
        .collect();
    assert_eq!(
        types,
        [
            // One read, one write.
            ("FILE_MODIFICATION", 1),
            ("FILE_OPEN", 1),
            // Five are opened, four closed.
            ("NETWORK_CONNECTION", 9),
            ("NETWORK_UNCATEGORIZED", 2),
            ("PROCESS_LAUNCH", 18),
            ("PROCESS_TERMINATION", 9),
        ]
    );
    assert!(grandparents > 10, "{grandparents}");
}

/// Says it on the terminal itself: a test runner keeps what macros print to
/// itself, and what is skipped must be seen.
fn say(what: std::fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stderr(), "{what}");
}
