//! The ways to drive the fast evaluator, all of which must say the same.
//!
//! Events come in order or not, with watermarks or without, in one life of the
//! engine or in several. What comes out meanwhile has rules of its own, which
//! are held here: what stands was told before where the rule can tell early,
//! and what was taken back never stands.

use std::collections::BTreeSet;
use std::sync::Arc;

use yaral_engine::{Context, Detection, Engine, Knowledge, Status};
use yaral_ir::plan::Plan;
use yaral_udm::{Event, Timestamp, read_event};

use crate::shuffle;
use crate::timeline::{Arrival, Step, Timeline};

/// How many orders of arrival are tried.
const ORDERS: u64 = 4;

/// A way of driving and the final detections that came of it, or what it did
/// that it must never do.
pub(crate) type Drive = (String, Result<Vec<Detection>, String>);

/// A step of a drive.
#[derive(Clone, Copy)]
enum Move<'t> {
    See(&'t Arrival),
    Advance(Timestamp),
}

/// Whether what came before matters to the rule.
pub(crate) fn remembers(plan: &Plan) -> bool {
    plan.correlation.is_some() || plan.suppression_s.is_some()
}

/// Every way of driving that fits the timeline.
pub(crate) fn all(
    (plan, knowledge): (&Plan, &Arc<Knowledge>),
    timeline: &Timeline,
    now: i64,
) -> Vec<Drive> {
    let mut sorted = timeline.counting(remembers(plan));
    sorted.sort_by_key(|arrival| arrival.time);
    let alone = Driver::new((plan, knowledge), 1, now);
    let batch = see(&sorted);
    let stream = promised(&sorted);
    let mut drives = vec![
        ("batch".to_owned(), alone.drive(&batch, &[])),
        ("projected".to_owned(), alone.projected(&sorted)),
        ("stream".to_owned(), alone.drive(&stream, &[])),
    ];
    let third = Driver::new((plan, knowledge), 3, now);
    let name = "stream, third of three rules".to_owned();
    drives.push((name, third.drive(&stream, &[stream.len() / 2])));
    for seed in 1..=ORDERS {
        let order = shuffle::order(sorted.len(), seed);
        let mixed: Vec<&Arrival> = order.into_iter().map(|place| sorted[place]).collect();
        let late = format!("shuffled, seed {seed}");
        drives.push((late, alone.drive(&see(&mixed), &[])));
        let early = format!("shuffled with watermarks, seed {seed}");
        drives.push((early, alone.drive(&promised(&mixed), &[])));
    }
    for cut in 0..=stream.len() {
        let name = format!("stream, resumed after {cut} steps");
        drives.push((name, alone.drive(&stream, &[cut])));
    }
    let everywhere: Vec<usize> = (0..=batch.len()).collect();
    let name = "batch, resumed after each event".to_owned();
    drives.push((name, alone.drive(&batch, &everywhere)));
    if timeline.has_watermarks() {
        let written: Vec<Move<'_>> = timeline.steps.iter().map(written).collect();
        drives.push(("as written".to_owned(), alone.drive(&written, &[])));
        let cuts: Vec<usize> = (0..=written.len()).collect();
        let name = "as written, resumed after each line".to_owned();
        drives.push((name, alone.drive(&written, &cuts)));
    }
    drives
}

fn written(step: &Step) -> Move<'_> {
    match step {
        Step::Arrives(arrival) => Move::See(arrival),
        Step::Watermark(time) => Move::Advance(*time),
    }
}

fn see<'t>(arrivals: &[&'t Arrival]) -> Vec<Move<'t>> {
    arrivals.iter().map(|arrival| Move::See(arrival)).collect()
}

/// Before each event the highest watermark that those to come allow.
fn promised<'t>(arrivals: &[&'t Arrival]) -> Vec<Move<'t>> {
    let mut moves = Vec::new();
    for (place, arrival) in arrivals.iter().enumerate() {
        let left = arrivals[place..].iter().map(|arrival| arrival.time);
        moves.extend(left.min().map(Move::Advance));
        moves.push(Move::See(arrival));
    }
    moves
}

/// Makes engines of a rule and drives them.
struct Driver<'d> {
    plan: &'d Plan,
    knowledge: &'d Arc<Knowledge>,
    /// How often the rule stands in the engine; the last is looked at.
    times: usize,
    now: i64,
}

impl<'d> Driver<'d> {
    fn new((plan, knowledge): (&'d Plan, &'d Arc<Knowledge>), times: usize, now: i64) -> Self {
        Driver {
            plan,
            knowledge,
            times,
            now,
        }
    }

