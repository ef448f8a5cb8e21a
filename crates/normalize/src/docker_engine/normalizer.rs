//! Lines in, records out: the three inputs, their memory, the prefilter.

use std::borrow::Cow;
use std::cell::OnceCell;

use yaral_udm::{Event, Timestamp};

use super::body;
use super::build::{self, Request, Topic};
use super::facts::{Call, Docker, Facts, Input};
use super::ids::Ids;
use super::labels::{CLAIMS, LABELS};
use super::logfmt::LogLine;
use super::memory::Memory;
use super::open::{self, OpenCalls};
use super::raw;
use super::record::{self, Json, Line};
use super::rows::ROWS;
use super::waiting::{Answers, Key, Waiting};
use crate::LogType;
use crate::prefilter::Prefilter;
use crate::record::{Counts, Normalizer, Position, Record, Sink};
use crate::reject::{Reject, readable};
use crate::rows::Plan;
use crate::setup::Setup;

/// The normalizer of this log type.
pub(super) struct DockerNormalizer {
    plan: Plan<Docker>,
    prefilter: Prefilter,
    redact: bool,
    memory: Memory,
    waiting: Waiting,
    /// The calls of the log whose bodies may come.
    open: OpenCalls,
    ids: Ids,
    counts: Counts,
    source: u32,
}

/// A record as it was logged.
#[derive(Copy, Clone)]
struct Source<'t> {
    text: &'t str,
    /// The line of the body, of a call in the log.
    form: Option<&'t str>,
    position: Position,
}

impl<'t> Source<'t> {
    fn new(text: &'t str, position: Position) -> Self {
        Self {
            text,
            form: None,
            position,
        }
    }
}

/// A record on its way to the sink.
struct DockerRecord<'a> {
    facts: &'a Facts<'a>,
    plan: &'a Plan<Docker>,
    source: Source<'a>,
    redact: bool,
    id: String,
}

impl DockerNormalizer {
    pub(super) fn new(setup: &Setup) -> Self {
        let plan = Plan::new(&[ROWS, LABELS, CLAIMS], &setup.want);
        Self {
            prefilter: Prefilter::new(&setup.needs, &plan),
            plan,
            redact: setup.redact,
            memory: Memory::default(),
            waiting: Waiting::default(),
            open: OpenCalls::default(),
            ids: Ids::default(),
            counts: Counts::default(),
            source: 0,
        }
    }

    fn line(&mut self, source: Source<'_>, sink: &mut dyn Sink) {
        let done = match record::read(source.text) {
            Ok(Line::Event(json)) => self.event(&json, source, sink),
            Ok(Line::Request(json)) => self.request(&json, source, sink),
            Ok(Line::Log(line, time)) => {
                self.log(&line, time, source, sink);
                Ok(())
            }
            Ok(Line::Foreign) => {
                self.counts.records += 1;
                self.counts.ignored += 1;
                Ok(())
            }
            Err(why) => Err(why),
        };
        if let Err(why) = done {
            self.reject(source.text.as_bytes(), source.position, why, sink);
        }
    }

    fn reject(&mut self, line: &[u8], position: Position, why: record::Why, sink: &mut dyn Sink) {
        self.counts.rejected += 1;
        let shown = if self.redact {
            raw::before_body(line)
        } else {
            line
        };
        sink.reject(Reject::new(position, why, shown, self.redact));
    }

    /// Counts a record in and lets time pass.
    fn arrives(&mut self, time: Option<Timestamp>, sink: &mut dyn Sink) {
        self.counts.records += 1;
        self.waiting.advance(time);
        self.emit_due(sink);
    }

    fn event(
        &mut self,
        json: &Json<'_>,
        source: Source<'_>,
        sink: &mut dyn Sink,
    ) -> Result<(), record::Why> {
        let time = record::event_time(json)?;
        self.arrives(time, sink);
        let facts = build::event(json, time, &mut self.memory);
        self.emit(&facts, source, sink);
        Ok(())
    }

