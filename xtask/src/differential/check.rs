//! Runs one script through the fast engine and holds the outcome against the
//! naive evaluator's.

use std::collections::BTreeMap;
use std::fmt;

use yaral_engine::{Detection, Status};
use yaral_ir::plan::Plan;
use yaral_udm::{Event, Timestamp};

use super::known::{Events, Key, Known, sorted, truth};
use super::script::{Script, Step};

/// What is tested: the fast engine, or a stand-in for it in tests of this
/// module. It holds one rule.
pub trait Subject: Sized {
    /// With nothing seen yet.
    fn new(plan: &Plan) -> Self;
    /// Sees an event.
    fn event(&mut self, event: &Event, id: &str, out: &mut Vec<Detection>);
    /// Comes to a watermark.
    fn advance(&mut self, to: Timestamp, out: &mut Vec<Detection>);
    /// Comes to the end.
    fn finish(&mut self, out: &mut Vec<Detection>);
    /// Saved, thrown away and read again; an error in words if that fails.
    ///
    /// # Errors
    /// If the state cannot be read.
    fn resumed(self, plan: &Plan) -> Result<Self, String>;
    /// How many events it says came too late.
    fn late(&self) -> u64;
}

/// What went wrong.
#[derive(Clone, Debug)]
pub struct Divergence {
    /// The script.
    pub script: &'static str,
    /// In words.
    pub what: String,
    /// What the naive evaluator finds.
    pub naive: Vec<Known>,
    /// What the engine finds.
    pub engine: Vec<Known>,
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.script, self.what)?;
        for (name, list) in [("naive", &self.naive), ("engine", &self.engine)] {
            writeln!(f, "{name}: {} final", list.len())?;
            for known in list {
                writeln!(f, "  {known}")?;
            }
        }
        Ok(())
    }
}

/// What a run saw, for the counters.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The final detections.
    pub found: Vec<Known>,
    /// Detections that were emitted early.
    pub provisional: u64,
    /// Of them, those that were taken back.
    pub superseded: u64,
    /// Events that came too late.
    pub late: u64,
    /// Times that the state was saved and read again.
    pub cuts: u64,
}

/// What of a rule the checks depend on.
struct Rules {
    monotone: bool,
    suppresses: bool,
    remembers: bool,
}

impl Rules {
    fn of(plan: &Plan) -> Self {
        let suppresses = plan.suppression_s.is_some();
        Rules {
            monotone: plan.correlation.as_ref().is_some_and(|c| c.monotone),
            suppresses,
            remembers: suppresses || plan.correlation.is_some(),
        }
    }
}

/// How far a detection has come.
#[derive(Clone, Debug)]
enum Stage {
    Provisional,
    Superseded(String),
    Final,
}

/// What the subject has said so far.
#[derive(Default)]
struct Record {
    stages: BTreeMap<String, (Key, Stage)>,
    /// Each final detection with the step that it came in.
    finals: Vec<(Known, usize)>,
    /// Keys emitted in any form.
    shown: BTreeMap<Key, usize>,
    provisional: u64,
    superseded: u64,
}

impl Record {
    /// Takes in what one call emitted; an error in words if it contradicts
    /// what was said before.
    fn take(&mut self, said: &[Detection], step: usize, rules: &Rules) -> Result<(), String> {
        for detection in said {
            let known = Known::from(detection);
            let key = known.key();
            let id = &detection.id;
            if let Some((before, stage)) = self.stages.get(id) {
                if matches!(stage, Stage::Final) {
                    return Err(format!("{id} comes again after it was final"));
                }
                if *before != key && !matches!(detection.status, Status::Superseded { .. }) {
                    return Err(format!("{id} stands for {before:?} and for {key:?}"));
                }
            }
            let stage = match &detection.status {
                Status::Final => {
                    self.finals.push((known, step));
                    Stage::Final
                }
                Status::Provisional => {
                    self.provisional += 1;
                    Stage::Provisional
                }
                Status::Superseded { by } => {
                    self.superseded += 1;
                    if !self.stages.contains_key(id) && !rules.suppresses {
                        return Err(format!("{id} is superseded and was never shown"));
                    }
                    Stage::Superseded(by.clone())
                }
            };
            if let (Stage::Superseded(_), Some((_, before))) = (&stage, self.stages.get_mut(id)) {
                *before = stage;
                continue;
            }
            self.shown.entry(key.clone()).or_insert(step);
            self.stages.insert(id.clone(), (key, stage));
        }
        if rules.suppresses {
            return Ok(());
        }
        self.successors()
    }

    /// What takes a detection's place must have been shown by then.
    fn successors(&self) -> Result<(), String> {
        for (id, (_, stage)) in &self.stages {
            if let Stage::Superseded(by) = stage
                && (by == id || !self.stages.contains_key(by))
            {
                return Err(format!("{id} is superseded by {by}, which was never shown"));
            }
        }
        Ok(())
    }
}

/// Runs a script. `whole` is the truth over all events of the script, used
/// where none is late.
///
/// # Errors
/// The first divergence.
pub fn run<S: Subject>(
    plan: &Plan,
    events: &Events,
    script: &Script,
    whole: &[Known],
) -> Result<Seen, Box<Divergence>> {
    let mut run = Run::<S>::new(plan, events, script);
    let done = run.steps();
    let naive = if run.dropped.is_empty() {
        whole.to_vec()
    } else {
        truth(plan, events, &run.kept)
    };
    let done = done.and_then(|()| run.judge(&naive));
    let engine = sorted(run.record.finals.iter().map(|(k, _)| k.clone()).collect());
    match done {
        Ok(()) => Ok(Seen {
            found: engine,
            provisional: run.record.provisional,
            superseded: run.record.superseded,
            late: run.dropped.len() as u64,
            cuts: run.cuts,
        }),
        Err(what) => Err(Box::new(Divergence {
            script: script.name,
            what,
            naive,
            engine,
        })),
    }
}

