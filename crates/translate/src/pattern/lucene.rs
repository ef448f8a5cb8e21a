//! Patterns as Lucene writes them, which ES|QL takes behind `RLIKE`.
//!
//! Lucene matches whole texts, knows no anchors, no flags and no edges of words.
//! A pattern is therefore opened at both ends, and an anchor that stands at its
//! beginning or end closes that end; one that stands elsewhere cannot be said.

use std::fmt::Write as _;

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Look, Repetition};

use super::hir;
use crate::filter::Re;
use crate::limits::PATTERN_BYTES_MAX;

/// What stands for anything.
const ANY: &str = ".*";

/// The pattern in Lucene's dialect, for whole texts; `None` if it cannot be said.
pub(crate) fn lucene(re: &Re) -> Option<String> {
    let hir = hir(re)?;
    let mut out = String::new();
    open(&hir, true, true, &mut out)?;
    (out.len() <= PATTERN_BYTES_MAX).then_some(out)
}

/// The pattern for texts in lower case; of a letter's spellings only that one.
pub(crate) fn lucene_lower(re: &Re) -> Option<String> {
    let hir = lowered(&hir(re)?);
    let mut out = String::new();
    open(&hir, true, true, &mut out)?;
    (out.len() <= PATTERN_BYTES_MAX).then_some(out)
}

/// A pattern whose classes hold no letter whose lower case they hold as well.
fn lowered(hir: &Hir) -> Hir {
    let each = |parts: &[Hir]| parts.iter().map(lowered).collect::<Vec<_>>();
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) if is_spelling(class) => {
            let mut letters = class
                .iter()
                .map(regex_syntax::hir::ClassUnicodeRange::start);
            let letter = letters.find(char::is_ascii_lowercase);
            letter.map_or_else(|| hir.clone(), |c| Hir::literal(c.to_string().into_bytes()))
        }
        HirKind::Capture(capture) => lowered(&capture.sub),
        HirKind::Concat(parts) => Hir::concat(each(parts)),
        HirKind::Alternation(parts) => Hir::alternation(each(parts)),
        HirKind::Repetition(repeated) => Hir::repetition(Repetition {
            sub: Box::new(lowered(&repeated.sub)),
            ..repeated.clone()
        }),
        _ => hir.clone(),
    }
}

/// Whether a class is one letter in all its spellings; two of the alphabet have
/// a third, the Kelvin sign and the long s, which no log writes.
fn is_spelling(class: &ClassUnicode) -> bool {
    let ranges: Vec<_> = class.iter().map(|r| (r.start(), r.end())).collect();
    match ranges.as_slice() {
        [(a, a2), (b, b2), rest @ ..] => {
            a == a2
                && b == b2
                && a.to_ascii_lowercase() == *b
                && a != b
                && matches!(
                    rest,
                    [] | [('\u{17f}', '\u{17f}') | ('\u{212a}', '\u{212a}')]
                )
        }
        _ => false,
    }
}

/// Writes a pattern that may begin (`left`) or end (`right`) anywhere.
fn open(hir: &Hir, left: bool, right: bool, out: &mut String) -> Option<()> {
    if left || right {
        match hir.kind() {
            HirKind::Look(Look::Start) if left => {
                if right {
                    out.push_str(ANY);
                }
                return Some(());
            }
            HirKind::Look(Look::End) if right => {
                if left {
                    out.push_str(ANY);
                }
                return Some(());
            }
            HirKind::Capture(capture) => return open(&capture.sub, left, right, out),
            HirKind::Alternation(parts) => {
                out.push('(');
                for (at, part) in parts.iter().enumerate() {
                    if at > 0 {
                        out.push('|');
                    }
                    open(part, left, right, out)?;
                }
                out.push(')');
                return Some(());
            }
            HirKind::Concat(parts) => return sequence(parts, left, right, out),
            _ => {}
        }
    }
    if left {
        out.push_str(ANY);
    }
    plain(hir, out)?;
    if right {
        out.push_str(ANY);
    }
    Some(())
}

fn sequence(parts: &[Hir], left: bool, right: bool, out: &mut String) -> Option<()> {
    let last = parts.len().checked_sub(1)?;
    for (at, part) in parts.iter().enumerate() {
        open(part, left && at == 0, right && at == last, out)?;
    }
    Some(())
}

