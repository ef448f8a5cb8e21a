//! The contract between a normalizer and whoever feeds it.
//!
//! Lines go in through [`Normalizer::feed`], records and rejects come out
//! through a [`Sink`]. A [`Record`] is borrowed for the length of one call: the
//! sink builds an event from it and keeps the event, not the record.

use yaral_udm::{Event, Timestamp};

use crate::LogType;
use crate::reject::Reject;

/// Where a record stands in the input.
#[derive(Copy, Clone, Default, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct Position {
    /// The number that [`Normalizer::begin`] gave the input, 0 without one.
    pub source: u32,
    /// The line number, counted from 1.
    pub line: u64,
    /// 0 for a record that is the whole line, else its place, counted from 1,
    /// within the batch on that line.
    pub item: u32,
}

impl Position {
    /// The place of a record that is a whole line.
    pub(crate) fn of_line(source: u32, line: u64) -> Self {
        Self {
            source,
            line,
            item: 0,
        }
    }
}

/// The id of a record that has none of its own: its content's.
pub(crate) fn content_id(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

/// Turns the lines of one log type into records.
///
/// A normalizer keeps state from line to line; two inputs that share requests
/// (a rotated log, say) are to be fed to the same one.
pub trait Normalizer: Send {
    /// The log type that this normalizer reads.
    fn log_type(&self) -> LogType;

    /// Names the input that the following lines come from. The number appears
    /// in [`Position::source`], also for a record that is held and comes out
    /// while a later input is being fed.
    fn begin(&mut self, source: u32);

    /// Reads one raw line, or one framed JSON document. `at` is its line
    /// number, counted from 1. Blank lines count as lines and nothing else.
    fn feed(&mut self, line: &[u8], at: u64, sink: &mut dyn Sink);

    /// Emits what is held back. To be called at the end of all inputs; calling
    /// it at the end of each is allowed and only means that a request whose
    /// stages lie in two inputs may be represented by its first stage.
    fn finish(&mut self, sink: &mut dyn Sink);

    /// What has happened so far.
    fn counts(&self) -> Counts;
}

/// Receives what a normalizer finds.
pub trait Sink {
    /// A record that may matter to a loaded rule.
    fn event(&mut self, record: &dyn Record);

    /// A line or a batch item that is no record of the log type.
    fn reject(&mut self, reject: Reject);

    /// A valid record that cannot match any loaded rule happened at this time.
    /// It is not built, yet time passes: what depends on it must not depend on
    /// which rules are loaded.
    fn passed_over(&mut self, _time: Option<Timestamp>) {}
}

/// One record, validated, de-duplicated and not yet built.
pub trait Record {
    /// Clears `out` and fills the fields that the loaded rules need, which is
    /// [`Setup::want`](crate::Setup::want), with what was logged. Nothing is
    /// redacted: rules are judged on this event, and it is never shown. Were it
    /// redacted, an attacker could have words cut that a rule looks for.
    fn build(&self, out: &mut Event);

    /// Clears `out` and fills every field that the mapping knows, redacted
    /// unless redaction is off; for evidence.
    fn build_full(&self, out: &mut Event);

    /// Where the record stands in the input.
    fn position(&self) -> Position;

    /// Appends the raw record as text to `out`, redacted unless redaction is
    /// off. Of a batch it is the item alone. Detections do not carry it, so a
    /// scan never calls it; it is there for test harnesses and for a service
    /// that shows the record behind an event on demand.
    fn raw(&self, out: &mut String);

    /// The event id: what the log itself gives the event, else the hexadecimal
    /// blake3 hash of the raw record.
    fn event_id(&self) -> &str;
}

/// Running totals of one normalizer.
///
/// `records = events + passed_over + duplicates + held + ignored` at any time.
#[derive(Copy, Clone, Default, Debug, Eq, PartialEq)]
pub struct Counts {
    /// Lines fed, blank ones included.
    pub lines: u64,
    /// Valid records found; one line may hold a batch of them.
    pub records: u64,
    /// Records handed to the sink.
    pub events: u64,
    /// Further stages of a request that is already represented.
    pub duplicates: u64,
    /// Records held back at this moment.
    pub held: u64,
    /// Valid records that no loaded rule can match.
    pub passed_over: u64,
    /// Valid records that the log type makes no event of, such as most lines of
    /// a daemon's debug log.
    pub ignored: u64,
    /// Lines or batch items that were rejected.
    pub rejected: u64,
    /// Values that did not fit their field in the schema and were left out, of
    /// the fields that the loaded rules read.
    pub mismatched: u64,
    /// Records whose auditID came before with another request; each is an event.
    pub reused_ids: u64,
    /// Ids dropped from the bounded memory of seen ids. A later stage of such
    /// a request comes out as one more event under the same id.
    pub evicted_ids: u64,
    /// Serial numbers between two events of a machine that nothing came for:
    /// records that the kernel or the transport lost, or that were filtered
    /// out.
    pub missing_serials: u64,
    /// Approximate bytes that the memory of seen ids takes now.
    pub seen_id_bytes: u64,
}
