//! Entities join only while they are valid.
//!
//! What is known of an entity holds from the start of its interval until
//! before the end. An event, or detection, that an equality ties to the
//! entity joins it only if its time lies within, to the nanosecond; a bound
//! that is not set is none (yara-l §11). That is said here in expressions
//! like any other, so that whatever evaluates a rule need not know of it.

use std::collections::BTreeMap;

use yaral_ir::correlation::Cross;
use yaral_ir::plan::{CompareOp, Expr as Plan, ExprId, FieldRef, TimePart, VariableId};
use yaral_ir::types::Type;
use yaral_ir::value::Value;
use yaral_syntax::diagnostic::Span;
use yaral_udm::{FieldPath, Root};

use super::classes::Member;
use crate::lower::Lower;
use crate::variables::Kind;

/// A time: its seconds and the nanoseconds beyond.
#[derive(Clone, Copy)]
struct Time {
    seconds: ExprId,
    nanos: ExprId,
}

/// The bounds of an entity's interval, each with whether it is not set.
#[derive(Clone, Copy)]
struct Interval {
    start: Time,
    no_start: ExprId,
    end: Time,
    no_end: ExprId,
}

impl Lower<'_> {
    /// Notes which entities an equality ties to which events and detections.
    pub(super) fn find_entity_ties(&mut self, tests: &[ExprId], sets: &[Vec<Member>]) {
        let variables = self.variables;
        let mut pairs: Vec<(u16, u16)> = Vec::new();
        for set in sets {
            let of = |wanted: fn(Kind) -> bool| {
                let ids = set.iter().map(|(variable, _)| variable.0);
                ids.filter(move |&at| wanted(variables.kind(at)))
            };
            for entity in of(|kind| kind == Kind::Entity) {
                pairs.extend(of(|kind| !kind.stands()).map(|timed| (entity, timed)));
            }
        }
        for &test in tests {
            pairs.extend(self.ties(test, false));
        }
        for (a, b) in pairs {
            for (entity, timed) in [(a, b), (b, a)] {
                if variables.kind(entity) == Kind::Entity && !variables.kind(timed).stands() {
                    self.entity_ties.insert((entity, timed));
                }
            }
        }
    }

    /// The predicates that each pair so tied must satisfy.
    pub(super) fn validity_of_entities(&mut self) -> Option<Vec<Cross>> {
        if !self.options.semantics.entity_validity || self.entity_ties.is_empty() {
            return Some(Vec::new());
        }
        let zero = self.add(
            Plan::Literal(Value::Int(0)),
            Type::Int,
            self.first_use(self.entity_ties.first()?.0)?,
        )?;
        let mut intervals: BTreeMap<u16, Interval> = BTreeMap::new();
        let mut times: BTreeMap<u16, Time> = BTreeMap::new();
        let mut made = Vec::new();
        for (entity, timed) in self.entity_ties.clone() {
            let interval = match intervals.get(&entity) {
                Some(known) => *known,
                None => self.interval(entity, zero)?,
            };
            intervals.insert(entity, interval);
            let time = match times.get(&timed) {
                Some(known) => *known,
                None => self.time_of(timed)?,
            };
            times.insert(timed, time);
            let span = self.first_use(entity)?;
            let started = self.before(interval.start, time, (CompareOp::Le, span))?;
            let started = self.either(interval.no_start, started, span)?;
            let open = self.before(time, interval.end, (CompareOp::Lt, span))?;
            let open = self.either(interval.no_end, open, span)?;
            let test = self.add(Plan::And(vec![started, open]), Type::Bool, span)?;
            let mut variables = vec![VariableId(entity), VariableId(timed)];
            variables.sort_unstable();
            made.push(Cross { test, variables });
        }
        Some(made)
    }

    fn first_use(&self, variable: u16) -> Option<Span> {
        let (_, span) = self.variables.events.get(usize::from(variable))?;
        Some(*span)
    }

    fn interval(&mut self, entity: u16, zero: ExprId) -> Option<Interval> {
        let start = self.time(entity, Root::Entity, "metadata.interval.start_time")?;
        let no_start = self.unset(start, zero)?;
        let end = self.time(entity, Root::Entity, "metadata.interval.end_time")?;
        let no_end = self.unset(end, zero)?;
        Some(Interval {
            start,
            no_start,
            end,
            no_end,
        })
    }

    fn time_of(&mut self, timed: u16) -> Option<Time> {
        if self.variables.kind(timed) == Kind::Detection {
            self.time(timed, Root::Detection, "detection_time")
        } else {
            self.time(timed, Root::Event, "metadata.event_timestamp")
        }
    }

    fn time(&mut self, variable: u16, root: Root, path: &str) -> Option<Time> {
        let path = FieldPath::resolve(root, path).ok()?;
        self.fields.insert(&path);
        let span = self.first_use(variable)?;
        let mut part = |part| {
            let field = FieldRef {
                variable: VariableId(variable),
                axis: None,
                steps: path.steps().into(),
                part: Some(part),
            };
            self.add(Plan::Field(field), Type::Int, span)
        };
        Some(Time {
            seconds: part(TimePart::Seconds)?,
            nanos: part(TimePart::Nanos)?,
        })
    }

    fn unset(&mut self, time: Time, zero: ExprId) -> Option<ExprId> {
        let span = self.span(time.seconds);
        let seconds = self.number_test(time.seconds, (CompareOp::Eq, span), zero)?;
        let nanos = self.number_test(time.nanos, (CompareOp::Eq, span), zero)?;
        self.add(Plan::And(vec![seconds, nanos]), Type::Bool, span)
    }

    /// Whether one time is before another; `op` decides between the
    /// nanoseconds of one second.
    fn before(&mut self, a: Time, b: Time, (op, span): (CompareOp, Span)) -> Option<ExprId> {
        let earlier = self.number_test(a.seconds, (CompareOp::Lt, span), b.seconds)?;
        let same = self.number_test(a.seconds, (CompareOp::Eq, span), b.seconds)?;
        let within = self.number_test(a.nanos, (op, span), b.nanos)?;
        let same = self.add(Plan::And(vec![same, within]), Type::Bool, span)?;
        self.either(earlier, same, span)
    }

    fn either(&mut self, a: ExprId, b: ExprId, span: Span) -> Option<ExprId> {
        self.add(Plan::Or(vec![a, b]), Type::Bool, span)
    }

    fn number_test(
        &mut self,
        left: ExprId,
        (op, span): (CompareOp, Span),
        right: ExprId,
    ) -> Option<ExprId> {
        let nocase = false;
        let compare = Plan::Compare {
            op,
            left,
            right,
            nocase,
        };
        self.add(compare, Type::Bool, span)
    }
}
