//! Rules as SQL against the engine: `DuckDB` runs what `yaral convert --to sql`
//! writes over what `yaral normalize` writes, and has to find what `yaral scan`
//! finds in the same file, event by event and window by window.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests, which fail by panicking"
)]

#[path = "sql/spec_cases.rs"]
mod spec_cases;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fmt::Arguments;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use yaral_compiler::Options;
use yaral_harness::suite::{self, World};
use yaral_ir::tables::Table;
use yaral_normalize::Mapping;
use yaral_udm::Timestamp;

/// The day that rows of tables have to be alive on: the one that tests begin on.
const AS_OF: &str = "2026-08-01T10:00:00Z";

/// How far the timelines of two tests are apart, so that no window spans both.
const APART_S: i64 = 2 * 86_400;

/// What the script says where `DuckDB` is not installed.
const NOT_INSTALLED: i32 = 77;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Says it on the terminal itself: what is skipped must be seen.
fn say(what: Arguments<'_>) {
    let _ = writeln!(&mut std::io::stderr(), "{what}");
}

fn yaral<S: AsRef<OsStr>>(words: &[S]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yaral"));
    command.args(words).current_dir(root());
    command.output().unwrap()
}

/// The lists of the pack, with the decoys of its tests.
fn lists(folder: &Path) -> String {
    let lists = folder.join("lists");
    fs::create_dir(&lists).unwrap();
    for entry in fs::read_dir(root().join("rules/t1552_007/lists")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, lists.join(path.file_name().unwrap())).unwrap();
    }
    fs::write(
        lists.join("honey_secrets.txt"),
        "prod/aws-root\nprod/deployer\n",
    )
    .unwrap();
    lists.to_str().unwrap().to_owned()
}

/// The queries of all rules that were translated, by rule.
fn queries(lists: &str) -> BTreeMap<String, String> {
    let output = yaral(&[
        "convert", "--to", "sql", "--format", "json", "--as-of", AS_OF, "--lists", lists,
    ]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rules = report["rules"].as_array().unwrap().iter();
    rules
        .filter_map(|rule| {
            let text = rule["text"].as_str()?.to_owned();
            Some((rule["rule"].as_str()?.to_owned(), text))
        })
        .collect()
}

/// What the database finds with each query; nothing where it is not installed.
fn found(queries: &BTreeMap<String, String>, events: &Path, folder: &Path) -> Option<Rows> {
    let list: Vec<_> = queries
        .iter()
        .map(|(rule, sql)| serde_json::json!({ "rule": rule, "sql": sql, "events": events }))
        .collect();
    run(&list, folder)
}

/// What the database finds with each query; nothing where it is not installed.
fn run(list: &[Value], folder: &Path) -> Option<Rows> {
    let file = folder.join("queries.json");
    fs::write(&file, Value::from(list.to_vec()).to_string()).unwrap();
    let script = root().join("crates/cli/tests/sql/run.py");
    let mut command = Command::new("python3");
    let output = command.arg(script).arg(&file).output().ok()?;
    if output.status.code() == Some(NOT_INSTALLED) {
        return None;
    }
    let told = String::from_utf8(output.stdout).unwrap();
    let mut all = Rows::new();
    for line in told.lines() {
        let told: Value = serde_json::from_str(line).unwrap();
        let rule = told["rule"].as_str().unwrap().to_owned();
        assert!(told["error"].is_null(), "{rule}: {}", told["error"]);
        all.insert(rule, told["rows"].as_array().unwrap().clone());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(all.len(), list.len(), "{errors}");
    Some(all)
}

type Rows = BTreeMap<String, Vec<Value>>;

/// What the engine finds in the file, by rule.
fn detections(events: &Path, mapping: &str, lists: &str) -> Rows {
    let events = events.to_str().unwrap();
    let output = yaral(&[
        "scan",
        events,
        "--log-type",
        "UDM",
        "--mapping",
        mapping,
        "--format",
        "ndjson",
        "--as-of",
        AS_OF,
        "--lists",
        lists,
        "--quiet",
        "--no-redact",
    ]);
    let mut all = Rows::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let detection: Value = serde_json::from_str(line).unwrap();
        let rule = detection["rule"].as_str().unwrap().to_owned();
        all.entry(rule).or_default().push(detection);
    }
    all
}

/// What tells a detection of a rule from others: the line of its event, or its
/// match values and the start of its window.
fn identity(detection: &Value) -> String {
    let matches = detection["match"].as_object().unwrap();
    if matches.is_empty() {
        return detection["evidence"][0]["line"].to_string();
    }
    let start = Timestamp::parse(detection["window"]["start"].as_str().unwrap()).unwrap();
    let micros = start.seconds * 1_000_000 + i64::from(start.nanos) / 1_000;
    let values: Vec<_> = matches.values().map(spelt).collect();
    format!("{micros} {values:?}")
}

/// The same of a row of the database.
fn row_identity(row: &Value) -> String {
    let row = row.as_object().unwrap();
    if let Some(line) = row.get("line") {
        return line.to_string();
    }
    let values: Vec<_> = row
        .iter()
        .filter(|(name, _)| name.starts_with("match $"))
        .map(|(_, value)| spelt(value))
        .collect();
    format!("{} {values:?}", row["window_start"])
}

/// Numbers by magnitude, text as it is, lists whatever the order of events of one time.
fn spelt(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let mut items: Vec<_> = items.iter().map(spelt).collect();
            items.sort();
            format!("{items:?}")
        }
        Value::Number(number) => number.as_f64().map(|n| n.to_string()).unwrap_or_default(),
        other => other.to_string(),
    }
}

