//! Scans with data tables, entities and rules over detections: what each
//! format says of evidence that is no event.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use serde_json::Value;
use yaral_compiler::Options;
use yaral_engine::{Detection, Engine, Knowledge};
use yaral_ir::plan::Plan;
use yaral_ir::tables::{ColumnKind, ColumnSpec, Table};
use yaral_runtime::{
    EncodeOptions, Format, Input, Investigator, Observer, Scan, ScanOptions, load_entities,
};
use yaral_udm::FieldSet;

const RULES: &str = r#"
rule seen {
  meta:
    rule_id = "ru_seen"
  events:
    $e.metadata.event_type = "USER_LOGIN"
  outcome:
    $user = $e.principal.user.userid
  condition: $e
}
rule known {
  meta:
  events:
    $e.principal.hostname = $host
    $x.graph.entity.hostname = $host
    $host = %hosts.host
  match: $host over 10m
  condition: $e and $x
}
rule twice {
  meta:
  events:
    $user = $d.detection.detection.outcomes["user"]
    $d.detection.collection_elements.references.event.principal.hostname = "h1"
  match: $user over 1h
  condition: #d > 1
}
"#;

const EVENTS: &str = r#"{"metadata":{"eventType":"USER_LOGIN","eventTimestamp":"2024-01-18T00:00:00Z","id":"YQ=="},"principal":{"hostname":"h1","user":{"userid":"u"}}}
{"metadata":{"eventType":"USER_LOGIN","eventTimestamp":"2024-01-18T00:01:00Z","id":"Yg=="},"principal":{"hostname":"h1","user":{"userid":"u"}}}
"#;

const ENTITY: &str = r#"{"entity":{"hostname":"h1","asset":{"assetId":"A1"}}}"#;

fn tables() -> BTreeMap<String, Arc<Table>> {
    let column = |name: &str| ColumnSpec {
        name: name.to_owned(),
        kind: ColumnKind::String,
        key: false,
        repeated: false,
        mapped: None,
    };
    let rows = [
        vec!["h0".to_owned()],
        vec!["h1".to_owned(), "=site".to_owned()],
    ];
    let (table, _) = Table::new("hosts", vec![column("host"), column("site")], rows);
    BTreeMap::from([("hosts".to_owned(), Arc::new(table))])
}

/// Encodes what it hears.
struct Hears {
    format: &'static Format,
    out: Vec<u8>,
}

impl Observer for Hears {
    fn detection(&mut self, detection: &Detection, engine: &Engine) -> io::Result<()> {
        let rule = &engine.rules()[detection.rule];
        let mut encoder = (self.format.encoder)(EncodeOptions::default());
        let around = Investigator::default().see(detection, rule);
        encoder.detection(detection, rule, &around, &mut self.out)
    }
}

/// The detections of a scan, one a line.
fn scan(format: &str, options: ScanOptions) -> Vec<Value> {
    let compiled = yaral_compiler::compile(
        RULES,
        &Options {
            tables: tables(),
            ..Options::default()
        },
    );
    let rules = compiled.rules.into_iter();
    let plans: Vec<Plan> = rules.filter_map(|rule| rule.plan).collect();
    assert_eq!(plans.len(), 3, "{:?}", compiled.diagnostics);
    let mut want = FieldSet::empty();
    for plan in &plans {
        want.union(&plan.fields);
    }
    let entities = Input::from_bytes("entities", ENTITY.as_bytes());
    let known = load_entities(&[entities], &want, true);
    let engine = Engine::with(
        plans,
        Arc::new(Knowledge {
            entities: known.entities,
            ..Knowledge::default()
        }),
    );
    let mut hears = Hears {
        format: Format::find(format).expect("the format exists"),
        out: Vec::new(),
    };
    let input = Input::from_bytes("events", EVENTS.as_bytes());
    let mut scan = Scan::new(engine, options).showing(known.shelf);
    scan.run(&[input], &mut hears).expect("a vector takes all");
    let text = String::from_utf8(hears.out).expect("it is text");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("it is JSON"))
        .collect()
}

#[test]
fn ndjson_says_what_evidence_is() {
    for lateness_s in [None, Some(0)] {
        let found = scan(
            "ndjson",
            ScanOptions {
                lateness_s,
                ..ScanOptions::default()
            },
        );
        let of = |rule: &str| found.iter().find(|one| one["rule"] == rule).unwrap();
        let evidence = of("known")["evidence"].as_array().unwrap();
        let entity = evidence.iter().find(|one| one["variable"] == "x").unwrap();
        assert_eq!(entity["kind"], "entity");
        assert_eq!(entity["entity"]["entity"]["asset"]["assetId"], "A1");
        assert_eq!(
            (&entity["file"], &entity["line"]),
            (&"entities".into(), &1.into())
        );
        let row = evidence.iter().find(|one| one["kind"] == "row").unwrap();
        assert_eq!((&row["table"], &row["row"]), (&"hosts".into(), &2.into()));
        assert_eq!(row["cells"]["site"], "=site");
        assert!(
            evidence
                .iter()
                .all(|one| one["variable"] != "e" || one["kind"].is_null())
        );
        let twice = of("twice")["evidence"].as_array().unwrap();
        assert_eq!(twice.len(), 2, "{twice:?}");
        for one in twice {
            assert_eq!(
                (&one["kind"], &one["rule"]),
                (&"detection".into(), &"seen".into())
            );
            assert!(found.iter().any(|other| other["id"] == one["event_id"]));
            let record = &one["detection"]["collectionElements"][0]["references"][0];
            assert_eq!(record["event"]["principal"]["hostname"], "h1");
        }
    }
}

#[test]
fn references_are_read_without_evidence() {
    let found = scan(
        "ndjson",
        ScanOptions {
            evidence: false,
            ..ScanOptions::default()
        },
    );
    let twice = found.iter().find(|one| one["rule"] == "twice").unwrap();
    assert!(twice["evidence"][0]["detection"].is_null());
    assert!(
        found
            .iter()
            .all(|one| one["evidence"][0]["event"].is_null())
    );
}

#[test]
fn secops_refers_to_entities_and_detections() {
    let found = scan("secops", ScanOptions::default());
    let of = |rule: &str| {
        let mut found = found.iter();
        found
            .find(|one| one["detection"][0]["ruleName"] == rule)
            .unwrap()["collectionElements"]
            .clone()
    };
    let known = of("known");
    let labels: Vec<_> = known
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["label"])
        .collect();
    assert_eq!(labels, ["e", "x"]);
    assert!(known[1]["references"][0]["entity"]["entity"]["hostname"] == "h1");
    let reference = &of("twice")[0]["references"][0]["id"];
    assert_eq!(reference["namespace"], "RULE_DETECTION");
    assert!(reference["id"].as_str().unwrap().starts_with("de_"));
}
