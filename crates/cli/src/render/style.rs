//! Colour, which here means severity, and in a diff what goes and what comes.
//!
//! A [`Paint`] that is off writes the bare text, so that no caller asks.

use std::fmt;

use anstyle::{AnsiColor, Style};

/// Paints words, or leaves them as they are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    on: bool,
}

/// A word with its colour.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Painted<'t> {
    text: &'t str,
    style: Style,
}

impl Paint {
    /// A paint that is on or off.
    pub(crate) fn new(on: bool) -> Self {
        Paint { on }
    }

    /// Whether colour is on.
    pub(crate) fn is_on(self) -> bool {
        self.on
    }

    /// An error, and severities that want somebody now.
    pub(crate) fn error(self, text: &str) -> Painted<'_> {
        self.with(text, AnsiColor::Red.on_default().bold())
    }

    /// A warning, and severities that can wait for the day.
    pub(crate) fn warning(self, text: &str) -> Painted<'_> {
        self.with(text, AnsiColor::Yellow.on_default().bold())
    }

    /// A note, and severities that merely inform.
    pub(crate) fn note(self, text: &str) -> Painted<'_> {
        self.with(text, AnsiColor::Cyan.on_default().bold())
    }

    /// A line that a change takes away.
    pub(crate) fn removed(self, text: &str) -> Painted<'_> {
        self.with(text, AnsiColor::Red.on_default())
    }

    /// A line that a change adds.
    pub(crate) fn added(self, text: &str) -> Painted<'_> {
        self.with(text, AnsiColor::Green.on_default())
    }

    /// The severity of a detection, by its word in any case.
    pub(crate) fn severity<'t>(self, text: &'t str, word: &str) -> Painted<'t> {
        match word.to_ascii_lowercase().as_str() {
            "critical" | "high" => self.error(text),
            "medium" => self.warning(text),
            "low" => self.note(text),
            _ => self.with(text, Style::new()),
        }
    }

    fn with(self, text: &str, style: Style) -> Painted<'_> {
        Painted {
            text,
            style: if self.on { style } else { Style::new() },
        }
    }
}

impl fmt::Display for Painted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}{}{}",
            self.style.render(),
            self.text,
            self.style.render_reset()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Paint;

    #[test]
    fn off_is_the_bare_text() {
        assert_eq!(
            Paint::new(false).severity("HIGH", "high").to_string(),
            "HIGH"
        );
    }

    #[test]
    fn on_wraps_and_resets() {
        assert_eq!(
            Paint::new(true).error("x").to_string(),
            "\u{1b}[1m\u{1b}[31mx\u{1b}[0m"
        );
        assert_eq!(
            Paint::new(true).severity("INFO", "info").to_string(),
            "INFO"
        );
    }
}
