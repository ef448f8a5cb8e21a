//! Lines of the daemon's log: `time="…" level=debug msg="…" key=value`.
//!
//! Behind a prefix of syslog or of the journal the line is the same. Values
//! that hold more than plain letters stand in quotes, escaped as Go does it.
//! Everything is looked at once and in order.

use std::borrow::Cow;

/// One line, with the attributes that are read. Of a repeated one the first
/// counts: the daemon writes its own before any other.
#[derive(Clone, Default, Debug)]
pub(super) struct LogLine<'a> {
    /// The host that a prefix names.
    pub(super) host: Option<Cow<'a, str>>,
    pub(super) time: Cow<'a, str>,
    pub(super) level: Cow<'a, str>,
    pub(super) message: Cow<'a, str>,
    /// The listener that a warning is about.
    pub(super) listener: Option<Cow<'a, str>>,
    pub(super) method: Option<Cow<'a, str>>,
    pub(super) url: Option<Cow<'a, str>>,
    pub(super) form: Option<Cow<'a, str>>,
    pub(super) container: Option<Cow<'a, str>>,
    pub(super) error: Option<Cow<'a, str>>,
}

/// Why a text is no such line.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Fault {
    /// It is something else.
    Other,
    /// A value in quotes does not end.
    Cut,
}

/// A key and its value as written, quotes included.
pub(super) struct Pair<'a> {
    pub(super) key: &'a str,
    pub(super) value: &'a str,
}

impl Pair<'_> {
    /// The value without quotes and escapes.
    pub(super) fn plain(&self) -> Cow<'_, str> {
        plain(self.value)
    }
}

/// The place where the line begins behind its prefix.
pub(super) fn start(text: &str) -> Option<usize> {
    let at = memchr::memmem::find(text.as_bytes(), b"time=\"")?;
    let before = text.get(..at)?;
    (before.is_empty() || before.ends_with(' ')).then_some(at)
}

/// The pairs of a line from its beginning on.
pub(super) fn pairs<'a>(text: &'a str, each: &mut dyn FnMut(Pair<'a>)) -> Result<(), Fault> {
    let mut rest = text.trim_ascii_start();
    while !rest.is_empty() {
        let sign = rest
            .find(['=', ' '])
            .filter(|at| rest[*at..].starts_with('='));
        let Some(sign) = sign.filter(|at| *at > 0) else {
            return Err(Fault::Other);
        };
        let (key, value) = (&rest[..sign], &rest[sign + 1..]);
        let end = value_end(value)?;
        each(Pair {
            key,
            value: &value[..end],
        });
        rest = value[end..].trim_ascii_start();
    }
    Ok(())
}

/// The end of the value that a text starts with.
fn value_end(text: &str) -> Result<usize, Fault> {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b'"') {
        return Ok(text.find(' ').unwrap_or(text.len()));
    }
    let mut at = 1;
    while let Some(found) = memchr::memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default()) {
        at += found;
        if bytes.get(at) == Some(&b'"') {
            return Ok(at + 1);
        }
        at += 2;
    }
    Err(Fault::Cut)
}

/// Reads a line.
pub(super) fn read(text: &str) -> Result<LogLine<'_>, Fault> {
    let at = start(text).ok_or(Fault::Other)?;
    let (prefix, line) = text.split_at(at);
    let mut out = LogLine {
        host: host(prefix),
        ..LogLine::default()
    };
    let (mut level, mut message) = (None, None);
    pairs(line, &mut |pair| {
        let keep = |slot: &mut Option<Cow<'_, str>>| slot.is_none();
        let slot = match pair.key {
            "time" => {
                if out.time.is_empty() {
                    out.time = plain(pair.value);
                }
                return;
            }
            "level" => &mut level,
            "msg" => &mut message,
            "host" => &mut out.listener,
            "method" => &mut out.method,
            "request-url" => &mut out.url,
            "form-data" => &mut out.form,
            "container" => &mut out.container,
            "error" => &mut out.error,
            _ => return,
        };
        if keep(slot) {
            *slot = Some(plain(pair.value));
        }
    })?;
    out.level = level.ok_or(Fault::Other)?;
    out.message = message.ok_or(Fault::Other)?;
    Ok(out)
}

/// Whether a text is the line of another program behind a prefix: `Nov 24
/// 10:00:00 host name[123]: …`.
pub(super) fn is_foreign(text: &str) -> bool {
    let Some((before, _)) = text.split_once("]: ") else {
        return false;
    };
    let Some((name, pid)) = before.rsplit_once('[') else {
        return false;
    };
    let named = name
        .rsplit_once(' ')
        .is_some_and(|(_, tag)| !tag.is_empty());
    named && !pid.is_empty() && pid.bytes().all(|b| b.is_ascii_digit())
}

