//! Texts that do not belong into the repository: paths of one machine, and the
//! address of a registry.

use super::Outcome;
use super::finding::Finding;
use super::source::{line_of, occurrences};
use super::tree::{Entry, Tree, has_extension};

/// Text, and what to do about it. Compared without regard to case.
const FORBIDDEN: &[(&str, &str)] = &[
    ("/root/", LOCAL),
    ("/users/", LOCAL),
    ("/work/", LOCAL),
    ("index.crates.io", HOST),
];

const LOCAL: &str = "use a path relative to the repository, or a variable";
const HOST: &str = "name no registry: Cargo knows its own";

/// Where a text may stand after all: the start of the path, the text, why.
const EXEMPT: &[(&str, &str, &str)] = &[
    ("xtask/src/tidy/words.rs", "", "the table itself"),
    (
        "samples/",
        "/root/",
        "recorded logs name the files of the recorded host",
    ),
    (
        "crates/normalize/tests/",
        "/root/",
        "recorded logs name the files of the recorded host",
    ),
    (
        "rules/",
        "/users/",
        "recorded clusters have API paths of users",
    ),
    (
        "rules/",
        "/root/",
        "rules and their telemetry name files of the watched host",
    ),
    (
        "docs/rules/t1552_007/",
        "/root/",
        "pages of rules say which files of the watched host they look at",
    ),
];

/// Looks through every text file that is or would be committed.
pub fn check(tree: &Tree) -> Outcome {
    let texts = tree.files.iter().filter(|file| file.text.is_some());
    let findings = texts.clone().flat_map(find).collect();
    Outcome {
        findings,
        checked: format!("{} texts", texts.count()),
        figures: Vec::new(),
    }
}

fn find(file: &Entry) -> Vec<Finding> {
    let text = file.text.as_deref().unwrap_or_default().to_lowercase();
    let mut findings = Vec::new();
    for (word, instead) in FORBIDDEN {
        // The tools write their own lock files.
        let locked = *instead == HOST && has_extension(&file.path, "lock");
        if locked || is_exempt(&file.path, word) {
            continue;
        }
        for place in occurrences(&text, word) {
            let what = format!("`{word}` does not belong into the repository");
            findings.push(Finding::new(
                &file.path,
                line_of(&text, place),
                what,
                *instead,
            ));
        }
    }
    findings
}

fn is_exempt(path: &str, word: &str) -> bool {
    EXEMPT
        .iter()
        .any(|(start, only, _)| path.starts_with(start) && (only.is_empty() || only == &word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        check(&Tree::of(&[(path, text)]))
            .findings
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn every_text_is_seen_to_be_refused() {
        for (word, _) in FORBIDDEN {
            let text = format!("fine\nhere is {} twice\n", word.to_uppercase());
            let found = found("docs/x.md", &text);
            assert_eq!(found.len(), 1, "{word}");
            assert!(found[0].starts_with("docs/x.md:2: "), "{found:?}");
        }
    }

    #[test]
    fn other_texts_and_exemptions_pass() {
        assert!(found("docs/x.md", "framework/work /tmp/x /home/x crates.io").is_empty());
        assert!(found("Cargo.lock", "sparse+https://index.crates.io/").is_empty());
        assert!(found("samples/x.log", "/root/.kube/config").is_empty());
        assert_eq!(found("samples/x.log", "/work/x").len(), 1);
    }
}
