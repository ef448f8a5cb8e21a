//! `cast.as_string`: a scalar as text.

use super::prelude::*;
use super::support::number;

pub(crate) const FUNCTION: Function = Function {
    name: "cast.as_string",
    params: &[
        required("value", Accepts::Scalar),
        optional("default", Accepts::Str),
    ],
    returns: Returns::Always(Type::Str),
    summary: "Writes an integer, float, boolean or bytes as a string.",
    details: "Bytes are read as UTF-8; bytes that are not UTF-8, and integers beyond the signed \
              64-bit range, give the default, or the empty string without one. Floats are written \
              as `strings.concat` writes them, enum values by name, strings unchanged.",
    examples: &[
        example(&[Lit::Int(123)], Lit::Str("123")),
        example(&[Lit::Float(2.25)], Lit::Str("2.25")),
        example(&[Lit::Bool(true), Lit::Str("")], Lit::Str("true")),
        edge(
            &[Lit::Bytes(b"\x01"), Lit::Str("")],
            Lit::Str("\u{1}"),
            "bytes as UTF-8",
        ),
        edge(
            &[Lit::Bytes(b"\xff"), Lit::Str("casting error")],
            Lit::Str("casting error"),
            "not UTF-8",
        ),
        edge(&[Lit::Bytes(b"\xff")], Lit::Str(""), "no default"),
        edge(
            &[
                Lit::Uint(9_223_372_036_854_775_808),
                Lit::Str("casting error"),
            ],
            Lit::Str("casting error"),
            "beyond 64 bits with sign",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let value = args.first();
    match value {
        Some(Value::Str(_)) => slice_all(source(args, 0)),
        Some(Value::Bytes(b)) if std::str::from_utf8(b).is_ok() => slice_all(source(args, 0)),
        Some(Value::Uint(u)) if i64::try_from(*u).is_ok() => Value::string(u.to_string()),
        Some(Value::Float(f)) if f.is_finite() => Value::string(number::decimal(*f)),
        Some(Value::Int(_) | Value::Bool(_) | Value::Enum(..)) => {
            Value::string(text(args, 0).into_owned())
        }
        _ => bounded(text(args, 1).into_owned()),
    }
}

fn slice_all(whole: Cow<'_, str>) -> Value<'_> {
    let end = whole.floor_char_boundary(crate::limits::TEXT_BYTES_MAX);
    slice(whole, 0..end)
}
