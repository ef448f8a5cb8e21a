//! Patterns as they stand between quotes or slashes in a query.

use std::fmt::Write as _;

use crate::filter::Re;
use crate::pattern::groups;

/// The pattern without a character that ends a string or starts an escape of
/// one: quotation marks, backslashes that mean themselves, backticks, slashes
/// and what is invisible are written by number.
pub(crate) fn quoted(re: &Re) -> String {
    let text = re.inline();
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('\\') | None => out.push_str(r"\x5C"),
                Some(next) if by_number(next) => number(next, &mut out),
                Some(next) => {
                    out.push('\\');
                    out.push(next);
                }
            },
            _ if by_number(c) => number(c, &mut out),
            _ => out.push(c),
        }
    }
    out
}

fn by_number(c: char) -> bool {
    matches!(c, '"' | '\'' | '`') || c.is_control()
}

fn number(c: char, out: &mut String) {
    // Writing to a String cannot fail.
    let _ = write!(out, r"\x{:02X}", u32::from(c));
}

/// The pattern without the flags in front of it, and those flags: whether case
/// is ignored, and whether a dot takes line feeds.
pub(crate) fn flags(re: &Re) -> (Re, bool, bool) {
    let (mut nocase, mut all) = (re.nocase, false);
    let mut text = re.text.as_str();
    while let Some((flags, rest)) = text.strip_prefix("(?").and_then(|own| own.split_once(')')) {
        if flags.is_empty() || !flags.chars().all(|c| matches!(c, 'i' | 's')) {
            break;
        }
        nocase |= flags.contains('i');
        all |= flags.contains('s');
        text = rest;
    }
    (Re::new(text), nocase, all)
}

/// The pattern between slashes.
pub(crate) fn slashed(re: &Re) -> String {
    let mut out = String::new();
    let text = quoted(re);
    let mut escaped = false;
    for c in text.chars() {
        if c == '/' && !escaped {
            out.push('\\');
        }
        escaped = c == '\\' && !escaped;
        out.push(c);
    }
    format!("/{out}/")
}

/// A replacement that names groups as `\1`, in the way that names them as `$1`.
pub(crate) fn dollars(with: &str) -> String {
    let mut out = String::new();
    let mut chars = with.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(digit) if digit.is_ascii_digit() => {
                    out.push('$');
                    out.push(digit);
                }
                Some(next) => {
                    out.push('\\');
                    out.push(next);
                }
                None => {}
            },
            '$' => out.push_str("\\$"),
            _ => out.push(c),
        }
    }
    out
}

/// A text in double quotes, with a backslash before what would end it.
pub(crate) fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

/// Texts in double quotes, one behind the other.
pub(crate) fn strings(texts: &[String]) -> String {
    let texts: Vec<_> = texts.iter().map(|text| string(text)).collect();
    texts.join(", ")
}

/// A pattern with everything around its first match, so that replacing takes all
/// but the match or its group away: what languages do that cannot extract.
pub(crate) fn around(re: &Re) -> Re {
    let own = re.inline();
    let bare = own.replace("(?i)", "");
    let inner = if groups(&re.text).is_empty() {
        format!("({bare})")
    } else {
        format!("(?:{bare})")
    };
    let flags = if own.starts_with("(?i)") {
        "(?is)"
    } else {
        "(?s)"
    };
    Re::new(format!("{flags}^.*?{inner}.*$"))
}

/// The letters of a pattern's flags, as they stand behind it.
pub(crate) fn letters(nocase: bool, all: bool) -> String {
    let (i, d) = (if nocase { "i" } else { "" }, if all { "d" } else { "" });
    format!("{i}{d}")
}

#[cfg(test)]
mod tests {
    use yaral_ir::regex::Pattern;

    use super::*;

    #[test]
    fn nothing_ends_the_quotes_and_nothing_changes() {
        for (pattern, text) in [
            (r#"["']?a\"b"#, r#""a"b"#),
            (r"\\x\s[\\/]", r"\x \"),
            ("`", "`"),
            ("a\nb", "a\nb"),
        ] {
            let re = Re::new(pattern);
            let written = quoted(&re);
            assert!(!written.contains(['"', '`', '\n']), "{written}");
            assert!(!written.contains(r"\\"), "{written}");
            assert!(
                Pattern::new(&written, false).unwrap().is_match(text),
                "{written}"
            );
        }
        assert_eq!(slashed(&Re::new("a/b")), r"/a\/b/");
        let (bare, nocase, all) = flags(&Re::new("(?i)(?s)a"));
        assert_eq!((bare.text.as_str(), nocase, all), ("a", true, true));
        assert_eq!(dollars(r"\1$x\\"), r"$1\$x\\");
        assert_eq!(string(r#"a"\"#), r#""a\"\\""#);
    }
}
