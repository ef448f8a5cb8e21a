//! Secrets in a raw record or event.
//!
//! A walk over the tokens of a JSON text that is known to be valid. Strings go
//! through the text rules, on their unescaped form, those of a list together;
//! values whose name says that they hold secret data are cut as a whole, be
//! the name that of the member or one that stands beside it, as in `{"key":
//! "token", "value": …}`. There is no recursion: what must be known about the
//! levels above is one byte for each. What turns out to be a secret after it
//! was written is cut at the end.

use std::borrow::Cow;

use super::text::{ARGUMENT_END, arguments, same};
use super::{REDACTED, redact_text, uri, words};

/// What the record says about its request and response bodies.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) enum Bodies {
    /// There are no bodies, as in an event: names count everywhere, and cut
    /// texts stay texts, so that the event can still be read.
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

/// The level lies inside a value that is a secret by its name.
const HIDDEN: u8 = 8;
/// The level is an object that names its `value` a secret.
const NAMED: u8 = 16;

/// The members that are bodies, and how many levels are open around them.
struct Place {
    depth: usize,
    names: &'static [&'static str],
}

/// A Kubernetes audit record.
const RECORD: Place = Place {
    depth: 1,
    names: &["requestObject", "responseObject"],
};

/// An entry of Cloud Logging: the bodies stand in its payload.
const ENTRY: Place = Place {
    depth: 2,
    names: &["request", "response", "resourceOriginalState"],
};

/// Appends the redacted form of a valid JSON text to `out`.
pub(crate) fn json(text: &str, bodies: Bodies, out: &mut String) {
    redacted(text, bodies, &RECORD, &[], out);
}

/// The same for an entry of Cloud Logging.
pub(crate) fn log_entry(text: &str, bodies: Bodies, out: &mut String) {
    redacted(text, bodies, &ENTRY, &[], out);
}

/// The same as [`json`], with some texts cut out of every string as well: what
/// is known to be a secret from one member may stand in the prose of another.
pub(crate) fn json_hiding(text: &str, bodies: Bodies, hidden: &[&str], out: &mut String) {
    redacted(text, bodies, &RECORD, hidden, out);
}

fn redacted(text: &str, bodies: Bodies, place: &'static Place, hidden: &[&str], out: &mut String) {
    let mut walk = Walk {
        text,
        bodies,
        place,
        hidden,
        secret: memchr::memmem::find(text.as_bytes(), b"Secret").is_some(),
        out: String::with_capacity(text.len()),
        levels: Vec::new(),
        name: None,
        values: Vec::new(),
        late: Vec::new(),
    };
    walk.run();
    let Walk {
        out: clean,
        mut late,
        ..
    } = walk;
    late.sort_unstable();
    let mut done = 0;
    for (start, end) in late {
        // What lies inside a cut is gone already.
        if start >= done {
            out.push_str(&clean[done..start]);
            push_marker(out);
            done = end;
        }
    }
    out.push_str(&clean[done..]);
}

fn push_marker(out: &mut String) {
    out.push('"');
    out.push_str(REDACTED);
    out.push('"');
}

/// A member `value` that was written before its object was known to name a
/// secret.
struct Written {
    /// How many levels are open around the member.
    level: usize,
    start: usize,
    /// None while the value is open.
    end: Option<usize>,
}

struct Walk<'t> {
    text: &'t str,
    bodies: Bodies,
    place: &'static Place,
    hidden: &'t [&'t str],
    /// The text mentions the kind `Secret`, so `data` may be secret data.
    secret: bool,
    out: String,
    levels: Vec<u8>,
    /// The name of the member whose value comes next.
    name: Option<Cow<'t, str>>,
    /// The innermost object's comes last.
    values: Vec<Written>,
    /// What to cut at the end, as places in `out`.
    late: Vec<(usize, usize)>,
}

