//! Patterns as Lucene writes them, which ES|QL takes behind `RLIKE`.
//!
//! Lucene matches whole texts, knows no anchors, no flags and no edges of words.
//! A pattern is therefore opened at both ends, and an anchor that stands at its
//! beginning or end closes that end; one that stands elsewhere cannot be said.

use std::fmt::Write as _;

use regex_syntax::hir::{Class, Hir, HirKind, Look};

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
        out.push_str("#");
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
    fn what_means_something_is_escaped() {
        assert_eq!(of(r"^a\.b#@&<$").as_deref(), Some(r"a\.b\#\@\&\<"));
        assert_eq!(of("^[^/]+$").as_deref(), Some(r"([^/])+"));
        assert_eq!(of("(?i)^a$").as_deref(), Some("[Aa]"));
        assert_eq!(of("(?s)^.$").as_deref(), Some("."));
    }
}
