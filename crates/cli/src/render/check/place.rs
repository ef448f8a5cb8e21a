//! Where a diagnostic stands, in lines and columns.

use serde_json::{Value, json};
use yaral_syntax::diagnostic::{Diagnostic, LineColumn, Span};

use crate::rules::Sheet;

/// Where the diagnostic starts; a diagnostic without a place starts the file.
pub(super) fn start(sheet: &Sheet<'_>, diagnostic: &Diagnostic) -> LineColumn {
    sheet
        .lines
        .line_column(diagnostic.span.map_or(0, |span| span.start))
}

/// Where the diagnostic ends, exclusively.
pub(super) fn end(sheet: &Sheet<'_>, diagnostic: &Diagnostic) -> LineColumn {
    sheet
        .lines
        .line_column(diagnostic.span.map_or(0, |span| span.end))
}

/// A file's name for a reader that starts in the same folder.
pub(super) fn relative(name: &str) -> &str {
    name.strip_prefix("./").unwrap_or(name)
}

/// The message and what to do, one on each line, for formats that have a
/// single text.
pub(super) fn told(diagnostic: &Diagnostic) -> String {
    let mut text = diagnostic.message.clone();
    for help in &diagnostic.help {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    text
}

/// The diagnostic as a JSON value; `start` and `end` are 1-based, `end` is
/// exclusive, as Google SecOps prints them.
pub(super) fn json(sheet: &Sheet<'_>, diagnostic: &Diagnostic) -> Value {
    let place = |span: Span| {
        let (start, end) = (
            sheet.lines.line_column(span.start),
            sheet.lines.line_column(span.end),
        );
        json!({
            "start": { "line": start.line, "column": start.column, "offset": span.start },
            "end": { "line": end.line, "column": end.column, "offset": span.end },
        })
    };
    let labels: Vec<_> = diagnostic
        .labels
        .iter()
        .map(|label| json!({ "span": place(label.span), "text": label.text }))
        .collect();
    json!({
        "schema": "yaral/diagnostic/v1",
        "file": sheet.file.name,
        "code": diagnostic.code.0,
        "severity": diagnostic.severity.as_str(),
        "message": diagnostic.message,
        "span": diagnostic.span.map(place),
        "label": diagnostic.label,
        "labels": labels,
        "help": diagnostic.help,
        "notes": diagnostic.notes,
    })
}
