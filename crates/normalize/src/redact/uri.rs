//! Secrets in a request URI.
//!
//! Path and query values are percent-encoded, so each is decoded, redacted and,
//! if that changed it, encoded again. The `command` parameters of exec and attach form
//! one argument list: a flag in one of them announces a secret in the next.

use std::borrow::Cow;

use super::text::{ARGUMENT_END, arguments, same};
use super::{REDACTED, redact_text, words};
use crate::percent::{decode_path, decode_query, encode_path, encode_query};

/// Redacts a request URI.
pub(crate) fn uri(text: &str) -> Cow<'_, str> {
    let Some((path, query)) = text.split_once('?') else {
        return encoded(text);
    };
    let clean_path = encoded(path);
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
            let clean = encoded(pair);
            changed |= matches!(clean, Cow::Owned(_));
            out.push_str(&clean);
            continue;
        };
        out.push_str(name);
        out.push('=');
        let plain = decode_query(value);
        let clean = if decode_query(name) == "command" {
            Cow::Borrowed(command.next().unwrap_or(REDACTED))
        } else if words::is_parameter(decode_query(name).as_bytes()) && !plain.is_empty() {
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

/// Redacts a text in which a request URI may be a word of its own. Where nobody
/// knows what a text is, as behind a rule's variable, secrets in an encoded
/// URI look like none.
#[must_use]
pub fn redact_value(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    for word in text.split_inclusive(' ') {
        let (word, blank) = word
            .strip_suffix(' ')
            .map_or((word, ""), |word| (word, " "));
        let is_uri = word.contains('/') && word.contains(['?', '%']);
        out.push_str(&if is_uri { uri(word) } else { word.into() });
        out.push_str(blank);
    }
    match redact_text(&out) {
        Cow::Borrowed(clean) if clean == text => Cow::Borrowed(text),
        clean => Cow::Owned(clean.into_owned()),
    }
}

/// Redacts a path, or what stands in a query without being a pair.
fn encoded(text: &str) -> Cow<'_, str> {
    let plain = decode_path(text);
    match redact_text(&plain) {
        Cow::Owned(clean) if clean != plain => {
            if matches!(plain, Cow::Borrowed(_)) {
                return Cow::Owned(clean);
            }
            let mut out = String::with_capacity(text.len());
            encode_path(&clean, &mut out);
            Cow::Owned(out)
        }
        _ => Cow::Borrowed(text),
    }
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
            (
                "/n/proxy/run%3Ftoken%3Dabc%26x%3D1?a=b",
                "/n/proxy/run%3Ftoken%3D<redacted>?a=b",
            ),
            ("/run%253Ftoken%253Dabc", "/run%253Ftoken%253D<redacted>"),
            (
                "/x?token[]=a&auth%5B0%5D=b&sig=c",
                "/x?token[]=<redacted>&auth%5B0%5D=<redacted>&sig=<redacted>",
            ),
            (
                "/x?X-Amz-Signature=abc&author=d",
                "/x?X-Amz-Signature=<redacted>&author=d",
            ),
            ("/a%20b/token?x", "/a%20b/token?x"),
        ] {
            assert_eq!(uri(text), expected);
        }
    }
}
