//! The founding page's rule on two public logs of healthy clusters.
//!
//! Rule and logs are other people's and not part of this repository:
//! `YARAL_SEED` names the rule's file, `YARAL_THIRD_PARTY` the folder of logs.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use yaral_engine::{Detection, Engine};
use yaral_runtime::{Observer, Reject, Scan, ScanOptions, expand};

#[derive(Default)]
struct Branches(BTreeMap<Option<String>, u64>);

impl Observer for Branches {
    fn detection(&mut self, detection: &Detection, _: &Engine) -> io::Result<()> {
        *self.0.entry(detection.branch.clone()).or_default() += 1;
        Ok(())
    }

    fn reject(&mut self, file: &str, reject: &Reject) -> io::Result<()> {
        Err(io::Error::other(format!(
            "{file}:{}: {}",
            reject.line, reject.reason
        )))
    }
}

#[test]
fn it_fires_on_operators_hundreds_of_times() {
    let seed = std::env::var_os("YARAL_SEED").and_then(|path| std::fs::read_to_string(path).ok());
    let logs = std::env::var_os("YARAL_THIRD_PARTY").map(PathBuf::from);
    let (Some(seed), Some(logs)) = (seed, logs) else {
        say(format_args!(
            "SKIP seed on public logs: YARAL_SEED or YARAL_THIRD_PARTY is not set"
        ));
        return;
    };
    for (log, requests, fired) in [
        (
            "openshift-benign/audit-benign-pre-attack.log.gz",
            6_811,
            376,
        ),
        (
            "helm-lifecycle-benign/audit-benign-helm-lifecycle.ndjson.gz",
            16_474,
            583,
        ),
    ] {
        let compiled = yaral_compiler::compile(&seed, &yaral_compiler::Options::default());
        let plans = compiled
            .rules
            .into_iter()
            .filter_map(|rule| rule.plan)
            .collect();
        let path = logs.join(log).to_str().unwrap().to_owned();
        let mut branches = Branches::default();
        let summary = Scan::new(Engine::new(plans), ScanOptions::default())
            .run(&expand(&[path]).unwrap(), &mut branches)
            .unwrap();
        assert_eq!(summary.normalized + summary.passed_over, requests, "{log}");
        assert_eq!(
            branches.0,
            BTreeMap::from([(Some("k8s_event".to_owned()), fired)]),
            "{log}"
        );
        say(format_args!(
            "{log}: {requests} requests, {fired} detections, all in the fourth pattern"
        ));
    }
}

/// Says it on the terminal itself: a test runner keeps what macros print to
/// itself, and what is skipped must be seen.
fn say(what: std::fmt::Arguments<'_>) {
    let _ = io::Write::write_fmt(&mut io::stderr(), format_args!("{what}\n"));
}
