//! Reading arguments, and short spellings for signatures and examples.
//!
//! An argument of a kind that the function cannot use reads as absent; each
//! body then yields the zero value of its return type. Nothing here panics,
//! whatever is passed and however much of it.

use std::borrow::Cow;
use std::ops::Range;

use crate::function::{Accepts, Arity, Example, Lit, Param};
use crate::limits::TEXT_BYTES_MAX;
use crate::value::Value;

/// A parameter that every call has.
pub(crate) const fn required(name: &'static str, accepts: Accepts) -> Param {
    Param {
        name,
        accepts,
        arity: Arity::Required,
    }
}

/// A parameter that a call may leave out.
pub(crate) const fn optional(name: &'static str, accepts: Accepts) -> Param {
    Param {
        name,
        accepts,
        arity: Arity::Optional,
    }
}

/// A last parameter that a call may have any number of times.
pub(crate) const fn repeated(name: &'static str, accepts: Accepts) -> Param {
    Param {
        name,
        accepts,
        arity: Arity::Repeated,
    }
}

/// A plain example.
pub(crate) const fn example(args: &'static [Lit], gives: Lit) -> Example {
    Example {
        args,
        gives,
        note: "",
    }
}

/// An example with the reason why it is there.
pub(crate) const fn edge(args: &'static [Lit], gives: Lit, note: &'static str) -> Example {
    Example { args, gives, note }
}

/// The text of an argument; a list or a missing argument reads as empty.
pub(crate) fn text<'v>(args: &'v [Value<'_>], index: usize) -> Cow<'v, str> {
    match args.get(index) {
        None | Some(Value::List(_)) => Cow::Borrowed(""),
        Some(value) => value.text(),
    }
}

/// Like [`text`], but text that borrows from the event keeps doing so, so that
/// a part of it can be returned without a copy.
pub(crate) fn source<'a>(args: &[Value<'a>], index: usize) -> Cow<'a, str> {
    match args.get(index) {
        Some(Value::Str(s)) => s.clone(),
        _ => Cow::Owned(text(args, index).into_owned()),
    }
}

/// A part of a text by byte range, which must lie on character boundaries; any
/// other range yields the empty string.
pub(crate) fn slice(source: Cow<'_, str>, range: Range<usize>) -> Value<'_> {
    match source {
        Cow::Borrowed(s) => Value::str(s.get(range).unwrap_or_default()),
        Cow::Owned(s) if range == (0..s.len()) => Value::string(s),
        Cow::Owned(s) => Value::string(s.get(range).unwrap_or_default().to_owned()),
    }
}

/// The bytes of a text (UTF-8), an enum (its name) or a bytes value.
pub(crate) fn bytes<'v>(args: &'v [Value<'_>], index: usize) -> Option<Cow<'v, [u8]>> {
    match args.get(index)? {
        Value::Bytes(b) => Some(Cow::Borrowed(b)),
        Value::Str(s) => Some(Cow::Borrowed(s.as_bytes())),
        value @ Value::Enum(..) => Some(Cow::Owned(value.text().into_owned().into_bytes())),
        _ => None,
    }
}

/// The elements of a list; anything else reads as an empty list.
pub(crate) fn list<'v, 'a>(args: &'v [Value<'a>], index: usize) -> &'v [Value<'a>] {
    match args.get(index) {
        Some(Value::List(items)) => items,
        _ => &[],
    }
}

/// A number as an integer; floats lose their fraction, large ones saturate.
pub(crate) fn int(args: &[Value<'_>], index: usize) -> Option<i64> {
    args.get(index).filter(|v| v.is_number()).map(Value::int)
}

/// A number as a finite float.
pub(crate) fn float(args: &[Value<'_>], index: usize) -> Option<f64> {
    args.get(index)
        .filter(|v| v.is_number())
        .map(Value::float)
        .filter(|f| f.is_finite())
}

/// A text result, cut at [`TEXT_BYTES_MAX`] on a character boundary.
pub(crate) fn bounded(mut text: String) -> Value<'static> {
    text.truncate(text.floor_char_boundary(TEXT_BYTES_MAX));
    Value::string(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_borrowed_text_is_not_copied() {
        let args = [Value::str("host.example")];
        let part = slice(source(&args, 0), 5..12);
        assert!(matches!(part, Value::Str(Cow::Borrowed("example"))));
    }

    #[test]
    fn a_cut_text_stays_text() {
        let long = "é".repeat(TEXT_BYTES_MAX);
        let Value::Str(cut) = bounded(long) else {
            panic!("not a text")
        };
        assert_eq!(cut.len(), TEXT_BYTES_MAX);
        assert!(cut.ends_with('é'));
    }

    #[test]
    fn an_impossible_range_is_empty() {
        assert_eq!(slice(Cow::Borrowed("é"), 1..2), Value::EMPTY);
        assert_eq!(slice(Cow::Owned("é".to_owned()), 0..9), Value::EMPTY);
    }
}
