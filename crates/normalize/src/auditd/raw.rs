//! The records of an event as text, without the secrets in them.
//!
//! Arguments and titles are looked at as the lists that they are, those of an
//! `EXECVE` over all its lines. What was in hexadecimal is so again, or the
//! reader of a log could not tell a text from digits; what was in quotes stays
//! there.

use std::collections::VecDeque;

use super::fields::{decode, place};
use super::line::{self, Found, Line};
use super::{ARGUMENT_END, raw_json};
use crate::redact::{self, redact_text};

/// Values shorter than this cannot hold a secret in hexadecimal.
const DIGITS_MIN: usize = 12;

/// What stands for each argument of an `EXECVE` record, in the order of the
/// record; none stands for itself.
pub(super) type Arguments = VecDeque<Option<String>>;

/// Appends the lines of an event without secrets.
pub(super) fn clean(text: &str, out: &mut String) {
    let lines: Vec<_> = text.lines().map(|text| (text, record(text))).collect();
    let mut found = cleaned_arguments(&lines);
    for (place, (text, record)) in lines.iter().enumerate() {
        if place > 0 {
            out.push('\n');
        }
        match record {
            Some(record) if text.starts_with('{') => {
                raw_json::journal(text, record, &mut found, out);
            }
            Some(record) => values(text, record, &mut found, out),
            // Only lines that hold a record come here.
            None => out.push_str(redact::REDACTED),
        }
    }
}

/// The record that a line holds.
pub(super) fn record(text: &str) -> Option<Line<'_>> {
    match line::read(text) {
        Ok(Found::Record(record)) => Some(record),
        _ => None,
    }
}

/// Whether a record of this type holds what somebody typed.
pub(super) fn is_typed(kind: &str) -> bool {
    matches!(kind, "TTY" | "USER_TTY")
}

