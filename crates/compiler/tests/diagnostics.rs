//! Golden files of diagnostics: each `tests/data/diagnostics/NAME.yaral` with
//! what it yields by default (`.lenient.txt`) and under `--strict`
//! (`.strict.txt`). `YARAL_UPDATE=1` rewrites what differs.
//!
//! One line for each finding:
//! `line:col-line:col severity CODE message | label | help`.

#[path = "support/expected.rs"]
mod expected;
#[path = "support/golden.rs"]
mod golden;
#[path = "support/lists.rs"]
mod lists;
#[path = "support/tables.rs"]
mod tables;

use std::collections::BTreeSet;
use std::fmt::Write;

use yaral_compiler::{Compiled, Options, codes, compile};
use yaral_syntax::diagnostic::{Diagnostic, LineIndex, Span};

fn describe(text: &str, compiled: &Compiled) -> String {
    let index = LineIndex::new(text);
    let place = |span: Span| {
        let (from, to) = (index.line_column(span.start), index.line_column(span.end));
        format!("{}:{}-{}:{}", from.line, from.column, to.line, to.column)
    };
    let mut out = String::new();
    for rule in &compiled.rules {
        let verdict = match (&rule.plan, rule.later) {
            (Some(_), _) => "runs",
            (None, true) => "waits",
            (None, false) => "refused",
        };
        let _ = writeln!(out, "rule {}: {verdict}", rule.name);
    }
    for found in &compiled.diagnostics {
        let at = found.span.map_or_else(|| "rule".to_owned(), place);
        let Diagnostic {
            severity,
            code,
            message,
            label,
            help,
            ..
        } = found;
        let _ = writeln!(
            out,
            "{at} {severity} {code} {message} | {label} | {}",
            help.join(" ")
        );
        for label in &found.labels {
            let _ = writeln!(out, "    {} {}", place(label.span), label.text);
        }
        for note in &found.notes {
            let _ = writeln!(out, "    note: {note}");
        }
    }
    out
}

#[test]
fn every_finding_is_as_expected() {
    let mut differ = Vec::new();
    for (path, text) in golden::rules("diagnostics") {
        for (strict, ending) in [(false, "lenient.txt"), (true, "strict.txt")] {
            let lists = golden::lists_in_comments(&text);
            let compiled = compile(
                &text,
                &Options {
                    strict,
                    lists,
                    tables: golden::tables_in_comments(&text),
                    optional_lints: text.contains("// optional lints"),
                    ..Options::default()
                },
            );
            differ.extend(expected::check(&path, ending, &describe(&text, &compiled)).err());
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn every_semantic_code_has_a_golden() {
    let mut seen = BTreeSet::new();
    for (_, text) in golden::rules("diagnostics") {
        for strict in [false, true] {
            let lists = golden::lists_in_comments(&text);
            let compiled = compile(
                &text,
                &Options {
                    strict,
                    lists,
                    tables: golden::tables_in_comments(&text),
                    optional_lints: text.contains("// optional lints"),
                    ..Options::default()
                },
            );
            seen.extend(compiled.diagnostics.iter().map(|found| found.code.0));
        }
    }
    // What is too large for a golden is in tests/limits.rs; rows of tables are
    // looked at where tables are read, and the command's tests hold that.
    let of_rows = [
        "E0721", "E0722", "E0723", "E0724", "E0725", "E0726", "W0680",
    ];
    let missing: Vec<_> = codes::SEMANTIC
        .iter()
        .map(|page| page.code)
        .filter(|code| !of_rows.contains(code))
        .filter(|code| !seen.contains(code) && *code != codes::RULE_TOO_LARGE.0)
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
