//! The option `suppression_window`: after a detection others are dropped.
//!
//! Detections with one suppression key are looked at in order of window start
//! and id: the first is kept, what starts within the span behind it is dropped,
//! and the next one is kept again. So that the order of arrival does not
//! matter, detections wait until no earlier one can come.

use std::collections::{BTreeMap, BTreeSet};

use yaral_ir::plan::Plan;
use yaral_udm::Timestamp;

use super::span::shifted;
use crate::detection::{Detection, Status};
use crate::id;
use crate::limits::SUPPRESSION_PENDING_MAX;

/// The suppression of one rule.
#[derive(Debug)]
pub(crate) struct Suppressor {
    /// Seconds.
    span: i64,
    /// Seconds that a match window may reach back; 0 without `match`.
    window: i64,
    /// Start and id of the last detection that was kept, by key.
    pub(crate) kept: BTreeMap<Vec<u8>, (Timestamp, String)>,
    /// The detections that were told as provisional and neither stand nor
    /// were taken back, by (key, start, id).
    pub(crate) told: BTreeSet<(Vec<u8>, Timestamp, String)>,
    /// Detections that wait, by (start, id).
    pub(crate) pending: BTreeMap<(Timestamp, String), Detection>,
    /// The same by (key, start, id).
    by_key: BTreeSet<(Vec<u8>, Timestamp, String)>,
    /// Where what waited had to be let through for want of room: nothing that
    /// starts before it can be taken in any more.
    pub(crate) floor: Option<Timestamp>,
}

impl Suppressor {
    /// The suppression of a rule that asks for one.
    pub(crate) fn new(plan: &Plan) -> Option<Self> {
        let span = plan.suppression_s.filter(|span| *span > 0)?;
        let window = plan.correlation.as_ref().map(|c| c.window.length_s);
        Some(Suppressor {
            span,
            window: window.unwrap_or(0),
            kept: BTreeMap::new(),
            told: BTreeSet::new(),
            pending: BTreeMap::new(),
            by_key: BTreeSet::new(),
            floor: None,
        })
    }

    /// Whether what may still change is worth telling: a detection if nothing
    /// known so far suppresses it, the end of one if it was told.
    pub(crate) fn tells(&mut self, detection: &mut Detection) -> bool {
        let key = key(detection);
        if let Status::Superseded { by } = &mut detection.status {
            // What takes its place may be suppressed itself.
            let known = self.told.iter().any(|(of, _, id)| *of == key && id == by);
            let place = (key, detection.window.0, detection.id.clone());
            if !known {
                let before = self.told.range(..&place).next_back();
                let before = before.filter(|(of, ..)| *of == place.0).map(|(.., id)| id);
                let kept = self.kept.get(&place.0).map(|(_, id)| id);
                if let Some(stands) = before.or(kept) {
                    by.clone_from(stands);
                }
            }
            return self.told.remove(&place);
        }
        let start = detection.window.0;
        if self.floor.is_some_and(|floor| start < floor) {
            return false;
        }
        let within = |first: Timestamp| first <= start && start < shifted(first, self.span);
        let kept = self.kept.get(&key).is_some_and(|(first, _)| within(*first));
        let place = (key, start, detection.id.clone());
        let covers = |set: &BTreeSet<(Vec<u8>, Timestamp, String)>| {
            let last = set.range(..&place).next_back();
            last.is_some_and(|(of, first, _)| *of == place.0 && within(*first))
        };
        let new = !kept && !covers(&self.by_key) && !covers(&self.told);
        new && self.told.insert(place)
    }

    /// Puts a detection by until no earlier one can come. Where too many wait,
    /// the older half is let through; false for a detection that starts before
    /// what was let through so.
    pub(crate) fn hold(&mut self, mut detection: Detection, out: &mut Vec<Detection>) -> bool {
        let start = detection.window.0;
        if self.floor.is_some_and(|floor| start < floor) {
            return false;
        }
        detection.status = Status::Final;
        let place = (start, detection.id.clone());
        self.by_key
            .insert((key(&detection), start, detection.id.clone()));
        self.pending.insert(place, detection);
        if self.pending.len() > SUPPRESSION_PENDING_MAX {
            while self.pending.len() > SUPPRESSION_PENDING_MAX / 2 {
                let Some(((start, _), detection)) = self.pending.pop_first() else {
                    break;
                };
                self.floor = Some(start);
                self.release(detection, out);
            }
        }
        true
    }

    /// Lets a detection through that waited.
    fn release(&mut self, detection: Detection, out: &mut Vec<Detection>) {
        let place = (key(&detection), detection.window.0, detection.id.clone());
        self.by_key.remove(&place);
        self.pass(detection, out);
    }

    /// Lets a detection that stands through, or takes it back if it was told
    /// and is suppressed. Those of one key must come in order of their starts.
    pub(crate) fn pass(&mut self, mut detection: Detection, out: &mut Vec<Detection>) {
        let start = detection.window.0;
        let key = key(&detection);
        let place = (key.clone(), start, detection.id.clone());
        let told = self.told.remove(&place);
        match self.kept.get(&key) {
            Some((first, by)) if start < shifted(*first, self.span) => {
                if told {
                    detection.status = Status::Superseded { by: by.clone() };
                    out.push(detection);
                }
            }
            _ => {
                self.kept.insert(key, (start, detection.id.clone()));
                out.push(detection);
            }
        }
    }

    /// The id of the detection that was kept last under this one's key.
    pub(crate) fn keeps(&self, detection: &Detection) -> Option<String> {
        self.kept.get(&key(detection)).map(|(_, id)| id.clone())
    }

    /// Hands out what waited and forgets what can suppress nothing any more.
    pub(crate) fn advance(&mut self, watermark: Timestamp, out: &mut Vec<Detection>) {
        let later = self.pending.split_off(&(watermark, String::new()));
        for (_, detection) in std::mem::replace(&mut self.pending, later) {
            self.release(detection, out);
        }
        self.floor = self.floor.filter(|floor| *floor > watermark);
        let reach = self.span.saturating_add(self.window);
        self.kept
            .retain(|_, (first, _)| shifted(*first, reach) >= watermark);
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.kept.clear();
        self.told.clear();
        self.pending.clear();
        self.by_key.clear();
        self.floor = None;
    }
}

/// The suppression key: the match values, else the outcome `suppression_key`,
/// else nothing, which is one key for the whole rule (yara-l §7).
fn key(detection: &Detection) -> Vec<u8> {
    if !detection.matches.is_empty() {
        let mut key = Vec::new();
        for (_, value) in &detection.matches {
            super::entry::push_form(&mut key, value);
        }
        return key;
    }
    let mut outcomes = detection.outcomes.iter();
    let named = outcomes.find(|(name, _)| name == "suppression_key");
    named.map_or_else(Vec::new, |(_, value)| id::canonical(value))
}
