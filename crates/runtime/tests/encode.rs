//! One golden file for each detection format, with an event that tries to
//! break out of each of them. `YARAL_UPDATE=1` rewrites the files.

use std::path::Path;
use std::time::Duration;

use yaral_engine::explain::{Held, Step};
use yaral_engine::{Detection, Evidence, Explanation, Origin};
use yaral_ir::plan::{Expr, ExprId, Node, Plan};
use yaral_ir::semantics::Semantics;
use yaral_ir::types::Type;
use yaral_ir::value::Value;
use yaral_runtime::encode;
use yaral_runtime::limits::ENCODED_FIELD_BYTES_MAX;
use yaral_runtime::text::is_hostile;
use yaral_runtime::{EncodeOptions, FORMATS, Format, Investigator, Summary};
use yaral_udm::{Event, FieldPath, FieldSet, Root, Timestamp, ValueRef};

/// Starts a formula, sends terminal sequences, turns the text around, breaks
/// the line in six ways, closes quotes and tags.
const EVIL: &str = "=HYPERLINK(\"http://x\",\"y\")\u{1b}[31m\u{1b}]0;t\u{7}\u{202e}txt\u{2066}\u{200f}\u{200b}\
                    \r\n\t\u{2028}\u{2029}\u{85}\u{0}\u{7f}\\\"'},{<script>";

fn rule() -> Plan {
    let always = Node {
        expr: Expr::Literal(Value::Bool(true)),
        ty: Type::Bool,
        span: (0, 0),
    };
    Plan {
        name: "evil_rule".to_owned(),
        meta: vec![
            ("rule_id".to_owned(), "mr_1".to_owned()),
            ("severity".to_owned(), "High".to_owned()),
            ("description".to_owned(), EVIL.to_owned()),
            ("playbook".to_owned(), EVIL.to_owned()),
            ("response".to_owned(), EVIL.to_owned()),
        ],
        source: "".into(),
        text_hash: [0xab; 32],
        variables: Vec::new(),
        branches: Vec::new(),
        placeholders: Vec::new(),
        outcomes: Vec::new(),
        condition: ExprId(0),
        exprs: vec![always],
        correlation: None,
        suppression_s: None,
        exports: Vec::new(),
        semantics: Semantics::default(),
        fields: FieldSet::empty(),
        needs: Vec::new(),
    }
}

fn event() -> Event {
    let mut event = Event::new(Root::Event);
    let path = |dotted| FieldPath::resolve(Root::Event, dotted).expect("the schema has the path");
    event.set(&path("metadata.product_name"), ValueRef::Str(EVIL));
    event.set_key(&path("additional.fields"), EVIL, ValueRef::Str(EVIL));
    event.set(
        &path("metadata.log_type"),
        ValueRef::Str("KUBERNETES_AUDIT"),
    );
    for name in [
        "metadata.product_event_type",
        "principal.user.userid",
        "principal.user.group_identifiers",
        "principal.hostname",
        "network.http.user_agent",
        "target.namespace",
        "target.resource.name",
        "security_result.description",
    ] {
        event.set(&path(name), ValueRef::Str(EVIL));
    }
    let kind = path("target.resource.resource_subtype");
    event.set(&kind, ValueRef::Str("secrets"));
    for label in ["k8s_command", "k8s_pod_name", "k8s_impersonated_user"] {
        event.set_key(&path("additional.fields"), label, ValueRef::Str(EVIL));
    }
    event
}

fn detection(event: Event) -> Detection {
    let time = Timestamp {
        seconds: 1_785_542_400,
        nanos: 500_000_000,
    };
    let list = |items: Vec<Value<'static>>| Value::List(items);
    let origin = |item| Origin {
        file: "logs/\u{202e}gol.tidua".to_owned(),
        line: 7,
        item,
        log_type: "KUBERNETES_AUDIT".to_owned(),
    };
    let evidence = |item, event| Evidence {
        variable: "e".to_owned(),
        event_id: format!("id-{item}\u{1b}"),
        event,
        origin: Some(origin(item)),
    };
    Detection {
        id: "de_00000000000000000000000000000001".to_owned(),
        rule: 0,
        time,
        window: (time, time),
        matches: vec![("user".to_owned(), Value::str(EVIL))],
        outcomes: vec![
            ("risk_score".to_owned(), Value::Int(85)),
            ("big".to_owned(), Value::Int(i64::MAX)),
            ("share".to_owned(), Value::Float(0.5)),
            ("nan".to_owned(), Value::Float(f64::NAN)),
            (
                "ports".to_owned(),
                list(vec![Value::Int(1), Value::Int(-2)]),
            ),
            (
                "names".to_owned(),
                list(vec![Value::str("a,b"), Value::str("@c")]),
            ),
            ("none".to_owned(), list(Vec::new())),
            ("yes".to_owned(), Value::Bool(true)),
        ],
        risk_score: 185.0,
        branch: Some("e".to_owned()),
        counts: Vec::new(),
        evidence: vec![evidence(0, Some(event)), evidence(3, None)],
        why: Explanation {
            steps: vec![Step {
                depth: 0,
                text: "$e.metadata.product_name = /x/".to_owned(),
                held: Held::Yes,
                actual: vec![("metadata.product_name".to_owned(), EVIL.to_owned())],
            }],
            rows: 1,
        },
        status: yaral_engine::Status::Final,
    }
}

