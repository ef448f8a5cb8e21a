//! Data tables from a directory.
//!
//! A table is `NAME.csv`; its first row holds the columns' names. Beside it
//! may stand `NAME.yaml` with their types (`config` has its keys); a column
//! that is not described holds strings. The layout of Google's content manager
//! is read as it is: a `data_tables` folder of `.csv` files without a row of
//! names, and beside it `data_table_config.yaml`, which gives the names.
//!
//! A row that cannot be used is reported and left out. A description that
//! cannot be used is an error: with other types a rule would mean something
//! else. Rows of tuning tables are for a time (`life`): those that are dead at
//! the instant of loading are left out too, and told.

mod config;
pub(crate) mod csv;
mod life;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use yaral_ir::limits::TABLE_ROWS_MAX;
use yaral_ir::tables::{ColumnKind, ColumnSpec, Table};
use yaral_udm::Timestamp;

use crate::folder::{self, FileProblem, ReadError, shown};
use crate::limits::{TABLE_BYTES_MAX, TABLES_MAX};
use config::{Description, Remark};
use csv::{Row, Rows};
use life::Bounds;

pub use life::{Bound, Dead, EXPIRES, STARTS, TUNING};

/// The folder of tables in Google's layout.
const FOLDER: &str = "data_tables";

/// The file that describes tables in Google's layout.
const CONFIG: &str = "data_table_config.yaml";

/// Tables as loaded.
#[derive(Clone, Debug, Default)]
pub struct LoadedTables {
    /// The tables by name, as the compiler takes them.
    pub tables: BTreeMap<String, Arc<Table>>,
    /// The files that they were read from.
    pub files: Vec<PathBuf>,
    /// Files in the directory that are no tables, by name.
    pub ignored: Vec<String>,
    /// Rows that cannot be used, and what is not understood of descriptions.
    pub problems: Vec<FileProblem>,
    /// Rows that are not used since their life is over or has not begun.
    pub dead: Vec<DeadRow>,
    /// Where the rows of each table stand.
    pub places: BTreeMap<String, RowPlaces>,
}

impl LoadedTables {
    /// Takes tables in; one of a name that is known takes the place of the
    /// other, with all that is known of its rows.
    pub fn replace(&mut self, others: LoadedTables) {
        self.dead
            .retain(|row| !others.tables.contains_key(&row.table));
        self.tables.extend(others.tables);
        self.places.extend(others.places);
        self.dead.extend(others.dead);
        self.files.extend(others.files);
        self.ignored.extend(others.ignored);
        self.problems.extend(others.problems);
    }
}

/// Where the rows of a table stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowPlaces {
    /// The table's file.
    pub file: String,
    /// The line that each row begins at, counted from 1, as
    /// [`Table::rows`] has them.
    pub lines: Vec<usize>,
}

/// A row that is not used since its life is over or has not begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadRow {
    /// The table.
    pub table: String,
    /// The table's file.
    pub file: String,
    /// The line that the row begins at, counted from 1.
    pub line: usize,
    /// Which of the two.
    pub why: Dead,
    /// Its cells, by their columns' names.
    pub cells: Vec<(String, String)>,
}

/// Why tables cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum TablesError {
    /// The system says no.
    #[error("`{path}` cannot be read: {error}")]
    Io {
        /// What cannot be read.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// A file is not text.
    #[error("`{0}` is not UTF-8 text")]
    NotUtf8(String),
    /// All tables together are too large.
    #[error("the tables in `{0}` have more than {TABLE_BYTES_MAX} bytes together")]
    TooLarge(String),
    /// There are too many.
    #[error("there are more than {TABLES_MAX} tables in `{0}`")]
    TooMany(String),
    /// A description or a row of names cannot be used.
    #[error("`{path}`, line {line}: {message}")]
    Description {
        /// The file.
        path: String,
        /// The line, counted from 1.
        line: usize,
        /// Why.
        message: String,
    },
}

