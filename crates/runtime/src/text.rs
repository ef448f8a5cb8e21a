//! Text from logs, made safe to look at.
//!
//! A terminal obeys control bytes, a reader believes the order in which
//! characters stand, and neither sees a character without width. All three are
//! written out as `\u{…}` wherever log text meets a person. The characters are
//! named once, here; every format uses this list.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::limits::TERMINAL_BYTES_MAX;

/// Whether a character controls a device, turns the direction of text, breaks
/// lines outside ASCII, or cannot be seen.
#[must_use]
pub fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}'                      // soft hyphen
            | '\u{61c}'                   // Arabic letter mark
            | '\u{180e}'                  // Mongolian vowel separator
            | '\u{200b}'..='\u{200f}'     // zero width, direction marks
            | '\u{2028}'..='\u{202e}'     // line and paragraph ends, direction embeddings
            | '\u{2060}'..='\u{206f}'     // invisible operators, direction isolates
            | '\u{feff}'                  // byte order mark
            | '\u{fff9}'..='\u{fffb}'     // interlinear annotation
            | '\u{e0000}'..='\u{e007f}'   // tags
        )
}

/// Log text for a terminal: hostile characters visible, at most
/// [`TERMINAL_BYTES_MAX`] bytes of it, with a mark where it was cut.
///
/// ```
/// use yaral_runtime::escape_terminal;
///
/// assert_eq!(escape_terminal("plain"), "plain");
/// assert_eq!(escape_terminal("a\u{1b}[2Jb\n"), r"a\u{1b}[2Jb\n");
/// ```
#[must_use]
pub fn escape_terminal(text: &str) -> Cow<'_, str> {
    escape(text, TERMINAL_BYTES_MAX)
}

/// As [`escape_terminal`], with another limit in bytes of the given text.
#[must_use]
pub fn escape(text: &str, bytes_max: usize) -> Cow<'_, str> {
    let (kept, cut) = cut(text, bytes_max);
    if cut == 0 && !kept.chars().any(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(kept.len() + 16);
    for c in kept.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_hostile(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    if cut > 0 {
        out.push_str(&cut_mark(cut));
    }
    Cow::Owned(out)
}

/// The part of a text that fits, and how many bytes are left out.
pub(crate) fn cut(text: &str, bytes_max: usize) -> (&str, usize) {
    let (kept, rest) = text.split_at(text.floor_char_boundary(bytes_max));
    (kept, rest.len())
}

/// What stands where bytes were left out.
pub(crate) fn cut_mark(bytes: usize) -> String {
    format!("\u{2026}[cut {bytes} bytes]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_characters_become_visible() {
        let text = "a\u{1b}]0;x\u{7}\u{202e}b\u{200b}\u{9b}\0\u{7f}\u{2028}\r\n\tz\u{e9}\u{1f600}";
        let shown = escape_terminal(text);
        assert_eq!(
            shown,
            "a\\u{1b}]0;x\\u{7}\\u{202e}b\\u{200b}\\u{9b}\\u{0}\\u{7f}\\u{2028}\\r\\n\\tz\u{e9}\u{1f600}"
        );
        assert!(!shown.chars().any(is_hostile));
    }

    #[test]
    fn clean_text_is_borrowed_and_long_text_cut_at_a_character() {
        assert!(matches!(
            escape_terminal("caf\u{e9} =1+1"),
            Cow::Borrowed(_)
        ));
        assert_eq!(escape("a\u{e9}b", 2), "a\u{2026}[cut 3 bytes]");
    }
}
