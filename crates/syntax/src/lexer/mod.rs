//! Text to tokens: every byte belongs to exactly one token.
//!
//! The lexer needs one piece of context, the token before: it decides whether
//! a `/` begins a regex or divides. Everything else is local. A token that the
//! lexer has reported is marked, so that the parser does not report again
//! what follows from the same mistake.

mod quoted;

use crate::code;
use crate::diagnostic::{Diagnostic, Fix, Span};
use crate::kind::SyntaxKind;

/// One token; its text runs up to the start of the next.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: SyntaxKind,
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// The lexer has reported an error in this token.
    pub(crate) faulty: bool,
}

/// The tokens of a text and what the lexer found wrong with them.
pub(crate) struct Lexed {
    pub(crate) tokens: Vec<Token>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Cuts a text into tokens. The text must be below 4 GiB.
pub(crate) fn lex(text: &str) -> Lexed {
    let mut lexer = Lexer {
        text,
        at: 0,
        faulty: false,
        regex_allowed: true,
        after_dot: false,
        out: Lexed {
            tokens: Vec::new(),
            diagnostics: Vec::new(),
        },
    };
    while lexer.at < text.len() {
        lexer.step();
    }
    lexer.out
}

struct Lexer<'text> {
    text: &'text str,
    at: usize,
    faulty: bool,
    /// Whether a `/` here begins a regex.
    regex_allowed: bool,
    /// Whether the token before is a `.`, so that a word is a field name.
    after_dot: bool,
    out: Lexed,
}

impl Lexer<'_> {
    /// Reads one token.
    fn step(&mut self) {
        let start = self.at;
        let kind = self.scan();
        if self.at <= start {
            self.at = start + self.peek_char().map_or(1, char::len_utf8);
        }
        let token = Token {
            kind,
            start: offset(start),
            end: offset(self.at),
            faulty: std::mem::take(&mut self.faulty),
        };
        if !kind.is_trivia() {
            let word = self.text.get(start..self.at).unwrap_or_default();
            self.regex_allowed = regex_may_follow(kind, word, self.after_dot);
            self.after_dot = kind == SyntaxKind::Dot;
        }
        self.out.tokens.push(token);
    }

    /// Moves past one token and answers its kind.
    fn scan(&mut self) -> SyntaxKind {
        let Some(first) = self.peek_char() else {
            return SyntaxKind::Error;
        };
        match first {
            c if c.is_whitespace() || c == '\u{feff}' => {
                self.take_while(|c| c.is_whitespace() || c == '\u{feff}');
                SyntaxKind::Whitespace
            }
            '/' => self.slash(),
            '"' => self.string(),
            '`' => self.raw_string(),
            '$' => self.sigil(SyntaxKind::Variable),
            '#' => self.sigil(SyntaxKind::CountVariable),
            '0'..='9' => self.number(),
            c if is_word_start(c) => {
                self.take_while(is_word);
                SyntaxKind::Ident
            }
            _ => self.operator(),
        }
    }

    /// A comment, a regex or a division.
    fn slash(&mut self) -> SyntaxKind {
        match self.byte(1) {
            Some(b'/') => {
                let rest = self.rest().as_bytes();
                self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
                SyntaxKind::LineComment
            }
            Some(b'*') => self.block_comment(),
            _ if self.regex_allowed => self.regex(),
            _ => {
                self.at += 1;
                SyntaxKind::Slash
            }
        }
    }

    /// `$name` or `#name`; the sigil alone is an error.
    fn sigil(&mut self, kind: SyntaxKind) -> SyntaxKind {
        let start = self.at;
        self.at += 1;
        if self.peek_char().is_some_and(is_word_start) {
            self.take_while(is_word);
            return kind;
        }
        self.take_while(is_word);
        let spelled = self.text.get(start..self.at).unwrap_or_default().to_owned();
        let found = Diagnostic::error(
            code::UNKNOWN_CHARACTER,
            Some(self.span(start)),
            format!("`{spelled}` is not a variable name"),
        );
        self.report(found.help("a name begins with a letter or `_`, as in `$event`"));
        kind
    }

    /// A number or a duration with everything that is glued to it.
    fn number(&mut self) -> SyntaxKind {
        let start = self.at;
        self.take_while(|c| c.is_ascii_digit());
        let mut kind = SyntaxKind::Int;
        if self.byte(0) == Some(b'.') && self.byte(1).is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
            self.take_while(|c| c.is_ascii_digit());
            kind = SyntaxKind::Float;
        }
        self.take_while(is_word);
        let text = self.text.get(start..self.at).unwrap_or_default();
        let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let mut what = "number";
        let problem = if unit.is_empty() {
            let fits = kind == SyntaxKind::Float || text.parse::<u64>().is_ok();
            if fits {
                None
            } else {
                Some("it does not fit 64 bits".to_owned())
            }
        } else if kind == SyntaxKind::Int && crate::literal::is_unit(unit) {
            kind = SyntaxKind::DurationToken;
            let fits = crate::literal::duration_seconds(text).is_some();
            if fits {
                None
            } else {
                Some("it does not fit 64 bits".to_owned())
            }
        } else if kind == SyntaxKind::Int && unit.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            what = "duration";
            Some(crate::literal::other_unit(text, unit))
        } else {
            Some(
                "write a decimal number, or a duration of one unit such as `90m`, `12h` or `2d`"
                    .to_owned(),
            )
        };
        if let Some(problem) = problem {
            let message = format!("`{}` is not a {what}", shorten(text));
            let found = Diagnostic::error(code::BAD_NUMBER, Some(self.span(start)), message);
            self.report(found.help(problem));
        }
        kind
    }

    /// Punctuation, or characters that begin no token.
    fn operator(&mut self) -> SyntaxKind {
        let (length, kind) = match (self.byte(0), self.byte(1)) {
            (Some(b'='), Some(b'=')) => (2, SyntaxKind::EqEq),
            (Some(b'!'), Some(b'=')) => (2, SyntaxKind::Ne),
            (Some(b'<'), Some(b'=')) => (2, SyntaxKind::Le),
            (Some(b'>'), Some(b'=')) => (2, SyntaxKind::Ge),
            (Some(byte), _) => match single(byte) {
                Some(kind) => (1, kind),
                None => return self.unknown(),
            },
            (None, _) => return SyntaxKind::Error,
        };
        self.at += length;
        kind
    }

    /// A run of characters that begin no token: one token, one diagnostic.
    fn unknown(&mut self) -> SyntaxKind {
        let start = self.at;
        self.take_while(|c| {
            let known = c.is_whitespace() || is_word(c) || "/\"`$#".contains(c);
            !(known || u8::try_from(c).is_ok_and(|byte| single(byte).is_some()))
        });
        let text = self.text.get(start..self.at).unwrap_or_default();
        let help = match text.chars().next() {
            Some('&') => "write `and`",
            Some('|') => "write `or`",
            Some('“' | '”' | '„' | '‘' | '’' | '\'') => "write strings as \"…\" or `…`",
            Some(';') => "statements need no end mark; leave it out",
            Some('~') => "write `= /…/` or `re.regex(…)` for a regex match",
            _ => "remove it, or put it in a string",
        };
        let shown: String = shorten(text).escape_debug().collect();
        let message = format!("`{shown}` is no part of the language");
        let found = Diagnostic::error(code::UNKNOWN_CHARACTER, Some(self.span(start)), message);
        let fix = self.known_operator(start, text);
        self.report(found.help(help).fix(fix));
        SyntaxKind::Error
    }

    /// What other languages write and this one spells as a word, or not at all.
    fn known_operator(&self, start: usize, text: &str) -> Option<Fix> {
        let word = match text {
            "&&" => "and",
            "||" => "or",
            ";" => return Some(Fix::safe("leave it out", self.span(start), "")),
            _ => return None,
        };
        let before = self.text.get(..start).unwrap_or_default();
        let apart = before.ends_with(char::is_whitespace)
            && self.peek_char().is_some_and(char::is_whitespace);
        let title = format!("write `{word}`");
        let word = if apart {
            word.to_owned()
        } else {
            format!(" {word} ")
        };
        Some(Fix::safe(title, self.span(start), word))
    }

    fn report(&mut self, found: Diagnostic) {
        self.faulty |= found.is_error();
        if self.out.diagnostics.len() < crate::DIAGNOSTICS_MAX {
            self.out.diagnostics.push(found);
        }
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek_char(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn take_while(&mut self, accept: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|c| !accept(c)).unwrap_or(rest.len());
    }

    fn span(&self, start: usize) -> Span {
        Span::new(offset(start), offset(self.at))
    }
}

