//! Runs one script through the fast engine and holds the outcome against the
//! naive evaluator's.

use std::fmt;
use std::sync::Arc;

use yaral_engine::{Detection, Knowledge};
use yaral_ir::plan::Plan;
use yaral_udm::{Event, Timestamp};

use super::drive::Run;
use super::known::{Events, Known, sorted, truth};
use super::script::Script;

/// What is tested: the fast engine, or a stand-in for it in tests of this
/// module. It holds one rule, or the same one twice.
pub trait Subject: Sized {
    /// With nothing seen yet.
    fn new(plan: &Plan, twice: bool, knowledge: &Arc<Knowledge>) -> Self;
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
    /// Bytes of state that it says it holds.
    fn held(&self) -> u64;
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
