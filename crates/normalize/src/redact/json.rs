//! Secrets in a raw record.
//!
//! A walk over the tokens of a JSON text that is known to be valid. Strings go
//! through the text rules, on their unescaped form; values whose name says
//! that they hold secret data are cut as a whole. There is no recursion: what
//! must be known about the levels above is one byte for each.

use super::{REDACTED, redact_text, uri, words};

/// What the record says about its request and response bodies.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) enum Bodies {
    /// The record has no bodies; only the text rules apply.
    None,
    /// Bodies stay, without the secrets inside.
    Clean,
    /// Bodies are cut as a whole: they are secrets.
    Cut,
}

/// The level is an object.
const OBJECT: u8 = 1;
/// The level lies inside a body.
const BODY: u8 = 2;
/// The level lies inside a list of environment variables.
const ENV: u8 = 4;

/// Appends the redacted form of a valid JSON text to `out`.
pub(crate) fn json(text: &str, bodies: Bodies, out: &mut String) {
    let mut walk = Walk {
        text,
        bodies,
        secret: memchr::memmem::find(text.as_bytes(), b"Secret").is_some(),
        out,
        levels: Vec::new(),
        name: None,
        scratch: String::new(),
    };
    walk.run();
}

struct Walk<'t, 'o> {
    text: &'t str,
    bodies: Bodies,
    /// The text mentions the kind `Secret`, so `data` may be secret data.
    secret: bool,
    out: &'o mut String,
    levels: Vec<u8>,
    /// The name of the member whose value comes next, in quotes.
    name: Option<&'t str>,
    scratch: String,
}

impl<'t> Walk<'t, '_> {
    fn run(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = 0;
        // Whether a string that comes now is the name of a member.
        let mut naming = false;
        while let Some(&b) = bytes.get(at) {
            let start = at;
            at += 1;
            match b {
                b'"' => {
                    at = string_end(bytes, start);
                    let string = &self.text[start..at];
                    if naming {
                        self.string(string, false);
                        self.name = Some(string);
                        naming = false;
                    } else {
                        self.value_string(string);
                        self.name = None;
                    }
                    continue;
                }
                b'{' | b'[' => {
                    if self.cuts(false) {
                        at = value_end(bytes, start);
                        self.marker();
                        self.name = None;
                        continue;
                    }
                    self.open(b == b'{');
                    naming = b == b'{';
                }
                b'}' | b']' => {
                    self.levels.pop();
                    naming = false;
                    self.name = None;
                }
                b',' => {
                    naming = self.levels.last().is_some_and(|level| level & OBJECT != 0);
                    self.name = None;
                }
                b':' | b' ' | b'\t' | b'\n' | b'\r' => {}
                _ => {
                    at = value_end(bytes, start);
                    if self.cuts(true) {
                        self.marker();
                    } else {
                        self.out.push_str(&self.text[start..at]);
                    }
                    self.name = None;
                    continue;
                }
            }
            self.out.push(char::from(b));
        }
    }

    fn open(&mut self, object: bool) {
        let above = self.levels.last().copied().unwrap_or(0);
        let mut level = above & (BODY | ENV) | u8::from(object);
        let name = self.name.take();
        if self.levels.len() == 1
            && matches!(name, Some("\"requestObject\"" | "\"responseObject\""))
        {
            level |= BODY;
        }
        if matches!(name, Some("\"env\"" | "\"Env\"")) {
            level |= ENV;
        }
        self.levels.push(level);
    }

    /// Whether the value that comes now is cut as a whole.
    fn cuts(&self, scalar: bool) -> bool {
        if self.bodies == Bodies::None {
            return false;
        }
        let level = self.levels.last().copied().unwrap_or(0);
        let Some(name) = self.name else {
            // Elements of a list of environment variables: `KEY=VALUE` texts.
            return scalar && level & (OBJECT | ENV) == ENV;
        };
        let name = name.trim_matches('"');
        match name {
            "requestObject" | "responseObject" if self.levels.len() == 1 => {
                return self.bodies == Bodies::Cut;
            }
            "stringData" => return true,
            "data" => return self.secret && level & BODY != 0,
            "value" => return level & ENV != 0,
            _ => {}
        }
        scalar
            && (name.ends_with("last-applied-configuration")
                || (level & BODY != 0 && words::is_key(name.as_bytes())))
    }

    fn value_string(&mut self, string: &'t str) {
        if self.cuts(true) || self.holds_document(string) {
            self.marker();
        } else {
            self.string(string, self.name == Some("\"requestURI\""));
        }
    }

    /// Whether a string inside a body is itself a document with secret data.
    fn holds_document(&self, string: &str) -> bool {
        let body = self.levels.last().is_some_and(|level| level & BODY != 0);
        body && string.contains('\\')
            && (string.contains("stringData") || (self.secret && string.contains("data\\\"")))
    }

    /// Writes a string, redacted, with its quotes.
    fn string(&mut self, string: &str, is_uri: bool) {
        let inner = &string[1..string.len() - 1];
        self.scratch.clear();
        let plain = if inner.contains('\\') {
            match serde_json::from_str::<String>(string) {
                Ok(plain) => {
                    self.scratch = plain;
                    &self.scratch
                }
                // A lone surrogate has no text form; the escape is kept and
                // the rest is looked at as it is written.
                Err(_) => inner,
            }
        } else {
            inner
        };
        let clean = if is_uri {
            uri(plain)
        } else {
            redact_text(plain)
        };
        if matches!(clean, std::borrow::Cow::Borrowed(_)) {
            self.out.push_str(string);
            return;
        }
        match serde_json::to_string(&*clean) {
            Ok(quoted) => self.out.push_str(&quoted),
            Err(_) => self.marker(),
        }
    }

    fn marker(&mut self) {
        self.out.push('"');
        self.out.push_str(REDACTED);
        self.out.push('"');
    }
}

/// The place after the string that starts at `start`.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(found) = memchr::memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default()) {
        at += found + 1;
        if bytes[at - 1] == b'"' {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

/// The place after the value that starts at `start`, whatever it is.
fn value_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    let mut depth = 0_usize;
    while let Some(&b) = bytes.get(at) {
        match b {
            b'"' => {
                at = string_end(bytes, at);
                if depth == 0 {
                    return at;
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                if depth <= 1 {
                    return at + depth;
                }
                depth -= 1;
            }
            b',' | b' ' | b'\t' | b'\n' | b'\r' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(text: &str, bodies: Bodies) -> String {
        let mut out = String::new();
        json(text, bodies, &mut out);
        out
    }

    #[test]
    fn a_record_without_secrets_stays_byte_for_byte() {
        let text = r#"{ "a" : [1, true, {"b":"c\u0026d"}], "requestObject":{"data":{"k":"v"}} }"#;
        assert_eq!(clean(text, Bodies::Clean), text);
    }

    #[test]
    fn secret_data_is_cut_and_the_rest_stays() {
        let text = r#"{"requestObject":{"data":{"k":["v",{"x":"}"}]},"kind":"Secret","env":[{"name":"A","value":"b"}]},"z":"--token=a"}"#;
        assert_eq!(
            clean(text, Bodies::Clean),
            r#"{"requestObject":{"data":"<redacted>","kind":"Secret","env":[{"name":"A","value":"<redacted>"}]},"z":"--token=<redacted>"}"#
        );
        assert_eq!(
            clean(text, Bodies::Cut),
            r#"{"requestObject":"<redacted>","z":"--token=<redacted>"}"#
        );
    }
}
