//! Hears both versions of the rules and compares what they say.

use std::io::{self};
use std::path::Path;

use yaral_engine::{Detection, Engine, Status};
use yaral_harness::{Comparison, Side};
use yaral_runtime::{Observer, Progress, Reject};

use crate::commands::rejects::Rejects;
use crate::error::Error;
use crate::progress::Bar;
use crate::term::Term;

/// What was heard so far.
pub(super) struct Watch {
    pub(super) term: Term,
    pub(super) comparison: Comparison,
    /// The number of rules of the old version, which stand before the new
    /// ones; `None` where each version runs by itself.
    pub(super) border: Option<usize>,
    /// Which version runs, where each runs by itself.
    side: Side,
    pub(super) bar: Bar,
    pub(super) rejects: Rejects,
    /// Records of entity files that could not be used.
    pub(super) entities_rejected: u64,
}

impl Watch {
    /// Hears nothing yet.
    pub(super) fn new(rejects: Option<&Path>, term: Term) -> Result<Self, Error> {
        Ok(Watch {
            term,
            comparison: Comparison::default(),
            border: None,
            side: Side::Old,
            bar: Bar::new(term),
            rejects: Rejects::open(rejects)?,
            entities_rejected: 0,
        })
    }

    /// The new version runs by itself from now on.
    pub(super) fn turn(&mut self) {
        self.side = Side::New;
    }
}

impl Observer for Watch {
    fn detection(&mut self, detection: &Detection, engine: &Engine) -> io::Result<()> {
        let Some(rule) = engine.rules().get(detection.rule) else {
            return Ok(());
        };
        if detection.status == Status::Final {
            let side = match self.border {
                Some(border) if detection.rule < border => Side::Old,
                Some(_) => Side::New,
                None => self.side,
            };
            let severity = detection.severity(rule);
            self.comparison.see(side, rule, detection, severity);
        }
        Ok(())
    }

    fn reject(&mut self, file: &str, reject: &Reject) -> io::Result<()> {
        // What is read a second time is rejected a second time.
        if self.side == Side::New {
            return Ok(());
        }
        self.rejects.see(file, reject)
    }

    fn progress(&mut self, progress: &Progress) {
        self.bar.update(progress);
    }
}
