//! Values of an event by the names that rules use.

use std::sync::LazyLock;

use yaral_udm::{Event, FieldId, FieldPath, NodeRef, Root, ValueRef};

/// A path of event fields that is resolved once.
pub(super) struct Field(LazyLock<Vec<FieldId>>);

macro_rules! fields {
    ($($name:ident = $path:literal;)*) => {$(
        pub(super) static $name: Field = Field(LazyLock::new(|| steps($path)));
    )*};
}

fields! {
    EVENT_TYPE = "metadata.event_type";
    EVENT_TIME = "metadata.event_timestamp";
    COLLECTED = "metadata.collected_timestamp";
    LOG_TYPE = "metadata.log_type";
    PRODUCT = "metadata.product_name";
    VERB = "metadata.product_event_type";
    USER = "principal.user.userid";
    SOURCE = "principal.ip";
    RESOURCE = "target.resource.resource_subtype";
    PATH = "target.file.full_path";
    ADDRESS = "target.ip";
}

/// The steps of a path; nothing for one that the schema does not have.
fn steps(path: &str) -> Vec<FieldId> {
    FieldPath::resolve(Root::Event, path).map_or_else(|_| Vec::new(), |path| path.steps().to_vec())
}

impl Field {
    /// The first value.
    pub(super) fn of<'e>(&self, event: &'e Event) -> Option<NodeRef<'e>> {
        event.root().walk(&self.0)
    }

    /// The first value, as text.
    pub(super) fn text<'e>(&self, event: &'e Event) -> &'e str {
        self.of(event).and_then(NodeRef::text).unwrap_or_default()
    }

    /// The first value, as the name of an enum value.
    pub(super) fn name(&self, event: &Event) -> &'static str {
        match self.of(event).map(NodeRef::value) {
            Some(ValueRef::Enum(of, number)) => of.value_name(number).unwrap_or_default(),
            _ => "",
        }
    }

    /// The first value in seconds since 1970.
    pub(super) fn seconds(&self, event: &Event) -> Option<i64> {
        match self.of(event)?.value() {
            ValueRef::Timestamp(time) => Some(time.seconds),
            _ => None,
        }
    }
}

/// The text of a label under `additional.fields`.
pub(super) fn label<'e>(event: &'e Event, key: &str) -> Option<&'e str> {
    let additional = event.root().get(FieldId::UDM_ADDITIONAL)?;
    additional.entry(key).and_then(NodeRef::text)
}

/// Whether a path of fields, and the key at its end, has a value in some element.
pub(super) fn filled(node: NodeRef<'_>, steps: &[FieldId], key: Option<&str>) -> bool {
    let Some((step, rest)) = steps.split_first() else {
        return match key {
            Some(key) => node.entry(key).is_some(),
            None => !matches!(node.value(), ValueRef::Str("") | ValueRef::Null),
        };
    };
    node.all(*step).any(|value| filled(value, rest, key))
}
