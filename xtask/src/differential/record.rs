//! What the engine has said so far, and that it does not contradict itself.

use std::collections::BTreeMap;

use yaral_engine::{Detection, Status};
use yaral_ir::value::Value;

use super::known::{Key, Known};

/// How far a detection has come.
#[derive(Clone, Debug)]
pub enum Stage {
    /// It was told early and may still change.
    Provisional,
    /// The one with this id took its place.
    Superseded(String),
    /// It stands.
    Final,
}

/// What the subject has said so far.
#[derive(Default)]
pub struct Record {
    /// Each id with what it stands for and how far it has come.
    pub stages: BTreeMap<String, (Key, Stage)>,
    /// Each final detection with the step that it came in.
    pub finals: Vec<(Known, usize)>,
    /// Each detection told in any form as it was told first, with the step.
    pub shown: BTreeMap<Key, (Known, usize)>,
    /// How many were told early.
    pub provisional: u64,
    /// How many were taken back.
    pub superseded: u64,
}

impl Record {
    /// Takes in what one call emitted; an error in words if it contradicts
    /// what was said before.
    ///
    /// # Errors
    /// The contradiction.
    pub fn take(&mut self, said: &[Detection], step: usize) -> Result<(), String> {
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
            if !matches!(detection.status, Status::Superseded { .. }) {
                consistent(detection)?;
            }
            let stage = match &detection.status {
                Status::Final => {
                    self.finals.push((known.clone(), step));
                    Stage::Final
                }
                Status::Provisional => {
                    self.provisional += 1;
                    Stage::Provisional
                }
                Status::Superseded { by } => {
                    self.superseded += 1;
                    if !self.stages.contains_key(id) {
                        return Err(format!("{id} is superseded and was never shown"));
                    }
                    Stage::Superseded(by.clone())
                }
            };
            if let (Stage::Superseded(_), Some((_, before))) = (&stage, self.stages.get_mut(id)) {
                *before = stage;
                continue;
            }
            self.shown
                .entry(key.clone())
                .or_insert_with(|| (known, step));
            self.stages.insert(id.clone(), (key, stage));
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

/// Time and risk score follow from window and outcomes.
fn consistent(detection: &Detection) -> Result<(), String> {
    let scored = detection
        .outcomes
        .iter()
        .find(|(name, _)| name == "risk_score");
    let score = scored.map_or(40.0, |(_, value)| value.float());
    let scored = Value::Float(score) == Value::Float(detection.risk_score);
    if detection.time == detection.window.1 && scored {
        Ok(())
    } else {
        let (time, score) = (detection.time, detection.risk_score);
        Err(format!(
            "{} has the time {time} and the risk score {score}",
            detection.id
        ))
    }
}
