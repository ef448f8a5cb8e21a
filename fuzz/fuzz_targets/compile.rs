//! Any text compiles or is refused with a diagnostic at a place inside it;
//! fixes are taken over only if they bring no new error. Structured input: the
//! first byte says what the compiler is told, the rest is the text, and pieces
//! of real rules come in through the corpus.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use yaral_compiler::mend::{Applicability, mend};
use yaral_compiler::{Options, compile};
use yaral_ir::lists::{List, ListKind};
use yaral_ir::tables::{ColumnKind, ColumnSpec, Table};

fn options(mode: u8) -> Options {
    let mut options = Options {
        strict: mode & 1 > 0,
        optional_lints: mode & 2 > 0,
        ..Options::default()
    };
    for (name, kind) in [
        ("l", ListKind::String),
        ("r", ListKind::Regex),
        ("c", ListKind::Cidr),
    ] {
        let (list, _) = List::parse(name, kind, "a\n10.0.0.0/8\n");
        options.lists.insert(name.to_owned(), Arc::new(list));
    }
    let column = |(name, kind): (&str, ColumnKind)| ColumnSpec {
        name: name.to_owned(),
        kind,
        key: false,
        repeated: false,
        mapped: None,
    };
    let columns = [
        ("s", ColumnKind::String),
        ("r", ColumnKind::Regex),
        ("c", ColumnKind::Cidr),
        ("n", ColumnKind::Number),
    ];
    let row = ["a", "^a", "10.0.0.0/8", "1"].map(str::to_owned).to_vec();
    let (table, _) = Table::new("t", columns.map(column).to_vec(), [row]);
    options.tables.insert("t".to_owned(), Arc::new(table));
    options
}

fuzz_target!(|input: (u8, &str)| {
    let (mode, text) = input;
    let options = options(mode);
    let compiled = compile(text, &options);
    for found in &compiled.diagnostics {
        let spans = found.span.iter().chain(found.labels.iter().map(|label| &label.span));
        for span in spans {
            assert!(
                span.end as usize <= text.len() && span.text(text).is_some(),
                "{} points outside of the text",
                found.code
            );
        }
    }
    let plans = compiled.rules.iter().filter(|rule| rule.plan.is_some());
    assert!(
        plans.count() == compiled.rules.len() || compiled.has_errors(),
        "a rule is refused without an error"
    );
    let upto = if mode & 4 > 0 {
        Applicability::Unsafe
    } else {
        Applicability::Safe
    };
    let mended = mend(text, &options, upto);
    // What a text that is no rule hides is told once it is one; a text that was
    // one stays one.
    let broken = |text: &str| !yaral_syntax::parse(text).errors().is_empty();
    assert!(
        broken(text) || !broken(&mended.text),
        "a fix broke the text of a rule"
    );
});
