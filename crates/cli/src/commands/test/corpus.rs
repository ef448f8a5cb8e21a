//! `NAME.corpus.yaml`: large inputs and how often each rule fires on them.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use yaral_compiler::Options;
use yaral_engine::{Detection, Engine};
use yaral_harness::suite::corpus::{self, Corpus, Count};
use yaral_harness::suite::{Fault, Mistake, Report};
use yaral_ir::plan::Plan;
use yaral_runtime::{Observer, Reject, Scan, ScanOptions, expand};

/// Scans the inputs of a corpus and counts.
pub(super) fn run(
    text: &str,
    path: &Path,
    options: &Options,
    only: &dyn Fn(&str) -> bool,
) -> Result<Report, Fault> {
    let corpus = corpus::read(text)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let sibling = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let sibling = sibling.replace(super::CORPUS_ENDING, ".yaral");
    let words = corpus.rules(&sibling).into_iter();
    let words: Vec<String> = words
        .map(|word| folder.join(word).to_string_lossy().into_owned())
        .collect();
    let files = crate::rules::load(&words).map_err(|error| Fault::Rule(error.to_string()))?;
    let (files, _) = crate::variants::chosen(files, &words, corpus.mapping);
    let mut plans = Vec::new();
    for file in files {
        let compiled = yaral_compiler::compile(&file.text, options);
        if let Some(error) = compiled.diagnostics.iter().find(|found| found.is_error()) {
            let text = format!("{}: {}: {}", file.name, error.code.0, error.message);
            return Err(Fault::Rule(text));
        }
        plans.extend(compiled.rules.into_iter().filter_map(|rule| rule.plan));
    }
    let mut report = corpus.report(&plans);
    for case in &corpus.cases {
        if !only(&case.name) {
            report.left_out += 1;
            continue;
        }
        let tested = match inputs(&corpus, &case.inputs, folder)? {
            Err(missing) => case.skipped(&missing),
            Ok(inputs) => case.tested(&plans, &scan(&corpus, &plans, &inputs)?),
        };
        report.tests.push(tested);
    }
    Ok(report)
}

/// The inputs, or the variable or folder that is not there.
fn inputs(
    corpus: &Corpus,
    words: &[String],
    folder: &Path,
) -> Result<Result<Vec<yaral_runtime::Input>, String>, Fault> {
    let mut paths = Vec::new();
    for word in words {
        let Some(word) = substituted(word) else {
            return Ok(Err(word.clone()));
        };
        let path = if Path::new(&word).is_absolute() {
            word
        } else {
            folder.join(word).to_string_lossy().into_owned()
        };
        paths.push(path);
    }
    expand(&paths)
        .map(Ok)
        .map_err(|error| Fault::File(Mistake::whole(corpus.place, error.to_string())))
}

/// A path with its `${VARIABLE}`s filled in; none if one is not set.
fn substituted(word: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = word;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}')?;
        out.push_str(before);
        out.push_str(&std::env::var(name).ok()?);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

fn scan(
    corpus: &Corpus,
    plans: &[Plan],
    inputs: &[yaral_runtime::Input],
) -> Result<BTreeMap<(String, String), Count>, Fault> {
    let options = ScanOptions {
        mapping: corpus.mapping,
        ..ScanOptions::default()
    };
    let mut counter = Counter::default();
    let mut scan = Scan::new(Engine::new(plans.to_vec()), options);
    scan.run(inputs, &mut counter)
        .map_err(|error| Fault::Rule(error.to_string()))?;
    Ok(counter.counts)
}

/// Counts detections by rule and severity.
#[derive(Default)]
struct Counter {
    counts: BTreeMap<(String, String), Count>,
}

impl Observer for Counter {
    fn detection(&mut self, detection: &Detection, engine: &Engine) -> io::Result<()> {
        if let Some(plan) = engine.rules().get(detection.rule) {
            let key = (plan.name.clone(), detection.severity(plan));
            let count = self.counts.entry(key).or_default();
            count.add(&detection.id);
        }
        Ok(())
    }

    fn reject(&mut self, _: &str, _: &Reject) -> io::Result<()> {
        Ok(())
    }
}
