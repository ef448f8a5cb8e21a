//! The tables against the schema file and the fields that public rules use.

use serde_json::Value;
use yaral_udm::{EnumId, FieldId, FieldKind, FieldPath, MessageId, Root};

fn schema() -> Value {
    serde_json::from_str(include_str!("../schema/udm-schema.json")).expect("the schema is JSON")
}

#[test]
fn every_message_field_and_enum_of_the_file_is_in_the_tables() {
    let schema = schema();
    let messages = schema["messages"].as_object().expect("messages");
    let enums = schema["enums"].as_object().expect("enums");
    assert_eq!((messages.len(), enums.len()), (139, 75));
    assert_eq!(
        (MessageId::all().count(), EnumId::all().count()),
        (139 + 2, 75)
    );
    for (name, message) in messages {
        let id = MessageId::from_name(name).unwrap_or_else(|| panic!("{name} is missing"));
        let fields = message["fields"].as_array().expect("fields");
        assert_eq!(id.fields().count(), fields.len(), "{name}");
        for field in fields {
            check_field(id, field);
        }
    }
    for (name, e) in enums {
        let id = EnumId::from_name(name).unwrap_or_else(|| panic!("{name} is missing"));
        let values = e["values"].as_array().expect("values");
        assert_eq!(id.values().count(), values.len(), "{name}");
        for value in values {
            let text = value["name"].as_str().expect("name");
            let number = id
                .number(text)
                .unwrap_or_else(|| panic!("{name}.{text} is missing"));
            assert_eq!(
                Some(i64::from(number)),
                value["number"].as_i64(),
                "{name}.{text}"
            );
            assert_eq!(
                id.value_name(number).and_then(|n| id.number(n)),
                Some(number),
                "{name}.{text}"
            );
            assert_eq!(
                id.deprecated(text),
                value["deprecated"] == true,
                "{name}.{text}"
            );
        }
    }
}

fn check_field(message: MessageId, field: &Value) {
    let name = field["name"].as_str().expect("name");
    let id = message.field(name).expect("the field is in the tables");
    assert_eq!(
        Some(id),
        field["json"].as_str().and_then(|json| message.field(json))
    );
    assert_eq!(
        (id.name(), Some(id.json()), id.parent()),
        (name, field["json"].as_str(), message)
    );
    assert_eq!(id.repeated(), field["repeated"] == true);
    assert_eq!(id.deprecated(), field["deprecated"] == true);
    assert_eq!(
        id.presence(),
        field["optional"] == true || field["oneof"].is_string()
    );
    if let Some(number) = field["number"].as_u64() {
        assert_eq!(u64::from(id.number()), number);
    }
    let (kind, reference) = match id.kind() {
        FieldKind::Enum(of) => ("enum".to_owned(), Some(of.name())),
        FieldKind::Message(of) if matches!(of.name(), "Interval" | "LatLng") => {
            (of.name().to_owned(), None)
        }
        FieldKind::Message(of) => ("message".to_owned(), Some(of.name())),
        kind @ (FieldKind::Timestamp | FieldKind::Duration | FieldKind::Struct) => {
            (format!("{kind:?}"), None)
        }
        kind => (format!("{kind:?}").to_lowercase(), None),
    };
    assert_eq!(
        (field["type"].as_str(), field["ref"].as_str()),
        (Some(kind.as_str()), reference),
        "{name}"
    );
}

#[test]
fn fields_are_in_number_order_and_fit_the_reader() {
    for message in MessageId::all() {
        let numbers: Vec<u32> = message.fields().map(FieldId::number).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "{}", message.name());
        assert!(
            numbers.len() <= 64,
            "{} has more fields than the reader keeps track of",
            message.name()
        );
    }
}

#[test]
fn every_field_that_public_rules_use_resolves() {
    let list = include_str!("data/fields-used.txt");
    let mut resolved = 0;
    for line in list.lines() {
        let plain = line.replace("[\"\"]", "").replace("[]", "");
        let (root, dotted) = match plain.strip_prefix("graph.") {
            Some(rest) => (Root::Entity, rest),
            None => (Root::Event, plain.as_str()),
        };
        let (path, part) =
            FieldPath::resolve_with_part(root, dotted).unwrap_or_else(|e| panic!("{line}: {e}"));
        let without = dotted
            .trim_end_matches(".seconds")
            .trim_end_matches(".fields");
        assert_eq!(path.to_string(), without);
        assert_eq!(part.is_some(), dotted.ends_with(".seconds"));
        resolved += 1;
    }
    assert_eq!(resolved, 200);
}

#[test]
fn label_like_messages() {
    let like: Vec<&str> = MessageId::all()
        .filter(|m| m.label_like().is_some())
        .map(MessageId::name)
        .collect();
    assert_eq!(
        like,
        [
            "DataAccessIngestionLabel",
            "Label",
            "UserAgentProto.Annotation"
        ]
    );
}

#[test]
fn near_names() {
    assert_eq!(MessageId::NOUN.suggest("hostnme"), ["hostname"]);
    assert_eq!(
        MessageId::UDM.suggest("principle").first(),
        Some(&"principal")
    );
    assert_eq!(
        EnumId::METADATA_EVENT_TYPE.suggest("USER_LOGN").first(),
        Some(&"USER_LOGIN")
    );
    assert!(MessageId::NOUN.suggest(&"x".repeat(1_000_000)).is_empty());
}

#[test]
fn successors() {
    let resource = |name| MessageId::RESOURCE.field(name).expect("a field");
    assert_eq!(
        resource("type").successor(),
        Some("resource_type and resource_subtype")
    );
    assert_eq!(resource("name").successor(), None);
}
