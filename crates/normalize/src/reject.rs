//! Input that is no record, and why.
//!
//! A reject names the place, a stable code, a sentence, and shows the start of
//! the offending text with secrets cut out. It never quotes a value through an
//! error message: details carry columns and categories only.

use crate::auditd::rejected as auditd;
use crate::limits::{EXCERPT_BYTES_MAX, EXCERPT_WINDOW};
use crate::record::Position;
use crate::redact;

/// Why a line or a batch item was rejected.
#[derive(Copy, Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub enum RejectReason {
    /// The line is not UTF-8.
    NotUtf8,
    /// The line holds a NUL byte.
    NulByte,
    /// The JSON text ends too early.
    Truncated,
    /// The text is not JSON.
    NotJson,
    /// The text is JSON, but not an object.
    NotObject,
    /// A field has a type that the log type does not allow.
    WrongType,
    /// A JSON object that is no Kubernetes audit event.
    NotAudit,
    /// A record of another log of a managed cluster or its cloud, in the
    /// envelope in which the audit log comes too.
    OtherLog,
    /// Time fields are there, but none of them holds a time.
    BadTime,
    /// Wrappers or batches are nested too deeply.
    TooDeep,
    /// A JSON object that is no UDM event.
    NotUdm,
    /// A line that is no record of the Linux audit log.
    NotAuditd,
    /// A record of an event that came out already or is full.
    LateRecord,
    /// A line that is no record of the Docker engine.
    NotDocker,
    /// A JSON object that is no alert of Falco.
    NotFalco,
    /// A JSON object that is no event of Tetragon.
    NotTetragon,
}

impl RejectReason {
    /// Every reason, in the order of the documentation.
    pub const ALL: &[Self] = &[
        Self::NotUtf8,
        Self::NulByte,
        Self::Truncated,
        Self::NotJson,
        Self::NotObject,
        Self::WrongType,
        Self::NotAudit,
        Self::OtherLog,
        Self::BadTime,
        Self::TooDeep,
        Self::NotUdm,
        Self::NotAuditd,
        Self::LateRecord,
        Self::NotDocker,
        Self::NotFalco,
        Self::NotTetragon,
    ];

    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotUtf8 => "NOT_UTF8",
            Self::NulByte => "NUL_BYTE",
            Self::Truncated => "TRUNCATED",
            Self::NotJson => "NOT_JSON",
            Self::NotObject => "NOT_OBJECT",
            Self::WrongType => "WRONG_TYPE",
            Self::NotAudit => "NOT_AUDIT",
            Self::OtherLog => "OTHER_LOG",
            Self::BadTime => "BAD_TIME",
            Self::TooDeep => "TOO_DEEP",
            Self::NotUdm => "NOT_UDM",
            Self::NotAuditd => "NOT_AUDITD",
            Self::LateRecord => "LATE_RECORD",
            Self::NotDocker => "NOT_DOCKER",
            Self::NotFalco => "NOT_FALCO",
            Self::NotTetragon => "NOT_TETRAGON",
        }
    }

    /// One sentence for people.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NotUtf8 => "The line is not UTF-8 text.",
            Self::NulByte => "The line holds a NUL byte, as after a crash of the writer.",
            Self::Truncated => "The JSON text ends in the middle.",
            Self::NotJson => "The text is not JSON.",
            Self::NotObject => "The text is JSON, but not an object.",
            Self::WrongType => "A field has a type that this log type does not allow.",
            Self::NotAudit => "The JSON object is no Kubernetes audit event.",
            Self::OtherLog => {
                "The envelope is known, but holds a record of another log than the audit log."
            }
            Self::BadTime => "The record has time fields, but none of them holds a time.",
            Self::TooDeep => "Wrappers or batches are nested too deeply.",
            Self::NotUdm => "The JSON object is no UDM event.",
            Self::NotAuditd => "The line is no record of the Linux audit log.",
            Self::LateRecord => "The record came too late or too often to be added to its event.",
            Self::NotDocker => "The line is no record of the Docker engine.",
            Self::NotFalco => "The JSON object is no alert of Falco.",
            Self::NotTetragon => "The JSON object is no event of Tetragon.",
        }
    }
}

impl std::fmt::Display for RejectReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.code())
    }
}

/// One rejected line or batch item.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reject {
    /// Where it stands.
    pub position: Position,
    /// Why it was rejected.
    pub reason: RejectReason,
    /// More about the place of the error, or which log it is; never a value
    /// from the input, but for the plain name of a service or a category.
    pub detail: String,
    /// The start of the text, at most [`EXCERPT_BYTES_MAX`] bytes, escaped and
    /// redacted.
    pub excerpt: String,
}

impl Reject {
    /// A reject of `text`, with its excerpt made here.
    pub(crate) fn new(
        position: Position,
        (reason, detail): (RejectReason, String),
        text: &[u8],
        redact: bool,
    ) -> Self {
        Self {
            position,
            reason,
            detail,
            excerpt: excerpt(text, redact),
        }
    }
}

/// A line as text without the white space around it.
pub(crate) fn readable(line: &[u8]) -> Result<&str, (RejectReason, String)> {
    if let Some(at) = memchr::memchr(0, line) {
        return Err((RejectReason::NulByte, format!("at byte {}", at + 1)));
    }
    match std::str::from_utf8(line) {
        Ok(text) => Ok(text.trim_ascii()),
        Err(error) => {
            let detail = format!("at byte {}", error.valid_up_to() + 1);
            Err((RejectReason::NotUtf8, detail))
        }
    }
}

/// The start of a text of which nobody knows the log type, redacted for an
/// excerpt.
#[must_use]
pub fn redact_unread(text: &str) -> String {
    if auditd::may_be(text) {
        return redact::redact_excerpt(&auditd::shown(text));
    }
    redact::redact_excerpt(text)
}

/// The first bytes of `text`, redacted, then escaped, then cut.
fn excerpt(text: &[u8], on: bool) -> String {
    let window = &text[..text.len().min(EXCERPT_WINDOW)];
    let lossy = String::from_utf8_lossy(window);
    let clean = if on {
        redact::redact_excerpt(&lossy)
    } else {
        lossy.into_owned()
    };
    let mut out = String::with_capacity(EXCERPT_BYTES_MAX);
    for c in clean.chars() {
        let start = out.len();
        if c == '"' || c == '\'' {
            out.push(c);
        } else {
            out.extend(c.escape_debug());
        }
        if out.len() > EXCERPT_BYTES_MAX {
            out.truncate(start);
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_log_type_shows_no_arguments_of_a_launch() {
        for (text, expected) in [
            (
                "type=EXECVE msg=audit(X1.0:1): argc=2 a0=\"s\" a1=73",
                "type=EXECVE",
            ),
            (
                "type=X msg=audit(X1.0:1): proctitle=6375726C002D7562",
                "type=X msg=audit(X1.0:1): proctitle=<redacted>",
            ),
            (
                "--token s; {\"env\":[1]}",
                "--token <redacted> {\"env\"<redacted>",
            ),
        ] {
            assert_eq!(redact_unread(text), expected);
        }
    }

    #[test]
    fn codes_are_unique() {
        let mut codes: Vec<_> = RejectReason::ALL.iter().map(|r| r.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), RejectReason::ALL.len());
    }

    #[test]
    fn an_excerpt_is_short_and_escaped() {
        let text = "\u{0}é".repeat(500);
        let cut = excerpt(text.as_bytes(), true);
        assert!(cut.len() <= EXCERPT_BYTES_MAX);
        assert!(cut.starts_with("\\0é"));
    }
}
