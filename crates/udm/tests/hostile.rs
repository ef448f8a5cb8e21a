//! Input made to hurt: depth, size, repetition.

use std::fmt::Write as _;

use yaral_udm::limits::{EVENT_BYTES_MAX, EVENT_DEPTH_MAX, EVENT_NODES_MAX, STRUCT_DEPTH_MAX};
use yaral_udm::{
    Event, FieldPath, FieldSet, MessageId, NodeRef, ReadError, ReadReport, Root, ValueRef,
    read_event, write_event,
};

fn read(json: &str) -> Result<(Event, ReadReport), ReadError> {
    let mut event = Event::new(Root::Event);
    let report = read_event(json.as_bytes(), &FieldSet::all(), &mut event)?;
    Ok((event, report))
}

fn written(event: &Event) -> String {
    let mut out = String::new();
    write_event(event, &mut out);
    out
}

fn path(dotted: &str) -> FieldPath {
    FieldPath::resolve(Root::Event, dotted).expect("resolves")
}

#[test]
fn depth_is_an_error_wherever_it_is_looked_at() {
    let deep = 20_000;
    for (start, open, close, end) in [
        ("", "[", "]", ""),
        ("", "{\"events\":", "}", ""),
        (
            "{\"target\":{\"process\":{",
            "\"parent_process\":{",
            "}",
            "}}}",
        ),
        (
            "{\"principal\":",
            "{\"security_result\":[{\"about\":",
            "}]}",
            "}",
        ),
    ] {
        let error = read(&format!(
            "{start}{}{}{end}",
            open.repeat(deep),
            close.repeat(deep)
        ))
        .expect_err(open);
        assert_eq!(
            error.reason, "objects and arrays are nested too deeply",
            "{open}"
        );
    }
    for (open, close) in [("{\"a\":", "}"), ("[", "]"), ("[{\"a\":", "}]")] {
        let json = format!(
            "{{\"additional\":{{\"k\":{}1{}}}}}",
            open.repeat(deep),
            close.repeat(deep)
        );
        assert_eq!(
            read(&json).expect_err(open).reason,
            "objects and arrays are nested too deeply"
        );
    }
    let skipped = format!("{{\"vendor\":{}{}}}", "[".repeat(deep), "]".repeat(deep));
    assert_eq!(
        read(&skipped)
            .expect("an unknown field is not looked into")
            .1
            .unknown,
        1
    );
}

#[test]
fn what_is_deeper_than_the_limits_is_left_out_and_counted() {
    let levels = STRUCT_DEPTH_MAX + 5;
    let json = format!(
        "{{\"additional\":{{\"k\":{}1{}}}}}",
        "{\"a\":".repeat(levels),
        "}".repeat(levels)
    );
    let (event, report) = read(&json).expect("reads");
    assert_eq!(
        (report.mismatched, report.first.as_deref()),
        (1, Some("additional: nested too deeply"))
    );
    assert_eq!(written(&event).matches('{').count(), STRUCT_DEPTH_MAX + 2);

    let levels = EVENT_DEPTH_MAX + 5;
    let json = format!(
        "{{\"target\":{{\"process\":{}{{}}{}}}}}",
        "{\"parentProcess\":".repeat(levels),
        "}".repeat(levels)
    );
    let (event, report) = read(&json).expect("reads");
    assert_eq!(report.mismatched, 1);
    assert_eq!(
        written(&read(&written(&event)).expect("reads").0),
        written(&event)
    );
}

#[test]
fn a_deep_event_built_by_hand_is_written_up_to_the_limit() {
    let mut event = Event::new(Root::Event);
    let mut node = event.add(&path("target.process"));
    let parent = MessageId::PROCESS.field("parent_process").expect("a field");
    for _ in 0..50_000 {
        node = event.add_in(node, parent);
    }
    assert_eq!(written(&event).matches('{').count(), EVENT_DEPTH_MAX + 1);
}

#[test]
fn long_arrays_stop_at_the_limit_in_linear_time() {
    let json = format!(
        "{{\"principal\":{{\"ip\":[{}\"a\"],\"hostname\":\"h\"}}}}",
        "\"a\",".repeat(EVENT_NODES_MAX + 100)
    );
    let (event, _) = read(&json).expect("reads");
    assert!(event.overflowed());
    let ip = path("principal.ip");
    let principal = event.root().walk(&ip.steps()[..1]).expect("is there");
    assert_eq!(principal.all(ip.leaf()).count(), EVENT_NODES_MAX - 2);
    assert!(
        principal
            .children()
            .all(|child| child.field() == Some(ip.leaf())),
        "nothing is stored after the limit"
    );
}

#[test]
fn repeated_names_stay_linear() {
    let long = format!(
        "{{\"principal\":{{\"ip\":[{}\"a\"],{}\"hostname\":\"last\"}}}}",
        "\"a\",".repeat(90_000),
        "\"hostname\":\"h\",".repeat(90_000)
    );
    let (event, _) = read(&long).expect("reads");
    let host = event
        .root()
        .walk(path("principal.hostname").steps())
        .expect("is there");
    assert_eq!(host.value(), ValueRef::Str("last"));
    let mut entries = String::new();
    for n in 0..90_000 {
        let _ = write!(entries, "\"k{}\":{n},", n % 45_000);
    }
    let (event, _) =
        read(&format!("{{\"additional\":{{{entries}\"k0\":\"last\"}}}}")).expect("reads");
    let object = event
        .root()
        .get(path("additional").leaf())
        .expect("is there");
    assert_eq!(object.children().count(), 45_000);
    assert_eq!(
        object.entry("k0").map(NodeRef::value),
        Some(ValueRef::Str("last"))
    );
    assert_eq!(
        object.entry("k44999").map(NodeRef::value),
        Some(ValueRef::Int(89_999))
    );
}

#[test]
fn long_text_is_kept_up_to_the_limit() {
    let text = "x".repeat(5 * 1024 * 1024);
    let json = format!("{{\"principal\":{{\"hostname\":\"{text}\"}}}}");
    let (event, report) = read(&json).expect("reads");
    assert_eq!((report, event.overflowed()), (ReadReport::default(), false));
    assert_eq!(written(&event), json);
    let json = format!(
        "{{\"principal\":{{\"command_line\":\"\",\"hostname\":\"{}\"}}}}",
        "x".repeat(EVENT_BYTES_MAX + 1)
    );
    let (event, _) = read(&json).expect("reads");
    assert!(event.overflowed());
}

#[test]
fn a_struct_built_key_by_key_stops() {
    let mut event = Event::new(Root::Event);
    let additional = path("additional");
    let stored = (0..10_000)
        .filter(|n| event.set_key(&additional, &n.to_string(), ValueRef::Int(1)))
        .count();
    assert_eq!(stored, yaral_udm::limits::STRUCT_ENTRIES_MAX);
    assert!(event.overflowed());
    event.clear();
    assert!(!event.overflowed() && event.set_key(&additional, "k", ValueRef::Null));
}
