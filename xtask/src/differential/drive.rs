//! One script on its way through the engine.

use yaral_engine::Detection;
use yaral_ir::plan::Plan;
use yaral_udm::Timestamp;

use super::check::Subject;
use super::known::{Events, Key, Known, sorted, truth};
use super::record::{Record, Stage};
use super::script::{Script, Step};

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

/// A script on its way.
pub struct Run<'r, S> {
    plan: &'r Plan,
    events: &'r Events,
    script: &'r Script,
    subject: Option<S>,
    /// What was said.
    pub record: Record,
    watermark: Option<Timestamp>,
    /// The events that were not late.
    pub kept: Vec<usize>,
    /// Those that were.
    pub dropped: Vec<usize>,
    /// Times that the state was saved and read again.
    pub cuts: u64,
    rules: Rules,
    /// The keys that the naive evaluator has found in the prefix so far.
    prefix: Vec<Key>,
}

impl<'r, S: Subject> Run<'r, S> {
    /// Before its first step.
    #[must_use]
    pub fn new(plan: &'r Plan, events: &'r Events, script: &'r Script) -> Self {
        Run {
            plan,
            events,
            script,
            subject: Some(S::new(plan, script.twice, &events.knowledge)),
            record: Record::default(),
            watermark: None,
            kept: Vec::new(),
            dropped: Vec::new(),
            cuts: 0,
            rules: Rules::of(plan),
            prefix: Vec::new(),
        }
    }

    /// Everything up to the end.
    ///
    /// # Errors
    /// What contradicts itself or comes too late, in words.
    pub fn steps(&mut self) -> Result<(), String> {
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
            self.record.take(&out, step)?;
            if self.script.prefixes && self.rules.monotone {
                self.early(step)?;
            }
        }
        if self.script.drains {
            self.drain()?;
        }
        out.clear();
        if let Some(subject) = &mut self.subject {
            subject.finish(&mut out);
        }
        self.record.take(&out, usize::MAX)
    }

    /// Behind the last window nothing is kept.
    fn drain(&mut self) -> Result<(), String> {
        let last = self.events.ids.iter().map(|(_, time)| *time).max();
        let window = self
            .plan
            .correlation
            .as_ref()
            .map_or(0, |c| c.window.length_s);
        let mut far = last.unwrap_or_default();
        far.seconds += window * 2 + 2;
        let mut out = Vec::new();
        let Some(subject) = &mut self.subject else {
            return Ok(());
        };
        subject.advance(far, &mut out);
        let held = subject.held();
        if held > 0 {
            return Err(format!("{held} bytes are held behind the last window"));
        }
        self.record.take(&out, self.script.steps.len())
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
            let events = if self.script.projected {
                &self.events.projected
            } else {
                &self.events.events
            };
            subject.event(&events[at], id, out);
        }
    }

    /// What the naive evaluator finds in the prefix for the first time is
    /// shown in this very call, and nothing that it does not find.
    fn early(&mut self, step: usize) -> Result<(), String> {
        let found = truth(self.plan, self.events, &self.kept);
        let keys: Vec<_> = found.iter().map(Known::key).collect();
        for (key, known) in keys.iter().zip(&found) {
            match self.record.shown.get(key) {
                Some((shown, at)) if *at == step && shown != known => {
                    return Err(format!(
                        "shown early at step {step}: {shown}, where there is: {known}"
                    ));
                }
                None if !self.prefix.contains(key) => {
                    return Err(format!(
                        "holds first at step {step} and is not shown in that call: {known}"
                    ));
                }
                _ => {}
            }
        }
        // What will be suppressed may be shown until that is known.
        let stray = self
            .record
            .shown
            .iter()
            .find(|(key, (_, at))| *at == step && !keys.contains(key));
        if let Some((_, (known, _))) = stray
            && !self.rules.suppresses
        {
            return Err(format!("shown at step {step} and does not hold: {known}"));
        }
        self.prefix = keys;
        Ok(())
    }

    /// Holds what was said against the truth.
    ///
    /// # Errors
    /// The first difference, in words.
    pub fn judge(&self, naive: &[Known]) -> Result<(), String> {
        let engine = sorted(self.record.finals.iter().map(|(k, _)| k.clone()).collect());
        if engine != naive {
            return Err("the final detections differ".to_owned());
        }
        self.late(naive)?;
        let open = self.record.stages.iter().find(|(_, (key, stage))| {
            let stands = naive.iter().any(|known| known.key() == *key);
            match stage {
                Stage::Provisional => true,
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
