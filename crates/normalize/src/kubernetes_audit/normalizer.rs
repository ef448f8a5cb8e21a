//! Lines in, records out: unwrapping, stages, prefilter.

use std::cell::OnceCell;

use yaral_udm::Event;

use super::facts::{Audit, Facts, event_time, text as member};
use super::labels::{CLAIMS, LABELS};
use super::map_default::{COMMON, DEFAULT};
use super::map_secops::SECOPS;
use super::raw::{RawEvent, Shape};
use super::stages::{AuditId, Stages};
use crate::LogType;
use crate::json::{Text, each_item, fault};
use crate::limits::WRAPPERS_MAX;
use crate::prefilter::Prefilter;
use crate::record::{Counts, Normalizer, Position, Record, Sink};
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
    plan: &'a Plan<Audit>,
    text: &'a str,
    position: Position,
    redact: bool,
    /// Whether another request came under the same auditID.
    reused: bool,
    id: OnceCell<String>,
}

/// What tells a request from others. The auditID alone does not: a client may
/// choose it (header `Audit-ID`), and one that is used twice must not hide the
/// second request. All stages of a request agree on these members.
fn request(raw: &RawEvent<'_>, name: &str) -> AuditId {
    let user = raw.user.as_ref().and_then(|user| user.username.as_ref());
    AuditId::of(&[
        name,
        member(user).unwrap_or_default(),
        member(raw.verb.as_ref()).unwrap_or_default(),
        member(raw.request_uri.as_ref()).unwrap_or_default(),
        member(raw.request_received.as_ref()).unwrap_or_default(),
    ])
}

impl AuditNormalizer {
    pub(crate) fn new(setup: &Setup) -> Self {
        let own = match setup.mapping {
            Mapping::Default => DEFAULT,
            Mapping::Secops => SECOPS,
        };
        let plan = Plan::new(&[COMMON, own, LABELS, CLAIMS], &setup.want);
        Self {
            prefilter: Prefilter::new(&setup.needs, &plan),
            plan,
            redact: setup.redact,
            stages: Stages::default(),
            counts: Counts::default(),
            source: 0,
        }
    }

