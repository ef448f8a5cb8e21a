//! Percent-encoding of URIs.
//!
//! Decoding never fails: an escape that is not two hexadecimal digits stays as
//! it is written, and bytes that are not UTF-8 become the replacement
//! character.

use std::borrow::Cow;
use std::fmt::Write;

/// Decodes a path segment: `%xx` only.
pub(crate) fn decode_path(text: &str) -> Cow<'_, str> {
    decode(text, false)
}

/// Decodes a query name or value: `%xx`, and `+` as a space.
pub(crate) fn decode_query(text: &str) -> Cow<'_, str> {
    decode(text, true)
}

/// The bytes of a text whose escapes may stand for any bytes.
pub(crate) fn path_bytes(text: &str) -> Vec<u8> {
    decoded(text.as_bytes(), 0, false)
}

fn decode(text: &str, plus: bool) -> Cow<'_, str> {
    let special = |b: &u8| *b == b'%' || (plus && *b == b'+');
    let Some(first) = text.as_bytes().iter().position(special) else {
        return Cow::Borrowed(text);
    };
    Cow::Owned(
        match String::from_utf8(decoded(text.as_bytes(), first, plus)) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        },
    )
}

/// Decodes from `first` on; nothing before it is an escape.
fn decoded(bytes: &[u8], first: usize, plus: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    out.extend_from_slice(&bytes[..first]);
    let mut at = first;
    while let Some(&b) = bytes.get(at) {
        at += 1;
        match (b, bytes.get(at).copied(), bytes.get(at + 1).copied()) {
            (b'+', ..) if plus => out.push(b' '),
            (b'%', Some(high), Some(low)) => match (hex(high), hex(low)) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    at += 2;
                }
                _ => out.push(b),
            },
            _ => out.push(b),
        }
    }
    out
}

fn hex(b: u8) -> Option<u8> {
    match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        b'A'..=b'F' => Some(b - b'A' + 10),
        _ => None,
    }
}

/// Appends `text` encoded as a query value. What a query may hold in the clear
/// stays, the marker of a cut secret included.
pub(crate) fn encode_query(text: &str, out: &mut String) {
    encode(text, true, out);
}

/// Appends `text` encoded as part of a path, in the same way.
pub(crate) fn encode_path(text: &str, out: &mut String) {
    encode(text, false, out);
}

fn encode(text: &str, plus: bool, out: &mut String) {
    for &b in text.as_bytes() {
        match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => out.push(char::from(b)),
            b'-' | b'.' | b'_' | b'~' | b'/' | b':' | b',' | b'@' | b'<' | b'>' => {
                out.push(char::from(b));
            }
            b' ' if plus => out.push('+'),
            _ => {
                // Writing to a string cannot fail.
                let _ = write!(out, "%{b:02X}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_escapes_stay() {
        assert_eq!(decode_path("a%2Fb%zz%4"), "a/b%zz%4");
        assert_eq!(decode_path("a+b"), "a+b");
        assert_eq!(decode_query("a+b%20c%"), "a b c%");
        assert_eq!(decode_query("%ff"), "\u{fffd}");
    }

    #[test]
    fn encoding_decodes_back() {
        let text = "sh -c 'cat /é & x=%41'";
        let mut out = String::new();
        encode_query(text, &mut out);
        assert_eq!(decode_query(&out), text);
    }
}
