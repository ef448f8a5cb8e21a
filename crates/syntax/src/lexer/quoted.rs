//! Tokens with an end mark: strings, raw strings, regexes, block comments.
//!
//! A string or regex without its end mark ends with its line, so that one
//! forgotten quote costs one line; only an open comment runs to the end. A
//! published rule holds a string with a line break, so strings may go on over
//! lines where the next quote does not look like the start of another string.

use super::{Lexer, offset};
use crate::code;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::kind::SyntaxKind;
use crate::literal::{EscapeError, EscapeFault, unescape};

/// How far behind the end of its line a string is followed.
const STRING_LINES_BYTES_MAX: usize = 4_096;

impl Lexer<'_> {
    /// A `"…"` string.
    pub(super) fn string(&mut self) -> SyntaxKind {
        let start = self.at;
        if self.reach_end_mark(b'"') || self.reach_later_quote() {
            let inner = self.text.get(start + 1..self.at - 1).unwrap_or_default();
            for error in unescape(inner).1 {
                self.report(escape_diagnostic(inner, start + 1, error));
            }
        } else {
            self.unterminated(start, code::UNTERMINATED_STRING, "string", "a closing `\"`");
        }
        SyntaxKind::String
    }

    /// A `/…/` regex on one line.
    pub(super) fn regex(&mut self) -> SyntaxKind {
        let start = self.at;
        if !self.reach_end_mark(b'/') {
            self.unterminated(start, code::UNTERMINATED_REGEX, "regex", "a closing `/`");
        }
        SyntaxKind::RegexToken
    }

    /// A backtick string, which may hold line breaks.
    pub(super) fn raw_string(&mut self) -> SyntaxKind {
        let start = self.at;
        let rest = self.rest().as_bytes();
        if let Some(length) = rest.get(1..).and_then(|inner| memchr::memchr(b'`', inner)) {
            self.at += length + 2;
        } else {
            self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            let what = ("raw string", "a closing backtick");
            self.unterminated(start, code::UNTERMINATED_RAW_STRING, what.0, what.1);
        }
        SyntaxKind::RawString
    }

    /// A `/* … */` comment.
    pub(super) fn block_comment(&mut self) -> SyntaxKind {
        let start = self.at;
        let inner = self.text.get(start + 2..).unwrap_or_default();
        if let Some(length) = inner.find("*/") {
            self.at += length + 4;
        } else {
            self.at = self.text.len();
            let opener = Some(Span::new(offset(start), offset(start + 2)));
            let message = "this comment never ends";
            let found = Diagnostic::error(code::UNTERMINATED_COMMENT, opener, message);
            self.report(found.help("close it with `*/`"));
        }
        SyntaxKind::BlockComment
    }

    /// Moves past the first unescaped `mark` after the opening one. Without
    /// one on the line, moves to the end of the line and answers `false`.
    fn reach_end_mark(&mut self, mark: u8) -> bool {
        let bytes = self.text.as_bytes();
        let mut at = self.at + 1;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'\n' | b'\r' => break,
                b'\\' => {
                    let next = bytes.get(at + 1).copied();
                    at += if matches!(next, None | Some(b'\n' | b'\r')) {
                        1
                    } else {
                        2
                    };
                }
                _ if byte == mark => {
                    self.at = at + 1;
                    return true;
                }
                _ => at += 1,
            }
        }
        self.at = at.min(bytes.len());
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        false
    }

    /// From the end of the line, moves past a quote on a later line that ends
    /// the string. A quote behind an operator, a comma or an opening bracket
    /// begins a string instead: then it stays where it is.
    fn reach_later_quote(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        let window = bytes.get(self.at..bytes.len().min(self.at + STRING_LINES_BYTES_MAX));
        let mut last = b' ';
        let mut escaped = false;
        for (ahead, &byte) in window.unwrap_or_default().iter().enumerate() {
            match byte {
                b'"' if !escaped => {
                    let ends = !matches!(last, b' ' | b'=' | b'<' | b'>' | b'(' | b'[' | b',');
                    if ends {
                        self.at += ahead + 1;
                    }
                    return ends;
                }
                _ if byte.is_ascii_whitespace() => escaped = false,
                _ => {
                    escaped = byte == b'\\' && !escaped;
                    last = byte;
                }
            }
        }
        false
    }

    fn unterminated(&mut self, start: usize, code: Code, what: &str, missing: &str) {
        let message = format!("this {what} does not end");
        let found = Diagnostic::error(code, Some(self.span(start)), message);
        self.report(found.help(format!("add {missing}")));
    }
}

/// The diagnostic for one escape of a string whose inside begins at `base`.
fn escape_diagnostic(inner: &str, base: usize, error: EscapeError) -> Diagnostic {
    let span = Some(Span::new(
        offset(base + error.start),
        offset(base + error.end),
    ));
    let text = inner.get(error.start..error.end).unwrap_or_default();
    match error.fault {
        EscapeFault::Unknown => {
            let message = format!("`{text}` is not a known escape sequence");
            Diagnostic::warning(code::UNKNOWN_ESCAPE, span, message)
                .help("it is kept as written; write `\\\\` for a backslash, or use a raw string")
        }
        EscapeFault::Short => {
            let message = format!("the escape sequence `{text}` is cut short");
            Diagnostic::error(code::BAD_ESCAPE, span, message)
                .help("the forms are `\\xHH`, `\\NNN` (octal), `\\uHHHH` and `\\UHHHHHHHH`")
        }
        EscapeFault::NoCharacter => {
            let message = format!("`{text}` names no character");
            Diagnostic::error(code::BAD_ESCAPE, span, message)
        }
        EscapeFault::NotUtf8 => {
            let message = "the bytes that these escape sequences name are not UTF-8";
            Diagnostic::error(code::BAD_ESCAPE, span, message)
        }
    }
}
