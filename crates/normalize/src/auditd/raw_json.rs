//! The JSON forms of audit records without the secrets in them: LAUREL's
//! events, and entries of the journal.
//!
//! What is a list, is escaped, or is in hexadecimal is cleaned here, and put in
//! the place of the member that it came from; everything else stays byte for
//! byte and goes through the rules for JSON.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::fields::place;
use super::line::{Line, message};
use super::{ARGUMENT_END, raw, types};
use crate::argv;
use crate::json::{Members, Text, each_item};
use crate::percent;
use crate::redact::{self, Bodies, REDACTED};

/// How deep LAUREL's objects lie within each other; what lies deeper is cut.
const DEPTH_MAX: usize = 6;

type Object<'a> = Members<'a, &'a RawValue>;

/// What stands in the places of parts of a text.
struct Edits<'t> {
    text: &'t str,
    list: Vec<(usize, usize, String)>,
}

impl<'t> Edits<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            list: Vec::new(),
        }
    }

    /// Puts a string in the place of a part, which lies within the text.
    fn put(&mut self, part: &str, string: &str) {
        let start = (part.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        let quoted = serde_json::to_string(string).unwrap_or_else(|_| "null".to_owned());
        self.list
            .push((start, start.saturating_add(part.len()), quoted));
    }

    /// Appends the text with what was put in, by the rules for JSON.
    fn write(mut self, out: &mut String) {
        self.list.sort_unstable();
        let mut new = String::with_capacity(self.text.len());
        let mut done = 0;
        for (start, end, string) in &self.list {
            let Some(before) = self.text.get(done..*start) else {
                continue;
            };
            new.push_str(before);
            new.push_str(string);
            done = *end;
        }
        new.push_str(self.text.get(done..).unwrap_or_default());
        redact::json(&new, Bodies::None, out);
    }
}

fn object(text: &str) -> Option<Object<'_>> {
    serde_json::from_str(text).ok()
}

fn string(text: &str) -> Option<Cow<'_, str>> {
    serde_json::from_str::<Text<'_>>(text)
        .ok()
        .map(|text| text.0)
}

