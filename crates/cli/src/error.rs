//! Why a command could not do its job.

use std::fmt;
use std::io;

use crate::exit::Exit;

/// A failure of a whole command. What is wrong with a rule is a diagnostic and
/// what is wrong with a record a reject; neither is an error.
#[derive(Debug)]
pub enum Error {
    /// The arguments do not fit together.
    Usage(String),
    /// Something outside refused: a file, a folder, a device.
    Failed(anyhow::Error),
    /// The configuration is wrong; a line for each mistake, fit for a terminal.
    Config(Vec<String>),
    /// There is nothing to work on.
    Nothing(String),
    /// The reader of standard output went away.
    ClosedPipe,
}

impl Error {
    /// A usage error with this sentence.
    pub(crate) fn usage(sentence: impl Into<String>) -> Self {
        Error::Usage(sentence.into())
    }

    /// A failure with this sentence.
    pub(crate) fn failed(sentence: impl Into<String>) -> Self {
        Error::Failed(anyhow::Error::msg(sentence.into()))
    }

    /// The exit code that the error ends the process with.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Error::Usage(_) | Error::Failed(_) | Error::Config(_) => Exit::CouldNot,
            Error::Nothing(_) => Exit::Nothing,
            Error::ClosedPipe => Exit::ClosedPipe,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Usage(sentence) | Error::Nothing(sentence) => f.write_str(sentence),
            Error::Config(lines) => f.write_str(&lines.join("; ")),
            Error::Failed(error) => write!(f, "{error:#}"),
            Error::ClosedPipe => f.write_str("standard output was closed"),
        }
    }
}

impl std::error::Error for Error {}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Error::ClosedPipe
        } else {
            Error::Failed(error.into())
        }
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        Error::Failed(error)
    }
}
