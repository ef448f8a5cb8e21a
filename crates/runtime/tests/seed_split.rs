//! The founding page's rule and the four rules that mending makes of it fire on
//! the same events, for the same patterns.
//!
//! The rule is somebody else's: `YARAL_SEED` names its file. The logs are our
//! samples, and those outside of the repository that can be reached.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use yaral_compiler::mend::{Applicability, mend};
use yaral_compiler::{Options, compile};
use yaral_engine::{Detection, Engine};
use yaral_runtime::{Observer, Scan, ScanOptions, expand};

/// Logs that are not in the repository, by the variable that names their folder.
const OUTSIDE: [(&str, &[&str]); 2] = [
    (
        "YARAL_THIRD_PARTY",
        &[
            "openshift-benign/audit-benign-pre-attack.log.gz",
            "helm-lifecycle-benign/audit-benign-helm-lifecycle.ndjson.gz",
        ],
    ),
    (
        "YARAL_TELEMETRY",
        &[
            "auditd/audit.log.gz",
            "docker/events.ndjson.gz",
            "k8s/audit-v120.ndjson.gz",
        ],
    ),
];

/// The pattern of the first detection on each event, and how many there were.
#[derive(Default)]
struct Fired(BTreeMap<String, (String, usize)>);

impl Observer for Fired {
    fn detection(&mut self, detection: &Detection, _: &Engine) -> io::Result<()> {
        for evidence in &detection.evidence {
            let new = (evidence.variable.clone(), 0);
            self.0.entry(evidence.event_id.clone()).or_insert(new).1 += 1;
        }
        Ok(())
    }
}

fn fired(text: &str, log: &Path) -> Fired {
    let compiled = compile(text, &Options::default());
    let plans = compiled.rules.into_iter().filter_map(|rule| rule.plan);
    let path = log.to_str().expect("its name is text").to_owned();
    let inputs = expand(&[path]).expect("the log is there");
    let mut fired = Fired::default();
    Scan::new(Engine::new(plans.collect()), ScanOptions::default())
        .run(&inputs, &mut fired)
        .expect("the log can be read");
    fired
}

fn logs() -> Vec<PathBuf> {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    let entries = std::fs::read_dir(samples).expect("the samples are in the repository");
    let mut logs: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    logs.retain(|path| {
        let name = path.to_string_lossy();
        [".log", ".ndjson", ".gz"]
            .iter()
            .any(|ending| name.ends_with(ending))
    });
    logs.sort();
    for (variable, files) in OUTSIDE {
        match std::env::var_os(variable).map(PathBuf::from) {
            Some(folder) => logs.extend(files.iter().map(|file| folder.join(file))),
            None => say(format_args!("SKIP logs outside: {variable} is not set")),
        }
    }
    logs
}

#[test]
fn four_rules_fire_where_the_one_did() {
    let seed = std::env::var_os("YARAL_SEED").and_then(|path| std::fs::read_to_string(path).ok());
    let Some(seed) = seed else {
        say(format_args!(
            "SKIP split seed: YARAL_SEED names no readable file"
        ));
        return;
    };
    let strict = Options {
        strict: true,
        ..Options::default()
    };
    let split = mend(&seed, &strict, Applicability::Safe);
    assert_eq!(split.compiled.rules.len(), 4);
    let mut severities = split
        .compiled
        .diagnostics
        .iter()
        .map(|one| one.severity.as_str());
    assert!(
        severities.all(|severity| severity == "note"),
        "strict mode takes them"
    );
    let lenient = mend(&seed, &Options::default(), Applicability::Safe);
    assert_eq!(lenient.text, split.text);
    let mut patterns = BTreeMap::<String, usize>::new();
    for log in logs() {
        let (one, four) = (fired(&seed, &log), fired(&split.text, &log));
        assert_eq!(one.0, four.0, "{}", log.display());
        for (pattern, _) in one.0.into_values() {
            *patterns.entry(pattern).or_default() += 1;
        }
    }
    say(format_args!("the founding rule, split: {patterns:?}"));
    assert!(patterns.len() >= 2, "{patterns:?}");
}

/// Says it on the terminal itself: a test runner keeps what macros print to
/// itself, and what is skipped must be seen.
fn say(what: std::fmt::Arguments<'_>) {
    let _ = io::Write::write_fmt(&mut io::stderr(), format_args!("{what}\n"));
}
