//! `csv`: a table for people with a spreadsheet.
//!
//! Cells that a spreadsheet would take for a formula start with an apostrophe;
//! quoting and line ends are those of RFC 4180. Hostile characters are shown
//! as `\u{…}`, line breaks as `\n`, so that a row is always a line. Lists are
//! comma-joined; those of the investigation, whose names may hold commas, are
//! joined by `; `.

use std::fmt::Write as _;
use std::io;

use yaral_engine::{Detection, Status};
use yaral_ir::plan::Plan;
use yaral_ir::value::Value;

use super::fields::{risk_score, severity_of};
use super::investigation::{COLUMNS, investigation_cells};
use super::{EncodeOptions, Encoder, Format};
use crate::investigate::Investigation;
use crate::limits::ENCODED_FIELD_BYTES_MAX;
use crate::text;

/// The format's entry.
pub(super) const FORMAT: Format = Format {
    name: "csv",
    summary: "a table with a header, safe for spreadsheets",
    encoder: |_: EncodeOptions| Box::new(Csv),
};

/// The first columns; those of the investigation follow.
const HEADER: &str = "detection_time,window_start,window_end,rule,severity,risk_score,id,branch,\
                      match,outcomes,event_ids,sources";

struct Csv;

impl Encoder for Csv {
    fn begin(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        write!(out, "{HEADER},{COLUMNS}\r\n")
    }

    fn detection(
        &mut self,
        detection: &Detection,
        rule: &Plan,
        investigation: &Investigation,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        // A row is a detection that stands.
        if detection.status != Status::Final {
            return Ok(());
        }
        let sources = detection
            .evidence
            .iter()
            .filter_map(|e| e.origin.as_ref())
            .map(|o| {
                let item = if o.item > 0 {
                    format!("#{}", o.item)
                } else {
                    String::new()
                };
                format!("{}:{}{item}", o.file, o.line)
            });
        let event_ids: Vec<_> = detection
            .evidence
            .iter()
            .map(|e| e.event_id.as_str())
            .collect();
        let mut cells = vec![
            detection.time.to_string(),
            detection.window.0.to_string(),
            detection.window.1.to_string(),
            rule.name.clone(),
            severity_of(detection, rule),
            risk_score(detection).to_string(),
            detection.id.clone(),
            detection.branch.clone().unwrap_or_default(),
            pairs(&detection.matches),
            pairs(&detection.outcomes),
            event_ids.join(" "),
            sources.collect::<Vec<_>>().join(" "),
        ];
        cells.extend(investigation_cells(investigation));
        let mut row = String::new();
        for (i, text) in cells.iter().enumerate() {
            if i > 0 {
                row.push(',');
            }
            csv_cell(&mut row, text);
        }
        row.push_str("\r\n");
        out.write_all(row.as_bytes())
    }
}

fn pairs(variables: &[(String, Value<'static>)]) -> String {
    let mut out = String::new();
    for (name, value) in variables {
        let comma = if out.is_empty() { "" } else { "; " };
        // A value cannot pretend to be the next variable.
        let value = value.to_string().replace(';', "\\u{3b}");
        let _ = write!(out, "{comma}{name}={value}");
    }
    out
}

/// Adds a cell to a row, safe to open in a spreadsheet: a formula is marked as
/// text, and no character ends the cell or the row.
pub fn csv_cell(row: &mut String, text: &str) {
    let formula = text.starts_with([
        '=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ]);
    let shown = text::escape(text, ENCODED_FIELD_BYTES_MAX);
    let quoted = formula
        || shown.contains(['"', ',', ';', '\''])
        || shown.starts_with(' ')
        || shown.ends_with(' ');
    if !quoted {
        row.push_str(&shown);
        return;
    }
    row.push('"');
    if formula {
        row.push('\'');
    }
    row.push_str(&shown.replace('"', "\"\""));
    row.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        for (text, want) in [
            ("plain text", "plain text"),
            ("=1+1", "\"'=1+1\""),
            ("-1", "\"'-1\""),
            ("\tx", "\"'\\tx\""),
            ("\u{ff1d}x", "\"'\u{ff1d}x\""),
            ("a,\"b\"", "\"a,\"\"b\"\"\""),
            ("a\r\nb", "a\\r\\nb"),
            (" x", "\" x\""),
        ] {
            let mut row = String::new();
            csv_cell(&mut row, text);
            assert_eq!(row, want);
        }
    }
}
