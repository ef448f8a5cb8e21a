//! The limits of an event at their edge; `hostile.rs` goes far beyond them.

use yaral_udm::limits::{
    EVENT_BYTES_MAX, EVENT_DEPTH_MAX, EVENT_NODES_MAX, PATH_SEGMENTS_MAX, STRUCT_DEPTH_MAX,
    STRUCT_ENTRIES_MAX,
};
use yaral_udm::{
    Event, FieldPath, FieldSet, NodeRef, ReadReport, Root, ValueRef, read_event, write_event,
};

fn read(json: &str) -> (Event, ReadReport) {
    let mut event = Event::new(Root::Event);
    let report = read_event(json.as_bytes(), &FieldSet::all(), &mut event).expect("it is JSON");
    (event, report)
}

fn path(dotted: &str) -> FieldPath {
    FieldPath::resolve(Root::Event, dotted).expect("resolves")
}

#[test]
fn event_nodes_max() {
    // The root and `principal` are nodes as well.
    let room = EVENT_NODES_MAX - 2;
    for (count, overflowed) in [(room, false), (room + 1, true)] {
        let (event, _) = read(&format!(
            "{{\"principal\":{{\"ip\":[{}\"a\"]}}}}",
            "\"a\",".repeat(count - 1)
        ));
        let ip = path("principal.ip");
        let principal = event.root().walk(&ip.steps()[..1]).expect("is there");
        assert_eq!(principal.all(ip.leaf()).count(), room);
        assert_eq!(event.overflowed(), overflowed, "{count}");
    }
}

#[test]
fn event_bytes_max() {
    for (bytes, overflowed) in [(EVENT_BYTES_MAX, false), (EVENT_BYTES_MAX + 1, true)] {
        let text = "x".repeat(bytes);
        let (event, _) = read(&format!("{{\"principal\":{{\"hostname\":\"{text}\"}}}}"));
        assert_eq!(event.overflowed(), overflowed, "{bytes}");
        let host = path("principal.hostname");
        let kept = event.root().walk(host.steps()).map(NodeRef::value);
        assert_eq!(kept == Some(ValueRef::Str(&text)), !overflowed, "{bytes}");
    }
}

#[test]
fn struct_depth_max() {
    for (levels, mismatched) in [(STRUCT_DEPTH_MAX, 0), (STRUCT_DEPTH_MAX + 1, 1)] {
        let (_, report) = read(&format!(
            "{{\"additional\":{{\"k\":{}1{}}}}}",
            "[".repeat(levels),
            "]".repeat(levels)
        ));
        assert_eq!(
            report.mismatched, mismatched,
            "{levels}: {:?}",
            report.first
        );
    }
}

#[test]
fn event_depth_max() {
    // `target` and `process` are two levels.
    for (levels, mismatched) in [(EVENT_DEPTH_MAX - 2, 0), (EVENT_DEPTH_MAX - 1, 1)] {
        let (event, report) = read(&format!(
            "{{\"target\":{{\"process\":{}{{}}{}}}}}",
            "{\"parentProcess\":".repeat(levels),
            "}".repeat(levels)
        ));
        assert_eq!(
            report.mismatched, mismatched,
            "{levels}: {:?}",
            report.first
        );
        let mut written = String::new();
        write_event(&event, &mut written);
        assert_eq!(
            written.matches('{').count(),
            EVENT_DEPTH_MAX + 1,
            "{levels}"
        );
    }
}

#[test]
fn struct_entries_max() {
    let mut event = Event::new(Root::Event);
    let additional = path("additional");
    for entry in 0..STRUCT_ENTRIES_MAX {
        assert!(event.set_key(&additional, &entry.to_string(), ValueRef::Int(1)));
    }
    assert!(!event.overflowed());
    assert!(!event.set_key(&additional, "one more", ValueRef::Int(1)));
    assert!(event.overflowed());
}

#[test]
fn path_segments_max() {
    let deep =
        |segments: usize| format!("target.process{}", ".parent_process".repeat(segments - 2));
    assert_eq!(
        path(&deep(PATH_SEGMENTS_MAX)).steps().len(),
        PATH_SEGMENTS_MAX
    );
    let error =
        FieldPath::resolve(Root::Event, &deep(PATH_SEGMENTS_MAX + 1)).expect_err("too long");
    assert_eq!(
        error.to_string(),
        format!("the path has more than {PATH_SEGMENTS_MAX} segments")
    );
}
