//! Why a pattern is refused: a sentence, the place, and what to write instead.
//!
//! The place is always a byte offset on a character boundary of the RE2 text, so that a
//! diagnostic can underline it inside the rule.

use std::fmt;

/// A pattern that is not RE2, or that is RE2 but larger than the limits of this module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// What is wrong, without a full stop, fit to stand in a diagnostic.
    pub message: String,
    /// Where it is wrong: a byte offset in the RE2 text, at most its length. `None` if the pattern
    /// as a whole is at fault.
    pub at: Option<usize>,
    /// What to write instead, where there is such advice.
    pub help: Option<String>,
}

impl PatternError {
    pub(super) fn new(message: impl Into<String>, at: usize) -> Self {
        Self {
            message: message.into(),
            at: Some(at),
            help: None,
        }
    }

    pub(super) fn whole(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            at: None,
            help: None,
        }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(at) = self.at {
            write!(f, " (at byte {at})")?;
        }
        Ok(())
    }
}

impl std::error::Error for PatternError {}
