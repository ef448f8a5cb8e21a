//! The tuning tables of the pack: none of them loses a detection, and each row
//! of them is there for a test.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use yaral_compiler::Options;
use yaral_harness::suite::{self, How, World};
use yaral_ir::lists::{List, ListKind};
use yaral_ir::tables::Table;
use yaral_runtime::load_tables;

use super::{as_of, folder, names, options, yaral};

/// Every table with the rows of the pack and those of the recorded lab.
fn union(into: &Path) {
    let folders = [folder().join("tables"), folder().join("examples/tables")];
    let all: BTreeSet<String> = folders.iter().flat_map(|at| names(at, ".csv")).collect();
    assert!(!all.is_empty());
    for name in all {
        let mut text = String::new();
        let mut header = None;
        for at in &folders {
            let Ok(own) = fs::read_to_string(at.join(format!("{name}.csv"))) else {
                continue;
            };
            let (first, rows) = own.split_once('\n').unwrap();
            let header = header.get_or_insert_with(|| first.to_owned());
            assert_eq!(header, first, "{name}: the columns differ");
            text += rows;
        }
        text = format!("{}\n{text}", header.unwrap());
        fs::write(into.join(format!("{name}.csv")), text).unwrap();
        let described = folders.iter().map(|at| at.join(format!("{name}.yaml")));
        let described = described.clone().find(|path| path.exists());
        fs::copy(described.unwrap(), into.join(format!("{name}.yaml"))).unwrap();
    }
}

#[test]
fn no_table_loses_a_detection() {
    let tables = tempfile::tempdir().unwrap();
    union(tables.path());
    let tables = tables.path().to_str().unwrap();
    let words = [
        "test",
        "rules/t1552_007/kubernetes",
        "rules/t1552_007/host",
        "rules/t1552_007/network",
        "rules/t1552_007/secops",
        "rules/t1552_007/tools",
        "--lowered",
        "--tables",
        tables,
        "--shuffle",
        "0",
        "--format",
        "json",
    ];
    let ran = yaral(&words);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let mut lost = Vec::new();
    for file in report["files"].as_array().unwrap() {
        for test in file["tests"].as_array().map_or(&[][..], Vec::as_slice) {
            if test["verdict"] == "fail" {
                lost.push(format!(
                    "{}: {}: {}",
                    file["file"], test["name"], test["why"]
                ));
            }
        }
    }
    assert!(lost.is_empty(), "\n{}\n", lost.join("\n"));
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(report["summary"]["tests"].as_u64() > Some(3_000));
}

/// The folder of a test file and what its rules are compiled with.
struct Here {
    folder: PathBuf,
    options: Options,
    /// Read in place of the file of its name.
    instead: Option<Arc<Table>>,
}

impl World for Here {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        fs::read(self.folder.join(path)).map_err(|why| format!("{path}: {why}"))
    }

    fn table(&self, name: &str, path: &str) -> Result<Table, String> {
        let place = self.folder.join(path);
        let instead = self.instead.iter();
        let mut instead = instead.filter(|table| path.ends_with(&example(&table.name)));
        if let Some(table) = instead.next() {
            return Ok(Table::clone(table));
        }
        let loaded = load_tables(place.parent().unwrap(), as_of());
        let mut tables = loaded.map_err(|why| why.to_string())?.tables;
        let stem = place.file_stem().and_then(|stem| stem.to_str()).unwrap();
        let table = tables.remove(stem).ok_or_else(|| format!("{path}?"))?;
        Ok(Table {
            name: name.to_owned(),
            ..(*table).clone()
        })
    }

    fn options(&self) -> &Options {
        &self.options
    }
}

impl Here {
    /// The verdicts of the tests that are chosen by name.
    fn run(&self, tests: &Tests, only: &dyn Fn(&str) -> bool) -> Vec<(String, suite::Verdict)> {
        let how = How {
            only,
            orders: None,
            coverage: false,
            mutate: false,
            lowered: false,
        };
        let report = suite::run(&tests.text, &tests.sibling, self, how).unwrap();
        let tests = report.tests.into_iter();
        tests.map(|test| (test.name, test.verdict)).collect()
    }

    /// Whether a test fails without what is said here of a row or an entry. Those
    /// that have most words of it in their names are tried first.
    fn notices(&self, tests: &Tests, gone: &str) -> bool {
        let gone: BTreeSet<&str> = words(gone).collect();
        let score = |name: &str| words(name).filter(|word| gone.contains(word)).count();
        let most = tests.names.iter().map(|name| score(name)).max();
        let fails = |only: &dyn Fn(&str) -> bool| {
            let verdicts = self.run(tests, only).into_iter();
            let mut verdicts = verdicts.map(|(_, verdict)| verdict);
            verdicts.any(|verdict| verdict == suite::Verdict::Failed)
        };
        fails(&|name| Some(score(name)) == most) || fails(&|name| Some(score(name)) != most)
    }
}

/// The words of a text, whatever stands between them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty())
}

/// The tests of a list or a table.
struct Tests {
    text: String,
    sibling: String,
    names: Vec<String>,
}

/// The table without one of its rows.
fn without(table: &Table, row: usize) -> Table {
    let specs = table.columns.iter().map(|column| column.spec.clone());
    let rows = table.rows.iter().enumerate();
    let rows = rows.filter(|(place, _)| *place != row);
    let rows = rows.map(|(_, cells)| cells.to_vec());
    let (made, errors) = Table::new(&table.name, specs.collect(), rows);
    assert_eq!(errors, []);
    made
}

