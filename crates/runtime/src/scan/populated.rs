//! Which fields of a set the events of a scan hold at all.
//!
//! A rule over a field that no event ever has is silent and looks healthy. A
//! field is looked for only until it was seen once.

use yaral_udm::{Event, FieldId, FieldKind, FieldSet, NodeRef, Root};

/// A field of a set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldUse {
    /// The field as rules write it, with its key if it has one, such as
    /// `additional.fields["verb"]`.
    pub name: String,
    /// Whether some event has it.
    pub seen: bool,
}

/// A field that is looked for.
#[derive(Debug)]
struct Wanted {
    steps: Vec<FieldId>,
    key: Option<String>,
    field: FieldUse,
}

/// Looks at events until each field was seen.
#[derive(Debug)]
pub(super) struct Populated {
    fields: Vec<Wanted>,
    unseen: usize,
}

impl Populated {
    /// Looks for the fields of events of a set; those of entities and of
    /// detections are no part of a log.
    pub(super) fn new(set: &FieldSet) -> Self {
        let fields: Vec<Wanted> = names(set)
            .into_iter()
            .map(|(steps, key, name)| Wanted {
                steps,
                key,
                field: FieldUse { name, seen: false },
            })
            .collect();
        Populated {
            unseen: fields.len(),
            fields,
        }
    }

    /// Looks at an event.
    pub(super) fn see(&mut self, event: &Event) {
        if self.unseen == 0 {
            return;
        }
        for wanted in self.fields.iter_mut().filter(|wanted| !wanted.field.seen) {
            if has(event.root(), &wanted.steps, wanted.key.as_deref()) {
                wanted.field.seen = true;
                self.unseen -= 1;
            }
        }
    }

    /// The fields in the order of their names.
    pub(super) fn finish(self) -> Vec<FieldUse> {
        let mut fields: Vec<FieldUse> = self.fields.into_iter().map(|one| one.field).collect();
        fields.sort();
        fields
    }
}

/// The fields of events in a set as rules write them, one for each key,
/// without repetitions and in order.
#[must_use]
pub fn event_fields(set: &FieldSet) -> Vec<String> {
    let mut all: Vec<String> = names(set).into_iter().map(|(_, _, name)| name).collect();
    all.sort();
    all
}

fn names(set: &FieldSet) -> Vec<(Vec<FieldId>, Option<String>, String)> {
    let mut all = Vec::new();
    for (path, keys) in set.paths() {
        if path.root() != Root::Event {
            continue;
        }
        let steps = path.steps().to_vec();
        if keys.is_empty() {
            all.push((steps.clone(), None, path.to_string()));
        }
        for key in keys {
            // Rules write the word `fields` before a key of free-form content.
            let fields = match path.leaf().kind() {
                FieldKind::Struct => ".fields",
                _ => "",
            };
            let name = format!("{path}{fields}[{key:?}]");
            all.push((steps.clone(), Some(key), name));
        }
    }
    all
}

/// Whether a value stands at the end of the steps, in some element of the
/// repeated fields on the way. A path has at most `PATH_SEGMENTS_MAX` steps.
fn has(node: NodeRef<'_>, steps: &[FieldId], key: Option<&str>) -> bool {
    let Some((step, rest)) = steps.split_first() else {
        return key.is_none();
    };
    let mut values = node.all(*step);
    match key {
        Some(key) if rest.is_empty() => values.any(|value| has_key(value, *step, key)),
        _ => values.any(|value| has(value, rest, key)),
    }
}

/// Whether a value is, or holds, the entry of a key.
fn has_key(value: NodeRef<'_>, field: FieldId, key: &str) -> bool {
    let label = match field.kind() {
        FieldKind::Message(message) => message.label_like(),
        _ => None,
    };
    match label {
        Some((of_key, _)) => value.get(of_key).and_then(NodeRef::text) == Some(key),
        None => value.entry(key).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yaral_udm::{FieldPath, read_event};

    fn set(fields: &[(&str, Option<&str>)]) -> FieldSet {
        let mut set = FieldSet::empty();
        for (dotted, key) in fields {
            let path = FieldPath::resolve(Root::Event, dotted).expect("a field");
            match key {
                Some(key) => set.insert_key(&path, key),
                None => set.insert(&path),
            }
        }
        set
    }

    #[test]
    fn fields_are_seen_in_any_element_and_under_any_key() {
        let set = set(&[
            ("metadata.event_type", None),
            ("target.port", None),
            ("about.ip", None),
            ("about.hostname", None),
            ("additional", Some("verb")),
            ("additional", Some("noun")),
            ("about.labels", Some("a")),
            ("about.labels", Some("b")),
        ]);
        let mut populated = Populated::new(&set);
        for json in [
            r#"{"metadata": {"eventType": "USER_LOGIN"}, "additional": {"verb": "get"}}"#,
            r#"{"about": [{"hostname": "h"}, {"ip": ["10.0.0.1"]}]}"#,
            r#"{"about": [{}, {"labels": [{"key": "x", "value": "1"}, {"key": "b", "value": ""}]}]}"#,
        ] {
            let mut event = Event::default();
            read_event(json.as_bytes(), &set, &mut event).expect("an event");
            populated.see(&event);
        }
        let seen: Vec<(String, bool)> = populated
            .finish()
            .into_iter()
            .map(|one| (one.name, one.seen))
            .collect();
        let expected = [
            ("about.hostname", true),
            ("about.ip", true),
            ("about.labels[\"a\"]", false),
            ("about.labels[\"b\"]", true),
            ("additional.fields[\"noun\"]", false),
            ("additional.fields[\"verb\"]", true),
            ("metadata.event_type", true),
            ("target.port", false),
        ];
        assert_eq!(seen, expected.map(|(name, seen)| (name.to_owned(), seen)));
    }

    #[test]
    fn fields_of_entities_are_no_part_of_a_log() {
        let mut set = set(&[("target.port", None)]);
        set.insert(&FieldPath::resolve(Root::Entity, "entity.hostname").expect("a field"));
        assert_eq!(event_fields(&set), ["target.port"]);
    }
}
