//! The pack measured on recordings and on public logs: what it promises is held
//! here, and the pages that show it are written by `YARAL_UPDATE=1`.

#![allow(
    clippy::unwrap_used,
    reason = "the helpers of a test fail by panicking"
)]

mod measured;
mod recordings;
mod shipped;

use std::collections::BTreeSet;

use measured::reasons::{self, reasons};
use measured::steps::{Founding, Page};
use measured::{Measured, Recordings};
use measured::{compared, panther, peace};
use recordings::say;
use shipped::{compare, compare_between, pack, pack_tuned};
use yaral_compiler::{Options, compile};
use yaral_ir::plan::Plan;
use yaral_normalize::UnixConnect;

/// The founding page's rule, as the page has it.
fn seed() -> Option<Vec<Plan>> {
    let Some(path) = std::env::var_os("YARAL_SEED") else {
        say(format_args!(
            "SKIP the founding rule: YARAL_SEED is not set"
        ));
        return None;
    };
    let text = std::fs::read_to_string(path).unwrap();
    let compiled = compile(&text, &Options::default());
    Some(
        compiled
            .rules
            .into_iter()
            .filter_map(|rule| rule.plan)
            .collect(),
    )
}

/// What its patterns hit, by the logs that it was written for.
fn founding(rules: &[Plan]) -> Option<Founding> {
    let recordings = Recordings::open(|log| log.name == "auditd" || log.name.starts_with("k8s"))?;
    let scan = |unix_connect| recordings.scan(rules.to_vec(), unix_connect);
    let patterns =
        |m: &Measured, at: usize| m.rows[at].hits.keys().cloned().collect::<BTreeSet<_>>();
    let (plain, open) = (scan(UnixConnect::Connection), scan(UnixConnect::FileOpen));
    let mut hits = Founding::new();
    for (at, row) in plain.rows.iter().enumerate() {
        hits.insert(
            row.step.id.clone(),
            (patterns(&plain, at), patterns(&open, at)),
        );
    }
    let any = |m: &Measured, label: &str| {
        let rows = m.rows.iter().filter(|row| row.step.label == label);
        rows.filter(|row| !row.hits.is_empty()).count()
    };
    // An independent script counted the same.
    assert_eq!((any(&plain, "attack"), any(&plain, "benign")), (46, 13));
    assert_eq!((any(&open, "attack"), any(&open, "benign")), (56, 16));
    Some(hits)
}

#[test]
fn every_recorded_step_fires_what_the_page_says() {
    let Some(recordings) = Recordings::open(|_| true) else {
        return;
    };
    let untuned = recordings.scan(pack(), UnixConnect::Connection);
    let tuned = recordings.scan(pack_tuned(), UnixConnect::Connection);
    let seed = seed();
    let founding = seed.as_ref().and_then(|rules| founding(rules));
    let (reasons, none) = (reasons("steps.csv"), Founding::new());
    let names = compared::names(&pack());
    let page = Page {
        untuned: &untuned,
        tuned: &tuned,
        founding: founding.as_ref().unwrap_or(&none),
        reasons: &reasons,
        names: &names,
    };
    if founding.is_some() {
        compare("docs/rules/steps.md", &page.text());
        compare_between("docs/rules/README.md", "steps", &page.sums());
    } else {
        say(format_args!(
            "SKIP docs/rules/steps.md: it has a column of the founding rule"
        ));
    }
    planned();
    page.hold();
    reasons::hold("steps.csv", &reasons, &page.to_explain());
}

/// The promises are those of the pack as planned: each rule says to which rule of
/// the plan it belongs.
fn planned() {
    let rules = pack();
    let others = rules.iter().filter(|rule| rule.meta("plan_rule").is_none());
    let others: Vec<_> = others.map(|rule| rule.name.as_str()).collect();
    assert!(
        others.is_empty() && !rules.is_empty(),
        "without a plan_rule: {others:?}"
    );
}

#[test]
fn public_benign_logs_stay_quiet() {
    let Some(fired) = peace::fired(&pack()) else {
        return;
    };
    peace::hold(&fired);
    let Some(seed) = seed() else {
        say(format_args!(
            "SKIP the table of docs/rules/README.md: it has a column of the founding rule"
        ));
        return;
    };
    let Some(theirs) = peace::fired(&seed) else {
        return;
    };
    let table = peace::table(&fired, &theirs);
    say(format_args!("{table}"));
    compare_between("docs/rules/README.md", "peace", &table);
}

#[test]
fn the_pack_answers_the_tests_of_panther() {
    let Some(rows) = panther::rows() else { return };
    let reasons = reasons("panther.csv");
    compare("docs/rules/panther.md", &panther::page(&rows, &reasons));
    compare_between("docs/rules/README.md", "panther", &panther::sum(&rows));
    panther::hold(&rows, &reasons);
    let apart = rows.iter().filter(|row| !row.agrees());
    let apart: Vec<_> = apart.map(|row| row.number.to_string()).collect();
    reasons::hold("panther.csv", &reasons, &apart);
}

#[test]
fn the_pack_beside_the_rules_of_others() {
    let Some(fired) = peace::fired(&pack()) else {
        return;
    };
    let Some(page) = compared::page(&pack(), &fired) else {
        return;
    };
    compare("docs/rules/compared.md", &page);
    let table = compared::measured_table(&page);
    compare_between("docs/rules/README.md", "compared", &table);
}