    /// Reads one JSON document: an event, a batch, or a wrapper.
    fn document(&mut self, text: &str, position: &mut Position, depth: u32, sink: &mut dyn Sink) {
        if depth > WRAPPERS_MAX {
            return self.reject(
                text,
                *position,
                (RejectReason::TooDeep, String::new()),
                sink,
            );
        }
        let raw = match serde_json::from_str::<RawEvent<'_>>(text) {
            Ok(raw) => raw,
            Err(error) => return self.reject(text, *position, fault(text, &error), sink),
        };
        match raw.shape() {
            Shape::Event => self.record(&raw, text, *position, sink),
            Shape::Batch => {
                let Some(items) = raw.items else { return };
                let each = &mut |item: &str| {
                    position.item += 1;
                    self.document(item, position, depth + 1, sink);
                };
                if each_item(items, each).is_err() {
                    let why = (RejectReason::WrongType, "items is not a list".to_owned());
                    self.reject(text, *position, why, sink);
                }
            }
            Shape::Log | Shape::Body => {
                let Some(inner) = raw.log.or(raw.body) else {
                    return;
                };
                self.unwrap(inner.get(), position, depth, sink);
            }
            Shape::Cloud(vendor) => {
                let why = (RejectReason::CloudEnvelope, vendor.to_owned());
                self.reject(text, *position, why, sink);
            }
            Shape::Other => {
                let why = (RejectReason::NotAudit, String::new());
                self.reject(text, *position, why, sink);
            }
        }
    }

    /// The inside of a wrapper: an object, or a string that holds one.
    fn unwrap(&mut self, inner: &str, position: &mut Position, depth: u32, sink: &mut dyn Sink) {
        if !inner.starts_with('"') {
            return self.document(inner, position, depth + 1, sink);
        }
        match serde_json::from_str::<Text<'_>>(inner) {
            Ok(text) => self.document(text.as_str(), position, depth + 1, sink),
            Err(error) => self.reject(inner, *position, fault(inner, &error), sink),
        }
    }

    /// One audit event.
    fn record(&mut self, raw: &RawEvent<'_>, text: &str, position: Position, sink: &mut dyn Sink) {
        let time = match event_time(raw) {
            Ok(time) => time,
            Err(reason) => return self.reject(text, position, (reason, String::new()), sink),
        };
        self.counts.records += 1;
        self.stages.advance(time);
        self.emit_due(sink);
        let mut reused = false;
        if let Some(name) = member(raw.audit_id.as_ref()) {
            let id = request(raw, name);
            reused = self.stages.reused(AuditId::new(name), id);
            self.counts.reused_ids += u64::from(reused);
            let early = raw
                .stage
                .as_ref()
                .is_some_and(|stage| stage.as_str() == "RequestReceived");
            let new = if early {
                self.stages.hold(id, text, position)
            } else {
                self.stages.first(id, &mut self.counts.duplicates)
            };
            self.counts.duplicates += u64::from(!new);
            if early || !new {
                return self.emit_due(sink);
            }
        }
        self.emit(
            &Facts::new(raw, time, false),
            text,
            (position, reused),
            sink,
        );
    }

    /// Emits the held records whose time has come.
    fn emit_due(&mut self, sink: &mut dyn Sink) {
        while let Some(held) = self.stages.due() {
            self.emit_held(&held.text, held.position, sink);
        }
    }

    /// Emits a record that was held. It was valid when it came.
    fn emit_held(&mut self, text: &str, position: Position, sink: &mut dyn Sink) {
        if let Ok(raw) = serde_json::from_str::<RawEvent<'_>>(text) {
            let time = event_time(&raw).unwrap_or_default();
            let name = member(raw.audit_id.as_ref()).unwrap_or_default();
            let reused = self.stages.reused(AuditId::new(name), request(&raw, name));
            let facts = Facts::new(&raw, time, false);
            self.emit(&facts, text, (position, reused), sink);
        }
    }

    /// Hands a record out. The facts are not redacted: rules are judged on what
    /// was logged, or an attacker could have words cut that a rule looks for.
    fn emit(
        &mut self,
        facts: &Facts<'_>,
        text: &str,
        (position, reused): (Position, bool),
        sink: &mut dyn Sink,
    ) {
        if !self.prefilter.admits(&self.plan, facts) {
            self.counts.passed_over += 1;
            return sink.passed_over(facts.time);
        }
        self.counts.events += 1;
        sink.event(&AuditRecord {
            facts,
            plan: &self.plan,
            text,
            position,
            redact: self.redact,
            reused,
            id: OnceCell::new(),
        });
    }

    fn reject(
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
        let mut position = Position {
            source: self.source,
            line: at,
            item: 0,
        };
        match crate::reject::readable(line) {
            Ok("") => {}
            Ok(text) => self.document(text, &mut position, 0, sink),
            Err(why) => {
                self.counts.rejected += 1;
                sink.reject(Reject::new(position, why, line, self.redact));
            }
        }
    }

    fn finish(&mut self, sink: &mut dyn Sink) {
        while let Some(held) = self.stages.release() {
            self.emit_held(&held.text, held.position, sink);
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
        let facts = Facts::new(self.facts.raw, self.facts.time, self.redact);
        self.plan.fill(&facts, true, out);
    }

    fn position(&self) -> Position {
        self.position
    }

    fn raw(&self, out: &mut String) {
        if self.redact {
            redact::json(self.text, self.facts.bodies(), out);
        } else {
            out.push_str(self.text);
        }
    }

    fn event_id(&self) -> &str {
        let name = member(self.facts.raw.audit_id.as_ref());
        if let Some(name) = name.filter(|_| !self.reused) {
            return name;
        }
        self.id.get_or_init(|| match name {
            // Another event under the same auditID: an id of its own.
            Some(name) => format!("{name}~{}", request(self.facts.raw, name)),
            None => blake3::hash(self.text.as_bytes()).to_hex().to_string(),
        })
    }
}
