//! Lines in, records out. There is no state: each alert is an event, also of
//! two rules that saw the same system call.

use std::cell::OnceCell;

use yaral_udm::Event;

use super::alert::Alert;
use super::facts::{Facts, Falco, event_time};
use super::labels::{CLAIMS, HOST, LABELS};
use super::map_default::{COMMON, DEFAULT, PRINCIPAL, TARGET};
use super::map_secops::SECOPS;
use super::subject::hidden;
use crate::LogType;
use crate::json::fault;
use crate::prefilter::Prefilter;
use crate::record::{Counts, Normalizer, Position, Record, Sink, content_id};
use crate::redact::{self, Bodies};
use crate::reject::{Reject, RejectReason, readable};
use crate::rows::Plan;
use crate::setup::{Mapping, Setup};
use crate::wrapped::{self, Why};

/// The normalizer of this log type.
pub(super) struct FalcoNormalizer {
    plan: Plan<Falco>,
    prefilter: Prefilter,
    redact: bool,
    counts: Counts,
    source: u32,
}

/// An alert on its way to the sink.
struct FalcoRecord<'a> {
    facts: &'a Facts<'a>,
    plan: &'a Plan<Falco>,
    text: &'a str,
    position: Position,
    redact: bool,
    id: OnceCell<String>,
}

impl FalcoNormalizer {
    pub(super) fn new(setup: &Setup) -> Self {
        let plan = match setup.mapping {
            Mapping::Default => Plan::new(
                &[COMMON, DEFAULT, TARGET, PRINCIPAL, HOST, LABELS, CLAIMS],
                &setup.want,
            ),
            Mapping::Secops => Plan::new(&[COMMON, SECOPS, HOST, LABELS, CLAIMS], &setup.want),
        };
        Self {
            prefilter: Prefilter::new(&setup.needs, &plan),
            plan,
            redact: setup.redact,
            counts: Counts::default(),
            source: 0,
        }
    }

    /// Whether the object is an alert, which is then emitted.
    fn take(&mut self, text: &str, position: Position, sink: &mut dyn Sink) -> Result<bool, Why> {
        let alert: Alert<'_> = serde_json::from_str(text).map_err(|error| fault(text, &error))?;
        if !alert.is_one() {
            return Ok(false);
        }
        let time = event_time(&alert).map_err(|reason| (reason, String::new()))?;
        self.counts.records += 1;
        let facts = Facts::new(&alert, time, false);
        if !self.prefilter.admits(&self.plan, &facts) {
            self.counts.passed_over += 1;
            sink.passed_over(time);
            return Ok(true);
        }
        self.counts.events += 1;
        sink.event(&FalcoRecord {
            facts: &facts,
            plan: &self.plan,
            text,
            position,
            redact: self.redact,
            id: OnceCell::new(),
        });
        Ok(true)
    }
}

impl Normalizer for FalcoNormalizer {
    fn log_type(&self) -> LogType {
        LogType::FalcoIds
    }

    fn begin(&mut self, source: u32) {
        self.source = source;
    }

    fn feed(&mut self, line: &[u8], at: u64, sink: &mut dyn Sink) {
        self.counts.lines += 1;
        let position = Position::of_line(self.source, at);
        let done = match readable(line) {
            Ok("") => Ok(()),
            Ok(text) => wrapped::open(text, RejectReason::NotFalco, &mut |object| {
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

impl Record for FalcoRecord<'_> {
    fn build(&self, out: &mut Event) {
        self.plan.fill(self.facts, false, out);
    }

    fn build_full(&self, out: &mut Event) {
        let facts = Facts::new(self.facts.alert, self.facts.time, self.redact);
        self.plan.fill(&facts, true, out);
    }

    fn position(&self) -> Position {
        self.position
    }

    fn raw(&self, out: &mut String) {
        if self.redact {
            redact::json_hiding(self.text, Bodies::None, &hidden(self.facts.alert), out);
        } else {
            out.push_str(self.text);
        }
    }

    fn event_id(&self) -> &str {
        self.id.get_or_init(|| content_id(self.text))
    }
}
