//! The alert as Falco writes it, borrowed from its line.
//!
//! `output_fields` is flat: its names hold dots and indexes, and which of them
//! are there the rule decides. They are kept sorted, so that a look-up stays
//! cheap however many there are.

use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer};

use crate::json::{Members, Scalar, Text, object};

object! {
    /// An alert.
    Alert {
        rule: "rule" => Text<'a>,
        priority: "priority" => Scalar<'a>,
        output: "output" => Text<'a>,
        output_fields: "output_fields" => Fields<'a>,
        time: "time" => Scalar<'a>,
        source: "source" => Scalar<'a>,
        hostname: "hostname" => Scalar<'a>,
        uuid: "uuid" => Scalar<'a>,
        tags: "tags" => Vec<Scalar<'a>>,
    }
}

impl Alert<'_> {
    /// Whether the object is an alert: the three things that each of them says.
    /// Output and its fields may each be switched off.
    pub(super) fn is_one(&self) -> bool {
        self.rule.is_some()
            && self.priority.is_some()
            && (self.output.is_some() || self.output_fields.is_some())
    }

    /// The prose; an empty one says nothing.
    pub(super) fn output(&self) -> Option<&str> {
        let output = self.output.as_ref().map(Text::as_str);
        output.filter(|output| !output.is_empty())
    }

    /// The value of an output field.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.output_fields.as_ref()?.get(name)
    }

    /// The first value that is there.
    pub(super) fn first(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.field(name))
    }
}

/// A value that Falco could find out.
pub(super) fn known(value: &str) -> Option<&str> {
    Some(value).filter(|value| !matches!(*value, "" | "<NA>"))
}

/// The members of `output_fields`, sorted by name.
#[derive(Clone, Default, Debug)]
pub(super) struct Fields<'a>(Vec<(Cow<'a, str>, Scalar<'a>)>);

impl Fields<'_> {
    /// The value of a field. What Falco could not find out is `null`, `<NA>` or
    /// empty, and counts as absent.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        // The last one of a name counts.
        let after = self.0.partition_point(|(key, _)| &**key <= name);
        let (key, value) = self.0.get(after.checked_sub(1)?)?;
        known(value.as_str()).filter(|_| key == name)
    }

    /// Every field with its value, by name.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (&**key, value.as_str()))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members: Members<'a, Scalar<'a>> = Members::deserialize(deserializer)?;
        let mut fields: Vec<_> = members
            .0
            .into_iter()
            .map(|(key, value)| (key.0, value))
            .collect();
        fields.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(Self(fields))
    }
}

/// The elements of a list as Falco writes one: `(a,b)`.
pub(super) fn elements(list: &str) -> impl Iterator<Item = &str> {
    let inner = list
        .strip_prefix('(')
        .and_then(|list| list.strip_suffix(')'));
    inner
        .unwrap_or(list)
        .split(',')
        .map(str::trim)
        .filter(|element| !element.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_whatever_their_type() {
        let alert: Alert<'_> = serde_json::from_str(
            r#"{"output_fields":{"user.uid":0,"b":"<NA>","evt.failed":false,"a":"1","c":null,"d":["x"],"a":"2","proc.aname[2]":"sh"}}"#,
        )
        .expect("an alert");
        for (name, value) in [
            ("user.uid", Some("0")),
            ("evt.failed", Some("false")),
            ("a", Some("2")),
            ("b", None),
            ("c", None),
            ("d", None),
            ("proc.aname[2]", Some("sh")),
            ("proc.aname", None),
            ("", None),
        ] {
            assert_eq!(alert.field(name), value, "{name}");
        }
    }
}
