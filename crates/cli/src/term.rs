//! What the terminal is and may be told: colour, progress, how much talk.
//!
//! Colour follows `--color`, then `NO_COLOR`, `CLICOLOR_FORCE` and `CLICOLOR`,
//! then whether the stream is a terminal. Talk goes to standard error only,
//! and a standard error that cannot be written is no reason to fail.

use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};

use anstream::AutoStream;
use yaral_runtime::escape_terminal;

use crate::args::{Color, TalkArgs};
use crate::error::Error;
use crate::render::style::Paint;

/// The columns that human output is laid out for. It does not follow the
/// window, so that a transcript reads the same everywhere.
pub(crate) const WIDTH: usize = 80;

/// The streams of this process and how they may be used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Term {
    /// Whether standard output is a terminal.
    pub(crate) stdout_is_terminal: bool,
    /// Colours for standard output.
    pub(crate) paint: Paint,
    /// Colours for standard error.
    pub(crate) paint_talk: Paint,
    /// Colours for files: only if they were asked for.
    pub(crate) paint_file: Paint,
    /// Whether a progress bar may be drawn on standard error.
    pub(crate) progress: bool,
    /// Whether only errors are told.
    pub(crate) quiet: bool,
    /// How much more than usual is told.
    pub(crate) verbose: u8,
}

impl Term {
    /// Looks at the streams, the environment and the flags.
    pub(crate) fn detect(talk: &TalkArgs) -> Self {
        let colored = |auto: anstream::ColorChoice| match talk.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => auto != anstream::ColorChoice::Never,
        };
        Term {
            stdout_is_terminal: io::stdout().is_terminal(),
            paint: Paint::new(colored(AutoStream::choice(&io::stdout()))),
            paint_talk: Paint::new(colored(AutoStream::choice(&io::stderr()))),
            paint_file: Paint::new(talk.color == Color::Always),
            progress: io::stderr().is_terminal() && !talk.no_progress && !talk.quiet,
            quiet: talk.quiet,
            verbose: talk.verbose,
        }
    }

    /// Tells something that is not data, unless quiet.
    pub(crate) fn say(self, text: impl fmt::Display) {
        if !self.quiet {
            let _ = writeln!(io::stderr().lock(), "{text}");
        }
    }

    /// Tells a warning, unless quiet. The sentence must be escaped.
    pub(crate) fn warn(self, sentence: impl fmt::Display) {
        let word = self.paint_talk.warning("warning");
        self.say(format_args!("{word}: {sentence}"));
    }

    /// Tells what is wrong with one of several things, quiet or not; the others
    /// are still worked on. The sentence must be escaped.
    pub(crate) fn fault(self, sentence: impl fmt::Display) {
        let word = self.paint_talk.error("error");
        let _ = writeln!(io::stderr().lock(), "{word}: {sentence}");
    }

    /// Tells why a command failed, quiet or not.
    pub(crate) fn report(self, error: &Error) {
        if matches!(error, Error::ClosedPipe) {
            return;
        }
        let word = self.paint_talk.error("error");
        // The mistakes of a configuration file stand on lines of their own.
        let text = match error {
            Error::Config(lines) => lines.join("\n       "),
            other => escape_terminal(&other.to_string()).into_owned(),
        };
        let _ = writeln!(io::stderr().lock(), "{word}: {text}");
        if matches!(error, Error::Usage(_)) {
            let _ = writeln!(io::stderr().lock(), "\nFor more information, try '--help'.");
        }
    }
}
