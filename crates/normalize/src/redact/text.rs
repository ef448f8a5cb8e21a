//! Secrets in one text.
//!
//! One pass over the bytes; at each separator it looks back at the word before
//! it, and at each `J` or `K` whether a token starts there. Nothing is looked
//! at more than a constant number of times, so the work is linear. The result
//! is the text itself wherever nothing was cut.

use std::borrow::Cow;

use super::REDACTED;
use super::words;
use crate::limits::FLAG_BYTES_MAX;

/// Separates the arguments of a list in the text form that the redactor works
/// on; it replaces itself by a space in the input.
pub(crate) const ARGUMENT_END: char = '\u{1f}';
const END: u8 = 0x1f;

/// The shortest base64 text that is taken for an encoded token.
const ENCODED_TOKEN_MIN: usize = 40;

/// The shortest payload of a token.
const PAYLOAD_MIN: usize = 4;

/// Cuts the secrets out of a text: tokens (JWT, kept up to their header),
/// `Authorization:` and `Bearer` values, secret-bearing flags such as
/// `--token`, `-e KEY=VALUE`, key-value pairs and query parameters whose name
/// says so, and passwords in URLs.
///
/// Applying it twice gives the same as applying it once.
#[must_use]
pub fn redact_text(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    if memchr::memchr3(b'=', b':', b' ', bytes).is_none()
        && memchr::memchr2(b'J', b'K', bytes).is_none()
    {
        return Cow::Borrowed(text);
    }
    Pass::new(text, false).run()
}

/// Cuts the secrets out of an argument list. The result holds the same number
/// of arguments, separated by [`ARGUMENT_END`].
pub(crate) fn arguments<'t>(list: impl Iterator<Item = &'t str>) -> String {
    let mut joined = String::new();
    for (place, argument) in list.enumerate() {
        if place > 0 {
            joined.push(ARGUMENT_END);
        }
        joined.extend(
            argument
                .chars()
                .map(|c| if c == ARGUMENT_END { ' ' } else { c }),
        );
    }
    match Pass::new(&joined, true).run() {
        Cow::Owned(clean) => clean,
        Cow::Borrowed(_) => joined,
    }
}

/// What the word before announces about the next one.
#[derive(Copy, Clone, Eq, PartialEq)]
enum Next {
    Plain,
    /// The next word is `KEY=VALUE` of an environment.
    Pair,
    /// The next word is a shell script, not a value.
    Script,
}

struct Pass<'t> {
    text: &'t str,
    bytes: &'t [u8],
    /// The text is an argument list.
    list: bool,
    out: String,
    /// How much of the text is in `out` or cut.
    done: usize,
    word: usize,
    argument: usize,
    next: Next,
    /// No token starts before this place.
    barren: usize,
}

