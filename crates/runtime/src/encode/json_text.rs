//! JSON as text, with everything hostile in it escaped.
//!
//! Keys stand in the order in which they are written. Characters that a
//! terminal or a reader may fall for are `\u` escapes, which say the same to
//! every JSON reader; text beyond the field limit is cut and marked.

use std::fmt::{Display, Write as _};

use yaral_udm::{Event, write_event};

use crate::limits::ENCODED_FIELD_BYTES_MAX;
use crate::text::{cut, cut_mark, is_hostile};

/// A JSON text that is being written.
#[derive(Debug, Default)]
pub(super) struct Json {
    out: String,
    /// Whether a value or key follows that needs a comma before it.
    comma: bool,
}

impl Json {
    /// What was written; the writer starts anew.
    pub(super) fn take(&mut self) -> String {
        self.comma = false;
        std::mem::take(&mut self.out)
    }

    fn separate(&mut self) {
        if self.comma {
            self.out.push(',');
        }
        self.comma = true;
    }

    /// Writes an object; the closure writes its members.
    pub(super) fn object(&mut self, members: impl FnOnce(&mut Self)) {
        self.nested('{', members, '}');
    }

    /// Writes an array; the closure writes its elements.
    pub(super) fn array(&mut self, elements: impl FnOnce(&mut Self)) {
        self.nested('[', elements, ']');
    }

    fn nested(&mut self, open: char, inside: impl FnOnce(&mut Self), close: char) {
        self.separate();
        self.out.push(open);
        self.comma = false;
        inside(self);
        self.out.push(close);
        self.comma = true;
    }

    /// Writes a member's key; its value comes next.
    pub(super) fn key(&mut self, key: &str) -> &mut Self {
        self.str(key);
        self.out.push(':');
        self.comma = false;
        self
    }

    pub(super) fn str(&mut self, text: &str) {
        self.separate();
        let (kept, missing) = cut(text, ENCODED_FIELD_BYTES_MAX);
        self.out.push('"');
        escape_into(&mut self.out, kept);
        if missing > 0 {
            self.out.push_str(&cut_mark(missing));
        }
        self.out.push('"');
    }

    /// Writes a value whose text form is JSON already: a number, a boolean.
    pub(super) fn plain(&mut self, value: impl Display) {
        self.separate();
        let _ = write!(self.out, "{value}");
    }

    /// Writes a floating point number; one that JSON has no form for is text.
    pub(super) fn float(&mut self, value: f64) {
        if value.is_finite() {
            self.plain(value);
        } else {
            self.str(&value.to_string());
        }
    }

    pub(super) fn null(&mut self) {
        self.plain("null");
    }

    /// Writes a UDM event in its own JSON form.
    pub(super) fn event(&mut self, event: &Event) {
        let mut json = String::new();
        write_event(event, &mut json);
        self.separate();
        if json.is_empty() {
            self.out.push_str("{}");
        } else {
            embed_into(&mut self.out, &json);
        }
    }
}

/// The contents of a JSON string.
fn escape_into(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_hostile(c) => unicode_escape(out, c),
            c => out.push(c),
        }
    }
}

fn unicode_escape(out: &mut String, c: char) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        let _ = write!(out, "\\u{unit:04x}");
    }
}

/// Copies JSON that another writer made. Outside strings it is ASCII without
/// control characters, so that what is hostile stands inside a string, where
/// its escape means the same.
fn embed_into(out: &mut String, json: &str) {
    let mut rest = json;
    while let Some(quote) = memchr::memchr(b'"', rest.as_bytes()) {
        out.push_str(&rest[..=quote]);
        let body = &rest[quote + 1..];
        let (kept, length) = string_body(body);
        for c in body[..kept].chars() {
            if is_hostile(c) {
                unicode_escape(out, c);
            } else {
                out.push(c);
            }
        }
        if kept < length {
            out.push_str(&cut_mark(length - kept));
        }
        if length == body.len() {
            return;
        }
        out.push('"');
        rest = &body[length + 1..];
    }
    out.push_str(rest);
}

/// For the inside of a JSON string: how much of it fits the field limit
/// without breaking an escape or a character, and how long it is.
fn string_body(body: &str) -> (usize, usize) {
    let bytes = body.as_bytes();
    let (mut at, mut kept) = (0, None);
    while let Some(n) = memchr::memchr2(b'"', b'\\', &bytes[at..]) {
        let next = at + n;
        if kept.is_none() && next > ENCODED_FIELD_BYTES_MAX {
            kept = Some(body.floor_char_boundary(ENCODED_FIELD_BYTES_MAX));
        }
        if bytes[next] == b'"' {
            return (kept.unwrap_or(next), next);
        }
        let step = if bytes.get(next + 1) == Some(&b'u') {
            6
        } else {
            2
        };
        if kept.is_none() && next + step > ENCODED_FIELD_BYTES_MAX {
            kept = Some(next);
        }
        at = (next + step).min(bytes.len());
    }
    (kept.unwrap_or(body.len()).min(body.len()), body.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn embedded(json: &str) -> String {
        let mut out = String::new();
        embed_into(&mut out, json);
        out
    }

    #[test]
    fn nesting_and_commas() {
        let mut json = Json::default();
        json.object(|j| {
            j.key("a").plain(1);
            j.key("b").array(|j| {
                j.str("x\"\\\u{202e}\u{1b}\u{e0001}");
                j.object(|_| {});
                j.null();
                j.float(f64::NAN);
            });
        });
        assert_eq!(
            json.take(),
            r#"{"a":1,"b":["x\"\\\u202e\u001b\udb40\udc01",{},null,"NaN"]}"#
        );
    }

    #[test]
    fn embedding_keeps_the_meaning() {
        let hostile = "{\"a\":\"x\u{202e}\\\"y\\\\\",\"b\":[1,{\"\u{7f}\":\"\\u001b\"}]}";
        let out = embedded(hostile);
        assert!(!out.chars().any(is_hostile));
        let (a, b): (serde_json::Value, serde_json::Value) = (
            serde_json::from_str(hostile).unwrap(),
            serde_json::from_str(&out).unwrap(),
        );
        assert_eq!(a, b);
    }

    #[test]
    fn long_strings_are_cut_outside_escapes() {
        for pad in 0..8 {
            for unit in ["\\u00e9", "\\\"", "\u{20ac}", "z"] {
                let body = "x".repeat(pad) + &unit.repeat(ENCODED_FIELD_BYTES_MAX / unit.len() + 9);
                let out = embedded(&format!("{{\"k\":\"{body}\",\"l\":1}}"));
                let value: serde_json::Value = serde_json::from_str(&out).unwrap();
                assert!(
                    value["k"].as_str().unwrap().ends_with(" bytes]"),
                    "{pad} {unit}"
                );
                assert!(out.len() < ENCODED_FIELD_BYTES_MAX + 64);
                assert_eq!(value["l"], 1);
            }
        }
        assert_eq!(embedded("\"unfinished \\"), "\"unfinished \\");
    }
}
