//! The value that an unset field reads as: its type's zero (yara-l §0.4).

use yaral_ir::types::Type;
use yaral_ir::value::Value;

/// The zero value of a type.
pub(crate) fn of<'e>(ty: Type) -> Value<'e> {
    match ty {
        Type::Str | Type::Any => Value::EMPTY,
        Type::Int => Value::Int(0),
        Type::Uint => Value::Uint(0),
        Type::Float => Value::Float(0.0),
        Type::Bool => Value::Bool(false),
        Type::Bytes => Value::Bytes(std::borrow::Cow::Borrowed(&[])),
        Type::Enum(of) => Value::Enum(of, 0),
        Type::List(_) => Value::List(Vec::new()),
    }
}