impl<'t> Pass<'t> {
    fn new(text: &'t str, list: bool) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            list,
            out: String::new(),
            done: 0,
            word: 0,
            argument: 0,
            next: Next::Plain,
            barren: 0,
        }
    }

    fn run(mut self) -> Cow<'t, str> {
        let mut at = 0;
        while let Some(&b) = self.bytes.get(at) {
            at = match b {
                b'J' | b'K' => self.token(at),
                b'=' => self.equals(at),
                b':' => self.colon(at),
                b' ' | b'\t' | b'\n' | b'\r' | END => self.word_end(at),
                _ => at + 1,
            };
        }
        if self.done == 0 {
            return Cow::Borrowed(self.text);
        }
        self.out.push_str(&self.text[self.done..]);
        Cow::Owned(self.out)
    }

    /// A token whose third or fourth letter stands at `at`: `eyJ` opens the
    /// JSON header of a JWT, `ZXlK` is the same once more in base64.
    fn token(&mut self, at: usize) -> usize {
        if at < self.barren {
            return at + 1;
        }
        if self.bytes[..at].ends_with(b"ey") {
            let dot = run_end(self.bytes, at, token_byte);
            self.barren = dot;
            if self.bytes.get(dot) == Some(&b'.') {
                let mut end = run_end(self.bytes, dot + 1, token_byte);
                if end - dot > PAYLOAD_MIN {
                    if self.bytes.get(end) == Some(&b'.') {
                        end = run_end(self.bytes, end + 1, |b| token_byte(b) || b == b'.');
                    }
                    return self.replace(dot + 1, end);
                }
            }
        } else if self.bytes[..at].ends_with(b"ZXl") {
            let end = run_end(self.bytes, at, base64_byte);
            if end - at >= ENCODED_TOKEN_MIN {
                return self.cut(at + 1, end);
            }
        }
        at + 1
    }

    fn equals(&mut self, at: usize) -> usize {
        let word = &self.bytes[self.word..at];
        let flag = bare(word);
        let pair = self.next == Next::Pair
            || (flag.starts_with(b"-e") && flag.len() > 2)
            || (flag.starts_with(b"--env=") && flag.len() > 6);
        if pair {
            self.next = Next::Plain;
        }
        if pair || words::is_key(word) {
            self.value(at + 1)
        } else {
            at + 1
        }
    }

    fn colon(&mut self, at: usize) -> usize {
        if self.bytes[at + 1..].starts_with(b"//") {
            return self.user_info(at + 3);
        }
        let before = trim_quote(&self.bytes[self.word..at]);
        if !words::is_key(before) {
            return at + 1;
        }
        let header = words::ends_with(before, "authorization");
        match self.bytes.get(at + 1) {
            Some(b' ' | b'"' | b'\'' | b'\\' | b'\t' | &END) => {}
            Some(_) if header => {}
            _ => return at + 1,
        }
        let start = run_end(self.bytes, at + 1, |b| matches!(b, b' ' | b'\t' | END));
        if header {
            self.header(start)
        } else {
            self.value(start)
        }
    }

    /// The value of an authorization header: the scheme stays.
    fn header(&mut self, start: usize) -> usize {
        let start = run_end(self.bytes, start, |b| matches!(b, b'"' | b'\'' | b'\\'));
        let scheme = run_end(self.bytes, start, |b| {
            b.is_ascii_alphanumeric() || b == b'-'
        });
        if scheme == start || !matches!(self.bytes.get(scheme), Some(b' ' | &END)) {
            return self.value(start);
        }
        let one_word = ["bearer", "basic", "token", "negotiate", "apikey"]
            .iter()
            .any(|name| self.bytes[start..scheme].eq_ignore_ascii_case(name.as_bytes()));
        if one_word || self.bytes.get(scheme) == Some(&END) {
            return self.value(scheme + 1);
        }
        let stop = |b: u8| matches!(b, b'"' | b'\'' | b'\n' | b'\r' | END);
        let end = run_end(self.bytes, scheme, |b| !stop(b));
        self.cut(scheme + 1, end)
    }

    /// `scheme://user:password@host`, with `start` after the slashes.
    fn user_info(&mut self, start: usize) -> usize {
        let inside = |b: u8| !matches!(b, b'/' | b'?' | b'#' | b'"' | b'\'') && !is_space(b);
        let end = run_end(self.bytes, start, inside);
        let authority = &self.bytes[start..end];
        let (Some(host), Some(colon)) = (
            memchr::memrchr(b'@', authority),
            memchr::memchr(b':', authority),
        ) else {
            return start;
        };
        if colon < host {
            return self.cut(start + colon + 1, start + host);
        }
        start
    }

    fn word_end(&mut self, at: usize) -> usize {
        let word = &self.bytes[self.word..at];
        let after = at + 1;
        let separated = self.bytes[at] == END;
        let bare = bare(word);
        self.next = Next::Plain;
        self.word = after;
        if separated {
            self.argument = after;
        }
        if bare.is_empty() {
            return after;
        }
        if bare.eq_ignore_ascii_case(b"bearer") {
            let rest = &self.bytes[after..];
            // "bearer token" is prose, as in the messages of the API server.
            if rest.len() >= 5 && rest[..5].eq_ignore_ascii_case(b"token") {
                return after;
            }
            return self.value(after);
        }
        if words::is_flag(bare) {
            return self.value(after);
        }
        if words::is_env_flag(bare) {
            self.next = Next::Pair;
        } else if separated && is_script_flag(bare) {
            self.next = Next::Script;
        }
        after
    }

    /// Cuts the value that starts at `start`, as far as it goes.
    fn value(&mut self, start: usize) -> usize {
        let start = run_end(self.bytes, start, |b| b == b' ');
        let rest = &self.bytes[start..];
        if is_reference(rest) {
            return start;
        }
        let escaped = usize::from(rest.first() == Some(&b'\\'));
        if let Some(&quote @ (b'"' | b'\'')) = rest.get(escaped) {
            let open = start + escaped + 1;
            let end = run_end(self.bytes, open, |b| b != quote && b != END);
            let end = if escaped == 1 && end > open && self.bytes[end - 1] == b'\\' {
                end - 1
            } else {
                end
            };
            return self.cut(open, end);
        }
        // A value that is an argument, or the rest of one, ends with it.
        let alone = start > 0 && self.bytes[start - 1] == END;
        let whole =
            self.list && (alone || (self.word == self.argument && self.next != Next::Script));
        let end = run_end(self.bytes, start, |b| {
            b != END && (whole || !(is_space(b) || b == b'"' || b == b'\''))
        });
        self.cut(start, end)
    }

    /// Cuts the secret `start..end`. Of a token the header stays.
    fn cut(&mut self, start: usize, end: usize) -> usize {
        let mut start = start;
        if self.bytes[start..end].starts_with(b"eyJ") {
            let dot = run_end(self.bytes, start, token_byte);
            if dot < end && self.bytes[dot] == b'.' {
                start = dot + 1;
            }
        }
        self.replace(start, end)
    }

    /// Replaces `start..end`, if that is anything, and goes on after it.
    fn replace(&mut self, start: usize, end: usize) -> usize {
        if start >= end {
            return end.max(start);
        }
        self.out.push_str(&self.text[self.done..start]);
        self.out.push_str(REDACTED);
        self.done = end;
        end
    }
}