/// How much was compared.
#[derive(Default)]
struct Compared {
    rules: usize,
    with_hits: BTreeSet<String>,
    hits: usize,
    outcomes: usize,
    wrong: Vec<String>,
}

impl Compared {
    /// Holds the rows of each rule against its detections in a file.
    fn compare(&mut self, text: &str, found: &Rows, wanted: &Rows) {
        for (rule, rows) in found {
            self.rules += 1;
            let detections = wanted.get(rule).map(Vec::as_slice).unwrap_or_default();
            let expected: BTreeMap<_, _> =
                detections.iter().map(|one| (identity(one), one)).collect();
            let got: BTreeMap<_, _> = rows.iter().map(|row| (row_identity(row), row)).collect();
            if !expected.is_empty() {
                self.with_hits.insert(rule.clone());
            }
            self.hits += expected.len();
            let missing = expected.keys().find(|key| !got.contains_key(*key));
            let extra = got.keys().find(|key| !expected.contains_key(*key));
            if missing.is_some() || extra.is_some() || got.len() != rows.len() {
                let counts = format!("{} of {}", rows.len(), detections.len());
                let line = missing
                    .or(extra)
                    .and_then(|line| line.parse::<usize>().ok());
                let event = line.and_then(|line| text.lines().nth(line - 1));
                let what =
                    format!("{rule}: {counts}, missing {missing:?}, extra {extra:?} {event:?}");
                self.wrong.push(what);
                continue;
            }
            for (key, detection) in expected {
                self.outcomes(rule, detection, got[&key]);
            }
        }
    }

    /// Holds the columns of outcomes against the engine's values.
    fn outcomes(&mut self, rule: &str, detection: &Value, row: &Value) {
        for (name, value) in detection["outcomes"].as_object().unwrap() {
            let Some(column) = row.get(format!("${name}")) else {
                continue;
            };
            self.outcomes += 1;
            if spelt(column) != spelt(value) {
                self.wrong
                    .push(format!("{rule}: ${name} is {column}, not {value}"));
            }
        }
    }
}

/// The folder of a test file.
struct Here(PathBuf, Options);

impl World for Here {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        fs::read(self.0.join(path)).map_err(|why| format!("{path}: {why}"))
    }

    fn table(&self, name: &str, _: &str) -> Result<Table, String> {
        Err(format!("events need no table, such as {name}"))
    }

    fn options(&self) -> &Options {
        &self.1
    }
}

/// The events of all tests of the pack under one mapping, those of one test
/// long after those of the test before; and how many tests these are.
fn timelines(mapping: Mapping) -> (String, usize) {
    let (mut out, mut tests) = (String::new(), 0_usize);
    for group in ["host", "kubernetes", "network", "secops", "tools"] {
        let folder = root().join("rules/t1552_007").join(group);
        let here = Here(folder.clone(), Options::default());
        let mut files: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.to_string_lossy().ends_with(".test.yaml"))
            .collect();
        files.sort();
        for path in files {
            let text = fs::read_to_string(path).unwrap();
            for test in suite::timelines(&text, mapping, &here).unwrap() {
                tests += 1;
                for event in &test.events {
                    out.push_str(&later(event, i64::try_from(tests).unwrap() * APART_S));
                    out.push('\n');
                }
            }
        }
    }
    (out, tests)
}

