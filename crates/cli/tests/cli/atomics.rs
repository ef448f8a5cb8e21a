//! The atomics: each is complete, each expected signal is found in its fixture, and
//! its script asks, checks and cleans up. Clusters are stood in for by a `kubectl`
//! that writes down what it was asked.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests, which fail by panicking"
)]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::bench::skip;

/// The day on which rows of tables have to be alive: the one that tests begin on.
const AS_OF: &str = "2026-08-01";

/// Stands in for kubectl: it writes down each call and knows one namespace.
const KUBECTL: &str = r#"#!/bin/sh
printf '%s\n' "$*" >>"$STUB/calls"
case $* in
*"$STUB_FAIL"*) [ -z "$STUB_FAIL" ] || exit 1 ;;
esac
case $* in
*"create namespace"*) : >"$STUB/namespace" ;;
*"delete namespace"*) rm -f "$STUB/namespace" ;;
*"get namespace"*"}|{"*) if [ -n "$STUB_FOREIGN" ]; then echo "|yaral-atomic"; fi ;;
*"get namespace"*jsonpath*) if [ -e "$STUB/namespace" ]; then echo yes; fi ;;
*"get namespace"*) [ -e "$STUB/namespace" ] ;;
*"config view"*) echo https://192.0.2.1:6443 ;;
*"get nodes"*) echo node1 ;;
*"apply"*) cat >/dev/null ;;
esac
"#;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../atomics")
}

/// The folders of the atomics, by number.
fn atomics() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).unwrap();
    let mut found: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.is_dir());
    found.sort();
    found
}

fn id(path: &Path) -> String {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    name.split('_').next().unwrap().to_owned()
}

