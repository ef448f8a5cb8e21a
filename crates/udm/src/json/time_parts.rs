//! The object form of a time, `{"seconds":…,"nanos":…}`.
//!
//! Not protobuf JSON, but what encoders that do not know the well-known types write.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::leaf::{self, Scalar};
use super::skip;
use crate::coerce;
use crate::node::Data;
use crate::schema::FieldKind;
use crate::time::Timestamp;

/// Reads a time of this kind; `None` if the parts do not make one.
pub(super) fn read<'de, A: MapAccess<'de>>(
    mut map: A,
    kind: FieldKind,
) -> Result<Option<Data>, A::Error> {
    let (mut seconds, mut nanos) = (Some(0), Some(0));
    while let Some(part) = map.next_key::<PartName>()? {
        let value = map.next_value_seed(Number)?;
        match part {
            PartName::Seconds => seconds = value,
            PartName::Nanos => nanos = value,
            PartName::Other => seconds = None,
        }
    }
    let parts = seconds.zip(nanos.and_then(|n| i32::try_from(n).ok()));
    Ok(parts.and_then(|(seconds, nanos)| {
        let time = Timestamp { seconds, nanos };
        if kind == FieldKind::Duration {
            coerce::duration(time)
        } else {
            coerce::timestamp(time)
        }
    }))
}

enum PartName {
    Seconds,
    Nanos,
    Other,
}

impl<'de> serde::Deserialize<'de> for PartName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;

        impl Visitor<'_> for Name {
            type Value = PartName;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<PartName, E> {
                Ok(match name {
                    "seconds" => PartName::Seconds,
                    "nanos" => PartName::Nanos,
                    _ => PartName::Other,
                })
            }
        }

        deserializer.deserialize_str(Name)
    }
}

/// A whole number, or text that is one; `None` for anything else.
struct Number;

impl<'de> DeserializeSeed<'de> for Number {
    type Value = Option<i64>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<i64>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Number {
    type Value = Option<i64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Option<i64>, E> {
        Ok(None)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Option<i64>, E> {
        Ok(Some(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Option<i64>, E> {
        Ok(leaf::signed(Scalar::Uint(value)))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Option<i64>, E> {
        Ok(leaf::signed(Scalar::Float(value)))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Option<i64>, E> {
        Ok(leaf::signed(Scalar::Text(value)))
    }

    fn visit_unit<E: Error>(self) -> Result<Option<i64>, E> {
        Ok(Some(0))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Option<i64>, A::Error> {
        skip::array(list)?;
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Option<i64>, A::Error> {
        skip::object(map)?;
        Ok(None)
    }
}
