//! Lines in, events out: assembly, memory of processes, prefilter.

use yaral_udm::Event;

use super::assemble::{Assembler, Held, Taken};
use super::case::{Case, Piece};
use super::facts::{Auditd, Facts};
use super::labels::{CLAIMS, LABELS};
use super::line::{self, Found, Line};
use super::map_default::{COMMON, DEFAULT, PRINCIPAL, TARGET};
use super::map_secops::SECOPS;
use super::processes::Processes;
use super::sockets::Sockets;
use super::{laurel, raw, raw_json, rejected};
use crate::LogType;
use crate::prefilter::Prefilter;
use crate::record::{Counts, Normalizer, Position, Record, Sink};
use crate::reject::{Reject, RejectReason, readable};
use crate::rows::Plan;
use crate::setup::{Mapping, Setup, UnixConnect};
use crate::{json, redact};

/// The normalizer of this log type.
pub(super) struct AuditdNormalizer {
    plan: Plan<Auditd>,
    prefilter: Prefilter,
    redact: bool,
    connect_opens: bool,
    assembler: Assembler,
    processes: Processes,
    sockets: Sockets,
    counts: Counts,
    source: u32,
}

/// An event on its way to the sink.
struct AuditdRecord<'a> {
    case: &'a Case<'a>,
    processes: &'a Processes,
    facts: &'a Facts<'a>,
    plan: &'a Plan<Auditd>,
    text: &'a str,
    position: Position,
    id: String,
    redact: bool,
    connect_opens: bool,
}

impl AuditdNormalizer {
    pub(super) fn new(setup: &Setup) -> Self {
        let plan = match setup.mapping {
            Mapping::Default => Plan::new(
                &[COMMON, DEFAULT, TARGET, PRINCIPAL, LABELS, CLAIMS],
                &setup.want,
            ),
            Mapping::Secops => Plan::new(&[COMMON, SECOPS, LABELS, CLAIMS], &setup.want),
        };
        Self {
            prefilter: Prefilter::new(&setup.needs, &plan),
            plan,
            redact: setup.redact,
            connect_opens: setup.unix_connect == UnixConnect::FileOpen,
            assembler: Assembler::default(),
            processes: Processes::default(),
            sockets: Sockets::default(),
            counts: Counts::default(),
            source: 0,
        }
    }

    /// A line that holds a record.
    fn record(&mut self, line: &Line<'_>, text: &str, position: Position, sink: &mut dyn Sink) {
        match self.assembler.take(line, text, position) {
            Taken::First => self.counts.records += 1,
            Taken::Added | Taken::Known => {}
            // Without its arguments a launch says little, and they say much
            // without it: they come out by themselves, under the same id.
            Taken::Late if line.kind == "EXECVE" => {
                self.counts.records += 1;
                self.emit_held(&Held::alone(text, position), sink);
            }
            Taken::Late => {
                let detail = rejected::name(line);
                self.reject(text, position, (RejectReason::LateRecord, detail), sink);
            }
            Taken::Full => {
                let detail = format!("{}: too many records", rejected::name(line));
                self.reject(text, position, (RejectReason::LateRecord, detail), sink);
            }
        }
        while let Some(held) = self.assembler.due() {
            self.emit_held(&held, sink);
        }
    }

    /// Emits an event whose lines were valid when they came.
    fn emit_held(&mut self, held: &Held, sink: &mut dyn Sink) {
        let mut lines: Vec<_> = held
            .text
            .lines()
            .filter_map(|text| match line::read(text) {
                Ok(Found::Record(line)) => Some(line),
                _ => None,
            })
            .collect();
        // Whatever the order in which they came.
        lines.sort_by(|a, b| (&a.kind, &a.body).cmp(&(&b.kind, &b.body)));
        let Some(first) = lines.first() else { return };
        let pieces = lines
            .iter()
            .map(|line| Piece::new(line.kind.as_ref().into(), &line.body));
        let case = Case::new(first.node.as_ref().into(), first.id, pieces.collect());
        self.emit(case, held.text.trim_end(), held.position, sink);
    }

