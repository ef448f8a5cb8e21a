//! Leaf values by the rules of protobuf JSON.
//!
//! Numbers may be text, enum values names or numbers, floats the texts `NaN`, `Infinity`
//! and `-Infinity`. Binary data is base64 in either alphabet, padded or not; text that is
//! neither is kept as its own bytes, with a doubt, because hand-written event ids are.

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::coerce;
use crate::event::Event;
use crate::node::Data;
use crate::schema::{EnumId, FieldKind};
use crate::time::Timestamp;

/// A JSON value that is neither object, array nor null.
#[derive(Copy, Clone)]
pub(super) enum Scalar<'t> {
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Text(&'t str),
}

/// Why a value is left out.
pub(super) enum Problem<'t> {
    Mismatch(&'static str),
    UnknownName(&'t str),
    /// The event is full, which it tells itself.
    Full,
}

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const BASE64: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT);
const BASE64_URL: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LENIENT);

/// Stores a value as a field of this kind; with a doubt, if it is only nearly what the
/// field takes.
pub(super) fn read<'t>(
    event: &mut Event,
    kind: FieldKind,
    value: Scalar<'t>,
) -> Result<(Data, Option<&'static str>), Problem<'t>> {
    let fit = |data: Option<Data>, reason| data.map(|d| (d, None)).ok_or(Problem::Mismatch(reason));
    match kind {
        FieldKind::String => match value {
            Scalar::Text(text) => event
                .store_text(text)
                .map(|t| (Data::Text(t), None))
                .ok_or(Problem::Full),
            _ => Err(Problem::Mismatch("text was expected")),
        },
        FieldKind::Bytes => match value {
            Scalar::Text(text) => bytes(event, text),
            _ => Err(Problem::Mismatch("base64 text was expected")),
        },
        FieldKind::Bool => match value {
            Scalar::Bool(b) => Ok((Data::Bool(b), None)),
            _ => Err(Problem::Mismatch("true or false was expected")),
        },
        FieldKind::Int32 => fit(
            signed(value)
                .filter(|&i| i32::try_from(i).is_ok())
                .map(Data::Int),
            "a 32-bit number was expected",
        ),
        FieldKind::Int64 => fit(signed(value).map(Data::Int), "a 64-bit number was expected"),
        FieldKind::Uint32 => fit(
            unsigned(value)
                .filter(|&u| u32::try_from(u).is_ok())
                .map(Data::Uint),
            "an unsigned 32-bit number was expected",
        ),
        FieldKind::Uint64 => fit(
            unsigned(value).map(Data::Uint),
            "an unsigned 64-bit number was expected",
        ),
        FieldKind::Float | FieldKind::Double => {
            fit(float(value).map(Data::Float), "a number was expected")
        }
        FieldKind::Timestamp => fit(
            text(value)
                .and_then(Timestamp::parse)
                .and_then(coerce::timestamp),
            "an RFC 3339 time was expected",
        ),
        FieldKind::Duration => fit(
            text(value)
                .and_then(Timestamp::parse_duration)
                .and_then(coerce::duration),
            "seconds followed by `s` were expected",
        ),
        FieldKind::Enum(of) => enum_value(of, value).map(|number| (Data::Enum(number), None)),
        FieldKind::Struct | FieldKind::Map | FieldKind::Message(_) => {
            Err(Problem::Mismatch("an object was expected"))
        }
    }
}

fn enum_value(of: EnumId, value: Scalar<'_>) -> Result<i32, Problem<'_>> {
    match value {
        Scalar::Text(name) => of.number(name).ok_or(Problem::UnknownName(name)),
        _ => signed(value)
            .and_then(|number| i32::try_from(number).ok())
            .ok_or(Problem::Mismatch(
                "the name or number of an enum value was expected",
            )),
    }
}

fn bytes<'t>(
    event: &mut Event,
    text: &'t str,
) -> Result<(Data, Option<&'static str>), Problem<'t>> {
    let engine = if text.contains(['-', '_']) {
        &BASE64_URL
    } else {
        &BASE64
    };
    let (data, doubt) = match engine.decode(text) {
        Ok(bytes) => (coerce::bytes_data(event, &bytes, Some(text)), None),
        Err(_) => (
            coerce::bytes_data(event, text.as_bytes(), None),
            Some("text that is not base64 was kept as it is"),
        ),
    };
    data.map(|data| (data, doubt)).ok_or(Problem::Full)
}

fn text(value: Scalar<'_>) -> Option<&str> {
    match value {
        Scalar::Text(text) => Some(text),
        _ => None,
    }
}

pub(super) fn signed(value: Scalar<'_>) -> Option<i64> {
    match value {
        Scalar::Int(i) => Some(i),
        Scalar::Uint(u) => i64::try_from(u).ok(),
        Scalar::Float(f) => whole(f),
        Scalar::Text(text) => digits(text)?.parse().ok(),
        Scalar::Bool(_) => None,
    }
}

fn unsigned(value: Scalar<'_>) -> Option<u64> {
    match value {
        Scalar::Int(i) => u64::try_from(i).ok(),
        Scalar::Uint(u) => Some(u),
        Scalar::Float(f) => whole(f).and_then(|i| u64::try_from(i).ok()),
        Scalar::Text(text) => digits(text)?.parse().ok(),
        Scalar::Bool(_) => None,
    }
}

/// Text that is a number in decimal; a leading plus sign is not JSON's.
fn digits(text: &str) -> Option<&str> {
    (!text.starts_with('+')).then_some(text)
}

/// A number such as `1.0` or `1e3`, which protobuf JSON accepts as a whole one. Beyond
/// 2^53 neighbouring whole numbers are the same double, and it is refused.
#[allow(
    clippy::cast_possible_truncation,
    reason = "the number is whole and below 2^53"
)]
fn whole(number: f64) -> Option<i64> {
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    (number.fract() == 0.0 && number.abs() <= EXACT_MAX).then_some(number as i64)
}

#[allow(
    clippy::cast_precision_loss,
    reason = "a number too long for a double is rounded, as protobuf JSON does"
)]
fn float(value: Scalar<'_>) -> Option<f64> {
    match value {
        Scalar::Int(i) => Some(i as f64),
        Scalar::Uint(u) => Some(u as f64),
        Scalar::Float(f) => Some(f),
        Scalar::Text("NaN") => Some(f64::NAN),
        Scalar::Text("Infinity") => Some(f64::INFINITY),
        Scalar::Text("-Infinity") => Some(f64::NEG_INFINITY),
        // `parse` also takes words and a leading plus, which are not JSON's.
        Scalar::Text(text) if text.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
            text.parse().ok().filter(|f: &f64| f.is_finite())
        }
        Scalar::Text(_) | Scalar::Bool(_) => None,
    }
}
