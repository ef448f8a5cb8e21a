//! The limits of rules over several events: what is not taken in is counted,
//! and what is late is.

use yaral_engine::limits::{
    EVENTS_PER_KEY_MAX, JOINED_ROWS_MAX, SAMPLES_MAX, SUPPRESSION_PENDING_MAX,
};
use yaral_engine::{Context, Detection, Engine, Status};
use yaral_ir::value::Value;
use yaral_udm::{Event, FieldSet, Timestamp, read_event};

fn engine(body: &str) -> Engine {
    let text = format!("rule r {{ meta: {body} }}");
    let compiled = yaral_compiler::compile(&text, &yaral_compiler::Options::default());
    assert!(!compiled.has_errors(), "{:#?}", compiled.diagnostics);
    let plans = compiled.rules.into_iter().filter_map(|rule| rule.plan);
    Engine::new(plans.collect())
}

fn at(second: i64) -> Timestamp {
    Timestamp {
        seconds: 1_700_000_000 + second,
        nanos: 0,
    }
}

/// An event with this id at this second.
fn feed(engine: &mut Engine, id: usize, second: i64, host: &str, out: &mut Vec<Detection>) {
    let json = format!(
        r#"{{"metadata":{{"eventType":"USER_LOGIN","eventTimestamp":"{}"}},"principal":{{"hostname":"{host}"}},"target":{{"port":{}}}}}"#,
        at(second),
        id % 60_000,
    );
    let mut event = Event::default();
    read_event(json.as_bytes(), &FieldSet::all(), &mut event).expect("it is UDM JSON");
    let id = format!("event-{id:07}");
    let context = Context {
        event_id: &id,
        now: 0,
    };
    engine.evaluate(&event, &context, out);
}

const PAIR: &str = r#"events: $a.metadata.event_type = "USER_LOGIN" $b.metadata.event_type = "USER_LOGIN"
    $a.principal.hostname = $h $b.principal.hostname = $h"#;

#[test]
fn samples_max() {
    let mut engine = engine(
        "events: $a.principal.hostname = $h match: $h over 5m outcome: $n = count($a.target.port) condition: #a > 2",
    );
    let mut out = Vec::new();
    for id in 0..SAMPLES_MAX + 3 {
        feed(&mut engine, id, 1, "h", &mut out);
    }
    engine.finish(&mut out);
    let last = out.last().expect("it fires");
    assert_eq!(last.status, Status::Final);
    assert_eq!(last.evidence.len(), SAMPLES_MAX);
    assert_eq!(last.evidence[0].event_id, "event-0000000");
    assert_eq!(last.outcomes[0].1, Value::Int(13));
}

#[test]
fn events_per_key_max() {
    let mut engine = engine(&format!("{PAIR} match: $h by 1h condition: $a and #b < 1"));
    let mut out = Vec::new();
    for id in 0..EVENTS_PER_KEY_MAX {
        feed(&mut engine, id, 1, "hot", &mut out);
    }
    assert_eq!(engine.stats().refused, 0);
    feed(&mut engine, EVENTS_PER_KEY_MAX, 1, "hot", &mut out);
    // It was meant for two variables.
    assert_eq!(engine.stats().refused, 2);
    feed(&mut engine, EVENTS_PER_KEY_MAX + 1, 1, "other", &mut out);
    assert_eq!(engine.stats().refused, 2, "one key's flood is its own");
    engine.forget();
    assert_eq!(engine.stats().state_bytes, 0);
}

#[test]
fn joined_rows_max() {
    let mut engine = engine(&format!(
        "{PAIR} $a.target.port < $b.target.port $a.target.port > $b.target.port match: $h by 1h condition: $a and $b and #a < 1"
    ));
    let mut out = Vec::new();
    let events = JOINED_ROWS_MAX.isqrt() + 10;
    for id in 0..events {
        feed(&mut engine, id, 1, "h", &mut out);
    }
    engine.finish(&mut out);
    assert!(out.is_empty());
    assert_eq!(engine.stats().joins_cut, 1);
}

#[test]
fn suppression_pending_max() {
    let mut engine = engine(
        "events: $a.principal.hostname = \"h\" condition: $a options: suppression_window = 1h",
    );
    let mut out = Vec::new();
    let second = |id: usize| i64::try_from(id / 10).expect("small");
    for id in 0..=SUPPRESSION_PENDING_MAX {
        feed(&mut engine, id, second(id), "h", &mut out);
    }
    assert_eq!(engine.stats().refused, 0);
    // Before what was let through: it can no longer be weighed.
    feed(&mut engine, SUPPRESSION_PENDING_MAX + 1, 0, "h", &mut out);
    assert_eq!(engine.stats().refused, 1);
    engine.finish(&mut out);
    let stands = out.iter().filter(|made| made.status == Status::Final);
    // 10,000 seconds, one detection for each hour that began.
    assert_eq!(stands.count(), 3);
    assert_eq!(engine.stats().detections, 3);
}

#[test]
fn late_events_are_counted_and_windows_give_their_memory_back() {
    let mut engine = engine(&format!("{PAIR} match: $h over 5m condition: $a and $b"));
    let mut out = Vec::new();
    for id in 0..100 {
        feed(&mut engine, id, 0, &format!("host-{id}"), &mut out);
    }
    assert!(engine.stats().state_bytes > 10_000);
    engine.advance(at(300), &mut out);
    assert!(out.iter().all(|made| made.status == Status::Provisional));
    engine.advance(at(301), &mut out);
    assert_eq!(engine.stats().state_bytes, 0);
    let stands = out.iter().filter(|made| made.status == Status::Final);
    assert_eq!(stands.count(), 100);
    feed(&mut engine, 100, 300, "late", &mut out);
    assert_eq!((engine.stats().late, engine.stats().state_bytes), (1, 0));
}
