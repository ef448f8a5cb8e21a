//! What the measured pages share: the recordings scanned as one story, and every
//! detection laid beside the steps that it stands on.

pub(crate) mod compared;
mod gather;
pub(crate) mod panther;
pub(crate) mod peace;
pub(crate) mod reasons;
pub(crate) mod steps;

use std::collections::{BTreeMap, BTreeSet};

use yaral_engine::Engine;
use yaral_ir::plan::Plan;
use yaral_normalize::UnixConnect;
use yaral_runtime::{Input, Scan, ScanOptions};

use crate::recordings::{self, LOGS, Label, Log, Step, gunzip, input, labels, recording};
use gather::{Found, Gather};

/// A rule on a step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hit {
    /// By `shipped::rank`, the highest of its detections.
    pub(crate) severity: usize,
    /// The same without detections of which the harness's own line is all that
    /// they have of this step.
    pub(crate) typed: usize,
    /// The same without detections that stand on attack steps as well.
    pub(crate) alone: usize,
    /// From the step's first record to the first alert.
    pub(crate) seconds: f64,
    /// The highest severity by each log, of detections of that log alone; on
    /// work those that stand on attack steps as well are left out.
    pub(crate) by_log: BTreeMap<&'static str, usize>,
}

/// A step and what fired on it.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) step: Step,
    /// The logs that have records of it.
    pub(crate) logs: BTreeSet<&'static str>,
    pub(crate) hits: BTreeMap<String, Hit>,
}

impl Row {
    pub(crate) fn highest(&self, of: impl Fn(&Hit) -> usize) -> usize {
        self.hits.values().map(of).max().unwrap_or(0)
    }
}

/// Everything that fired on the recordings.
pub(crate) struct Measured {
    pub(crate) rows: Vec<Row>,
    /// Detections that stand on no step: where, rule, severity.
    pub(crate) elsewhere: BTreeMap<(&'static str, String, usize), usize>,
    /// How many rules fired on the event that most of them fired on.
    pub(crate) chorus: usize,
}

/// The recordings with all that is known of them.
pub(crate) struct Recordings {
    logs: Vec<(&'static str, Input, BTreeMap<String, Label>)>,
    steps: Vec<Step>,
    harness: BTreeSet<String>,
    /// In milliseconds.
    first: BTreeMap<String, i64>,
}

impl Recordings {
    /// Those logs that the filter lets through; `None` says SKIP aloud.
    pub(crate) fn open(wanted: impl Fn(&Log) -> bool) -> Option<Self> {
        let steps = recordings::all_steps()?;
        let (mut logs, mut harness) = (Vec::new(), BTreeSet::new());
        let mut first = BTreeMap::new();
        for log in &LOGS {
            let (path, beside) = (recording(log.file)?, recording(log.labels)?);
            let labels = labels(&beside);
            if log.name == "auditd" {
                harness = recordings::harness(&gunzip(&path), &labels);
            }
            gather::first_records(log, &path, &labels, &mut first);
            if wanted(log) {
                let input = input(&path).pop()?;
                logs.push((log.name, input, labels));
            }
        }
        Some(Recordings {
            logs,
            steps,
            harness,
            first,
        })
    }

    /// One scan over all logs, as one who keeps them together would run it.
    pub(crate) fn scan(&self, rules: Vec<Plan>, unix_connect: UnixConnect) -> Measured {
        let inputs: Vec<Input> = self
            .logs
            .iter()
            .map(|(_, input, _)| input.clone())
            .collect();
        let mut gather = Gather::default();
        // Provisional detections tell when an alert would have come.
        let options = ScanOptions {
            early: true,
            unix_connect,
            ..ScanOptions::default()
        };
        Scan::new(Engine::new(rules), options)
            .run(&inputs, &mut gather)
            .unwrap();
        self.lay(&gather.found())
    }

