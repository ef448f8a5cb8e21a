//! Secrets in the start of a text that is no valid record.
//!
//! Such a text may be a record that was cut off, wrapped or damaged, so it
//! cannot be walked. The text rules apply, and whatever follows the first
//! member or argument that announces a secret is not shown at all, however
//! deep its quotes are escaped. Too much is cut rather than too little.

use super::{REDACTED, redact_text, words};
use crate::limits::FLAG_BYTES_MAX;

/// Redacts the start of a text that is not valid JSON or not understood: the
/// text rules, and nothing after the first member that holds secret data
/// (`data`, `env`, `value`, `password`, …) or the first argument that announces
/// one (`--token`, `-e`, …).
#[must_use]
pub fn redact_excerpt(text: &str) -> String {
    let mut clean = redact_text(text).into_owned();
    if let Some(end) = shown(clean.as_bytes()) {
        clean.truncate(end);
        clean.push_str(REDACTED);
    }
    clean
}

/// The place after the quote that closes the first such member or argument.
fn shown(bytes: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'"', bytes)
        .map(|quote| quote + 1)
        .find(|after| {
            let word = word_before(&bytes[..after - 1]);
            let follows = bytes[*after..].iter().find(|b| !b.is_ascii_whitespace());
            match follows {
                None | Some(b':') => words::is_member(word),
                Some(_) => words::announces(word) || patches(word),
            }
        })
}

/// The word that ends a quoted text, without the backslashes before the quote.
fn word_before(text: &[u8]) -> &[u8] {
    let tail = &text[text.len().saturating_sub(FLAG_BYTES_MAX)..];
    let escapes = tail.iter().rev().take_while(|b| **b == b'\\').count();
    let tail = &tail[..tail.len() - escapes];
    let plain = |b: &u8| b.is_ascii_alphanumeric() || b"-_./~[]".contains(b);
    let start = tail.iter().rposition(|b| !plain(b)).map_or(0, |at| at + 1);
    &tail[start..]
}

fn patches(word: &[u8]) -> bool {
    word.starts_with(b"/") && std::str::from_utf8(word).is_ok_and(words::names_value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_shown_after_a_member_that_holds_secrets() {
        for (text, expected) in [
            (
                r#"{"kind":"Secret","data":{"k":"s"#,
                r#"{"kind":"Secret","data"<redacted>"#,
            ),
            (
                r#"{"log":"{\"kind\":\"Secret\",\"data\":{\"k\":\"s"#,
                r#"{"log":"{\"kind\":\"Secret\",\"data\"<redacted>"#,
            ),
            (
                r#"{"x":"{\\\"stringData\\\" : {\\\"k"#,
                r#"{"x":"{\\\"stringData\\\"<redacted>"#,
            ),
            (r#"{"env":[{"name":"A","value":"s"#, r#"{"env"<redacted>"#),
            (r#"A","value":"s"}]"#, r#"A","value"<redacted>"#),
            (r#""secret_key": {"x":"s""#, r#""secret_key"<redacted>"#),
            (r#"["k","--token","s""#, r#"["k","--token"<redacted>"#),
            (r#"["k","-e","A=s""#, r#"["k","-e"<redacted>"#),
            (
                r#"{"path":"/a/env/0/value","x":"s"#,
                r#"{"path":"/a/env/0/value"<redacted>"#,
            ),
            (
                r#"{"kind":"data","verb":"get"}"#,
                r#"{"kind":"data","verb":"get"}"#,
            ),
        ] {
            assert_eq!(redact_excerpt(text), expected);
            assert_eq!(redact_excerpt(expected), expected);
        }
    }
}
