//! Nodes: what an event is made of, and the read side of it.
//!
//! A node is one value: a field, an element of a repeated field, an entry of a `Struct`
//! or an element of a list in one. Nodes with children keep the first and the last, and
//! every node the next after it, so appending is constant and order is insertion order.
//! Text lies in the event's buffer; a node holds where.

use std::fmt;

use crate::event::Event;
use crate::schema::{FieldId, FieldKind};
use crate::time::Timestamp;
use crate::value::ValueRef;

/// The place of no node.
pub(crate) const NONE: u32 = u32::MAX;
/// The field of a node that is none: the root, entries and elements of a `Struct`.
pub(crate) const NO_FIELD: FieldId = FieldId(u16::MAX);

/// A piece of one of the event's buffers.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

impl Span {
    /// The key of a node without one.
    pub(crate) const NONE: Self = Self {
        start: NONE,
        len: 0,
    };

    pub(crate) fn range(self) -> std::ops::Range<usize> {
        let start = self.start as usize;
        start..start + self.len as usize
    }
}

/// First and last child.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Ends {
    pub(crate) first: u32,
    pub(crate) last: u32,
}

impl Ends {
    pub(crate) const EMPTY: Self = Self {
        first: NONE,
        last: NONE,
    };
}

/// The stored form of a value.
#[derive(Copy, Clone, Debug)]
pub(crate) enum Data {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Enum(i32),
    Timestamp {
        seconds: i64,
        nanos: i32,
    },
    Duration {
        seconds: i64,
        nanos: i32,
    },
    Text(Span),
    /// Index of a blob.
    Bytes(u32),
    Message(Ends),
    Struct(Ends),
    List(Ends),
}

impl Data {
    pub(crate) fn ends(&self) -> Option<Ends> {
        match self {
            Self::Message(ends) | Self::Struct(ends) | Self::List(ends) => Some(*ends),
            _ => None,
        }
    }

    pub(crate) fn ends_mut(&mut self) -> Option<&mut Ends> {
        match self {
            Self::Message(ends) | Self::Struct(ends) | Self::List(ends) => Some(ends),
            _ => None,
        }
    }
}

/// Binary data: the bytes, and the text that stands for them.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Blob {
    pub(crate) raw: Span,
    pub(crate) shown: Span,
}

/// One node.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) data: Data,
    pub(crate) next: u32,
    pub(crate) key: Span,
    pub(crate) field: FieldId,
}

/// The place of a node in its event; good until the event is cleared. The default is the
/// place of the root.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct NodeId(pub(crate) u32);

/// A node of an event, to read.
#[derive(Copy, Clone)]
pub struct NodeRef<'e> {
    event: &'e Event,
    id: u32,
}

impl<'e> NodeRef<'e> {
    pub(crate) fn new(event: &'e Event, id: u32) -> Self {
        Self { event, id }
    }

    /// A place that is not one of the event's (an id kept across a `clear`) reads as null.
    fn node(self) -> Option<&'e Node> {
        self.event.nodes.get(self.id as usize)
    }

    /// The place of the node.
    #[must_use]
    pub fn id(self) -> NodeId {
        NodeId(self.id)
    }

    /// The field this is a value of; `None` for the root and inside a `Struct`.
    #[must_use]
    pub fn field(self) -> Option<FieldId> {
        self.node().map(|n| n.field).filter(|&f| f != NO_FIELD)
    }

    /// The key, of an entry of a `Struct` or map.
    #[must_use]
    pub fn key(self) -> Option<&'e str> {
        self.node()
            .map(|n| n.key)
            .filter(|key| key.start != NONE)
            .map(|key| self.event.str_at(key))
    }

    /// The value.
    #[must_use]
    pub fn value(self) -> ValueRef<'e> {
        let Some(node) = self.node() else {
            return ValueRef::Null;
        };
        match node.data {
            Data::Null => ValueRef::Null,
            Data::Bool(b) => ValueRef::Bool(b),
            Data::Int(i) => ValueRef::Int(i),
            Data::Uint(u) => ValueRef::Uint(u),
            Data::Float(f) => ValueRef::Float(f),
            Data::Enum(number) => match self.field().map(FieldId::kind) {
                Some(FieldKind::Enum(of)) => ValueRef::Enum(of, number),
                _ => ValueRef::Int(i64::from(number)),
            },
            Data::Timestamp { seconds, nanos } => ValueRef::Timestamp(Timestamp { seconds, nanos }),
            Data::Duration { seconds, nanos } => ValueRef::Duration(Timestamp { seconds, nanos }),
            Data::Text(span) => ValueRef::Str(self.event.str_at(span)),
            Data::Bytes(blob) => ValueRef::Bytes(self.event.blob(blob).0),
            Data::Message(_) => ValueRef::Message(self),
            Data::Struct(_) => ValueRef::Struct(self),
            Data::List(_) => ValueRef::List(self),
        }
    }

    /// The text of a text value, and the readable form of a binary one: the bytes
    /// themselves if they look like an identifier, else their base64 as it was read.
    #[must_use]
    pub fn text(self) -> Option<&'e str> {
        match self.node()?.data {
            Data::Text(span) => Some(self.event.str_at(span)),
            Data::Bytes(blob) => Some(self.event.blob(blob).1),
            _ => None,
        }
    }

    /// The children in insertion order: fields of a message, entries of a `Struct`,
    /// elements of a list. Nothing for any other value.
    pub fn children(self) -> impl Iterator<Item = NodeRef<'e>> + Clone + use<'e> {
        let first = self
            .node()
            .and_then(|n| n.data.ends())
            .map_or(NONE, |ends| ends.first);
        Children {
            event: self.event,
            next: first,
        }
    }

    /// The first value of a field of this message.
    #[must_use]
    pub fn get(self, field: FieldId) -> Option<NodeRef<'e>> {
        self.all(field).next()
    }

    /// All values of a field of this message, in insertion order.
    pub fn all(self, field: FieldId) -> impl Iterator<Item = NodeRef<'e>> + Clone + use<'e> {
        self.children()
            .filter(move |child| child.field() == Some(field))
    }

    /// The entry of this key of this `Struct` or map.
    #[must_use]
    pub fn entry(self, key: &str) -> Option<NodeRef<'e>> {
        self.children().find(|child| child.key() == Some(key))
    }

    /// Follows the first value at each step.
    #[must_use]
    pub fn walk(self, steps: &[FieldId]) -> Option<NodeRef<'e>> {
        steps.iter().try_fold(self, |node, &step| node.get(step))
    }
}

/// Two references are equal if they point at the same node of the same event.
impl PartialEq for NodeRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.event, other.event) && self.id == other.id
    }
}

impl Eq for NodeRef<'_> {}

impl fmt::Debug for NodeRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NodeRef({})", self.id)
    }
}

#[derive(Clone)]
struct Children<'e> {
    event: &'e Event,
    next: u32,
}

impl<'e> Iterator for Children<'e> {
    type Item = NodeRef<'e>;

    fn next(&mut self) -> Option<NodeRef<'e>> {
        let node = self.event.nodes.get(self.next as usize)?;
        let this = NodeRef {
            event: self.event,
            id: self.next,
        };
        self.next = node.next;
        Some(this)
    }
}
