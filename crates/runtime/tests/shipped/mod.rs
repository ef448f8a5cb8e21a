//! The shipped rules and what they fire on, for the tests of the pack.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test uses a part, and fails by panicking"
)]

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use yaral_compiler::{Options, compile};
use yaral_engine::{Detection, Engine};
use yaral_ir::plan::Plan;
use yaral_runtime::{Input, Observer, Reject, Scan, ScanOptions, Summary, load_lists, load_tables};
use yaral_udm::Timestamp;

pub(crate) use yaral_runtime::encode::severity_of as severity;

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folders of the pack: one for each kind of source.
pub(crate) const GROUPS: [&str; 3] = ["kubernetes", "host", "network"];

fn files(group: &str) -> Vec<PathBuf> {
    std::fs::read_dir(root().join("rules/t1552_007").join(group))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaral"))
        .collect()
}

/// The day for which the rows of its tables are alive in tests: that of the
/// recordings.
fn as_of() -> Timestamp {
    Timestamp::parse("2026-11-23T00:00:00Z").unwrap()
}

/// Strict options with the lists and tables that the pack ships.
fn options(tuned: bool) -> Options {
    let mut options = Options {
        strict: true,
        ..Options::default()
    };
    let example = tuned.then_some("rules/t1552_007/examples");
    for folder in ["rules/t1552_007"].into_iter().chain(example) {
        let (lists, tables) = (
            root().join(folder).join("lists"),
            root().join(folder).join("tables"),
        );
        // What comes later takes the place of what has its name.
        if lists.is_dir() {
            options.lists.extend(load_lists(&lists).unwrap().lists);
        }
        if tables.is_dir() {
            options
                .tables
                .extend(load_tables(&tables, as_of()).unwrap().tables);
        }
    }
    options
}

/// The pack, which must be valid in strict mode without a single remark.
pub(crate) fn pack() -> Vec<Plan> {
    pack_with(&options(false))
}

/// The pack with the example tables, which are made for our recordings.
pub(crate) fn pack_tuned() -> Vec<Plan> {
    pack_with(&options(true))
}

fn pack_with(options: &Options) -> Vec<Plan> {
    let mut paths: Vec<_> = GROUPS.iter().flat_map(|group| files(group)).collect();
    paths.sort();
    let plans: Vec<_> = paths
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            let compiled = compile(&text, options);
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
    assert!(plans.len() >= 90);
    plans
}

/// What fired: rule, severity, line, event id; the line is 0 and the id that of a
/// detection where a rule looks at detections.
#[derive(Default)]
pub(crate) struct Fired(pub(crate) Vec<(String, String, u64, String)>);

impl Fired {
    /// How often each rule fired, with its severity.
    pub(crate) fn rules(&self) -> BTreeMap<(&str, &str), usize> {
        let mut count = BTreeMap::new();
        for (rule, severity, ..) in &self.0 {
            *count.entry((rule.as_str(), severity.as_str())).or_insert(0) += 1;
        }
        count
    }

    /// The highest severity that fired, by [`rank`].
    pub(crate) fn highest(&self) -> usize {
        let ranks = self.0.iter().map(|(_, severity, ..)| rank(severity));
        ranks.max().unwrap_or(0)
    }
}

/// 0 for nothing, 4 for the highest.
pub(crate) fn rank(severity: &str) -> usize {
    SEVERITIES
        .iter()
        .position(|name| *name == severity)
        .map_or(0, |at| at + 1)
}

/// From the lowest up.
pub(crate) const SEVERITIES: [&str; 4] = ["LOW", "MEDIUM", "HIGH", "CRITICAL"];

impl Observer for Fired {
    fn detection(&mut self, detection: &Detection, engine: &Engine) -> io::Result<()> {
        let rule = &engine.rules()[detection.rule];
        let evidence = &detection.evidence[0];
        // A detection over detections stands on no line.
        let line = evidence.origin.as_ref().map_or(0, |origin| origin.line);
        self.0.push((
            rule.name.clone(),
            severity(detection, rule),
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

/// A scan with the whole pack, in which a record that is skipped is a mistake.
pub(crate) fn scan(inputs: &[Input]) -> (Fired, Summary) {
    let mut fired = Fired::default();
    let summary = Scan::new(Engine::new(pack()), ScanOptions::default())
        .run(inputs, &mut fired)
        .unwrap();
    (fired, summary)
}

/// A page that a test writes: compared with the file, which `YARAL_UPDATE=1`
/// writes anew.
pub(crate) fn compare(path: &str, now: &str) {
    let path = root().join(path);
    if std::env::var_os("YARAL_UPDATE").is_some() {
        std::fs::write(&path, now).unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, now, "{} is not what was measured", path.display());
}

/// The same for what stands between two marks of a page that people write.
pub(crate) fn compare_between(path: &str, mark: &str, now: &str) {
    // Two tests may write to one page.
    static PAGES: Mutex<()> = Mutex::new(());
    let _guard = PAGES.lock();
    let text = std::fs::read_to_string(root().join(path)).unwrap();
    let (open, close) = (format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->"));
    let (before, rest) = text.split_once(&open).unwrap();
    let (_, after) = rest.split_once(&close).unwrap();
    compare(path, &format!("{before}{open}{now}{close}{after}"));
}
