//! Goldens in the two-folder layout of Google's own parsers: raw logs on one
//! side, the expected events of both mappings on the other. `YARAL_UPDATE=1`
//! rewrites the expected side.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{Collected, collect};
use serde_json::{Value, json};
use yaral_normalize::{LogType, Mapping, Setup};

fn folder(log_type: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata")
        .join(log_type)
}

/// What a log becomes, in the shape of the fixtures plus rejects and counts.
fn rendered(found: &Collected, with_raw: bool) -> String {
    let events: Vec<Value> = found
        .events
        .iter()
        .map(|event| {
            let udm: Value = serde_json::from_str(&event.json).expect("written events are JSON");
            let mut entry = json!({
                "line": event.position.line, "item": event.position.item, "eventId": event.id,
                "event": {"idm": {"readOnlyUdm": udm}},
            });
            if with_raw {
                entry["raw"] = Value::String(event.raw.clone());
            }
            entry
        })
        .collect();
    let rejects: Vec<Value> = found
        .rejects
        .iter()
        .map(|reject| {
            json!({
                "line": reject.position.line, "item": reject.position.item,
                "reason": reject.reason.code(), "detail": reject.detail, "excerpt": reject.excerpt,
            })
        })
        .collect();
    let mut document =
        json!({"events": events, "rejects": rejects, "duplicates": found.counts.duplicates});
    if found.counts.ignored > 0 {
        document["ignored"] = found.counts.ignored.into();
    }
    serde_json::to_string_pretty(&document).expect("values can be written") + "\n"
}

fn check(log_type: LogType, name: &str, mappings: &[(Mapping, &str)]) {
    let folder = folder(name);
    let update = std::env::var_os("YARAL_UPDATE").is_some();
    let mut logs: Vec<_> = fs::read_dir(folder.join("raw_logs"))
        .expect("the folder of raw logs is part of the crate")
        .map(|entry| entry.expect("a readable folder").path())
        .collect();
    logs.sort();
    let mut wrong = Vec::new();
    for log in &logs {
        let bytes = fs::read(log).expect("a readable log");
        let case = log
            .file_stem()
            .and_then(|stem| stem.to_str())
            .expect("a plain name");
        for (mapping, suffix) in mappings {
            let setup = Setup {
                mapping: *mapping,
                ..Setup::default()
            };
            let actual = rendered(
                &collect(log_type, &setup, &bytes),
                *mapping == Mapping::Default,
            );
            let path = folder
                .join("expected_events")
                .join(format!("{case}{suffix}.json"));
            if update {
                fs::write(&path, &actual).expect("the folder can be written");
            }
            if fs::read_to_string(&path).unwrap_or_default() != actual {
                wrong.push(path.display().to_string());
            }
        }
    }
    assert!(logs.len() >= 4, "too few cases: {}", logs.len());
    assert!(
        wrong.is_empty(),
        "these differ, see them with YARAL_UPDATE=1 and a diff:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn each_log_type_has_goldens_of_its_mappings() {
    let both = [(Mapping::Default, ""), (Mapping::Secops, ".secops")];
    for log_type in LogType::all() {
        // UDM events are taken as they are; there is nothing to map.
        let mappings = if log_type == LogType::Udm {
            &both[..1]
        } else {
            &both
        };
        check(log_type, &log_type.name().to_lowercase(), mappings);
    }
}

#[test]
fn the_page_of_each_log_type_is_current() {
    for log_type in LogType::all() {
        let path = folder(&log_type.name().to_lowercase()).join("PAGE.md");
        let page = yaral_normalize::page(log_type);
        if std::env::var_os("YARAL_UPDATE").is_some() {
            fs::write(&path, &page).expect("the folder can be written");
        }
        assert_eq!(
            fs::read_to_string(&path).unwrap_or_default(),
            page,
            "{}",
            path.display()
        );
    }
}

#[test]
fn every_log_is_recognised() {
    for log_type in LogType::all() {
        let name = log_type.name().to_lowercase();
        for entry in fs::read_dir(folder(&name).join("raw_logs")).expect("the folder exists") {
            let path = entry.expect("a readable folder").path();
            let bytes = fs::read(&path).expect("a readable log");
            let lines: Vec<_> = bytes.split(|b| *b == b'\n').take(10).collect();
            assert_eq!(
                yaral_normalize::recognise(&lines),
                Some(log_type),
                "{}",
                path.display()
            );
        }
    }
    assert_eq!(yaral_normalize::recognise(&[b"{\"a\":1}", b"text"]), None);
}