impl<'t> Walk<'t> {
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
                        self.name = Some(plain(string));
                        naming = false;
                    } else {
                        self.leaf(string);
                    }
                    continue;
                }
                b'{' | b'[' => {
                    if self.cuts(Kind::Composite) {
                        at = value_end(bytes, start);
                        self.written(Self::marker);
                        continue;
                    }
                    self.open(b == b'{');
                    naming = b == b'{';
                    if !naming && let Some(end) = self.list(at) {
                        at = end;
                        continue;
                    }
                }
                b'}' | b']' => {
                    self.close(b);
                    naming = false;
                    continue;
                }
                b',' => naming = self.level() & OBJECT != 0,
                b':' | b' ' | b'\t' | b'\n' | b'\r' => {}
                _ => {
                    at = value_end(bytes, start);
                    self.leaf(&self.text[start..at]);
                    continue;
                }
            }
            self.out.push(char::from(b));
        }
    }

    fn level(&self) -> u8 {
        self.levels.last().copied().unwrap_or(0)
    }

    fn named(&self, name: &str) -> bool {
        self.name.as_deref() == Some(name)
    }

    fn is_body(&self, name: &str) -> bool {
        self.levels.len() == self.place.depth && self.place.names.contains(&name)
    }

    fn open(&mut self, object: bool) {
        let mut level = self.level() & (BODY | ENV | HIDDEN) | u8::from(object);
        if self.named("value") {
            self.values.push(Written {
                level: self.levels.len(),
                start: self.out.len(),
                end: None,
            });
        }
        match self.name.take().as_deref() {
            Some(name) if self.is_body(name) => level |= BODY,
            Some("env" | "Env") => level |= ENV,
            // A message of the event schema.
            Some("auth") => {}
            Some(name) if self.bodies == Bodies::None && words::is_key(name.as_bytes()) => {
                level |= HIDDEN;
            }
            _ => {}
        }
        self.levels.push(level);
    }

    fn close(&mut self, bracket: u8) {
        self.out.push(char::from(bracket));
        self.levels.pop();
        self.name = None;
        let inner = |value: &mut Written| value.level > self.levels.len();
        while self.values.pop_if(inner).is_some() {}
        if let Some(last) = self.values.last_mut()
            && last.level == self.levels.len()
        {
            last.end.get_or_insert(self.out.len());
        }
    }

    /// Writes the value of a member, or an element, and remembers where it is.
    fn written(&mut self, write: impl FnOnce(&mut Self)) {
        let start = self.out.len();
        write(self);
        if self.named("value") {
            self.values.push(Written {
                level: self.levels.len(),
                start,
                end: Some(self.out.len()),
            });
        }
        self.name = None;
    }

    /// A value that is neither an object nor a list.
    fn leaf(&mut self, value: &'t str) {
        if value.starts_with('"') {
            if self.names_its_value(value) {
                self.name_value();
            }
            let cut =
                self.cuts(Kind::Text) || self.holds_document(value) || self.lists_content(value);
            let is_uri = self.named("requestURI");
            self.written(|walk| {
                if cut {
                    walk.marker();
                } else {
                    walk.string(value, is_uri);
                }
            });
        } else {
            let cut = self.cuts(Kind::Other);
            self.written(|walk| {
                if cut {
                    walk.marker();
                } else {
                    walk.out.push_str(value);
                }
            });
        }
    }

    /// Whether a text says that the `value` beside it is a secret.
    fn names_its_value(&self, value: &str) -> bool {
        matches!(
            self.name.as_deref(),
            Some("key" | "name" | "path" | "header" | "Key" | "Name")
        ) && words::names_value(&plain(value))
    }

    fn name_value(&mut self) {
        let depth = self.levels.len();
        if let Some(level) = self.levels.last_mut() {
            *level |= NAMED;
        }
        while let Some(value) = self.values.pop_if(|value| value.level == depth) {
            self.late.extend(value.end.map(|end| (value.start, end)));
        }
    }

    /// Whether the value that comes now is cut as a whole.
    fn cuts(&self, kind: Kind) -> bool {
        let level = self.level();
        let event = self.bodies == Bodies::None;
        if level & HIDDEN != 0 && kind == Kind::Text {
            return true;
        }
        if self.name.as_deref().is_some_and(words::is_content) {
            return true;
        }
        let Some(name) = self.name.as_deref() else {
            // Elements of a list of environment variables: `KEY=VALUE` texts.
            return kind != Kind::Composite && level & (OBJECT | ENV) == ENV;
        };
        match name {
            name if self.is_body(name) => return self.bodies == Bodies::Cut,
            "stringData" => return true,
            "data" if event => return self.secret && kind == Kind::Composite,
            "data" => return self.secret && level & BODY != 0,
            "value" => return level & (ENV | NAMED) != 0,
            _ => {}
        }
        let key = match kind {
            Kind::Composite => return false,
            Kind::Text => event || level & BODY != 0,
            Kind::Other => level & BODY != 0,
        };
        name.ends_with("last-applied-configuration") || (key && words::is_key(name.as_bytes()))
    }

    /// Whether a string lists the arguments of a call, contents among them.
    fn lists_content(&self, string: &str) -> bool {
        let name = self.name.as_deref();
        name.is_some_and(|name| words::lists_content(name, string))
    }

    /// Whether a string is itself a document with secret data.
    fn holds_document(&self, string: &str) -> bool {
        let inside = self.bodies == Bodies::None || self.level() & BODY != 0;
        inside
            && string.contains('\\')
            && (string.contains("stringData") || (self.secret && string.contains("data\\\"")))
    }

    /// Writes the elements of a list of texts, which may be arguments: one may
    /// announce a secret in the next. `start` is the place after the bracket;
    /// the result is that of the closing one.
    fn list(&mut self, start: usize) -> Option<usize> {
        if self.level() & (ENV | HIDDEN) != 0 {
            return None;
        }
        let bytes = self.text.as_bytes();
        let mut strings = Vec::new();
        let mut at = start;
        let end = loop {
            match bytes.get(at)? {
                b'"' => {
                    let end = string_end(bytes, at);
                    strings.push(at..end);
                    at = end;
                }
                b',' | b' ' | b'\t' | b'\n' | b'\r' => at += 1,
                b']' if strings.len() > 1 => break at,
                _ => return None,
            }
        };
        let texts: Vec<_> = strings
            .iter()
            .map(|s| plain(&self.text[s.clone()]))
            .collect();
        let clean = arguments(texts.iter().map(|text| &**text));
        self.out.push('[');
        let mut done = start;
        for ((place, text), clean) in strings.iter().zip(&texts).zip(clean.split(ARGUMENT_END)) {
            let string = &self.text[place.clone()];
            self.out.push_str(&self.text[done..place.start]);
            done = place.end;
            if self.holds_document(string) {
                self.marker();
            } else if same(clean, text) {
                self.out.push_str(string);
            } else {
                self.quoted(clean);
            }
        }
        self.out.push_str(&self.text[done..end]);
        Some(end)
    }

    /// Writes a string, redacted, with its quotes.
    fn string(&mut self, string: &str, is_uri: bool) {
        let plain = plain(string);
        let plain = without(plain, self.hidden);
        let clean = if is_uri {
            uri(&plain)
        } else {
            redact_text(&plain)
        };
        match clean {
            Cow::Borrowed(clean) if !self.hidden.is_empty() => self.quoted(clean),
            Cow::Borrowed(_) => self.out.push_str(string),
            Cow::Owned(clean) => self.quoted(&clean),
        }
    }

    fn quoted(&mut self, text: &str) {
        match serde_json::to_string(text) {
            Ok(quoted) => self.out.push_str(&quoted),
            Err(_) => self.marker(),
        }
    }

    fn marker(&mut self) {
        push_marker(&mut self.out);
    }
}

