//! The diagnostic value that every stage of the engine shares.
//!
//! A diagnostic is plain data: a stable code, a severity, one sentence, and
//! spans into the source. How it is drawn (terminal, JSON, editor) is decided
//! far above this crate. Positions are byte offsets; [`LineIndex`] turns them
//! into lines and columns at the very end.

use std::fmt;

pub use crate::fix::{Applicability, Fix};
pub use crate::line_index::{LineColumn, LineIndex};

/// A stable diagnostic code such as `E0110`. Codes are never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(
    /// The code as it is printed.
    pub &'static str,
);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// How bad a diagnostic is. `Error` is the greatest value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Information that asks for nothing.
    Note,
    /// The rule runs, but probably not as its author expects.
    Warning,
    /// The rule is refused.
    Error,
}

impl Severity {
    /// The lower-case word that stands for the severity in output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A half-open range of byte offsets into the source text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset just past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from `start` up to but not including `end`.
    #[must_use]
    pub fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The smallest span that covers both spans.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// Whether the span holds no byte, as at the end of a file.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// The text under the span, or `None` if it does not fit `source`.
    #[must_use]
    pub fn text(self, source: &str) -> Option<&str> {
        source.get(self.start as usize..self.end as usize)
    }
}

impl From<rowan::TextRange> for Span {
    fn from(range: rowan::TextRange) -> Self {
        Self {
            start: range.start().into(),
            end: range.end().into(),
        }
    }
}

/// A secondary place in the source with a short remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is to be seen there.
    pub text: String,
}

/// One finding about a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence without a full stop that says what is wrong.
    pub message: String,
    /// The primary place; `None` means the whole rule.
    pub span: Option<Span>,
    /// A remark at the primary place, may be empty.
    pub label: String,
    /// Further places.
    pub labels: Vec<Label>,
    /// What the author can do.
    pub help: Vec<String>,
    /// Background that explains the finding.
    pub notes: Vec<String>,
    /// How it can be mended, where that is known.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A diagnostic of the given severity, without label, help or notes.
    #[must_use]
    pub fn new(
        severity: Severity,
        code: Code,
        span: Option<Span>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            span,
            label: String::new(),
            labels: Vec::new(),
            help: Vec::new(),
            notes: Vec::new(),
            fix: None,
        }
    }

    /// An error.
    #[must_use]
    pub fn error(code: Code, span: Option<Span>, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, span, message)
    }

    /// A warning.
    #[must_use]
    pub fn warning(code: Code, span: Option<Span>, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, span, message)
    }

    /// A note.
    #[must_use]
    pub fn note(code: Code, span: Option<Span>, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, span, message)
    }

    /// Sets the remark at the primary place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.label = text.into();
        self
    }

    /// Adds a secondary place.
    #[must_use]
    pub fn secondary(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Adds a line that says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Adds a line of background.
    #[must_use]
    pub fn with_note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Sets how it can be mended.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<Option<Fix>>) -> Self {
        self.fix = fix.into();
        self
    }

    /// Whether the severity is [`Severity::Error`].
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_is_the_highest_severity() {
        assert!(Severity::Error > Severity::Warning);
        assert!(Severity::Warning > Severity::Note);
    }

    #[test]
    fn builders_fill_every_field() {
        let found = Diagnostic::warning(crate::code::BAD_ESCAPE, Some(Span::new(1, 3)), "m")
            .label("here")
            .secondary(Span::new(5, 6), "there")
            .help("do this")
            .with_note("because")
            .fix(Fix::word(Span::new(1, 3), "x"));
        assert!(!found.is_error());
        assert!(found.fix.as_ref().is_some_and(Fix::is_safe));
        assert_eq!(found.label, "here");
        assert_eq!(
            found.labels,
            [Label {
                span: Span::new(5, 6),
                text: "there".into()
            }]
        );
        assert_eq!(
            (found.help, found.notes),
            (vec!["do this".into()], vec!["because".into()])
        );
    }
}
