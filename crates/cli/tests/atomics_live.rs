//! A04 to A07 against a real auditd and a real dockerd of this machine, by
//! `atomics/ci.sh`. Where the kernel's audit is out of reach it says so and passes.

#![cfg(unix)]

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Says it on the terminal itself: what is skipped must be seen.
fn say(what: &str) {
    let _ = writeln!(&mut std::io::stderr(), "{what}");
}

#[test]
fn four_atomics_are_run_and_seen() {
    // Off by default, as it starts daemons: `.ci/run` says yes.
    if std::env::var_os("YARAL_ATOMICS").is_none_or(|value| value != "yes") {
        say("SKIP live atomics: YARAL_ATOMICS is not yes");
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let kept = tempfile::tempdir().expect("a folder");
    let output = Command::new(root.join("atomics/ci.sh"))
        .arg("--keep")
        .arg(kept.path())
        .env("YARAL", env!("CARGO_BIN_EXE_yaral"))
        .output()
        .expect("the script starts");
    let told = String::from_utf8_lossy(&output.stdout);
    let more = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}{more}");
    if let Some(line) = told.lines().rfind(|line| line.starts_with("SKIP")) {
        say(line);
        return;
    }
    assert!(told.contains("A04 A05 A06 A07 were run and seen"), "{told}");
    for atomic in ["A04", "A05", "A06", "A07"] {
        let found = told.lines().filter(|line| {
            let words: Vec<_> = line.split_whitespace().collect();
            words.starts_with(&["FOUND", atomic])
        });
        assert!(found.count() >= 5, "{atomic}: {told}");
    }
    the_logs_are_ready(kept.path());
}

/// No rule over hosts and the Docker daemon is silent for want of a log: the shipped
/// audit rules and `dockerd --debug` are enough.
fn the_logs_are_ready(logs: &Path) {
    let output = Command::new(env!("CARGO_BIN_EXE_yaral"))
        .args(["doctor", "--isolated", "--format", "json"])
        .arg(logs)
        .output()
        .expect("doctor starts");
    let report: Value = serde_json::from_slice(&output.stdout).expect("doctor writes JSON");
    let rules = report["rules"].as_array().expect("rules");
    let here = rules.iter().filter(|rule| {
        let name = rule["rule"].as_str().unwrap_or_default();
        !name.starts_with("k8s_")
    });
    let (silent, other): (Vec<_>, Vec<_>) = here.partition(|rule| rule["verdict"] == "silent");
    assert_eq!(silent, Vec::<&Value>::new());
    assert!(other.len() > 60, "{}", other.len());
}
