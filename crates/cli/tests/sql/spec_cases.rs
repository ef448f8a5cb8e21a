//! The cases of the executable spec as SQL, against the obviously right evaluator.
//!
//! The pack uses a part of the language; the spec has an example of each
//! statement. Every rule of it that SQL says exactly has to find the same.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use yaral_engine::naive::{self, Found, Seen};
use yaral_harness::{Timeline, page, run as cases};
use yaral_ir::plan::Plan;
use yaral_ir::value::Value as Of;
use yaral_translate::{Grade, Outcome};

use super::{root, run, say, spelt};

/// A rule over the events of a case.
struct Example {
    plan: Plan,
    /// The ids of the events, by their lines.
    ids: Vec<String>,
    found: Vec<Found>,
}

/// The pages of the spec.
fn pages(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            pages(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            into.push(path);
        }
    }
}

/// An event as `normalize` writes it, with its id where no rule looks.
fn line(event: &yaral_udm::Event, id: &str) -> String {
    let mut text = String::new();
    yaral_udm::write_event(event, &mut text);
    let name = json!(id);
    match text.strip_prefix("{\"metadata\":{") {
        Some(_) if text.contains("\"productLogId\"") => text,
        Some("}}") => format!("{{\"metadata\":{{\"productLogId\":{name}}}}}"),
        Some(rest) if rest.starts_with('}') => {
            format!("{{\"metadata\":{{\"productLogId\":{name}{rest}")
        }
        Some(rest) => format!("{{\"metadata\":{{\"productLogId\":{name},{rest}"),
        None if text == "{}" => format!("{{\"metadata\":{{\"productLogId\":{name}}}}}"),
        None => format!("{{\"metadata\":{{\"productLogId\":{name}}},{}", &text[1..]),
    }
}

/// A value as JSON has it.
fn plain(value: &Of<'_>) -> Value {
    match value {
        Of::Int(number) => json!(number),
        Of::Uint(number) => json!(number),
        Of::Float(number) => json!(number),
        Of::Bool(truth) => json!(truth),
        Of::List(items) => items.iter().map(plain).collect(),
        other => json!(other.text()),
    }
}

/// What SQL found, in one spelling: the events, or the match values, the start
/// of the window, and the events of each variable; and the outcomes.
fn told(example: &Example, rows: &[Value]) -> BTreeMap<String, Value> {
    let id = |line: &Value| -> String {
        let line = usize::try_from(line.as_u64().unwrap()).unwrap();
        example.ids[line - 1].clone()
    };
    let mut all = BTreeMap::new();
    for row in rows {
        let row_of = row.as_object().unwrap();
        let key = if let Some(line) = row_of.get("line") {
            id(line)
        } else {
            let matches = row_of
                .iter()
                .filter(|(name, _)| name.starts_with("match $"));
            let values: Vec<_> = matches.map(|(_, value)| spelt(value)).collect();
            let lists = example.plan.variables.iter().map(|variable| {
                let lines = row_of[&format!("lines of ${}", variable.name)].as_array();
                lines.unwrap().iter().map(id).collect::<BTreeSet<_>>()
            });
            let lists: Vec<_> = lists.collect();
            format!("{} {values:?} {lists:?}", row_of["window_start"])
        };
        all.insert(key, row.clone());
    }
    all
}

/// The same of what the evaluator found.
fn wanted(example: &Example) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    for found in &example.found {
        let key = if example.plan.correlation.is_some() {
            let values: Vec<_> = found
                .matches
                .iter()
                .map(|(_, value)| spelt(&plain(value)))
                .collect();
            let start = found.window.0;
            let micros = start.seconds * 1_000_000 + i64::from(start.nanos) / 1_000;
            let bound = found.bound.iter().map(|ids| ids.iter().cloned().collect());
            let lists: Vec<BTreeSet<String>> = bound.collect();
            format!("{micros} {values:?} {lists:?}")
        } else {
            found.bound.concat().concat()
        };
        let outcomes = found.outcomes.iter();
        let outcomes: serde_json::Map<_, _> = outcomes
            .map(|(name, value)| (format!("${name}"), plain(value)))
            .collect();
        all.insert(key, outcomes.into());
    }
    all
}

/// How an example comes out otherwise; nothing where it does not.
fn difference(example: &Example, rows: &[Value]) -> Option<String> {
    let (told, wanted) = (told(example, rows), wanted(example));
    let keys = |of: &BTreeMap<String, Value>| of.keys().cloned().collect::<Vec<_>>();
    if keys(&told) != keys(&wanted) {
        return Some(format!("{:?}, not {:?}", keys(&told), keys(&wanted)));
    }
    for (key, outcomes) in &wanted {
        for (name, value) in outcomes.as_object().unwrap() {
            let column = told[key].get(name);
            if let Some(column) = column.filter(|column| spelt(column) != spelt(value)) {
                return Some(format!("{key}: {name} is {column}, not {value}"));
            }
        }
    }
    None
}

#[test]
fn the_examples_of_the_spec_come_out_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let target = yaral_translate::target("sql").unwrap();
    let mut paths = Vec::new();
    pages(&root().join("spec"), &mut paths);
    let (mut list, mut examples) = (Vec::new(), BTreeMap::new());
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let Ok(found) = page::read(&text) else {
            continue;
        };
        for case in &found {
            let timeline = Timeline::read(&case.events, case.events_line).unwrap();
            if timeline.has_watermarks() {
                continue;
            }
            let arrivals = timeline.counting(false);
            for expectation in &case.expectations {
                let events = folder.path().join(format!("{}.ndjson", list.len()));
                let lines: Vec<_> = arrivals
                    .iter()
                    .map(|a| line(&a.event, &a.id) + "\n")
                    .collect();
                fs::write(&events, lines.concat()).unwrap();
                for plan in cases::plans(case, expectation).unwrap() {
                    let outcome = (target.convert)(&plan, &yaral_translate::Options::default());
                    let Outcome::Converted { text, .. } = &outcome else {
                        let why = outcome.losses()[0].what.clone();
                        *refused.entry(why).or_default() += 1;
                        continue;
                    };
                    if outcome.grade() != Grade::Exact {
                        continue;
                    }
                    let seen: Vec<_> = arrivals
                        .iter()
                        .map(|a| Seen {
                            event: &a.event,
                            id: &a.id,
                        })
                        .collect();
                    let name = format!(
                        "{}:{} {} ({})",
                        path.file_name().unwrap().to_string_lossy(),
                        expectation.line,
                        case.name,
                        plan.name
                    );
                    list.push(json!({ "rule": name, "sql": text, "events": events }));
                    let found = naive::detect(&plan, &seen, 0);
                    let ids = arrivals.iter().map(|a| a.id.clone()).collect();
                    examples.insert(name, Example { plan, ids, found });
                }
            }
        }
    }
    let Some(rows) = run(&list, folder.path()) else {
        say(format_args!(
            "SKIP the spec as SQL: python3 with duckdb is not there"
        ));
        return;
    };
    let wrong: Vec<_> = examples
        .iter()
        .filter_map(|(name, example)| {
            Some(format!("{name}: {}", difference(example, &rows[name])?))
        })
        .collect();
    let found: usize = examples.values().map(|example| example.found.len()).sum();
    say(format_args!(
        "{} examples of the spec with {found} detections; refused: {refused:#?}",
        examples.len()
    ));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(examples.len() > 100, "{}", examples.len());
}
