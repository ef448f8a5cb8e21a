//! What a caller is told while a scan runs.
//!
//! All methods have an empty body, so that a caller states only what it wants.
//! They are called on the thread that called [`super::Scan::run`], in an order
//! that depends on the inputs alone.

use std::io;

use yaral_engine::{Detection, Engine};
use yaral_udm::Event;

/// Hears what happens in a scan.
pub trait Observer {
    /// A rule fired. Event and origin are attached to its evidence.
    ///
    /// # Errors
    /// An error ends the scan and is handed back by [`super::Scan::run`]; it is meant
    /// for output that can no longer be written, as in a closed pipe.
    fn detection(&mut self, detection: &Detection, engine: &Engine) -> io::Result<()> {
        let _ = (detection, engine);
        Ok(())
    }

    /// An event, if [`super::Scan::show_events`] asked for it.
    fn event(&mut self, event: &Event) {
        let _ = event;
    }

    /// A record, or the rest of an input, could not be used.
    ///
    /// # Errors
    /// As for [`Observer::detection`].
    fn reject(&mut self, file: &str, reject: &Reject) -> io::Result<()> {
        let _ = (file, reject);
        Ok(())
    }

    /// An input was recognised (`Some`: the log type's name) or not.
    fn input(&mut self, file: &str, log_type: Option<&str>) {
        let _ = (file, log_type);
    }

    /// Another block was read.
    fn progress(&mut self, progress: &Progress) {
        let _ = progress;
    }
}

/// An observer that does nothing, for scans of which only the summary counts.
impl Observer for () {}

/// A record that could not be used, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The line on which the record starts, counted from 1; 0 for an input as
    /// a whole.
    pub line: u64,
    /// The item within a batch on that line, counted from 1; 0 without a batch.
    pub item: u32,
    /// A stable reason code in capitals, such as `LINE_TOO_LONG`; the key of
    /// [`super::Summary::rejected`].
    pub reason: &'static str,
    /// What is wrong, as one sentence without a full stop.
    pub sentence: String,
    /// The start of the record: redacted, escaped and short; empty where
    /// nothing can be shown.
    pub excerpt: String,
}

/// How far a scan has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read of all inputs, before decompression.
    pub bytes_read: u64,
    /// Bytes of all inputs on disk; `None` if one of them is a stream.
    pub bytes_total: Option<u64>,
    /// Events that reached the engine.
    pub events: u64,
    /// Detections so far.
    pub detections: u64,
}
