//! How long files and functions may be.
//!
//! Lines are those of the file on disk, tests included. A file whose first line
//! holds `@generated` is a table that nobody reads from top to bottom; it is
//! exempt. Functions in test code may be long: a table of cases is.

use super::Outcome;
use super::finding::Finding;
use super::source::{Source, block_end, line_of, occurrences};
use super::tree::Tree;

const FILE_LINES_MAX: usize = 1_000;
const MEDIAN_LINES_MAX: usize = 250;
const FUNCTION_LINES_MAX: usize = 100;
/// What a function should keep to; more is counted, not refused.
const FUNCTION_LINES_GOOD: usize = 70;
const LARGEST_SHOWN: usize = 5;

/// Checks files, their median, and functions.
pub fn check(tree: &Tree) -> Outcome {
    let sources: Vec<&Source> = tree
        .crate_sources()
        .filter(|source| !source.is_generated())
        .collect();
    let generated = tree.crate_sources().count() - sources.len();
    let mut findings = Vec::new();
    let mut lengths: Vec<(usize, &str)> = Vec::new();
    let (mut functions, mut longish) = (0, 0);
    for source in &sources {
        let lines = source.text.lines().count();
        lengths.push((lines, &source.path));
        if lines > FILE_LINES_MAX {
            let what = format!("{lines} lines, more than {FILE_LINES_MAX}");
            findings.push(Finding::new(
                &source.path,
                1,
                what,
                "split it along its ideas",
            ));
        }
    }
    for source in sources.iter().copied().chain(xtask(tree)) {
        for function in self::functions(&source.shipped) {
            functions += 1;
            longish += usize::from(function.lines > FUNCTION_LINES_GOOD);
            if function.lines > FUNCTION_LINES_MAX {
                let what = format!(
                    "fn {} has {} lines, more than {FUNCTION_LINES_MAX}",
                    function.name, function.lines
                );
                findings.push(Finding::new(
                    &source.path,
                    function.line,
                    what,
                    "split it into steps that have names",
                ));
            }
        }
    }
    let median = median(&lengths);
    if median > MEDIAN_LINES_MAX {
        let what = format!("the median file has {median} lines, more than {MEDIAN_LINES_MAX}");
        findings.push(Finding::new("crates", 1, what, "split the long half"));
    }
    let total: usize = lengths.iter().map(|(lines, _)| lines).sum();
    lengths.sort_unstable_by(|a, b| b.cmp(a));
    let largest = lengths
        .iter()
        .take(LARGEST_SHOWN)
        .map(|(lines, path)| format!("  {lines:5}  {path}"));
    let mut figures = vec!["largest files:".to_owned()];
    figures.extend(largest);
    figures.push(format!(
        "functions over {FUNCTION_LINES_GOOD} lines: {longish} of {functions}"
    ));
    let checked = format!(
        "{} files and {generated} generated, {total} lines, median {median}, {functions} functions",
        sources.len()
    );
    Outcome {
        findings,
        checked,
        figures,
    }
}

fn xtask(tree: &Tree) -> impl Iterator<Item = &Source> {
    tree.sources
        .iter()
        .filter(|source| source.path.starts_with("xtask/src/"))
}

fn median(lengths: &[(usize, &str)]) -> usize {
    let mut lines: Vec<usize> = lengths.iter().map(|(lines, _)| *lines).collect();
    lines.sort_unstable();
    lines.get(lines.len() / 2).copied().unwrap_or(0)
}

struct Function {
    name: String,
    line: usize,
    lines: usize,
}

/// The functions with a body, by counting braces.
fn functions(code: &str) -> Vec<Function> {
    let mut functions = Vec::new();
    for start in occurrences(code, "fn") {
        let head = &code[start + 2..];
        let name: String = head
            .trim_start()
            .chars()
            .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
            .collect();
        // `fn(u8) -> u8` is a type.
        if name.is_empty() || head.starts_with('(') {
            continue;
        }
        if let Some(open) = body(code, start) {
            let end = block_end(code, open);
            let line = line_of(code, start);
            functions.push(Function {
                name,
                line,
                lines: line_of(code, end) + 1 - line,
            });
        }
    }
    functions
}

/// The opening brace of the function at `start`; `None` for a mere signature.
fn body(code: &str, start: usize) -> Option<usize> {
    let mut nested = 0_usize;
    for (place, byte) in code.bytes().enumerate().skip(start) {
        match byte {
            b'(' | b'[' => nested += 1,
            b')' | b']' => nested = nested.saturating_sub(1),
            b';' if nested == 0 => return None,
            b'{' if nested == 0 => return Some(place),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        check(&Tree::of(&[(path, text)]))
            .findings
            .into_iter()
            .map(|finding| finding.what)
            .collect()
    }

    #[test]
    fn a_long_file_is_found_unless_generated() {
        let long = "//! x\n".repeat(1_001);
        assert_eq!(
            found("crates/a/src/x.rs", &long).len(),
            2,
            "the file, and with it the median"
        );
        assert!(found("crates/a/src/x.rs", &"//! x\n".repeat(250)).is_empty());
        assert!(
            found(
                "crates/a/src/x.rs",
                &format!("// @generated - table\n{long}")
            )
            .is_empty()
        );
        assert!(found("crates/a/tests/x.rs", &long).is_empty());
    }

    #[test]
    fn the_median_is_held() {
        let long = "//! x\n".repeat(251);
        assert_eq!(
            found("crates/a/src/x.rs", &long),
            ["the median file has 251 lines, more than 250"]
        );
    }

    #[test]
    fn a_long_function_is_found() {
        let body = "    let _ = [0; { 1 }];\n".repeat(99);
        let text = format!(
            "//! x\ntrait T {{ fn s(f: fn(u8) -> u8) -> [u8; 3]; }}\nfn long() {{\n{body}}}\n"
        );
        assert_eq!(
            found("crates/a/src/x.rs", &text),
            ["fn long has 101 lines, more than 100"]
        );
        let text = format!("fn fits() {{\n{}}}\n", "    // }\n".repeat(98));
        assert!(found("crates/a/src/x.rs", &text).is_empty());
        let text = format!("#[cfg(test)]\nmod tests {{ fn cases() {{\n{body}}} }}\n");
        assert!(found("crates/a/src/x.rs", &text).is_empty());
    }

    #[test]
    fn long_but_allowed_functions_are_counted() {
        let text = format!("fn a() {{\n{}}}\nfn b() {{}}\n", "    x();\n".repeat(75));
        let outcome = check(&Tree::of(&[("crates/a/src/x.rs", &text)]));
        assert!(outcome.findings.is_empty());
        assert!(
            outcome
                .figures
                .contains(&"functions over 70 lines: 1 of 2".to_owned())
        );
    }
}
