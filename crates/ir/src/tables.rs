//! Data tables: named columns and rows that rules look things up in, join
//! with, and write to (yara-l §10.2-10.5).
//!
//! A column has one kind, given when the table is made. `in %table.column`
//! looks a value up anywhere in the column, so each column is a reference list
//! too; `$e.field = %table.column` reads one row, so each row is an event
//! whose `additional` holds the cells. Cells that cannot be used are reported,
//! never dropped in silence.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use ipnet::IpNet;
use yaral_udm::{Event, FieldId, FieldPath, Root, ValueRef};

use crate::limits::{TABLE_COLUMNS_MAX, TABLE_ROWS_MAX};
use crate::lists::{List, ListKind};
use crate::regex::Pattern;
use crate::types::Type;

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnKind {
    /// Exact strings.
    String,
    /// Unanchored regular expressions.
    Regex,
    /// IP ranges.
    Cidr,
    /// Numbers.
    Number,
}

impl ColumnKind {
    /// The kind that a word stands for, in any case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let kinds = [Self::String, Self::Regex, Self::Cidr, Self::Number];
        kinds
            .into_iter()
            .find(|kind| kind.name().eq_ignore_ascii_case(name))
    }

    /// The word for messages and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ColumnKind::String => "string",
            ColumnKind::Regex => "regex",
            ColumnKind::Cidr => "cidr",
            ColumnKind::Number => "number",
        }
    }

    /// The kind of list that the column is for `in`; numbers are looked up as
    /// they are written.
    #[must_use]
    pub fn list_kind(self) -> ListKind {
        match self {
            ColumnKind::String | ColumnKind::Number => ListKind::String,
            ColumnKind::Regex => ListKind::Regex,
            ColumnKind::Cidr => ListKind::Cidr,
        }
    }
}

/// What a table file says of a column.
#[derive(Clone, Debug)]
pub struct ColumnSpec {
    /// Its name.
    pub name: String,
    /// What its cells are.
    pub kind: ColumnKind,
    /// Whether it is part of the key that `write_row` updates by.
    pub key: bool,
    /// Whether a cell holds several values, separated by `|`.
    pub repeated: bool,
    /// The entity field that graph edits read the cell as.
    pub mapped: Option<FieldPath>,
}

/// A column, ready for look-ups.
#[derive(Clone, Debug)]
pub struct Column {
    /// What the table's file says of it.
    pub spec: ColumnSpec,
    /// All its cells, as a reference list under the name `table.column`.
    pub list: Arc<List>,
    /// The type of a cell: a float column may hold integers only.
    pub ty: Type,
    /// For a regex column its cells' patterns by their text, with and without case.
    /// Most rules look up by `list`, so they are made when first asked for.
    patterns: BTreeMap<String, OnceLock<Option<(Pattern, Pattern)>>>,
}

impl Column {
    /// Whether a text is matched by the pattern that a cell holds; a cell that
    /// is no pattern of this column matches nothing.
    #[must_use]
    pub fn matches(&self, cell: &str, text: &str, nocase: bool) -> bool {
        let Some(slot) = self.patterns.get(cell) else {
            return false;
        };
        let made = slot.get_or_init(|| {
            let plain = Pattern::new(cell, false).ok()?;
            Some((plain, Pattern::new(cell, true).ok()?))
        });
        made.as_ref().is_some_and(|(plain, folded)| {
            if nocase {
                folded.is_match(text)
            } else {
                plain.is_match(text)
            }
        })
    }

    /// The values of a cell: one, or several of a repeated column.
    pub fn values<'c>(&self, cell: &'c str) -> impl Iterator<Item = &'c str> + use<'c> {
        self.spec.values(cell)
    }
}

impl ColumnSpec {
    /// The values of a cell: one, or several of a repeated column.
    pub fn values<'c>(&self, cell: &'c str) -> impl Iterator<Item = &'c str> + use<'c> {
        let repeated = self.repeated;
        let mut rest = Some(cell);
        std::iter::from_fn(move || {
            let cell = rest?;
            let (first, others) = match cell.split_once('|') {
                Some((first, others)) if repeated => (first, Some(others)),
                _ => (cell, None),
            };
            rest = others;
            Some(first)
        })
    }
}