/// The arguments of all lines: put together from their pieces, cleaned as one
/// list, and taken apart again. A changed one stands in its first piece.
fn cleaned_arguments(lines: &[(&str, Option<Line<'_>>)]) -> Arguments {
    let mut pieces = Vec::new();
    for (_, record) in lines {
        let Some(record) = record.as_ref().filter(|record| record.kind == "EXECVE") else {
            continue;
        };
        each_value(
            &record.body,
            &mut String::new(),
            &mut |key, value, quoted, _| {
                if let Some(place) = place(key) {
                    let decoded = if quoted { None } else { decode(value) };
                    let text = decoded.unwrap_or_else(|| value.to_owned());
                    pieces.push((place, pieces.len(), text));
                }
            },
        );
    }
    let mut found: Arguments = std::iter::repeat_n(None, pieces.len()).collect();
    pieces.sort_by_key(|(place, order, _)| (*place, *order));
    let mut texts: Vec<String> = Vec::new();
    let mut last = None;
    for ((number, _), _, text) in &pieces {
        match texts.last_mut() {
            Some(whole) if last == Some(*number) => whole.push_str(text),
            _ => texts.push(text.clone()),
        }
        last = Some(*number);
    }
    let clean = redact::arguments(texts.iter().map(String::as_str));
    let mut cleaned = clean.split(ARGUMENT_END).zip(&texts);
    let (mut last, mut changed) = (None, false);
    for ((number, _), order, _) in &pieces {
        let new = if last == Some(*number) {
            changed.then(|| redact::REDACTED.to_owned())
        } else {
            let next = cleaned
                .next()
                .filter(|(clean, text)| !redact::same(clean, text));
            changed = next.is_some();
            next.map(|(clean, _)| clean.to_owned())
        };
        last = Some(*number);
        if let Some(slot) = found.get_mut(*order) {
            *slot = new;
        }
    }
    found
}

/// Appends a text that ends with the fields of a record, without secrets.
pub(super) fn values(text: &str, record: &Line<'_>, found: &mut Arguments, out: &mut String) {
    let kind = &*record.kind;
    let header = text.strip_suffix(&*record.body).unwrap_or_default();
    let body = &text[header.len()..];
    each_value(header, out, &mut |_, value, quoted, out| {
        put(&redact_text(value), quoted, out);
    });
    each_value(body, out, &mut |key, value, quoted, out| {
        if kind == "EXECVE" && place(key).is_some() {
            match found.pop_front().flatten() {
                Some(clean) => put_clean(&clean, quoted, out),
                None => put(value, quoted, out),
            }
        } else if is_typed(kind) && key == "data" {
            put(redact::REDACTED, quoted, out);
        } else if quoted {
            put(&redact_text(value), quoted, out);
        } else {
            out.push_str(&bare(value));
        }
    });
}

fn put(value: &str, quoted: bool, out: &mut String) {
    let quote = if quoted { "\"" } else { "" };
    out.push_str(quote);
    out.push_str(value);
    out.push_str(quote);
}

/// Writes an argument as the kernel would.
fn put_clean(clean: &str, quoted: bool, out: &mut String) {
    if quoted && !clean.contains(['"', '\n']) {
        put(clean, true, out);
    } else {
        encode(clean.as_bytes(), out);
    }
}

/// A value without quotes: decoded if it is in hexadecimal, and written as it
/// was.
pub(super) fn bare(value: &str) -> String {
    let digits = value.bytes().all(|b| b.is_ascii_hexdigit());
    if !digits || value.len() < DIGITS_MIN {
        return redact_text(value).into_owned();
    }
    // No kernel writes half a byte. What was cut there is read without it, and
    // what had it put before it is not shown if it hides anything.
    let whole = value.len() - value.len() % 2;
    if whole < value.len() && decode(&value[1..]).is_some_and(|text| hidden(&text).is_some()) {
        return redact::REDACTED.to_owned();
    }
    let clean = decode(&value[..whole]).and_then(|text| hidden(&text));
    clean.map_or_else(
        || value.to_owned(),
        |clean| {
            let mut out = String::new();
            encode(clean.as_bytes(), &mut out);
            out
        },
    )
}

/// A decoded text without its secrets; none if it has none.
pub(super) fn hidden(text: &str) -> Option<String> {
    // A title is a list whose parts end with NUL.
    if text.contains('\0') {
        let parts = || text.split('\0');
        let clean = redact::arguments(parts());
        let same = clean
            .split(ARGUMENT_END)
            .zip(parts())
            .all(|(clean, part)| redact::same(clean, part));
        return (!same).then(|| clean.replace(ARGUMENT_END, "\0"));
    }
    let clean = redact_text(text);
    (clean != text).then(|| clean.into_owned())
}

/// Copies a line and lets `each` write the values: their key, the value without
/// quotes, and whether it had them.
fn each_value(line: &str, out: &mut String, each: &mut dyn FnMut(&str, &str, bool, &mut String)) {
    let mut rest = line;
    while let Some(sign) = rest.find('=') {
        let key = rest[..sign]
            .rsplit(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '[' | ']')))
            .next()
            .unwrap_or_default();
        let value = &rest[sign + 1..];
        out.push_str(&rest[..=sign]);
        rest = match value.as_bytes().first() {
            Some(b'"') => {
                let inner = &value[1..];
                let end = inner.find('"').unwrap_or(inner.len());
                each(key, &inner[..end], true, out);
                inner.get(end + 1..).unwrap_or_default()
            }
            // What user space sends has pairs of its own.
            Some(b'\'') => {
                out.push('\'');
                &value[1..]
            }
            _ => {
                let stop = |c: char| c.is_ascii_whitespace() || matches!(c, '\'' | '\u{1d}');
                let end = value.find(stop).unwrap_or(value.len());
                if end > 0 {
                    each(key, &value[..end], false, out);
                }
                &value[end..]
            }
        };
    }
    out.push_str(rest);
}