/// What comes as the value of a member.
#[derive(Copy, Clone, Eq, PartialEq)]
enum Kind {
    /// An object or a list.
    Composite,
    /// A string.
    Text,
    /// A number, a Boolean, `null`.
    Other,
}

/// The text of a string in quotes. A lone surrogate has no text form; then it
/// is looked at as it is written.
fn plain(string: &str) -> Cow<'_, str> {
    let inner = &string[1..string.len() - 1];
    if inner.contains('\\')
        && let Ok(plain) = serde_json::from_str::<String>(string)
    {
        return Cow::Owned(plain);
    }
    Cow::Borrowed(inner)
}

/// The text without some texts that are known to be secrets.
pub(crate) fn without<'t>(text: Cow<'t, str>, hidden: &[&str]) -> Cow<'t, str> {
    hidden.iter().fold(text, |text, hidden| {
        if hidden.is_empty() || !text.contains(hidden) {
            return text;
        }
        Cow::Owned(text.replace(hidden, REDACTED))
    })
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

    #[test]
    fn the_bodies_of_an_entry_stand_in_its_payload() {
        let text = r#"{"protoPayload":{"request":{"kind":"Secret","data":{"k":"s"}},"response":{"token":"s","x":1}},"requestObject":{"token":"s"}}"#;
        let shown = |bodies| {
            let mut out = String::new();
            log_entry(text, bodies, &mut out);
            out
        };
        assert_eq!(
            shown(Bodies::Clean),
            r#"{"protoPayload":{"request":{"kind":"Secret","data":"<redacted>"},"response":{"token":"<redacted>","x":1}},"requestObject":{"token":"s"}}"#
        );
        assert_eq!(
            shown(Bodies::Cut),
            r#"{"protoPayload":{"request":"<redacted>","response":"<redacted>"},"requestObject":{"token":"s"}}"#
        );
    }

    #[test]
    fn an_event_loses_what_names_and_labels_call_secret() {
        for (text, expected) in [
            (
                r#"{"additional":{"token":"s","n":1}}"#,
                r#"{"additional":{"token":"<redacted>","n":1}}"#,
            ),
            (
                r#"{"a":{"pass\u0077ord":["s",{"x":"s","n":1}]}}"#,
                r#"{"a":{"pass\u0077ord":["<redacted>",{"x":"<redacted>","n":1}]}}"#,
            ),
            (
                r#"{"Env":["A=s","B=s"]}"#,
                r#"{"Env":["<redacted>","<redacted>"]}"#,
            ),
            (
                r#"{"env":{"A":"x"},"stringData":{"k":"s"}}"#,
                r#"{"env":{"A":"x"},"stringData":"<redacted>"}"#,
            ),
            (
                r#"[{"key":"token","value":"s"}]"#,
                r#"[{"key":"token","value":"<redacted>"}]"#,
            ),
            (
                r#"[{"value":"s","key":"Authorization"}]"#,
                r#"[{"value":"<redacted>","key":"Authorization"}]"#,
            ),
            (
                r#"{"value":{"value":"s","name":"token"},"x":{"value":1},"key":"password"}"#,
                r#"{"value":"<redacted>","x":{"value":1},"key":"password"}"#,
            ),
            (
                r#"{"value":{"value":"s","name":"token"},"key":"a"}"#,
                r#"{"value":{"value":"<redacted>","name":"token"},"key":"a"}"#,
            ),
            (
                r#"[{"key":"pod","value":"s"}]"#,
                r#"[{"key":"pod","value":"s"}]"#,
            ),
            (
                r#"{"auth":{"mechanism":["USERNAME_PASSWORD"]}}"#,
                r#"{"auth":{"mechanism":["USERNAME_PASSWORD"]}}"#,
            ),
            (
                r#"["kubectl", "--token", "s" , "x"]"#,
                r#"["kubectl", "--token", "<redacted>" , "x"]"#,
            ),
        ] {
            assert_eq!(clean(text, Bodies::None), expected);
            assert_eq!(clean(expected, Bodies::None), expected);
        }
    }

    #[test]
    fn patches_and_lists_of_arguments_are_understood() {
        for (text, expected) in [
            (
                r#"{"requestObject":[{"op":"add","path":"/spec/containers/0/env/0/value","value":"s"}]}"#,
                r#"{"requestObject":[{"op":"add","path":"/spec/containers/0/env/0/value","value":"<redacted>"}]}"#,
            ),
            (
                r#"{"requestObject":[{"value":[{"name":"A","value":"s"}],"path":"/spec/env"}]}"#,
                r#"{"requestObject":[{"value":"<redacted>","path":"/spec/env"}]}"#,
            ),
            (
                r#"{"requestObject":{"auths":{"r":{"auth":"s"}},"args":["a","--token","s\n"]}}"#,
                r#"{"requestObject":{"auths":{"r":{"auth":"<redacted>"}},"args":["a","--token","<redacted>"]}}"#,
            ),
            (
                r#"{"requestObject":{"command":["mysql","-ps"],"verbs":["create","token","x"]}}"#,
                r#"{"requestObject":{"command":["mysql","-p<redacted>"],"verbs":["create","token","x"]}}"#,
            ),
        ] {
            assert_eq!(clean(text, Bodies::Clean), expected);
            assert_eq!(clean(expected, Bodies::Clean), expected);
        }
    }

    #[test]
    fn long_texts_take_linear_time() {
        for (open, middle, close) in [
            (r#"{"value":"#, "1", r#","name":"token"}"#),
            (r#"{"name":"token","value":"#, "1", "}"),
            (r#"["a","b","#, "[]", "]"),
            (r#"{"token":["#, r#""s""#, "]}"),
            (
                r#"{"a":1,"value":1,"value":1,"b":"#,
                "1",
                r#","name":"token"}"#,
            ),
        ] {
            let depth = 100_000;
            let text = [&open.repeat(depth), middle, &close.repeat(depth)].concat();
            assert!(clean(&text, Bodies::None).len() <= text.len() * 4);
        }
    }
}
