//! What `write_row` writes: data tables that grow with the detections.
//!
//! Only detections that stand write. A row takes the place of the one with the
//! same key; columns that a rule does not name keep what they held. A table
//! that was not loaded is made, with columns of strings and no key, and then a
//! row is written unless an equal one is there.
//!
//! Tables go to a folder of their own, in the form in which they are read:
//! `NAME.csv` and `NAME.yaml`, each put in its place whole. Cells are written
//! as they are. A cell that a spreadsheet would take for a formula is quoted
//! and not changed: what a rule wrote must be what the next run looks up.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use yaral_engine::{Detection, Status};
use yaral_ir::limits::TABLE_ROWS_MAX;
use yaral_ir::plan::Plan;
use yaral_ir::source::{Export, Exported};
use yaral_ir::tables::{ColumnKind, ColumnSpec, Table};
use yaral_ir::value::Value;

use crate::limits::{EXPORT_ROWS_MAX, EXPORT_RULES_MAX, TABLE_CELL_BYTES_MAX};
use crate::tables::csv;

/// The tables that rules write into.
#[derive(Debug, Default)]
pub struct Exports {
    tables: BTreeMap<String, Growing>,
    /// Rows written by each rule, by its position in the engine.
    by_rule: BTreeMap<usize, u64>,
    /// Rows that were not written because of [`EXPORT_ROWS_MAX`].
    pub cut: u64,
    /// Rows that their table cannot hold.
    pub refused: u64,
    /// Why, for the first of them.
    pub first_refused: Option<String>,
}

/// A table with the rows that were written so far.
#[derive(Debug)]
struct Growing {
    specs: Vec<ColumnSpec>,
    rows: Vec<Vec<String>>,
    /// Where the row of a key stands.
    by_key: BTreeMap<Vec<String>, usize>,
    /// The rules that write into it.
    writers: BTreeSet<usize>,
    /// Rows that rules have written.
    written: u64,
}

/// A table as it was put into a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The file of its rows.
    pub path: PathBuf,
    /// Rows that rules have written.
    pub written: u64,
    /// Rows that it has now.
    pub rows: usize,
}

impl Exports {
    /// The tables that these rules write into, as they were loaded.
    #[must_use]
    pub fn new(rules: &[Plan], loaded: &BTreeMap<String, Arc<Table>>) -> Self {
        let mut exports = Exports::default();
        for (rule, plan) in rules.iter().enumerate() {
            for export in &plan.exports {
                let table = exports.tables.entry(export.table.clone());
                let table = table.or_insert_with(|| Growing::of(loaded.get(&export.table)));
                table.writers.insert(rule);
                if !loaded.contains_key(&export.table) {
                    table.add_columns(export);
                }
            }
        }
        exports
    }

    /// Whether some rule writes at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// How many rows were written.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.tables.values().map(|table| table.written).sum()
    }

    /// Tables that more rules write into than [`EXPORT_RULES_MAX`], each with
    /// their number.
    #[must_use]
    pub fn crowded(&self) -> Vec<(String, usize)> {
        let tables = self.tables.iter();
        tables
            .map(|(name, table)| (name.clone(), table.writers.len()))
            .filter(|(_, writers)| *writers > EXPORT_RULES_MAX)
            .collect()
    }

    /// Takes in what a detection writes; `rule` is its rule.
    pub fn see(&mut self, detection: &Detection, rule: &Plan) {
        if detection.status != Status::Final {
            return;
        }
        for export in &rule.exports {
            let count = self.by_rule.entry(detection.rule).or_default();
            if *count >= EXPORT_ROWS_MAX {
                self.cut += 1;
                continue;
            }
            let Some(table) = self.tables.get_mut(&export.table) else {
                continue;
            };
            match table.write(&export.table, &cells(export, detection)) {
                Ok(()) => *count += 1,
                Err(why) => {
                    self.refused += 1;
                    let name = &export.table;
                    self.first_refused.get_or_insert(format!("%{name}: {why}"));
                }
            }
        }
    }

    /// Puts every table that was written into a folder, which is made.
    ///
    /// # Errors
    /// Those of the system; tables before the one at fault are in place.
    pub fn save(&self, folder: &Path) -> io::Result<Vec<Written>> {
        let mut saved = Vec::new();
        for (name, table) in self.tables.iter().filter(|(_, table)| table.written > 0) {
            if !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
                let what = format!("`{name}` is no name of a file");
                return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
            }
            fs::create_dir_all(folder)?;
            let path = folder.join(format!("{name}.csv"));
            // A description without its table says nothing, a table without
            // its description something else: that comes first.
            put(&folder.join(format!("{name}.yaml")), &table.yaml())?;
            put(&path, &table.csv())?;
            saved.push(Written {
                path,
                written: table.written,
                rows: table.rows.len(),
            });
        }
        Ok(saved)
    }
}

