//! Hears both versions of the rules and compares what they say.

use std::io::{self, Write};
use std::path::Path;

use yaral_engine::{Detection, Engine, Status};
use yaral_harness::{Comparison, Side};
use yaral_runtime::scan::reason;
use yaral_runtime::{Observer, Progress, Reject, RejectWriter};

use crate::error::Error;
use crate::output;
use crate::progress::Bar;
use crate::render::layout::plural;
use crate::render::skipped::Skipped;
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
    rejects: Option<(RejectWriter, Box<dyn Write>)>,
    skipped: Skipped,
    /// Inputs that could not be opened or read, for a cause outside of them.
    pub(super) unread: u64,
    /// Inputs that are damaged or of a kind that is not read.
    pub(super) unusable: u64,
    /// Records of entity files that could not be used.
    pub(super) entities_rejected: u64,
}

impl Watch {
    /// Hears nothing yet.
    pub(super) fn new(rejects: Option<&Path>, term: Term) -> Result<Self, Error> {
        let rejects = match rejects {
            Some(path) => Some((
                RejectWriter::new(),
                Box::new(output::create(path)?) as Box<dyn Write>,
            )),
            None => None,
        };
        Ok(Watch {
            term,
            comparison: Comparison::default(),
            border: None,
            side: Side::Old,
            bar: Bar::new(term),
            rejects,
            skipped: Skipped::default(),
            unread: 0,
            unusable: 0,
            entities_rejected: 0,
        })
    }

    /// The new version runs by itself from now on.
    pub(super) fn turn(&mut self) {
        self.side = Side::New;
    }

    /// Tells what could not be used.
    pub(super) fn close(&mut self) -> Result<(), Error> {
        if let Some((_, file)) = &mut self.rejects {
            file.flush()?;
        }
        if self.skipped.total() > 0 {
            let head = plural(self.skipped.total(), "record");
            let rest = if self.rejects.is_some() {
                ""
            } else {
                ", see --rejects"
            };
            self.term
                .warn(format_args!("{head} rejected\n{}", self.skipped.list(rest)));
        }
        Ok(())
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
        match reject.reason {
            reason::NOT_OPENED | reason::READ_FAILED => self.unread += 1,
            reason::UNSUPPORTED | reason::CORRUPT_STREAM => self.unusable += 1,
            _ => {}
        }
        self.skipped.record(file, reject);
        match &mut self.rejects {
            Some((writer, out)) => writer.write(file, reject, &mut **out),
            None => Ok(()),
        }
    }

    fn progress(&mut self, progress: &Progress) {
        self.bar.update(progress);
    }
}