/// Appends bytes in hexadecimal.
pub(super) fn encode(bytes: &[u8], out: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            out.push(char::from(DIGITS[usize::from(digit)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> String {
        let mut out = String::new();
        clean(line, &mut out);
        out
    }

    fn hex(text: &str) -> String {
        let mut out = String::new();
        encode(text.as_bytes(), &mut out);
        out
    }

    fn record(kind: &str, fields: &str) -> String {
        format!("type={kind} msg=audit(1.0:1): {fields}")
    }

    #[test]
    fn secrets_are_cut_in_their_encoding() {
        let header = hex("Authorization: Bearer abcdefgh");
        let cut = hex("Authorization: Bearer <redacted>");
        let title = (hex("x\0--token\0abc"), hex("x\0--token\0<redacted>"));
        let order = (
            hex("mysql --password=hunter2"),
            hex("mysql --password=<redacted>"),
        );
        let call = "arch=c000003e a0=ffffffffffffff9c key=\"x\"\u{1d}UID=\"root\"";
        for (kinds, fields, expected) in [
            (
                &["EXECVE", "1309", "UNKNOWN[1309]"][..],
                format!("argc=3 a0=\"curl\" a1=\"-H\" a2={header}"),
                format!("argc=3 a0=\"curl\" a1=\"-H\" a2={cut}"),
            ),
            (
                &["EXECVE", "1309"],
                "argc=3 a0=\"x\" a1=\"--token\" a2=\"abc\"".to_owned(),
                "argc=3 a0=\"x\" a1=\"--token\" a2=\"<redacted>\"".to_owned(),
            ),
            (
                &["EXECVE"],
                "a0=\"x\" a1_len=22 a1[0]=\"--password=\" a1[1]=\"S\"".to_owned(),
                "a0=\"x\" a1_len=22 a1[0]=\"--password=<redacted>\" a1[1]=\"<redacted>\""
                    .to_owned(),
            ),
            (
                &["PROCTITLE", "1327"],
                format!("proctitle={}", title.0),
                format!("proctitle={}", title.1),
            ),
            (
                &["PROCTITLE"],
                format!("proctitle={}7", title.0),
                format!("proctitle={}", title.1),
            ),
            (
                &["PROCTITLE"],
                format!("proctitle=7{}", title.0),
                "proctitle=<redacted>".to_owned(),
            ),
            (
                &["USER_TTY", "TTY", "1319", "1124"],
                "pid=1 data=\"hunter2\"".to_owned(),
                "pid=1 data=\"<redacted>\"".to_owned(),
            ),
            (
                &["TTY"],
                "pid=1 data=68756E74".to_owned(),
                "pid=1 data=<redacted>".to_owned(),
            ),
            (
                &["USER_CMD"],
                format!("pid=1 msg='cmd={} res=success'", order.0),
                format!("pid=1 msg='cmd={} res=success'", order.1),
            ),
            (&["SYSCALL"], call.to_owned(), call.to_owned()),
        ] {
            for kind in kinds {
                assert_eq!(shown(&record(kind, &fields)), record(kind, &expected));
                assert_eq!(
                    shown(&record(kind, &expected)),
                    record(kind, &expected),
                    "twice is once"
                );
            }
        }
    }

    #[test]
    fn arguments_are_one_list_over_all_lines() {
        let lines = [
            record(
                "EXECVE",
                "a2=\"S\" a3[1]=\"JIUzI1NiJ9.eyJzdWIi\" a3[2]=\"OiJhIn0.c2ln\"",
            ),
            record("CWD", "cwd=\"/\""),
            record(
                "EXECVE",
                "argc=4 a0=\"x\" a1=\"--token\" a3[0]=\"eyJhbGciOi\"",
            ),
        ];
        let expected = [
            record(
                "EXECVE",
                "a2=\"<redacted>\" a3[1]=\"<redacted>\" a3[2]=\"<redacted>\"",
            ),
            record("CWD", "cwd=\"/\""),
            record(
                "EXECVE",
                "argc=4 a0=\"x\" a1=\"--token\" a3[0]=\"eyJhbGciOiJIUzI1NiJ9.<redacted>\"",
            ),
        ];
        assert_eq!(shown(&lines.join("\n")), expected.join("\n"));
    }
}
