//! The limits of stories: what is beyond them is counted or said, and memory
//! does not grow with the input.

use yaral_engine::limits::{
    STORY_CANDIDATES_MAX, STORY_DETECTIONS_MAX, STORY_EVENTS_MAX, STORY_FIELDS_MAX,
    STORY_JOIN_VALUES_MAX, STORY_KEYS_MAX, STORY_ROWS_MAX, STORY_STAGES_MAX, STORY_VALUES_MAX,
    STORY_WINDOWS_MAX,
};
use yaral_engine::{Context, Story, Teller};
use yaral_udm::{Event, FieldSet, Timestamp, read_event};

/// The story of a rule with this body and these events.
fn tell(body: &str, events: impl Iterator<Item = String>) -> Story {
    let text = format!("rule r {{ meta: {body} }}");
    let compiled = yaral_compiler::compile(&text, &yaral_compiler::Options::default());
    assert!(!compiled.has_errors(), "{:#?}", compiled.diagnostics);
    let plan = compiled.rules.into_iter().find_map(|rule| rule.plan);
    let mut teller = Teller::new(plan.expect("it compiles"), None);
    let mut event = Event::default();
    for (number, json) in events.enumerate() {
        read_event(json.as_bytes(), &FieldSet::all(), &mut event).expect("it is UDM JSON");
        let context = Context {
            event_id: &format!("e{number:07}"),
            now: 0,
        };
        teller.see(&event, &context);
    }
    teller.finish()
}

/// An event of a type at a second, with a user.
fn event(kind: &str, second: usize, user: &str) -> String {
    let time = Timestamp {
        seconds: 1_700_000_000 + i64::try_from(second).expect("a small number"),
        nanos: 0,
    };
    format!(
        r#"{{"metadata":{{"eventType":"{kind}","eventTimestamp":"{time}"}},"principal":{{"user":{{"userid":"{user}"}}}}}}"#
    )
}

fn logins(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|at| event("USER_LOGIN", at, &format!("u{at}")))
}

#[test]
fn values_beyond_the_limit_are_counted_together() {
    let body = r#"events: $e.principal.user.userid = "root" condition: $e"#;
    let story = tell(body, logins(STORY_VALUES_MAX + 5));
    let stage = &story.sides[0].funnel[0];
    assert_eq!((stage.values.len(), stage.others), (STORY_VALUES_MAX, 5));
}

#[test]
fn detections_beyond_the_limit_are_counted() {
    let body = r#"events: $e.metadata.event_type = "USER_LOGIN" condition: $e"#;
    let story = tell(body, logins(STORY_DETECTIONS_MAX + 1));
    assert_eq!(story.fired, STORY_DETECTIONS_MAX as u64 + 1);
    assert_eq!(story.detections.len(), STORY_DETECTIONS_MAX);
}

/// As many predicates, each over a port of its own.
fn ports(count: usize) -> String {
    let each = (0..count).map(|at| format!("$e.target.port != {} ", at + 1));
    each.collect()
}

#[test]
fn predicates_beyond_the_limit_are_not_counted() {
    let body = format!("events: {} condition: $e", ports(STORY_STAGES_MAX + 1));
    let story = tell(&body, logins(1));
    assert_eq!(story.sides[0].funnel.len(), STORY_STAGES_MAX);
}

