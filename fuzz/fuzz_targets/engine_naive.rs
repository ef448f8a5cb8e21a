//! The bytes are the choices of the differential run's generator: a rule, its
//! events and the ways they arrive. The fast engine must find what the naive
//! evaluator finds, whatever the fuzzer chooses.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xtask::differential::coverage::Coverage;
use xtask::differential::dice::Dice;
use xtask::differential::fast::Fast;
use xtask::differential::stream::Source;
use xtask::differential::{build, pair};

fuzz_target!(|bytes: &[u8]| {
    let mut dice = Dice::from_bytes(bytes);
    let rule = build::rule(&mut dice);
    let text = rule.text();
    let Some(plan) = pair::compile(&rule, &text) else {
        return;
    };
    let source = Source::new(&rule, &text);
    let mut coverage = Coverage::default();
    let tried = pair::try_events::<Fast>(&plan, &source, &mut dice, true, &mut coverage);
    if let Err(found) = tried {
        panic!("{}{}", found.0, found.1);
    }
});
