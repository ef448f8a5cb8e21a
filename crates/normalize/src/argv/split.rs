//! A command line as text, cut into words as a shell would.

use std::borrow::Cow;

/// The words of a command line. Quotes and backslashes count as in a POSIX
/// shell; nothing is expanded. A quote that is never closed ends with the line.
pub(crate) fn split(line: &str) -> Vec<Cow<'_, str>> {
    let mut words = Vec::new();
    let mut rest = line.trim_ascii_start();
    while !rest.is_empty() {
        let (word, after) = word(rest);
        words.push(word);
        rest = after.trim_ascii_start();
    }
    words
}

/// The first word, and what stands behind it.
fn word(text: &str) -> (Cow<'_, str>, &str) {
    let special = |c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\'' | '\\');
    let plain = text.find(special).unwrap_or(text.len());
    if text[plain..].starts_with(|c: char| c.is_ascii_whitespace()) || plain == text.len() {
        return (Cow::Borrowed(&text[..plain]), &text[plain..]);
    }
    let mut out = text[..plain].to_owned();
    let mut quote = None;
    let mut chars = text[plain..].char_indices();
    while let Some((at, c)) = chars.next() {
        match (quote, c) {
            (None, c) if c.is_ascii_whitespace() => {
                return (Cow::Owned(out), &text[plain + at..]);
            }
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None | Some('"'), '\\') => match chars.next() {
                Some((_, next)) => {
                    if quote.is_some() && !matches!(next, '"' | '\\' | '$' | '`') {
                        out.push('\\');
                    }
                    out.push(next);
                }
                None => out.push('\\'),
            },
            (_, c) => out.push(c),
        }
    }
    (Cow::Owned(out), "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_words_together() {
        for (line, expected) in [
            ("  a  b\tc ", &["a", "b", "c"][..]),
            (r#"sh -c "ls -l 'x'" y"#, &["sh", "-c", "ls -l 'x'", "y"]),
            (r"a\ b 'c\d' e''f", &["a b", r"c\d", "ef"]),
            (r#""a\"b\c" "open"#, &[r#"a"b\c"#, "open"]),
            ("ü 'é ü'", &["ü", "é ü"]),
            (r"end\", &[r"end\"]),
            ("", &[]),
        ] {
            assert_eq!(split(line), expected, "{line}");
        }
    }
}