/// The host in a prefix: the word before the tag `dockerd[123]:`, or of the
/// newer form `<30>1 TIME HOST dockerd 123 - - ` the third one.
fn host(prefix: &str) -> Option<Cow<'_, str>> {
    let mut words = prefix.split_ascii_whitespace().rev();
    let tag = words.next()?;
    if tag.ends_with(':') {
        return words.next().map(Cow::Borrowed);
    }
    let mut words = prefix.split_ascii_whitespace();
    let first = words.next()?;
    let syslog = first.starts_with('<') && first.ends_with(">1");
    words.nth(1).filter(|_| syslog).map(Cow::Borrowed)
}

/// A value without its quotes, with Go's escapes undone.
fn plain(value: &str) -> Cow<'_, str> {
    let Some(inner) = value.strip_prefix('"') else {
        return Cow::Borrowed(value);
    };
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
        return Cow::Borrowed(inner);
    }
    let mut out = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        rest = escape(&rest[at + 1..], &mut out);
    }
    out.extend_from_slice(rest.as_bytes());
    Cow::Owned(match String::from_utf8(out) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

/// Writes what an escape stands for; the result is what follows it. One that
/// Go does not write stays as it is.
fn escape<'t>(text: &'t str, out: &mut Vec<u8>) -> &'t str {
    let mut chars = text.chars();
    let letter = chars.next();
    let digits = match letter {
        Some('x') => 2,
        Some('u') => 4,
        Some('U') => 8,
        _ => 0,
    };
    let number = text
        .get(1..=digits)
        .filter(|_| digits > 0)
        .and_then(|digits| u32::from_str_radix(digits, 16).ok());
    match (letter, number) {
        (Some('x'), Some(number)) => out.push(u8::try_from(number).unwrap_or(b'?')),
        (_, Some(number)) => {
            let c = char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER);
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        (Some(letter), None) => {
            let byte = match letter {
                'a' => 7,
                'b' => 8,
                't' => b'\t',
                'n' => b'\n',
                'v' => 11,
                'f' => 12,
                'r' => b'\r',
                '"' | '\\' => {
                    out.push(if letter == '"' { b'"' } else { b'\\' });
                    return chars.as_str();
                }
                _ => {
                    out.push(b'\\');
                    return text;
                }
            };
            out.push(byte);
            return chars.as_str();
        }
        (None, None) => out.push(b'\\'),
    }
    text.get(1 + digits..).unwrap_or_default()
}

/// Writes a value in quotes, in the form that [`read`] reads.
pub(super) fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => {
                let code = u32::from(c);
                out.push_str("\\u");
                for shift in [12, 8, 4, 0] {
                    out.push(char::from_digit(code >> shift & 0xf, 16).unwrap_or('0'));
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_with_and_without_prefix() {
        let line = r#"time="2026-11-23T05:00:22Z" level=warning msg="a \"b\"\n\x41\u00e9" host="tcp://127.0.0.1:2375" d=1"#;
        for (prefix, host) in [
            ("", None),
            ("Nov 24 10:00:00 lab dockerd[123]: ", Some("lab")),
            ("2026-11-24T10:00:00+0000 lab dockerd[123]: ", Some("lab")),
            (
                "<30>1 2026-11-24T10:00:00Z lab dockerd 123 - - ",
                Some("lab"),
            ),
        ] {
            let whole = format!("{prefix}{line}");
            let read = read(&whole).expect("it is a line");
            assert_eq!(read.host.as_deref(), host);
            assert_eq!(read.message, "a \"b\"\nAé");
            assert_eq!(read.listener.as_deref(), Some("tcp://127.0.0.1:2375"));
            assert_eq!(
                (&*read.level, &*read.time),
                ("warning", "2026-11-23T05:00:22Z")
            );
        }
    }

    #[test]
    fn what_is_no_line_says_why() {
        assert_eq!(read("text").err(), Some(Fault::Other));
        assert_eq!(read("time=\"x\" level=info").err(), Some(Fault::Other));
        assert_eq!(
            read("time=\"x\" level=info msg=\"a").err(),
            Some(Fault::Cut)
        );
        assert_eq!(
            read("time=\"x\" level=info msg=\"a\\").err(),
            Some(Fault::Cut)
        );
        assert!(is_foreign(
            "Nov 24 10:00:00 lab systemd[1]: Started docker."
        ));
        assert!(!is_foreign("a [x]: b") && !is_foreign("time=1"));
    }

    #[test]
    fn quoting_reads_back() {
        for text in [
            "",
            "a \"b\" \\ é\n\u{1}\u{7f}",
            "form data: {\"a\":\"\\\"\"}",
        ] {
            let mut quoted = String::new();
            quote(text, &mut quoted);
            assert_eq!(plain(&quoted), text);
        }
        assert_eq!(plain(r#""\q\xzz\u12""#), r"\q\xzz\u12");
    }
}
