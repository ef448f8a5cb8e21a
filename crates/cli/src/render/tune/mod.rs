//! What rows of tuning tables do, in three formats, one file each.

mod csv;
mod human;
mod json;

use std::io::{self, Write};

use yaral_harness::tune::{Effect, Entry, Touch, Use};
use yaral_runtime::LoadedTables;
use yaral_runtime::tables::{EXPIRES, STARTS};

use crate::args::TuneFormat;
use crate::term::Term;

/// Detections that are shown of each row, as examples.
const EXAMPLES: usize = 3;

/// What was found out.
pub(crate) struct Report<'r> {
    /// The tables, with the places of their rows and the dead ones.
    pub(crate) tables: &'r LoadedTables,
    /// The rows that are alive.
    pub(crate) entries: &'r [Entry],
    /// What each of them does.
    pub(crate) uses: Vec<Use>,
    /// What all of them do together.
    pub(crate) all: Vec<Touch>,
    /// How many rules read their tables.
    pub(crate) rules: usize,
}

/// What a format says of a row.
struct Line<'r> {
    table: &'r str,
    /// The row's place, as `file:line`.
    place: String,
    cells: Vec<(&'r str, &'r str)>,
    found: &'r Use,
}

impl<'r> Line<'r> {
    /// The cell in the column of this name.
    fn cell(&self, name: &str) -> &'r str {
        let mut cells = self.cells.iter();
        cells
            .find(|(column, _)| *column == name)
            .map_or("", |(_, cell)| cell)
    }

    /// The cells that say what the row is for, without who and why.
    fn key(&self) -> String {
        let about = ["owner", "reason", "approver", STARTS, EXPIRES];
        let cells = self.cells.iter();
        let cells = cells.filter(|(name, cell)| !about.contains(name) && !cell.is_empty());
        cells
            .map(|(name, cell)| format!("{name}={cell}"))
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// What it does alone, else what another row does too.
    fn touches(&self) -> &'r [Touch] {
        if self.found.alone.is_empty() {
            &self.found.shared
        } else {
            &self.found.alone
        }
    }

    /// The word for how it is used.
    fn status(&self) -> &'static str {
        match (self.found.alone.is_empty(), self.found.shared.is_empty()) {
            (false, _) => "used",
            (true, false) => "shared",
            (true, true) => "never used",
        }
    }

    /// How many detections it does something to, by what it does.
    fn count(&self, effect: Effect) -> usize {
        let touches = self.touches().iter();
        touches.filter(|touch| touch.effect() == effect).count()
    }
}

impl Report<'_> {
    fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let pairs = self.entries.iter().zip(&self.uses);
        pairs.map(|((name, row), found)| {
            let table = self.tables.tables.get(name);
            let cells = table.and_then(|table| table.rows.get(*row));
            let columns = table.iter().flat_map(|table| &table.columns);
            let names = columns.map(|column| column.spec.name.as_str());
            let places = self.tables.places.get(name);
            let line = places.and_then(|places| places.lines.get(*row));
            let file = places.map_or("", |places| places.file.as_str());
            Line {
                table: name,
                place: format!("{file}:{}", line.copied().unwrap_or(0)),
                cells: names
                    .zip(cells.into_iter().flatten().map(String::as_str))
                    .collect(),
                found,
            }
        })
    }
}

/// A severity, or that there is no detection.
fn word(severity: Option<&String>) -> &str {
    severity.map_or("none", String::as_str)
}

/// Writes the report.
pub(crate) fn write(
    format: TuneFormat,
    report: &Report<'_>,
    term: Term,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        TuneFormat::Csv => csv::write(report, out),
        TuneFormat::Human => human::write(report, term, out),
        TuneFormat::Json => json::write(report, out),
    }
}
