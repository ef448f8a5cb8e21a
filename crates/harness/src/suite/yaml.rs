//! YAML as a tree that knows the place of each key and value, so that a
//! mistake in a test file is told with a caret.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use serde_saphyr::Spanned;

use super::mistake::{Mistake, Place};

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub(crate) at: Place,
    pub(crate) kind: Kind,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Member>),
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Member {
    pub(crate) at: Place,
    pub(crate) key: String,
    pub(crate) value: Node,
}

impl Node {
    /// The members of a mapping; `what` names it in the mistake.
    pub(crate) fn members(&self, what: &str) -> Result<&[Member], Mistake> {
        match &self.kind {
            Kind::Map(members) => Ok(members),
            _ => Err(self.wrong(format!("{what} is a mapping, not {}", self.what()))),
        }
    }

    /// The members, and a mistake for the first key that is none of `known`.
    pub(crate) fn members_of(&self, what: &str, known: &[&str]) -> Result<&[Member], Mistake> {
        let members = self.members(what)?;
        for member in members {
            if !known.contains(&member.key.as_str()) {
                return Err(unknown(member, what, known));
            }
        }
        Ok(members)
    }

    /// The items of a list; a value that is none counts as a list of it.
    pub(crate) fn items(&self) -> &[Node] {
        match &self.kind {
            Kind::List(items) => items,
            Kind::Null => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// Text, or what looks like a number or a truth value as it was written.
    pub(crate) fn text(&self, what: &str) -> Result<String, Mistake> {
        match &self.kind {
            Kind::Text(text) => Ok(text.clone()),
            Kind::Number(number) => Ok(number.to_string()),
            Kind::Bool(value) => Ok(value.to_string()),
            _ => Err(self.wrong(format!("{what} is text, not {}", self.what()))),
        }
    }

    /// Text that says something; what looks like a number or a truth value has
    /// to be quoted.
    pub(crate) fn word(&self, what: &str) -> Result<String, Mistake> {
        match &self.kind {
            Kind::Text(text) if text.trim().is_empty() => {
                Err(self.wrong(format!("{what} is text, and not empty")))
            }
            Kind::Text(text) => Ok(text.clone()),
            Kind::Number(_) | Kind::Bool(_) => {
                let written = self.text(what)?;
                let told = format!("{what} is text, not {}", self.what());
                let help = format!("write \"{written}\" if that is the text");
                Err(self.wrong(told).wide(written.chars().count()).help(help))
            }
            _ => self.text(what),
        }
    }

    /// True or false.
    pub(crate) fn bool(&self, what: &str) -> Result<bool, Mistake> {
        match self.kind {
            Kind::Bool(value) => Ok(value),
            _ => Err(self.wrong(format!("{what} is true or false"))),
        }
    }

    /// A whole number that is not negative.
    pub(crate) fn count(&self, what: &str) -> Result<u64, Mistake> {
        let number = match &self.kind {
            Kind::Number(number) => number.as_u64(),
            _ => None,
        };
        number.ok_or_else(|| self.wrong(format!("{what} is a whole number, 0 or more")))
    }

    /// A mistake at this value.
    pub(crate) fn wrong(&self, what: impl Into<String>) -> Mistake {
        Mistake::at(self.at, what)
    }

    /// The value as JSON.
    pub(crate) fn json(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Number(number) => Value::Number(number.clone()),
            Kind::Text(text) => Value::String(text.clone()),
            Kind::List(items) => Value::Array(items.iter().map(Node::json).collect()),
            Kind::Map(members) => {
                let members = members.iter();
                let map: Map<String, Value> = members
                    .map(|member| (member.key.clone(), member.value.json()))
                    .collect();
                Value::Object(map)
            }
        }
    }

    fn what(&self) -> &'static str {
        match self.kind {
            Kind::Null => "nothing",
            Kind::Bool(_) => "a truth value",
            Kind::Number(_) => "a number",
            Kind::Text(_) => "text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a mapping",
        }
    }
}

/// A key that is not known, with the nearest that is.
pub(crate) fn unknown(member: &Member, what: &str, known: &[&str]) -> Mistake {
    let near = yaral_udm::nearest(&member.key, known.iter().copied());
    let help = match near.first() {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are: {}", known.join(", ")),
    };
    Mistake::at(member.at, format!("{what} has no key `{}`", member.key))
        .wide(member.key.chars().count())
        .help(help)
}

/// Reads a document.
///
/// # Errors
/// The place and what is wrong; line 0 if it is not known.
pub(crate) fn parse(text: &str) -> Result<Node, Mistake> {
    // A key may be called `n`, `y` or `on`.
    let options = serde_saphyr::options! { strict_booleans: true };
    let read = serde_saphyr::from_str_with_options::<Spanned<Kind>>(text, options);
    read.map(node).map_err(|error| {
        let at = error.location().map(|at| place(at.line(), at.column()));
        let (what, wide) = super::unreadable::told(&error);
        Mistake::at(at.unwrap_or_default(), what).wide(wide)
    })
}

fn node(item: Spanned<Kind>) -> Node {
    Node {
        at: place(item.referenced.line(), item.referenced.column()),
        kind: item.value,
    }
}

fn place(line: u64, column: u64) -> Place {
    let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    Place {
        line: small(line),
        column: small(column),
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Kind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("YAML")
    }

    fn visit_unit<E>(self) -> Result<Kind, E> {
        Ok(Kind::Null)
    }

    fn visit_none<E>(self) -> Result<Kind, E> {
        Ok(Kind::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Kind, E> {
        Ok(Kind::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Kind, E> {
        Ok(Kind::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Kind, E> {
        Ok(Kind::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Kind, E> {
        let number = Number::from_f64(value);
        Ok(number.map_or_else(|| Kind::Text(value.to_string()), Kind::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Kind, E> {
        Ok(Kind::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Kind, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element::<Spanned<Kind>>()? {
            items.push(node(item));
        }
        Ok(Kind::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Kind, A::Error> {
        let mut members = Vec::new();
        while let Some((key, value)) = map.next_entry::<Spanned<String>, Spanned<Kind>>()? {
            members.push(Member {
                at: place(key.referenced.line(), key.referenced.column()),
                key: key.value,
                value: node(value),
            });
        }
        Ok(Kind::Map(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_known() {
        let node =
            parse("a: 1\nlist:\n  - x: true\n    \"y\": [1.5, ~, no]\n").expect("it is YAML");
        let members = node.members("it").expect("it is a mapping");
        assert_eq!(members[1].at, Place { line: 2, column: 1 });
        let item = &members[1].value.items()[0];
        let inner = item.members("item").expect("it is a mapping");
        assert_eq!(inner[1].at, Place { line: 4, column: 5 });
        assert_eq!(
            inner[1].value.items()[0].at,
            Place {
                line: 4,
                column: 11
            }
        );
        assert_eq!(
            node.json(),
            serde_json::json!({"a": 1, "list": [{"x": true, "y": [1.5, null, "no"]}]})
        );
    }

    #[test]
    fn mistakes_have_a_place_and_a_way_out() {
        let node = parse("tests: 1\ntimelime: 2\n").expect("it is YAML");
        let mistake = node.members_of("a test", &["tests", "timeline"]);
        let mistake = mistake.expect_err("a key is unknown");
        assert_eq!(mistake.place, Place { line: 2, column: 1 });
        assert_eq!(mistake.width, 8);
        assert_eq!(mistake.help.as_deref(), Some("did you mean `timeline`?"));
        assert_eq!(parse("a: [1\nb: 2").expect_err("it is open").place.line, 2);
    }
}
