//! What a test expects, and whether detections are that.

use serde_json::Value as Json;
use yaral_engine::Detection;
use yaral_ir::plan::Plan;
use yaral_ir::value::Value;
use yaral_udm::Timestamp;

use super::mistake::{Mistake, Place};
use super::when;
use super::yaml::{Kind, Node};

/// Keys of an expected detection.
pub(crate) const KEYS: [&str; 8] = [
    "rule",
    "match",
    "window",
    "events",
    "outcomes",
    "exact",
    "severity",
    "risk_score",
];

/// What a test expects.
#[derive(Clone, Debug)]
pub(crate) enum Expectation {
    None,
    Detections(Vec<Expected>),
}

impl Expectation {
    /// What is left of it under other tuning: rules and match values.
    pub(crate) fn lowered(&self) -> Self {
        let Expectation::Detections(wanted) = self else {
            return Expectation::None;
        };
        let lowered = wanted.iter().map(|expected| Expected {
            at: expected.at,
            rule: expected.rule.clone(),
            matches: expected.matches.clone(),
            ..Expected::default()
        });
        Expectation::Detections(lowered.collect())
    }
}

/// An expected detection; what is not said may be anything.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expected {
    pub(crate) at: Place,
    pub(crate) rule: Option<String>,
    pub(crate) matches: Vec<(String, Json)>,
    /// Nanoseconds since the start.
    pub(crate) window: Option<(i64, i64)>,
    pub(crate) events: Vec<(String, Bound)>,
    pub(crate) outcomes: Vec<(String, Json)>,
    pub(crate) exact: bool,
    pub(crate) severity: Option<String>,
}

/// The events of an event variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    Count(u64),
    Names(Vec<String>),
}

/// Reads `none` or a list of detections.
pub(crate) fn read(node: &Node) -> Result<Expectation, Mistake> {
    match &node.kind {
        Kind::Text(text) if text == "none" => Ok(Expectation::None),
        Kind::Map(_) | Kind::List(_) => {
            let items: Result<Vec<_>, _> = node.items().iter().map(one).collect();
            let items = items?;
            if items.is_empty() {
                return Err(node.wrong("`expect` is `none` where nothing is to be detected"));
            }
            Ok(Expectation::Detections(items))
        }
        _ => Err(node.wrong("`expect` is `none` or a list of detections")),
    }
}

fn one(node: &Node) -> Result<Expected, Mistake> {
    let mut expected = Expected {
        at: node.at,
        ..Expected::default()
    };
    for member in node.members_of("a detection", &KEYS)? {
        let value = &member.value;
        match member.key.as_str() {
            "rule" => expected.rule = Some(value.word("`rule`")?),
            "match" => expected.matches = values(value, "`match`")?,
            "outcomes" => expected.outcomes.extend(values(value, "`outcomes`")?),
            "risk_score" => expected
                .outcomes
                .push(("risk_score".to_owned(), value.json())),
            "exact" => expected.exact = value.bool("`exact`")?,
            "severity" => {
                expected.severity = Some(value.word("`severity`")?.to_ascii_uppercase());
            }
            "window" => {
                let ends = value.items();
                let [from, to] = ends else {
                    return Err(value.wrong("a window is [START, END]"));
                };
                let end = |node: &Node| {
                    let text = node.text("a time")?;
                    let (sign, rest) = match text.strip_prefix('-') {
                        Some(rest) => (-1, rest),
                        None => (1, &*text),
                    };
                    let nanos = when::length(rest);
                    let nanos = nanos.ok_or_else(|| node.wrong(format!("`{text}` is not a time")));
                    nanos.map(|nanos| nanos * sign)
                };
                expected.window = Some((end(from)?, end(to)?));
            }
            _ => expected.events = events(value)?,
        }
    }
    Ok(expected)
}

fn values(node: &Node, what: &str) -> Result<Vec<(String, Json)>, Mistake> {
    let members = node.members(what)?.iter();
    Ok(members
        .map(|member| (plain(&member.key), member.value.json()))
        .collect())
}

/// A name with or without its `$`.
fn plain(name: &str) -> String {
    name.strip_prefix('$').unwrap_or(name).to_owned()
}

fn events(node: &Node) -> Result<Vec<(String, Bound)>, Mistake> {
    let mut events = Vec::new();
    for member in node.members("`events`")? {
        let bound = if let Kind::Number(_) = &member.value.kind {
            Bound::Count(member.value.count("a number of events")?)
        } else {
            let names = member.value.items().iter();
            let names: Result<Vec<_>, _> = names.map(|name| name.text("a name")).collect();
            Bound::Names(names?)
        };
        events.push((plain(&member.key), bound));
    }
    Ok(events)
}

