//! One thing to mend: where it is, what it is, and what to do.

use std::fmt;

/// A finding; ordered by place, so that output is stable.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Relative to the workspace root.
    pub path: String,
    /// Counted from one; one where the whole file is meant.
    pub line: usize,
    /// What is wrong, without a full stop.
    pub what: String,
    /// What to do about it.
    pub instead: String,
}

impl Finding {
    pub fn new(
        path: &str,
        line: usize,
        what: impl Into<String>,
        instead: impl Into<String>,
    ) -> Self {
        Self {
            path: path.to_owned(),
            line,
            what: what.into(),
            instead: instead.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}: {}; {}",
            self.path, self.line, self.what, self.instead
        )
    }
}
