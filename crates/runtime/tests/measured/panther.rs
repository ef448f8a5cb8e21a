//! The tests of Panther's rules that report T1552.007, answered by the pack.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::reasons::{Reason, reason};
use crate::recordings::{input, outside};
use crate::shipped::scan;

/// How many of the rows must agree.
const AGREE_MIN: usize = 24;
const ROWS: usize = 27;
const FILE: &str = "panther-analysis/k8s-rule-test-events.ndjson";

/// A test of one of Panther's rules.
pub(crate) struct Row {
    /// The line in the file, counted from 1.
    pub(crate) number: usize,
    rule: String,
    test: String,
    cloud: &'static str,
    expected: bool,
    /// What the pack raised.
    fired: BTreeSet<String>,
}

impl Row {
    pub(crate) fn agrees(&self) -> bool {
        self.expected != self.fired.is_empty()
    }
}

/// All rows with what fired on them; `None` says SKIP aloud.
pub(crate) fn rows() -> Option<Vec<Row>> {
    let path = outside("YARAL_THIRD_PARTY", FILE)?;
    let text = std::fs::read_to_string(path).unwrap();
    let (mut rows, mut records) = (Vec::new(), String::new());
    for (number, line) in (1..).zip(text.lines()) {
        let value: Value = serde_json::from_str(line).unwrap();
        if !value["reports"].to_string().contains("T1552.007") {
            continue;
        }
        let (cloud, record) = record(rows.len(), &value);
        let _ = writeln!(records, "{record}");
        rows.push(Row {
            number,
            rule: value["rule_id"].as_str().unwrap().to_owned(),
            test: value["test_name"].as_str().unwrap().to_owned(),
            cloud,
            expected: value["expected_result"].as_bool().unwrap(),
            fired: BTreeSet::new(),
        });
    }
    assert_eq!(rows.len(), ROWS);
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("panther.ndjson");
    std::fs::write(&path, records).unwrap();
    let (fired, _) = scan(&input(&path));
    for (rule, severity, line, _) in fired.0 {
        // What sums detections up adds nothing to a row that has them.
        if let Some(at) = usize::try_from(line).unwrap().checked_sub(1) {
            rows[at].fired.insert(format!("`{rule}` {severity}"));
        }
    }
    Some(rows)
}

/// The log of a row with what the tests leave out and no API server does. Each is
/// three days after the last, so that no window joins two.
fn record(at: usize, row: &Value) -> (&'static str, Value) {
    let mut log = row["log"].clone();
    let day = format!(
        "2026-{:02}-{:02}T10:00:00.000000Z",
        1 + at / 9,
        1 + at % 9 * 3
    );
    match row["p_log_type"].as_str().unwrap() {
        "Azure.MonitorActivity" => {
            let inner = log["properties"]["log"].as_str().unwrap();
            let inner = filled(at, &day, serde_json::from_str(inner).unwrap());
            log["properties"]["log"] = json!(inner.to_string());
            log["time"] = json!(day);
            ("AKS", log)
        }
        "GCP.AuditLog" => {
            log["timestamp"] = json!(day);
            log["insertId"] = json!(format!("row{at}"));
            log["logName"] =
                json!("projects/test-project/logs/cloudaudit.googleapis.com%2Fdata_access");
            ("GKE", log)
        }
        _ => ("EKS", filled(at, &day, log)),
    }
}

fn filled(at: usize, day: &str, mut log: Value) -> Value {
    let level = if log["requestObject"].is_null() {
        "Metadata"
    } else {
        "Request"
    };
    for (name, value) in [
        ("apiVersion", "audit.k8s.io/v1"),
        ("kind", "Event"),
        ("level", level),
        ("stage", "ResponseComplete"),
        ("requestReceivedTimestamp", day),
        ("stageTimestamp", day),
        ("auditID", &format!("00000000-0000-4000-8000-{at:012}")),
    ] {
        if log[name].is_null() {
            log[name] = json!(value);
        }
    }
    log
}

/// Holds the pack to its promise.
pub(crate) fn hold(rows: &[Row], reasons: &[Reason]) {
    let apart: Vec<_> = rows.iter().filter(|row| !row.agrees()).collect();
    let unexplained: Vec<_> = apart
        .iter()
        .filter(|row| reason(reasons, &row.number.to_string()).is_empty())
        .map(|row| row.number)
        .collect();
    assert!(
        unexplained.is_empty(),
        "tests/measured/panther.csv has no reason for {unexplained:?}"
    );
    assert!(rows.len() - apart.len() >= AGREE_MIN);
}

const HEAD: &str = "# Panther's tests, answered by the pack

Made by the test `pack_measured`. Of the tests in
[panther-labs/panther-analysis](https://github.com/panther-labs/panther-analysis)
daa10c8 these are the 27 whose rules report T1552.007. Each is a record of EKS, AKS
or GKE, and says whether one rule of Panther's fires on it. A row agrees where the
pack raises any detection, LOW too, just where a hit is expected. That is harsher
than it sounds: a row with no hit expected is only outside of *that* rule, and may
be an attack by another of theirs.

The tests leave out what every API server writes; API version, stage, level, times
and request id were added.
";

pub(crate) fn page(rows: &[Row], reasons: &[Reason]) -> String {
    let mut out = HEAD.to_owned();
    let agree = rows.iter().filter(|row| row.agrees()).count();
    let _ = write!(
        out,
        "\n**{agree} of {} agree.**\n\n| row | Panther's rule | test | cloud | expected | the pack | |\n| --- | --- | --- | --- | --- | --- | --- |\n",
        rows.len()
    );
    for row in rows {
        let fired: Vec<_> = row.fired.iter().map(String::as_str).collect();
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} |",
            row.number,
            row.rule,
            row.test,
            row.cloud,
            if row.expected { "hit" } else { "–" },
            if fired.is_empty() {
                "–".to_owned()
            } else {
                fired.join(", ")
            },
            if row.agrees() {
                "agrees"
            } else {
                "**differs**"
            },
        );
    }
    out.push_str("\n## Where we differ\n\n");
    for row in rows.iter().filter(|row| !row.agrees()) {
        let why = reason(reasons, &row.number.to_string());
        let _ = writeln!(out, "* Row {}, {}: {why}.", row.number, row.test);
    }
    out
}

/// One line for the index.
pub(crate) fn sum(rows: &[Row]) -> String {
    let mut agree = BTreeMap::new();
    for row in rows {
        *agree.entry(row.agrees()).or_insert(0) += 1;
    }
    let yes = agree.get(&true).copied().unwrap_or(0);
    format!("{yes} of {} rows agree.\n", rows.len())
}