    /// Drives an engine to the end; at each cut another one takes over.
    fn drive(&self, moves: &[Move<'_>], cuts: &[usize]) -> Result<Vec<Detection>, String> {
        let mut engine = self.engine();
        let mut told = Told::new(self.plan);
        for at in 0..=moves.len() {
            if cuts.contains(&at) {
                let mut next = self.engine();
                let saved = next.restore(&engine.save());
                saved.map_err(|error| format!("its own state is refused: {error:?}"))?;
                engine = next;
            }
            let mut out = Vec::new();
            match moves.get(at) {
                Some(Move::See(arrival)) => {
                    engine.evaluate(&arrival.event, &self.context(arrival), &mut out);
                    self.look_at_last(&mut out);
                    told.by_event(out)?;
                }
                Some(Move::Advance(time)) => {
                    engine.advance(*time, &mut out);
                    self.look_at_last(&mut out);
                    told.by_time(out, Some(*time))?;
                }
                None => {
                    engine.finish(&mut out);
                    self.look_at_last(&mut out);
                    told.by_time(out, None)?;
                }
            }
        }
        told.close()
    }

    /// In order, with events that have the fields that the rule reads alone.
    fn projected(&self, arrivals: &[&Arrival]) -> Result<Vec<Detection>, String> {
        let wanted = self.engine().projection();
        let mut few = Vec::new();
        for arrival in arrivals {
            let mut event = Event::default();
            let read = read_event(arrival.json.as_bytes(), &wanted, &mut event);
            read.map_err(|error| error.reason.clone())?;
            few.push(Arrival {
                event,
                ..(*arrival).clone()
            });
        }
        let few: Vec<&Arrival> = few.iter().collect();
        self.drive(&see(&few), &[])
    }

    fn engine(&self) -> Engine {
        Engine::with(
            vec![self.plan.clone(); self.times],
            Arc::clone(self.knowledge),
        )
    }

    fn look_at_last(&self, out: &mut Vec<Detection>) {
        out.retain(|detection| detection.rule + 1 == self.times);
    }

    fn context<'a>(&self, arrival: &'a Arrival) -> Context<'a> {
        Context {
            event_id: &arrival.id,
            now: self.now,
        }
    }
}

/// What came out so far.
struct Told {
    /// Whether windows hold detections back until they close.
    waits: bool,
    /// Whether each detection has to be told early.
    early: bool,
    /// Whether detections may be told early.
    may: bool,
    provisional: BTreeSet<String>,
    superseded: BTreeSet<String>,
    /// The highest watermark so far.
    passed: Option<Timestamp>,
    /// What is said to have taken the place of others.
    replacements: BTreeSet<String>,
    finals: Vec<Detection>,
}

impl Told {
    fn new(plan: &Plan) -> Self {
        let monotone = plan.correlation.as_ref().map(|tied| tied.monotone);
        let suppresses = plan.suppression_s.is_some();
        Told {
            waits: monotone.is_some() || suppresses,
            // Suppression may keep quiet about one that turns out to stand.
            early: monotone == Some(true) && !suppresses,
            may: monotone != Some(false),
            provisional: BTreeSet::new(),
            superseded: BTreeSet::new(),
            passed: None,
            replacements: BTreeSet::new(),
            finals: Vec::new(),
        }
    }

    /// Takes what an event brought out.
    fn by_event(&mut self, out: Vec<Detection>) -> Result<(), String> {
        for detection in out {
            let id = &detection.id;
            match &detection.status {
                Status::Final if self.waits => {
                    return Err(format!("{id} is final before its window closes"));
                }
                Status::Final => self.finals.push(detection),
                Status::Provisional if !self.may => {
                    return Err(format!("{id} is told early, and more events may undo it"));
                }
                Status::Provisional => {
                    // A late event may bring back what another one took.
                    self.superseded.remove(id);
                    self.provisional.insert(id.clone());
                }
                Status::Superseded { .. } => self.take_back(&detection)?,
            }
        }
        Ok(())
    }

    /// Takes what a watermark or the end brought out.
    fn by_time(&mut self, out: Vec<Detection>, watermark: Option<Timestamp>) -> Result<(), String> {
        let passed = self.passed;
        self.passed = passed.max(watermark);
        for detection in out {
            let (id, end) = (&detection.id, detection.window.1);
            match &detection.status {
                Status::Final if watermark.is_some_and(|watermark| end > watermark) => {
                    return Err(format!("{id} is final before the watermark has passed it"));
                }
                Status::Final if passed.is_some_and(|passed| end < passed) => {
                    return Err(format!("{id} could have been final at the last watermark"));
                }
                Status::Final if self.superseded.contains(id) => {
                    return Err(format!("{id} is final though it was taken back"));
                }
                Status::Final if self.early && !self.provisional.contains(id) => {
                    return Err(format!(
                        "{id} is final and was not told when it was complete"
                    ));
                }
                Status::Final if self.waits && detection.time != detection.window.1 => {
                    return Err(format!("the time of {id} is not the end of its window"));
                }
                Status::Final => self.finals.push(detection),
                Status::Provisional => {
                    return Err(format!("{id} is provisional without an event"));
                }
                Status::Superseded { .. } => self.take_back(&detection)?,
            }
        }
        Ok(())
    }

