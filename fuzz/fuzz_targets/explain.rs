//! The bytes are the choices of the differential run's generator: a rule and
//! its events. A story must end, have the engine's verdict, and not contradict
//! itself, wherever it looks.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xtask::differential::dice::Dice;
use xtask::differential::stream::Source;
use xtask::differential::{build, pair, story};

fuzz_target!(|bytes: &[u8]| {
    let mut dice = Dice::from_bytes(bytes);
    let rule = build::rule(&mut dice);
    let text = rule.text();
    let Some(plan) = pair::compile(&rule, &text) else {
        return;
    };
    let source = Source::new(&rule, &text);
    let drafts = source.draw(&mut dice);
    let beings = source.beings(&mut dice, &drafts);
    if let Err(what) = story::agrees(&plan, &drafts, &beings) {
        panic!("{text}\n{what}");
    }
});
