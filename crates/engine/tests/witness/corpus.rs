//! The public rules, which are not part of this repository: `YARAL_CORPUS`
//! names a folder that holds them as `detection-rules/`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use yaral_ir::lists::{List, ListKind};
use yaral_ir::plan::Plan;

use super::hints::{LISTED, LISTED_RANGE};

#[allow(clippy::print_stderr, reason = "a skipped test says so")]
fn corpus() -> Option<PathBuf> {
    let found =
        std::env::var_os("YARAL_CORPUS").map(|root| PathBuf::from(root).join("detection-rules"));
    let found = found.filter(|path| path.is_dir());
    if found.is_none() {
        eprintln!("SKIP corpus: YARAL_CORPUS names no folder with detection-rules/");
    }
    found
}

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .expect("the corpus is readable")
        .map(|entry| entry.expect("the corpus is readable").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "yaral") {
            into.push(path);
        }
    }
}

/// The lists that a text names, with one entry each.
fn lists(text: &str) -> BTreeMap<String, Arc<List>> {
    let mut found = BTreeMap::new();
    let words: Vec<_> = text.split_whitespace().collect();
    for (at, word) in words.iter().enumerate() {
        let Some(name) = word.strip_prefix('%') else {
            continue;
        };
        let name: String = name
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        let before = words[at.saturating_sub(1)].to_lowercase();
        let (kind, entry) = match before.as_str() {
            "regex" => (ListKind::Regex, LISTED),
            "cidr" => (ListKind::Cidr, LISTED_RANGE.0),
            _ => (ListKind::String, LISTED),
        };
        found.insert(name.clone(), Arc::new(List::parse(&name, kind, entry).0));
    }
    found
}

/// The rules of the corpus that have a `match` section.
#[derive(Default)]
pub(crate) struct Rules {
    /// Those that run, by file name.
    pub(crate) plans: Vec<(String, Plan)>,
    /// How many do not, by the message that says why.
    pub(crate) refused: BTreeMap<String, usize>,
}

/// Reads and compiles the corpus; `None` if there is none.
pub(crate) fn rules() -> Option<Rules> {
    let folder = corpus()?;
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    let mut found = Rules::default();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a rule is text");
        if !text.lines().any(|line| line.trim() == "match:") {
            continue;
        }
        let options = yaral_compiler::Options {
            lists: lists(&text),
            ..yaral_compiler::Options::default()
        };
        let compiled = yaral_compiler::compile(&text, &options);
        let name = path.file_stem().expect("a name").to_string_lossy();
        if let Some(plan) = compiled.rules.into_iter().find_map(|rule| rule.plan) {
            found.plans.push((name.into_owned(), plan));
        } else {
            let first = compiled.diagnostics.iter().find(|d| d.is_error());
            let why = first.map_or(String::new(), |d| d.message.clone());
            *found.refused.entry(why).or_default() += 1;
        }
    }
    Some(found)
}