    /// The final detections, if nothing that was told is left open.
    fn close(self) -> Result<Vec<Detection>, String> {
        let closed = |id: &String| self.finals.iter().any(|one| one.id == *id);
        let mut open = self.provisional.difference(&self.superseded);
        if let Some(id) = open.find(|id| !closed(id)) {
            return Err(format!(
                "{id} was told and neither stands nor was taken back"
            ));
        }
        let mut replaced = self.replacements.iter();
        if let Some(by) = replaced.find(|by| !self.provisional.contains(*by) && !closed(by)) {
            return Err(format!("{by} is to take a place and was never told"));
        }
        Ok(self.finals)
    }

    fn take_back(&mut self, detection: &Detection) -> Result<(), String> {
        let id = &detection.id;
        if let Status::Superseded { by } = &detection.status {
            self.replacements.insert(by.clone());
        }
        if self.finals.iter().any(|one| one.id == *id) {
            return Err(format!("{id} is superseded though it was final"));
        }
        if !self.provisional.contains(id) {
            return Err(format!("{id} is superseded and was never told"));
        }
        self.superseded.insert(id.clone());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page;

    const PAGE: &str = "## A\n```yaral\nrule r { meta: events: $e.principal.hostname = $h match: $h over 10m condition: #e > 1 }\n```\n\
```events\n+0s a: principal.hostname=h\n+1m b: principal.hostname=h\n```\n```expect\nnone\n```\n";

    fn plan() -> Plan {
        let cases = page::read(PAGE).expect("the page is right");
        let compiled = yaral_compiler::compile(&cases[0].rule, &yaral_compiler::Options::default());
        let rule = compiled.rules.into_iter().next().expect("there is a rule");
        rule.plan.expect("it has no mistake")
    }

    /// What the engine tells at the second event, and at the end.
    fn two_tellings() -> [Detection; 2] {
        let plan = plan();
        let cases = page::read(PAGE).expect("the page is right");
        let timeline = Timeline::read(&cases[0].events, 1).expect("the events are right");
        let knowledge = Arc::default();
        let driver = Driver::new((&plan, &knowledge), 1, 0);
        let mut engine = driver.engine();
        let mut out = Vec::new();
        for arrival in timeline.counting(true) {
            engine.evaluate(&arrival.event, &driver.context(arrival), &mut out);
        }
        engine.finish(&mut out);
        out.try_into().expect("one is provisional and then final")
    }

    #[test]
    fn what_is_told_in_order_passes() {
        let [early, last] = two_tellings();
        let mut told = Told::new(&plan());
        told.by_event(vec![early]).expect("it is provisional");
        told.by_time(vec![last], None).expect("it stands");
        assert_eq!(told.close().map(|finals| finals.len()), Ok(1));
    }

    #[test]
    fn what_must_not_be_told_is_found() {
        let [early, last] = two_tellings();
        let superseded = Detection {
            status: Status::Superseded {
                by: "other".to_owned(),
            },
            ..early.clone()
        };
        let misdated = Detection {
            time: last.window.0,
            ..last.clone()
        };
        let replaced = superseded.clone();
        // By events first, then by time.
        for (events, time, part) in [
            (
                vec![],
                vec![last.clone()],
                "was not told when it was complete",
            ),
            (vec![last.clone()], vec![], "before its window closes"),
            (vec![], vec![early.clone()], "without an event"),
            (vec![superseded.clone()], vec![], "never told"),
            (
                vec![early.clone()],
                vec![superseded.clone(), last.clone()],
                "taken back",
            ),
            (
                vec![early.clone()],
                vec![last.clone(), superseded],
                "though it was final",
            ),
            (
                vec![early.clone()],
                vec![misdated],
                "not the end of its window",
            ),
        ] {
            let mut told = Told::new(&plan());
            let error = told
                .by_event(events)
                .and_then(|()| told.by_time(time, None));
            assert!(
                error.as_ref().is_err_and(|what| what.contains(part)),
                "{part}: {error:?}"
            );
        }
        let mut told = Told::new(&plan());
        told.by_event(vec![early.clone()])
            .expect("it is provisional");
        assert!(
            told.close()
                .is_err_and(|what| what.contains("neither stands"))
        );
        let mut told = Told::new(&plan());
        told.by_event(vec![early.clone()])
            .expect("it is provisional");
        told.by_time(vec![replaced], None).expect("it was told");
        assert!(
            told.close()
                .is_err_and(|what| what.contains("other is to take a place"))
        );
        let mut sure = plan();
        if let Some(tied) = sure.correlation.as_mut() {
            tied.monotone = false;
        }
        let error = Told::new(&sure).by_event(vec![early]);
        assert!(error.is_err_and(|what| what.contains("may undo it")));
    }
}
