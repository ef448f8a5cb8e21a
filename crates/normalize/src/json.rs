//! Borrowed JSON: texts that stay in the line where they can, objects that
//! keep what we map and skip the rest, and errors that never quote a value.
//!
//! One pass over the line fills such an object; members that we do not map are
//! validated and skipped without being stored. A member that appears twice
//! counts with its last value, as in the Go library that writes these logs.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::reject::RejectReason;

/// A JSON string, borrowed from the line unless it holds escapes.
#[derive(Clone, Default, Debug, Eq, PartialEq)]
pub(crate) struct Text<'a>(pub(crate) Cow<'a, str>);

impl Text<'_> {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E: Error>(self, v: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(v)))
    }

    fn visit_str<E: Error>(self, v: &str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(v.to_owned())))
    }

    fn visit_string<E: Error>(self, v: String) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(v)))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

/// A string, or a number or truth value in the text form that it has in JSON,
/// for members whose type differs between versions of a writer. An object or a
/// list says nothing.
#[derive(Clone, Default, Debug, Eq, PartialEq)]
pub(crate) struct Scalar<'a>(pub(crate) Cow<'a, str>);

impl Scalar<'_> {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a number")
    }

    fn visit_borrowed_str<E: Error>(self, v: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar(Cow::Borrowed(v)))
    }

    fn visit_str<E: Error>(self, v: &str) -> Result<Self::Value, E> {
        Ok(Scalar(Cow::Owned(v.to_owned())))
    }

    fn visit_bool<E: Error>(self, v: bool) -> Result<Self::Value, E> {
        Ok(Scalar(Cow::Borrowed(if v { "true" } else { "false" })))
    }

    fn visit_i64<E: Error>(self, v: i64) -> Result<Self::Value, E> {
        Ok(Scalar(Cow::Owned(v.to_string())))
    }

    fn visit_u64<E: Error>(self, v: u64) -> Result<Self::Value, E> {
        Ok(Scalar(Cow::Owned(v.to_string())))
    }

    fn visit_f64<E: Error>(self, v: f64) -> Result<Self::Value, E> {
        Ok(Scalar(Cow::Owned(v.to_string())))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Scalar::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::default())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

/// The members of an object in their order, for the small string-keyed maps
/// (annotations, `user.extra`).
#[derive(Clone, Debug)]
pub(crate) struct Members<'a, T>(pub(crate) Vec<(Text<'a>, T)>);

impl<T> Members<'_, T> {
    /// The value of the last member of this name.
    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        let found = self.0.iter().rev().find(|(key, _)| key.as_str() == name);
        found.map(|(_, value)| value)
    }
}

struct MembersVisitor<T>(std::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for MembersVisitor<T> {
    type Value = Members<'de, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(entry) = map.next_entry()? {
            members.push(entry);
        }
        Ok(Members(members))
    }
}

impl<'de: 'a, 'a, T: Deserialize<'de>> Deserialize<'de> for Members<'a, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor(std::marker::PhantomData))
    }
}

/// Declares an object of which some members are kept, all of them optional
/// (`null` counts as absent), and its deserializer.
macro_rules! object {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$field_doc:meta])* $field:ident: $key:literal => $type:ty,)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Default, Debug)]
        pub(crate) struct $name<'a> {
            $($(#[$field_doc])* pub(crate) $field: Option<$type>,)*
        }

        const _: () = {
            struct Object;

            impl<'a> serde::de::Visitor<'a> for Object {
                type Value = $name<'a>;

                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }

                fn visit_map<A>(self, mut map: A) -> Result<Self::Value, A::Error>
                where
                    A: serde::de::MapAccess<'a>,
                {
                    let mut out = $name::default();
                    while let Some(key) = map.next_key::<$crate::json::Text<'a>>()? {
                        match key.as_str() {
                            $($key => out.$field = map.next_value()?,)*
                            _ => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(out)
                }
            }

            impl<'de: 'a, 'a> serde::de::Deserialize<'de> for $name<'a> {
                fn deserialize<D>(deserializer: D) -> Result<Self, D::Error>
                where
                    D: serde::de::Deserializer<'de>,
                {
                    deserializer.deserialize_map(Object)
                }
            }
        };
    };
}
pub(crate) use object;

/// Calls `each` with every element of a JSON array, without keeping them.
pub(crate) fn each_item<'a>(
    array: &'a RawValue,
    each: &mut dyn FnMut(&'a str),
) -> Result<(), serde_json::Error> {
    struct Items<'f, 'a>(&'f mut dyn FnMut(&'a str));

    impl<'de> Visitor<'de> for Items<'_, 'de> {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an array")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
            while let Some(item) = seq.next_element::<&'de RawValue>()? {
                (self.0)(item.get());
            }
            Ok(())
        }
    }

    let mut deserializer = serde_json::Deserializer::from_str(array.get());
    deserializer.deserialize_seq(Items(each))
}

/// Whether the text is one JSON value and nothing else.
pub(crate) fn valid(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// The reason and the place of an error of the parser. The parser's own
/// message may quote a value, so it is not used.
pub(crate) fn fault(text: &str, error: &serde_json::Error) -> (RejectReason, String) {
    let reason = match error.classify() {
        Category::Eof => RejectReason::Truncated,
        _ if !text.trim_start().starts_with('{') && valid(text) => RejectReason::NotObject,
        Category::Data => RejectReason::WrongType,
        Category::Syntax | Category::Io => RejectReason::NotJson,
    };
    (reason, format!("at column {}", error.column()))
}