/// The first place from `start` on whose byte is not `inside`.
fn run_end(bytes: &[u8], start: usize, inside: impl Fn(u8) -> bool) -> usize {
    let start = start.min(bytes.len());
    let length = bytes[start..].iter().position(|b| !inside(*b));
    length.map_or(bytes.len(), |length| start + length)
}

fn token_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'-' || b == b'_'
}

fn base64_byte(b: u8) -> bool {
    token_byte(b) || matches!(b, b'+' | b'/' | b'=')
}

fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r' | END)
}

/// The end of a word that is glued to what stands before it, as the first word
/// of a JSON string or of a quoted argument is.
fn bare(word: &[u8]) -> &[u8] {
    let glue = |b: &u8| {
        matches!(
            b,
            b'"' | b'\'' | b'`' | b'(' | b'{' | b'[' | b',' | b';' | b'|' | b'&'
        )
    };
    let tail = &word[word.len().saturating_sub(FLAG_BYTES_MAX)..];
    match tail.iter().rposition(glue) {
        Some(at) => &tail[at + 1..],
        None if tail.len() == word.len() => word,
        None => &[],
    }
}

/// A flag of a shell that announces a script: `-c`, `-lc`, `-ec`.
fn is_script_flag(word: &[u8]) -> bool {
    word.len() <= 4 && word.starts_with(b"-") && !word.starts_with(b"--") && word.ends_with(b"c")
}

/// A value that is taken from elsewhere at run time is no secret, and what it
/// names is evidence: `$(cat …)`, `${TOKEN}`, `$TOKEN`, a backtick.
fn is_reference(value: &[u8]) -> bool {
    match value {
        [b'`', ..] | [b'$', b'(' | b'{', ..] => true,
        [b'$', first, ..] => first.is_ascii_uppercase() || *first == b'_',
        _ => false,
    }
}

