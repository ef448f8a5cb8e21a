//! What a pattern says for every text alike: that it always matches, that it never does, or that
//! it is plain text.
//!
//! Told to authors, not used for matching, so that each answer is sound and none is complete: a
//! pattern of which nothing is said may still be one of these.

use regex_syntax::hir::{Hir, HirKind, Look};

use super::Pattern;
use super::parse::parse;

/// A pattern that is plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain {
    /// The text.
    pub text: String,
    /// Whether the text must stand at the start.
    pub start: bool,
    /// Whether it must stand at the end.
    pub end: bool,
}

impl Pattern {
    /// Whether every text has a match, the empty one included.
    #[must_use]
    pub fn matches_all(&self) -> bool {
        // Almost no pattern matches nothing at all, so this decides quickly.
        self.is_match("") && self.hir().is_some_and(|hir| always(&hir))
    }

    /// Whether no text has a match, as for `a^b`.
    #[must_use]
    pub fn matches_nothing(&self) -> bool {
        let text = self.text();
        // What can make a pattern impossible: an edge in its middle, or an empty class.
        let inner = text.strip_prefix('^').unwrap_or(text);
        let inner = inner.strip_suffix('$').unwrap_or(inner);
        inner.contains(['^', '$', '\\']) && self.hir().is_some_and(|hir| never(&hir))
    }

    /// The text that the pattern is, if nothing in it has another meaning; case does not count
    /// here.
    #[must_use]
    pub fn plain(&self) -> Option<Plain> {
        let hir = parse(self.text(), false).ok()?.hir;
        let parts = match hir.kind() {
            HirKind::Concat(parts) => parts.as_slice(),
            _ => std::slice::from_ref(&hir),
        };
        let is = |part: Option<&Hir>, look| {
            part.is_some_and(|part| matches!(part.kind(), HirKind::Look(own) if *own == look))
        };
        let (start, end) = (is(parts.first(), Look::Start), is(parts.last(), Look::End));
        let inner = parts.get(usize::from(start)..parts.len().checked_sub(usize::from(end))?)?;
        let [only] = inner else { return None };
        let HirKind::Literal(literal) = only.kind() else {
            return None;
        };
        let text = String::from_utf8(literal.0.to_vec()).ok()?;
        Some(Plain { text, start, end })
    }

    fn hir(&self) -> Option<Hir> {
        Some(parse(self.text(), self.nocase()).ok()?.hir)
    }
}

/// Whether a match is to be had anywhere: nothing is asked for but one edge of the text.
fn always(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(Look::Start | Look::End) => true,
        HirKind::Repetition(repetition) => repetition.min == 0,
        HirKind::Capture(capture) => always(&capture.sub),
        HirKind::Alternation(branches) => branches.iter().any(always),
        HirKind::Concat(parts) => {
            let edges = parts.iter().filter(|part| !is_free(part));
            parts.iter().all(always) && edges.count() <= 1
        }
        _ => false,
    }
}

/// Whether nothing at all is asked for.
fn is_free(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty => true,
        HirKind::Repetition(repetition) => repetition.min == 0,
        HirKind::Capture(capture) => is_free(&capture.sub),
        _ => false,
    }
}

/// Whether no text can satisfy it: a class of no character, something in front of the start of
/// the text, or something behind its end.
fn never(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Repetition(repetition) => repetition.min > 0 && never(&repetition.sub),
        HirKind::Capture(capture) => never(&capture.sub),
        HirKind::Alternation(branches) => branches.iter().all(never),
        HirKind::Concat(parts) => {
            let takes = |part: &Hir| part.properties().minimum_len().unwrap_or(0) > 0;
            let first = parts.iter().position(takes).unwrap_or(parts.len());
            let last = parts.iter().rposition(takes).unwrap_or(0);
            let late = parts.iter().skip(first + 1);
            let early = parts.iter().take(last);
            parts.iter().any(never)
                || late
                    .clone()
                    .any(|part| part.properties().look_set_prefix().contains(Look::Start))
                || early
                    .clone()
                    .any(|part| part.properties().look_set_suffix().contains(Look::End))
        }
        _ => hir.properties().minimum_len().is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::new(text, false).unwrap()
    }

    #[test]
    fn some_patterns_match_every_text() {
        for text in [
            "",
            ".*",
            "(.*)",
            "^",
            "$",
            "^.*",
            ".*$",
            "a*",
            "x|",
            "(a|b)*.*?",
            "[a-z]*",
        ] {
            assert!(pattern(text).matches_all(), "{text}");
            assert!(
                pattern(text).is_match("") && pattern(text).is_match("q\n"),
                "{text}"
            );
        }
        for text in [".+", "^$", "^.*$", "a", r"\b", "^a*$", "(?:^$)|a"] {
            assert!(!pattern(text).matches_all(), "{text}");
        }
    }

    #[test]
    fn some_patterns_match_no_text() {
        for text in [
            "a^",
            "$a",
            r"\\C$\\Windows",
            "x^y|$z",
            "(a^b)+",
            r"a\Ab",
            r"a\zb",
            r"^a^",
        ] {
            assert!(pattern(text).matches_nothing(), "{text}");
            for subject in ["a", "ab", "xy", "z", r"\C$\Windows", "a\nb"] {
                assert!(!pattern(text).is_match(subject), "{text}");
            }
        }
        for text in [
            "^a$",
            "(^|/)a($|/)",
            "a^|b",
            r"\^a\$",
            "[^a]b",
            "(?m)a\n^b",
            "a*^b",
            "a$b*",
            "^^a",
            "$",
            r"a[$]b",
            "(a^)*b",
            r"\.exe$",
        ] {
            assert!(!pattern(text).matches_nothing(), "{text}");
        }
    }

    #[test]
    fn some_patterns_are_plain_text() {
        let plain = |text: &str| pattern(text).plain().map(|p| (p.text, p.start, p.end));
        assert_eq!(
            plain(r"cmd\.exe"),
            Some(("cmd.exe".to_owned(), false, false))
        );
        assert_eq!(
            plain(r"^cmd\.exe$"),
            Some(("cmd.exe".to_owned(), true, true))
        );
        assert_eq!(plain("a$"), Some(("a".to_owned(), false, true)));
        for text in ["", "^", "^$", "a.c", "a|b", "(a)", "[ab]", "(?i)a"] {
            assert_eq!(plain(text), None, "{text}");
        }
    }
}
