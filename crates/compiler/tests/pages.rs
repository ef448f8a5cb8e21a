//! The page of each diagnostic code, held to what the compiler does: the
//! example has the mistake, the mended rule has no error at all.

#[path = "support/lists.rs"]
mod lists;
#[path = "support/tables.rs"]
mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use yaral_compiler::codes::{self, Page};
use yaral_compiler::{Compiled, Options, compile, tuning};
use yaral_ir::lists::List;
use yaral_ir::tables::Table;
use yaral_syntax::SOURCE_BYTES_MAX;
use yaral_syntax::diagnostic::Severity;
use yaral_udm::Timestamp;

/// What stands in place of an example that is too large for a page.
const GENERATED: &str = "Example is generated";

/// A fenced block: its words behind the fence, and its text.
struct Block {
    info: String,
    text: String,
}

fn blocks(markdown: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<Block> = None;
    for line in markdown.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(info), None) => {
                open = Some(Block {
                    info: info.to_owned(),
                    text: String::new(),
                });
            }
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a fence is not closed");
    found
}

fn lists_of(blocks: &[Block]) -> BTreeMap<String, Arc<List>> {
    let files = blocks
        .iter()
        .filter_map(|block| Some((block.info.strip_prefix("list ")?, block.text.clone())));
    lists::parse(files)
}

fn tables_of(blocks: &[Block]) -> BTreeMap<String, Arc<Table>> {
    let given = blocks.iter().filter_map(|block| {
        let name = block.info.strip_prefix("table ")?;
        Some((name, block.text.lines().collect()))
    });
    tables::parse(given)
}

/// The example and the mended rule of a page.
fn rules_of(page: &Page, blocks: &[Block]) -> (String, String) {
    let mut rules = blocks
        .iter()
        .filter(|block| block.info == "yaral")
        .map(|block| block.text.clone());
    let example = if page.text.contains(GENERATED) {
        generated(page.code)
    } else {
        rules.next().expect("an example")
    };
    let mended = rules.next().expect("a mended rule");
    assert!(
        rules.next().is_none(),
        "{}: two rules and no more",
        page.code
    );
    (example, mended)
}

/// The example of a page that only describes it; nothing for a code without one.
fn generated(code: &str) -> String {
    let rule = |events: &str| format!("rule example {{ meta: events: {events} condition: $e }}");
    match code {
        "E0115" => rule(&format!("{}$e.target.port = 22", "not ".repeat(200))),
        "E0116" => format!(
            "/*{}*/\n{}",
            " ".repeat(SOURCE_BYTES_MAX),
            rule("$e.target.port = 22")
        ),
        "E0504" => {
            let chain = (0..400).map(|at| {
                format!(
                    "$p{at} = strings.concat($p{}, $e.principal.hostname)\n",
                    at + 1
                )
            });
            rule(&format!(
                "{}$p400 = $e.principal.hostname",
                chain.collect::<String>()
            ))
        }
        _ => String::new(),
    }
}

fn compiled(text: &str, page: &Page, blocks: &[Block]) -> Compiled {
    let strict = page.severity.contains("strict");
    let tables = tables_of(blocks);
    // What is wrong with a table is said of those that the rule reads.
    let now = Timestamp::parse("2026-08-01T00:00:00Z").expect("a time");
    let read = tables
        .values()
        .filter(|table| text.contains(&format!("%{}.", table.name)));
    let said: Vec<_> = read.flat_map(|table| tuning::lint(table, now)).collect();
    let mut compiled = compile(
        text,
        &Options {
            strict,
            lists: lists_of(blocks),
            tables,
            optional_lints: true,
            ..Options::default()
        },
    );
    let said = said.into_iter().map(|found| found.diagnostic);
    compiled.diagnostics.extend(said);
    compiled
}

#[test]
fn every_code_has_a_page_with_its_title_and_severity() {
    for page in codes::all() {
        let mut lines = page.text.lines();
        assert_eq!(
            lines.next(),
            Some(format!("# {}: {}", page.code, page.title).as_str())
        );
        let severity = format!("Severity: {}", page.severity);
        assert_eq!(lines.next(), Some(severity.as_str()), "{}", page.code);
        assert!(page.text.contains("\n## Example\n"), "{}", page.code);
        assert!(page.text.contains("\n## Mended\n"), "{}", page.code);
        assert!(
            page.text.lines().all(|line| line.chars().count() <= 100),
            "{}",
            page.code
        );
    }
}

#[test]
fn every_code_of_both_registries_is_found_once() {
    let mut pages = BTreeSet::new();
    for page in codes::all() {
        assert!(pages.insert(page.code), "{} has two pages", page.code);
        let found = codes::page(&page.code.to_lowercase()).map(|found| found.title);
        assert_eq!(found, Some(page.title));
    }
    for (code, title) in yaral_syntax::code::ALL {
        assert_eq!(codes::page(code.0).map(|page| page.title), Some(*title));
    }
    assert_eq!(codes::SYNTAX.len(), yaral_syntax::code::ALL.len());
    assert!(codes::page("E9999").is_none());
}

#[test]
fn every_file_beside_the_catalogue_is_a_page_of_it() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/codes");
    for entry in std::fs::read_dir(folder).expect("the folder is in the repository") {
        let path = entry.expect("readable").path();
        if path.extension().is_some_and(|ending| ending == "md") {
            let code = path
                .file_stem()
                .and_then(|stem| stem.to_str())
                .unwrap_or_default();
            assert!(codes::page(code).is_some(), "{code} is in no registry");
        }
    }
}

#[test]
fn every_example_has_the_mistake_and_the_mended_rule_has_none() {
    for page in codes::all() {
        let blocks = blocks(page.text);
        let (example, mended) = rules_of(page, &blocks);
        // A note that strict mode does not give is asked for in lenient mode.
        let found = compiled(&example, page, &blocks);
        let own: Vec<_> = found
            .diagnostics
            .iter()
            .filter(|one| one.code.0 == page.code)
            .collect();
        assert!(
            !own.is_empty(),
            "{}: the example yields {:#?}",
            page.code,
            found.diagnostics
        );
        let severity = match page.severity {
            "warning" => Severity::Warning,
            "note" => Severity::Note,
            _ => Severity::Error,
        };
        assert!(
            own.iter().all(|one| one.severity == severity),
            "{}: {own:#?}",
            page.code
        );
        let found = compiled(&mended, page, &blocks);
        assert!(
            !found.has_errors(),
            "{}: mended, {:#?}",
            page.code,
            found.diagnostics
        );
        assert!(
            found.diagnostics.iter().all(|one| one.code.0 != page.code),
            "{}",
            page.code
        );
        assert!(
            found.rules.iter().all(|rule| rule.plan.is_some()),
            "{}",
            page.code
        );
    }
}

#[test]
fn what_only_strict_refuses_runs_with_a_warning_by_default() {
    for page in codes::all().filter(|page| page.severity.contains("strict")) {
        let blocks = blocks(page.text);
        let (example, _) = rules_of(page, &blocks);
        let found = compile(
            &example,
            &Options {
                lists: lists_of(&blocks),
                tables: tables_of(&blocks),
                ..Options::default()
            },
        );
        let own = found.diagnostics.iter().find(|one| one.code.0 == page.code);
        assert_eq!(
            own.map(|one| one.severity),
            Some(Severity::Warning),
            "{}",
            page.code
        );
        assert!(found.rules[0].plan.is_some(), "{}", page.code);
    }
}