/// The ending of a list's file.
fn ending(kind: ListKind) -> &'static str {
    match kind {
        ListKind::String => "txt",
        ListKind::Regex => "regex",
        ListKind::Cidr => "cidr",
    }
}

/// The tests of a list or a table of the pack, under `tuning/`; they pass.
fn tests_of(here: &Here, name: &str) -> Option<Tests> {
    let mut tests = Tests {
        text: fs::read_to_string(here.folder.join(format!("{name}.test.yaml"))).ok()?,
        sibling: name.to_owned(),
        names: Vec::new(),
    };
    for (test, verdict) in here.run(&tests, &|_| true) {
        assert_eq!(verdict, suite::Verdict::Passed, "{name}: {test}");
        tests.names.push(test);
    }
    Some(tests)
}

/// A row or an entry that no test needs is a hole in a rule that nobody looks
/// through.
#[test]
fn every_row_and_entry_is_needed_by_a_test() {
    let mut here = Here {
        folder: folder().join("tuning"),
        options: options(),
        instead: None,
    };
    let mut wrong = Vec::new();
    let mut removed = 0;
    for (name, table) in here.options.tables.clone() {
        let Some(tests) = tests_of(&here, &name) else {
            wrong.push(format!("tuning/{name}.test.yaml: there is none"));
            continue;
        };
        for (row, cells) in table.rows.iter().enumerate() {
            let less = Arc::new(without(&table, row));
            here.options.tables.insert(name.clone(), less);
            removed += 1;
            let cells = cells.join(",");
            if !here.notices(&tests, &cells) {
                wrong.push(format!("tables/{name}.csv: {cells}"));
            }
        }
        here.options.tables.insert(name, table);
    }
    for (name, list) in here.options.lists.clone() {
        let Some(tests) = tests_of(&here, &name) else {
            wrong.push(format!("tuning/{name}.test.yaml: there is none"));
            continue;
        };
        let path = format!("lists/{name}.{}", ending(list.kind()));
        let lines = fs::read_to_string(folder().join(&path)).unwrap();
        let lines: Vec<&str> = lines.lines().collect();
        for (line, what) in lines.iter().enumerate() {
            if what.trim().is_empty() || what.starts_with("//") {
                continue;
            }
            let kept = [&lines[..line], &lines[line + 1..]].concat().join("\n");
            let (less, errors) = List::parse(&name, list.kind(), &kept);
            assert_eq!(errors, []);
            here.options.lists.insert(name.clone(), Arc::new(less));
            removed += 1;
            if !here.notices(&tests, what) {
                wrong.push(format!("{path}: {what}"));
            }
        }
        here.options.lists.insert(name, list);
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    assert!(removed > 100, "{removed}");
}

/// How tests name a table of the recorded lab.
fn example(name: &str) -> String {
    format!("examples/tables/{name}.csv")
}

/// Every test file that names a table of the recorded lab, with those of its tests
/// that do.
fn naming(table: &str) -> Vec<(PathBuf, Tests)> {
    let mut all = Vec::new();
    for group in ["kubernetes", "host", "network", "tuning"] {
        let folder = folder().join(group);
        for name in names(&folder, ".test.yaml") {
            let text = fs::read_to_string(folder.join(format!("{name}.test.yaml"))).unwrap();
            if !text.contains(&example(table)) {
                continue;
            }
            let file: Value = serde_saphyr::from_str(&text).unwrap();
            let tests = file["tests"].as_array().unwrap().iter();
            let tests = tests.filter(|test| {
                let own = [&test["tables"], &file["tables"]];
                own.iter().any(|tables| {
                    tables[table]
                        .as_str()
                        .is_some_and(|path| path.ends_with(&example(table)))
                })
            });
            let tests = Tests {
                names: tests
                    .map(|test| test["name"].as_str().unwrap().to_owned())
                    .collect(),
                sibling: format!("{name}.yaral"),
                text,
            };
            all.push((folder.clone(), tests));
        }
    }
    all
}

/// The rows of the recorded lab as well: an example that no rule needs is a bad one.
#[test]
fn every_row_of_the_examples_is_needed_by_a_test() {
    let folder = folder().join("examples/tables");
    let loaded = load_tables(&folder, as_of()).unwrap();
    let mut wrong = Vec::new();
    for (name, table) in &loaded.tables {
        let files = naming(name);
        // Rows of the pack stand in its own table, too, and are tested there.
        let shipped = options().tables.remove(name);
        let shipped = |cells: &[String]| {
            let rows = shipped.iter().flat_map(|table| &table.rows);
            rows.into_iter().any(|own| own[..] == *cells)
        };
        let rows = table.rows.iter().enumerate();
        for (row, cells) in rows.filter(|(_, cells)| !shipped(cells)) {
            let less = Arc::new(without(table, row));
            let needed = files.iter().any(|(folder, tests)| {
                let here = Here {
                    folder: folder.clone(),
                    options: options(),
                    instead: Some(Arc::clone(&less)),
                };
                let ran = here.run(tests, &|test| tests.names.iter().any(|name| name == test));
                ran.iter()
                    .any(|(_, verdict)| *verdict == suite::Verdict::Failed)
            });
            if !needed {
                wrong.push(format!("examples/tables/{name}.csv: {}", cells.join(",")));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