/// An offset as the tree counts it; texts are far below 4 GiB.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn is_word_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// At most forty characters of a text, for messages.
fn shorten(text: &str) -> &str {
    text.char_indices()
        .nth(40)
        .and_then(|(end, _)| text.get(..end))
        .unwrap_or(text)
}

fn single(byte: u8) -> Option<SyntaxKind> {
    Some(match byte {
        b'=' => SyntaxKind::Eq,
        b'<' => SyntaxKind::Lt,
        b'>' => SyntaxKind::Gt,
        b'!' => SyntaxKind::BangToken,
        b'+' => SyntaxKind::Plus,
        b'-' => SyntaxKind::Minus,
        b'*' => SyntaxKind::Star,
        b'%' => SyntaxKind::Percent,
        b'(' => SyntaxKind::LeftParen,
        b')' => SyntaxKind::RightParen,
        b'[' => SyntaxKind::LeftBracket,
        b']' => SyntaxKind::RightBracket,
        b'{' => SyntaxKind::LeftBrace,
        b'}' => SyntaxKind::RightBrace,
        b',' => SyntaxKind::Comma,
        b':' => SyntaxKind::Colon,
        b'.' => SyntaxKind::Dot,
        _ => return None,
    })
}

/// Whether a `/` after this token begins a regex. After an operand it
/// divides; a field may be called `in`, hence the look at the dot before.
fn regex_may_follow(kind: SyntaxKind, word: &str, after_dot: bool) -> bool {
    const WORDS: &[&str] = &["and", "cidr", "in", "nocase", "not", "or", "regex"];
    match kind {
        SyntaxKind::Ident => {
            !after_dot && WORDS.iter().any(|known| known.eq_ignore_ascii_case(word))
        }
        SyntaxKind::Eq
        | SyntaxKind::EqEq
        | SyntaxKind::Ne
        | SyntaxKind::LeftParen
        | SyntaxKind::LeftBracket
        | SyntaxKind::LeftBrace
        | SyntaxKind::Comma
        | SyntaxKind::Colon => true,
        _ => false,
    }
}
