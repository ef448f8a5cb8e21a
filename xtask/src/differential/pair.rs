//! A pair: a rule and a set of events, both from one number.

use yaral_compiler::Options;
use yaral_ir::plan::Plan;

use super::build;
use super::check::{Divergence, Seen, Subject, run};
use super::composite::{EVERY, Trio};
use super::coverage::Coverage;
use super::dice::Dice;
use super::known::{Events, NOW, truth};
use super::rule::Rule;
use super::script::Script;
use super::standing::{Being, TABLE};
use super::stream::{Draft, Source};

/// Sets of events that each rule is tried on.
pub const STREAMS: u64 = 8;

/// Every so many pairs early detections are compared with each prefix.
const PREFIXES: u64 = 16;

/// What a divergence was found with.
#[derive(Clone, Debug)]
pub struct Case {
    /// The rule.
    pub rule: Rule,
    /// The events.
    pub drafts: Vec<Draft>,
    /// The entities.
    pub beings: Vec<Being>,
    /// How they arrive.
    pub script: Script,
}

/// The rule that a pair's seed stands for.
#[must_use]
pub fn rule_of(seed: u64) -> Rule {
    // Far apart from the seeds of the events.
    build::rule(&mut Dice::new(
        (seed / STREAMS).wrapping_mul(0xd134_2543_de82_ef95) ^ 0x5bf0_3635,
    ))
}

/// Compiles a rule; `None` if the compiler refuses it.
#[must_use]
pub fn compile(rule: &Rule, text: &str) -> Option<Plan> {
    let mut options = Options::default();
    options.semantics.now = Some(NOW);
    for (key, value) in &rule.switches {
        options.semantics.set(key, value).ok()?;
    }
    if let Some(sheet) = &rule.sheet {
        options.tables.insert(TABLE.to_owned(), sheet.table());
    }
    let compiled = yaral_compiler::compile(text, &options);
    compiled.rules.into_iter().next()?.plan
}

/// The ways in which the events of a pair arrive.
pub fn scripts(dice: &mut Dice, drafts: &[Draft], length_s: i64, prefixes: bool) -> Vec<Script> {
    let mut all = vec![
        Script::batch(drafts.len()),
        Script::stream(dice, drafts, length_s),
        Script::shuffled(dice, drafts.len()),
        Script::late(dice, drafts, length_s),
    ];
    if prefixes {
        all.push(Script::in_order(dice, drafts));
    }
    all
}

/// Draws events and runs every script on them.
///
/// # Errors
/// The first divergence, with what it was found with.
pub fn try_events<S: Subject>(
    plan: &Plan,
    source: &Source<'_>,
    dice: &mut Dice,
    prefixes: bool,
    coverage: &mut Coverage,
) -> Result<(), Box<(Case, Divergence)>> {
    let rule = source.rule();
    let drafts = source.draw(dice);
    let beings = source.beings(dice, &drafts);
    let events = Events::of(&drafts, &beings, plan);
    let all: Vec<_> = (0..drafts.len()).collect();
    let whole = truth(plan, &events, &all);
    let length_s = rule.window.as_ref().map_or(60, |window| window.length_s);
    let mut seen: Vec<Seen> = Vec::new();
    for script in scripts(dice, &drafts, length_s, prefixes) {
        match run::<S>(plan, &events, &script, &whole) {
            Ok(one) => seen.push(one),
            Err(divergence) => {
                let case = Case {
                    rule: rule.clone(),
                    drafts,
                    beings,
                    script,
                };
                return Err(Box::new((case, *divergence)));
            }
        }
    }
    coverage.pair(rule, plan, &seen);
    Ok(())
}

/// Runs the pairs with these seeds as rules over detections.
fn over_detections(
    seeds: std::ops::Range<u64>,
    rule: &Rule,
    coverage: &mut Coverage,
) -> Result<(), Box<(u64, Case, Divergence)>> {
    let Some(trio) = Trio::of(seeds.start - seeds.start % STREAMS) else {
        coverage.add("rules: refused", 1);
        return Ok(());
    };
    for seed in seeds {
        trio.try_events(seed, coverage).map_err(|divergence| {
            let case = Case {
                rule: rule.clone(),
                drafts: Vec::new(),
                beings: Vec::new(),
                script: Script::batch(0),
            };
            Box::new((seed, case, divergence))
        })?;
    }
    Ok(())
}

/// Runs the pairs with these seeds; they share one rule if they lie within
/// one multiple of [`STREAMS`].
///
/// # Errors
/// The first divergence with its seed and what it was found with.
pub fn try_seeds<S: Subject>(
    seeds: std::ops::Range<u64>,
    coverage: &mut Coverage,
) -> Result<(), Box<(u64, Case, Divergence)>> {
    let mut seed = seeds.start;
    while seed < seeds.end {
        let end = (seed / STREAMS + 1).saturating_mul(STREAMS).min(seeds.end);
        let rule = rule_of(seed);
        let text = rule.text();
        coverage.add("rules", 1);
        if seed / STREAMS % EVERY == EVERY - 1 {
            over_detections(seed..end, &rule, coverage)?;
            seed = end;
            continue;
        }
        match compile(&rule, &text) {
            None => coverage.add("rules: refused", 1),
            Some(plan) => {
                let source = Source::new(&rule, &text);
                for seed in seed..end {
                    let mut dice = Dice::new(seed);
                    let prefixes = seed % PREFIXES == 0;
                    try_events::<S>(&plan, &source, &mut dice, prefixes, coverage)
                        .map_err(|found| Box::new((seed, found.0, found.1)))?;
                }
            }
        }
        seed = end;
    }
    Ok(())
}
