//! The ways to drive the fast evaluator, all of which must say the same.
//!
//! Events come in order or not, with watermarks or without, in one life of the
//! engine or in several. What comes out meanwhile has rules of its own, which
//! are held here: what stands was told before where the rule can tell early,
//! and what was taken back never stands.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use yaral_engine::{Context, Detection, Engine, Entity, Knowledge, Recall, Status};
use yaral_ir::metrics::Metrics;
use yaral_ir::plan::Plan;
use yaral_udm::{Event, Root, Timestamp, read_event};

use crate::shuffle;
use crate::timeline::{Arrival, Known, Step, Timeline};

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

/// The rules of a case and what they know beside the events.
#[derive(Clone, Debug)]
pub(crate) struct Ruled {
    pub(crate) plans: Vec<Plan>,
    pub(crate) entities: Vec<Known>,
    metrics: Option<Arc<dyn Metrics>>,
    pub(crate) knowledge: Arc<Knowledge>,
}

impl Ruled {
    #[cfg(test)]
    pub(crate) fn new(plans: Vec<Plan>, entities: Vec<Known>) -> Self {
        Ruled::asking(plans, entities, None)
    }

    /// The same, with somebody who answers metrics.
    pub(crate) fn asking(
        plans: Vec<Plan>,
        entities: Vec<Known>,
        metrics: Option<Arc<dyn Metrics>>,
    ) -> Self {
        let knowledge = Arc::new(knowledge(&entities, metrics.clone()));
        Ruled {
            plans,
            entities,
            metrics,
            knowledge,
        }
    }
}

fn knowledge(known: &[Known], metrics: Option<Arc<dyn Metrics>>) -> Knowledge {
    let entity = |known: &Known| Entity {
        id: known.id.as_str().into(),
        event: known.event.clone(),
    };
    Knowledge {
        entities: known.iter().map(entity).collect(),
        metrics,
    }
}

/// Whether what came before matters to the rule.
pub(crate) fn remembers(plan: &Plan) -> bool {
    plan.correlation.is_some() || plan.suppression_s.is_some()
}

/// Every way of driving that fits the timeline.
pub(crate) fn all(ruled: &Ruled, timeline: &Timeline, now: i64) -> Vec<Drive> {
    let some = ruled.plans.iter().any(remembers);
    let alone = Driver::new(ruled, 1, timeline, now);
    let mut drives = Vec::new();
    if timeline.has_watermarks() {
        let written: Vec<Move<'_>> = timeline.steps.iter().map(written).collect();
        drives.push(("as written".to_owned(), alone.drive(&written, &[])));
        let cuts: Vec<usize> = (0..=written.len()).collect();
        let name = "as written, resumed after each line".to_owned();
        drives.push((name, alone.drive(&written, &cuts)));
    }
    let mut sorted = timeline.counting(some);
    // Rules that remember nothing see late events, others do not; where there
    // are both, only what is written is what it says.
    let late = sorted.len() < timeline.counting(false).len();
    if late && !ruled.plans.iter().all(remembers) {
        return drives;
    }
    sorted.sort_by_key(|arrival| arrival.time);
    let batch = see(&sorted);
    let stream = promised(&sorted);
    drives.push(("batch".to_owned(), alone.drive(&batch, &[])));
    drives.push(("projected".to_owned(), alone.projected(&sorted)));
    drives.push(("stream".to_owned(), alone.drive(&stream, &[])));
    let third = Driver::new(ruled, 3, timeline, now);
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
    drives
}

/// In order and to the end: what comes of a timeline.
pub(crate) fn batch(
    ruled: &Ruled,
    timeline: &Timeline,
    now: i64,
) -> Result<Vec<Detection>, String> {
    let mut sorted = timeline.counting(true);
    sorted.sort_by_key(|arrival| arrival.time);
    Driver::new(ruled, 1, timeline, now).drive(&see(&sorted), &[])
}

/// As a batch, as a stream and in some orders of arrival: for timelines that
/// are too long for [`all`].
pub(crate) fn few(ruled: &Ruled, timeline: &Timeline, now: i64, orders: u64) -> Vec<Drive> {
    let alone = Driver::new(ruled, 1, timeline, now);
    let mut sorted = timeline.counting(true);
    sorted.sort_by_key(|arrival| arrival.time);
    let stream = promised(&sorted);
    let mut drives = vec![
        ("batch".to_owned(), alone.drive(&see(&sorted), &[])),
        ("stream".to_owned(), alone.drive(&stream, &[])),
        (
            "stream, resumed halfway".to_owned(),
            alone.drive(&stream, &[stream.len() / 2]),
        ),
    ];
    for seed in 1..=orders {
        let order = shuffle::order(sorted.len(), seed);
        let mixed: Vec<&Arrival> = order.into_iter().map(|place| sorted[place]).collect();
        let name = format!("shuffled, seed {seed}");
        drives.push((name, alone.drive(&promised(&mixed), &[])));
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

/// Makes engines of the rules and drives them.
struct Driver<'d> {
    ruled: &'d Ruled,
    /// How often the rules stand in the engine; the last are looked at.
    times: usize,
    /// The events that detections refer to.
    events: Events<'d>,
    now: i64,
}

/// The events of a timeline by their ids.
struct Events<'d>(BTreeMap<&'d str, &'d Event>);

impl Recall for Events<'_> {
    fn event(&self, id: &str) -> Option<&Event> {
        self.0.get(id).copied()
    }
}

