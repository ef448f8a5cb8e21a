//! Secrets in a request URI.
//!
//! Query values are percent-encoded, so each is decoded, redacted and, if that
//! changed it, encoded again. The `command` parameters of exec and attach form
//! one argument list: a flag in one of them announces a secret in the next.

use std::borrow::Cow;

use super::text::{ARGUMENT_END, arguments};
use super::{REDACTED, redact_text, words};
use crate::percent::{decode_query, encode_query};

/// Redacts a request URI.
pub(crate) fn uri(text: &str) -> Cow<'_, str> {
    let Some((path, query)) = text.split_once('?') else {
        return redact_text(text);
    };
    let clean_path = redact_text(path);
    let commands = clean_commands(query);
    let mut command = commands.iter().flat_map(|list| list.split(ARGUMENT_END));
    let mut changed = matches!(clean_path, Cow::Owned(_));
    let mut out = String::with_capacity(text.len());
    out.push_str(&clean_path);
    let mut separator = '?';
    for pair in query.split('&') {
        out.push(separator);
        separator = '&';
        let Some((name, value)) = pair.split_once('=') else {
            let clean = redact_text(pair);
            changed |= matches!(clean, Cow::Owned(_));
            out.push_str(&clean);
            continue;
        };
        out.push_str(name);
        out.push('=');
        let plain = decode_query(value);
        let clean = if decode_query(name) == "command" {
            Cow::Borrowed(command.next().unwrap_or(REDACTED))
        } else if words::is_key(decode_query(name).as_bytes()) && !plain.is_empty() {
            Cow::Borrowed(REDACTED)
        } else {
            redact_text(&plain)
        };
        if same(&clean, &plain) {
            out.push_str(value);
        } else {
            changed = true;
            encode_query(&clean, &mut out);
        }
    }
    if changed {
        Cow::Owned(out)
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether redaction left a value as it is. A separator inside an argument
/// becomes a space, which changes nothing about secrets.
fn same(clean: &str, plain: &str) -> bool {
    clean == plain || (plain.contains(ARGUMENT_END) && clean == plain.replace(ARGUMENT_END, " "))
}

/// The redacted `command` parameters as one list, if there are any.
fn clean_commands(query: &str) -> Option<String> {
    let plain: Vec<_> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .filter(|(name, _)| decode_query(name) == "command")
        .map(|(_, value)| decode_query(value))
        .collect();
    if plain.is_empty() {
        return None;
    }
    Some(arguments(plain.iter().map(|argument| &**argument)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_redacted_in_their_encoding() {
        for (text, expected) in [
            ("/api?x=a%20b&watch=1", "/api?x=a%20b&watch=1"),
            ("/a?access_token=abc&b=c", "/a?access_token=<redacted>&b=c"),
            (
                "/a?cmd=curl+--token%3Dabc+x",
                "/a?cmd=curl+--token%3D<redacted>+x",
            ),
            (
                "/exec?command=-H&command=Authorization%3A%20Bearer%20abc&command=ls",
                "/exec?command=-H&command=Authorization:+Bearer+<redacted>&command=ls",
            ),
            (
                "/exec?command=k&command=--token&command=a%20b",
                "/exec?command=k&command=--token&command=<redacted>",
            ),
        ] {
            assert_eq!(uri(text), expected);
        }
    }
}