/// The instant of this computer's clock.
#[must_use]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.map_or(0, |since| since.as_secs());
    Timestamp {
        seconds: i64::try_from(seconds).unwrap_or(i64::MAX),
        nanos: 0,
    }
}

/// Tables that a program carries within itself, as (path, text): `.csv` files
/// and beside them `.yaml` files, sorted by path.
///
/// # Errors
/// As for [`load_tables`].
pub fn embedded_tables(files: &[(&str, &str)], at: Timestamp) -> Result<LoadedTables, TablesError> {
    let mut loader = Loader::new(Path::new(""), at);
    for (path, text) in files {
        let path = Path::new(path);
        if path.extension().is_none_or(|ending| ending != "csv") {
            continue;
        }
        let beside = path.with_extension("yaml");
        let mut others = files.iter();
        let about = match others.find(|(other, _)| Path::new(other) == beside) {
            Some((_, text)) => {
                let about = config::one(text).map_err(|what| described_badly(&beside, what))?;
                Some((about, beside))
            }
            None => None,
        };
        let name = path.file_stem().and_then(|stem| stem.to_str());
        loader.table(name.unwrap_or_default(), (path, text), about, true)?;
    }
    Ok(loader.loaded)
}

/// Loads the tables of a directory, in the order of their file names; `at` is
/// the instant for which rows are alive or not.
///
/// # Errors
/// If a file cannot be read as text, a description, a row of names or a time
/// of a row's life cannot be used, or a limit is exceeded.
pub fn load_tables(directory: &Path, at: Timestamp) -> Result<LoadedTables, TablesError> {
    let mut loader = Loader::new(directory, at);
    let (folder, manager) = layout(directory);
    let mut described = match &manager {
        Some(path) => loader.manager(path)?,
        None => BTreeMap::new(),
    };
    let files = folder::files(&folder).map_err(|error| TablesError::Io {
        path: shown(&folder),
        error,
    })?;
    let mut descriptions = BTreeMap::new();
    let mut tables = Vec::new();
    for path in files {
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let ending = path.extension().and_then(|ending| ending.to_str());
        match (stem.filter(|stem| !stem.is_empty()), ending) {
            (Some(stem), Some("csv")) => tables.push((stem.to_owned(), path)),
            (Some(stem), Some("yaml" | "yml")) if manager.is_none() => {
                let stem = stem.to_owned();
                if let Some(first) = descriptions.insert(stem, path.clone()) {
                    let message = format!("`{}` describes the same table", shown(&first));
                    return Err(described_badly(&path, (1, message)));
                }
            }
            _ => loader.loaded.ignored.push(shown(&path)),
        }
    }
    if tables.len() > TABLES_MAX {
        return Err(TablesError::TooMany(shown(directory)));
    }
    for (name, path) in tables {
        let (about, with_names) = match (descriptions.remove(&name), described.remove(&name)) {
            (Some(beside), _) => (Some((loader.beside(&beside)?, beside)), true),
            (None, Some(about)) => (manager.clone().map(|path| (about, path)), false),
            (None, None) => (None, true),
        };
        let text = loader.read(&path)?;
        loader.table(&name, (&path, &text), about, with_names)?;
    }
    let lonely = descriptions.into_values().map(|path| shown(&path));
    let lonely: Vec<_> = lonely
        .map(|file| (file, "there is no table of this name beside it".to_owned()))
        .collect();
    let absent = described.into_keys().zip(std::iter::repeat(manager));
    let absent = absent.filter_map(|(name, path)| {
        let message = format!("there is no `{name}.csv` in the folder `{FOLDER}`");
        path.map(|path| (shown(&path), message))
    });
    for (file, message) in lonely.into_iter().chain(absent) {
        loader.loaded.problems.push(FileProblem {
            file,
            line: 0,
            message,
        });
    }
    Ok(loader.loaded)
}

