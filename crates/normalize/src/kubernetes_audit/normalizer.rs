//! Lines in, records out: stages and prefilter, after [`super::walk`] has found
//! the records of a line.

use std::cell::OnceCell;

use yaral_udm::{Event, Timestamp};

use super::audit_id::AuditId;
use super::clock::Server;
use super::envelope::{ENVELOPE, Found, Origin};
use super::facts::{Audit, Facts, event_time, text as member};
use super::labels::{CLAIMS, LABELS};
use super::map_default::{COMMON, DEFAULT};
use super::map_secops::SECOPS;
use super::raw::RawEvent;
use super::request::Request;
use super::stages::{Held, Stages};
use super::walk::Walk;
use crate::LogType;
use crate::json::Text;
use crate::prefilter::Prefilter;
use crate::record::{Counts, Normalizer, Position, Record, Sink, content_id};
use crate::redact;
use crate::reject::{Reject, RejectReason};
use crate::rows::Plan;
use crate::setup::{Mapping, Setup};

/// The normalizer of this log type.
pub(crate) struct AuditNormalizer {
    plan: Plan<Audit>,
    prefilter: Prefilter,
    redact: bool,
    stages: Stages,
    counts: Counts,
    source: u32,
}

/// A record on its way to the sink.
struct AuditRecord<'a> {
    facts: &'a Facts<'a>,
    found: Found<'a>,
    plan: &'a Plan<Audit>,
    position: Position,
    redact: bool,
    /// What tells the request from another that came under its auditID before.
    reused: Option<AuditId>,
    id: OnceCell<String>,
}

impl AuditNormalizer {
    pub(crate) fn new(setup: &Setup) -> Self {
        let own = match setup.mapping {
            Mapping::Default => DEFAULT,
            Mapping::Secops => SECOPS,
        };
        let plan = Plan::new(&[COMMON, own, LABELS, ENVELOPE, CLAIMS], &setup.want);
        Self {
            prefilter: Prefilter::new(&setup.needs, &plan),
            plan,
            redact: setup.redact,
            stages: Stages::default(),
            counts: Counts::default(),
            source: 0,
        }
    }

    /// One audit event.
    pub(super) fn record(&mut self, found: &Found<'_>, position: Position, sink: &mut dyn Sink) {
        let time = match event_time(found.raw) {
            Ok(time) => time,
            Err(reason) => {
                return self.reject(found.text, position, (reason, String::new()), sink);
            }
        };
        self.counts.records += 1;
        let server = self.stages.advance(found.origin.server.as_deref(), time);
        self.emit_due(server, sink);
        let mut reused = None;
        if let Some(name) = member(found.raw.audit_id.as_ref()) {
            let (id, again) = self.stages.identify(Request::new(found, name));
            reused = again.then_some(id);
            self.counts.reused_ids += u64::from(again);
            let stage = found.raw.stage.as_ref().map(Text::as_str);
            let early = stage == Some("RequestReceived");
            let new = if early {
                let kept = (found.text, found.origin);
                self.stages.hold(id, server, kept, position)
            } else {
                self.stages.first(id, &mut self.counts.duplicates)
            };
            self.counts.duplicates += u64::from(!new);
            if early || !new {
                return self.emit_due(server, sink);
            }
        }
        self.emit(found, time, (position, reused), sink);
    }

    /// Emits the held records of a server whose time has come.
    fn emit_due(&mut self, server: Server, sink: &mut dyn Sink) {
        while let Some(held) = self.stages.due(server) {
            self.emit_held(&held, sink);
        }
    }

    /// Emits a record that was held. It was valid and native when it came.
    fn emit_held(&mut self, held: &Held, sink: &mut dyn Sink) {
        if let Ok(raw) = serde_json::from_str::<RawEvent<'_>>(&held.text) {
            let time = event_time(&raw).unwrap_or_default();
            let found = Found::native(&raw, &held.origin, &held.text);
            let name = member(raw.audit_id.as_ref()).unwrap_or_default();
            let (id, again) = self.stages.identify(Request::new(&found, name));
            let reused = again.then_some(id);
            self.emit(&found, time, (held.position, reused), sink);
        }
    }

    /// Hands a record out. The facts are not redacted: rules are judged on what
    /// was logged, or an attacker could have words cut that a rule looks for.
    fn emit(
        &mut self,
        found: &Found<'_>,
        time: Option<Timestamp>,
        (position, reused): (Position, Option<AuditId>),
        sink: &mut dyn Sink,
    ) {
        let facts = &Facts::new(found, time, false);
        if !self.prefilter.admits(&self.plan, facts) {
            self.counts.passed_over += 1;
            return sink.passed_over(facts.time);
        }
        self.counts.events += 1;
        sink.event(&AuditRecord {
            facts,
            found: *found,
            plan: &self.plan,
            position,
            redact: self.redact,
            reused,
            id: OnceCell::new(),
        });
    }

    pub(super) fn reject(
        &mut self,
        text: &str,
        position: Position,
        why: (RejectReason, String),
        sink: &mut dyn Sink,
    ) {
        self.counts.rejected += 1;
        sink.reject(Reject::new(position, why, text.as_bytes(), self.redact));
    }
}

impl Normalizer for AuditNormalizer {
    fn log_type(&self) -> LogType {
        LogType::KubernetesAudit
    }

    fn begin(&mut self, source: u32) {
        self.source = source;
        self.stages.restart();
    }

    fn feed(&mut self, line: &[u8], at: u64, sink: &mut dyn Sink) {
        self.counts.lines += 1;
        let position = Position::of_line(self.source, at);
        match crate::reject::readable(line) {
            Ok("") => {}
            Ok(text) => Walk::new(self, position, sink).document(text, &Origin::default(), 0),
            Err(why) => {
                self.counts.rejected += 1;
                sink.reject(Reject::new(position, why, line, self.redact));
            }
        }
    }

    fn finish(&mut self, sink: &mut dyn Sink) {
        while let Some(held) = self.stages.release() {
            self.emit_held(&held, sink);
        }
    }

    fn counts(&self) -> Counts {
        Counts {
            held: self.stages.held(),
            evicted_ids: self.stages.evicted,
            seen_id_bytes: self.stages.seen_bytes(),
            ..self.counts
        }
    }
}

impl Record for AuditRecord<'_> {
    fn build(&self, out: &mut Event) {
        self.plan.fill(self.facts, false, out);
    }

    fn build_full(&self, out: &mut Event) {
        let facts = Facts::new(&self.found, self.facts.time, self.redact);
        self.plan.fill(&facts, true, out);
    }

    fn position(&self) -> Position {
        self.position
    }

    fn raw(&self, out: &mut String) {
        let (text, bodies) = (self.found.text, self.facts.bodies());
        match (self.redact, self.found.entry) {
            (false, _) => out.push_str(text),
            (true, None) => redact::json(text, bodies, out),
            (true, Some(_)) => redact::log_entry(text, bodies, out),
        }
    }

    fn event_id(&self) -> &str {
        let name = member(self.found.raw.audit_id.as_ref());
        match (name, self.reused) {
            (Some(name), None) => name,
            // Another event under the same auditID: an id of its own.
            (Some(name), Some(id)) => self.id.get_or_init(|| format!("{name}~{id}")),
            (None, _) => self.id.get_or_init(|| content_id(self.found.text)),
        }
    }
}