    /// A record of the plugin: a request waits, a response is an event.
    fn request(
        &mut self,
        json: &Json<'_>,
        source: Source<'_>,
        sink: &mut dyn Sink,
    ) -> Result<(), record::Why> {
        let time = record::request_time(json)?;
        self.arrives(time, sink);
        let member = |member| record::text(member).unwrap_or_default();
        let key = Key::of(&[
            member(json.request_method.as_ref()),
            member(json.request_uri.as_ref()),
            member(json.user.as_ref()),
            member(json.request_body.as_ref()),
        ]);
        if !record::is_response(json) {
            self.waiting.hold(key, source.text, source.position);
            self.emit_due(sink);
            return Ok(());
        }
        let answers = self.waiting.answer(key);
        self.counts.duplicates += u64::from(answers != Answers::Nothing);
        if answers == Answers::Released {
            // The answer still tells what a name stands for.
            build::request(parts(json, time), &mut self.memory);
        } else {
            self.emit_request(json, time, source, sink);
        }
        Ok(())
    }

    fn emit_request(
        &mut self,
        json: &Json<'_>,
        time: Option<Timestamp>,
        source: Source<'_>,
        sink: &mut dyn Sink,
    ) {
        let facts = build::request(parts(json, time), &mut self.memory);
        self.emit(&facts, source, sink);
    }

    /// Emits the requests of the plugin whose time has come.
    fn emit_due(&mut self, sink: &mut dyn Sink) {
        while let Some(held) = self.waiting.due() {
            self.emit_held(&held.text, held.position, sink);
        }
    }

    /// Emits a request that waited. It was valid when it came.
    fn emit_held(&mut self, text: &str, position: Position, sink: &mut dyn Sink) {
        if let Ok(Line::Request(json)) = record::read(text) {
            let time = record::request_time(&json).unwrap_or_default();
            self.emit_request(&json, time, Source::new(text, position), sink);
        }
    }

    /// A line of the log.
    fn log(
        &mut self,
        line: &LogLine<'_>,
        time: Option<Timestamp>,
        source: Source<'_>,
        sink: &mut dyn Sink,
    ) {
        let topic = build::topic(line);
        if let Topic::Form(form) = topic {
            return self.form((form, line), time, source, sink);
        }
        self.arrives(time, sink);
        build::learn(line, &mut self.memory);
        self.pass(sink);
        match topic {
            // Of these the daemon logs the body behind the call, if it is JSON.
            Topic::Call {
                method: "POST",
                uri,
                form: None,
            } => {
                let operation = build::operation("POST", uri);
                self.open.push(source.text, source.position, operation);
            }
            Topic::Call { .. } => self.emit_call(source, sink),
            Topic::Listener(_) | Topic::Status(..) => {
                let facts = build::status(line, time, &topic, &self.memory);
                self.emit(&facts, source, sink);
            }
            Topic::Form(_) | Topic::Nothing => self.counts.ignored += 1,
        }
    }

