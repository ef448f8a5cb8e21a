//! Every limit is in LIMITS.md, and every line there has a test that hits it.
//!
//! Limits are the public constants of the files called `limits.rs`, and those of
//! other files whose names end with `_MAX`. In LIMITS.md they stand in tables
//! with a column `Test`; a row names its constant between backquotes, and in that
//! column a test function (`name` or `module::name`) or a file of the repository
//! that is the test.

use std::collections::BTreeSet;

use super::Outcome;
use super::finding::Finding;
use super::source::{line_of, occurrences};
use super::tree::Tree;

const PATH: &str = "LIMITS.md";

/// Checks constants against the table, and the table against tests.
pub fn check(tree: &Tree) -> Outcome {
    let constants = constants(tree);
    let Some(text) = tree.text(PATH) else {
        let missing = Finding::new(
            PATH,
            1,
            "the file is missing",
            "write one row for each limit",
        );
        let checked = format!("{} constants, no {PATH}", constants.len());
        return Outcome {
            findings: vec![missing],
            checked,
            figures: Vec::new(),
        };
    };
    let mut findings = Vec::new();
    let named: BTreeSet<&str> = text.lines().flat_map(quoted).map(last_segment).collect();
    for constant in &constants {
        if !named.contains(constant.name.as_str()) {
            let what = format!("the limit {} is not in {PATH}", constant.name);
            let instead = "add a row: value, unit, source, test, what shows it";
            findings.push(Finding::new(&constant.path, constant.line, what, instead));
        }
    }
    let rows = rows(text);
    for row in &rows {
        findings.extend(check_row(tree, row));
    }
    let checked = format!("{} constants, {} rows", constants.len(), rows.len());
    Outcome {
        findings,
        checked,
        figures: Vec::new(),
    }
}

struct Constant {
    name: String,
    path: String,
    line: usize,
}

/// The public constants of the files called `limits.rs`, and those elsewhere that end with `_MAX`.
fn constants(tree: &Tree) -> Vec<Constant> {
    let mut constants = Vec::new();
    for source in tree.crate_sources() {
        let all = source.path.ends_with("/limits.rs");
        for (number, line) in source.shipped.lines().enumerate() {
            let line = line.trim_start();
            let public = line
                .strip_prefix("pub const ")
                .or_else(|| line.strip_prefix("pub(crate) const "));
            let name = public.and_then(|rest| rest.split_once(':'));
            if let Some((name, _)) =
                name.filter(|(name, _)| is_upper(name) && (all || name.ends_with("_MAX")))
            {
                constants.push(Constant {
                    name: name.trim().to_owned(),
                    path: source.path.clone(),
                    line: number + 1,
                });
            }
        }
    }
    constants
}

/// A row of a table: its line, the whole of it, and the cell below `Test`.
struct Row<'a> {
    line: usize,
    text: &'a str,
    test: Option<&'a str>,
}

fn rows(text: &str) -> Vec<Row<'_>> {
    let lines: Vec<&str> = text.lines().collect();
    let mut rows = Vec::new();
    let mut column = None;
    for (number, line) in lines.iter().enumerate() {
        let next_is_rule = lines.get(number + 1).is_some_and(|next| is_rule(next));
        if !line.starts_with('|') || is_rule(line) {
            continue;
        }
        if next_is_rule {
            column = cells(line).position(|cell| cell.to_lowercase().starts_with("test"));
            continue;
        }
        let cell = column.and_then(|column| cells(line).nth(column));
        rows.push(Row {
            line: number + 1,
            text: line,
            test: cell,
        });
    }
    rows
}

fn is_rule(line: &str) -> bool {
    line.starts_with('|')
        && line.contains('-')
        && line.chars().all(|letter| "|-: ".contains(letter))
}

fn cells(line: &str) -> impl Iterator<Item = &str> {
    line.trim().trim_matches('|').split('|').map(str::trim)
}

