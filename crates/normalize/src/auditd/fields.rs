//! The fields of one record: `key=value` pairs, and how their values are
//! written.
//!
//! The kernel quotes a text that is harmless and writes any other in
//! hexadecimal, without saying so: only the name of the field tells which of
//! the two an unquoted value is. What user space sends is in `msg='…'`, whose
//! pairs count like the others. Behind the byte 0x1d stand the names that the
//! daemon looked up, under keys in capitals.

use std::borrow::Cow;

/// What stands between a record and its looked-up names.
const ENRICHED: char = '\u{1d}';

/// Fields whose value is in hexadecimal unless it is quoted.
const ENCODED: &[&str] = &[
    "name",
    "exe",
    "comm",
    "cwd",
    "proctitle",
    "key",
    "cmd",
    "data",
    "acct",
    "path",
    "dir",
    "file",
    "ocomm",
    "watch",
    "device",
    "vm",
    "unit",
    "old-disk",
    "new-disk",
];

/// How a value came.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Written<'a> {
    /// In quotes, or as a string of JSON.
    Plain(Cow<'a, str>),
    /// Without quotes.
    Bare(&'a str),
}

/// One field.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Field<'a> {
    key: Cow<'a, str>,
    value: Written<'a>,
}

/// The fields of one record.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Fields<'a> {
    list: Vec<Field<'a>>,
}

impl<'a> Fields<'a> {
    /// Reads what follows the header of a record.
    pub(super) fn parse(body: &'a str) -> Self {
        let mut fields = Self::default();
        for part in body.split(ENRICHED) {
            fields.read(part);
        }
        fields
    }

    fn read(&mut self, text: &'a str) {
        let mut rest = text;
        while let Some(sign) = rest.find('=') {
            let key = rest[..sign]
                .rsplit(|c: char| c.is_ascii_whitespace() || matches!(c, ',' | '\'' | '(' | ')'))
                .next()
                .unwrap_or_default();
            let value = &rest[sign + 1..];
            if key == "msg" && value.starts_with('\'') {
                // The pairs inside are pairs like the others.
                rest = &value[1..];
                continue;
            }
            let (written, after) = value_of(value);
            rest = after;
            if !key.is_empty() {
                self.list.push(Field {
                    key: Cow::Borrowed(key),
                    value: written,
                });
            }
        }
    }

    /// Adds a field whose value is a plain text.
    pub(super) fn push(&mut self, key: Cow<'a, str>, text: Cow<'a, str>) {
        let value = Written::Plain(text);
        self.list.push(Field { key, value });
    }

    fn find(&self, key: &str) -> Option<&Written<'a>> {
        let found = self.list.iter().find(|field| field.key == key);
        found.map(|field| &field.value)
    }

    /// A value as it is written, without quotes; none if it says that there is
    /// none.
    pub(super) fn raw(&self, key: &str) -> Option<&str> {
        let text = match self.find(key)? {
            Written::Plain(text) => text,
            Written::Bare(text) => *text,
        };
        (!is_nothing(text)).then_some(text)
    }

    /// A text, decoded if it is in hexadecimal.
    pub(super) fn text(&self, key: &str) -> Option<Cow<'_, str>> {
        let text = match self.find(key)? {
            Written::Plain(text) => return (!is_nothing(text)).then(|| Cow::Borrowed(&**text)),
            Written::Bare(text) => *text,
        };
        if is_nothing(text) {
            return None;
        }
        let encoded = ENCODED.contains(&key);
        let decoded = if encoded { decode(text) } else { None };
        Some(decoded.map_or(Cow::Borrowed(text), Cow::Owned))
    }

    /// The arguments that an `EXECVE` record has: the number of the argument,
    /// that of the piece, and the piece.
    pub(super) fn arguments(&self) -> impl Iterator<Item = (Place, Cow<'_, str>)> {
        self.list.iter().filter_map(|field| {
            let place = place(&field.key)?;
            Some((place, argument(&field.value)))
        })
    }
}

/// The number of an argument and that of its piece: `a1[2]` is the third piece
/// of the second argument, `a1` all of it.
type Place = (u32, u32);

/// The place that a key names, if it is that of an argument.
pub(super) fn place(key: &str) -> Option<Place> {
    let name = key.strip_prefix('a')?;
    let Some((number, piece)) = name.split_once('[') else {
        return Some((name.parse().ok()?, 0));
    };
    Some((number.parse().ok()?, piece.strip_suffix(']')?.parse().ok()?))
}

