//! Runs one rule on one JSON event, as a library user would.
//!
//! `cargo run -p yaral-runtime --example one_event`

use yaral_engine::{Context, Engine};
use yaral_udm::{Event, FieldSet, read_event};

const RULE: &str = r#"
rule root_login {
  meta: severity = "HIGH"
  events:
    $login.metadata.event_type = "USER_LOGIN"
    $login.target.user.userid = "root"
  outcome: $from = array_distinct($login.principal.ip)
  condition: $login
}"#;
const EVENT: &str = r#"{"metadata": {"eventType": "USER_LOGIN", "eventTimestamp": "2026-01-02T03:04:05Z"},
  "principal": {"ip": ["203.0.113.7"]}, "target": {"user": {"userid": "root"}}}"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let compiled = yaral_compiler::compile(RULE, &yaral_compiler::Options::default());
    let plans = compiled
        .rules
        .into_iter()
        .filter_map(|rule| rule.plan)
        .collect();
    let mut engine = Engine::new(plans);

    let mut event = Event::default();
    read_event(EVENT.as_bytes(), &FieldSet::all(), &mut event)?;
    let mut detections = Vec::new();
    engine.evaluate(
        &event,
        &Context {
            event_id: "login-1",
            now: 0,
        },
        &mut detections,
    );

    let fired = detections.first().ok_or("the rule did not fire")?;
    assert_eq!(fired.outcomes[0].1.to_string(), "203.0.113.7");
    assert!(
        fired
            .why
            .steps
            .iter()
            .all(|step| step.held == yaral_engine::explain::Held::Yes)
    );
    Ok(())
}