fn check_row(tree: &Tree, row: &Row<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in quoted(row.text)
        .map(last_segment)
        .filter(|name| is_constant(name))
    {
        let declared = tree.sources.iter().any(|source| {
            occurrences(&source.code, &format!("const {name}"))
                .next()
                .is_some()
        });
        if !declared {
            let what = format!("there is no constant {name}");
            findings.push(Finding::new(
                PATH,
                row.line,
                what,
                "rename or remove the row",
            ));
        }
    }
    let Some(cell) = row.test else {
        let what = "the row has no cell in a column `Test`";
        findings.push(Finding::new(
            PATH,
            row.line,
            what,
            "name the test that hits the limit",
        ));
        return findings;
    };
    if !quoted(cell).any(|name| is_test(tree, name)) {
        let what = format!("no test is called as the row says: {cell}");
        findings.push(Finding::new(
            PATH,
            row.line,
            what,
            "name a test function, or a file that is the test",
        ));
    }
    findings
}

/// Whether a function under test is called so, or a file lies there.
fn is_test(tree: &Tree, name: &str) -> bool {
    let function = last_segment(name).trim_end_matches("()");
    let in_tests = |source: &super::source::Source| {
        occurrences(&source.code, &format!("fn {function}")).any(|place| {
            // What the shipped text lacks is test code.
            let line = line_of(&source.code, place) - 1;
            source
                .shipped
                .lines()
                .nth(line)
                .is_none_or(|line| !line.contains(function))
        })
    };
    let named = !function.is_empty() && tree.sources.iter().any(in_tests);
    named || (name.contains('/') && tree.files.iter().any(|file| file.path == name))
}

fn is_upper(name: &str) -> bool {
    name.chars()
        .all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_')
}

fn is_constant(name: &str) -> bool {
    name.contains('_') && is_upper(name)
}

/// The texts between backquotes.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

fn last_segment(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: &str = "//! x\n/// Rows.\npub const ROWS_MAX: usize = 3;\nconst INNER: u8 = 1;\n";
    const TEST: &str = "#[test]\nfn rows_are_cut() {}\n";

    fn found(table: Option<&str>) -> Vec<String> {
        let mut files = vec![
            ("crates/ir/src/limits.rs", LIMITS),
            ("crates/ir/tests/limits.rs", TEST),
            (
                "crates/ir/src/x.rs",
                "//! x\nfn shipped() {}\n#[cfg(test)]\nmod tests {\n    fn inner() {}\n}\n",
            ),
        ];
        files.extend(table.map(|table| (PATH, table)));
        check(&Tree::of(&files))
            .findings
            .into_iter()
            .map(|finding| finding.what)
            .collect()
    }

    fn table(row: &str) -> String {
        format!("# Limits\n\n| Limit | Value | Test |\n|---|--:|---|\n{row}\n")
    }

    #[test]
    fn a_complete_table_passes() {
        for test in [
            "rows_are_cut",
            "limits::rows_are_cut",
            "inner",
            "crates/ir/tests/limits.rs",
        ] {
            assert!(
                found(Some(&table(&format!("| `ROWS_MAX` | 3 | `{test}` |")))).is_empty(),
                "{test}"
            );
        }
    }

    #[test]
    fn limits_in_other_files_are_found_by_their_name() {
        let text =
            "//! x\npub const DEEP_MAX: u8 = 1;\npub const OTHER: u8 = 1;\nconst IN_MAX: u8 = 1;\n";
        let tree = Tree::of(&[("crates/ir/src/x.rs", text)]);
        let names: Vec<String> = constants(&tree)
            .into_iter()
            .map(|constant| constant.name)
            .collect();
        assert_eq!(names, ["DEEP_MAX"]);
    }

    #[test]
    fn gaps_are_found() {
        assert_eq!(found(None), ["the file is missing"]);
        assert_eq!(
            found(Some("# Limits\n")),
            ["the limit ROWS_MAX is not in LIMITS.md"]
        );
        assert_eq!(
            found(Some(&table("| `ROWS_MAX` | 3 | `rows_are_lost` |"))),
            ["no test is called as the row says: `rows_are_lost`"]
        );
        assert_eq!(
            found(Some(&table("| `ROWS_MAX` | 3 | `shipped` |"))),
            ["no test is called as the row says: `shipped`"]
        );
        assert_eq!(
            found(Some(&table("| `ROWS_MAX`, `OLD_MAX` | 3 | `inner` |"))),
            ["there is no constant OLD_MAX"]
        );
        let without = "| Limit | Value |\n|---|---|\n| `ROWS_MAX` | 3 |\n";
        assert_eq!(
            found(Some(without)),
            ["the row has no cell in a column `Test`"]
        );
    }
}
