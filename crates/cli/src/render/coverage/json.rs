//! The document `yaral/coverage/v1`.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Report;
use crate::render::document;

/// Writes the document.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let rules: Vec<Value> = report
        .rules
        .iter()
        .map(|rule| {
            json!({
                "rule": rule.rule,
                "file": rule.file,
                "severity": rule.severity,
                "techniques": rule.techniques,
                "log_types": rule.log_types,
                "tested": rule.tested,
                "fired": rule.fired,
                "fields": rule.fields,
            })
        })
        .collect();
    let techniques: Vec<Value> = report
        .techniques()
        .into_iter()
        .map(|(id, of)| json!({ "id": id, "tested": of.tested, "untested": of.untested }))
        .collect();
    let input = report.seen.as_ref().map(|seen| {
        let never: Vec<Value> = report
            .never()
            .into_iter()
            .map(|(field, rules)| json!({ "field": field, "rules": rules }))
            .collect();
        json!({
            "records": seen.records,
            "events": seen.events,
            "log_types": seen.log_types,
            "fields_never_set": never,
        })
    });
    let tested = report.rules.iter().filter(|rule| rule.tested).count();
    let fired = report.rules.iter().filter(|rule| rule.fired > Some(0));
    let document = json!({
        "schema": "yaral/coverage/v1",
        "rules": rules,
        "techniques": techniques,
        "log_types": report.log_types(),
        "fields": report.fields(),
        "input": input,
        "summary": {
            "rules": report.rules.len(),
            "tested": tested,
            "refused": report.refused,
            "fired": report.seen.as_ref().map(|_| fired.count()),
            "techniques": report.techniques().len(),
        },
    });
    out.write_all(document::text(&document).as_bytes())
}