/// An event so many seconds later.
fn later(event: &str, by: i64) -> String {
    let parsed: Value = serde_json::from_str(event).unwrap();
    let Some(time) = parsed["metadata"]["eventTimestamp"].as_str() else {
        return event.to_owned();
    };
    let mut moved = Timestamp::parse(time).unwrap();
    moved.seconds += by;
    let (old, new) = (
        format!("\"eventTimestamp\":\"{time}\""),
        format!("\"eventTimestamp\":\"{moved}\""),
    );
    event.replacen(&old, &new, 1)
}

/// What was recorded, as far as it is there.
fn logs() -> Vec<PathBuf> {
    let mut logs = vec![root().join("samples"), root().join("rules/t1552_007/raw")];
    match std::env::var_os("YARAL_TELEMETRY") {
        Some(folder) => {
            let folder = PathBuf::from(folder);
            for name in [
                "auditd/audit.log.gz",
                "docker/api-authz.ndjson.gz",
                "docker/dockerd.log.gz",
                "docker/events.ndjson.gz",
                "k8s/audit-meta.ndjson.gz",
                "k8s/audit-rr.head.ndjson.gz",
                "k8s/audit-v120.ndjson.gz",
            ] {
                logs.push(folder.join(name));
            }
        }
        None => say(format_args!(
            "SKIP the recorded logs: YARAL_TELEMETRY is not set"
        )),
    }
    logs
}

#[test]
fn the_database_finds_what_the_engine_finds() {
    let folder = tempfile::tempdir().unwrap();
    let lists = lists(folder.path());
    let queries = queries(&lists);
    assert!(queries.len() > 200, "{}", queries.len());
    let mut compared = Compared::default();
    let mut events_seen = 0;
    for of in [Mapping::Default, Mapping::Secops] {
        let mapping = of.name();
        let own: BTreeMap<_, _> = queries
            .iter()
            .filter(|(rule, _)| rule.ends_with("_secops") == (mapping == "secops"))
            .map(|(rule, sql)| (rule.clone(), sql.clone()))
            .collect();
        let (tested, tests) = timelines(of);
        assert!(tests > 1_000, "{tests}");
        // Tests may write an event in ways that `normalize` does not.
        let file = folder.path().join("tested.json");
        fs::write(&file, tested).unwrap();
        let tested = normalized(&["--log-type", "UDM", "--no-redact"], &[file]);
        let recorded = normalized(&["--mapping", mapping], &logs());
        for (name, text) in [("tested", tested), ("recorded", recorded)] {
            let events = folder.path().join(format!("{name}_{mapping}.ndjson"));
            fs::write(&events, &text).unwrap();
            let Some(found) = found(&own, &events, folder.path()) else {
                say(format_args!(
                    "SKIP rules as SQL: python3 with duckdb is not there"
                ));
                return;
            };
            let lines = text.lines().count();
            events_seen += lines;
            let wanted = detections(&events, mapping, &lists);
            let before = compared.hits;
            compared.compare(&text, &found, &wanted);
            say(format_args!(
                "{name} under {mapping}: {} rules over {lines} events, {} detections",
                own.len(),
                compared.hits - before
            ));
        }
    }
    say(format_args!(
        "in all {} comparisons, {} rules with detections, {events_seen} events, {} detections, {} outcomes",
        compared.rules,
        compared.with_hits.len(),
        compared.hits,
        compared.outcomes
    ));
    assert!(compared.wrong.is_empty(), "{}", compared.wrong.join("\n"));
    let silent: Vec<_> = queries
        .keys()
        .filter(|rule| !compared.with_hits.contains(*rule))
        .collect();
    assert!(silent.is_empty(), "no detection to compare: {silent:?}");
}

/// What `yaral normalize` writes of some logs.
fn normalized(words: &[&str], logs: &[PathBuf]) -> String {
    let mut command = vec!["normalize".to_owned()];
    command.extend(words.iter().map(|word| (*word).to_owned()));
    command.extend(logs.iter().map(|path| path.to_string_lossy().into_owned()));
    String::from_utf8(yaral(&command).stdout).unwrap()
}
