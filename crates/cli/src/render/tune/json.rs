//! The report as one document, `yaral/tune/v1`.

use std::io::{self, Write};

use serde_json::{Map, Value, json};
use yaral_harness::tune::{Effect, Touch, sample};

use super::{Line, Report};

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let rows: Vec<Value> = report.lines().map(|line| row(&line)).collect();
    let dead = report.tables.dead.iter().map(|dead| {
        let cells = dead.cells.iter().cloned();
        let cells: Map<_, _> = cells
            .map(|(name, cell)| (name, Value::from(cell)))
            .collect();
        json!({
            "table": dead.table,
            "place": format!("{}:{}", dead.file, dead.line),
            "why": dead.why.words(),
            "cells": cells,
        })
    });
    let document = json!({
        "schema": "yaral/tune/v1",
        "rules": report.rules,
        "rows": rows,
        "not_alive": dead.collect::<Vec<_>>(),
        "together": report.all.iter().map(touch).collect::<Vec<_>>(),
        "review": sample(&report.all).into_iter().map(touch).collect::<Vec<_>>(),
    });
    writeln!(out, "{document:#}")
}

fn row(line: &Line<'_>) -> Value {
    let cells = line.cells.iter();
    let cells: Map<_, _> = cells
        .map(|(name, cell)| ((*name).to_owned(), Value::from(*cell)))
        .collect();
    json!({
        "table": line.table,
        "place": line.place,
        "cells": cells,
        "status": line.status(),
        "suppressed": line.count(Effect::Suppressed),
        "lowered": line.count(Effect::Lowered),
        "raised": line.count(Effect::Raised),
        "detections": line.touches().iter().map(touch).collect::<Vec<_>>(),
    })
}

fn touch(touch: &Touch) -> Value {
    json!({
        "id": touch.fact.id,
        "rule": touch.fact.rule,
        "place": touch.fact.place,
        "effect": touch.effect().word(),
        "severity": touch.with,
        "severity_without": touch.without,
    })
}
