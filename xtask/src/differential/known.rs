//! A detection in the one form in which both evaluators' are compared.

use std::fmt;
use std::sync::Arc;

use yaral_engine::{Detection, Knowledge, naive};
use yaral_ir::plan::Plan;
use yaral_ir::value::Value;
use yaral_udm::{Event, FieldSet, Timestamp};

use super::standing::{Being, knowledge};
use super::stream::Draft;

/// Run time of all rules; no generated rule asks for it.
pub const NOW: i64 = 1_700_000_000;

/// Events that a detection shows of each variable.
const SAMPLES: usize = 10;

/// What tells one detection of a rule from another: its match values and the
/// start of its window.
pub type Key = (Vec<String>, Timestamp, Option<String>);

/// A detection. Two are equal if nobody could tell them apart by reading
/// them: text is text whatever field it came from, and so are integers; of a
/// match value the two float zeros are one.
#[derive(Clone, Debug)]
pub struct Known {
    /// Start and end of the window.
    pub window: (Timestamp, Timestamp),
    /// The match variables and their values.
    pub matches: Vec<(String, Value<'static>)>,
    /// The outcome variables and their values.
    pub outcomes: Vec<(String, Value<'static>)>,
    /// How many events each variable has, but for those that have none.
    pub counts: Vec<(String, u64)>,
    /// Variable and event, for each event shown.
    pub evidence: Vec<(String, String)>,
}

impl Known {
    /// What tells it from others of its rule.
    #[must_use]
    pub fn key(&self) -> Key {
        let matches = self.matches.iter().map(|(_, value)| spelling(value));
        // Without match variables there is one detection for each event.
        let event = self
            .matches
            .is_empty()
            .then(|| self.evidence.first().map(|(_, id)| id.clone()));
        (matches.collect(), self.window.0, event.flatten())
    }

    /// Whether of some variable as many events are shown as may be.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        let shown = |name: &str| self.evidence.iter().filter(|one| one.0 == name).count();
        self.evidence.iter().any(|one| shown(&one.0) == SAMPLES)
    }

    /// Whether some variable has no event.
    #[must_use]
    pub fn lacks(&self, plan: &Plan) -> bool {
        let shown = |name: &str| self.evidence.iter().any(|(variable, _)| variable == name);
        plan.variables.iter().any(|variable| !shown(&variable.name))
    }
}

/// A match value so that two are equal exactly if their spellings are.
fn spelling(value: &Value<'_>) -> String {
    match value {
        Value::Str(_) | Value::Bytes(_) | Value::Enum(..) => format!("text {}", value.text()),
        // Numbers of any kind are one value if they are equal.
        Value::Int(_) | Value::Uint(_) => format!("number {value}"),
        Value::Float(float) => format!("number {}", float + 0.0),
        Value::Bool(_) | Value::List(_) => format!("other {value:?}"),
    }
}

/// The counts that are not zero.
fn counted(all: impl Iterator<Item = (String, u64)>) -> Vec<(String, u64)> {
    all.filter(|(_, count)| *count > 0).collect()
}

/// Whether two outcome values read alike.
fn alike(a: &Value<'_>, b: &Value<'_>) -> bool {
    let text =
        |value: &Value<'_>| matches!(value, Value::Str(_) | Value::Bytes(_) | Value::Enum(..));
    match (a, b) {
        _ if text(a) && text(b) => a.text() == b.text(),
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b))
        }
        // A match value is told in the spelling of any one of its events.
        _ if a.is_number() && b.is_number() => a.equals(b, false),
        _ => a == b,
    }
}

impl PartialEq for Known {
    fn eq(&self, other: &Self) -> bool {
        let named = |a: &[(String, Value<'_>)],
                     b: &[(String, Value<'_>)],
                     same: fn(&Value<'_>, &Value<'_>) -> bool| {
            let one = |(a, b): (&(String, Value<'_>), &(String, Value<'_>))| {
                a.0 == b.0 && same(&a.1, &b.1)
            };
            a.len() == b.len() && a.iter().zip(b).all(one)
        };
        let same_match = |a: &Value<'_>, b: &Value<'_>| spelling(a) == spelling(b);
        self.window == other.window
            && self.counts == other.counts
            && self.evidence == other.evidence
            && named(&self.matches, &other.matches, same_match)
            && named(&self.outcomes, &other.outcomes, alike)
    }
}

impl From<&Detection> for Known {
    fn from(detection: &Detection) -> Self {
        let evidence = detection.evidence.iter();
        Known {
            window: detection.window,
            matches: detection.matches.clone(),
            outcomes: detection.outcomes.clone(),
            counts: counted(detection.counts.iter().cloned()),
            evidence: evidence
                .map(|one| (one.variable.clone(), one.event_id.clone()))
                .collect(),
        }
    }
}

impl fmt::Display for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}, {}]", self.window.0, self.window.1)?;
        for (name, value) in self.matches.iter().chain(&self.outcomes) {
            write!(f, " ${name}={value:?}")?;
        }
        for (variable, count) in &self.counts {
            write!(f, " #{variable}={count}")?;
        }
        for (variable, id) in &self.evidence {
            write!(f, " {variable}:{id}")?;
        }
        Ok(())
    }
}

/// The events of a pair, ready to be seen.
#[derive(Clone, Debug)]
pub struct Events {
    /// The events.
    pub events: Vec<Event>,
    /// The events with the fields alone that a rule reads.
    pub projected: Vec<Event>,
    /// Their ids and times.
    pub ids: Vec<(String, Timestamp)>,
    /// What stands beside them.
    pub knowledge: Arc<Knowledge>,
}

impl Events {
    /// Reads the drafts for a rule.
    #[must_use]
    pub fn of(drafts: &[Draft], beings: &[Being], plan: &Plan) -> Self {
        let read = |want| drafts.iter().map(|draft| draft.event(want)).collect();
        Events {
            events: read(&FieldSet::all()),
            projected: read(&plan.fields),
            ids: drafts
                .iter()
                .map(|draft| (draft.id.clone(), draft.at()))
                .collect(),
            knowledge: knowledge(beings),
        }
    }
}

/// What the naive evaluator finds in these of the events, by window start
/// and match values.
#[must_use]
pub fn truth(plan: &Plan, events: &Events, of: &[usize]) -> Vec<Known> {
    let seen: Vec<_> = of
        .iter()
        .map(|&at| naive::Seen {
            event: &events.events[at],
            id: &events.ids[at].0,
        })
        .collect();
    let found = naive::detect_with(plan, &seen, &events.knowledge, NOW);
    self::found(plan, found)
}

/// What the naive evaluator has found, in the form that is compared.
#[must_use]
pub fn found(plan: &Plan, found: Vec<naive::Found>) -> Vec<Known> {
    let known = found.into_iter().map(|found| Known {
        window: found.window,
        matches: found.matches,
        outcomes: found.outcomes,
        counts: counted(
            plan.variables
                .iter()
                .zip(&found.bound)
                .map(|(variable, ids)| (variable.name.clone(), ids.len() as u64)),
        ),
        evidence: plan
            .variables
            .iter()
            .zip(found.bound)
            .flat_map(|(variable, ids)| {
                let shown = ids.into_iter().take(SAMPLES);
                shown.map(|id| (variable.name.clone(), id))
            })
            .collect(),
    });
    sorted(known.collect())
}

/// Detections in the order in which they are compared.
#[must_use]
pub fn sorted(mut all: Vec<Known>) -> Vec<Known> {
    all.sort_by_cached_key(|known| {
        let (matches, start, event) = known.key();
        (start, matches, event)
    });
    all
}
