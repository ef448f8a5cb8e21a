//! YAML as a tree that knows its lines, so that a mistake in a table's
//! description is told with its place.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

/// A value. Numbers are text: a name may look like one.
#[derive(Debug, PartialEq)]
pub(super) enum Yaml {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// Everything else that is one word or text.
    Text(String),
    /// A sequence.
    List(Vec<Placed>),
    /// A mapping, in its order.
    Map(Vec<(String, Placed)>),
}

/// A value and where it stands.
#[derive(Debug, PartialEq)]
pub(super) struct Placed {
    /// The line, counted from 1.
    pub(super) line: usize,
    /// The value.
    pub(super) value: Yaml,
}

/// Reads a document.
///
/// # Errors
/// The line, 0 if it is not known, and what is wrong.
pub(super) fn parse(text: &str) -> Result<Yaml, (usize, String)> {
    // A column may be called `n`, `y` or `on`.
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options::<Yaml>(text, options).map_err(|error| {
        let line = error.location().map_or(0, |at| line(at.line()));
        let message = error.to_string();
        let first = message.lines().next().unwrap_or_default();
        (line, first.to_owned())
    })
}

fn line(number: u64) -> usize {
    usize::try_from(number).unwrap_or(0)
}

impl<'de> Deserialize<'de> for Yaml {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Yaml;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("YAML")
    }

    fn visit_unit<E>(self) -> Result<Yaml, E> {
        Ok(Yaml::Null)
    }

    fn visit_none<E>(self) -> Result<Yaml, E> {
        Ok(Yaml::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Yaml, E> {
        Ok(Yaml::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Yaml, E> {
        Ok(Yaml::Text(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Yaml, E> {
        Ok(Yaml::Text(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Yaml, E> {
        Ok(Yaml::Text(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Yaml, E> {
        Ok(Yaml::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Yaml, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element::<Spanned<Yaml>>()? {
            items.push(placed(item));
        }
        Ok(Yaml::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Yaml, A::Error> {
        let mut members = Vec::new();
        while let Some((key, value)) = map.next_entry::<String, Spanned<Yaml>>()? {
            members.push((key, placed(value)));
        }
        Ok(Yaml::Map(members))
    }
}

fn placed(item: Spanned<Yaml>) -> Placed {
    Placed {
        line: line(item.referenced.line()),
        value: item.value,
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn a_tree_knows_its_lines() {
        let tree = parse("a: 1\nb:\n- x: true\n  y: ~\n").unwrap();
        let Yaml::Map(members) = tree else {
            panic!("a map")
        };
        assert_eq!(members[0].1.value, Yaml::Text("1".to_owned()));
        let Yaml::List(items) = &members[1].1.value else {
            panic!("a list")
        };
        let Yaml::Map(inner) = &items[0].value else {
            panic!("a map")
        };
        assert_eq!((inner[0].1.line, inner[1].1.line), (3, 4));
        assert_eq!(inner[0].1.value, Yaml::Bool(true));
        assert_eq!(inner[1].1.value, Yaml::Null);
    }

    #[test]
    fn mistakes_are_named() {
        for text in ["a: [1", "a: 1\na: 2\n", "a: *nobody\n"] {
            assert!(parse(text).is_err(), "{text}");
        }
        let mut bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned();
        for (new, old) in ('b'..='m').zip('a'..) {
            let all = vec![format!("*{old}"); 9].join(",");
            let _ = writeln!(bomb, "{new}: &{new} [{all}]");
        }
        assert!(parse(&bomb).is_err());
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}