/// What a detection writes: columns with their cells.
fn cells<'e>(export: &'e Export, detection: &Detection) -> Vec<(&'e str, String)> {
    let columns = export.columns.iter();
    let cell = |what: &Exported| match what {
        Exported::Outcome(at) => value(detection.outcomes.get(*at)),
        Exported::Match(at) => value(detection.matches.get(*at)),
        Exported::Text(text) => text.clone(),
    };
    columns
        .map(|(column, what)| (column.as_str(), cell(what)))
        .collect()
}

/// A variable's value as a cell; the items of a list are joined by `|`.
fn value(variable: Option<&(String, Value<'static>)>) -> String {
    match variable {
        Some((_, Value::List(items))) => {
            let items: Vec<_> = items.iter().map(Value::text).collect();
            items.join("|")
        }
        Some((_, value)) => value.text().into_owned(),
        None => String::new(),
    }
}

/// Replaces a file by another one, never leaving half of it.
fn put(path: &Path, text: &str) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    fs::write(&part, text)?;
    fs::rename(&part, path)
}

impl Growing {
    fn of(loaded: Option<&Arc<Table>>) -> Self {
        let mut made = Growing {
            specs: Vec::new(),
            rows: Vec::new(),
            by_key: BTreeMap::new(),
            writers: BTreeSet::new(),
            written: 0,
        };
        if let Some(table) = loaded {
            made.specs = table.columns.iter().map(|c| c.spec.clone()).collect();
            made.rows = table.rows.iter().map(|row| row.to_vec()).collect();
            for (at, row) in made.rows.iter().enumerate() {
                // Of rows with one key the first is the one that look-ups see.
                made.by_key.entry(key(&made.specs, row)).or_insert(at);
            }
        }
        made
    }

    /// Gives a new table the columns that a rule writes.
    fn add_columns(&mut self, export: &Export) {
        for (name, _) in &export.columns {
            if self.specs.iter().all(|spec| spec.name != *name) {
                self.specs.push(ColumnSpec {
                    name: name.clone(),
                    kind: ColumnKind::String,
                    key: false,
                    repeated: false,
                    mapped: None,
                });
            }
        }
    }

    fn write(&mut self, table: &str, cells: &[(&str, String)]) -> Result<(), String> {
        let mut row = vec![String::new(); self.specs.len()];
        let mut named = vec![false; self.specs.len()];
        for (column, cell) in cells {
            let at = self.specs.iter().position(|spec| spec.name == *column);
            let at = at.ok_or_else(|| format!("there is no column `{column}`"))?;
            if cell.len() > TABLE_CELL_BYTES_MAX {
                return Err(format!("a cell has more than {TABLE_CELL_BYTES_MAX} bytes"));
            }
            row[at].clone_from(cell);
            named[at] = true;
        }
        let (_, errors) = Table::new(table, self.specs.clone(), [row.clone()]);
        if let Some(error) = errors.into_iter().next() {
            return Err(error.message);
        }
        let key = key(&self.specs, &row);
        if let Some(old) = self.by_key.get(&key).and_then(|at| self.rows.get_mut(*at)) {
            let new = row.into_iter().zip(named);
            for (old, (new, _)) in old.iter_mut().zip(new).filter(|(_, (_, named))| *named) {
                *old = new;
            }
        } else if self.rows.len() >= TABLE_ROWS_MAX {
            return Err(format!("the table has {TABLE_ROWS_MAX} rows already"));
        } else {
            self.by_key.insert(key, self.rows.len());
            self.rows.push(row);
        }
        self.written += 1;
        Ok(())
    }

    fn csv(&self) -> String {
        let mut text = String::new();
        csv::write(&mut text, self.specs.iter().map(|spec| spec.name.as_str()));
        for row in &self.rows {
            csv::write(&mut text, row.iter().map(String::as_str));
        }
        text
    }

    fn yaml(&self) -> String {
        let mut text = "columns:\n".to_owned();
        for spec in &self.specs {
            // A JSON string is a YAML string, whatever it holds.
            let name = serde_json::Value::from(spec.name.as_str());
            let _ = writeln!(text, "- name: {name}\n  type: {}", spec.kind.name());
            for (word, said) in [("key", spec.key), ("repeated", spec.repeated)] {
                if said {
                    let _ = writeln!(text, "  {word}: true");
                }
            }
            if let Some(path) = &spec.mapped {
                let _ = writeln!(text, "  mapped: {path}");
            }
        }
        text
    }
}

