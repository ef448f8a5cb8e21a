//! What is told of a rule's cost.

use yaral_compiler::{Options, compile};
use yaral_engine::{Cost, CostClass};

fn cost(events: &str, tail: &str) -> Cost {
    let text = format!("rule r {{ meta: events: {events} {tail} }}");
    let compiled = compile(&text, &Options::default());
    let plan = compiled.rules.first().and_then(|rule| rule.plan.clone());
    assert!(plan.is_some(), "{text}: {:#?}", compiled.diagnostics);
    Cost::of(&plan.expect("asserted"))
}

#[test]
fn a_rule_is_filed_under_what_is_rarest() {
    let events = r#"$e.metadata.event_type = "FILE_OPEN" $e.target.file.full_path = "/etc/shadow""#;
    let cost = cost(events, "condition: $e");
    let need = cost.filed[0].as_ref().map(ToString::to_string);
    assert_eq!(
        need.as_deref(),
        Some("target.file.full_path is one of \"/etc/shadow\"")
    );
    assert!(cost.is_indexed() && cost.joined.is_none());
    assert_eq!(cost.class(), CostClass::Low);
}

#[test]
fn a_rule_without_a_fixed_value_sees_every_event() {
    let cost = cost("$e.principal.hostname = /web/", "condition: $e");
    assert!(!cost.is_indexed());
    assert_eq!(cost.class(), CostClass::Medium);
}

#[test]
fn repeated_fields_multiply_only_where_a_predicate_ties_them() {
    let kind = r#"$e.metadata.event_type = "FILE_OPEN""#;
    for (events, product, class) in [
        (
            "$e.principal.ip = \"a\" $e.target.ip = \"b\"",
            1,
            CostClass::Low,
        ),
        ("$e.principal.ip = $e.target.ip", 2, CostClass::Medium),
        (
            "$e.about.ip = \"a\" $e.about.hostname = \"b\"",
            1,
            CostClass::Low,
        ),
    ] {
        let cost = cost(&format!("{kind} {events}"), "condition: $e");
        assert_eq!(
            (cost.product[0], cost.class()),
            (product, class),
            "{events}"
        );
    }
}

const BOTH: &str = r#"$a.metadata.event_type = "USER_LOGIN" $b.metadata.event_type = "FILE_OPEN""#;

#[test]
fn state_is_kept_by_match_values_that_all_events_have() {
    let ties = "$a.principal.hostname = $host $b.principal.hostname = $host";
    let cost = cost(
        &format!("{BOTH} {ties}"),
        "match: $host over 5m condition: $a and $b",
    );
    let joined = cost.joined.as_ref().expect("it has a match");
    assert!(joined.keyed && joined.tried.is_empty() && joined.looked_up.is_empty());
    assert_eq!(cost.class(), CostClass::Low);
}

#[test]
fn events_are_tried_where_no_equality_leads() {
    let ties = "$a.principal.hostname = $host $b.principal.hostname = $host
        $a.metadata.event_timestamp.seconds < $b.metadata.event_timestamp.seconds";
    let tail = "match: $host over 5m condition: $a and $b";
    let ordered = cost(&format!("{BOTH} {ties}"), tail);
    let joined = ordered.joined.as_ref().expect("it has a match");
    assert!(joined.keyed);
    assert_eq!(joined.tried.len(), 1);
    assert_eq!(ordered.class(), CostClass::Medium);
    let ties = format!("{ties} $a.target.user.userid = $b.target.user.userid");
    let led = cost(&format!("{BOTH} {ties}"), tail);
    let joined = led.joined.as_ref().expect("it has a match");
    assert_eq!((joined.tried.len(), joined.looked_up.len()), (0, 1));
}

#[test]
fn a_match_value_of_one_event_only_keeps_all_events_together() {
    let ties = "$a.principal.hostname = $host
        ($a.principal.ip = $b.principal.ip or $a.principal.hostname = $b.principal.hostname)";
    let cost = cost(
        &format!("{BOTH} {ties}"),
        "match: $host over 5m condition: $a and $b",
    );
    assert!(!cost.joined.as_ref().expect("it has a match").keyed);
    assert_eq!(cost.class(), CostClass::High);
}
