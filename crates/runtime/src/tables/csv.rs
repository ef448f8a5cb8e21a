//! CSV as RFC 4180 has it: commas, double quotes, rows that may span lines.
//!
//! Reading is one pass over the text, whatever stands in it: a quote that is
//! never closed costs its row and at most [`TABLE_CELL_BYTES_MAX`], and the
//! next row begins at the line behind. What is written reads back as it was.

use yaral_ir::limits::TABLE_COLUMNS_MAX;

use crate::limits::TABLE_CELL_BYTES_MAX;

/// A row as it stands in a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// The line that it begins at, counted from 1.
    pub(crate) line: usize,
    /// Its cells, or why it cannot be read.
    pub(crate) cells: Result<Vec<String>, String>,
}

/// The rows of a text; lines with nothing on them are passed over.
#[derive(Debug)]
pub(crate) struct Rows<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

/// What ended a cell.
enum End {
    Comma,
    Line,
}

impl<'t> Rows<'t> {
    /// The rows of a text, which may begin with a byte order mark.
    pub(crate) fn new(text: &'t str) -> Self {
        Rows {
            text: text.strip_prefix('\u{feff}').unwrap_or(text),
            at: 0,
            line: 1,
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Goes on by so many bytes and counts the lines that end in them.
    fn take(&mut self, bytes: usize) -> &'t str {
        let taken = self.rest().get(..bytes).unwrap_or_default();
        self.at += taken.len();
        self.line += memchr::memchr_iter(b'\n', taken.as_bytes()).count();
        taken
    }

    /// Goes on behind the end of the line.
    fn skip_line(&mut self) {
        let rest = self.rest();
        let end = memchr::memchr(b'\n', rest.as_bytes());
        self.take(end.map_or(rest.len(), |end| end + 1));
    }

    /// Passes over what ends a line, if that stands here.
    fn end_of_line(&mut self) -> bool {
        let rest = self.rest();
        let length = if rest.starts_with('\n') {
            1
        } else if rest.starts_with("\r\n") {
            2
        } else {
            0
        };
        self.take(length);
        length > 0
    }

    /// A row that does not begin at the end of a line.
    fn row(&mut self) -> Result<Vec<String>, String> {
        let mut cells = Vec::new();
        loop {
            let mut cell = String::new();
            let end = if self.rest().starts_with('"') {
                self.quoted(&mut cell)?
            } else {
                self.bare(&mut cell)?
            };
            // More than the table can have: it is enough to know that.
            if cells.len() <= TABLE_COLUMNS_MAX {
                cells.push(cell);
            }
            if matches!(end, End::Line) {
                return Ok(cells);
            }
        }
    }

    fn bare(&mut self, cell: &mut String) -> Result<End, String> {
        let rest = self.rest();
        let end = memchr::memchr2(b',', b'\n', rest.as_bytes());
        let length = end.unwrap_or(rest.len());
        let comma = rest.as_bytes().get(length) == Some(&b',');
        let text = self.take(length);
        cell.push_str(if comma {
            text
        } else {
            text.strip_suffix('\r').unwrap_or(text)
        });
        self.take(usize::from(end.is_some()));
        if cell.len() > TABLE_CELL_BYTES_MAX {
            if comma {
                self.skip_line();
            }
            return Err(too_long());
        }
        Ok(if comma { End::Comma } else { End::Line })
    }

    fn quoted(&mut self, cell: &mut String) -> Result<End, String> {
        self.take(1);
        loop {
            let rest = self.rest();
            let room = (TABLE_CELL_BYTES_MAX + 1).saturating_sub(cell.len());
            let window = rest.get(..rest.floor_char_boundary(room));
            let window = window.unwrap_or_default();
            let Some(quote) = memchr::memchr(b'"', window.as_bytes()) else {
                let open = window.len() == rest.len();
                self.take(window.len());
                self.skip_line();
                return Err(if open {
                    "a quote is not closed".to_owned()
                } else {
                    format!("{}, or its quote is not closed", too_long())
                });
            };
            cell.push_str(self.take(quote));
            self.take(1);
            if !self.rest().starts_with('"') {
                break;
            }
            self.take(1);
            cell.push('"');
        }
        if self.rest().starts_with(',') {
            self.take(1);
            return Ok(End::Comma);
        }
        if self.end_of_line() || self.rest().is_empty() {
            return Ok(End::Line);
        }
        self.skip_line();
        Err("something stands between a closing quote and the comma".to_owned())
    }
}

fn too_long() -> String {
    format!("a cell has more than {TABLE_CELL_BYTES_MAX} bytes")
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        while self.end_of_line() {}
        if self.rest().is_empty() {
            return None;
        }
        let line = self.line;
        let cells = self.row();
        Some(Row { line, cells })
    }
}

