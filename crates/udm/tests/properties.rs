//! What must hold for every event.

mod support;

use proptest::prelude::*;
use serde_json::{Map, Value};
use support::{Choices, field_set, object};
use yaral_udm::{
    Event, FieldId, FieldKind, FieldPath, FieldSet, MessageId, Root, read_event, read_events,
    write_event,
};

fn read(json: &str, want: &FieldSet) -> Event {
    let mut event = Event::new(Root::Event);
    read_event(json.as_bytes(), want, &mut event).expect("what is given here is an event");
    event
}

fn written(event: &Event) -> String {
    let mut out = String::new();
    write_event(event, &mut out);
    out
}

/// What a projection leaves of a written event, worked out on the JSON.
fn filtered(value: &Value, message: MessageId, steps: &mut Vec<FieldId>, set: &FieldSet) -> Value {
    let mut out = Map::new();
    for (name, value) in value.as_object().expect("a message is an object") {
        let field = message.field(name).expect("only fields are written");
        steps.push(field);
        let path = FieldPath::from_steps(Root::Event, steps.clone());
        if set.contains(&path) {
            let kept = filtered_field(value, field, &path, steps, set);
            if !kept.as_array().is_some_and(Vec::is_empty) {
                out.insert(name.clone(), kept);
            }
        }
        steps.pop();
    }
    Value::Object(out)
}

fn filtered_field(
    value: &Value,
    field: FieldId,
    path: &FieldPath,
    steps: &mut Vec<FieldId>,
    set: &FieldSet,
) -> Value {
    let narrowed = set
        .paths()
        .iter()
        .any(|(p, keys)| p == path && !keys.is_empty());
    match (field.kind(), value) {
        (FieldKind::Message(message), Value::Array(list)) => list
            .iter()
            .filter(|label| {
                !narrowed || set.contains_key(path, label["key"].as_str().unwrap_or_default())
            })
            .map(|element| filtered(element, message, steps, set))
            .collect(),
        (FieldKind::Message(message), _) => filtered(value, message, steps, set),
        (FieldKind::Struct | FieldKind::Map, Value::Object(entries)) => Value::Object(
            entries
                .iter()
                .filter(|(key, _)| set.contains_key(path, key))
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect(),
        ),
        _ => value.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_reads_back_the_same(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let json = object(&mut Choices::new(&bytes), MessageId::UDM, false, 6);
        let once = written(&read(&json, &FieldSet::all()));
        let mut event = Event::new(Root::Event);
        let report = read_event(once.as_bytes(), &FieldSet::all(), &mut event).expect("own output reads");
        prop_assert_eq!(report.unknown + report.mismatched, 0, "{:?}", report);
        prop_assert_eq!(written(&event), once);
    }

    #[test]
    fn both_cases_give_the_same_event(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let camel = object(&mut Choices::new(&bytes), MessageId::UDM, false, 6);
        let snake = object(&mut Choices::new(&bytes), MessageId::UDM, true, 6);
        prop_assert_eq!(written(&read(&camel, &FieldSet::all())), written(&read(&snake, &FieldSet::all())));
    }

    #[test]
    fn reading_a_projection_is_reading_all_and_leaving_out(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        wanted in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let json = object(&mut Choices::new(&bytes), MessageId::UDM, false, 6);
        let set = field_set(&mut Choices::new(&wanted));
        let all: Value = serde_json::from_str(&written(&read(&json, &FieldSet::all()))).expect("JSON");
        let some: Value = serde_json::from_str(&written(&read(&json, &set))).expect("JSON");
        prop_assert_eq!(some, filtered(&all, MessageId::UDM, &mut Vec::new(), &set));
    }

    #[test]
    fn output_is_json_on_one_line(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let text = written(&read(&object(&mut Choices::new(&bytes), MessageId::UDM, false, 6), &FieldSet::all()));
        prop_assert!(serde_json::from_str::<Value>(&text).is_ok());
        let breaking = |c: char| c.is_control() || [0x2028, 0x2029].contains(&u32::from(c));
        prop_assert_eq!(text.chars().filter(|&c| breaking(c)).count(), 0);
    }

    #[test]
    fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut event = Event::new(Root::Event);
        let _ = read_event(&bytes, &FieldSet::all(), &mut event);
        let _ = read_events(&bytes, &FieldSet::all(), &mut event, |event, _| drop(written(event)));
    }

    #[test]
    fn no_damage_breaks_it(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        damage in prop::collection::vec((any::<u16>(), prop::sample::select(b"{}[]\",:0-tn\\\xff".to_vec())), 1..4),
    ) {
        let mut json = object(&mut Choices::new(&bytes), MessageId::UDM, false, 6).into_bytes();
        for (at, byte) in damage {
            let at = usize::from(at) % json.len();
            json[at] = byte;
        }
        let mut event = Event::new(Root::Event);
        if read_event(&json, &FieldSet::all(), &mut event).is_ok() {
            let once = written(&event);
            prop_assert_eq!(written(&read(&once, &FieldSet::all())), once);
        } else {
            prop_assert!(event.is_empty());
        }
    }
}
