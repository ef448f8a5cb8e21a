//! The document `yaral/diff/v1`: every detection that differs.

use std::io::{self, Write};

use serde_json::{Map, Value, json};
use yaral_harness::diff_detections::{Change, Shown};

use super::{Place, Report, RuleReport};
use crate::render::document;

/// Writes the document.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let totals = report.totals();
    let document = json!({
        "schema": "yaral/diff/v1",
        "old": report.old,
        "new": report.new,
        "rules": report.rules.iter().map(rule).collect::<Vec<_>>(),
        "summary": {
            "appear": totals.appear,
            "disappear": totals.disappear,
            "change": totals.change,
            "same": totals.same,
            "left_out": report.left_out,
            "rules_differ": report.differing,
            "rules_same": report.same_rules,
            "rules_refused": report.refused,
            "records": report.records,
        },
    });
    out.write_all(document::text(&document).as_bytes())
}

fn rule(rule: &RuleReport) -> Value {
    let place = |place: &Option<Place>| {
        place
            .as_ref()
            .map(|place| json!({ "file": place.file, "line": place.line }))
    };
    json!({
        "rule": rule.name,
        "old": place(&rule.old),
        "new": place(&rule.new),
        "appear": rule.diff.appear.iter().map(shown).collect::<Vec<_>>(),
        "disappear": rule.diff.disappear.iter().map(shown).collect::<Vec<_>>(),
        "change": rule.diff.change.iter().map(change).collect::<Vec<_>>(),
        "same": rule.diff.same,
    })
}

fn change(change: &Change) -> Value {
    let differences = change.differences.iter();
    let differences: Vec<Value> = differences
        .map(|one| json!({ "name": one.name, "old": one.old, "new": one.new }))
        .collect();
    json!({
        "differences": differences,
        "old": shown(&change.old),
        "new": shown(&change.new),
    })
}

fn shown(shown: &Shown) -> Value {
    let (start, end) = shown.window;
    json!({
        "id": shown.id,
        "time": shown.time.to_string(),
        "window": { "start": start.to_string(), "end": end.to_string() },
        "severity": shown.told.severity,
        "risk_score": shown.told.risk_score.parse::<f64>().ok(),
        "match": pairs(&shown.matches),
        "outcomes": pairs(&shown.told.outcomes),
        "counts": shown.told.counts.iter()
            .map(|(name, count)| (name.clone(), json!(count)))
            .collect::<Map<_, _>>(),
        "events": shown.events,
    })
}

fn pairs(pairs: &[(String, String)]) -> Value {
    let pairs = pairs.iter();
    let members: Map<String, Value> = pairs
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    Value::Object(members)
}