fn encoded(format: &Format, detection: &Detection, summary: &Summary) -> String {
    let rule = rule();
    let mut encoder = (format.encoder)(EncodeOptions {
        events: true,
        why: true,
    });
    let mut out = Vec::new();
    encoder.begin(&mut out).expect("memory takes all");
    let mut investigator = Investigator::default();
    for _ in 0..2 {
        let around = investigator.see(detection, &rule);
        encoder
            .detection(detection, &rule, &around, &mut out)
            .expect("memory takes all");
    }
    encoder
        .end(summary, std::slice::from_ref(&rule), &mut out)
        .expect("memory takes all");
    String::from_utf8(out).expect("encoders write text")
}

fn summary() -> Summary {
    Summary {
        inputs: 1,
        read: 3,
        normalized: 2,
        rejected: [("LINE_TOO_LONG", 1)].into(),
        log_types: [("KUBERNETES_AUDIT".to_owned(), 1)].into(),
        per_rule: vec![2],
        severities: [((0, "HIGH".to_owned()), 2)].into(),
        elapsed: Duration::from_secs(9),
        ..Summary::default()
    }
}

#[test]
fn every_format_survives_an_evil_event() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    for format in FORMATS {
        let text = encoded(format, &detection(event()), &summary());
        let hostile: Vec<_> = text
            .chars()
            .filter(|&c| is_hostile(c) && c != '\n' && c != '\r')
            .collect();
        assert!(hostile.is_empty(), "{}: {hostile:?}", format.name);
        let file = folder.join(format!("evil.{}", format.name));
        if std::env::var_os("YARAL_UPDATE").is_some() {
            std::fs::write(&file, &text).unwrap();
        }
        let golden = std::fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(
            text,
            golden,
            "{} differs from {}",
            format.name,
            file.display()
        );
    }
}

#[test]
fn the_json_formats_are_json_and_say_what_went_in() {
    for name in ["ndjson", "secops", "json"] {
        let text = encoded(Format::find(name).unwrap(), &detection(event()), &summary());
        let values: Vec<serde_json::Value> = match name {
            "json" => vec![serde_json::from_str(&text).unwrap()],
            _ => text
                .lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect(),
        };
        let (first, product) = match name {
            "json" => (
                &values[0]["detections"][0],
                "/evidence/0/event/metadata/productName",
            ),
            "secops" => (
                &values[0],
                "/collectionElements/0/references/0/event/metadata/productName",
            ),
            _ => (&values[0], "/evidence/0/event/metadata/productName"),
        };
        assert_eq!(
            first.pointer(product).and_then(|v| v.as_str()),
            Some(EVIL),
            "{name}"
        );
        let big = match name {
            "secops" => {
                first
                    .pointer("/detection/0/variables/big/int64Val")
                    .unwrap()
                    .as_str()
                    == Some("9223372036854775807")
            }
            _ => first["outcomes"]["big"].as_i64() == Some(i64::MAX),
        };
        assert!(big, "{name}");
    }
}

#[test]
fn a_long_field_is_cut_in_every_format() {
    let long = "x".repeat(ENCODED_FIELD_BYTES_MAX + 5);
    let mut detection = detection(event());
    detection.matches[0].1 = Value::string(long.clone());
    let mut event = Event::new(Root::Event);
    event.set(
        &FieldPath::resolve(Root::Event, "metadata.product_name").unwrap(),
        ValueRef::Str(&long),
    );
    detection.evidence[0].event = Some(event);
    for format in FORMATS {
        let text = encoded(format, &detection, &summary());
        assert!(!text.contains(&long), "{}", format.name);
        assert!(text.contains(" bytes]"), "{}", format.name);
    }
}

#[test]
fn an_outcome_overrides_the_severity_of_the_rule_in_every_format() {
    let text = Value::str;
    let list = |words: &[&'static str]| Value::List(words.iter().map(|w| Value::str(w)).collect());
    for (said, wanted) in [
        (text(" low"), "LOW"),
        (text("Informational"), "INFORMATIONAL"),
        (list(&["LOW", "CRITICAL", "?"]), "CRITICAL"),
        // Neither of these is a severity, so the rule's stands.
        (text("urgent"), "HIGH"),
        (text(""), "HIGH"),
        (Value::Int(3), "HIGH"),
        (list(&[]), "HIGH"),
    ] {
        let mut detection = detection(event());
        detection.outcomes = vec![("severity".to_owned(), said)];
        assert_eq!(encode::severity_of(&detection, &rule()), wanted);
        for (name, shape) in [
            (
                "ndjson",
                format!("\"severity\":\"{wanted}\",\"risk_score\""),
            ),
            ("json", format!("\"severity\":\"{wanted}\",\"risk_score\"")),
            ("csv", format!(",evil_rule,{wanted},")),
        ] {
            let text = encoded(Format::find(name).unwrap(), &detection, &summary());
            assert!(text.contains(&shape), "{name}: {text}");
        }
    }
}
