//! Literals and regexes with their values.

use super::{ast_node, span_of, tokens};
use crate::diagnostic::Span;
use crate::kind::{SyntaxKind, SyntaxToken};
use crate::literal::{duration_seconds, regex_value, unescape};

/// A length of time as it is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration {
    /// The spelling, such as `5m`.
    pub text: String,
    /// The length in seconds.
    pub seconds: u64,
    /// The place of the literal.
    pub span: Span,
}

impl Duration {
    pub(crate) fn of(token: &SyntaxToken) -> Option<Self> {
        let text = token.text().to_owned();
        let seconds = duration_seconds(&text)?;
        Some(Self {
            text,
            seconds,
            span: span_of(token),
        })
    }
}

/// The value of a literal.
#[derive(Clone, Debug, PartialEq)]
pub enum LiteralValue {
    /// A string with its escapes decoded; raw strings as written.
    Str(String),
    /// A whole number. The language has no negative literals.
    Int(u64),
    /// A number with a fraction.
    Float(f64),
    /// `true` or `false`.
    Bool(bool),
    /// A duration, in options and windows.
    Duration(Duration),
    /// `null`.
    Null,
}

ast_node! {
    /// A string, number, boolean, duration or null.
    Literal, LiteralExpr
}

impl Literal {
    /// The value; `None` only where the parser has reported a bad literal.
    #[must_use]
    pub fn value(&self) -> Option<LiteralValue> {
        let token = self.token()?;
        let text = token.text();
        match token.kind() {
            SyntaxKind::String | SyntaxKind::RawString => {
                string_value(&token).map(LiteralValue::Str)
            }
            SyntaxKind::Int => text.parse().ok().map(LiteralValue::Int),
            SyntaxKind::Float => text.parse().ok().map(LiteralValue::Float),
            SyntaxKind::DurationToken => Duration::of(&token).map(LiteralValue::Duration),
            _ if text.eq_ignore_ascii_case("true") => Some(LiteralValue::Bool(true)),
            _ if text.eq_ignore_ascii_case("false") => Some(LiteralValue::Bool(false)),
            _ if text.eq_ignore_ascii_case("null") => Some(LiteralValue::Null),
            _ => None,
        }
    }

    /// Whether the literal is a backtick string.
    #[must_use]
    pub fn is_raw_string(&self) -> bool {
        self.token()
            .is_some_and(|token| token.kind() == SyntaxKind::RawString)
    }

    /// The literal as it is written.
    #[must_use]
    pub fn text(&self) -> String {
        self.token()
            .map(|token| token.text().to_owned())
            .unwrap_or_default()
    }

    fn token(&self) -> Option<SyntaxToken> {
        tokens(&self.0).find(|token| token.kind() != SyntaxKind::Error)
    }
}

ast_node! {
    /// A `/…/` regex.
    Regex, RegexExpr
}

impl Regex {
    /// The pattern: `\/` has become `/`, all else is verbatim.
    #[must_use]
    pub fn value(&self) -> String {
        let Some(token) = super::token(&self.0, SyntaxKind::RegexToken) else {
            return String::new();
        };
        let text = token.text();
        let inner = text.strip_prefix('/').unwrap_or(text);
        regex_value(inner.strip_suffix('/').unwrap_or(inner))
    }
}

/// The decoded value of a string token of either form.
pub(crate) fn string_value(token: &SyntaxToken) -> Option<String> {
    let text = token.text();
    match token.kind() {
        SyntaxKind::String => Some(unescape(unquote(text, '"')).0),
        SyntaxKind::RawString => Some(unquote(text, '`').to_owned()),
        _ => None,
    }
}

/// The inside of a quoted token, also if its closing quote is missing.
fn unquote(text: &str, quote: char) -> &str {
    let inner = text.strip_prefix(quote).unwrap_or(text);
    inner.strip_suffix(quote).unwrap_or(inner)
}
