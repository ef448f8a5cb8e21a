//! Golden files of plans: each `tests/data/plans/NAME.yaral` compiles without
//! an error, and `NAME.plan.txt` is what the compiler understood.
//! `YARAL_UPDATE=1` rewrites what differs.

#[path = "support/expected.rs"]
mod expected;
#[path = "support/golden.rs"]
mod golden;
#[path = "support/lists.rs"]
mod lists;
#[path = "support/plan_text.rs"]
mod plan_text;
#[path = "support/tables.rs"]
mod tables;

use yaral_compiler::{Options, compile};

#[test]
fn every_plan_is_as_expected() {
    let mut differ = Vec::new();
    for (path, text) in golden::rules("plans") {
        let options = Options {
            lists: golden::lists_in_comments(&text),
            tables: golden::tables_in_comments(&text),
            ..Options::default()
        };
        let compiled = compile(&text, &options);
        let [rule] = compiled.rules.as_slice() else {
            panic!("{}: one rule", path.display())
        };
        match &rule.plan {
            Some(plan) => {
                differ.extend(expected::check(&path, "plan.txt", &plan_text::print(plan)).err());
            }
            None => differ.push(format!("{}: {:#?}", path.display(), compiled.diagnostics)),
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn the_event_time_is_always_read() {
    for (path, text) in golden::rules("plans") {
        let options = Options {
            lists: golden::lists_in_comments(&text),
            tables: golden::tables_in_comments(&text),
            ..Options::default()
        };
        let compiled = compile(&text, &options);
        let plan = compiled.rules[0].plan.as_ref().expect("goldens compile");
        let paths = plan.fields.paths();
        let read = paths
            .iter()
            .any(|(field, _)| field.to_string() == "metadata.event_timestamp");
        assert!(read, "{}", path.display());
    }
}
