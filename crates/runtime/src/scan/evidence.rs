//! The events that later detections may name.
//!
//! A rule over several events is decided when its window closes, long after
//! the raw record of its first event is gone. The engine keeps only what the
//! rule reads; the whole event and the place of its record wait here, as long
//! as some window may still hold the event, within a bound.

use std::collections::{BTreeMap, BTreeSet};

use yaral_engine::{Evidence, Origin, Recall};
use yaral_udm::{Event, Timestamp};

use crate::entities::Shelf;
use crate::limits::EVIDENCE_BYTES_MAX;

/// Events by their id.
#[derive(Debug, Default)]
pub(super) struct Kept {
    events: BTreeMap<String, One>,
    by_time: BTreeSet<(Timestamp, String)>,
    bytes: usize,
    /// Events that were kept without their content for want of room.
    pub(super) cut: u64,
}

#[derive(Debug)]
struct One {
    /// Where the record stands; a detection stands nowhere.
    origin: Option<Origin>,
    event: Option<Event>,
}

impl Kept {
    /// Keeps an event; the first under an id stays.
    pub(super) fn keep(
        &mut self,
        id: &str,
        time: Timestamp,
        origin: Option<Origin>,
        event: Option<Event>,
    ) {
        if self.events.contains_key(id) {
            return;
        }
        let mut event = event;
        let size = event.as_ref().map_or(0, Event::bytes);
        let own = overhead(id, origin.as_ref());
        if self.bytes + size + own > EVIDENCE_BYTES_MAX && event.take().is_some() {
            self.cut += 1;
        }
        if self.bytes + own > 2 * EVIDENCE_BYTES_MAX {
            // Not even the place of the record.
            return;
        }
        self.bytes += event.as_ref().map_or(0, Event::bytes) + own;
        self.by_time.insert((time, id.to_owned()));
        self.events.insert(id.to_owned(), One { origin, event });
    }

    /// Attaches what is known of an event, an entity or a detection to the
    /// evidence that names it; `whole` with its content.
    pub(super) fn attach(&self, evidence: &mut Evidence, entities: &Shelf, whole: bool) {
        let id = evidence.event_id.as_str();
        let (origin, event) = if let Some(one) = self.events.get(id) {
            (one.origin.as_ref(), one.event.as_ref())
        } else if let Some((origin, event)) = entities.get(id) {
            (Some(origin), event)
        } else {
            return;
        };
        evidence.event = event.filter(|_| whole).cloned();
        evidence.origin = origin.cloned();
    }

    /// The place of an event's record.
    pub(super) fn origin(&self, id: &str) -> Option<&Origin> {
        self.events.get(id).and_then(|one| one.origin.as_ref())
    }

    /// Drops events older than this.
    pub(super) fn forget(&mut self, before: Timestamp) {
        let rest = self.by_time.split_off(&(before, String::new()));
        for (_, id) in std::mem::replace(&mut self.by_time, rest) {
            if let Some(one) = self.events.remove(&id) {
                let own = overhead(&id, one.origin.as_ref());
                self.bytes -= one.event.as_ref().map_or(0, Event::bytes) + own;
            }
        }
    }
}

/// What an event takes here beside its content, roughly: its id twice, the
/// place of its record, and two places in trees.
fn overhead(id: &str, origin: Option<&Origin>) -> usize {
    const TREES: usize = 128;
    let place = origin.map_or(0, |origin| origin.file.len() + origin.log_type.len());
    2 * id.len() + place + size_of::<One>() + TREES
}

impl Recall for Kept {
    fn event(&self, id: &str) -> Option<&Event> {
        self.events.get(id)?.event.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin() -> Origin {
        Origin {
            file: "f".to_owned(),
            line: 1,
            item: 0,
            log_type: "UDM".to_owned(),
        }
    }

    #[test]
    fn what_is_forgotten_is_gone_and_takes_no_room() {
        let mut kept = Kept::default();
        for second in 0..10 {
            let time = Timestamp {
                seconds: second,
                nanos: 0,
            };
            kept.keep(
                &second.to_string(),
                time,
                Some(origin()),
                Some(Event::default()),
            );
        }
        let all = kept.bytes;
        kept.forget(Timestamp {
            seconds: 5,
            nanos: 0,
        });
        assert_eq!((kept.events.len(), kept.bytes), (5, all / 2));
        kept.forget(Timestamp {
            seconds: 99,
            nanos: 0,
        });
        assert_eq!(
            (kept.events.len(), kept.by_time.len(), kept.bytes),
            (0, 0, 0)
        );
    }

    #[test]
    fn evidence_bytes_max_leaves_the_place_of_the_record() {
        let mut kept = Kept {
            bytes: EVIDENCE_BYTES_MAX,
            ..Kept::default()
        };
        kept.keep(
            "e",
            Timestamp::default(),
            Some(origin()),
            Some(Event::default()),
        );
        assert_eq!(kept.cut, 1);
        let mut evidence = Evidence {
            variable: "e".to_owned(),
            event_id: "e".to_owned(),
            event: None,
            origin: None,
        };
        kept.attach(&mut evidence, &Shelf::default(), true);
        assert!(evidence.event.is_none() && evidence.origin.is_some());
    }
}
