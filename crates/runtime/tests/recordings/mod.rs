//! Our recordings and their labels, for the tests that need them; each says
//! SKIP aloud where a file is not there.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test uses a part, and fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use yaral_runtime::{Input, expand};

/// What the labels say about a record.
#[allow(clippy::struct_field_names, reason = "as the columns are called")]
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Label {
    pub(crate) step: String,
    /// `attack`, `benign` or `setup`.
    pub(crate) label: String,
    pub(crate) family: String,
}

/// A log that we recorded, with its labels.
pub(crate) struct Log {
    /// What pages call it.
    pub(crate) name: &'static str,
    pub(crate) file: &'static str,
    pub(crate) labels: &'static str,
}

const fn log(name: &'static str, file: &'static str, labels: &'static str) -> Log {
    Log { name, file, labels }
}

/// The logs of which every record is labelled.
pub(crate) const LOGS: [Log; 6] = [
    log("auditd", "auditd/audit.log.gz", "auditd/labels.csv.gz"),
    log(
        "docker-events",
        "docker/events.ndjson.gz",
        "docker/events.labels.csv.gz",
    ),
    log(
        "dockerd",
        "docker/dockerd.log.gz",
        "docker/dockerd.labels.csv.gz",
    ),
    log(
        "docker-authz",
        "docker/api-authz.ndjson.gz",
        "docker/api-authz.labels.csv.gz",
    ),
    log(
        "k8s-meta",
        "k8s/audit-meta.ndjson.gz",
        "k8s/audit-meta.labels.csv.gz",
    ),
    log(
        "k8s-v120",
        "k8s/audit-v120.ndjson.gz",
        "k8s/audit-v120.labels.csv.gz",
    ),
];

/// The audit events by which the harness started each step: the first
/// `bash -c` among the records of that step. Nobody at a prompt has this line.
pub(crate) fn harness(log: &str, labels: &BTreeMap<String, Label>) -> BTreeSet<String> {
    let mut first: BTreeMap<&str, &str> = BTreeMap::new();
    for line in log.lines() {
        if !line.contains("type=EXECVE") || !line.contains(r#"a0="bash" a1="-c""#) {
            continue;
        }
        let id = line.split(['(', ')']).nth(1).unwrap_or_default();
        let Some(label) = labels.get(id) else {
            continue;
        };
        if !label.step.is_empty() {
            first.entry(&label.step).or_insert(id);
        }
    }
    first.into_values().map(str::to_owned).collect()
}

/// Half a minute's rehearsal of K-A41 to K-A62, some 150 s before those steps, by the
/// same web shell and by the same pods; it is labelled as background. Each of
/// these audit events was looked at in the log: cat of the token and of
/// /proc/1/environ, requests with the token by curl and wget, kubectl get
/// secrets in the pod, a debug container, and the node's admin.conf through a
/// mount.
pub(crate) const REHEARSAL: &str = "28958 28959 28982 28983 28997 28998 28999 29062 29063 29064 \
    29124 29125 29126 29186 29187 29188 29248 29334 29357 29358 29359 29599 29600 29601 29755";

/// A step that was taken while the logs were recorded.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) family: String,
    pub(crate) command: String,
}

/// Says it on the terminal itself: a test runner keeps what macros print to
/// itself, and what is skipped must be seen.
pub(crate) fn say(what: std::fmt::Arguments<'_>) {
    let _ = io::Write::write_fmt(&mut io::stderr(), format_args!("{what}\n"));
}

/// A file in the folder that a variable names.
pub(crate) fn outside(variable: &str, file: &str) -> Option<PathBuf> {
    let found = std::env::var_os(variable).map(|folder| PathBuf::from(folder).join(file));
    let found = found.filter(|path| path.exists());
    if found.is_none() {
        say(format_args!(
            "SKIP {file}: {variable} names no folder that holds it"
        ));
    }
    found
}

/// A file of our recordings.
pub(crate) fn recording(file: &str) -> Option<PathBuf> {
    outside("YARAL_TELEMETRY", file)
}

pub(crate) fn gunzip(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap();
    let mut text = String::new();
    let mut reader = flate2::read::MultiGzDecoder::new(bytes.as_slice());
    io::Read::read_to_string(&mut reader, &mut text).unwrap();
    text
}

pub(crate) fn input(path: &Path) -> Vec<Input> {
    expand(&[path.to_str().unwrap().to_owned()]).unwrap()
}

/// The labels beside a log, by line number, or of audit events by `time:serial`.
pub(crate) fn labels(path: &Path) -> BTreeMap<String, Label> {
    let text = gunzip(path);
    let mut lines = text.lines();
    let columns: Vec<_> = lines.next().unwrap().split(',').collect();
    let column = |name: &str| columns.iter().position(|c| *c == name).unwrap();
    let (step, label, family) = (column("step"), column("label"), column("family"));
    lines
        .map(|line| {
            let cells: Vec<_> = line.split(',').collect();
            let label = Label {
                step: cells[step].to_owned(),
                label: cells[label].to_owned(),
                family: cells[family].to_owned(),
            };
            (cells[0].to_owned(), label)
        })
        .collect()
}

/// The steps of all recordings, in their order: 77 on a Docker host, 59 on a
/// cluster beside it, 28 on a second cluster of which only the API server's log
/// is there.
pub(crate) fn all_steps() -> Option<Vec<Step>> {
    let mut all = Vec::new();
    for file in [
        "docker/steps.ndjson.gz",
        "k8s/steps-meta.ndjson.gz",
        "k8s/steps-v120.ndjson.gz",
    ] {
        all.extend(steps(&recording(file)?));
    }
    Some(all)
}

/// The steps of a recording, in their order.
pub(crate) fn steps(path: &Path) -> Vec<Step> {
    let text = gunzip(path);
    let step = |line: &str| {
        let step: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| step[name].as_str().unwrap_or_default().to_owned();
        Step {
            id: text("id"),
            label: text("label"),
            family: text("family"),
            command: text("cmd"),
        }
    };
    text.lines().map(step).collect()
}
