//! Work that several functions share: reading arguments, numbers as text,
//! hosts in URLs, calendar time, the fingerprint.
//!
//! Nothing here knows a function's name.

pub(crate) mod args;
pub(crate) mod base64;
pub(crate) mod element;
pub(crate) mod fingerprint;
pub(crate) mod number;
pub(crate) mod text;
pub(crate) mod time;
pub(crate) mod time_format;
pub(crate) mod url;
