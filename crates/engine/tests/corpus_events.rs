//! Every public rule with `match`, run on events made for it: on a timeline
//! that it is to fire on, and on timelines that just miss.
//!
//! The corpus is not part of this repository; `YARAL_CORPUS` names a folder
//! that holds it as `detection-rules/`. Without it the test says SKIP.

mod witness;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use witness::hints::{LISTED, LISTED_RANGE};
use witness::{Made, NOW};
use yaral_engine::naive::{self, Seen};
use yaral_ir::lists::{List, ListKind};
use yaral_ir::plan::Plan;

/// Rules without a timeline that they fire on, each with why. It may shrink.
const WITHOUT: &[(&str, &str)] = &[];

#[allow(clippy::print_stderr, reason = "figures and skipped tests are shown")]
fn say(what: std::fmt::Arguments<'_>) {
    eprintln!("{what}");
}

fn corpus() -> Option<PathBuf> {
    let found =
        std::env::var_os("YARAL_CORPUS").map(|root| PathBuf::from(root).join("detection-rules"));
    let found = found.filter(|path| path.is_dir());
    if found.is_none() {
        say(format_args!(
            "SKIP corpus: YARAL_CORPUS names no folder with detection-rules/"
        ));
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

/// The rules of the corpus that have a correlation, by file name.
fn rules() -> Option<Vec<(String, Plan)>> {
    let folder = corpus()?;
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    let mut found = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a rule is text");
        let options = yaral_compiler::Options {
            lists: lists(&text),
            ..yaral_compiler::Options::default()
        };
        let compiled = yaral_compiler::compile(&text, &options);
        let name = path.file_stem().expect("a name").to_string_lossy();
        for rule in compiled.rules {
            found.extend(
                rule.plan
                    .filter(|plan| plan.correlation.is_some())
                    .map(|plan| (name.clone().into_owned(), plan)),
            );
        }
    }
    Some(found)
}

fn naive(plan: &Plan, made: &[Made]) -> Vec<naive::Found> {
    let seen: Vec<_> = made
        .iter()
        .map(|made| Seen {
            event: &made.event,
            id: &made.id,
        })
        .collect();
    naive::detect(plan, &seen, NOW)
}

#[test]
fn every_rule_with_match_fires_on_events_made_for_it() {
    let Some(rules) = rules() else { return };
    let (mut fired, mut without) = (0, Vec::new());
    for (name, plan) in &rules {
        let judge = |made: &[Made]| !naive(plan, made).is_empty();
        match witness::find(plan, &judge) {
            Ok(_) => fired += 1,
            Err(why) => without.push((name.clone(), why)),
        }
    }
    for (name, why) in &without {
        say(format_args!("without a witness: {name}: {why}"));
    }
    say(format_args!(
        "{} rules with match, {fired} fire on events made for them",
        rules.len()
    ));
    assert_eq!(without.len(), WITHOUT.len());
}
