//! What a scan counted.
//!
//! Everything here is a sum, a minimum or a maximum: its size depends on the
//! number of rules and of reason codes, never on the input.

use std::collections::BTreeMap;
use std::time::Duration;

use yaral_udm::Timestamp;

use super::Histogram;

/// The counts of one scan.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Inputs opened.
    pub inputs: u64,
    /// Inputs for each log type, by its name; unrecognised ones are not here.
    pub log_types: BTreeMap<String, u64>,
    /// Inputs whose log type was not recognised.
    pub unrecognised: u64,
    /// Files of directories that hold no log by their ending, not opened.
    pub left_out: Vec<String>,
    /// Bytes read, before decompression.
    pub bytes_read: u64,
    /// Lines of all inputs, blank ones included.
    pub lines: u64,
    /// Lines without content.
    pub blank: u64,
    /// Records read; `normalized + passed_over + duplicates + ignored +
    /// rejected_total` accounts for each of them.
    pub read: u64,
    /// Events that reached the engine; those that the prefilter rules out are
    /// `passed_over`.
    pub normalized: u64,
    /// Records that are of no interest to any loaded rule, or that the log
    /// format defines as carrying no event.
    pub passed_over: u64,
    /// Records that repeat a request already seen.
    pub duplicates: u64,
    /// Valid records that their log type makes no event of, such as most lines
    /// of a daemon's debug log.
    pub ignored: u64,
    /// Ids dropped from the bounded memory of seen ids; a later stage of such a
    /// request is one more event under the same id.
    pub evicted_ids: u64,
    /// Records whose auditID came before with another request. A client may
    /// choose the id, so each such record is an event of its own.
    pub reused_ids: u64,
    /// Serial numbers that no record came for, of logs that count their events.
    /// What they stood for was lost before the log was written, or filtered.
    pub missing_serials: u64,
    /// Values that did not fit their field in the UDM schema and were left out.
    pub mismatched: u64,
    /// Rejects by reason code.
    pub rejected: BTreeMap<&'static str, u64>,
    /// Detections of each rule, indexed as [`yaral_engine::Engine::rules`] is.
    pub per_rule: Vec<u64>,
    /// The same by severity in capitals, as [`crate::encode::severity_of`] has
    /// it: the rule's, or what its outcome says.
    pub severities: BTreeMap<(usize, String), u64>,
    /// Rule evaluations that the filter index let through.
    pub evaluations: u64,
    /// Evaluations in which the row limit cut rows off; not 0 means that a
    /// rule did not see all of an event.
    pub rows_cut: u64,
    /// Events without a time, which count as of 1970.
    pub untimed: u64,
    /// Groups of a rule over several events of which not all joined rows were
    /// looked at.
    pub joins_cut: u64,
    /// Events that came later than the options allow, once for each rule that
    /// could not take them in.
    pub late: u64,
    /// Events that a rule over several events had no room for.
    pub refused: u64,
    /// Events that a detection can name only by their place, for want of room.
    pub evidence_cut: u64,
    /// The most state that rules over several events held at once.
    pub state_bytes_peak: u64,
    /// The earliest and the latest time of the events that reached the engine.
    pub times: Option<TimeRange>,
    /// Events that reached the engine, over event time.
    pub histogram: Histogram,
    /// Wall time.
    pub elapsed: Duration,
    /// The largest resident set of this process, where the system tells.
    pub peak_rss_bytes: Option<u64>,
}

/// A closed interval of event time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeRange {
    /// The earliest.
    pub first: Timestamp,
    /// The latest.
    pub last: Timestamp,
}

impl Summary {
    /// All rejects.
    #[must_use]
    pub fn rejected_total(&self) -> u64 {
        self.rejected.values().sum()
    }

    /// All detections.
    #[must_use]
    pub fn detections(&self) -> u64 {
        self.per_rule.iter().sum()
    }

    /// Records read per second of wall time; 0 for a run too short to measure.
    /// Records that no rule can match count, since they were read and judged.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a rate for people")]
    pub fn events_per_second(&self) -> f64 {
        let seconds = self.elapsed.as_secs_f64();
        if seconds > 0.0 {
            self.read as f64 / seconds
        } else {
            0.0
        }
    }

    /// Whether some records or inputs could not be used (exit code 3).
    #[must_use]
    pub fn is_partial(&self) -> bool {
        !self.rejected.is_empty()
            || self.unrecognised > 0
            || self.rows_cut > 0
            || self.joins_cut > 0
            || self.late > 0
            || self.refused > 0
            || self.mismatched > 0
    }

    pub(super) fn reject(&mut self, reason: &'static str) {
        *self.rejected.entry(reason).or_default() += 1;
    }

    pub(super) fn see_time(&mut self, time: Timestamp) {
        self.histogram.add(time.seconds);
        self.times = Some(match self.times {
            None => TimeRange {
                first: time,
                last: time,
            },
            Some(t) => TimeRange {
                first: t.first.min(time),
                last: t.last.max(time),
            },
        });
    }
}

/// The largest resident set of this process so far; `None` where the system
/// has no `/proc/self/status`.
pub(super) fn peak_rss_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}
