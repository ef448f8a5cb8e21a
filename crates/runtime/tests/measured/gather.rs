//! Detections as they come out of a scan, and what the records say of time.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use yaral_engine::{Detection, Engine, Status};
use yaral_runtime::{Observer, Reject};
use yaral_udm::Timestamp;

use crate::recordings::{Label, Log, REHEARSAL, gunzip};
use crate::shipped::{rank, severity};

/// An event of a detection.
#[derive(Clone, Debug)]
pub(crate) struct Evidence {
    pub(crate) file: String,
    pub(crate) line: String,
    pub(crate) event: String,
    pub(crate) millis: i64,
}

/// A detection that stands.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// The rule, or the branch of a rule that has some.
    pub(crate) rule: String,
    pub(crate) severity: usize,
    /// Time of the event that completed it.
    pub(crate) millis: i64,
    /// Empty for detections over detections.
    pub(crate) evidence: Vec<Evidence>,
    /// The ids of the detections that it looks at, if it does.
    pub(crate) over: Vec<String>,
}

/// Hears a scan.
#[derive(Default)]
pub(crate) struct Gather {
    found: BTreeMap<String, Found>,
    early: BTreeMap<String, i64>,
}

impl Gather {
    /// What stood at the end, each at the time when it was complete.
    pub(crate) fn found(mut self) -> BTreeMap<String, Found> {
        for (id, found) in &mut self.found {
            let early = self.early.get(id);
            found.millis = early.map_or(found.millis, |at| found.millis.min(*at));
        }
        self.found
    }
}

impl Observer for Gather {
    fn detection(&mut self, detection: &Detection, engine: &Engine) -> io::Result<()> {
        let rule = &engine.rules()[detection.rule];
        let known = |e: &yaral_engine::Evidence| {
            let origin = e.origin.as_ref()?;
            let time = e.event.as_ref().and_then(yaral_udm::Event::event_time);
            Some(Evidence {
                file: origin.file.clone(),
                line: origin.line.to_string(),
                event: e.event_id.clone(),
                millis: time?.millis(),
            })
        };
        let evidence: Vec<_> = detection.evidence.iter().filter_map(known).collect();
        let over = detection.evidence.iter().filter(|e| e.origin.is_none());
        let times = evidence.iter().map(|e| e.millis);
        let millis = times.max().unwrap_or(detection.time.millis());
        match &detection.status {
            Status::Superseded { .. } => {}
            Status::Provisional => {
                let at = self.early.entry(detection.id.clone()).or_insert(millis);
                *at = (*at).min(millis);
            }
            Status::Final => {
                let name = detection.branch.clone();
                let found = Found {
                    rule: name.unwrap_or_else(|| rule.name.clone()),
                    severity: rank(&severity(detection, rule)),
                    millis,
                    over: over.map(|e| e.event_id.clone()).collect(),
                    evidence,
                };
                // A rule whose branches are told apart has one id for them.
                let branch = detection.branch.clone().unwrap_or_default();
                self.found
                    .insert(format!("{}{branch}", detection.id), found);
            }
        }
        Ok(())
    }

    fn reject(&mut self, file: &str, reject: &Reject) -> io::Result<()> {
        Err(io::Error::other(format!(
            "{file}:{}: {} {}",
            reject.line, reject.reason, reject.sentence
        )))
    }
}

/// What a record without a step belongs to.
pub(crate) fn elsewhere(log: &str, label: &Label, event: &str) -> &'static str {
    let serial = event.rsplit(':').next().unwrap_or_default();
    if label.label == "setup" {
        "the lab being built"
    } else if log == "auditd" && REHEARSAL.split_whitespace().any(|of| of == serial) {
        "the rehearsal"
    } else {
        "background"
    }
}

/// The time of each step's first record, by logs whose labels or records say it
/// plainly; every step has one in these.
pub(crate) fn first_records(
    log: &Log,
    path: &Path,
    labels: &BTreeMap<String, Label>,
    first: &mut BTreeMap<String, i64>,
) {
    let mut see = |step: &str, millis: i64| {
        let at = first.entry(step.to_owned()).or_insert(millis);
        *at = (*at).min(millis);
    };
    let stepped = labels.iter().filter(|(_, label)| !label.step.is_empty());
    if log.name == "auditd" {
        for (event, label) in stepped {
            let time = event.split(':').next().unwrap_or_default();
            see(&label.step, time.replace('.', "").parse().unwrap());
        }
    } else if log.name.starts_with("k8s") {
        let lines: BTreeSet<_> = stepped.map(|(line, _)| line.clone()).collect();
        for (number, line) in (1..).zip(gunzip(path).lines()) {
            let number: u64 = number;
            let Some(key) = lines.get(&number.to_string()) else {
                continue;
            };
            let record: serde_json::Value = serde_json::from_str(line).unwrap();
            let time = record["requestReceivedTimestamp"].as_str().unwrap();
            let millis = Timestamp::parse(time).unwrap().millis();
            see(&labels[key].step, millis);
        }
    }
}
