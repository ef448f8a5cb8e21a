//! What comes out: a detection with its evidence.
//!
//! The engine fills everything but [`Evidence::event`] and
//! [`Evidence::origin`]: those belong to whoever holds the raw record, since
//! the engine sees only the fields that the rules need.

use yaral_ir::plan::Plan;
use yaral_ir::value::Value;
use yaral_udm::{Event, Timestamp};

use crate::explain::Explanation;

/// One detection.
#[derive(Clone, Debug)]
pub struct Detection {
    /// `de_` and 32 hex digits; the same for the same rule, switches and event (decision 8).
    pub id: String,
    /// The position of the rule in the engine.
    pub rule: usize,
    /// The time of the event, or the end of the window.
    pub time: Timestamp,
    /// Start and end of the window; both the event's time where there is none.
    pub window: (Timestamp, Timestamp),
    /// The match variables and their values, in written order.
    pub matches: Vec<(String, Value<'static>)>,
    /// The outcome variables and their values, in written order.
    pub outcomes: Vec<(String, Value<'static>)>,
    /// `$risk_score`, or its documented default.
    pub risk_score: f64,
    /// The branch that matched, for rules under the lenient rewrite.
    pub branch: Option<String>,
    /// How many events each event variable has, in order; those of `evidence`
    /// are the first ten of each.
    pub counts: Vec<(String, u64)>,
    /// The events, at most ten for each event variable.
    pub evidence: Vec<Evidence>,
    /// Why the rule fired.
    pub why: Explanation,
    /// Whether it may still change.
    pub status: Status,
}

impl Detection {
    /// The severity of one detection in capitals: what its outcome `$severity`
    /// says, else that of the rule. An outcome that names no severity known here
    /// says nothing; of a list the highest counts, so that one lowered event does
    /// not lower the others of its detection.
    #[must_use]
    pub fn severity(&self, rule: &Plan) -> String {
        let mut outcomes = self.outcomes.iter();
        let said = outcomes.find(|(name, _)| name == "severity");
        let ranked = said.and_then(|(_, value)| rank(value));
        let word = ranked.and_then(|rank| SEVERITIES.get(rank));
        word.map_or_else(|| severity(rule), |word| (*word).to_owned())
    }
}

/// A rule's severity in capitals, from its meta section; `UNSPECIFIED` where it
/// names none.
#[must_use]
pub fn severity(rule: &Plan) -> String {
    let named = rule
        .meta("severity")
        .map(str::trim)
        .filter(|s| !s.is_empty());
    named.map_or_else(|| UNSPECIFIED.to_owned(), str::to_uppercase)
}

/// The severities from the highest down. An outcome may give a detection all but
/// the last, which stands for a rule that names none.
pub const SEVERITIES: [&str; 6] = [
    "CRITICAL",
    "HIGH",
    "MEDIUM",
    "LOW",
    "INFORMATIONAL",
    UNSPECIFIED,
];

/// The severity of a rule that names none.
const UNSPECIFIED: &str = "UNSPECIFIED";

/// The place of a severity among [`SEVERITIES`].
fn rank(value: &Value<'_>) -> Option<usize> {
    match value {
        Value::List(items) => items.iter().filter_map(rank).min(),
        value => {
            let text = value.text();
            let word = text.trim();
            let given = SEVERITIES.iter().take_while(|known| **known != UNSPECIFIED);
            { given }.position(|known| known.eq_ignore_ascii_case(word))
        }
    }
}

/// Whether a detection may still change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// It stands: no event that could change it will be taken in any more.
    #[default]
    Final,
    /// It was completed by the event just seen; later events may add to it,
    /// and it comes again under the same id when its window has closed.
    Provisional,
    /// It was provisional and no longer stands, because a late event opened
    /// an earlier window; the detection with this id takes its place.
    Superseded {
        /// The id of the detection that takes its place.
        by: String,
    },
}

/// One event of a detection.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The event variable that it was bound to.
    pub variable: String,
    /// The event's id (decision 7).
    pub event_id: String,
    /// The event in full; attached by the caller.
    pub event: Option<Event>,
    /// Where the raw record stands; attached by the caller.
    pub origin: Option<Origin>,
}

/// Where a raw record stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The input's name, as the user gave it.
    pub file: String,
    /// The line, counted from 1.
    pub line: u64,
    /// The item within a batch on that line, counted from 1; 0 without a batch.
    pub item: u32,
    /// The log type that the record was read as.
    pub log_type: String,
}

/// The risk score of an alerting rule without `$risk_score` (yara-l §5).
pub(crate) const RISK_SCORE_DEFAULT: f64 = 40.0;