    /// A body. With its call it is one record; one that lost it is a record
    /// of its own, and an event if it asks for a container or an exec, so that
    /// calls in parallel hide nothing.
    fn form(
        &mut self,
        (form, line): (&str, &LogLine<'_>),
        time: Option<Timestamp>,
        source: Source<'_>,
        sink: &mut dyn Sink,
    ) {
        let body = body::read(form);
        if let Some(open) = self.open.take(&body) {
            let mut call = Source::new(&open.text, open.position);
            call.form = Some(source.text);
            return self.emit_call(call, sink);
        }
        self.arrives(time, sink);
        self.pass(sink);
        match open::shape(&body) {
            Some(shape) => {
                let facts = build::stray(shape, body, line, time);
                self.emit(&facts, source, sink);
            }
            None => self.counts.ignored += 1,
        }
    }

    /// One more line of the log goes by, and calls that have waited long
    /// enough come out without a body.
    fn pass(&mut self, sink: &mut dyn Sink) {
        while let Some(open) = self.open.expired() {
            self.emit_call(Source::new(&open.text, open.position), sink);
        }
        self.open.pass();
    }

    /// Emits the calls that wait without their bodies.
    fn close(&mut self, sink: &mut dyn Sink) {
        while let Some(open) = self.open.pop() {
            self.emit_call(Source::new(&open.text, open.position), sink);
        }
    }

    /// Emits an API call of the log.
    fn emit_call(&mut self, source: Source<'_>, sink: &mut dyn Sink) {
        let Ok(Line::Log(line, time)) = record::read(source.text) else {
            return;
        };
        let second = match source.form.map(record::read) {
            Some(Ok(Line::Log(line, _))) => Some(line),
            _ => None,
        };
        let body = second.as_ref().and_then(|line| match build::topic(line) {
            Topic::Form(form) => Some(form),
            _ => None,
        });
        let Topic::Call { method, uri, form } = build::topic(&line) else {
            return;
        };
        let request = Request {
            input: Input::Log,
            time,
            host: line.host.clone(),
            call: Call {
                method: Cow::Borrowed(method),
                uri: Cow::Borrowed(uri),
                ..Call::default()
            },
            asks: form.or(body),
            ..Request::default()
        };
        let facts = build::request(request, &mut self.memory);
        self.emit(&facts, source, sink);
    }

    /// Hands a record out. The facts are not redacted: rules are judged on what
    /// was logged, or an attacker could have words cut that a rule looks for.
    fn emit(&mut self, facts: &Facts<'_>, source: Source<'_>, sink: &mut dyn Sink) {
        let id = self.ids.next(source.text, source.form);
        if !self.prefilter.admits(&self.plan, facts) {
            self.counts.passed_over += 1;
            return sink.passed_over(facts.time);
        }
        self.counts.events += 1;
        sink.event(&DockerRecord {
            facts,
            plan: &self.plan,
            source,
            redact: self.redact,
            id,
        });
    }
}

/// What a record of the plugin says about a call.
fn parts<'a>(json: &'a Json<'_>, time: Option<Timestamp>) -> Request<'a> {
    let borrowed = |text| record::text(text).map(Cow::Borrowed);
    Request {
        input: Input::Plugin,
        time,
        description: borrowed(json.phase.as_ref()),
        call: Call {
            method: borrowed(json.request_method.as_ref()).unwrap_or_default(),
            uri: borrowed(json.request_uri.as_ref()).unwrap_or_default(),
            code: json.response_code,
            agent: record::header(json, "User-Agent"),
            user: borrowed(json.user.as_ref()),
        },
        asks: record::text(json.request_body.as_ref()),
        answers: record::text(json.response_body.as_ref()),
        ..Request::default()
    }
}

impl Normalizer for DockerNormalizer {
    fn log_type(&self) -> LogType {
        LogType::DockerEngine
    }

    fn begin(&mut self, source: u32) {
        self.source = source;
        self.waiting.restart();
    }

    fn feed(&mut self, line: &[u8], at: u64, sink: &mut dyn Sink) {
        self.counts.lines += 1;
        let position = Position::of_line(self.source, at);
        // A body stands in the same input as its call.
        if self.open.are_elsewhere(self.source) {
            self.close(sink);
        }
        match readable(line) {
            Ok("") => {}
            Ok(text) => self.line(Source::new(text, position), sink),
            Err(why) => self.reject(line, position, why, sink),
        }
    }

    fn finish(&mut self, sink: &mut dyn Sink) {
        self.close(sink);
        while let Some(held) = self.waiting.release() {
            self.emit_held(&held.text, held.position, sink);
        }
    }

    fn counts(&self) -> Counts {
        Counts {
            held: self.waiting.held() + self.open.count(),
            evicted_ids: self.ids.evicted(),
            seen_id_bytes: self.ids.bytes(),
            ..self.counts
        }
    }
}

impl Record for DockerRecord<'_> {
    fn build(&self, out: &mut Event) {
        self.plan.fill(self.facts, false, out);
    }

    fn build_full(&self, out: &mut Event) {
        let mut facts = self.facts.with_redaction(self.redact);
        facts.claims = OnceCell::new();
        self.plan.fill(&facts, true, out);
    }

    fn position(&self) -> Position {
        self.source.position
    }

    fn raw(&self, out: &mut String) {
        for (place, text) in [Some(self.source.text), self.source.form]
            .into_iter()
            .flatten()
            .enumerate()
        {
            if place > 0 {
                out.push('\n');
            }
            if self.redact {
                raw::clean(text, self.facts.operation, out);
            } else {
                out.push_str(text);
            }
        }
    }

    fn event_id(&self) -> &str {
        &self.id
    }
}