/// Whether a detection is what was expected; if not, in what it differs.
pub(crate) fn differs(
    expected: &Expected,
    plan: &Plan,
    detection: &Detection,
    start: Timestamp,
) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(rule) = expected.rule.as_ref().filter(|rule| **rule != plan.name) {
        found.push(format!("the rule is {}, not {rule}", plan.name));
    }
    for (name, wanted) in &expected.matches {
        let value = detection.matches.iter().find(|(own, _)| own == name);
        found.extend(unlike("match variable", name, wanted, value));
    }
    for (name, wanted) in &expected.outcomes {
        if name == "risk_score" {
            let score = serde_json::json!(detection.risk_score);
            if !same(wanted, &score) {
                found.push(format!("$risk_score is {score}, not {wanted}"));
            }
            continue;
        }
        let value = detection.outcomes.iter().find(|(own, _)| own == name);
        found.extend(unlike("outcome", name, wanted, value));
    }
    if expected.exact {
        for (name, value) in &detection.outcomes {
            if !expected.outcomes.iter().any(|(own, _)| own == name) {
                found.push(format!("outcome ${name} is {}, not named", json(value)));
            }
        }
    }
    if let Some((from, to)) = expected.window {
        let has = (
            since(start, detection.window.0),
            since(start, detection.window.1),
        );
        if has != (from, to) {
            found.push(format!(
                "the window is [{}, {}], not [{}, {}]",
                when::show(has.0),
                when::show(has.1),
                when::show(from),
                when::show(to)
            ));
        }
    }
    if let Some(wanted) = &expected.severity {
        let has = detection.severity(plan);
        if has != *wanted {
            found.push(format!("the severity is {has}, not {wanted}"));
        }
    }
    for (variable, bound) in &expected.events {
        found.extend(bound_otherwise(variable, bound, detection));
    }
    found
}

fn unlike(
    what: &str,
    name: &str,
    wanted: &Json,
    value: Option<&(String, Value<'static>)>,
) -> Option<String> {
    let Some((_, value)) = value else {
        return Some(format!("there is no {what} ${name}"));
    };
    let has = json(value);
    (!same(wanted, &has)).then(|| format!("${name} is {has}, not {wanted}"))
}

fn bound_otherwise(variable: &str, bound: &Bound, detection: &Detection) -> Option<String> {
    let counted = detection.counts.iter().find(|(own, _)| own == variable);
    let Some((_, count)) = counted else {
        return Some(format!("there is no event variable ${variable}"));
    };
    match bound {
        Bound::Count(wanted) if wanted == count => None,
        Bound::Count(wanted) => Some(format!("${variable} has {count} events, not {wanted}")),
        Bound::Names(names) => {
            let evidence = detection.evidence.iter();
            let has: Vec<&str> = evidence
                .filter(|one| one.variable == variable)
                .map(|one| one.event_id.as_str())
                .collect();
            let is = |id: &str, name: &str| {
                id == name || id.split_once('#').is_some_and(|(base, _)| base == name)
            };
            let all = has.iter().all(|id| names.iter().any(|name| is(id, name)))
                && names.iter().all(|name| has.iter().any(|id| is(id, name)));
            (!all).then(|| {
                let (has, names) = (has.join(", "), names.join(", "));
                format!("${variable} has the events {has}, not {names}")
            })
        }
    }
}

/// Numbers are the same if they are equal, text and numbers if written alike.
fn same(wanted: &Json, has: &Json) -> bool {
    match (wanted, has) {
        (Json::Array(wanted), Json::Array(has)) => {
            wanted.len() == has.len() && wanted.iter().zip(has).all(|(a, b)| same(a, b))
        }
        (Json::Number(a), Json::Number(b)) => a.as_f64() == b.as_f64(),
        (Json::String(a), Json::Number(b)) | (Json::Number(b), Json::String(a)) => {
            *a == b.to_string()
        }
        (Json::String(a), Json::Bool(b)) | (Json::Bool(b), Json::String(a)) => *a == b.to_string(),
        (wanted, has) => wanted == has,
    }
}

/// A value as JSON.
pub(crate) fn json(value: &Value<'_>) -> Json {
    match value {
        Value::Int(number) => Json::from(*number),
        Value::Uint(number) => Json::from(*number),
        Value::Float(number) => Json::from(*number),
        Value::Bool(value) => Json::from(*value),
        Value::List(items) => items.iter().map(json).collect(),
        other => Json::from(other.text().into_owned()),
    }
}

/// Nanoseconds between the start and a time.
pub(crate) fn since(start: Timestamp, time: Timestamp) -> i64 {
    const NANOS: i128 = 1_000_000_000;
    let of = |time: Timestamp| i128::from(time.seconds) * NANOS + i128::from(time.nanos);
    let between = of(time) - of(start);
    i64::try_from(between).unwrap_or(if between < 0 { i64::MIN } else { i64::MAX })
}