/// What a row is known by: its key cells, or all where no column is a key.
fn key(specs: &[ColumnSpec], row: &[String]) -> Vec<String> {
    let none = specs.iter().all(|spec| !spec.key);
    let cells = specs.iter().zip(row);
    cells
        .filter(|(spec, _)| none || spec.key)
        .map(|(_, cell)| cell.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use yaral_compiler::Options;
    use yaral_engine::{Context, Engine};
    use yaral_udm::{Event, FieldPath, Root, ValueRef};

    use super::*;
    use crate::tables::{LoadedTables, TablesError, load_tables, now};

    fn load(folder: &Path) -> Result<LoadedTables, TablesError> {
        load_tables(folder, now())
    }

    /// A rule that writes the user and the hosts of its events.
    fn rule(name: &str) -> String {
        format!(
            "rule {name} {{ meta: author = \"a\" events: $e.principal.user.userid = $user \
             match: $user over 10m outcome: $hosts = array_distinct($e.principal.hostname) \
             condition: $e export: %seen.write_row(user: $user, hosts: $hosts) }}"
        )
    }

    /// What rules write about events with these users.
    fn run(rules: usize, tables: &BTreeMap<String, Arc<Table>>, users: &[&str]) -> Exports {
        let text: String = (0..rules).map(|at| rule(&format!("r{at}"))).collect();
        let options = Options {
            tables: tables.clone(),
            ..Options::default()
        };
        let compiled = yaral_compiler::compile(&text, &options);
        let plans: Vec<Plan> = compiled.rules.into_iter().filter_map(|r| r.plan).collect();
        assert_eq!(plans.len(), rules, "{:?}", compiled.diagnostics);
        let mut exports = Exports::new(&plans, tables);
        let mut engine = Engine::new(plans.clone());
        let mut out = Vec::new();
        let path = |path| FieldPath::resolve(Root::Event, path).unwrap();
        for (at, user) in users.iter().enumerate() {
            let mut event = Event::new(Root::Event);
            event.set(&path("principal.user.userid"), ValueRef::Str(user));
            event.set(&path("principal.hostname"), ValueRef::Str("h,1"));
            let id = at.to_string();
            let context = Context {
                event_id: &id,
                now: 0,
            };
            engine.evaluate(&event, &context, &mut out);
        }
        engine.finish(&mut out);
        for detection in &out {
            exports.see(detection, &plans[detection.rule]);
        }
        exports
    }

    #[test]
    fn what_is_written_reads_back_and_keys_update() {
        let dir = tempfile::tempdir().unwrap();
        let into = dir.path().join("out");
        let exports = run(1, &BTreeMap::new(), &["=bob", "alice", "alice"]);
        let saved = exports.save(&into).unwrap();
        assert_eq!((saved.len(), saved[0].rows, saved[0].written), (1, 2, 2));
        let text = fs::read_to_string(&saved[0].path).unwrap();
        assert_eq!(text, "user,hosts\n\"=bob\",\"h,1\"\nalice,\"h,1\"\n");
        let loaded = load(&into).unwrap();
        assert!(loaded.problems.is_empty() && loaded.ignored.is_empty());
        assert_eq!(loaded.tables["seen"].rows[0][0], "=bob");
        // Equal rows are written once; with a key the row is updated.
        let again = run(1, &loaded.tables, &["alice"]).save(&into).unwrap();
        assert_eq!((again[0].rows, again[0].written), (2, 1));
        let keyed = "columns:\n- name: user\n  key: true\n";
        fs::write(into.join("seen.yaml"), keyed).unwrap();
        fs::write(into.join("seen.csv"), "user,note,hosts\nalice,old,x\n").unwrap();
        let loaded = load(&into).unwrap();
        let exports = run(1, &loaded.tables, &["alice", "carol"]);
        exports.save(&into).unwrap();
        let text = fs::read_to_string(into.join("seen.csv")).unwrap();
        assert_eq!(text, "user,note,hosts\nalice,old,\"h,1\"\ncarol,,\"h,1\"\n");
    }

    #[test]
    fn rows_that_a_table_cannot_hold_are_counted() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("seen.csv"), "user,hosts\n").unwrap();
        let yaml = "columns:\n- name: user\n  type: number\n";
        fs::write(dir.path().join("seen.yaml"), yaml).unwrap();
        let loaded = load(dir.path()).unwrap();
        let exports = run(1, &loaded.tables, &["7", "alice"]);
        assert_eq!((exports.written(), exports.refused), (1, 1));
        assert!(exports.first_refused.unwrap().contains("alice"));
    }

    #[test]
    fn export_rules_max() {
        let crowd = |rules| run(rules, &BTreeMap::new(), &["a"]).crowded();
        assert_eq!(crowd(EXPORT_RULES_MAX), []);
        assert_eq!(crowd(EXPORT_RULES_MAX + 1), [("seen".to_owned(), 6)]);
    }

    #[test]
    fn export_rows_max() {
        let names: Vec<String> = (0..=EXPORT_ROWS_MAX).map(|at| format!("u{at}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let exports = run(1, &BTreeMap::new(), &names);
        assert_eq!((exports.written(), exports.cut), (EXPORT_ROWS_MAX, 1));
    }
}