#[test]
fn of_many_ways_to_fall_short_the_best_is_kept() {
    // Each port fails another predicate, and the last event fails none but the first.
    let predicates = ports(STORY_CANDIDATES_MAX + 3);
    let body = format!(r#"events: $e.principal.hostname = "h" {predicates} condition: $e"#);
    let port = |at: usize| format!(r#"{{"target":{{"port":{at}}}}}"#);
    let story = tell(&body, (1..=STORY_CANDIDATES_MAX + 4).map(port));
    let nearest = story.sides[0].nearest.as_ref().expect("one came near");
    assert_eq!(nearest.held, nearest.of - 1);
}

#[test]
fn fields_beyond_the_limit_are_not_looked_for() {
    let label = |at: usize| format!(r#"$e.additional.fields["k{at}"] = "v" "#);
    let all: String = (0..=STORY_FIELDS_MAX).map(label).collect();
    let story = tell(&format!("events: {all} condition: $e"), logins(1));
    assert_eq!(story.sides[0].unset.len(), STORY_FIELDS_MAX);
}

const PAIR: &str = r#"events: $a.metadata.event_type = "USER_LOGIN" $a.principal.user.userid = $u
    $b.metadata.event_type = "USER_LOGOUT" $b.principal.user.userid = $u"#;

#[test]
fn events_beyond_the_limit_are_counted() {
    let body = format!("{PAIR} match: $u over 5m condition: $a and #b > 1");
    let events = (0..=STORY_EVENTS_MAX).map(|at| event("USER_LOGIN", at, "u"));
    let story = tell(&body, events.chain([event("USER_LOGOUT", 1, "u")]));
    let best = story
        .meeting
        .and_then(|meeting| meeting.best)
        .expect("one group");
    let member = &best.members[0];
    assert_eq!(member.events, STORY_EVENTS_MAX as u64 + 1);
    assert_eq!(member.first.len(), STORY_EVENTS_MAX);
}

#[test]
fn values_of_equalities_beyond_the_limit_are_said_to_be_there() {
    let body = format!("{PAIR} match: $u over 5m condition: $a and $b");
    let other = [event("USER_LOGOUT", 1, "nobody")];
    let story = tell(&body, logins(STORY_JOIN_VALUES_MAX + 1).chain(other));
    let join = &story.meeting.expect("it is correlated").joins[0];
    assert!(join.cut);
    assert_eq!(join.members[0].values, STORY_JOIN_VALUES_MAX as u64);
}

/// Whether not everything was compared, for so many match values and logins each.
fn is_cut(body: &str, keys: usize, each: usize, apart: usize) -> bool {
    let events = (0..keys).flat_map(|key| {
        let user = format!("u{key}");
        let logout = event("USER_LOGOUT", 0, &user);
        let logins = (0..each).map(move |at| event("USER_LOGIN", at * apart, &user));
        logins.chain([logout])
    });
    tell(body, events).meeting.expect("it is correlated").cut
}

#[test]
fn match_values_and_windows_beyond_the_limit_are_said_to_be_there() {
    let body = format!("{PAIR} match: $u over 5m condition: $a and #b > 1");
    assert!(!is_cut(&body, STORY_KEYS_MAX, 1, 1));
    assert!(is_cut(&body, STORY_KEYS_MAX + 1, 1, 1));
    let body = format!("{PAIR} match: $u over 90d before $a condition: $a and #b > 1");
    assert!(!is_cut(&body, 1, STORY_WINDOWS_MAX, 1));
    assert!(is_cut(&body, 1, STORY_WINDOWS_MAX + 1, 1));
}

#[test]
fn joined_rows_beyond_the_limit_are_said_to_be_there() {
    let body = r#"events: $a.metadata.event_type = "USER_LOGIN" $a.principal.hostname = $h
        $b.metadata.event_type = "USER_LOGOUT" $b.principal.hostname = $h
        $a.principal.user.userid != $b.principal.user.userid
        match: $h over 30d condition: $a and #b = 5000"#;
    let on = |kind: &str, at: usize| {
        let user = if kind == "USER_LOGIN" { "a" } else { "b" };
        let event = event(kind, at, user);
        event.replace(r#""principal":{"#, r#""principal":{"hostname":"h","#)
    };
    // Five windows that each want a quarter of what may be looked at.
    let (side, times) = (1_000, 5);
    let mut events: Vec<String> = Vec::new();
    for at in 0..side {
        events.push(on("USER_LOGIN", at % times));
        events.push(on("USER_LOGOUT", times - 1));
    }
    assert!(side * side * times / 2 > STORY_ROWS_MAX);
    let story = tell(body, events.into_iter());
    assert!(story.meeting.expect("it is correlated").cut);
}