fn yaml(path: &Path) -> Value {
    serde_saphyr::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// The rules that a section of a `test.yaml` names.
fn rules(test: &Value, section: &str) -> BTreeSet<String> {
    let lines = test[section].as_array();
    let names = lines.into_iter().flatten();
    let names = names.filter_map(|line| line["rule"].as_str());
    names.map(str::to_owned).collect()
}

/// The names of the rules of a file.
fn heads(path: &Path) -> BTreeSet<String> {
    let source = fs::read_to_string(path).unwrap();
    let heads = source.lines().filter_map(|line| line.strip_prefix("rule "));
    heads
        .map(|head| head.trim_end_matches(" {").to_owned())
        .collect()
}

fn run(words: &[&str]) -> Command {
    let mut command = Command::new(folder().join("run"));
    command
        .args(words)
        .env_remove("YARAL_ATOMICS")
        .env("YARAL", env!("CARGO_BIN_EXE_yaral"))
        .env("YARAL_ATOMICS_AS_OF", AS_OF);
    command
}

fn text(output: &Output) -> String {
    let both = [output.stdout.clone(), output.stderr.clone()].concat();
    String::from_utf8_lossy(&both).into_owned()
}

/// Holds a log against what an atomic expects.
fn verify(id: &str, log: &Path) -> (Option<i32>, String) {
    let log = log.to_string_lossy();
    let output = run(&["verify", id, &log]).output().unwrap();
    (output.status.code(), text(&output))
}

#[test]
fn there_are_fifteen_and_each_is_complete() {
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/t1552_007");
    let ids: Vec<_> = atomics().iter().map(|path| id(path)).collect();
    let expected: Vec<_> = (1..=15).map(|number| format!("A{number:02}")).collect();
    assert_eq!(ids, expected);
    for path in atomics() {
        let test = yaml(&path.join("test.yaml"));
        let name = path.display();
        assert_eq!(test["id"], *id(&path), "{name}");
        for key in ["prerequisites", "inputs", "logs", "signals"] {
            assert!(
                test[key].as_array().is_some_and(|list| !list.is_empty()),
                "{name}: {key}"
            );
        }
        for key in ["name", "description", "emulates", "platform"] {
            assert!(
                test[key].as_str().is_some_and(|text| !text.is_empty()),
                "{name}: {key}"
            );
        }
        let mode = fs::metadata(path.join("run.sh"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o111, 0o111, "{name}: run.sh");

        for entry in fs::read_dir(path.join("fixture")).unwrap() {
            let file = entry.unwrap().file_name().to_string_lossy().into_owned();
            assert_eq!(
                file.contains(".synthetic."),
                test["synthetic"] == true,
                "{name}: {file}"
            );
        }

        let signals = heads(&path.join("signals.yaral"));
        assert_eq!(signals, rules(&test, "signals"), "{name}");

        for rule in rules(&test, "detections").union(&rules(&test, "silent")) {
            let file = format!("{rule}.yaral");
            let there = ["kubernetes", "host", "network"]
                .iter()
                .any(|group| pack.join(group).join(&file).exists());
            assert!(there, "{name}: the pack has no rule {rule}");
        }
        let corpus = fs::read_to_string(path.join("fixture.corpus.yaml")).unwrap();
        for rule in rules(&test, "detections").union(&rules(&test, "signals")) {
            let elsewhere = path.join("fixture.test.yaml");
            let elsewhere = fs::read_to_string(elsewhere).unwrap_or_default();
            assert!(
                corpus.contains(&format!("{rule}:")) || elsewhere.contains(rule),
                "{name}: {rule}"
            );
        }
        for rule in rules(&test, "silent") {
            assert!(!corpus.contains(&rule), "{name}: {rule}");
        }
    }
}

#[test]
fn every_expected_signal_is_found_in_its_fixture() {
    for path in atomics() {
        let (code, told) = verify(&id(&path), &path.join("fixture"));
        let test = yaml(&path.join("test.yaml"));
        for (section, word, kind) in [
            ("signals", "FOUND", "signal"),
            ("detections", "FOUND", "detection"),
            ("silent", "SILENT", "rule"),
        ] {
            for rule in rules(&test, section) {
                let lines = told.lines().filter(|line| {
                    let words: Vec<_> = line.split_whitespace().collect();
                    words.starts_with(&[word, &id(&path), kind, &rule])
                });
                assert_eq!(lines.count(), 1, "{rule}\n{told}");
            }
        }
        assert_eq!(code, Some(0), "{told}");
    }
}

#[test]
fn the_fixtures_say_nothing_else() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yaral"));
    let output = command.arg("test").arg(folder()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
}

#[test]
fn what_is_missing_or_loud_is_told() {
    let list = atomics();
    let first = &list[0];
    let thirteenth = list.iter().find(|path| id(path) == "A13").unwrap();

    let (code, told) = verify("A1", &thirteenth.join("fixture"));
    assert_eq!(code, Some(1), "{told}");
    assert!(
        told.contains("MISSING  A01 signal    a01_secrets_listed"),
        "{told}"
    );
    assert!(
        told.contains("MISSING  A01 detection k8s_secrets_list_cluster_wide"),
        "{told}"
    );

    let (code, told) = verify("A13", &first.join("fixture"));
    assert_eq!(code, Some(1), "{told}");
    assert!(
        told.contains("LOUD     A13 rule      k8s_secrets_list_cluster_wide CRITICAL"),
        "{told}"
    );

    let (code, told) = verify("A02", &first.join("fixture"));
    assert_eq!(code, Some(1), "{told}");
    assert!(
        told.contains("LOUD     A02 rule      k8s_secrets_list_cluster_wide"),
        "{told}"
    );
    // Nor is a log in which nothing happened, and one that is not there is no silence.
    let quiet = tempfile::NamedTempFile::new().unwrap();
    fs::write(
        quiet.path(),
        "type=CWD msg=audit(1795510800.000:1): cwd=\"/\"\n",
    )
    .unwrap();
    for (id, missing) in [("A4", 9), ("A13", 3)] {
        let (code, told) = verify(id, quiet.path());
        assert_eq!(code, Some(1), "{told}");
        assert_eq!(told.matches("MISSING").count(), missing, "{told}");
    }
    assert_eq!(verify("A13", Path::new("/nowhere/audit.log")).0, Some(2));
    assert_eq!(verify("A99", first).0, Some(64));
}

/// A folder with programs that stand in for those of a cluster.
struct Stub(TempDir);

impl Stub {
    fn new() -> Self {
        let stub = Stub(tempfile::tempdir().unwrap());
        stub.program("kubectl", KUBECTL);
        stub.program(
            "curl",
            "#!/bin/sh\nprintf 'curl %s\\n' \"$*\" >>\"$STUB/calls\"\n",
        );
        stub
    }

    fn program(&self, name: &str, script: &str) {
        let path = self.0.path().join(name);
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Runs an atomic's script; hands back how it ended and what was called.
    fn run(&self, script: &Path, words: &[&str], more: &[(&str, &str)]) -> (Output, Vec<String>) {
        let _ = fs::remove_file(self.0.path().join("calls"));
        let path = format!(
            "{}:{}",
            self.0.path().display(),
            std::env::var("PATH").unwrap()
        );
        let output = Command::new(script.join("run.sh"))
            .args(words)
            .env_remove("YARAL_ATOMICS")
            .env("PATH", path)
            .env("TMPDIR", self.0.path())
            .env("STUB", self.0.path())
            .env("STUB_FAIL", "")
            .env("STUB_FOREIGN", "")
            .envs(more.iter().copied())
            .output()
            .unwrap();
        let calls = fs::read_to_string(self.0.path().join("calls")).unwrap_or_default();
        (output, calls.lines().map(str::to_owned).collect())
    }

    /// Whether nothing of a run was left behind.
    fn clean(&self) -> bool {
        let mut entries = fs::read_dir(self.0.path()).unwrap();
        !entries.any(|entry| {
            let name = entry.unwrap().file_name().to_string_lossy().into_owned();
            name == "namespace" || name.starts_with("yaral-atomic")
        })
    }
}

/// The atomics that a cluster is needed for.
fn of_clusters() -> Vec<PathBuf> {
    let mut list = atomics();
    list.retain(|path| yaml(&path.join("test.yaml"))["platform"] == "Kubernetes");
    assert_eq!(list.len(), 11);
    list
}

#[test]
fn nothing_runs_without_consent() {
    let stub = Stub::new();
    for path in atomics() {
        for words in [&["run"][..], &["cleanup"]] {
            let (output, calls) = stub.run(&path, words, &[]);
            assert_eq!(output.status.code(), Some(65), "{}", text(&output));
            assert!(calls.is_empty(), "{calls:?}");
        }
        let (output, _) = stub.run(&path, &["run"], &[("YARAL_ATOMICS", "1")]);
        assert_eq!(output.status.code(), Some(65), "{}", text(&output));
        assert_eq!(stub.run(&path, &["destroy"], &[]).0.status.code(), Some(64));
    }
    assert_eq!(run(&["all"]).output().unwrap().status.code(), Some(65));
    assert_eq!(
        run(&["run", "A99", "--i-own-this-lab"])
            .output()
            .unwrap()
            .status
            .code(),
        Some(64)
    );
}

#[test]
fn clusters_are_named_and_left_as_they_were() {
    let stub = Stub::new();
    let inputs = [("YARAL_ATOMICS_CONTEXT", "a lab")];
    for path in of_clusters() {
        let (output, calls) = stub.run(&path, &["run", "--i-own-this-lab"], &inputs);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
        assert!(!calls.is_empty());
        for call in &calls {
            // A12 is somebody else in one call, whose own kubeconfig names the cluster.
            let named = call.starts_with("--context a lab ") || call.starts_with("--kubeconfig ");
            assert!(
                named || call.starts_with("curl "),
                "{}: {call}",
                path.display()
            );
            let deletes = call.contains(" delete ");
            assert!(
                !deletes || call.contains("delete namespace yaral-atomic "),
                "{call}"
            );
        }
        assert!(stub.clean(), "{}", path.display());
    }
}

#[test]
fn what_fails_is_cleaned_up_and_what_is_foreign_is_left_alone() {
    let stub = Stub::new();
    for (id, fails) in [
        ("A02", "get secrets"),
        ("A08", "create token"),
        ("A10", " cp "),
        ("A13", "rollout restart"),
    ] {
        let path = atomics()
            .into_iter()
            .find(|path| self::id(path) == id)
            .unwrap();
        let (output, calls) =
            stub.run(&path, &["run", "--i-own-this-lab"], &[("STUB_FAIL", fails)]);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output));
        assert!(
            calls
                .last()
                .is_some_and(|call| call.contains("delete namespace")),
            "{calls:?}"
        );
        assert!(stub.clean(), "{id}");

        let (output, calls) = stub.run(
            &path,
            &["run", "--i-own-this-lab"],
            &[("STUB_FOREIGN", "1")],
        );
        assert_eq!(output.status.code(), Some(77), "{}", text(&output));
        assert!(text(&output).contains("SKIP"), "{}", text(&output));
        assert!(
            !calls
                .iter()
                .any(|call| call.contains("create") || call.contains("delete")),
            "{calls:?}"
        );
    }
}

#[test]
fn the_scripts_are_accepted_by_shellcheck() {
    let mut scripts: Vec<_> = atomics().iter().map(|path| path.join("run.sh")).collect();
    scripts.extend(["lib.sh", "run", "ci.sh"].map(|name| folder().join(name)));
    let mut command = Command::new("shellcheck");
    command
        .arg("-x")
        .args(&scripts)
        .current_dir(folder().join(".."));
    match command.output() {
        Ok(output) => assert!(output.status.success(), "{}", text(&output)),
        Err(_) => skip("shellcheck is not installed"),
    }
}