impl<'d> Driver<'d> {
    fn new(ruled: &'d Ruled, times: usize, timeline: &'d Timeline, now: i64) -> Self {
        let arrivals = timeline.counting(false).into_iter();
        let mut events = BTreeMap::new();
        for arrival in arrivals {
            events.entry(arrival.id.as_str()).or_insert(&arrival.event);
        }
        Driver {
            ruled,
            times,
            events: Events(events),
            now,
        }
    }

    /// Drives an engine to the end; at each cut another one takes over.
    fn drive(&self, moves: &[Move<'_>], cuts: &[usize]) -> Result<Vec<Detection>, String> {
        self.drive_knowing(&self.ruled.knowledge, moves, cuts)
    }

    fn drive_knowing(
        &self,
        knowledge: &Arc<Knowledge>,
        moves: &[Move<'_>],
        cuts: &[usize],
    ) -> Result<Vec<Detection>, String> {
        let mut engine = self.engine(knowledge);
        let mut told: Vec<Told> = self.ruled.plans.iter().map(Told::new).collect();
        for at in 0..=moves.len() {
            if cuts.contains(&at) {
                let mut next = self.engine(knowledge);
                let saved = next.restore(&engine.save());
                saved.map_err(|error| format!("its own state is refused: {error:?}"))?;
                engine = next;
            }
            let mut out = Vec::new();
            let time = match moves.get(at) {
                Some(Move::See(arrival)) => {
                    engine.evaluate(&arrival.event, &self.context(arrival), &mut out);
                    self.tell(&mut told, out, Told::by_event)?;
                    continue;
                }
                Some(Move::Advance(time)) => {
                    engine.advance_with(*time, &self.events, &mut out);
                    Some(*time)
                }
                None => {
                    engine.finish_with(&self.events, &mut out);
                    None
                }
            };
            self.tell(&mut told, out, |told, out| told.by_time(out, time))?;
        }
        let all: Result<Vec<_>, _> = told.into_iter().map(Told::close).collect();
        Ok(all?.into_iter().flatten().collect())
    }

    /// Hands what came out to those who look at its rule.
    fn tell(
        &self,
        told: &mut [Told],
        out: Vec<Detection>,
        hear: impl Fn(&mut Told, Vec<Detection>) -> Result<(), String>,
    ) -> Result<(), String> {
        let first = (self.times - 1) * told.len();
        let mut by_rule = vec![Vec::new(); told.len()];
        for mut detection in out {
            if let Some(place) = detection.rule.checked_sub(first) {
                detection.rule = place;
                by_rule[place].push(detection);
            }
        }
        let mut pairs = told.iter_mut().zip(by_rule);
        pairs.try_for_each(|(told, out)| hear(told, out))
    }

    /// In order, with events and entities that have the fields that the rules
    /// read alone.
    fn projected(&self, arrivals: &[&Arrival]) -> Result<Vec<Detection>, String> {
        let wanted = self.engine(&self.ruled.knowledge).projection();
        let few = |json: &str, root| {
            let mut event = Event::new(root);
            let read = read_event(json.as_bytes(), &wanted, &mut event);
            read.map(|_| event).map_err(|error| error.reason.clone())
        };
        let mut arrived = Vec::new();
        for arrival in arrivals {
            arrived.push(Arrival {
                event: few(&arrival.json, Root::Event)?,
                ..(*arrival).clone()
            });
        }
        let mut known = Vec::new();
        for entity in &self.ruled.entities {
            known.push(Known {
                event: few(&entity.json, Root::Entity)?,
                ..entity.clone()
            });
        }
        let arrived: Vec<&Arrival> = arrived.iter().collect();
        self.drive_knowing(
            &Arc::new(knowledge(&known, self.ruled.metrics.clone())),
            &see(&arrived),
            &[],
        )
    }

    fn engine(&self, knowledge: &Arc<Knowledge>) -> Engine {
        let plans: Vec<Plan> = vec![self.ruled.plans.clone(); self.times].concat();
        Engine::with(plans, Arc::clone(knowledge))
    }

    fn context<'a>(&self, arrival: &'a Arrival) -> Context<'a> {
        Context {
            event_id: &arrival.id,
            now: self.now,
        }
    }
}

/// What came out so far.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own"
)]
struct Told {
    /// Whether windows hold detections back until they close.
    waits: bool,
    /// Whether each detection has to be told early.
    early: bool,
    /// Whether detections may be told early.
    may: bool,
    /// Whether it hears of what others detected, and that may come with time.
    over_detections: bool,
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
            over_detections: plan.is_composite(),
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
                Status::Provisional if self.over_detections && self.may => {
                    self.superseded.remove(id);
                    self.provisional.insert(id.clone());
                }
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
        let ruled = Ruled::new(vec![plan()], Vec::new());
        let cases = page::read(PAGE).expect("the page is right");
        let timeline = Timeline::read(&cases[0].events, 1).expect("the events are right");
        let driver = Driver::new(&ruled, 1, &timeline, 0);
        let mut engine = driver.engine(&ruled.knowledge);
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
