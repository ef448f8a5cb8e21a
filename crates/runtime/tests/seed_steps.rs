//! What the founding page's rule finds in our recordings, step by step, with
//! connections to socket files as connections and as opened files. The page
//! `docs/rules/founding_rule.md` shows it; `YARAL_UPDATE=1` writes it anew.

#![allow(
    clippy::unwrap_used,
    reason = "the helpers of a test fail by panicking"
)]

mod recordings;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use recordings::{Label, Step, input, labels, recording, say, steps};
use yaral_compiler::{Options, compile};
use yaral_engine::{Detection, Engine};
use yaral_normalize::UnixConnect;
use yaral_runtime::{Observer, Reject, Scan, ScanOptions};

/// The logs, with the column that names their records in the labels.
const LOGS: [(&str, &str); 3] = [
    ("auditd/audit.log.gz", "auditd/labels.csv.gz"),
    ("k8s/audit-meta.ndjson.gz", "k8s/audit-meta.labels.csv.gz"),
    ("k8s/audit-v120.ndjson.gz", "k8s/audit-v120.labels.csv.gz"),
];

const STEPS: [&str; 3] = [
    "docker/steps.ndjson.gz",
    "k8s/steps-meta.ndjson.gz",
    "k8s/steps-v120.ndjson.gz",
];

/// The patterns that fired on each step.
type Hits = BTreeMap<String, BTreeSet<String>>;

struct Fired<'l> {
    labels: &'l BTreeMap<String, Label>,
    hits: &'l mut Hits,
}

impl Observer for Fired<'_> {
    fn detection(&mut self, detection: &Detection, _: &Engine) -> io::Result<()> {
        let evidence = &detection.evidence[0];
        let line = evidence.origin.as_ref().unwrap().line.to_string();
        let label = self
            .labels
            .get(&evidence.event_id)
            .or_else(|| self.labels.get(&line))
            .unwrap();
        let pattern = detection.branch.clone().unwrap_or_default();
        let step = self.hits.entry(label.step.clone()).or_default();
        step.insert(pattern);
        Ok(())
    }

    fn reject(&mut self, file: &str, reject: &Reject) -> io::Result<()> {
        Err(io::Error::other(format!(
            "{file}:{}: {}",
            reject.line, reject.reason
        )))
    }
}

fn seed() -> Option<PathBuf> {
    let path = std::env::var_os("YARAL_SEED").map(PathBuf::from);
    if path.is_none() {
        say(format_args!(
            "SKIP the founding rule: YARAL_SEED is not set"
        ));
    }
    path
}

/// A scan with the founding rule.
fn scan(seed: &Path, unix_connect: UnixConnect) -> Scan {
    let text = std::fs::read_to_string(seed).unwrap();
    let compiled = compile(&text, &Options::default());
    let plans = compiled.rules.into_iter().filter_map(|rule| rule.plan);
    let options = ScanOptions {
        unix_connect,
        ..ScanOptions::default()
    };
    Scan::new(Engine::new(plans.collect()), options)
}

fn hits(seed: &Path, unix_connect: UnixConnect) -> Option<Hits> {
    let mut hits = Hits::new();
    for (log, beside) in LOGS {
        let (log, beside) = (recording(log)?, recording(beside)?);
        let labels = labels(&beside);
        let mut fired = Fired {
            labels: &labels,
            hits: &mut hits,
        };
        scan(seed, unix_connect)
            .run(&input(&log), &mut fired)
            .unwrap();
    }
    Some(hits)
}

/// Steps of a label with a hit at all, and with one of each pattern.
fn count(steps: &[Step], hits: &Hits, label: &str) -> (usize, BTreeMap<String, usize>) {
    let mut by_pattern = BTreeMap::new();
    let mut any = 0;
    for step in steps.iter().filter(|step| step.label == label) {
        let Some(patterns) = hits.get(&step.id) else {
            continue;
        };
        any += 1;
        for pattern in patterns {
            *by_pattern.entry(pattern.clone()).or_insert(0) += 1;
        }
    }
    (any, by_pattern)
}

const PATTERNS: [&str; 4] = ["kubectl_event", "docker_event", "sock_event", "k8s_event"];

#[test]
fn the_founding_rule_on_every_labelled_step() {
    let Some(seed) = seed() else { return };
    let mut all = Vec::new();
    for file in STEPS {
        let Some(path) = recording(file) else { return };
        all.extend(steps(&path));
    }
    let total = |label: &str| all.iter().filter(|step| step.label == label).count();
    assert_eq!((total("attack"), total("benign")), (111, 53));
    let (Some(off), Some(on)) = (
        hits(&seed, UnixConnect::Connection),
        hits(&seed, UnixConnect::FileOpen),
    ) else {
        return;
    };
    let any = |hits: &Hits, label: &str| count(&all, hits, label).0;
    // An independent script counted the same.
    assert_eq!((any(&off, "attack"), any(&off, "benign")), (46, 13));
    assert_eq!((any(&on, "attack"), any(&on, "benign")), (56, 16));
    let page = page(&all, &off, &on);
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules/founding_rule.steps.md");
    if std::env::var_os("YARAL_UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), page);
}

fn page(all: &[Step], off: &Hits, on: &Hits) -> String {
    let mut out = String::from(
        "# The founding page's rule, step by step\n\n\
         Made by the test `the_founding_rule_on_every_labelled_step`; see [founding_rule.md](founding_rule.md).\n\n\
         | | attack steps of 111 | benign steps of 53 | attack, `unix_connect=file_open` | benign, `unix_connect=file_open` |\n\
         | --- | --- | --- | --- | --- |\n",
    );
    let row = |out: &mut String, name: &str, of: &dyn Fn(&Hits, &str) -> usize| {
        let cells = [
            (off, "attack"),
            (off, "benign"),
            (on, "attack"),
            (on, "benign"),
        ];
        let cells: Vec<_> = cells
            .iter()
            .map(|(hits, label)| of(hits, label).to_string())
            .collect();
        let _ = writeln!(out, "| {name} | {} |", cells.join(" | "));
    };
    row(&mut out, "any pattern", &|hits, label| {
        count(all, hits, label).0
    });
    for pattern in PATTERNS {
        row(&mut out, &format!("`{pattern}`"), &|hits, label| {
            count(all, hits, label).1.get(pattern).copied().unwrap_or(0)
        });
    }
    out.push_str("\n| step | label | family | patterns | with `unix_connect=file_open` |\n| --- | --- | --- | --- | --- |\n");
    for step in all {
        let cell = |hits: &Hits| {
            let patterns = hits.get(&step.id).cloned().unwrap_or_default();
            let patterns: Vec<_> = patterns
                .iter()
                .map(|pattern| format!("`{pattern}`"))
                .collect();
            if patterns.is_empty() {
                "–".to_owned()
            } else {
                patterns.join(", ")
            }
        };
        let Step {
            id, label, family, ..
        } = step;
        let _ = writeln!(
            out,
            "| {id} | {label} | {family} | {} | {} |",
            cell(off),
            cell(on)
        );
    }
    out
}
