//! A pattern over a decoded text, written for the text as a URI has it.
//!
//! Platforms that cannot decode a URI would otherwise look for a `/` where the log
//! has `%2F`, and find nothing at all. So each character that a client may write
//! with a percent sign stands beside its encoding, a blank also beside `+` and the
//! next argument of a command. A class that leaves characters out takes the signs
//! of an encoding as well, by which the pattern finds rather too much.

use std::fmt::Write as _;
use std::iter::Peekable;
use std::str::Chars;

use crate::limits::PATTERN_BYTES_MAX;

/// What stands for a blank, without the parentheses.
const BLANK: &str = r"\+|%20|%09|%0[aA]|&command=";

/// The pattern for encoded text; `None` if it becomes too long.
pub(crate) fn encoded(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => escaped(&mut out, chars.next()),
            '[' => class(&mut out, &mut chars),
            '(' => group(&mut out, &mut chars),
            '{' => repetition(&mut out, &mut chars),
            // The text begins and ends within the URI.
            '^' => out.push_str(r"\b"),
            '$' => out.push_str("(?:$|[&#])"),
            ' ' => {
                let _ = write!(out, "(?: |{BLANK})");
            }
            c if is_written_as_it_is(c) || "|)*+?.".contains(c) => out.push(c),
            c => either(&mut out, &c.to_string(), c),
        }
    }
    (out.len() <= PATTERN_BYTES_MAX).then_some(out)
}

/// Whether every client writes the character as it is (RFC 3986, 2.3). What is not
/// ASCII is left as it is.
fn is_written_as_it_is(c: char) -> bool {
    !c.is_ascii() || c.is_ascii_alphanumeric() || "-._~".contains(c)
}

/// A character as the pattern has it, or its encoding.
fn either(out: &mut String, written: &str, c: char) {
    let _ = write!(out, "(?:{written}|{})", percent(c));
}

/// The encoding, with digits in either case.
fn percent(c: char) -> String {
    let mut out = String::from("%");
    for digit in format!("{:02X}", u32::from(c)).chars() {
        if digit.is_ascii_digit() {
            out.push(digit);
        } else {
            let _ = write!(out, "[{}{digit}]", digit.to_ascii_lowercase());
        }
    }
    out
}

fn escaped(out: &mut String, c: Option<char>) {
    match c {
        Some('s') => {
            let _ = write!(out, r"(?:\s|{BLANK})");
        }
        Some(c) if c.is_ascii_punctuation() && !is_written_as_it_is(c) => {
            either(out, &format!("\\{c}"), c);
        }
        Some(c) => {
            out.push('\\');
            out.push(c);
        }
        None => out.push('\\'),
    }
}

/// A class with the encodings of its members beside it, unless it leaves out.
fn class(out: &mut String, chars: &mut Peekable<Chars<'_>>) {
    let mut written = String::from("[");
    let negated = chars.next_if_eq(&'^').is_some();
    if negated {
        written.push('^');
    }
    let mut beside: Vec<String> = Vec::new();
    let mut first = true;
    while let Some(c) = chars.next() {
        written.push(c);
        match c {
            ']' if !first => break,
            '\\' => {
                let next = chars.next();
                written.extend(next);
                match next {
                    Some('s') => beside.push(BLANK.to_owned()),
                    Some(c) if c.is_ascii_punctuation() => beside.push(percent(c)),
                    _ => {}
                }
            }
            ' ' => beside.push(BLANK.to_owned()),
            c if !is_written_as_it_is(c) => beside.push(percent(c)),
            _ => {}
        }
        first = false;
    }
    beside.sort();
    beside.dedup();
    if negated || beside.is_empty() {
        out.push_str(&written);
    } else {
        let _ = write!(out, "(?:{written}|{})", beside.join("|"));
    }
}

/// The opening of a group, whose head is no text.
fn group(out: &mut String, chars: &mut Peekable<Chars<'_>>) {
    out.push('(');
    if chars.next_if_eq(&'?').is_none() {
        return;
    }
    out.push('?');
    for c in chars.by_ref() {
        out.push(c);
        if [':', ')', '>'].contains(&c) {
            return;
        }
    }
}

fn repetition(out: &mut String, chars: &mut Peekable<Chars<'_>>) {
    if !chars.peek().is_some_and(char::is_ascii_digit) {
        return either(out, r"\{", '{');
    }
    out.push('{');
    for c in chars.by_ref() {
        out.push(c);
        if c == '}' {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use yaral_ir::regex::Pattern;

    use super::*;

    fn finds(pattern: &str, text: &str) -> bool {
        let pattern = encoded(pattern).unwrap();
        Pattern::new(&pattern, false).unwrap().is_match(text)
    }

    #[test]
    fn what_is_encoded_is_found() {
        let path = "?command=cat&command=%2Fvar%2frun%2Fsecrets%2Ftoken&tty=true";
        for pattern in [
            "/var/run/",
            r"cat\s+/var",
            "cat /var",
            r"(^|[\s/])secrets",
            "(?i)RUN/+(?:secrets|x)",
            "[;/]token$",
            r"/run/[^\s/]{2,9}/?token|x",
        ] {
            assert!(finds(pattern, path), "{pattern}: {:?}", encoded(pattern));
            let plain = "?command=cat /var/run/secrets/token";
            assert!(finds(pattern, plain), "{pattern}: {:?}", encoded(pattern));
        }
        assert!(finds("^printenv$", "?command=printenv&stdin=true"));
        assert!(!finds("^set$", "?command=reset"));
        assert!(finds(r"\$\{?x", "%24%7Bx") && finds("a;b", "a%3bb"));
        assert!(!finds("/var", "%3Fvar"));
    }

    #[test]
    fn what_becomes_too_long_is_none() {
        assert_eq!(encoded(&"/".repeat(PATTERN_BYTES_MAX)), None);
    }
}
