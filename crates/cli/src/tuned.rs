//! Tuning tables under `yaral check`: what is wrong with their rows, with the
//! place of the cell.
//!
//! A table goes through the same reports as a rule file: as a file with
//! diagnostics and no rules.

use std::fs;
use std::path::{Path, PathBuf};

use yaral_compiler::{Compiled, tuning};
use yaral_runtime::load_tables;
use yaral_syntax::diagnostic::Span;
use yaral_udm::Timestamp;

use crate::error::Error;
use crate::rules::{CheckedFile, is_folder_without_rules};

/// The folders among the words that hold tables and no rules, and the others.
pub(crate) fn folders(words: &[String]) -> (Vec<PathBuf>, Vec<String>) {
    let holds_tables = |word: &str| {
        let entries = fs::read_dir(word).into_iter().flatten().flatten();
        let mut paths = entries.map(|entry| entry.path());
        is_folder_without_rules(word)
            && paths.any(|path| path.extension().is_some_and(|ending| ending == "csv"))
    };
    let (tables, rules): (Vec<_>, Vec<_>) =
        words.iter().cloned().partition(|word| holds_tables(word));
    (tables.into_iter().map(PathBuf::from).collect(), rules)
}

/// The tuning tables of a folder, each as a file with what is wrong with it.
///
/// # Errors
/// If the folder holds no tables that can be read.
pub(crate) fn check(folder: &Path, at: Timestamp) -> Result<Vec<CheckedFile>, Error> {
    let failed = |error: String| Error::failed(error);
    let loaded = load_tables(folder, at).map_err(|error| failed(error.to_string()))?;
    let mut files = Vec::new();
    for (name, table) in &loaded.tables {
        let Some(places) = loaded.places.get(name) else {
            continue;
        };
        if !tuning::is_tuning(table) {
            continue;
        }
        let text = fs::read_to_string(&places.file)
            .map_err(|error| failed(format!("`{}` cannot be read: {error}", places.file)))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
        let starts = starts(&text);
        let diagnostics = tuning::lint(table, at).into_iter().map(|found| {
            let line = places.lines.get(found.row).copied().unwrap_or(1);
            let start = starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
            let mut diagnostic = found.diagnostic;
            diagnostic.span = Some(cell(&text, start, found.column));
            diagnostic
        });
        let diagnostics = diagnostics.collect();
        files.push(CheckedFile {
            name: places.file.clone(),
            text,
            compiled: Compiled {
                rules: Vec::new(),
                diagnostics,
            },
        });
    }
    Ok(files)
}

/// Where each line begins.
fn starts(text: &str) -> Vec<usize> {
    let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
    [0].into_iter().chain(ends.map(|(at, _)| at + 1)).collect()
}

/// The cell of a row that begins at `start`; of one that the row does not
/// have, its last one.
fn cell(text: &str, start: usize, column: usize) -> Span {
    let row = text.as_bytes().get(start..).unwrap_or_default();
    let (mut open, mut at, mut begin) = (false, 0, 0);
    let mut end = row.len();
    for (place, byte) in row.iter().enumerate() {
        match byte {
            b'"' => open = !open,
            b',' if !open && at < column => {
                at += 1;
                begin = place + 1;
            }
            b',' | b'\n' | b'\r' if !open => {
                end = place;
                break;
            }
            _ => {}
        }
    }
    let offset = |at: usize| u32::try_from(start + at).unwrap_or(u32::MAX);
    Span::new(offset(begin), offset(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_found_behind_quotes_and_at_the_end_of_a_short_row() {
        let text = "key,owner\n\"a,\"\"b\"\"\",me,x\nlast";
        let lines = starts(text);
        assert_eq!(lines, [0, 10, 25]);
        for (line, column, wanted) in [
            (1, 0, "\"a,\"\"b\"\"\""),
            (1, 1, "me"),
            (1, 2, "x"),
            (2, 0, "last"),
            (2, 3, "last"),
        ] {
            let span = cell(text, lines[line], column);
            let found = &text[span.start as usize..span.end as usize];
            assert_eq!(found, wanted);
        }
    }
}
