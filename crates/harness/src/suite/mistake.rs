//! A mistake in a test file, with its place.

use std::fmt;

/// A place in a text; line and column count from 1, line 0 is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The column, in characters.
    pub column: u32,
}

/// What is wrong with a test file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where.
    pub place: Place,
    /// How many characters it is about, at least 1.
    pub width: usize,
    /// What, in one sentence.
    pub what: String,
    /// What to do, if that is known.
    pub help: Option<String>,
}

impl Mistake {
    pub(crate) fn at(place: Place, what: impl Into<String>) -> Self {
        Mistake {
            place,
            width: 1,
            what: what.into(),
            help: None,
        }
    }

    /// A mistake about so many characters at a place.
    #[must_use]
    pub fn of(place: Place, width: usize, what: String) -> Self {
        Mistake::at(place, what).wide(width)
    }

    pub(crate) fn wide(self, width: usize) -> Self {
        Mistake {
            width: width.max(1),
            ..self
        }
    }

    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Mistake {
            help: Some(help.into()),
            ..self
        }
    }

    /// The line of the text that it is about, and carets below it.
    #[must_use]
    pub fn excerpt(&self, text: &str) -> Option<(String, String)> {
        let at = usize::try_from(self.place.line).ok()?.checked_sub(1)?;
        let line = text.lines().nth(at)?;
        let before = usize::try_from(self.place.column).ok()?.checked_sub(1)?;
        let below = " ".repeat(before) + &"^".repeat(self.width);
        Some((line.to_owned(), below))
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Mistake {}
