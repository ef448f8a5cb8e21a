//! Messages, fields and enums as copyable ids with lookups.
//!
//! An id is an index into a static table and can only be obtained from this crate, so
//! looking its row up cannot miss. Names are found by binary search; both the snake case
//! of rules and the lower camel case of protobuf JSON are accepted, as protobuf JSON asks.

use crate::successor;
use crate::suggest;
use crate::tables::{
    DEPRECATED, ENUMS, EnumRow, FIELDS, FieldRow, MESSAGES, MessageRow, NAMES, PRESENCE, REPEATED,
    VALUES, VALUES_BY_NAME, ValueRow,
};

/// A message type of the schema, for example `Noun`.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MessageId(pub(crate) u16);

/// A field of one message type of the schema, for example `hostname` of `Noun`.
///
/// The ids of one message are contiguous and ordered by field number.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FieldId(pub(crate) u16);

/// An enum type of the schema, for example `Metadata.EventType`.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EnumId(pub(crate) u16);

/// The type of a field, or of one element if the field is repeated.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum FieldKind {
    /// UTF-8 text.
    String,
    /// Binary data, base64 in JSON.
    Bytes,
    /// True or false.
    Bool,
    /// A signed 32-bit number.
    Int32,
    /// A signed 64-bit number, text in JSON.
    Int64,
    /// An unsigned 32-bit number.
    Uint32,
    /// An unsigned 64-bit number, text in JSON.
    Uint64,
    /// A 32-bit floating point number.
    Float,
    /// A 64-bit floating point number.
    Double,
    /// A point in time, RFC 3339 text in JSON.
    Timestamp,
    /// A length of time, decimal seconds followed by `s` in JSON.
    Duration,
    /// A free JSON object (`google.protobuf.Struct`).
    Struct,
    /// A map from text to messages; only `SecurityResult.variables`, whose values are
    /// of the message `FindingVariable`.
    Map,
    /// One of a fixed set of names.
    Enum(EnumId),
    /// Another message.
    Message(MessageId),
}

impl MessageId {
    fn row(self) -> &'static MessageRow {
        &MESSAGES[usize::from(self.0)]
    }

    /// All messages, by name.
    pub fn all() -> impl Iterator<Item = Self> + Clone {
        (0u16..).take(MESSAGES.len()).map(Self)
    }

    /// The message of this full name, for example `Dns.Question`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let index = MESSAGES.binary_search_by(|row| row.name.cmp(name)).ok()?;
        u16::try_from(index).ok().map(Self)
    }

    /// The full name, for example `Dns.Question`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The field of this name, in snake case or lower camel case.
    #[must_use]
    pub fn field(self, name: &str) -> Option<FieldId> {
        let (first, end) = self.row().names;
        let names = &NAMES[usize::from(first)..usize::from(end)];
        let index = names
            .binary_search_by(|(known, _)| (*known).cmp(name))
            .ok()?;
        Some(FieldId(names[index].1))
    }

    /// The fields, by field number.
    pub fn fields(self) -> impl Iterator<Item = FieldId> + Clone {
        let (first, end) = self.row().fields;
        (first..end).map(FieldId)
    }

    /// Up to three field names (snake case) that are spelled like `name`, nearest first.
    /// Names longer than [`crate::limits::SUGGEST_NAME_MAX`] bytes have none.
    #[must_use]
    pub fn suggest(self, name: &str) -> Vec<&'static str> {
        suggest::nearest(name, self.fields().map(FieldId::name))
    }

    /// The text fields `key` and `value`, if the message has both: such a message is read
    /// in rules like a map entry (`labels["key"]`).
    #[must_use]
    pub fn label_like(self) -> Option<(FieldId, FieldId)> {
        let text = |name| {
            self.field(name)
                .filter(|f| f.kind() == FieldKind::String && !f.repeated())
        };
        Some((text("key")?, text("value")?))
    }
}

