//! Our recordings and their labels, for the tests that need them; each says
//! SKIP aloud where a file is not there.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test uses a part, and fails by panicking"
)]

use std::collections::BTreeMap;
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
