//! A page for each rule, an index, and the figures of the README.
//! `YARAL_UPDATE=1` rewrites them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::page::marked;
use super::words::Words;
use super::{GROUPS, Shipped, index, page, report, root, shipped, update};

/// Pages that people write.
const WRITTEN: [&str; 1] = ["how.md"];

/// The page of a rule, from the folder of pages.
fn file(rule: &Shipped) -> String {
    format!("{}.md", rule.name())
}

/// A link to the page of a rule, from one of the pages.
pub(super) fn link(rule: &Shipped) -> String {
    format!("[`{}`]({})", rule.name(), file(rule))
}

#[test]
fn every_rule_has_its_page() {
    let folder = root().join("docs/rules/t1552_007");
    let rules: BTreeSet<String> = shipped().iter().map(|r| r.name().to_owned()).collect();
    let words = Words { rules: &rules };
    let mut pages = BTreeMap::new();
    pages.insert("README.md".to_owned(), index::index(shipped(), &words));
    for rule in shipped() {
        let other = pages.insert(file(rule), page::page(rule, &words));
        assert!(other.is_none(), "two rules are called {}", rule.name());
    }
    if update() {
        fs::create_dir_all(&folder).unwrap();
    }
    for name in super::names(&folder, ".md") {
        let name = format!("{name}.md");
        let known = pages.contains_key(&name) || WRITTEN.contains(&&*name);
        if !known && update() {
            fs::remove_file(folder.join(&name)).unwrap();
        }
        assert!(known || update(), "docs/rules/t1552_007/{name}: whose?");
    }
    for (name, text) in &pages {
        compare(&folder.join(name), text);
    }
    for name in WRITTEN {
        assert!(folder.join(name).exists(), "{name}");
    }
}

/// Writes the text where that is wanted, and holds the file against it.
fn compare(path: &Path, text: &str) {
    let held = fs::read_to_string(path).unwrap_or_default();
    if held != text && update() {
        fs::write(path, text).unwrap();
        return;
    }
    assert!(
        held == text,
        "{} is out of date; run the test with YARAL_UPDATE=1",
        path.display()
    );
}

/// The figures of the pack stand in the README between two marks.
#[test]
fn the_readme_has_the_figures_of_the_pack() {
    let path = root().join("README.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once("<!-- pack -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- /pack -->").unwrap();
    let wanted = format!(
        "{before}<!-- pack -->\n{}<!-- /pack -->{after}",
        figures(shipped())
    );
    compare(&path, &wanted);
}

fn figures(rules: &[Shipped]) -> String {
    let of = |key: &str| -> usize { rules.iter().map(|r| marked(r.report(), key)).sum() };
    let all: usize = rules.iter().map(|rule| rule.tests().len()).sum();
    let positive = of("positive");
    let mutants = &report()["summary"]["mutants"];
    let number = |key: &str| mutants[key].as_u64().unwrap_or_default();
    let groups = GROUPS.iter().enumerate().filter_map(|(place, (name, _))| {
        let count = rules.iter().filter(|rule| rule.group == place).count();
        (count > 0).then(|| format!("{count} {name}"))
    });
    let groups: Vec<String> = groups.collect();
    format!(
        "| the pack |  |\n| --- | --- |\n\
         | rules | {} ({}) |\n\
         | tests | {all}: {positive} that a rule fires, {} that it stays silent and why |\n\
         | on recorded records | {} |\n\
         | written from the description of a tool | {} |\n\
         | mutants | {}: {} noticed by a test, {} may live for a stated reason |\n",
        rules.len(),
        groups.join(", "),
        all - positive,
        of("real"),
        of("synthetic"),
        number("all"),
        number("noticed"),
        number("explained"),
    )
}