/// The folder with the tables, and the content manager's file if there is one.
fn layout(directory: &Path) -> (PathBuf, Option<PathBuf>) {
    let below = directory.join(FOLDER);
    let (folder, config) = if below.is_dir() {
        (below, Some(directory.join(CONFIG)))
    } else if directory.file_name().is_some_and(|name| name == FOLDER) {
        let above = directory.parent();
        (directory.to_owned(), above.map(|above| above.join(CONFIG)))
    } else {
        (directory.to_owned(), None)
    };
    (folder, config.filter(|config| config.is_file()))
}

fn described_badly(path: &Path, (line, message): Remark) -> TablesError {
    TablesError::Description {
        path: shown(path),
        line: line.max(1),
        message,
    }
}

/// A run of loading.
struct Loader<'d> {
    directory: &'d Path,
    /// Bytes that may still be read.
    room: usize,
    /// The instant for which rows are alive.
    at: Timestamp,
    loaded: LoadedTables,
}

impl<'d> Loader<'d> {
    fn new(directory: &'d Path, at: Timestamp) -> Self {
        Loader {
            directory,
            room: TABLE_BYTES_MAX,
            at,
            loaded: LoadedTables::default(),
        }
    }

    fn read(&mut self, path: &Path) -> Result<String, TablesError> {
        let text = folder::read(path, self.room).map_err(|error| match error {
            ReadError::Io(error) => TablesError::Io {
                path: shown(path),
                error,
            },
            ReadError::NotUtf8 => TablesError::NotUtf8(shown(path)),
            ReadError::TooLarge => TablesError::TooLarge(shown(self.directory)),
        })?;
        self.room -= text.len();
        self.loaded.files.push(path.to_owned());
        Ok(text)
    }

    /// The content manager's descriptions.
    fn manager(&mut self, path: &Path) -> Result<BTreeMap<String, Description>, TablesError> {
        let text = self.read(path)?;
        config::all(&text).map_err(|remark| described_badly(path, remark))
    }

    /// The description that stands beside a table.
    fn beside(&mut self, path: &Path) -> Result<Description, TablesError> {
        let text = self.read(path)?;
        config::one(&text).map_err(|remark| described_badly(path, remark))
    }

    fn say(&mut self, path: &Path, remarks: impl IntoIterator<Item = Remark>) {
        let file = shown(path);
        let problems = remarks.into_iter().map(|(line, message)| FileProblem {
            file: file.clone(),
            line,
            message,
        });
        self.loaded.problems.extend(problems);
    }

    /// Loads a table. `with_names`: its first row holds the columns' names.
    fn table(
        &mut self,
        name: &str,
        (path, text): (&Path, &str),
        about: Option<(Description, PathBuf)>,
        with_names: bool,
    ) -> Result<(), TablesError> {
        let (mut described, beside) = about.unwrap_or_default();
        self.say(&beside, std::mem::take(&mut described.remarks));
        let expiry = described.expiry;
        let mut rows = Rows::new(text).peekable();
        let specs = if with_names {
            let header = rows.next();
            let bad = |message: &str| described_badly(path, (1, message.to_owned()));
            let header = header.ok_or_else(|| bad("the first row holds the columns' names"))?;
            let line = header.line;
            let names = header
                .cells
                .map_err(|message| described_badly(path, (line, message)))?;
            let (specs, remarks) =
                columns(&names, described).map_err(|what| described_badly(path, (line, what)))?;
            self.say(path, remarks);
            specs
        } else {
            // A table that a spreadsheet wrote may have its names nevertheless.
            rows.next_if(|row| is_header(row, &described.columns));
            let names = described.columns.iter().map(|spec| spec.name.as_str());
            different(names).map_err(|what| described_badly(&beside, (0, what)))?;
            described.columns
        };
        let bounds =
            life::bounds(&specs, expiry).map_err(|what| described_badly(&beside, (0, what)))?;
        let (lines, good, unread) = self.alive((name, path), &specs, bounds, rows)?;
        let (table, errors) = Table::new(name, specs, good);
        let unused: BTreeSet<usize> = errors.iter().map(|error| error.row).collect();
        let mut remarks = unread;
        remarks.extend(errors.into_iter().map(|error| {
            let line = error.row.checked_sub(1).and_then(|row| lines.get(row));
            (line.copied().unwrap_or(0), error.message)
        }));
        remarks.sort();
        self.say(path, remarks);
        let places = RowPlaces {
            file: shown(path),
            lines: (1..)
                .zip(lines)
                .filter(|(row, _)| !unused.contains(row))
                .map(|(_, line)| line)
                .collect(),
        };
        self.loaded.places.insert(name.to_owned(), places);
        self.loaded.tables.insert(name.to_owned(), Arc::new(table));
        Ok(())
    }

