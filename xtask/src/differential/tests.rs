//! The smoke run, what it must reach, and the checks that the checks notice.

use super::check::Subject;
use super::coverage::Coverage;
use super::dice::Dice;
use super::fast::Fast;
use super::pair::{STREAMS, compile, rule_of, try_events, try_seeds};
use super::story;
use super::stream::Source;
use super::stub::{Stub, ways};

fn run<S: Subject>(seeds: std::ops::Range<u64>) -> Coverage {
    let mut coverage = Coverage::default();
    if let Err(found) = try_seeds::<S>(seeds, &mut coverage) {
        let (seed, case, divergence) = *found;
        panic!("seed {seed}\n{case}{divergence}");
    }
    coverage
}

/// At least so many of each in the smoke run. The figures are well below what
/// it reaches, so that a new seed or field does not matter and a generator
/// that has become weak does.
const REACHED: &[(&str, u64)] = &[
    ("found: pairs with a detection", 1_000),
    ("found: more than one", 600),
    ("found: a variable without event", 100),
    ("found: as many events as are shown", 15),
    ("found: one variable", 500),
    ("found: two variables", 250),
    ("found: three variables", 30),
    ("found: over, exact", 250),
    ("found: over, secops", 60),
    ("found: by", 80),
    ("found: before", 80),
    ("found: after", 80),
    ("found: without match", 80),
    ("found: over detections", 40),
    ("found: a row join", 60),
    ("found: an entity", 50),
    ("found: an edited graph", 10),
    ("found: suppression", 100),
    ("found: repeated fields", 600),
    ("found: window aggregates", 50),
    ("found: two match variables", 100),
    ("found: cross predicates", 100),
    ("found: an optional variable", 150),
    ("found: monotone", 400),
    ("found: a join that cannot be looked up", 25),
    ("found: a placeholder with alternatives", 15),
    ("found: a variable without the match variable", 80),
    ("found: a zero match value may stand", 150),
    ("runs: provisional detections", 5_000),
    ("runs: superseded detections", 150),
    ("runs: late events", 2_000),
    ("runs: cuts", 4_000),
];

#[test]
fn smoke() {
    let coverage = run::<Fast>(0..3_600);
    for (what, least) in REACHED {
        let count = coverage.count(what);
        assert!(
            count >= *least,
            "{what}: {count}, less than {least}\n{coverage}"
        );
    }
    let (rules, refused) = (coverage.count("rules"), coverage.count("rules: refused"));
    assert!(
        refused * 10 < rules * 3,
        "{refused} of {rules} rules refused"
    );
    let (pairs, found) = (
        coverage.count("pairs"),
        coverage.count("found: pairs with a detection"),
    );
    // A table or an entity that must join makes detections rarer.
    assert!(
        found * 20 > pairs * 7,
        "{found} of {pairs} pairs with a detection"
    );
}

#[test]
fn a_story_has_the_verdict_of_the_engine() {
    let mut told = 0;
    for seed in (0..8_000).step_by(4) {
        let rule = rule_of(seed);
        let text = rule.text();
        let Some(plan) = compile(&rule, &text) else {
            continue;
        };
        let (source, mut dice) = (Source::new(&rule, &text), Dice::new(seed));
        let drafts = source.draw(&mut dice);
        let beings = source.beings(&mut dice, &drafts);
        if let Err(what) = story::agrees(&plan, &drafts, &beings) {
            let events: Vec<String> = drafts.iter().map(super::stream::Draft::json).collect();
            panic!("seed {seed}\n{text}\n{}\n{what}", events.join("\n"));
        }
        told += 1;
    }
    assert!(told > 1_000, "{told} rules compiled");
}

#[test]
fn a_seed_means_the_same_pair_for_ever() {
    let rule = rule_of(3 * STREAMS);
    let text = rule.text();
    assert_eq!(text, rule_of(3 * STREAMS + 1).text());
    let events = |seed| {
        let drafts = Source::new(&rule, &text).draw(&mut Dice::new(seed));
        drafts
            .iter()
            .map(super::stream::Draft::json)
            .collect::<Vec<_>>()
    };
    assert_eq!(events(24), events(24));
    assert_ne!(events(24), events(25));
}

#[test]
fn a_fuzzer_s_bytes_make_pairs_too() {
    let mut bytes = Dice::new(1);
    let mut planned = 0;
    for length in 0..200 {
        let bytes: Vec<u8> = (0..length * 8)
            .map(|_| u8::try_from(bytes.below(256)).unwrap_or(0))
            .collect();
        let mut dice = Dice::from_bytes(&bytes);
        let rule = super::build::rule(&mut dice);
        let text = rule.text();
        let Some(plan) = compile(&rule, &text) else {
            continue;
        };
        planned += 1;
        let source = Source::new(&rule, &text);
        let tried = try_events::<Fast>(&plan, &source, &mut dice, true, &mut Coverage::default());
        if let Err(found) = tried {
            panic!("{}{}", found.0, found.1);
        }
    }
    assert!(planned > 100, "{planned}");
}

#[test]
fn the_stub_agrees() {
    run::<Stub<0>>(0..200);
}

fn noticed<const ERR: u8>(what: &str) {
    let mut coverage = Coverage::default();
    let found = try_seeds::<Stub<ERR>>(0..4_000, &mut coverage);
    let found = found.expect_err("an error that is not noticed");
    assert!(found.2.what.contains(what), "{}", found.2);
}

#[test]
fn every_way_to_err_is_noticed() {
    // It may show anywhere.
    noticed::<{ ways::FORGETS }>("");
    noticed::<{ ways::TAKES_LATE }>("the final detections differ");
    noticed::<{ ways::WAITS }>("final later than the watermark allows");
    noticed::<{ ways::SILENT }>("is not shown in that call");
    noticed::<{ ways::TWICE }>("comes again after it was final");
    noticed::<{ ways::STUBBORN }>("ends as");
    noticed::<{ ways::MISCOUNTS }>("events were late");
}
