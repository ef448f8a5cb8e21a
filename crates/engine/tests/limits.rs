//! The limits of evaluation: what is not looked at is counted, what is cut is marked.

use std::fmt::Write as _;

use yaral_engine::limits::{STEPS_MAX, VALUE_BYTES_MAX};
use yaral_engine::{Context, Detection, Engine, Explanation};
use yaral_ir::limits::ROWS_MAX;
use yaral_ir::value::Value;
use yaral_udm::{Event, FieldSet, read_event};

const CONTEXT: Context<'static> = Context {
    event_id: "event",
    now: 1_700_000_000,
};

fn engine(events: &str, outcome: &str) -> Engine {
    let text = format!("rule r {{\nmeta:\nevents:\n{events}\n{outcome}\ncondition:\n$e\n}}");
    let compiled = yaral_compiler::compile(&text, &yaral_compiler::Options::default());
    assert!(!compiled.has_errors(), "{:#?}", compiled.diagnostics);
    Engine::new(
        compiled
            .rules
            .into_iter()
            .filter_map(|rule| rule.plan)
            .collect(),
    )
}

fn event(json: &str) -> Event {
    let mut event = Event::default();
    read_event(json.as_bytes(), &FieldSet::all(), &mut event).expect("it is UDM JSON");
    event
}

/// An event with lists of addresses: `principal` and `target` share none.
fn lists(principal: usize, target: usize) -> String {
    let list = |from: &str, count: usize| {
        (0..count).fold(String::new(), |mut all, at| {
            let comma = if at > 0 { "," } else { "" };
            let _ = write!(all, "{comma}\"{from}.{}.{}\"", at / 250, at % 250);
            all
        })
    };
    format!(
        r#"{{"principal":{{"ip":[{}]}},"target":{{"ip":[{}]}}}}"#,
        list("10.1", principal),
        list("10.2", target)
    )
}

fn run(engine: &mut Engine, event: &Event) -> Vec<Detection> {
    let mut found = Vec::new();
    engine.evaluate(event, &CONTEXT, &mut found);
    found
}

#[test]
fn rows_max() {
    let rule = "$e.principal.ip = $e.target.ip";
    // Each of the outer list is one row more, before its pairs.
    let side = ROWS_MAX.isqrt();
    for (side, cut) in [(side - 1, false), (side + 1, true)] {
        // Only the last pair of all is equal.
        let json = lists(side, side);
        let last = format!("10.1.{}.{}", (side - 1) / 250, (side - 1) % 250);
        let json = json.replace(&last.replace("10.1", "10.2"), &last);
        let mut engine = engine(rule, "");
        let found = run(&mut engine, &event(&json));
        assert_eq!(found.len(), usize::from(!cut), "{side}");
        assert_eq!(engine.stats().rows_cut, u64::from(cut), "{side}");
    }
}

#[test]
fn rows_max_of_an_aggregate() {
    // The two lists are not tied, so that their product is only walked by the aggregate.
    let rule = "$e.principal.ip != \"\"\n$e.target.ip != \"\"";
    let outcome = "outcome:\n$pairs = count(strings.concat($e.principal.ip, $e.target.ip))";
    let other = 100;
    for (count, cut) in [(ROWS_MAX / other, 0), (ROWS_MAX / other + 1, 1)] {
        let mut engine = engine(rule, outcome);
        let found = run(&mut engine, &event(&lists(count, other)));
        let pairs = i64::try_from(ROWS_MAX)
            .map(Value::Int)
            .expect("it is small");
        assert_eq!(found[0].outcomes, [("pairs".to_owned(), pairs)], "{count}");
        assert_eq!(engine.stats().rows_cut, cut, "{count}");
    }
}

fn explain(events: &str, json: &str) -> Explanation {
    engine(events, "").explain(0, &event(json), &CONTEXT)
}

#[test]
fn steps_max() {
    for (predicates, shown) in [(STEPS_MAX, STEPS_MAX), (STEPS_MAX + 1, STEPS_MAX)] {
        let events = (0..predicates).fold(String::new(), |mut all, at| {
            let _ = writeln!(all, "$e.target.port != {}", at + 1);
            all
        });
        let explanation = explain(&events, "{}");
        assert_eq!(explanation.steps.len(), shown, "{predicates}");
    }
}

#[test]
fn value_bytes_max() {
    for (bytes, marked) in [(VALUE_BYTES_MAX, false), (VALUE_BYTES_MAX + 1, true)] {
        let value = "x".repeat(bytes);
        let json = format!(r#"{{"principal":{{"hostname":"{value}"}}}}"#);
        let explanation = explain("$e.principal.hostname != \"\"", &json);
        let (_, shown) = &explanation.steps[0].actual[0];
        let whole = shown.strip_suffix('…');
        assert_eq!(whole.is_some(), marked);
        assert_eq!(whole.unwrap_or(shown).len(), VALUE_BYTES_MAX);
    }
}
