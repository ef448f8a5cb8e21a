//! Building events by hand, as normalizers do.

use yaral_udm::{Event, FieldPath, MessageId, NodeId, Root, Timestamp, ValueRef, write_event};

fn path(dotted: &str) -> FieldPath {
    FieldPath::resolve(Root::Event, dotted).expect("resolves")
}

fn written(event: &Event) -> String {
    let mut out = String::new();
    write_event(event, &mut out);
    out
}

#[test]
fn set_replaces_push_appends_add_begins_an_element() {
    let mut event = Event::new(Root::Event);
    event.set(&path("principal.hostname"), ValueRef::Str("old"));
    event.set(&path("principal.hostname"), ValueRef::Str("new"));
    event.push(&path("principal.ip"), ValueRef::Str("1"));
    event.push(&path("principal.ip"), ValueRef::Str("2"));
    event.set(&path("principal.ip"), ValueRef::Str("3"));
    event.add(&path("security_result"));
    event.push(&path("security_result.action"), ValueRef::Str("BLOCK"));
    let second = event.add(&path("security_result"));
    let summary = MessageId::SECURITY_RESULT
        .field("summary")
        .expect("a field");
    event.set_in(second, summary, ValueRef::Str("s"));
    event.push(&path("security_result.action"), ValueRef::Str("ALLOW"));
    assert_eq!(
        written(&event),
        r#"{"principal":{"hostname":"new","ip":["1","3"]},"securityResult":[{"action":["BLOCK"]},{"summary":"s","action":["ALLOW"]}]}"#
    );
}

#[test]
fn values_are_converted_where_nothing_is_lost() {
    let mut event = Event::new(Root::Event);
    for (field, value, stored) in [
        ("principal.port", ValueRef::Str("22"), true),
        ("principal.port", ValueRef::Str("ssh"), false),
        ("principal.port", ValueRef::Int(1 << 40), false),
        ("principal.process.pid", ValueRef::Int(7), true),
        ("network.sent_bytes", ValueRef::Int(-1), false),
        ("network.sent_bytes", ValueRef::Uint(u64::MAX), true),
        ("metadata.event_type", ValueRef::Str("USER_LOGIN"), true),
        ("metadata.event_type", ValueRef::Str("USER_LOGON"), false),
        (
            "metadata.event_timestamp",
            ValueRef::Str("2024-01-01T00:00:00Z"),
            true,
        ),
        (
            "metadata.event_timestamp",
            ValueRef::Timestamp(Timestamp {
                seconds: i64::MAX,
                nanos: 0,
            }),
            false,
        ),
        ("metadata.id", ValueRef::Str("4f1c-9/x"), true),
        ("principal", ValueRef::Str("x"), false),
    ] {
        assert_eq!(event.set(&path(field), value), stored, "{field} {value:?}");
    }
    assert_eq!(event.event_id(), Some("4f1c-9/x"));
    assert_eq!(event.event_time().map(|t| t.seconds), Some(1_704_067_200));
    assert_eq!(
        written(&event),
        r#"{"metadata":{"eventTimestamp":"2024-01-01T00:00:00Z","eventType":"USER_LOGIN","id":"NGYxYy05L3g="},"principal":{"process":{"pid":"7"},"port":22},"network":{"sentBytes":"18446744073709551615"}}"#
    );
}

#[test]
fn keys_of_structs_labels_and_maps() {
    let mut event = Event::new(Root::Event);
    event.set_key(&path("additional"), "a", ValueRef::Int(1));
    event.set_key(&path("additional"), "b", ValueRef::Null);
    event.set_key(&path("additional"), "a", ValueRef::Str("again"));
    event.set_key(
        &path("target.resource.attribute.labels"),
        "k",
        ValueRef::Str("v"),
    );
    event.set_key(
        &path("target.resource.attribute.labels"),
        "k",
        ValueRef::Bool(true),
    );
    event.add(&path("security_result"));
    event.set_key(&path("security_result.variables"), "v", ValueRef::Int(5));
    assert!(!event.set_key(&path("principal.hostname"), "k", ValueRef::Str("v")));
    assert_eq!(
        written(&event),
        r#"{"additional":{"a":"again","b":null},"target":{"resource":{"attribute":{"labels":[{"key":"k","value":"v"},{"key":"k","value":"true"}]}}},"securityResult":[{"variables":{"v":{"int64Val":"5"}}}]}"#
    );
    assert!(
        !event.set_key(&path("about.labels"), "k", ValueRef::Null)
            && !event.set(&path("src.port"), ValueRef::Str("x"))
    );
    assert!(
        event.root().get(path("about").leaf()).is_none()
            && event.root().get(path("src").leaf()).is_none()
    );
    let mut copy = Event::new(Root::Event);
    let additional = event
        .root()
        .get(path("additional").leaf())
        .expect("is there");
    assert!(copy.set_key(&path("extracted"), "all", ValueRef::Struct(additional)));
    assert_eq!(
        written(&copy),
        r#"{"extracted":{"all":{"a":"again","b":null}}}"#
    );
}

#[test]
fn paths_that_are_none_leave_no_trace() {
    let mut event = Event::new(Root::Event);
    let hostname = MessageId::NOUN.field("hostname").expect("a field");
    let wrong = FieldPath::from_steps(Root::Event, vec![path("network").leaf(), hostname]);
    assert!(!event.set(&wrong, ValueRef::Str("x")));
    assert!(!event.set_in(NodeId::default(), hostname, ValueRef::Str("x")));
    let entity = FieldPath::resolve(Root::Entity, "entity.hostname").expect("resolves");
    assert!(!event.set(&entity, ValueRef::Str("x")));
    assert!(event.is_empty());
}

#[test]
fn a_cleared_event_is_a_new_one() {
    let mut event = Event::new(Root::Event);
    let small = event.bytes();
    let node = event.add(&path("principal.process"));
    event.set(&path("principal.process.pid"), ValueRef::Str("1"));
    assert!(event.bytes() > small);
    event.clear();
    assert!(event.is_empty() && event.bytes() == small);
    assert_eq!(event.node(node).value(), ValueRef::Null);
    assert!(event.node(node).children().next().is_none() && event.node(node).key().is_none());
}
