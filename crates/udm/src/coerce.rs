//! What a field stores of a value that is given to it.
//!
//! Builders of events (normalizers) have text where the schema wants numbers, and numbers
//! where it wants text; what can be said without loss is converted, all else refused.
//! Reading JSON is stricter and does not come through here.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::event::Event;
use crate::node::{Data, Ends};
use crate::schema::FieldKind;
use crate::time::Timestamp;
use crate::value::ValueRef;

/// Stores a leaf value as a field of this kind; `None` if it does not fit the field or
/// the event.
pub(crate) fn leaf(event: &mut Event, kind: FieldKind, value: ValueRef<'_>) -> Option<Data> {
    match kind {
        FieldKind::String => string(event, value),
        FieldKind::Bytes => match value {
            ValueRef::Bytes(bytes) => bytes_data(event, bytes, None),
            ValueRef::Str(text) => bytes_data(event, text.as_bytes(), None),
            _ => None,
        },
        FieldKind::Bool => match value {
            ValueRef::Bool(b) => Some(Data::Bool(b)),
            ValueRef::Str(text) => text.parse().ok().map(Data::Bool),
            _ => None,
        },
        FieldKind::Int32 => signed(value)
            .filter(|&i| i32::try_from(i).is_ok())
            .map(Data::Int),
        FieldKind::Int64 => signed(value).map(Data::Int),
        FieldKind::Uint32 => unsigned(value)
            .filter(|&u| u32::try_from(u).is_ok())
            .map(Data::Uint),
        FieldKind::Uint64 => unsigned(value).map(Data::Uint),
        FieldKind::Float | FieldKind::Double => float(value).map(Data::Float),
        FieldKind::Timestamp => match value {
            ValueRef::Timestamp(time) => timestamp(time),
            ValueRef::Str(text) => Timestamp::parse(text).and_then(timestamp),
            _ => None,
        },
        FieldKind::Duration => match value {
            ValueRef::Duration(length) => duration(length),
            ValueRef::Str(text) => Timestamp::parse_duration(text).and_then(duration),
            _ => None,
        },
        FieldKind::Enum(of) => match value {
            ValueRef::Enum(_, number) => Some(Data::Enum(number)),
            ValueRef::Int(number) => i32::try_from(number).ok().map(Data::Enum),
            ValueRef::Uint(number) => i32::try_from(number).ok().map(Data::Enum),
            ValueRef::Str(name) => of.number(name).map(Data::Enum),
            _ => None,
        },
        FieldKind::Struct | FieldKind::Map | FieldKind::Message(_) => None,
    }
}

/// Stores a leaf value inside a `Struct`, which has text, numbers, booleans and null.
pub(crate) fn free(event: &mut Event, value: ValueRef<'_>) -> Option<Data> {
    Some(match value {
        ValueRef::Null => Data::Null,
        ValueRef::Bool(b) => Data::Bool(b),
        ValueRef::Int(i) => Data::Int(i),
        ValueRef::Uint(u) => i64::try_from(u).map_or(Data::Uint(u), Data::Int),
        ValueRef::Float(f) => Data::Float(f),
        ValueRef::Bytes(bytes) => Data::Text(event.store_text(&STANDARD.encode(bytes))?),
        ValueRef::Message(_) | ValueRef::Struct(_) => Data::Struct(Ends::EMPTY),
        ValueRef::List(_) => Data::List(Ends::EMPTY),
        other => return string(event, other),
    })
}

fn string(event: &mut Event, value: ValueRef<'_>) -> Option<Data> {
    let text = match value {
        ValueRef::Str(text) => return event.store_text(text).map(Data::Text),
        ValueRef::Bool(b) => b.to_string(),
        ValueRef::Int(i) => i.to_string(),
        ValueRef::Uint(u) => u.to_string(),
        ValueRef::Float(f) => f.to_string(),
        ValueRef::Enum(of, number) => of
            .value_name(number)
            .map_or_else(|| number.to_string(), str::to_owned),
        ValueRef::Timestamp(time) => time.to_string(),
        ValueRef::Duration(length) => {
            let mut out = String::new();
            length.write_duration(&mut out);
            out
        }
        _ => return None,
    };
    event.store_text(&text).map(Data::Text)
}

fn signed(value: ValueRef<'_>) -> Option<i64> {
    match value {
        ValueRef::Int(i) => Some(i),
        ValueRef::Uint(u) => i64::try_from(u).ok(),
        ValueRef::Str(text) => text.parse().ok(),
        _ => None,
    }
}

fn unsigned(value: ValueRef<'_>) -> Option<u64> {
    match value {
        ValueRef::Uint(u) => Some(u),
        ValueRef::Int(i) => u64::try_from(i).ok(),
        ValueRef::Str(text) => text.parse().ok(),
        _ => None,
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "a number too long for a double is rounded, as protobuf JSON does"
)]
fn float(value: ValueRef<'_>) -> Option<f64> {
    match value {
        ValueRef::Float(f) => Some(f),
        ValueRef::Int(i) => Some(i as f64),
        ValueRef::Uint(u) => Some(u as f64),
        ValueRef::Str(text) => text.parse().ok(),
        _ => None,
    }
}

/// A point in time as data, if it is one that can be written.
pub(crate) fn timestamp(time: Timestamp) -> Option<Data> {
    Timestamp::new(time.seconds, time.nanos).map(|t| Data::Timestamp {
        seconds: t.seconds,
        nanos: t.nanos,
    })
}

/// A length of time as data, if it is one that can be written.
pub(crate) fn duration(length: Timestamp) -> Option<Data> {
    Timestamp::new_duration(length.seconds, length.nanos).map(|t| Data::Duration {
        seconds: t.seconds,
        nanos: t.nanos,
    })
}

/// Stores binary data. `wire` is the base64 text it was read from, which stands for the
/// data unless that looks like an identifier: ids that a normalizer set as text come back
/// as that text, and the opaque ids of the product in the spelling the product shows.
pub(crate) fn bytes_data(event: &mut Event, bytes: &[u8], wire: Option<&str>) -> Option<Data> {
    let encoded: Cow<'_, str>;
    let shown = match std::str::from_utf8(bytes) {
        Ok(text) if text.bytes().all(is_id_byte) => text,
        _ => {
            encoded = wire.map_or_else(|| Cow::Owned(STANDARD.encode(bytes)), Cow::Borrowed);
            &encoded
        }
    };
    event.store_blob(bytes, shown).map(Data::Bytes)
}

fn is_id_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.:/@+#=,".contains(&byte)
}
