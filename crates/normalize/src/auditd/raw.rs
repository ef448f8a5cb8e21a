//! The records of an event as text, without the secrets in them.
//!
//! Arguments and titles are looked at as the lists that they are. What was in
//! hexadecimal is so again, or the reader of a log could not tell a text from
//! digits; what was in quotes stays there.

use super::ARGUMENT_END;
use super::fields::{decode, place};
use crate::redact::{self, redact_text};

/// Values shorter than this cannot hold a secret in hexadecimal.
const DIGITS_MIN: usize = 12;

/// Appends a line of records without secrets.
pub(super) fn clean(line: &str, out: &mut String) {
    let is = |kind: &str| line.contains(kind);
    if is("EXECVE") && arguments(line, out).is_some() {
        return;
    }
    let keystrokes = is("type=TTY") || is("type=USER_TTY") || is("type=1319") || is("type=1124");
    each_value(line, out, &mut |key, value, quoted, out| {
        if keystrokes && key == "data" {
            out.push_str(redact::REDACTED);
            return;
        }
        value_of(value, quoted, out);
    });
}

/// One value: decoded if it is in hexadecimal, and written as it was.
fn value_of(value: &str, quoted: bool, out: &mut String) {
    let decoded = if quoted || value.len() < DIGITS_MIN {
        None
    } else {
        decode(value)
    };
    let Some(text) = decoded else {
        out.push_str(&redact_text(value));
        return;
    };
    // A title is a list whose parts end with NUL.
    let clean = if text.contains('\0') {
        redact::arguments(text.split('\0')).replace(ARGUMENT_END, "\0")
    } else {
        redact_text(&text).into_owned()
    };
    if clean == text {
        out.push_str(value);
    } else {
        encode(&clean, out);
    }
}

/// The arguments of an `EXECVE` record as one list; none if there are none.
fn arguments(line: &str, out: &mut String) -> Option<()> {
    let mut texts = Vec::new();
    each_value(line, &mut String::new(), &mut |key, value, quoted, _| {
        if place(key).is_some() {
            let decoded = if quoted { None } else { decode(value) };
            texts.push(decoded.unwrap_or_else(|| value.to_owned()));
        }
    });
    if texts.is_empty() {
        return None;
    }
    let cleaned = redact::arguments(texts.iter().map(String::as_str));
    let mut cleaned = cleaned.split(ARGUMENT_END).zip(&texts);
    each_value(line, out, &mut |key, value, quoted, out| {
        let next = if place(key).is_some() {
            cleaned.next()
        } else {
            None
        };
        match next {
            Some((clean, text)) if redact::same(clean, text) => out.push_str(value),
            Some((clean, _)) if quoted => out.push_str(clean),
            Some((clean, _)) => encode(clean, out),
            None => out.push_str(value),
        }
    });
    Some(())
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
        let (open, close) = match value.as_bytes().first() {
            Some(b'"') => (1, value[1..].find('"').map_or(value.len(), |end| end + 1)),
            // What user space sends has pairs of its own.
            Some(b'\'') => (1, 1),
            _ => {
                let stop = |c: char| c.is_ascii_whitespace() || matches!(c, '\'' | '\u{1d}');
                (0, value.find(stop).unwrap_or(value.len()))
            }
        };
        out.push_str(&value[..open]);
        if close > open {
            each(key, &value[open..close], open == 1, out);
        }
        rest = &value[close..];
    }
    out.push_str(rest);
}

fn encode(text: &str, out: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        for digit in [byte >> 4, byte & 15] {
            out.push(char::from(DIGITS[usize::from(digit)]));
        }
    }
}

/// A line that is no record, for the excerpt of its reject: digits in a row may
/// be a secret in hexadecimal.
pub(super) fn without_digits(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_hexdigit())
            .unwrap_or(rest.len());
        if digits >= DIGITS_MIN {
            out.push_str(redact::REDACTED);
        } else {
            out.push_str(&rest[..digits]);
        }
        rest = &rest[digits..];
        let plain = rest
            .find(|c: char| c.is_ascii_hexdigit())
            .unwrap_or(rest.len());
        out.push_str(&rest[..plain]);
        rest = &rest[plain..];
    }
    out
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
        encode(text, &mut out);
        out
    }

    #[test]
    fn secrets_are_cut_in_their_encoding() {
        let secret = "Bearer\u{20}abcdefgh";
        for (line, expected) in [
            (
                format!("type=EXECVE msg=audit(1.0:1): argc=3 a0=\"curl\" a1=\"-H\" a2={}", hex(&format!("Authorization: {secret}"))),
                format!("type=EXECVE msg=audit(1.0:1): argc=3 a0=\"curl\" a1=\"-H\" a2={}", hex("Authorization: Bearer <redacted>")),
            ),
            (
                "type=EXECVE msg=audit(1.0:1): argc=3 a0=\"x\" a1=\"--token\" a2=\"abc\"".to_owned(),
                "type=EXECVE msg=audit(1.0:1): argc=3 a0=\"x\" a1=\"--token\" a2=\"<redacted>\"".to_owned(),
            ),
            (
                format!("type=PROCTITLE msg=audit(1.0:1): proctitle={}", hex("x\0--token\0abc")),
                format!("type=PROCTITLE msg=audit(1.0:1): proctitle={}", hex("x\0--token\0<redacted>")),
            ),
            (
                "type=USER_TTY msg=audit(1.0:1): pid=1 data=\"hunter2\"".to_owned(),
                "type=USER_TTY msg=audit(1.0:1): pid=1 data=\"<redacted>\"".to_owned(),
            ),
            (
                format!("type=USER_CMD msg=audit(1.0:1): pid=1 msg='cmd={} res=success'", hex("mysql --password=hunter2")),
                format!("type=USER_CMD msg=audit(1.0:1): pid=1 msg='cmd={} res=success'", hex("mysql --password=<redacted>")),
            ),
            (
                "type=SYSCALL msg=audit(1.0:1): arch=c000003e a0=ffffffffffffff9c key=\"x\"\u{1d}UID=\"root\"".to_owned(),
                "type=SYSCALL msg=audit(1.0:1): arch=c000003e a0=ffffffffffffff9c key=\"x\"\u{1d}UID=\"root\"".to_owned(),
            ),
        ] {
            assert_eq!(shown(&line), expected);
            assert_eq!(shown(&expected), expected, "twice is once");
        }
        assert_eq!(
            without_digits("a2=68756E74657232, x=12"),
            "a2=<redacted>, x=12"
        );
    }
}
