//! `NAME.corpus.yaml`: large inputs and how often each rule fires on them.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::time::Instant;

use yaral_compiler::Options;
use yaral_engine::{Detection, Engine};
use yaral_harness::suite::corpus::{self, Barren, Case, Corpus, Scanned};
use yaral_harness::suite::{Fault, Mistake, Report};
use yaral_ir::plan::Plan;
use yaral_runtime::input::Source;
use yaral_runtime::{Input, Observer, Reject, Scan, ScanOptions, Summary, expand};

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
    corpus.check(&plans)?;
    let mut report = corpus.report(&plans);
    for case in &corpus.cases {
        if !only(&case.name) {
            report.left_out += 1;
            continue;
        }
        let started = Instant::now();
        let mut tested = match inputs(case, folder)? {
            Err(missing) => case.skipped(&missing),
            Ok(inputs) => case.tested(&scan(&corpus, case, &plans, &inputs)?),
        };
        tested.elapsed = started.elapsed();
        report.tests.push(tested);
    }
    Ok(report)
}

/// The inputs, or the variable that is not set.
fn inputs(case: &Case, folder: &Path) -> Result<Result<Vec<Input>, String>, Fault> {
    let mut paths = Vec::new();
    for (at, word) in &case.inputs {
        let Some(path) = substituted(word) else {
            return Ok(Err(word.clone()));
        };
        let path = if Path::new(&path).is_absolute() {
            path
        } else {
            folder.join(path).to_string_lossy().into_owned()
        };
        paths.push((*at, word, path));
    }
    // One by one first, so that what is missing is told at its own line.
    for (at, word, path) in &paths {
        if let Err(error) = expand(std::slice::from_ref(path)) {
            let wide = word.chars().count();
            return Err(Fault::File(Mistake::of(*at, wide, error.to_string())));
        }
    }
    let paths: Vec<String> = paths.into_iter().map(|(_, _, path)| path).collect();
    expand(&paths)
        .map(Ok)
        .map_err(|error| Fault::Rule(error.to_string()))
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

fn scan(corpus: &Corpus, case: &Case, plans: &[Plan], inputs: &[Input]) -> Result<Scanned, Fault> {
    let options = ScanOptions {
        mapping: corpus.mapping,
        ..ScanOptions::default()
    };
    let mut counter = Counter::default();
    let mut scan = Scan::new(Engine::new(plans.to_vec()), options.clone());
    let failed = |error: io::Error| Fault::Rule(error.to_string());
    let summary = scan.run(inputs, &mut counter).map_err(failed)?;
    let mut scanned = std::mem::take(&mut counter.scanned);
    scanned.events = events(&summary);
    scanned.read = summary.read;
    scanned.rejected = summary.rejected_total();
    if case.counts_events() {
        return Ok(scanned);
    }
    for input in inputs {
        let name = &input.name;
        let clear = counter.recognised.contains(name) && !counter.rejected.contains(name);
        if matches!(input.source, Source::LeftOut) || (clear && scanned.events > 0) {
            continue;
        }
        // Counts are those of all inputs; one that made trouble is asked alone.
        let mut scan = Scan::new(Engine::new(Vec::new()), options.clone());
        let alone = scan.run(std::slice::from_ref(input), &mut ());
        let alone = alone.map_err(failed)?;
        if events(&alone) == 0 {
            scanned.barren.push(Barren {
                name: name.clone(),
                recognised: alone.unrecognised == 0,
                read: alone.read,
                rejected: alone.rejected_total(),
                bytes: alone.bytes_read,
            });
        }
    }
    Ok(scanned)
}

/// Events of a scan, those included that no rule asks for.
fn events(summary: &Summary) -> u64 {
    summary.normalized + summary.passed_over
}

/// Counts detections by rule and severity, and notes which inputs made trouble.
#[derive(Default)]
struct Counter {
    scanned: Scanned,
    /// Inputs whose log type is known; an empty one has none.
    recognised: BTreeSet<String>,
    /// Inputs of which a record was rejected.
    rejected: BTreeSet<String>,
}

impl Observer for Counter {
    fn detection(&mut self, detection: &Detection, engine: &Engine) -> io::Result<()> {
        if let Some(plan) = engine.rules().get(detection.rule) {
            let key = (plan.name.clone(), detection.severity(plan));
            let count = self.scanned.counts.entry(key).or_default();
            count.add(&detection.id);
        }
        Ok(())
    }

    fn reject(&mut self, file: &str, _: &Reject) -> io::Result<()> {
        if !self.rejected.contains(file) {
            self.rejected.insert(file.to_owned());
        }
        Ok(())
    }

    fn input(&mut self, file: &str, log_type: Option<&str>) {
        if log_type.is_some() {
            self.recognised.insert(file.to_owned());
        }
    }
}