/// An argument; without quotes it is always in hexadecimal.
fn argument<'t>(value: &'t Written<'_>) -> Cow<'t, str> {
    match value {
        Written::Plain(text) => Cow::Borrowed(text),
        Written::Bare(text) => decode(text).map_or(Cow::Borrowed(*text), Cow::Owned),
    }
}

/// The value at the start of a text, and what follows it.
fn value_of(text: &str) -> (Written<'_>, &str) {
    let plain = |from: usize, to: usize| Written::Plain(Cow::Borrowed(&text[from..to]));
    if let Some(inner) = text.strip_prefix('"') {
        return match inner.find('"') {
            Some(end) => (plain(1, end + 1), &inner[end + 1..]),
            None => (plain(1, text.len()), ""),
        };
    }
    if text.starts_with('{') {
        let end = text.find('}').map_or(text.len(), |end| end + 1);
        return (Written::Bare(&text[..end]), &text[end..]);
    }
    let stop = |c: char| c.is_ascii_whitespace() || c == '\'';
    let end = text.find(stop).unwrap_or(text.len());
    (Written::Bare(&text[..end]), &text[end..])
}

/// What the kernel and the daemon write where there is no value.
fn is_nothing(text: &str) -> bool {
    matches!(text, "" | "(null)" | "(none)" | "?")
}

/// The text behind hexadecimal digits; none if they are no such digits. Bytes
/// that are no UTF-8 are replaced.
pub(super) fn decode(digits: &str) -> Option<String> {
    let bytes = bytes(digits)?;
    Some(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

/// The bytes behind hexadecimal digits.
pub(super) fn bytes(digits: &str) -> Option<Vec<u8>> {
    if digits.is_empty() || !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |b: u8| {
        char::from(b)
            .to_digit(16)
            .and_then(|n| u8::try_from(n).ok())
    };
    let pairs = digits.as_bytes().chunks_exact(2);
    pairs
        .map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_they_are_written() {
        let fields = Fields::parse(
            "arch=c000003e exe=2F62696E2F61206220 comm=\"a b\" key=(null) tty=(none) a0=\"x\" a1=2D2D a2[0]=6162\u{1d}ARCH=x86_64 SADDR={ saddr_fam=local path=/x } UID=\"root\"",
        );
        assert_eq!(fields.raw("arch"), Some("c000003e"));
        assert_eq!(fields.text("exe").as_deref(), Some("/bin/a b "));
        assert_eq!(fields.text("comm").as_deref(), Some("a b"));
        assert_eq!((fields.raw("key"), fields.raw("tty")), (None, None));
        assert_eq!(fields.raw("SADDR"), Some("{ saddr_fam=local path=/x }"));
        assert_eq!(fields.raw("UID"), Some("root"));
        let arguments: Vec<_> = fields.arguments().collect();
        assert_eq!(
            arguments,
            [
                ((0, 0), "x".into()),
                ((1, 0), "--".into()),
                ((2, 0), "ab".into())
            ]
        );
    }

    #[test]
    fn messages_of_user_space_are_pairs_too() {
        let fields = Fields::parse(
            "user pid=3027 uid=497 msg='cwd=\"/\" cmd=6C73202D6C terminal=? res=success'\u{1d}UID=\"nagios\"",
        );
        assert_eq!(fields.text("cmd").as_deref(), Some("ls -l"));
        assert_eq!(fields.raw("res"), Some("success"));
        assert_eq!(fields.raw("terminal"), None);
        assert_eq!(fields.raw("UID"), Some("nagios"));
        let fields =
            Fields::parse("avc:  denied  { read } for  pid=13010 comm=\"pickup\" dev=hda7");
        assert_eq!(
            (fields.raw("pid"), fields.raw("dev")),
            (Some("13010"), Some("hda7"))
        );
    }

    #[test]
    fn digits_that_are_none_stay() {
        assert_eq!(decode("C3A4"), Some("ä".to_owned()));
        assert_eq!(decode("FF"), Some("\u{fffd}".to_owned()));
        assert_eq!(
            (decode("xyz"), decode("abc"), decode("")),
            (None, None, None)
        );
        assert_eq!(
            Fields::parse("name=opt").text("name").as_deref(),
            Some("opt")
        );
        assert_eq!(
            Fields::parse("name=\"open").text("name").as_deref(),
            Some("open")
        );
    }
}
