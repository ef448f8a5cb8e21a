//! The rejects of a scan: what could not be read, and why.

use std::borrow::Cow;
use std::io::{self, Read};

use yaral_normalize::limits::EXCERPT_BYTES_MAX;

use super::observer::Reject;
use crate::input::reason as frames_reason;
use crate::input::{Broken, Compression, Frame, Frames, OpenError};
use crate::limits::EXCERPT_WINDOW_BYTES;
use crate::text;

/// The reason codes that a scan adds to those of frames and normalizers.
pub mod reason {
    /// No log type claims the input; it is given with `--log-type`.
    pub const NOT_RECOGNISED: &str = "NOT_RECOGNISED";
    /// The input cannot be opened.
    pub const NOT_OPENED: &str = "NOT_OPENED";
    /// The input is a link to what is not there any more.
    pub const LINK_TO_NOWHERE: &str = "LINK_TO_NOWHERE";
    /// The input is of a kind that has to be unpacked first.
    pub const UNSUPPORTED: &str = "UNSUPPORTED";
    /// A compressed input is cut off or damaged.
    pub const CORRUPT_STREAM: &str = "CORRUPT_STREAM";
    /// The system failed to read on.
    pub const READ_FAILED: &str = "READ_FAILED";
}

/// An input that cannot be opened.
pub(crate) fn unopened(error: &OpenError) -> Reject {
    let reason = match error {
        OpenError::Io(_) => reason::NOT_OPENED,
        OpenError::LinkToNowhere => reason::LINK_TO_NOWHERE,
        OpenError::Unsupported(_) => reason::UNSUPPORTED,
    };
    Reject {
        line: 0,
        item: 0,
        reason,
        sentence: error.to_string(),
        excerpt: String::new(),
    }
}

/// An input that could not be read to its end.
pub(crate) fn damaged<R: Read>(
    error: &io::Error,
    frames: &Frames<R>,
    compression: Compression,
) -> Reject {
    let (reason, what) = match compression {
        Compression::Plain => (reason::READ_FAILED, "reading failed"),
        Compression::Gzip => (
            reason::CORRUPT_STREAM,
            "the gzip stream is cut off or damaged",
        ),
        Compression::Zstd => (
            reason::CORRUPT_STREAM,
            "the zstd stream is cut off or damaged",
        ),
    };
    let (lines, bytes) = (frames.lines(), frames.bytes());
    let sentence =
        format!("{what} after {lines} whole lines and {bytes} bytes of content: {error}");
    Reject {
        line: lines + 1,
        item: 0,
        reason,
        sentence,
        excerpt: String::new(),
    }
}

/// A stretch that is no frame.
pub(crate) fn broken(broken: &Broken, redact: bool) -> Reject {
    // A stretch that starts in the middle of an object may be the inside of a
    // secret; nothing in it tells.
    let inside = redact
        && broken.reason == frames_reason::BROKEN_DOCUMENT
        && !broken.excerpt.starts_with(b"{");
    let shown = if inside { &[][..] } else { &broken.excerpt };
    Reject {
        line: broken.line,
        item: 0,
        reason: broken.reason,
        sentence: broken.sentence(),
        excerpt: excerpt(shown, redact),
    }
}

/// A frame of an input that no log type claims.
pub(super) fn not_recognised(frame: Frame<'_>, redact: bool) -> Reject {
    Reject {
        line: frame.line,
        item: 0,
        reason: reason::NOT_RECOGNISED,
        sentence: "the log type of the input was not recognised; name it with --log-type"
            .to_owned(),
        excerpt: excerpt(frame.bytes, redact),
    }
}

/// What a normalizer rejected.
pub(super) fn record(reject: yaral_normalize::Reject) -> Reject {
    let mut sentence = reject.reason.sentence().trim_end_matches('.').to_owned();
    if !reject.detail.is_empty() {
        sentence.push_str(": ");
        sentence.push_str(&reject.detail);
    }
    Reject {
        line: reject.position.line,
        item: reject.position.item,
        reason: reject.reason.code(),
        sentence,
        excerpt: reject.excerpt,
    }
}

/// Members of a record behind which secrets stand under names of their own, so
/// that nothing after them is shown.
const SECRET_MEMBERS: [&str; 3] = ["\"data\"", "\"stringData\"", "last-applied-configuration"];

/// The start of a record without a log type: redacted, then escaped, then cut.
pub(crate) fn excerpt(bytes: &[u8], redact: bool) -> String {
    let window = &bytes[..bytes.len().min(EXCERPT_WINDOW_BYTES)];
    let lossy = String::from_utf8_lossy(window);
    let clean = if redact {
        let end = SECRET_MEMBERS
            .iter()
            .filter_map(|name| lossy.find(name))
            .min();
        Cow::Owned(yaral_normalize::redact_unread(
            &lossy[..end.unwrap_or(lossy.len())],
        ))
    } else {
        lossy
    };
    let mut shown = text::escape(&clean, EXCERPT_WINDOW_BYTES).into_owned();
    let end = shown.floor_char_boundary(EXCERPT_BYTES_MAX);
    shown.truncate(end);
    shown
}
