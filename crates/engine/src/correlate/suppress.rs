//! The option `suppression_window`: after a detection others are dropped.
//!
//! Detections with one suppression key are looked at in order of window start
//! and id: the first is kept, what starts within the span behind it is dropped,
//! and the next one is kept again. So that the order of arrival does not
//! matter, detections wait until no earlier one can come.

use std::collections::BTreeMap;

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
    /// The start of the last detection that was kept, by key.
    pub(crate) kept: BTreeMap<Vec<u8>, Timestamp>,
    /// Detections that wait, by (start, id).
    pub(crate) pending: BTreeMap<(Timestamp, String), Detection>,
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
            pending: BTreeMap::new(),
        })
    }

    /// Whether a detection that may still change is worth telling: nothing
    /// known so far suppresses it.
    pub(crate) fn is_new(&self, detection: &Detection) -> bool {
        let start = detection.window.0;
        let key = key(detection);
        let within = |first: Timestamp| first <= start && start < shifted(first, self.span);
        let kept = self.kept.get(&key).is_some_and(|first| within(*first));
        let from = (shifted(start, -self.span), String::new());
        let to = (start, detection.id.clone());
        let mut before = self.pending.range(from..to).map(|(_, other)| other);
        !kept && !before.any(|other| within(other.window.0) && self::key(other) == key)
    }

    /// Puts a detection by until no earlier one can come; false if there is
    /// no room.
    pub(crate) fn hold(&mut self, mut detection: Detection) -> bool {
        if self.pending.len() >= SUPPRESSION_PENDING_MAX {
            return false;
        }
        detection.status = Status::Final;
        let place = (detection.window.0, detection.id.clone());
        self.pending.insert(place, detection);
        true
    }

    /// Whether a detection that stands is kept. Those of one key must come in
    /// order of their starts.
    pub(crate) fn keeps(&mut self, detection: &Detection) -> bool {
        let start = detection.window.0;
        match self.kept.entry(key(detection)) {
            std::collections::btree_map::Entry::Occupied(mut known) => {
                let over = start >= shifted(*known.get(), self.span);
                if over {
                    known.insert(start);
                }
                over
            }
            std::collections::btree_map::Entry::Vacant(free) => {
                free.insert(start);
                true
            }
        }
    }

    /// Hands out what waited and forgets what can suppress nothing any more.
    pub(crate) fn advance(&mut self, watermark: Timestamp, out: &mut Vec<Detection>) {
        let later = self.pending.split_off(&(watermark, String::new()));
        for (_, detection) in std::mem::replace(&mut self.pending, later) {
            if self.keeps(&detection) {
                out.push(detection);
            }
        }
        let reach = self.span.saturating_add(self.window);
        self.kept
            .retain(|_, first| shifted(*first, reach) >= watermark);
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.kept.clear();
        self.pending.clear();
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
