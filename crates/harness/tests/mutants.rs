//! Mutants of the rules that are shipped: they parse, and those that turn a
//! predicate around are rules, so that a test has something to fail on.

use std::path::{Path, PathBuf};

use yaral_harness::mutate::{Kind, Mutant, mutants};

/// The rule files below a folder, by name.
fn rules(folder: &Path, into: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("the folder of rules is there");
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            rules(&path, into);
        } else if path.extension().is_some_and(|end| end == "yaral") {
            into.push(path);
        }
    }
}

fn compiles(text: &str) -> bool {
    let compiled = yaral_compiler::compile(text, &yaral_compiler::Options::default());
    !compiled.has_errors()
}

fn tell(path: &Path, mutant: &Mutant) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    format!(
        "{name}:{}:{} {} `{}` -> `{}`",
        mutant.line,
        mutant.column,
        mutant.kind.as_str(),
        mutant.predicate,
        mutant.becomes
    )
}

#[test]
fn mutants_of_the_pack_parse_and_most_compile() {
    let mut paths = Vec::new();
    rules(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules"),
        &mut paths,
    );
    let (mut all, mut stillborn) = (0, Vec::new());
    for path in &paths {
        let text = std::fs::read_to_string(path).expect("a rule is text");
        if !compiles(&text) {
            // What the rule needs besides its text is not at hand here.
            continue;
        }
        let found = mutants(&text);
        assert!(!found.is_empty(), "{} has no mutants", path.display());
        for mutant in found {
            all += 1;
            let parse = yaral_syntax::parse(&mutant.text);
            assert_eq!(
                parse.errors(),
                [],
                "{}\n{}",
                tell(path, &mutant),
                mutant.text
            );
            if !compiles(&mutant.text) {
                stillborn.push((mutant.kind, tell(path, &mutant)));
            }
        }
    }
    // Rules that read tables are left to `yaral test --mutate`.
    assert!(all > 500, "{all} mutants");
    // What was dropped may have been needed; what was turned around is still a
    // rule, unless only the absence of events is left to demand.
    let flipped: Vec<_> = stillborn
        .iter()
        .filter(|(kind, told)| *kind == Kind::Flip && !told.contains("-> `!$"))
        .map(|(_, told)| told.as_str())
        .collect();
    assert!(flipped.is_empty(), "{}", flipped.join("\n"));
    assert!(
        stillborn.len() * 10 < all,
        "{} of {all} are stillborn",
        stillborn.len()
    );
}
