//! The documentation page of a log type, generated from its tables.

use crate::LogType;

/// What a log type reads, fills and drops, as Markdown.
#[must_use]
pub fn page(log_type: LogType) -> String {
    (log_type.entry().page)()
}
