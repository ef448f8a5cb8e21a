//! The URI of a request: its path, its parameters, and the secrets in them.

use std::borrow::Cow;

use crate::percent::decode_query;
use crate::redact::{self, REDACTED};

/// The path and the query of a request URI. A client may write the whole
/// address, and the daemon reads no more than the path of it.
pub(super) fn split(uri: &str) -> (&str, &str) {
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let path = match path.split_once("://") {
        Some((_, rest)) if !path.starts_with('/') => {
            rest.find('/').map_or("/", |slash| &rest[slash..])
        }
        _ => path,
    };
    (path, query)
}

/// The first value of a parameter, decoded.
pub(super) fn parameter<'q>(query: &'q str, name: &str) -> Option<Cow<'q, str>> {
    let mut pairs = query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let (_, value) = pairs.find(|(key, _)| decode_query(key) == name)?;
    Some(decode_query(value)).filter(|value| !value.is_empty())
}

/// A URI without its secrets: what is one anywhere, and the arguments of a
/// build, which are variables like those of a container.
pub(super) fn clean(uri: &str) -> Cow<'_, str> {
    let Some((path, query)) = uri.split_once('?') else {
        return redact::uri(uri);
    };
    let secret = |pair: &str| {
        let (key, value) = pair.split_once('=')?;
        let holds = match &*decode_query(key) {
            "buildargs" => true,
            "changes" => {
                let change = decode_query(value);
                let word = change.trim_ascii_start().get(..3);
                word.is_some_and(|word| word.eq_ignore_ascii_case("env"))
            }
            _ => false,
        };
        (holds && !value.is_empty()).then(|| key.to_owned())
    };
    if !query.split('&').any(|pair| secret(pair).is_some()) {
        return redact::uri(uri);
    }
    let mut out = format!("{path}?");
    for (place, pair) in query.split('&').enumerate() {
        if place > 0 {
            out.push('&');
        }
        match secret(pair) {
            None => out.push_str(pair),
            Some(key) => {
                out.push_str(&key);
                out.push('=');
                out.push_str(REDACTED);
            }
        }
    }
    Cow::Owned(redact::uri(&out).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_are_taken_apart() {
        assert_eq!(split("/a?x=1?"), ("/a", "x=1?"));
        assert_eq!(split("http://h:1/a/b"), ("/a/b", ""));
        assert_eq!(split("http://h"), ("/", ""));
        assert_eq!(split("/a/x://b"), ("/a/x://b", ""));
        let path = parameter("a=1&path=%2Frun&path=x", "path");
        assert_eq!(path.as_deref(), Some("/run"));
        assert_eq!(parameter("path=", "path"), None);
    }

    #[test]
    fn variables_of_a_build_are_cut() {
        assert_eq!(
            clean("/build?t=a&buildargs=%7B%22A%22%3A%22b%22%7D&q=1"),
            "/build?t=a&buildargs=<redacted>&q=1"
        );
        assert_eq!(
            clean("/commit?changes=env+A%3Db&changes=CMD+x"),
            "/commit?changes=<redacted>&changes=CMD+x"
        );
        assert_eq!(clean("/build?token=x"), "/build?token=<redacted>");
        assert_eq!(clean("/containers/json?all=1"), "/containers/json?all=1");
    }
}
