//! The shipped rules on cases of our own, on the samples, and, where the
//! folders are there, on recorded and on public logs.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "the helpers of a test fail by panicking, and say SKIP aloud"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use yaral_compiler::{Options, compile};
use yaral_engine::{Detection, Engine};
use yaral_ir::plan::Plan;
use yaral_runtime::{Input, Observer, Reject, Scan, ScanOptions, Summary, encode, expand};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The pack, which must be valid in strict mode without a single remark.
fn pack() -> Vec<Plan> {
    let mut paths: Vec<_> = std::fs::read_dir(root().join("rules/t1552_007"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaral"))
        .collect();
    paths.sort();
    let plans: Vec<_> = paths
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            let strict = Options {
                strict: true,
                ..Options::default()
            };
            let compiled = compile(&text, &strict);
            assert!(
                compiled.diagnostics.is_empty(),
                "{}: {:?}",
                path.display(),
                compiled.diagnostics
            );
            let plan = compiled
                .rules
                .into_iter()
                .next()
                .and_then(|rule| rule.plan)
                .unwrap();
            assert_eq!(path.file_stem().unwrap().to_str(), Some(plan.name.as_str()));
            plan
        })
        .collect();
    assert!(plans.len() >= 20);
    plans
}

/// What fired: rule, severity, line, event id.
#[derive(Default)]
struct Fired(Vec<(String, String, u64, String)>);

impl Observer for Fired {
    fn detection(&mut self, detection: &Detection, engine: &Engine) -> io::Result<()> {
        let rule = &engine.rules()[detection.rule];
        let evidence = &detection.evidence[0];
        let line = evidence.origin.as_ref().unwrap().line;
        self.0.push((
            rule.name.clone(),
            encode::severity(rule),
            line,
            evidence.event_id.clone(),
        ));
        Ok(())
    }

    fn reject(&mut self, file: &str, reject: &Reject) -> io::Result<()> {
        let Reject {
            line,
            reason,
            sentence,
            ..
        } = reject;
        Err(io::Error::other(format!(
            "{file}:{line}: {reason} {sentence}"
        )))
    }
}

fn scan(inputs: &[Input]) -> (Fired, Summary) {
    let mut fired = Fired::default();
    let summary = Scan::new(Engine::new(pack()), ScanOptions::default())
        .run(inputs, &mut fired)
        .unwrap();
    (fired, summary)
}

fn file(path: &Path) -> Vec<Input> {
    expand(&[path.to_str().unwrap().to_owned()]).unwrap()
}

fn outside(variable: &str, file: &str) -> Option<PathBuf> {
    let found = std::env::var_os(variable).map(|folder| PathBuf::from(folder).join(file));
    let found = found.filter(|path| path.exists());
    if found.is_none() {
        say(format_args!(
            "SKIP {file}: {variable} names no folder that holds it"
        ));
    }
    found
}

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
        let Some(path) = outside("YARAL_TELEMETRY", &format!("k8s/{log}.ndjson.gz")) else {
            continue;
        };
        let labels = path.with_file_name(format!("{log}.labels.csv.gz"));
        let mut step_of: BTreeMap<u64, (String, String)> = BTreeMap::new();
        for line in gunzip(&labels).lines().skip(1) {
            let cells: Vec<_> = line.split(',').collect();
            step_of.insert(
                cells[0].parse().unwrap(),
                (cells[3].to_owned(), cells[4].to_owned()),
            );
        }
        let (fired, _) = scan(&file(&path));
        let mut by_step: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (rule, severity, line, _) in &fired.0 {
            let (step, label) = &step_of[line];
            assert!(
                label != "benign" || severity == "LOW",
                "{log}:{line}: {rule} fires on a benign record"
            );
            by_step
                .entry(step.clone())
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

fn gunzip(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap();
    let mut text = String::new();
    io::Read::read_to_string(
        &mut flate2::read::MultiGzDecoder::new(bytes.as_slice()),
        &mut text,
    )
    .unwrap();
    text
}

/// Says it on the terminal itself: a test runner keeps what macros print to
/// itself, and what is skipped must be seen.
fn say(what: std::fmt::Arguments<'_>) {
    let _ = io::Write::write_fmt(&mut io::stderr(), format_args!("{what}\n"));
}
