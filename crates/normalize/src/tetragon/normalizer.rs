//! Lines in, records out. The only state is the memory of processes, which no
//! rule can change.

use std::cell::OnceCell;

use yaral_udm::{Event, Root};

use super::facts::{Facts, Tetragon, event_time};
use super::labels::{CLAIMS, HOST, LABELS};
use super::map::{PRINCIPAL, ROWS, TARGET};
use super::memory::Processes;
use super::raw::{Export, Shape};
use crate::LogType;
use crate::json::fault;
use crate::prefilter::Prefilter;
use crate::record::{Counts, Normalizer, Position, Record, Sink, content_id};
use crate::redact::{self, Bodies};
use crate::reject::{Reject, RejectReason, readable};
use crate::rows::Plan;
use crate::setup::Setup;
use crate::wrapped::{self, Why};

/// The normalizer of this log type.
pub(super) struct TetragonNormalizer {
    plan: Plan<Tetragon>,
    prefilter: Prefilter,
    known: Processes,
    redact: bool,
    counts: Counts,
    source: u32,
}

/// An event on its way to the sink.
struct TetragonRecord<'a> {
    facts: &'a Facts<'a>,
    plan: &'a Plan<Tetragon>,
    text: &'a str,
    position: Position,
    redact: bool,
    id: OnceCell<String>,
}

impl TetragonNormalizer {
    pub(super) fn new(setup: &Setup) -> Self {
        let tables = [ROWS, TARGET, PRINCIPAL, HOST, LABELS, CLAIMS];
        let plan = Plan::new(&tables, &setup.want);
        Self {
            prefilter: Prefilter::new(&setup.needs, &plan),
            plan,
            known: Processes::default(),
            redact: setup.redact,
            counts: Counts::default(),
            source: 0,
        }
    }

    /// Whether the object is an event, which is then remembered and emitted.
    fn take(&mut self, text: &str, position: Position, sink: &mut dyn Sink) -> Result<bool, Why> {
        let export: Export<'_> = serde_json::from_str(text).map_err(|error| fault(text, &error))?;
        let Some((shape, _, happening)) = export.happening() else {
            return Ok(false);
        };
        let time = event_time(&export).map_err(|reason| (reason, String::new()))?;
        self.counts.records += 1;
        // The memory grows whatever the rules ask for, or their answers would
        // depend on each other.
        for process in [&happening.parent, &happening.process]
            .into_iter()
            .flatten()
        {
            self.known.remember(process);
        }
        let facts = Facts::new(&export, &self.known, time, false);
        let facts = facts.ok_or((RejectReason::NotTetragon, String::new()))?;
        if self.prefilter.admits(&self.plan, &facts) {
            self.counts.events += 1;
            sink.event(&TetragonRecord {
                facts: &facts,
                plan: &self.plan,
                text,
                position,
                redact: self.redact,
                id: OnceCell::new(),
            });
        } else {
            self.counts.passed_over += 1;
            sink.passed_over(time);
        }
        let ended = happening.process.as_ref().filter(|_| shape == Shape::Exit);
        if let Some(process) = ended {
            self.known.end(process);
        }
        Ok(true)
    }
}

impl Normalizer for TetragonNormalizer {
    fn log_type(&self) -> LogType {
        LogType::Tetragon
    }

    fn begin(&mut self, source: u32) {
        self.source = source;
    }

    fn feed(&mut self, line: &[u8], at: u64, sink: &mut dyn Sink) {
        self.counts.lines += 1;
        let position = Position::of_line(self.source, at);
        let done = match readable(line) {
            Ok("") => Ok(()),
            Ok(text) => wrapped::open(text, RejectReason::NotTetragon, &mut |object| {
                self.take(object, position, sink)
            }),
            Err(why) => Err(why),
        };
        if let Err(why) = done {
            self.counts.rejected += 1;
            sink.reject(Reject::new(position, why, line, self.redact));
        }
    }

    fn finish(&mut self, _sink: &mut dyn Sink) {}

    fn counts(&self) -> Counts {
        self.counts
    }
}

impl Record for TetragonRecord<'_> {
    fn build(&self, out: &mut Event) {
        self.plan.fill(self.facts, false, out);
    }

    fn build_full(&self, out: &mut Event) {
        out.reset(Root::Event);
        // There is an event, or these facts would not be.
        if let Some(facts) = self.facts.with(self.redact) {
            self.plan.fill(&facts, true, out);
        }
    }

    fn position(&self) -> Position {
        self.position
    }

    fn raw(&self, out: &mut String) {
        if self.redact {
            redact::json(self.text, Bodies::None, out);
        } else {
            out.push_str(self.text);
        }
    }

    fn event_id(&self) -> &str {
        self.id.get_or_init(|| content_id(self.text))
    }
}
