//! The files every visitor looks for are there, and no file is a burden.

use super::Outcome;
use super::finding::Finding;
use super::tree::Tree;

/// A file and a text that shows it is what its name says.
const PRESENT: &[(&str, &str)] = &[
    ("ARCHITECTURE.md", "# "),
    ("CHANGELOG.md", "## Unreleased"),
    ("CONTRIBUTING.md", "cargo xtask tidy"),
    ("DESIGN.md", "# "),
    ("GLOSSARY.md", "event variable"),
    ("LICENSE", "Apache License"),
    ("LIMITS.md", "# "),
    ("NOTICE", "backstory"),
    ("README.md", "cargo test --workspace"),
    ("SECURITY.md", "report"),
    ("deny.toml", "[licenses]"),
    (".ci/run", "set -euo pipefail"),
    (".github/workflows/ci.yml", ".ci/run"),
];

const FILE_BYTES_MAX: u64 = 1 << 20;

/// Larger files that are worth their weight: the path and why.
const HEAVY: &[(&str, &str)] = &[];

/// Checks presence and weight.
pub fn check(tree: &Tree) -> Outcome {
    let mut findings = Vec::new();
    for (path, mark) in PRESENT {
        match tree.text(path) {
            None => findings.push(Finding::new(path, 1, "the file is missing", "write it")),
            Some(text) if !text.to_lowercase().contains(&mark.to_lowercase()) => {
                findings.push(Finding::new(
                    path,
                    1,
                    format!("it nowhere says `{mark}`"),
                    "see whether it is what it should be",
                ));
            }
            Some(_) => {}
        }
    }
    let heavy = |path: &str| HEAVY.iter().any(|(listed, _)| *listed == path);
    for file in tree
        .files
        .iter()
        .filter(|file| file.bytes > FILE_BYTES_MAX && !heavy(&file.path))
    {
        let what = format!("{} bytes, more than {FILE_BYTES_MAX}", file.bytes);
        let instead = "shrink it, generate it, or list it in xtask/src/tidy/house.rs with a reason";
        findings.push(Finding::new(&file.path, 1, what, instead));
    }
    let largest = tree.files.iter().max_by_key(|file| file.bytes);
    let figures = largest.map(|file| format!("largest file: {} ({} bytes)", file.path, file.bytes));
    let checked = format!(
        "{} documents, {} file sizes",
        PRESENT.len(),
        tree.files.len()
    );
    Outcome {
        findings,
        checked,
        figures: figures.into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_and_mistaken_files_are_found() {
        let whole: Vec<(&str, &str)> = PRESENT.to_vec();
        assert!(check(&Tree::of(&whole)).findings.is_empty());
        assert_eq!(check(&Tree::of(&whole[1..])).findings.len(), 1);
        let mut mistaken = whole.clone();
        mistaken[5].1 = "All rights reserved";
        assert_eq!(
            check(&Tree::of(&mistaken)).findings[0].what,
            "it nowhere says `Apache License`"
        );
    }

    #[test]
    fn heavy_files_are_found() {
        let heavy = "x".repeat((1 << 20) + 1);
        let mut files: Vec<(&str, &str)> = PRESENT.to_vec();
        files.push(("data.txt", &heavy));
        assert_eq!(check(&Tree::of(&files)).findings[0].path, "data.txt");
        files.pop();
        files.push(("data.txt", &heavy[1..]));
        assert!(check(&Tree::of(&files)).findings.is_empty());
    }
}
