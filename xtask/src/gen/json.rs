//! A JSON value that keeps the order of its keys, and its compact spelling.
//!
//! A log's keys have the order its writer gives them; a sorted map would move
//! `verb` behind `userAgent` and flatter every reader that looks for a prefix.

use std::fmt::Write as _;

/// A value; objects are lists of pairs.
pub enum Json {
    Null,
    Bool(bool),
    Int(u64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
}

/// An object literal: `object! { "kind" => "Event", "code" => 200 }`.
macro_rules! object {
    ($($key:expr => $value:expr),* $(,)?) => {
        $crate::r#gen::json::Json::Object(vec![$(($key, $crate::r#gen::json::Json::from($value))),*])
    };
}

/// A list literal; the items may be of different kinds.
macro_rules! list {
    ($($value:expr),* $(,)?) => {
        $crate::r#gen::json::Json::List(vec![$($crate::r#gen::json::Json::from($value)),*])
    };
}

pub(super) use {list, object};

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<Vec<Json>> for Json {
    fn from(items: Vec<Json>) -> Self {
        Self::List(items)
    }
}

impl Json {
    /// Adds a pair at the end; on anything but an object it does nothing.
    pub fn push(&mut self, key: &'static str, value: impl Into<Json>) {
        if let Self::Object(pairs) = self {
            pairs.push((key, value.into()));
        }
    }

    /// Appends the compact spelling.
    pub fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Int(number) => out.push_str(&number.to_string()),
            Self::Text(text) => quote(text, out),
            Self::List(items) => {
                out.push('[');
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(pairs) => {
                out.push('{');
                for (place, (key, value)) in pairs.iter().enumerate() {
                    if place > 0 {
                        out.push(',');
                    }
                    quote(key, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }

    /// The compact spelling and a line feed.
    pub fn line(&self) -> String {
        let mut out = String::with_capacity(2_048);
        self.write(&mut out);
        out.push('\n');
        out
    }
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            control if u32::from(control) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spelling_is_read_back_by_a_reference_reader() {
        let value = object! {
            "z" => "quote \" slash \\ feed \n bell \u{7} é",
            "a" => list![1_u64, true, Json::Null, object! {}],
        };
        let line = value.line();
        assert!(line.starts_with("{\"z\""), "order kept: {line}");
        let read: serde_json::Value = serde_json::from_str(&line).expect("valid JSON");
        assert_eq!(read["z"], "quote \" slash \\ feed \n bell \u{7} é");
        assert_eq!(read["a"], serde_json::json!([1, true, null, {}]));
    }
}
