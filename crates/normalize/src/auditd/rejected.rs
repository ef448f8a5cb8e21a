//! What is shown of a line that is rejected.
//!
//! A line that holds a record is shown as the record would be, but not what was
//! typed or launched: without the rest of its event nobody knows where a secret
//! begins. Of any other line too much is cut rather than too little.

use super::laurel::is_kind;
use super::line::Line;
use super::{raw, raw_json};
use crate::{json, percent, redact};

/// The longest type of a record that is shown.
const KIND_BYTES_MAX: usize = 32;

/// Digits in a row that may be a secret in hexadecimal.
const DIGITS_MIN: usize = 12;

/// What the header of a record with arguments or keystrokes has in it.
const HIDDEN: &[&str] = &[
    "EXECVE",
    "PROCTITLE",
    "TTY",
    "type=1309",
    "type=1327",
    "type=1319",
    "type=1124",
];

/// The type and the id of a record, as the detail of its reject has them.
pub(super) fn name(line: &Line<'_>) -> String {
    let kind = if is_kind(&line.kind) && line.kind.len() <= KIND_BYTES_MAX {
        &line.kind
    } else {
        "a record"
    };
    format!("{kind} {}", line.id)
}

/// Whether a line that nobody could read may be one of the Linux audit log:
/// what it holds in hexadecimal only this format can tell.
pub(crate) fn may_be(text: &str) -> bool {
    text.contains("audit(") || text.contains("type=EXECVE") || text.contains("proctitle=")
}

/// The text of a rejected line, to make its excerpt from.
pub(crate) fn shown(text: &str) -> String {
    let mut out = String::new();
    if let Some(line) = raw::record(text) {
        let hidden = matches!(&*line.kind, "EXECVE" | "PROCTITLE") || raw::is_typed(&line.kind);
        if !hidden {
            raw::clean(text, &mut out);
            return out;
        }
        let header = text.strip_suffix(&*line.body);
        return header.map_or_else(|| name(&line), |header| redact::redact_text(header).into());
    }
    if text.starts_with('{') && json::valid(text) {
        raw_json::laurel(text, &mut out);
        return without_digits(&out);
    }
    let text = percent::decode_path(text);
    let ends = HIDDEN
        .iter()
        .filter_map(|name| Some(text.find(name)? + name.len()));
    let end = ends.min().unwrap_or(text.len());
    without_digits(&text[..end])
}

/// The text without digits in a row.
fn without_digits(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_hexdigit())
            .unwrap_or(rest.len());
        if digits >= DIGITS_MIN {
            out.push_str(redact::REDACTED);
        } else {
            out.push_str(&rest[..digits]);
        }
        rest = &rest[digits..];
        let plain = rest
            .find(|c: char| c.is_ascii_hexdigit())
            .unwrap_or(rest.len());
        out.push_str(&rest[..plain]);
        rest = &rest[plain..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_much_is_cut_rather_than_too_little() {
        for (text, expected) in [
            (
                "type=EXECVE msg=audit(1.0:1): a0=\"S\"",
                "type=EXECVE msg=audit(1.0:1):",
            ),
            (
                "type=1319 msg=audit(1.0:1): data=53",
                "type=1319 msg=audit(1.0:1):",
            ),
            (
                "node=password=S type=TTY msg=audit(1.0:1): data=53",
                "node=password=<redacted> type=TTY msg=audit(1.0:1):",
            ),
            (
                "type=CWD msg=audit(1.0:1): cwd=\"token=S\"",
                "type=CWD msg=audit(1.0:1): cwd=\"token=<redacted>\"",
            ),
            (
                "{\"MESSAGE\":\"EXECVE a0=S\",\"_AUDIT_ID\":\"1\",\"_SOURCE_REALTIME_TIMESTAMP\":\"1000\"}",
                "EXECVE 0.001:1",
            ),
            ("type=EXECVE msg=audit(x:1): a0=\"S\"", "type=EXECVE"),
            (
                "{\"ID\":\"x\",\"EXECVE\":{\"ARGV\":[\"--token\",\"S\"]}}",
                "{\"ID\":\"x\",\"EXECVE\":{\"ARGV\":[\"--token\",\"<redacted>\"]}}",
            ),
            ("a2=68756E74657232, x=12", "a2=<redacted>, x=12"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }
}