/// Appends an entry of the journal without secrets; the arguments of its event
/// are taken from `found`.
pub(super) fn journal(text: &str, record: &Line<'_>, found: &mut raw::Arguments, out: &mut String) {
    let kind = &*record.kind;
    let mut edits = Edits::new(text);
    let members = object(text).map(|members| members.0).unwrap_or_default();
    let last = members
        .iter()
        .rposition(|(name, _)| name.as_str() == "MESSAGE");
    for (at, (name, value)) in members.iter().enumerate() {
        let value = value.get();
        match name.as_str() {
            "MESSAGE" => {
                let Some(text) = message(value) else { continue };
                let mut clean = String::new();
                // Only the last one counts; another has arguments of its own.
                if Some(at) == last {
                    raw::values(&text, record, found, &mut clean);
                } else {
                    clean.push_str(REDACTED);
                }
                if clean != text {
                    edits.put(value, &clean);
                }
            }
            // The journal's own copies of the fields.
            name if name.starts_with("_AUDIT_FIELD_") => {
                let whole = matches!(kind, "EXECVE" | "PROCTITLE") || raw::is_typed(kind);
                match string(value).map(|text| (raw::bare(&text), text)) {
                    _ if whole => edits.put(value, REDACTED),
                    Some((clean, text)) if clean != text => edits.put(value, &clean),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    edits.write(out);
}

/// Appends an event of LAUREL without secrets.
pub(super) fn laurel(text: &str, out: &mut String) {
    let mut edits = Edits::new(text);
    for (name, value) in object(text).map(|members| members.0).unwrap_or_default() {
        let kind = types::name(name.as_str());
        records(&mut edits, &kind, value.get());
    }
    edits.write(out);
}

/// A member of an event: a record, or a list of records, whose arguments are
/// one list.
fn records(edits: &mut Edits<'_>, kind: &str, value: &str) {
    let mut pieces = Vec::new();
    if value.starts_with('[') && kind != "ARGV" {
        if let Ok(list) = serde_json::from_str::<&RawValue>(value) {
            // The event was read, so that its lists are lists.
            let _ = each_item(list, &mut |item| {
                member(edits, (kind, 0), "", item, &mut pieces);
            });
        }
    } else {
        member(edits, (kind, 0), "", value, &mut pieces);
    }
    pieces.sort_by_key(|(place, _, _)| *place);
    list(edits, &pieces);
}

/// An argument: its place, where it stands, and its text.
type Piece<'t> = ((u32, u32), &'t str, String);

/// Any value inside a record of some kind, at some depth.
fn member<'t>(
    edits: &mut Edits<'_>,
    (kind, depth): (&str, usize),
    name: &str,
    value: &'t str,
    pieces: &mut Vec<Piece<'t>>,
) {
    let typed = raw::is_typed(kind) && name == "data";
    if name == "ENV" || typed || depth > DEPTH_MAX {
        edits.put(value, REDACTED);
    } else if value.starts_with('{') {
        for (name, value) in object(value).map(|members| members.0).unwrap_or_default() {
            member(edits, (kind, depth + 1), name.as_str(), value.get(), pieces);
        }
    } else if value.starts_with('[') {
        items(edits, kind, value, depth);
    } else if let Some(text) = string(value) {
        let text = percent::decode_path(&text).into_owned();
        if kind != "SYSCALL"
            && let Some(place) = place(name)
        {
            pieces.push((place, value, text));
        } else if let Some(clean) = cleaned(name, &text) {
            edits.put(value, &escaped(&clean));
        }
    }
}

/// A list: texts are arguments.
fn items(edits: &mut Edits<'_>, kind: &str, value: &str, depth: usize) {
    let Ok(raw_list) = serde_json::from_str::<&RawValue>(value) else {
        return;
    };
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let _ = each_item(raw_list, &mut |item| {
        if let Some(text) = string(item) {
            let number = u32::try_from(pieces.len()).unwrap_or(u32::MAX);
            let text = percent::decode_path(&text).into_owned();
            pieces.push(((number, 0), item, text));
        } else {
            let mut inner = Vec::new();
            member(edits, (kind, depth + 1), "", item, &mut inner);
            list(edits, &inner);
        }
    });
    list(edits, &pieces);
}

/// Puts the arguments without secrets in their places. Those of one number are
/// the pieces of one.
fn list(edits: &mut Edits<'_>, pieces: &[Piece<'_>]) {
    let same_number = |a: &Piece<'_>, b: &Piece<'_>| a.0.0 == b.0.0;
    let texts: Vec<String> = pieces
        .chunk_by(same_number)
        .map(|chunk| chunk.iter().map(|(_, _, text)| text.as_str()).collect())
        .collect();
    let clean = redact::arguments(texts.iter().map(String::as_str));
    let clean = clean.split(ARGUMENT_END);
    for ((chunk, text), clean) in pieces.chunk_by(same_number).zip(&texts).zip(clean) {
        if redact::same(clean, text) {
            continue;
        }
        for (at, (_, value, _)) in chunk.iter().enumerate() {
            let new = if at == 0 { clean } else { REDACTED };
            edits.put(value, &escaped(new));
        }
    }
}

/// A text without its secrets; none if it has none.
fn cleaned(name: &str, text: &str) -> Option<String> {
    if name == "ARGV_STR" {
        let words = argv::split(text);
        let clean = redact::arguments(words.iter().map(|word| &**word));
        let same = clean
            .split(ARGUMENT_END)
            .zip(&words)
            .all(|(clean, word)| redact::same(clean, word));
        if !same {
            return Some(clean.replace(ARGUMENT_END, " "));
        }
    }
    let clean = raw::bare(text);
    if clean != text {
        return Some(clean);
    }
    raw::hidden(text)
}

/// The escapes that LAUREL puts below those of JSON.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' => out.push_str("%25"),
            '+' => out.push_str("%2b"),
            c if c.is_ascii_control() => {
                let digit = |n: u32| char::from_digit(n, 16).unwrap_or('0');
                let code = u32::from(c);
                out.extend(['%', digit(code >> 4), digit(code & 15)]);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_of_laurel_lose_their_secrets() {
        for (record, expected) in [
            (r#""TTY":{"data":"S"}"#, r#""TTY":{"data":"<redacted>"}"#),
            (
                r#""UNKNOWN[1319]":[{"data":["S"]}]"#,
                r#""UNKNOWN[1319]":[{"data":"<redacted>"}]"#,
            ),
            (
                r#""EXECVE":{"ENV":{"A":"S"}}"#,
                r#""EXECVE":{"ENV":"<redacted>"}"#,
            ),
            (
                r#""EXECVE":{"ARGV":["x","--token","S",null]}"#,
                r#""EXECVE":{"ARGV":["x","--token","<redacted>",null]}"#,
            ),
            (
                r#""EXECVE":{"a2":"S","a1":"--token"}"#,
                r#""EXECVE":{"a2":"<redacted>","a1":"--token"}"#,
            ),
            (
                r#""EXECVE":{"ARGV_STR":"x --token %2bS"}"#,
                r#""EXECVE":{"ARGV_STR":"x --token <redacted>"}"#,
            ),
            (
                r#""EXECVE":{"ARGV":["x%2b","Bearer%09S"]}"#,
                r#""EXECVE":{"ARGV":["x%2b","Bearer%09<redacted>"]}"#,
            ),
            (
                r#""PARENT_INFO":{"ARGV":["x","--password","S"]}"#,
                r#""PARENT_INFO":{"ARGV":["x","--password","<redacted>"]}"#,
            ),
            (
                r#""PROCTITLE":{"proctitle":"x%00--token%00S"}"#,
                r#""PROCTITLE":{"proctitle":"x%00--token%00<redacted>"}"#,
            ),
            (
                r#""SYSCALL":{"ARGV":["0x1","0x2"],"a0":"0x3"}"#,
                r#""SYSCALL":{"ARGV":["0x1","0x2"],"a0":"0x3"}"#,
            ),
        ] {
            let line = |record: &str| format!(r#"{{"ID":"1.5:7",{record}}}"#);
            let mut out = String::new();
            laurel(&line(record), &mut out);
            assert_eq!(out, line(expected));
        }
    }
}