/// Writes a pattern that begins and ends where it stands.
fn plain(hir: &Hir, out: &mut String) -> Option<()> {
    if out.len() > PATTERN_BYTES_MAX {
        return None;
    }
    match hir.kind() {
        HirKind::Empty => out.push_str("()"),
        HirKind::Literal(literal) => {
            for c in std::str::from_utf8(&literal.0).ok()?.chars() {
                character(c, out);
            }
        }
        HirKind::Class(class) => write_class(class, out)?,
        HirKind::Look(_) => return None,
        HirKind::Capture(capture) => return plain(&capture.sub, out),
        HirKind::Repetition(repeated) => {
            out.push('(');
            plain(&repeated.sub, out)?;
            out.push(')');
            // What is lazy finds the same where only finding counts.
            let written = match (repeated.min, repeated.max) {
                (0, Some(1)) => write!(out, "?"),
                (0, None) => write!(out, "*"),
                (1, None) => write!(out, "+"),
                (min, None) => write!(out, "{{{min},}}"),
                (min, Some(max)) => write!(out, "{{{min},{max}}}"),
            };
            written.ok()?;
        }
        HirKind::Concat(parts) => {
            for part in parts {
                plain(part, out)?;
            }
        }
        HirKind::Alternation(parts) => {
            out.push('(');
            for (at, part) in parts.iter().enumerate() {
                if at > 0 {
                    out.push('|');
                }
                plain(part, out)?;
            }
            out.push(')');
        }
    }
    Some(())
}

fn character(c: char, out: &mut String) {
    // Everything that means something to Lucene with all its operators on.
    if r#".?+*|{}[]()"\#@&<>~^-"#.contains(c) {
        out.push('\\');
    }
    out.push(c);
}

fn write_class(class: &Class, out: &mut String) -> Option<()> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.iter().map(|r| (r.start(), r.end())).collect(),
        Class::Bytes(class) => {
            let ascii = class.iter().map(|r| (r.start(), r.end()));
            let ascii: Option<Vec<_>> = ascii
                .map(|(a, b)| (b < 128).then(|| (char::from(a), char::from(b))))
                .collect();
            ascii?
        }
    };
    if ranges.is_empty() {
        out.push('#');
        return Some(());
    }
    // A class up to the last character was written as what it leaves out.
    let turned = ranges.last().is_some_and(|(_, end)| *end == char::MAX);
    let ranges = if turned { complement(&ranges) } else { ranges };
    if turned && ranges.is_empty() {
        out.push('.');
        return Some(());
    }
    out.push_str(if turned { "[^" } else { "[" });
    for (start, end) in ranges {
        character(start, out);
        if start != end {
            out.push('-');
            character(end, out);
        }
    }
    out.push(']');
    Some(())
}

/// What is not in sorted ranges, the last of which reaches the last character.
fn complement(ranges: &[(char, char)]) -> Vec<(char, char)> {
    let mut out = Vec::new();
    let mut from = Some('\0');
    for (start, end) in ranges {
        if let (Some(from), Some(before)) = (from, before(*start))
            && from <= before
        {
            out.push((from, before));
        }
        from = after(*end);
    }
    out
}

fn before(c: char) -> Option<char> {
    match c {
        '\u{e000}' => Some('\u{d7ff}'),
        _ => char::from_u32(u32::from(c).checked_sub(1)?),
    }
}

fn after(c: char) -> Option<char> {
    match c {
        '\u{d7ff}' => Some('\u{e000}'),
        _ => char::from_u32(u32::from(c).checked_add(1)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<String> {
        lucene(&Re::new(text))
    }

    #[test]
    fn ends_open_unless_they_are_closed() {
        assert_eq!(of("ab").as_deref(), Some(".*ab.*"));
        assert_eq!(of("^ab$").as_deref(), Some("ab"));
        assert_eq!(of("^ab").as_deref(), Some("ab.*"));
        assert_eq!(of("(^|/)ab(/|$)").as_deref(), Some("(|.*/)ab(/.*|)"));
        assert_eq!(of("a^b"), None);
        assert_eq!(of(r"\bab"), None);
    }

    #[test]
    fn spellings_of_a_letter_are_one_in_lower_case() {
        let lower = lucene_lower(&Re::new("(?i)^(kubectl|os)[^/a]"));
        assert_eq!(lower.as_deref(), Some("(kubectl|os)[^/Aa].*"));
    }

    #[test]
    fn what_means_something_is_escaped() {
        assert_eq!(of(r"^a\.b#@&<$").as_deref(), Some(r"a\.b\#\@\&\<"));
        assert_eq!(of("^[^/]+$").as_deref(), Some(r"([^/])+"));
        assert_eq!(of("(?i)^a$").as_deref(), Some("[Aa]"));
        assert_eq!(of("(?s)^.$").as_deref(), Some("."));
    }
}
