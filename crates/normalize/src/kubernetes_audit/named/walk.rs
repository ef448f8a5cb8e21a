//! A body, walked along its places without being kept.
//!
//! Everything beside the places is skipped by the parser without recursion, so
//! the depth is that of the table. A patch is logged as the client wrote it:
//! keys and names are read as bytes, because half a surrogate pair in them is
//! no reason to stop where the API server goes on.

use std::borrow::Cow;
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use super::Found;
use super::places::Place;

/// Collects the names of a body. If its text breaks off, those before count.
pub(super) fn names<'a>(body: &'a str, place: &'static Place, found: &mut Found<'a>) {
    let mut deserializer = serde_json::Deserializer::from_str(body);
    let walk = Walk { place, found };
    // The line was parsed before, so only odd types end the walk early.
    let _ended_early = walk.deserialize(&mut deserializer).is_err();
}

/// A place, and where its names go.
struct Walk<'f, 'a> {
    place: &'static Place,
    found: &'f mut Found<'a>,
}

impl<'a> DeserializeSeed<'a> for Walk<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        let Place::Name(kind) = self.place else {
            return deserializer.deserialize_any(self);
        };
        let raw = <&RawValue>::deserialize(deserializer)?;
        if let Ok(Written(name)) = serde_json::from_str(raw.get()) {
            self.found.add(*kind, name);
        }
        Ok(())
    }
}

impl<'a> Visitor<'a> for Walk<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        let members = match self.place {
            Place::Members(members) => members,
            _ => &[][..],
        };
        while let Some(place) = map.next_key_seed(Key(members))? {
            match place {
                Some(place) => map.next_value_seed(Walk {
                    place,
                    found: &mut *self.found,
                })?,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<(), A::Error> {
        let Place::Each(place) = self.place else {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(());
        };
        while let Some(()) = seq.next_element_seed(Walk {
            place,
            found: &mut *self.found,
        })? {}
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

/// The members that a key is looked up in.
struct Key(&'static [(&'static str, Place)]);

impl<'a> DeserializeSeed<'a> for Key {
    type Value = Option<&'static Place>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_bytes(self)
    }
}

impl Visitor<'_> for Key {
    type Value = Option<&'static Place>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_bytes<E: Error>(self, key: &[u8]) -> Result<Self::Value, E> {
        let found = self.0.iter().find(|(name, _)| name.as_bytes() == key);
        Ok(found.map(|(_, place)| place))
    }
}

/// A string as it is written, with marks where it holds no characters.
struct Written<'a>(Cow<'a, str>);

struct WrittenVisitor;

impl<'de> Visitor<'de> for WrittenVisitor {
    type Value = Written<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_bytes<E: Error>(self, v: &'de [u8]) -> Result<Self::Value, E> {
        Ok(Written(String::from_utf8_lossy(v)))
    }

    fn visit_bytes<E: Error>(self, v: &[u8]) -> Result<Self::Value, E> {
        Ok(Written(Cow::Owned(String::from_utf8_lossy(v).into_owned())))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Written<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(WrittenVisitor)
    }
}
