//! Escapes that stand for one character, the same inside and outside a class.
//!
//! RE2 takes every escaped ASCII punctuation mark as itself (`\<` is `<`), knows octal and
//! hexadecimal numbers and six letters, and refuses every other letter, digit or non-ASCII
//! character. The refusals of escapes that other dialects have name what they are there.

use super::cursor::Cursor;
use super::error::PatternError;

/// The last code point.
pub(super) const CODE_MAX: u32 = 0x0010_FFFF;

/// Reads an escape, the backslash being next. The result may be a surrogate, which RE2 lets one
/// write though no text holds it.
pub(super) fn code_point(cursor: &mut Cursor<'_>) -> Result<u32, PatternError> {
    let start = cursor.at();
    cursor.bump();
    let Some(c) = cursor.bump() else {
        return Err(
            PatternError::new("the pattern ends in a single backslash", start)
                .help(r"write `\\` for a backslash"),
        );
    };
    match c {
        'a' => Ok(0x07),
        'f' => Ok(0x0C),
        'n' => Ok(0x0A),
        'r' => Ok(0x0D),
        't' => Ok(0x09),
        'v' => Ok(0x0B),
        'x' => hexadecimal(cursor, start),
        '0' => Ok(octal(cursor, 0)),
        '1'..='7' if cursor.peek().is_some_and(|next| next.is_digit(8)) => {
            Ok(octal(cursor, u32::from(c) - u32::from('0')))
        }
        c if c.is_ascii() && !c.is_ascii_alphanumeric() => Ok(u32::from(c)),
        _ => Err(unknown(c, start)),
    }
}

/// Reads up to two more octal digits after `first`.
fn octal(cursor: &mut Cursor<'_>, first: u32) -> u32 {
    let mut code = first;
    for _ in 0..2 {
        let Some(digit) = cursor.peek().and_then(|c| c.to_digit(8)) else {
            break;
        };
        code = code * 8 + digit;
        cursor.bump();
    }
    code
}

/// Reads `7F` or `{10FFFF}` after `\x`.
fn hexadecimal(cursor: &mut Cursor<'_>, start: usize) -> Result<u32, PatternError> {
    let wrong = || {
        PatternError::new(
            r"`\x` needs two hexadecimal digits, or `{…}` up to 10FFFF",
            start,
        )
        .help(r"write `\x7F` or `\x{10FFFF}`; for the letter itself write `x`")
    };
    if cursor.eat("{") {
        let digits = cursor.until("}").ok_or_else(wrong)?;
        if digits.is_empty() {
            return Err(wrong());
        }
        let mut code = 0;
        for digit in digits.chars() {
            code = code * 16 + digit.to_digit(16).ok_or_else(wrong)?;
            if code > CODE_MAX {
                return Err(wrong());
            }
        }
        return Ok(code);
    }
    let mut code = 0;
    for _ in 0..2 {
        code = code * 16
            + cursor
                .bump()
                .and_then(|c| c.to_digit(16))
                .ok_or_else(wrong)?;
    }
    Ok(code)
}

/// The refusal of `\c`, which says what the escape is elsewhere.
fn unknown(c: char, start: usize) -> PatternError {
    let named = |what: &str, help: &str| {
        PatternError::new(format!(r"`\{c}` is {what}, which RE2 does not have"), start).help(help)
    };
    match c {
        '1'..='9' | 'k' | 'g' => named(
            "a back-reference",
            "capture both parts with `re.capture` and compare the two results",
        ),
        'Z' => named(
            "an end of text that allows a last newline",
            r"write `\n?\z`",
        ),
        'G' => named("an anchor at the search position", "use a capture group"),
        'K' => named("a reset of the start of the match", "use a capture group"),
        'h' => named("a horizontal space", r"write `[\t ]`"),
        'R' => named("a line break", r"write `(?:\r\n|[\n\r])`"),
        'X' => named("a grapheme", r"write `\PM\pM*`"),
        'u' | 'U' | 'N' => named("a Unicode escape", r"write `\x{00E9}`"),
        'c' => named("a control character", r"write `\x01`"),
        'e' => named("the escape character", r"write `\x1B`"),
        'E' => named(r"an end of quotation without a `\Q`", "remove it"),
        'Q' => named(
            "a quotation inside a class",
            "escape the characters one by one",
        ),
        'b' | 'B' | 'A' | 'z' | 'C' => {
            named("an assertion inside a class", "put it outside the brackets")
        }
        'd' | 'D' | 'w' | 'W' | 's' | 'S' | 'p' | 'P' => named(
            "a class at the end of a range",
            r"write the range without it, `-` as `\-`",
        ),
        _ => PatternError::new(format!(r"`\{c}` is not an escape of RE2"), start).help(format!(
            r"write `{c}` for the character, `\\{c}` for a backslash before it"
        )),
    }
}
