//! The types of YARA-L expressions.
//!
//! A type is what the compiler knows of an expression before any event is
//! seen. There is no null: an unset field has its type's zero value
//! (reference: yara-l §0.4), so types carry no notion of "maybe".

use std::fmt;

use yaral_udm::EnumId;

/// The type of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Text.
    Str,
    /// A signed 64-bit integer.
    Int,
    /// An unsigned 64-bit integer, as UDM fields of type `uint32` and `uint64` have it.
    Uint,
    /// A 64-bit floating point number.
    Float,
    /// `true` or `false`.
    Bool,
    /// Raw bytes.
    Bytes,
    /// A value of a UDM enum; compares with its names, orders by number.
    Enum(EnumId),
    /// A list of one of the scalar types.
    List(Elem),
    /// Any scalar, known only when an event is seen (a parameter type, never a field's).
    Any,
}

/// The element type of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elem {
    /// Text.
    Str,
    /// Integers of either sign.
    Int,
    /// Floating point numbers.
    Float,
    /// Booleans.
    Bool,
    /// Any scalar.
    Any,
}

impl Type {
    /// Whether arithmetic and ordering by magnitude apply.
    #[must_use]
    pub fn is_number(self) -> bool {
        matches!(self, Type::Int | Type::Uint | Type::Float)
    }

    /// Whether the type compares with string literals and patterns.
    #[must_use]
    pub fn is_text(self) -> bool {
        matches!(self, Type::Str | Type::Enum(_) | Type::Bytes)
    }

    /// The element type that a list of this scalar has.
    #[must_use]
    pub fn elem(self) -> Elem {
        match self {
            Type::Str | Type::Enum(_) | Type::Bytes => Elem::Str,
            Type::Int | Type::Uint => Elem::Int,
            Type::Float => Elem::Float,
            Type::Bool => Elem::Bool,
            Type::List(e) => e,
            Type::Any => Elem::Any,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Type::Str => "string",
            Type::Int => "integer",
            Type::Uint => "unsigned integer",
            Type::Float => "float",
            Type::Bool => "boolean",
            Type::Bytes => "bytes",
            Type::Enum(e) => return write!(f, "enum {}", e.name()),
            Type::List(Elem::Str) => "list of strings",
            Type::List(Elem::Int) => "list of integers",
            Type::List(Elem::Float) => "list of floats",
            Type::List(Elem::Bool) => "list of booleans",
            Type::List(Elem::Any) => "list",
            Type::Any => "value",
        })
    }
}
