//! States as bytes: a changed byte is refused, or what was read is written as
//! it stood. The wide net is the fuzz target `state`.

use yaral_engine::{Context, Engine, StateError};
use yaral_ir::plan::Plan;
use yaral_udm::{Event, FieldSet, read_event};

const RULES: &str = r#"
rule pairs { meta: events:
    $a.metadata.event_type = "USER_LOGIN" $a.principal.hostname = $h
    $b.metadata.event_type = "PROCESS_LAUNCH" $b.principal.hostname = $h
  match: $h over 5m
  outcome: $ips = array($a.principal.ip)
  condition: $a and $b
  options: suppression_window = 10m }
rule single { meta: events: $e.principal.hostname = /./
  outcome: $suppression_key = $e.principal.hostname
  condition: $e
  options: suppression_window = 1h }
"#;

fn plans() -> Vec<Plan> {
    let compiled = yaral_compiler::compile(RULES, &yaral_compiler::Options::default());
    assert!(!compiled.has_errors(), "{:#?}", compiled.diagnostics);
    let rules = compiled.rules.into_iter();
    rules.filter_map(|rule| rule.plan).collect()
}

fn fed() -> Engine {
    let mut engine = Engine::new(plans());
    let mut out = Vec::new();
    for (number, (kind, host)) in [
        ("USER_LOGIN", "h"),
        ("PROCESS_LAUNCH", "h"),
        ("USER_LOGIN", "i"),
        ("PROCESS_LAUNCH", "i"),
        ("USER_LOGIN", "h"),
    ]
    .iter()
    .enumerate()
    {
        let json = format!(
            r#"{{"metadata":{{"eventType":"{kind}","eventTimestamp":"2026-01-01T10:0{number}:00Z"}},"principal":{{"hostname":"{host}","ip":["1.1.1.1","2.2.2.2"]}}}}"#
        );
        let mut event = Event::default();
        read_event(json.as_bytes(), &FieldSet::all(), &mut event).expect("it is UDM JSON");
        let id = format!("event-{number}");
        let context = Context {
            event_id: &id,
            now: 0,
        };
        engine.evaluate(&event, &context, &mut out);
    }
    engine
}

#[test]
fn a_changed_byte_is_refused_or_written_as_it_was_read() {
    let state = fed().save();
    let mut engine = Engine::new(plans());
    let mut taken = 0;
    for at in 0..state.len() {
        for change in [1, 2, 0x10, 0x80, 0xff] {
            let mut changed = state.clone();
            changed[at] ^= change;
            if engine.restore(&changed).is_ok() {
                taken += 1;
                assert_eq!(engine.save(), changed, "byte {at}");
            }
        }
    }
    // Texts and numbers may be others; what holds them together may not.
    assert!(taken > 100, "{taken}");
}

#[test]
fn a_state_that_is_cut_or_goes_on_is_refused() {
    let state = fed().save();
    let mut engine = Engine::new(plans());
    for end in 0..state.len() {
        assert!(engine.restore(&state[..end]).is_err(), "cut at {end}");
    }
    let longer = [state.as_slice(), &[0]].concat();
    assert_eq!(engine.restore(&longer), Err(StateError::Damaged));
    assert_eq!(engine.restore(b"something"), Err(StateError::NotAState));
    assert_eq!(engine.restore(&state), Ok(()));
    let mut other = Engine::new(plans().into_iter().take(1).collect());
    assert_eq!(other.restore(&state), Err(StateError::OtherRules));
}
