//! The value of a node, borrowed from its event.

use crate::node::NodeRef;
use crate::schema::EnumId;
use crate::time::Timestamp;

/// The value of a field, of one element of a repeated field, or of a `Struct` entry.
#[derive(Copy, Clone, PartialEq, Debug)]
pub enum ValueRef<'e> {
    /// Text.
    Str(&'e str),
    /// Binary data.
    Bytes(&'e [u8]),
    /// True or false.
    Bool(bool),
    /// A signed number, of any width.
    Int(i64),
    /// An unsigned number, of any width; in a `Struct` only what does not fit `Int`.
    Uint(u64),
    /// A floating point number.
    Float(f64),
    /// A value of an enum by its number, which the enum need not know.
    Enum(EnumId, i32),
    /// A point in time.
    Timestamp(Timestamp),
    /// A length of time; `seconds` and `nanos` have the same sign.
    Duration(Timestamp),
    /// A message; the node itself, whose children are the fields.
    Message(NodeRef<'e>),
    /// A free object or a map; the node itself, whose children carry a key each.
    Struct(NodeRef<'e>),
    /// JSON `null` inside a `Struct`.
    Null,
    /// A list inside a `Struct`; the node itself, whose children are the elements.
    List(NodeRef<'e>),
}