    /// Hands an event out, and remembers what it says about processes and
    /// sockets, whichever rules are loaded.
    fn emit(&mut self, mut case: Case<'_>, text: &str, position: Position, sink: &mut dyn Sink) {
        let node = case.node.to_string();
        let place = match (case.inode(), case.resolved.as_deref()) {
            (Some(inode), Some(path)) => self.sockets.place(&node, &inode, path),
            _ => None,
        };
        if place.is_some() {
            case.resolved = place;
        }
        let launch = case.launch();
        let facts = Facts::new(&case, &self.processes, self.connect_opens, false);
        if self.prefilter.admits(&self.plan, &facts) {
            self.counts.events += 1;
            sink.event(&AuditdRecord {
                case: &case,
                processes: &self.processes,
                facts: &facts,
                plan: &self.plan,
                text,
                position,
                id: event_id(&case, self.redact),
                redact: self.redact,
                connect_opens: self.connect_opens,
            });
        } else {
            self.counts.passed_over += 1;
            sink.passed_over(case.time());
        }
        if let Some(process) = launch {
            self.processes.launched(&node, process);
        }
    }

    fn line(&mut self, text: &str, position: Position, sink: &mut dyn Sink) {
        if laurel::is_event(text) {
            return match laurel::read(text) {
                Ok(case) => {
                    self.counts.records += 1;
                    self.emit(case, text, position, sink);
                }
                Err(why) => self.reject(text, position, why, sink),
            };
        }
        match line::read(text) {
            Ok(Found::Record(line)) => self.record(&line, text, position, sink),
            Ok(Found::Separator) => {}
            Err(why) => self.reject(text, position, why, sink),
        }
    }

    fn reject(
        &mut self,
        text: &str,
        position: Position,
        why: (RejectReason, String),
        sink: &mut dyn Sink,
    ) {
        self.counts.rejected += 1;
        let shown = if self.redact {
            rejected::shown(text)
        } else {
            text.to_owned()
        };
        sink.reject(Reject::new(position, why, shown.as_bytes(), self.redact));
    }
}

/// Node, time and serial number; the first is absent where no line names it.
fn event_id(case: &Case<'_>, redact: bool) -> String {
    if case.node.is_empty() {
        case.id.to_string()
    } else {
        format!("{}/{}", redact::text(&case.node, redact), case.id)
    }
}

impl Normalizer for AuditdNormalizer {
    fn log_type(&self) -> LogType {
        LogType::Auditd
    }

    fn begin(&mut self, source: u32) {
        self.source = source;
        self.assembler.restart();
    }

    fn feed(&mut self, line: &[u8], at: u64, sink: &mut dyn Sink) {
        self.counts.lines += 1;
        let position = Position::of_line(self.source, at);
        match readable(line) {
            Ok("") => {}
            Ok(text) => self.line(text, position, sink),
            Err(why) => {
                let text = String::from_utf8_lossy(line);
                self.reject(&text, position, why, sink);
            }
        }
    }

    fn finish(&mut self, sink: &mut dyn Sink) {
        while let Some(held) = self.assembler.release() {
            self.emit_held(&held, sink);
        }
    }

    fn counts(&self) -> Counts {
        Counts {
            held: self.assembler.held(),
            missing_serials: self.assembler.missing,
            ..self.counts
        }
    }
}

impl Record for AuditdRecord<'_> {
    fn build(&self, out: &mut Event) {
        self.plan.fill(self.facts, false, out);
    }

    fn build_full(&self, out: &mut Event) {
        let facts = Facts::new(self.case, self.processes, self.connect_opens, self.redact);
        self.plan.fill(&facts, true, out);
    }

    fn position(&self) -> Position {
        self.position
    }

    fn raw(&self, out: &mut String) {
        if !self.redact {
            out.push_str(self.text);
        } else if laurel::is_event(self.text) && json::valid(self.text) {
            raw_json::laurel(self.text, out);
        } else {
            raw::clean(self.text, out);
        }
    }

    fn event_id(&self) -> &str {
        &self.id
    }
}