/// Without the quote, plain or escaped, that a JSON key ends with.
fn trim_quote(word: &[u8]) -> &[u8] {
    let Some(inner) = word.strip_suffix(b"\"").or_else(|| word.strip_suffix(b"'")) else {
        return word;
    };
    inner.strip_suffix(b"\\").unwrap_or(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cases: &[(&str, &str)]) {
        for (text, expected) in cases {
            assert_eq!(redact_text(text), *expected, "{text}");
            assert_eq!(redact_text(expected), *expected, "again: {text}");
        }
    }

    #[test]
    fn tokens_keep_their_header() {
        check(&[
            ("eyJhbGciOi.eyJzdWIi.c2ln", "eyJhbGciOi.<redacted>"),
            ("x eyJhbGciOi.eyJzdWIi y", "x eyJhbGciOi.<redacted> y"),
            (
                "Bearer eyJhbGciOi.eyJzdWIi.c2ln",
                "Bearer eyJhbGciOi.<redacted>",
            ),
            ("keyJ and eyJhbGciOi", "keyJ and eyJhbGciOi"),
        ]);
    }

    #[test]
    fn headers_and_flags_lose_their_value() {
        check(&[
            (
                "Authorization: Bearer abc def",
                "Authorization: Bearer <redacted> def",
            ),
            (
                "-H 'Authorization: Digest a=b, c=d' u",
                "-H 'Authorization: Digest <redacted>' u",
            ),
            ("authorization:abc", "authorization:<redacted>"),
            ("kubectl --token abc get", "kubectl --token <redacted> get"),
            ("kubectl --token=abc get", "kubectl --token=<redacted> get"),
            (
                "docker run -e PW=x -eA=b --env=C=d i",
                "docker run -e PW=<redacted> -eA=<redacted> --env=C=<redacted> i",
            ),
            (
                r#"{"reason":"Bearer abc"}"#,
                r#"{"reason":"Bearer <redacted>"}"#,
            ),
            (r#"["--token abc"]"#, r#"["--token <redacted>"]"#),
            ("invalid bearer token, x", "invalid bearer token, x"),
        ]);
    }

    #[test]
    fn pairs_and_urls_lose_their_value() {
        check(&[
            ("client-key-data: abc\n", "client-key-data: <redacted>\n"),
            (
                r#"{"token":"a b","x":1}"#,
                r#"{"token":"<redacted>","x":1}"#,
            ),
            (
                r#"{\"password\":\"ab\"}"#,
                r#"{\"password\":\"<redacted>\"}"#,
            ),
            ("/x?access_token=abc", "/x?access_token=<redacted>"),
            (
                "postgres://app:pw@db:5432/a",
                "postgres://app:<redacted>@db:5432/a",
            ),
            ("https://host:6443/a", "https://host:6443/a"),
        ]);
    }

    #[test]
    fn names_are_not_secrets() {
        for text in [
            "system:serviceaccount:vault-token:default",
            "TOKEN=$(cat /run/token); curl $URL",
            "RBAC: allowed by ClusterRoleBinding \"a/b\" of Role \"secret\"",
            "metadata.name=default-token",
        ] {
            assert_eq!(redact_text(text), text);
        }
    }

    #[test]
    fn long_texts_take_linear_time() {
        // A quadratic pass over these would take minutes.
        for unit in [
            "eyJ",
            "a=",
            "-e",
            "token:",
            "eyJ.",
            "ZXlK",
            "://",
            "://a:",
            "Bearer",
            "--token ",
            "authorization:",
            "'",
            "a\u{1f}",
        ] {
            let text = unit.repeat(2_000_000 / unit.len());
            assert!(redact_text(&text).len() <= text.len() * 4);
            let list = arguments([&*text, &*text].into_iter());
            assert_eq!(list.split(ARGUMENT_END).count(), 2);
        }
    }

    #[test]
    fn an_argument_is_a_secret_as_a_whole() {
        let list = [
            "env",
            "-e",
            "A=b 'c",
            "sh",
            "-c",
            "TOKEN=x; id",
            "--token",
            "a b",
        ];
        let clean = arguments(list.into_iter());
        assert_eq!(
            clean.split(ARGUMENT_END).collect::<Vec<_>>(),
            [
                "env",
                "-e",
                "A=<redacted>",
                "sh",
                "-c",
                "TOKEN=<redacted> id",
                "--token",
                "<redacted>"
            ]
        );
    }
}