    /// The rows that can be read and are alive, with their lines, and what is
    /// to be said about others.
    fn alive<'r>(
        &mut self,
        (name, path): (&str, &Path),
        specs: &[ColumnSpec],
        bounds: Option<Bounds>,
        rows: impl Iterator<Item = Row> + 'r,
    ) -> Result<Alive, TablesError> {
        let (mut lines, mut good, mut unread) = (Vec::new(), Vec::new(), Vec::new());
        for row in rows.take(TABLE_ROWS_MAX + 1) {
            let cells = match row.cells {
                Ok(cells) => cells,
                Err(message) => {
                    unread.push((row.line, message));
                    continue;
                }
            };
            let dead = match bounds {
                Some(bounds) => bounds
                    .judge(&cells, self.at)
                    .map_err(|what| described_badly(path, (row.line, what)))?,
                None => None,
            };
            if let Some(why) = dead {
                let names = specs.iter().map(|spec| spec.name.clone());
                self.loaded.dead.push(DeadRow {
                    table: name.to_owned(),
                    file: shown(path),
                    line: row.line,
                    why,
                    cells: names.zip(cells).collect(),
                });
            } else {
                lines.push(row.line);
                good.push(cells);
            }
        }
        Ok((lines, good, unread))
    }
}

/// Rows with their lines, and remarks about others.
type Alive = (Vec<usize>, Vec<Vec<String>>, Vec<Remark>);

/// Whether a row is that of the columns' names.
fn is_header(row: &Row, columns: &[ColumnSpec]) -> bool {
    let names = columns.iter().map(|spec| spec.name.as_str());
    let cells = row.cells.as_ref().map(|cells| cells.iter());
    cells.is_ok_and(|cells| cells.map(String::as_str).eq(names))
}

/// The columns of a row of names, each as it is described.
fn columns(
    names: &[String],
    described: Description,
) -> Result<(Vec<ColumnSpec>, Vec<Remark>), String> {
    let names: Vec<String> = names.iter().map(|name| name.trim().to_owned()).collect();
    different(names.iter().map(String::as_str))?;
    different(described.columns.iter().map(|spec| spec.name.as_str()))?;
    let mut by_name: BTreeMap<String, ColumnSpec> = BTreeMap::new();
    for spec in described.columns {
        by_name.insert(spec.name.clone(), spec);
    }
    let specs = names.into_iter().map(|name| {
        by_name.remove(&name).unwrap_or(ColumnSpec {
            name,
            kind: ColumnKind::String,
            key: false,
            repeated: false,
            mapped: None,
        })
    });
    let specs = specs.collect();
    let absent = by_name.into_keys();
    let remarks = absent.map(|name| (1, format!("the described column `{name}` is not there")));
    Ok((specs, remarks.collect()))
}

/// That no two columns have one name; those without one count for nothing.
fn different<'n>(names: impl Iterator<Item = &'n str>) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for name in names.filter(|name| !name.is_empty()) {
        if !seen.insert(name) {
            return Err(format!("the column `{name}` is there twice"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