/// Adds a row to a text. Nothing of a cell is changed, so that a table reads
/// back as it was; a cell that a spreadsheet would take for a formula is
/// quoted, which is all that the format offers.
pub(crate) fn write<'c>(text: &mut String, cells: impl IntoIterator<Item = &'c str>) {
    let start = text.len();
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        let marks = cell.contains(['"', ',', '\n', '\r']);
        let edge = cell.starts_with(' ') || cell.ends_with(' ') || cell.starts_with('\u{feff}');
        if formula || marks || edge {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(cell);
        }
    }
    // An empty line would be passed over.
    if text.len() == start {
        text.push_str("\"\"");
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str) -> Vec<(usize, Result<Vec<String>, String>)> {
        Rows::new(text).map(|row| (row.line, row.cells)).collect()
    }

    fn good(text: &str) -> Vec<Vec<String>> {
        rows(text)
            .into_iter()
            .filter_map(|row| row.1.ok())
            .collect()
    }

    #[test]
    fn quotes_line_ends_and_marks_are_those_of_the_standard() {
        let text = "\u{feff}a,b\r\n\r\n\"x, \"\"y\"\"\",\"1\n2\"\n,\nlast,\"q\"";
        let found = rows(text);
        let lines: Vec<usize> = found.iter().map(|row| row.0).collect();
        assert_eq!(lines, [1, 3, 5, 6]);
        let cells: Vec<Vec<String>> = found.into_iter().filter_map(|row| row.1.ok()).collect();
        let wanted = [
            vec!["a", "b"],
            vec!["x, \"y\"", "1\n2"],
            vec!["", ""],
            vec!["last", "q"],
        ];
        assert_eq!(cells, wanted);
        assert_eq!(good("it\"s,5\" disk\n"), [vec!["it\"s", "5\" disk"]]);
    }

    #[test]
    fn a_row_that_cannot_be_read_costs_its_line_alone() {
        let found = rows("a,b\n\"x\"y,1\nc,d\n\"open,1\n");
        let lines: Vec<_> = found.iter().map(|row| (row.0, row.1.is_ok())).collect();
        assert_eq!(lines, [(1, true), (2, false), (3, true), (4, false)]);
        assert!(found[1].1.as_ref().is_err_and(|e| e.contains("comma")));
        assert!(found[3].1.as_ref().is_err_and(|e| e.contains("closed")));
    }

    #[test]
    fn table_cell_bytes_max() {
        let most = "x".repeat(TABLE_CELL_BYTES_MAX);
        for quote in ["", "\""] {
            let row = |text: &str| format!("{quote}{text}{quote},1\nnext,2\n");
            assert_eq!(good(&row(&most)).len(), 2, "{quote}");
            let found = rows(&row(&format!("{most}x")));
            assert!(found[0].1.as_ref().is_err_and(|e| e.contains("bytes")));
            assert_eq!(found[1], (2, Ok(vec!["next".to_owned(), "2".to_owned()])));
        }
        // An open quote on each line is still one pass.
        let hostile = "\"x\u{20ac}\n".repeat(200_000);
        assert!(rows(&hostile).len() < 200_000);
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(
            table in prop::collection::vec(prop::collection::vec("[\u{feff}a=@\", \r\n\t-]{0,6}", 1..4), 1..6)
        ) {
            let mut text = String::new();
            for row in &table {
                write(&mut text, row.iter().map(String::as_str));
            }
            prop_assert_eq!(good(&text), table);
        }

        #[test]
        fn no_text_makes_it_stumble(text in "[a\",\r\n\u{20ac}]{0,40}") {
            let lines = text.lines().count();
            prop_assert!(rows(&text).iter().all(|row| row.0 <= lines + 1));
        }
    }
}
