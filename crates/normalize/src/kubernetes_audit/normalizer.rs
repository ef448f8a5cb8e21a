//! Lines in, records out: unwrapping, stages, prefilter.

use std::borrow::Cow;
use std::cell::OnceCell;

use serde_json::value::RawValue;
use yaral_udm::{Event, Timestamp};

use super::clock::Server;
use super::envelope::{self, ENVELOPE, Found, Opened, Origin, Vendor, node_prefix};
use super::facts::{Audit, Facts, event_time, text as member};
use super::labels::{CLAIMS, LABELS};
use super::map_default::{COMMON, DEFAULT};
use super::map_secops::SECOPS;
use super::raw::{RawEvent, Shape};
use super::request::Request;
use super::stages::{AuditId, Held, Stages};
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

    /// Reads one JSON document: an event, a batch, or an envelope.
    fn document(
        &mut self,
        text: &str,
        origin: &Origin<'_>,
        position: &mut Position,
        depth: u32,
        sink: &mut dyn Sink,
    ) {
        if depth > WRAPPERS_MAX {
            let why = (RejectReason::TooDeep, String::new());
            return self.reject(text, *position, why, sink);
        }
        if let Some((node, record)) = node_prefix(text) {
            let mut origin = origin.share();
            origin.vendor = Some(Vendor::Openshift);
            origin.server = Some(Cow::Borrowed(node));
            return self.document(record, &origin, position, depth, sink);
        }
        let why = match serde_json::from_str::<RawEvent<'_>>(text) {
            Ok(raw) => match raw.shape() {
                Shape::Event => {
                    return self.record(&Found::native(&raw, origin, text), *position, sink);
                }
                Shape::Batch => {
                    let Some(items) = raw.items else { return };
                    return self.batch(items, text, origin, position, depth, sink);
                }
                Shape::Other => (RejectReason::NotAudit, String::new()),
            },
            Err(error) => fault(text, &error),
        };
        match envelope::open(text, origin) {
            Some((opened, origin)) => self.opened(opened, text, &origin, position, depth, sink),
            None => self.reject(text, *position, why, sink),
        }
    }

    /// What an envelope holds.
    fn opened(
        &mut self,
        opened: Opened<'_>,
        text: &str,
        origin: &Origin<'_>,
        position: &mut Position,
        depth: u32,
        sink: &mut dyn Sink,
    ) {
        match opened {
            Opened::Inside(inner) => self.unwrap(inner.get(), origin, position, depth, sink),
            Opened::List(items) => self.batch(items, text, origin, position, depth, sink),
            Opened::Written(native) => self.document(&native, origin, position, depth + 1, sink),
            Opened::Entry(entry) => {
                let found = Found {
                    raw: &entry.raw,
                    origin,
                    text,
                    entry: Some(&entry),
                };
                self.record(&found, *position, sink);
            }
            Opened::Refused(reason, detail) => {
                self.reject(text, *position, (reason, detail), sink);
            }
        }
    }

    /// The documents of a list.
    fn batch(
        &mut self,
        items: &RawValue,
        text: &str,
        origin: &Origin<'_>,
        position: &mut Position,
        depth: u32,
        sink: &mut dyn Sink,
    ) {
        let each = &mut |item: &str| {
            position.item += 1;
            self.document(item, origin, position, depth + 1, sink);
        };
        if each_item(items, each).is_err() {
            let why = (RejectReason::WrongType, "the batch is no list".to_owned());
            self.reject(text, *position, why, sink);
        }
    }

    /// The inside of a wrapper: an object, or a string that holds one, perhaps
    /// encoded once more.
    fn unwrap(
        &mut self,
        inner: &str,
        origin: &Origin<'_>,
        position: &mut Position,
        depth: u32,
        sink: &mut dyn Sink,
    ) {
        if !inner.starts_with('"') || depth > WRAPPERS_MAX {
            return self.document(inner, origin, position, depth + 1, sink);
        }
        match serde_json::from_str::<Text<'_>>(inner) {
            Ok(text) if text.as_str().starts_with('"') => {
                self.unwrap(text.as_str(), origin, position, depth + 1, sink);
            }
            Ok(text) => self.document(
                text.as_str().trim_ascii(),
                origin,
                position,
                depth + 1,
                sink,
            ),
            Err(error) => self.reject(inner, *position, fault(inner, &error), sink),
        }
    }

    /// One audit event.
    fn record(&mut self, found: &Found<'_>, position: Position, sink: &mut dyn Sink) {
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
            Ok(text) => self.document(text, &Origin::default(), &mut position, 0, sink),
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
            (None, _) => self.id.get_or_init(|| {
                blake3::hash(self.found.text.as_bytes())
                    .to_hex()
                    .to_string()
            }),
        }
    }
}