/// A data table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name, without `%`.
    pub name: String,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// Its rows; each has a cell for every column.
    pub rows: Vec<Box<[String]>>,
}

/// A cell or row of a table that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableError {
    /// The row, counted from 1; 0 for the table as a whole.
    pub row: usize,
    /// Why.
    pub message: String,
}

impl Table {
    /// Makes a table. A row that lacks cells gets empty ones; one with more,
    /// and one with a cell that its column cannot hold, is left out.
    #[must_use]
    pub fn new(
        name: &str,
        mut specs: Vec<ColumnSpec>,
        rows: impl IntoIterator<Item = Vec<String>>,
    ) -> (Self, Vec<TableError>) {
        let mut errors = Vec::new();
        if specs.len() > TABLE_COLUMNS_MAX {
            errors.push(TableError {
                row: 0,
                message: format!(
                    "the table has more than {TABLE_COLUMNS_MAX} columns; those beyond are left out"
                ),
            });
            specs.truncate(TABLE_COLUMNS_MAX);
        }
        let mut kept: Vec<Box<[String]>> = Vec::new();
        for (at, mut row) in rows.into_iter().enumerate() {
            if kept.len() >= TABLE_ROWS_MAX {
                let message = format!(
                    "the table has more than {TABLE_ROWS_MAX} rows; those beyond are left out"
                );
                errors.push(TableError {
                    row: at + 1,
                    message,
                });
                break;
            }
            match fits(&specs, &mut row) {
                Ok(()) => kept.push(row.into()),
                Err(message) => errors.push(TableError {
                    row: at + 1,
                    message,
                }),
            }
        }
        let columns = specs.into_iter().enumerate();
        let columns = columns
            .map(|(at, spec)| column(name, spec, at, &kept))
            .collect();
        let table = Table {
            name: name.to_owned(),
            columns,
            rows: kept,
        };
        (table, errors)
    }

    /// The position of a column.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns
            .iter()
            .position(|column| column.spec.name == name)
    }

    /// The row as an event whose `additional` holds the cells under their
    /// columns' names; of number columns as numbers. A row that there is not
    /// is an empty event.
    #[must_use]
    pub fn row_event(&self, row: usize) -> Event {
        let mut event = Event::new(Root::Event);
        let path = FieldPath::from_steps(Root::Event, [FieldId::UDM_ADDITIONAL]);
        let cells = self.rows.get(row).into_iter().flatten();
        for (column, cell) in self.columns.iter().zip(cells) {
            let value = match column.ty {
                Type::Int => ValueRef::Int(cell.parse().unwrap_or(0)),
                Type::Float => ValueRef::Float(cell.parse().unwrap_or(0.0)),
                _ => ValueRef::Str(cell),
            };
            event.set_key(&path, &column.spec.name, value);
        }
        event
    }

    /// The id of a row: its table and its number, in an order of texts that is
    /// that of the rows.
    #[must_use]
    pub fn row_id(&self, row: usize) -> String {
        format!("%{}:{:08}", self.name, row + 1)
    }
}

/// Whether a row can stand in the table; cells that it lacks are added.
fn fits(specs: &[ColumnSpec], row: &mut Vec<String>) -> Result<(), String> {
    if row.len() > specs.len() {
        return Err(format!(
            "the row has {} cells, the table {} columns",
            row.len(),
            specs.len()
        ));
    }
    row.resize(specs.len(), String::new());
    for (spec, cell) in specs.iter().zip(row.iter()) {
        if cell.is_empty() {
            continue;
        }
        let usable = match spec.kind {
            ColumnKind::String => true,
            ColumnKind::Regex => Pattern::new(cell, false).is_ok(),
            ColumnKind::Cidr => {
                cell.parse::<IpNet>().is_ok() || cell.parse::<std::net::IpAddr>().is_ok()
            }
            ColumnKind::Number => cell.parse::<f64>().is_ok_and(f64::is_finite),
        };
        if !usable {
            return Err(format!(
                "`{cell}` is not what the {} column `{}` holds",
                spec.kind.name(),
                spec.name
            ));
        }
    }
    Ok(())
}

