//! The aggregates of the `window` namespace over joined rows, on both
//! evaluators, with values worked out by hand.

use yaral_engine::naive::{self, Seen};
use yaral_engine::{Context, Engine};
use yaral_ir::plan::Plan;
use yaral_ir::value::Value;
use yaral_udm::{Event, FieldSet, Root, read_event};

/// Bytes sent, port and address of each event, a second apart.
const EVENTS: &[(u64, u32, &str)] = &[
    (0, 443, "203.0.113.2"),
    (10, 443, "203.0.113.3"),
    (18, 22, "203.0.113.3"),
    (14, 8080, "203.0.113.1"),
];

const RULE: &str = r#"
rule window_aggregates {
  meta:
    author = "analyst"
  events:
    $e.metadata.event_type = "NETWORK_CONNECTION"
    $e.principal.hostname = $host
  match:
    $host over 10m
  outcome:
    $mean = window.avg($e.network.sent_bytes)
    $mean_up = math.ceil(window.avg($e.network.sent_bytes, false))
    $mean_of_some = window.avg($e.network.sent_bytes, true)
    $middle = window.median($e.network.sent_bytes)
    $middle_of_some = window.median($e.network.sent_bytes, true)
    $range = window.range($e.network.sent_bytes)
    $least_of_some = arrays.min(window.range($e.network.sent_bytes, true))
    $most = arrays.max(window.range($e.network.sent_bytes, true))
    $usual_port = window.mode($e.target.port)
    $usual = window.mode($e.target.ip)
    $first = window.first($e.metadata.event_timestamp.seconds, $e.target.ip)
    $last = window.last($e.metadata.event_timestamp.seconds, $e.target.ip)
    $by_port = window.last($e.target.port, $e.network.sent_bytes)
    $spread = window.stddev(if($e.network.sent_bytes = 0, 14, $e.network.sent_bytes))
    $variance = window.variance($e.target.port)
  condition:
    #e = 4
}
"#;

fn events() -> Vec<(String, Event)> {
    let made = EVENTS.iter().enumerate().map(|(at, (sent, port, ip))| {
        let json = format!(
            r#"{{"metadata":{{"eventType":"NETWORK_CONNECTION","eventTimestamp":"2026-01-05T00:00:0{at}Z"}},
                "principal":{{"hostname":"h"}},"target":{{"ip":["{ip}"],"port":{port}}},
                "network":{{"sentBytes":"{sent}"}}}}"#
        );
        let mut event = Event::new(Root::Event);
        read_event(json.as_bytes(), &FieldSet::all(), &mut event).expect("it is an event");
        (format!("event-{at}"), event)
    });
    made.collect()
}

fn plan() -> Plan {
    let compiled = yaral_compiler::compile(RULE, &yaral_compiler::Options::default());
    let rule = compiled.rules.into_iter().next().expect("one rule");
    assert!(
        compiled.diagnostics.is_empty(),
        "{:#?}",
        compiled.diagnostics
    );
    rule.plan.expect("it has no mistake")
}

fn expected() -> Vec<(&'static str, Value<'static>)> {
    let range = vec![Value::Float(0.0), Value::Float(18.0)];
    vec![
        ("mean", Value::Float(10.5)),
        ("mean_up", Value::Int(11)),
        ("mean_of_some", Value::Float(14.0)),
        ("middle", Value::Float(10.0)),
        ("middle_of_some", Value::Float(14.0)),
        ("range", Value::List(range)),
        ("least_of_some", Value::Float(10.0)),
        ("most", Value::Float(18.0)),
        ("usual_port", Value::str("443")),
        ("usual", Value::str("203.0.113.3")),
        ("first", Value::str("203.0.113.2")),
        ("last", Value::str("203.0.113.1")),
        ("by_port", Value::Uint(14)),
    ]
}

fn check(who: &str, outcomes: &[(String, Value<'static>)]) {
    let of = |name: &str| {
        let found = outcomes.iter().find(|(known, _)| known == name);
        found
            .map(|(_, value)| value.clone())
            .expect("the outcome is there")
    };
    for (name, value) in expected() {
        assert_eq!(of(name), value, "{who}: {name}");
    }
    // 14, 10, 18, 14 about their mean of 14; the ports about that of 2247.
    let spread = (32.0_f64 / 3.0).sqrt();
    assert!((of("spread").float() - spread).abs() < 1e-9, "{who}");
    let away = [443.0, 443.0, 22.0, 8080.0].map(|port: f64| (port - 2247.0).powi(2));
    let variance = away.iter().sum::<f64>() / 3.0;
    assert!(
        (of("variance").float() / variance - 1.0).abs() < 1e-9,
        "{who}"
    );
}

#[test]
fn both_evaluators_give_what_is_worked_out() {
    let (plan, events) = (plan(), events());
    let seen: Vec<_> = events
        .iter()
        .map(|(id, event)| Seen { event, id })
        .collect();
    let found = naive::detect(&plan, &seen, 0);
    assert_eq!(found.len(), 1);
    check("naive", &found[0].outcomes);

    let mut engine = Engine::new(vec![plan]);
    let mut out = Vec::new();
    for (id, event) in events.iter().rev() {
        let context = Context {
            event_id: id,
            now: 0,
        };
        engine.evaluate(event, &context, &mut out);
    }
    out.clear();
    engine.finish(&mut out);
    assert_eq!(out.len(), 1);
    check("fast", &out[0].outcomes);
    assert_eq!(out[0].outcomes, found[0].outcomes);
}