    fn lay(&self, found: &BTreeMap<String, Found>) -> Measured {
        let mut out = Measured {
            rows: self.steps.iter().map(|step| self.row(step)).collect(),
            elsewhere: BTreeMap::new(),
            chorus: 0,
        };
        let place: BTreeMap<&str, usize> = self
            .steps
            .iter()
            .map(|step| step.id.as_str())
            .zip(0..)
            .collect();
        let mut chorus: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for detection in found.values() {
            if detection.evidence.is_empty() {
                let key = (
                    self.about(detection, found),
                    detection.rule.clone(),
                    detection.severity,
                );
                *out.elsewhere.entry(key).or_insert(0) += 1;
                continue;
            }
            for evidence in &detection.evidence {
                let rules = chorus.entry(&evidence.event).or_default();
                rules.insert(&detection.rule);
            }
            self.place(detection, &place, &mut out);
        }
        out.chorus = chorus.values().map(BTreeSet::len).max().unwrap_or(0);
        out
    }

    /// What a detection over detections is about.
    fn about(&self, detection: &Found, found: &BTreeMap<String, Found>) -> &'static str {
        let under = detection.over.iter().filter_map(|id| found.get(id));
        let mut words = BTreeSet::new();
        for evidence in under.flat_map(|found| &found.evidence) {
            let (log, label) = self.label(evidence);
            words.insert(match label.label.as_str() {
                "attack" => "over detections of attacks",
                _ if label.step.is_empty() => gather::elsewhere(log, label, &evidence.event),
                _ => "over detections of work",
            });
        }
        let attack = "over detections of attacks";
        if words.contains(attack) {
            attack
        } else {
            words.pop_last().unwrap_or("background")
        }
    }

    /// The log and the label of an event.
    fn label(&self, evidence: &gather::Evidence) -> (&'static str, &Label) {
        let mut logs = self.logs.iter();
        let (log, _, labels) = logs
            .find(|(_, input, _)| input.name == evidence.file)
            .unwrap();
        let label = labels.get(&evidence.event);
        (log, label.or_else(|| labels.get(&evidence.line)).unwrap())
    }

    fn row(&self, step: &Step) -> Row {
        let has = |labels: &BTreeMap<String, Label>| labels.values().any(|l| l.step == step.id);
        let logs = self.logs.iter().filter(|(_, _, labels)| has(labels));
        Row {
            step: step.clone(),
            logs: logs.map(|(name, ..)| *name).collect(),
            hits: BTreeMap::new(),
        }
    }

    /// Lays one detection on each step that has one of its events.
    fn place(&self, detection: &Found, place: &BTreeMap<&str, usize>, out: &mut Measured) {
        let mut steps: BTreeMap<usize, (bool, i64)> = BTreeMap::new();
        let mut where_else = BTreeSet::new();
        let mut logs = BTreeSet::new();
        for evidence in &detection.evidence {
            let (log, label) = self.label(evidence);
            logs.insert(log);
            if let Some(at) = place.get(label.step.as_str()) {
                let typed = !self.harness.contains(&evidence.event);
                let seen = steps.entry(*at).or_insert((false, i64::MAX));
                *seen = (seen.0 || typed, seen.1.min(evidence.millis));
            } else {
                where_else.insert(gather::elsewhere(log, label, &evidence.event));
            }
        }
        let attack = steps.keys().any(|at| self.steps[*at].label == "attack");
        if steps.is_empty() {
            // A rehearsal that also took in background is a rehearsal.
            let word = where_else.pop_last().unwrap();
            let key = (word, detection.rule.clone(), detection.severity);
            *out.elsewhere.entry(key).or_insert(0) += 1;
        }
        for (at, (typed, earliest)) in steps {
            let first = self.first[&self.steps[at].id];
            let waited = detection.millis.max(earliest).saturating_sub(first);
            let hits = &mut out.rows[at].hits;
            let known = hits.contains_key(&detection.rule);
            let hit = hits.entry(detection.rule.clone()).or_default();
            hit.severity = hit.severity.max(detection.severity);
            if typed {
                hit.typed = hit.typed.max(detection.severity);
            }
            if !attack {
                hit.alone = hit.alone.max(detection.severity);
            }
            #[allow(clippy::cast_precision_loss, reason = "the logs span a few hours")]
            let seconds = waited.max(0) as f64 / 1000.0;
            if !known || seconds < hit.seconds {
                hit.seconds = seconds;
            }
            let counts = !attack || self.steps[at].label == "attack";
            if let (Some(log), true) = (logs.first().copied(), logs.len() == 1 && counts) {
                let best = hit.by_log.entry(log).or_insert(0);
                *best = (*best).max(detection.severity);
            }
        }
    }
}