fn column(table: &str, spec: ColumnSpec, at: usize, rows: &[Box<[String]>]) -> Column {
    let cells = || rows.iter().filter_map(|row| row.get(at));
    let filled = || cells().filter(|cell| !cell.is_empty());
    let ty = match spec.kind {
        ColumnKind::Number if filled().all(|cell| cell.parse::<i64>().is_ok()) => Type::Int,
        ColumnKind::Number => Type::Float,
        _ => Type::Str,
    };
    let mut patterns = BTreeMap::new();
    if spec.kind == ColumnKind::Regex {
        for cell in filled() {
            patterns.entry(cell.clone()).or_default();
        }
    }
    let name = format!("{table}.{}", spec.name);
    let values = filled().flat_map(|cell| spec.values(cell));
    let list = List::of(&name, spec.kind.list_kind(), values);
    Column {
        spec,
        list: Arc::new(list),
        ty,
        patterns,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;
    use yaral_udm::NodeRef;

    fn spec(name: &str, kind: ColumnKind) -> ColumnSpec {
        ColumnSpec {
            name: name.to_owned(),
            kind,
            key: false,
            repeated: false,
            mapped: None,
        }
    }

    fn cells(row: &[&str]) -> Vec<String> {
        row.iter().map(|&cell| cell.to_owned()).collect()
    }

    #[test]
    fn each_column_is_a_list_and_each_row_an_event() {
        let specs = vec![
            spec("user", ColumnKind::String),
            spec("from", ColumnKind::Cidr),
            spec("limit", ColumnKind::Number),
            spec("path", ColumnKind::Regex),
        ];
        let rows = [
            cells(&["alice", "10.0.0.0/8", "3", "^/api/"]),
            cells(&["bob", "", "2.5"]),
            cells(&["carol", "nowhere"]),
            cells(&["dave", "", "", "", "more"]),
        ];
        let (table, errors) = Table::new("t", specs, rows);
        let at: Vec<_> = errors.iter().map(|error| error.row).collect();
        assert_eq!(at, [3, 4]);
        assert_eq!(table.rows.len(), 2);
        let [user, from, limit, path] = table.columns.as_slice() else {
            panic!("four columns")
        };
        assert!(user.list.contains(&Value::str("alice"), false));
        assert!(from.list.contains(&Value::str("10.1.2.3"), false));
        assert_eq!((limit.ty, user.ty), (Type::Float, Type::Str));
        assert!(path.matches("^/api/", "/api/v1", false));
        assert!(!path.matches("^/api/", "/API/v1", false));
        assert!(path.matches("^/api/", "/API/v1", true));
        assert!(!path.matches("no cell", "no cell", false));
        let row = table.row_event(0);
        let cell = |name| row.root().get(FieldId::UDM_ADDITIONAL)?.entry(name);
        assert_eq!(
            cell("user").map(NodeRef::value),
            Some(ValueRef::Str("alice"))
        );
        assert_eq!(
            cell("limit").map(NodeRef::value),
            Some(ValueRef::Float(3.0))
        );
        assert!(table.row_event(7).is_empty());
        assert_eq!(table.row_id(0), "%t:00000001");
    }

    #[test]
    fn repeated_cells_hold_several_values() {
        let mut of = spec("ips", ColumnKind::String);
        of.repeated = true;
        let (table, _) = Table::new("t", vec![of], [cells(&["a|b|c"])]);
        let values: Vec<_> = table.columns[0].values("a|b|c").collect();
        assert_eq!(values, ["a", "b", "c"]);
        assert!(table.columns[0].list.contains(&Value::str("b"), false));
        let (table, _) = Table::new("t", vec![spec("ip", ColumnKind::String)], []);
        assert_eq!(table.columns[0].values("a|b").collect::<Vec<_>>(), ["a|b"]);
    }

    #[test]
    fn table_columns_max() {
        let specs = (0..=TABLE_COLUMNS_MAX).map(|at| spec(&at.to_string(), ColumnKind::String));
        let (table, errors) = Table::new("t", specs.collect(), []);
        assert_eq!((table.columns.len(), errors.len()), (TABLE_COLUMNS_MAX, 1));
    }

    #[test]
    fn table_rows_max() {
        let rows = (0..=TABLE_ROWS_MAX).map(|_| Vec::new());
        let (table, errors) = Table::new("t", vec![spec("a", ColumnKind::String)], rows);
        assert_eq!((table.rows.len(), errors.len()), (TABLE_ROWS_MAX, 1));
    }
}
