//! Secrets are cut out of everything that leaves the crate.
//!
//! [`text`](redact_text) works on one text: tokens, authorization headers,
//! secret-bearing flags, key-value pairs and query parameters. [`json`] walks a
//! raw record and applies it to every string, cutting whole bodies where the
//! record says that they hold secrets. [`uri`] does the same for a request URI,
//! whose values are percent-encoded and whose `command` parameters form one
//! argument list. [`excerpt`](redact_excerpt) shows the start of a text that nobody
//! understood. All of it is linear and keeps what is not a secret byte for
//! byte.

mod clients;
mod excerpt;
mod json;
mod piped;
mod scan;
mod text;
mod uri;
mod words;

use std::borrow::Cow;

pub use excerpt::redact_excerpt;
pub use text::redact_text;
pub use uri::redact_value;

pub(crate) use json::{Bodies, json, json_hiding, log_entry, without};
pub(crate) use text::{ARGUMENT_END, arguments, cut_arguments, same};
pub(crate) use uri::uri;
pub(crate) use words::{is_content, lists_content};

/// A text on its way out, redacted if asked for.
pub(crate) fn text(text: &str, on: bool) -> Cow<'_, str> {
    if on {
        redact_text(text)
    } else {
        Cow::Borrowed(text)
    }
}

/// What stands where a secret stood.
pub const REDACTED: &str = "<redacted>";
