//! A detection as a spec page writes it, and as runs are compared by.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use yaral_engine::Detection;
use yaral_engine::limits::SAMPLES_MAX;
use yaral_engine::naive::Found;
use yaral_ir::plan::Plan;
use yaral_ir::value::Value;
use yaral_udm::Timestamp;

use crate::time;

/// The risk score of a rule without one (yara-l §5).
const RISK: f64 = 40.0;

/// What one detection says, all values written out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Verdict {
    /// The place of the rule among those of the case.
    pub place: usize,
    /// The rule's name, where there are several.
    pub rule: Option<String>,
    /// Start and end of the window.
    pub window: (Timestamp, Timestamp),
    /// The match variables and their values, in written order.
    pub matches: Vec<(String, String)>,
    /// The outcome variables and their values, in written order.
    pub outcomes: Vec<(String, String)>,
    /// For each event variable the first of its events.
    pub evidence: Vec<(String, Vec<String>)>,
    /// The risk score.
    pub risk: String,
}

/// Who said it.
#[derive(Clone, Copy, Debug)]
pub struct Said<'s> {
    /// The rule.
    pub plan: &'s Plan,
    /// Its place among those of the case.
    pub place: usize,
    /// Whether there are several, so that it is named.
    pub named: bool,
    /// Words for the ids of detections, which are hashes and say nothing.
    pub words: &'s BTreeMap<String, String>,
}

impl Said<'_> {
    fn rule(self) -> Option<String> {
        self.named.then(|| self.plan.name.clone())
    }

    fn shown(self, id: &str) -> String {
        self.words.get(id).map_or(id, String::as_str).to_owned()
    }
}

impl Verdict {
    /// Of the naive evaluator, which gives all events and no risk score.
    #[must_use]
    pub fn of_found(said: Said<'_>, found: &Found) -> Self {
        let plan = said.plan;
        let scored = found.outcomes.iter().find(|(name, _)| name == "risk_score");
        let risk = scored.map_or(RISK, |(_, value)| value.float());
        let evidence = plan.variables.iter().zip(&found.bound);
        Verdict {
            place: said.place,
            rule: said.rule(),
            window: found.window,
            matches: written(&found.matches),
            outcomes: written(&found.outcomes),
            evidence: evidence
                .map(|(variable, ids)| {
                    let ids = ids.iter().take(SAMPLES_MAX);
                    let ids = ids.map(|id| said.shown(id)).collect();
                    (variable.name.clone(), ids)
                })
                .collect(),
            risk: risk.to_string(),
        }
    }

    /// Of the fast evaluator.
    #[must_use]
    pub fn of_detection(said: Said<'_>, detection: &Detection) -> Self {
        let plan = said.plan;
        let of = |variable: &str| {
            let its = detection.evidence.iter().filter(|e| e.variable == variable);
            its.map(|e| said.shown(&e.event_id)).collect()
        };
        let names = plan.variables.iter().map(|variable| &variable.name);
        Verdict {
            place: said.place,
            rule: said.rule(),
            window: detection.window,
            matches: written(&detection.matches),
            outcomes: written(&detection.outcomes),
            evidence: names.map(|name| (name.clone(), of(name))).collect(),
            risk: detection.risk_score.to_string(),
        }
    }

    /// The lines of a page.
    #[must_use]
    pub fn text(&self, risk: bool) -> String {
        let mut text = String::new();
        if let Some(rule) = &self.rule {
            let _ = write!(text, "{rule} ");
        }
        text.push_str(&time::show(self.window.0));
        if self.window.0 != self.window.1 {
            let _ = write!(text, "..{}", time::show(self.window.1));
        }
        for (name, value) in &self.matches {
            let _ = write!(text, " {name}={value}");
        }
        if risk {
            let _ = write!(text, " risk {}", self.risk);
        }
        text.push('\n');
        for (name, value) in &self.outcomes {
            let _ = writeln!(text, "  ${name} = {value}");
        }
        for (name, ids) in &self.evidence {
            let ids = if ids.is_empty() { "-" } else { &ids.join(" ") };
            let _ = writeln!(text, "  {name}: {ids}");
        }
        text
    }
}

/// All detections as one text, in order of window and match values.
pub(crate) fn text(verdicts: &[Verdict], risk: bool) -> String {
    if verdicts.is_empty() {
        return "none\n".to_owned();
    }
    verdicts.iter().map(|verdict| verdict.text(risk)).collect()
}

/// A word for a detection: its rule, its match values and its time.
pub(crate) fn word(plan: &Plan, found: &Found) -> String {
    let values = found.matches.iter().map(|(_, value)| value.to_string());
    let values: Vec<String> = values.collect();
    let values = if values.is_empty() {
        String::new()
    } else {
        format!("({})", values.join(","))
    };
    format!("{}{values}@{}", plan.name, time::show(found.window.1))
}

fn written(values: &[(String, Value<'static>)]) -> Vec<(String, String)> {
    let show = |(name, value): &(String, Value<'static>)| (name.clone(), show(value));
    values.iter().map(show).collect()
}

/// A value so that its kind is seen: text is quoted, floats have a point.
fn show(value: &Value<'_>) -> String {
    match value {
        Value::Str(text) => quote(text),
        Value::Bytes(_) => format!("bytes {}", quote(&value.text())),
        Value::Float(number) if number.is_finite() && number.fract() == 0.0 => {
            format!("{number:.1}")
        }
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(show).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

fn quote(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", escaped.replace('\n', "\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_a_value_is_seen() {
        let list = Value::List(vec![Value::str("a"), Value::Int(1)]);
        for (value, text) in [
            (Value::str("a \"b\"\n"), r#""a \"b\"\n""#),
            (Value::str("1"), "\"1\""),
            (Value::Int(1), "1"),
            (Value::Uint(1), "1"),
            (Value::Float(1.0), "1.0"),
            (Value::Float(1.5), "1.5"),
            (Value::Bool(true), "true"),
            (list, "[\"a\", 1]"),
        ] {
            assert_eq!(show(&value), text);
        }
    }
}