impl FieldId {
    fn row(self) -> &'static FieldRow {
        &FIELDS[usize::from(self.0)]
    }

    /// The name in snake case, as rules spell it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The name in lower camel case, as protobuf JSON spells it.
    #[must_use]
    pub fn json(self) -> &'static str {
        self.row().json
    }

    /// The field number. Fields of `UserAgentProto`, whose numbers are not published, are
    /// numbered by their place in the REST reference.
    #[must_use]
    pub fn number(self) -> u32 {
        u32::from(self.row().number)
    }

    /// The type; of one element, if the field is repeated.
    #[must_use]
    pub fn kind(self) -> FieldKind {
        self.row().kind
    }

    /// Whether the field holds a list of values.
    #[must_use]
    pub fn repeated(self) -> bool {
        self.row().flags & REPEATED != 0
    }

    /// Whether the schema marks the field as deprecated. It is still read and written.
    #[must_use]
    pub fn deprecated(self) -> bool {
        self.row().flags & DEPRECATED != 0
    }

    /// Whether the field tells a default value (0, "", false) from none at all: it is
    /// declared `optional` or is one of several alternatives.
    #[must_use]
    pub fn presence(self) -> bool {
        self.row().flags & PRESENCE != 0
    }

    /// What to use in place of a deprecated field, where the usage guide names it.
    #[must_use]
    pub fn successor(self) -> Option<&'static str> {
        successor::of(self.parent().name(), self.name())
    }

    /// The message the field belongs to.
    #[must_use]
    pub fn parent(self) -> MessageId {
        MessageId(self.row().parent)
    }

    /// The position among the fields of its message.
    pub(crate) fn position(self) -> usize {
        usize::from(self.0 - self.parent().row().fields.0)
    }
}

impl EnumId {
    fn row(self) -> &'static EnumRow {
        &ENUMS[usize::from(self.0)]
    }

    fn value_rows(self) -> &'static [ValueRow] {
        let (first, end) = self.row().values;
        &VALUES[usize::from(first)..usize::from(end)]
    }

    /// All enums, by name.
    pub fn all() -> impl Iterator<Item = Self> + Clone {
        (0u16..).take(ENUMS.len()).map(Self)
    }

    /// The enum of this full name, for example `Metadata.EventType`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let index = ENUMS.binary_search_by(|row| row.name.cmp(name)).ok()?;
        u16::try_from(index).ok().map(Self)
    }

    /// The full name, for example `Metadata.EventType`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The number of the value of this name; names are matched exactly.
    #[must_use]
    pub fn number(self, name: &str) -> Option<i32> {
        let (first, end) = self.row().values;
        let names = &VALUES_BY_NAME[usize::from(first)..usize::from(end)];
        let index = names
            .binary_search_by(|(known, _)| (*known).cmp(name))
            .ok()?;
        Some(names[index].1)
    }

    /// The name of the value of this number; of two names for one number, the one the
    /// schema declares first.
    #[must_use]
    pub fn value_name(self, number: i32) -> Option<&'static str> {
        let rows = self.value_rows();
        let index = rows.partition_point(|row| row.number < number);
        rows.get(index)
            .filter(|row| row.number == number)
            .map(|row| row.name)
    }

    /// Whether the schema marks the value of this name as deprecated.
    #[must_use]
    pub fn deprecated(self, name: &str) -> bool {
        self.value_rows()
            .iter()
            .any(|row| row.name == name && row.deprecated)
    }

    /// Up to three value names that are spelled like `name`, nearest first.
    /// Names longer than [`crate::limits::SUGGEST_NAME_MAX`] bytes have none.
    #[must_use]
    pub fn suggest(self, name: &str) -> Vec<&'static str> {
        suggest::nearest(name, self.values().map(|(known, _)| known))
    }

    /// The names and numbers of the values, by number.
    pub fn values(self) -> impl Iterator<Item = (&'static str, i32)> + Clone {
        self.value_rows().iter().map(|row| (row.name, row.number))
    }
}
