//! The report as one document.

use std::io::{self, Write};

use serde_json::{Value, json};
use yaral_harness::doctor::{Kind, hint};

use super::{Report, word};

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let kinds = |kinds: &std::collections::BTreeSet<Kind>| -> Vec<Value> {
        let kinds = kinds.iter();
        kinds
            .map(|kind| json!({"source": kind.source, "what": kind.what, "line": hint(kind)}))
            .collect()
    };
    let findings = report.findings.iter().enumerate().map(|(place, finding)| {
        let (silent, weak) = report.touched(place);
        json!({
            "cause": finding.cause, "what": finding.what, "mend": finding.mend,
            "lines": finding.lines, "file": finding.file,
            "silent": silent, "weak": weak,
        })
    });
    let rules = report.judged.iter().map(|one| {
        let why = one
            .why
            .iter()
            .filter_map(|place| report.findings.get(*place));
        json!({
            "rule": one.rule, "verdict": word(one.verdict), "missing": kinds(&one.missing),
            "empty": one.empty,
            "why": why.map(|finding| finding.cause).collect::<Vec<_>>(),
        })
    });
    let events = report.facts.events();
    let events = events.map(|(log_type, count)| json!({"log_type": log_type, "events": count}));
    let document = json!({
        "schema": "yaral/doctor/v1",
        "logs": events.collect::<Vec<_>>(),
        "findings": findings.collect::<Vec<_>>(),
        "rules": rules.collect::<Vec<_>>(),
        "untested": report.untested,
    });
    writeln!(out, "{document:#}")
}