struct Run<'r, S> {
    plan: &'r Plan,
    events: &'r Events,
    script: &'r Script,
    subject: Option<S>,
    record: Record,
    watermark: Option<Timestamp>,
    /// The events that were not late.
    kept: Vec<usize>,
    dropped: Vec<usize>,
    cuts: u64,
    rules: Rules,
    /// The keys that the naive evaluator has found in the prefix so far.
    prefix: Vec<Key>,
}

impl<'r, S: Subject> Run<'r, S> {
    fn new(plan: &'r Plan, events: &'r Events, script: &'r Script) -> Self {
        Run {
            plan,
            events,
            script,
            subject: Some(S::new(plan)),
            record: Record::default(),
            watermark: None,
            kept: Vec::new(),
            dropped: Vec::new(),
            cuts: 0,
            rules: Rules::of(plan),
            prefix: Vec::new(),
        }
    }

    fn steps(&mut self) -> Result<(), String> {
        let mut out = Vec::new();
        for (step, what) in self.script.steps.iter().enumerate() {
            out.clear();
            match *what {
                Step::Event(at) => self.event(at, &mut out),
                Step::Advance(to) => {
                    if let Some(subject) = &mut self.subject {
                        subject.advance(to, &mut out);
                    }
                    self.watermark = self.watermark.max(Some(to));
                }
                Step::Cut => {
                    self.cuts += 1;
                    let resumed = self
                        .subject
                        .take()
                        .map(|subject| subject.resumed(self.plan));
                    self.subject = resumed.transpose()?;
                }
            }
            self.record.take(&out, step, &self.rules)?;
            if self.script.prefixes && self.rules.monotone {
                self.early(step)?;
            }
        }
        out.clear();
        if let Some(subject) = &mut self.subject {
            subject.finish(&mut out);
        }
        self.record.take(&out, usize::MAX, &self.rules)
    }

    fn event(&mut self, at: usize, out: &mut Vec<Detection>) {
        let (id, time) = &self.events.ids[at];
        // A rule that remembers nothing has no use for a watermark.
        let late = self.watermark.is_some_and(|watermark| *time < watermark);
        if late && self.rules.remembers {
            self.dropped.push(at);
        } else {
            self.kept.push(at);
        }
        if let Some(subject) = &mut self.subject {
            subject.event(&self.events.events[at], id, out);
        }
    }

    /// What the naive evaluator finds in the prefix for the first time is
    /// shown in this very call, and nothing that it does not find.
    fn early(&mut self, step: usize) -> Result<(), String> {
        let found = truth(self.plan, self.events, &self.kept);
        let keys: Vec<_> = found.iter().map(Known::key).collect();
        for key in &keys {
            if !self.prefix.contains(key) && !self.record.shown.contains_key(key) {
                return Err(format!(
                    "{key:?} holds first at step {step} and is not shown in that call"
                ));
            }
        }
        // What will be suppressed may be shown until that is known.
        let stray = self
            .record
            .shown
            .iter()
            .find(|(key, at)| **at == step && !keys.contains(key));
        if let Some((key, _)) = stray
            && !self.rules.suppresses
        {
            return Err(format!("{key:?} is shown at step {step} and does not hold"));
        }
        self.prefix = keys;
        Ok(())
    }

    fn judge(&self, naive: &[Known]) -> Result<(), String> {
        let engine = sorted(self.record.finals.iter().map(|(k, _)| k.clone()).collect());
        if engine != naive {
            return Err("the final detections differ".to_owned());
        }
        self.late(naive)?;
        let open = self.record.stages.iter().find(|(_, (key, stage))| {
            let stands = naive.iter().any(|known| known.key() == *key);
            match stage {
                Stage::Provisional => stands || !self.rules.suppresses,
                Stage::Superseded(_) => stands,
                Stage::Final => false,
            }
        });
        if let Some((id, (_, stage))) = open {
            return Err(format!("{id} ends as {stage:?}"));
        }
        if self.rules.remembers {
            self.in_time()
        } else {
            Ok(())
        }
    }

    /// An event that came too late is counted, unless the rule would not have
    /// looked at it anyway.
    fn late(&self, naive: &[Known]) -> Result<(), String> {
        let counted = self.subject.as_ref().map_or(0, S::late);
        let late = self.dropped.len() as u64;
        let mattered = || {
            let all: Vec<_> = self.kept.iter().chain(&self.dropped).copied().collect();
            truth(self.plan, self.events, &all) != naive
        };
        if counted > late || (counted == 0 && late > 0 && mattered()) {
            return Err(format!("{late} events were late, {counted} are counted"));
        }
        Ok(())
    }

    /// What lies before a watermark is final when the watermark comes.
    fn in_time(&self) -> Result<(), String> {
        for (known, came) in &self.record.finals {
            let due = self
                .script
                .steps
                .iter()
                .position(|step| matches!(step, Step::Advance(to) if *to > known.window.1));
            if due.is_some_and(|due| *came > due) {
                return Err(format!("final later than the watermark allows: {known}"));
            }
        }
        Ok(())
    }
}
