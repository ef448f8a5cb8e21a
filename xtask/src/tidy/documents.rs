//! ARCHITECTURE.md names every crate and says what is absent from it.
//!
//! A crate's section is the one whose heading holds `crates/NAME`; somewhere
//! below it, before the next heading of the same or a higher level, a paragraph
//! begins with `Absent:` (marks of emphasis do not matter).

use super::Outcome;
use super::finding::Finding;
use super::tree::Tree;

const PATH: &str = "ARCHITECTURE.md";

/// Checks the section of every crate.
pub fn check(tree: &Tree) -> Outcome {
    let folders = tree.crate_folders();
    let checked = format!("{} crates in {PATH}", folders.len());
    let findings = match tree.text(PATH) {
        Some(text) => folders
            .iter()
            .filter_map(|folder| missing(text, folder))
            .collect(),
        None => vec![Finding::new(
            PATH,
            1,
            "the file is missing",
            "write one section for each crate",
        )],
    };
    Outcome {
        findings,
        checked,
        figures: Vec::new(),
    }
}

fn missing(text: &str, folder: &str) -> Option<Finding> {
    let name = format!("crates/{folder}");
    let is_section =
        |line: &str| level(line) > 0 && super::source::occurrences(line, &name).next().is_some();
    let Some(start) = text.lines().position(is_section) else {
        return Some(Finding::new(
            PATH,
            1,
            format!("no heading names {name}"),
            "add a section for the crate",
        ));
    };
    let depth = text.lines().nth(start).map_or(0, level);
    let mut section = text
        .lines()
        .skip(start + 1)
        .take_while(|line| level(line) == 0 || level(line) > depth);
    if section.any(|line| {
        line.trim_start_matches(['*', '_', '-', ' '])
            .starts_with("Absent")
    }) {
        return None;
    }
    let what = format!("the section of {name} has no paragraph `Absent:`");
    Some(Finding::new(
        PATH,
        start + 1,
        what,
        "say what the crate must never know or do",
    ))
}

/// How many hashes a heading has; none for another line.
fn level(line: &str) -> usize {
    let hashes = line.len() - line.trim_start_matches('#').len();
    if line[hashes..].starts_with(' ') {
        hashes
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: Option<&str>) -> Vec<String> {
        let mut files = vec![
            ("crates/ir/src/lib.rs", "//! x"),
            ("crates/udm/src/lib.rs", "//! x"),
        ];
        files.extend(text.map(|text| (PATH, text)));
        check(&Tree::of(&files))
            .findings
            .into_iter()
            .map(|finding| finding.what)
            .collect()
    }

    #[test]
    fn every_crate_needs_a_section_that_says_what_is_absent() {
        let whole = "# A\n## `crates/ir`\ntext\n### more\n**Absent:** files.\n## `crates/udm` - events\nAbsent: rules.\n";
        assert!(found(Some(whole)).is_empty());
        let partial = "# A\n## `crates/ir`\ntext\n## Other\nAbsent: x.\n";
        assert_eq!(
            found(Some(partial)),
            [
                "the section of crates/ir has no paragraph `Absent:`",
                "no heading names crates/udm"
            ]
        );
        assert_eq!(found(None), ["the file is missing"]);
    }
}
