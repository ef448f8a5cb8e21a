//! Records that a command could not use: counted, told, and written down where
//! `--rejects` asks for it.

use std::io::{self, Write};
use std::path::Path;

use yaral_runtime::scan::reason;
use yaral_runtime::{Reject, RejectWriter};

use crate::error::Error;
use crate::output;
use crate::render::layout::plural;
use crate::render::skipped::Skipped;
use crate::term::Term;

/// What was rejected so far.
pub(super) struct Rejects {
    file: Option<(RejectWriter, Box<dyn Write>)>,
    skipped: Skipped,
    /// Inputs that could not be opened or read, for a cause outside of them.
    pub(super) unread: u64,
    /// Inputs that are damaged or of a kind that is not read.
    pub(super) unusable: u64,
}

impl Rejects {
    /// Nothing yet; the file of `--rejects` is created.
    pub(super) fn open(path: Option<&Path>) -> Result<Self, Error> {
        let file = match path {
            Some(path) => Some((
                RejectWriter::new(),
                Box::new(output::create(path)?) as Box<dyn Write>,
            )),
            None => None,
        };
        Ok(Rejects {
            file,
            skipped: Skipped::default(),
            unread: 0,
            unusable: 0,
        })
    }

    /// Notes a record or an input that could not be used.
    pub(super) fn see(&mut self, file: &str, reject: &Reject) -> io::Result<()> {
        match reject.reason {
            reason::NOT_OPENED | reason::READ_FAILED => self.unread += 1,
            reason::UNSUPPORTED | reason::CORRUPT_STREAM => self.unusable += 1,
            _ => {}
        }
        self.skipped.record(file, reject);
        match &mut self.file {
            Some((writer, out)) => writer.write(file, reject, &mut **out),
            None => Ok(()),
        }
    }

    /// How many there were.
    pub(super) fn total(&self) -> u64 {
        self.skipped.total()
    }

    /// Empties the file and tells the first of them.
    pub(super) fn close(&mut self, term: Term) -> io::Result<()> {
        if let Some((_, file)) = &mut self.file {
            file.flush()?;
        }
        if self.total() > 0 {
            let head = plural(self.total(), "record");
            let rest = if self.file.is_some() {
                ""
            } else {
                ", see --rejects"
            };
            term.warn(format_args!("{head} rejected\n{}", self.skipped.list(rest)));
        }
        Ok(())
    }
}
