//! What the tests share: run a log through a normalizer and keep everything.

#![allow(dead_code, reason = "each test binary uses a part")]

pub(crate) mod envelopes;
pub(crate) mod needs;
pub(crate) mod planted;
pub(crate) mod records;

use yaral_normalize::{Counts, LogType, Position, Record, Reject, Setup, Sink, normalizer};
use yaral_udm::{Event, write_event};

pub(crate) struct Built {
    pub(crate) position: Position,
    pub(crate) id: String,
    /// The full event as JSON.
    pub(crate) json: String,
    /// The projected event as JSON.
    pub(crate) projected: String,
    pub(crate) full: Event,
    pub(crate) raw: String,
}

#[derive(Default)]
pub(crate) struct Collected {
    pub(crate) events: Vec<Built>,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) counts: Counts,
}

impl Sink for Collected {
    fn event(&mut self, record: &dyn Record) {
        let mut built = Built {
            position: record.position(),
            id: record.event_id().to_owned(),
            json: String::new(),
            projected: String::new(),
            full: Event::default(),
            raw: String::new(),
        };
        record.build(&mut built.full);
        write_event(&built.full, &mut built.projected);
        record.build_full(&mut built.full);
        write_event(&built.full, &mut built.json);
        record.raw(&mut built.raw);
        self.events.push(built);
    }

    fn reject(&mut self, reject: Reject) {
        self.rejects.push(reject);
    }
}

pub(crate) fn collect(log_type: LogType, setup: &Setup, log: &[u8]) -> Collected {
    let mut normalizer = normalizer(log_type, setup);
    let mut found = Collected::default();
    for (at, line) in log.split(|b| *b == b'\n').enumerate() {
        normalizer.feed(line, at as u64 + 1, &mut found);
        let counts = normalizer.counts();
        let sum =
            counts.events + counts.passed_over + counts.duplicates + counts.held + counts.ignored;
        assert_eq!(counts.records, sum, "every record is somewhere: {counts:?}");
    }
    normalizer.finish(&mut found);
    found.counts = normalizer.counts();
    assert_eq!(found.counts.held, 0);
    found
}
