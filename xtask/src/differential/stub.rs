//! A stand-in for the engine that asks the naive evaluator after every step.
//!
//! With it the checks are checked: it agrees with the naive evaluator unless
//! it is told to err in some way, and every such way must be noticed.

use std::sync::Arc;

use yaral_engine::explain::Explanation;
use yaral_engine::{Detection, Evidence, Knowledge, Status};
use yaral_ir::plan::Plan;
use yaral_udm::{Event, Timestamp};

use super::check::Subject;
use super::known::{Events, Known, truth};

/// See the module. `ERR` is the way in which it errs; 0 is none.
pub struct Stub<const ERR: u8> {
    plan: Plan,
    seen: Events,
    watermark: Option<Timestamp>,
    late: u64,
    /// Early detections that stand, by id.
    early: Vec<Known>,
    finals: Vec<String>,
}

/// The ways to err.
pub mod ways {
    /// Drops the last event of a state.
    pub const FORGETS: u8 = 1;
    /// Takes late events.
    pub const TAKES_LATE: u8 = 2;
    /// Emits all at the end only.
    pub const WAITS: u8 = 3;
    /// Says nothing early.
    pub const SILENT: u8 = 4;
    /// Says the first final twice.
    pub const TWICE: u8 = 5;
    /// Takes nothing back.
    pub const STUBBORN: u8 = 6;
    /// Counts no late event.
    pub const MISCOUNTS: u8 = 7;
}

impl<const ERR: u8> Stub<ERR> {
    fn found(&self) -> Vec<Known> {
        let all: Vec<_> = (0..self.seen.events.len()).collect();
        truth(&self.plan, &self.seen, &all)
    }

    fn emit(known: &Known, status: Status) -> Detection {
        Detection {
            id: id(known),
            rule: 0,
            time: known.window.1,
            window: known.window,
            matches: known.matches.clone(),
            outcomes: known.outcomes.clone(),
            risk_score: known
                .outcomes
                .iter()
                .find(|(name, _)| name == "risk_score")
                .map_or(40.0, |(_, value)| value.float()),
            branch: None,
            counts: known.counts.clone(),
            evidence: known
                .evidence
                .iter()
                .map(|(variable, event_id)| Evidence {
                    variable: variable.clone(),
                    event_id: event_id.clone(),
                    event: None,
                    origin: None,
                })
                .collect(),
            why: Explanation::default(),
            status,
        }
    }

    fn settle(&mut self, out: &mut Vec<Detection>, closed: impl Fn(&Known) -> bool) {
        for known in self.found() {
            let id = id(&known);
            if closed(&known) && (!self.finals.contains(&id) || ERR == ways::TWICE) {
                out.push(Self::emit(&known, Status::Final));
                self.early.retain(|early| early.key() != known.key());
                self.finals.push(id);
            }
        }
    }

    fn tell_early(&mut self, out: &mut Vec<Detection>) {
        let monotone = self.plan.correlation.as_ref().is_some_and(|c| c.monotone);
        if !monotone || ERR == ways::SILENT {
            return;
        }
        let found = self.found();
        let before = std::mem::take(&mut self.early);
        for known in &found {
            let told = before.iter().any(|early| early.key() == known.key());
            if !told && !self.finals.contains(&id(known)) {
                out.push(Self::emit(known, Status::Provisional));
            }
            self.early.push(known.clone());
        }
        for early in before {
            let stands = found.iter().any(|known| known.key() == early.key());
            if stands || ERR == ways::STUBBORN {
                continue;
            }
            let by = found
                .iter()
                .find(|known| known.matches == early.matches && known.window.0 < early.window.0);
            let by = by.or(found.first()).map(id).unwrap_or_default();
            out.push(Self::emit(&early, Status::Superseded { by }));
        }
    }
}

fn id(known: &Known) -> String {
    format!("{:?}", known.key())
}

impl<const ERR: u8> Subject for Stub<ERR> {
    fn new(plan: &Plan, _: bool, knowledge: &Arc<Knowledge>) -> Self {
        Stub {
            plan: plan.clone(),
            seen: Events {
                knowledge: Arc::clone(knowledge),
                events: Vec::new(),
                projected: Vec::new(),
                ids: Vec::new(),
            },
            watermark: None,
            late: 0,
            early: Vec::new(),
            finals: Vec::new(),
        }
    }

    fn event(&mut self, event: &Event, id: &str, out: &mut Vec<Detection>) {
        let time = event.event_time().unwrap_or_default();
        let remembers = self.plan.correlation.is_some() || self.plan.suppression_s.is_some();
        if remembers && self.watermark.is_some_and(|watermark| time < watermark) {
            self.late += u64::from(ERR != ways::MISCOUNTS);
            if ERR != ways::TAKES_LATE {
                return;
            }
        }
        self.seen.events.push(event.clone());
        self.seen.ids.push((id.to_owned(), time));
        if self.plan.correlation.is_none() && self.plan.suppression_s.is_none() {
            self.settle(out, |_| true);
        }
        self.tell_early(out);
    }

    fn advance(&mut self, to: Timestamp, out: &mut Vec<Detection>) {
        self.watermark = self.watermark.max(Some(to));
        if ERR != ways::WAITS {
            self.settle(out, |known| known.window.1 < to);
        }
    }

    fn finish(&mut self, out: &mut Vec<Detection>) {
        self.settle(out, |_| true);
    }

    fn resumed(mut self, _: &Plan) -> Result<Self, String> {
        if ERR == ways::FORGETS {
            self.seen.events.pop();
            self.seen.ids.pop();
        }
        Ok(self)
    }

    fn held(&self) -> u64 {
        0
    }

    fn late(&self) -> u64 {
        self.late
    }
}
