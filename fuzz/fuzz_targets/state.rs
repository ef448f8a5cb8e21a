//! Any bytes are read as an engine's state or refused, and an engine that has
//! refused them is as it was. What it takes over it can work with, and writes
//! down again as it was read.
//!
//! The first two bytes choose the rule and its events, the third whether the
//! rest is a state of its own or changes to a valid one. Run it with
//! `-malloc_limit_mb=64`, so that no length is believed without bytes for it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xtask::differential::dice::Dice;
use xtask::differential::known::{Events, NOW};
use xtask::differential::pair::{self, STREAMS};
use xtask::differential::stream::Source;
use yaral_engine::{Context, Detection, Engine};

/// What an engine tells of the events from here to the end.
fn run(engine: &mut Engine, events: &Events, from: usize) -> String {
    let mut out: Vec<Detection> = Vec::new();
    for (event, (id, time)) in events.events.iter().zip(&events.ids).skip(from) {
        let context = Context {
            event_id: id,
            now: NOW,
        };
        engine.evaluate(event, &context, &mut out);
        engine.advance(*time, &mut out);
    }
    engine.finish(&mut out);
    format!("{out:?}")
}

/// A valid state with some bytes exchanged, and cut.
fn changed(mut state: Vec<u8>, changes: &[u8]) -> Vec<u8> {
    for change in changes.chunks_exact(3) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]]));
        if at < state.len() {
            state[at] = change[2];
        } else if change[2] < 16 {
            state.truncate(state.len().saturating_sub(usize::from(change[2])));
        } else {
            state.push(change[2]);
        }
    }
    state
}

fuzz_target!(|bytes: &[u8]| {
    let [first, second, mode, rest @ ..] = bytes else {
        return;
    };
    let seed = u64::from(u16::from_le_bytes([*first, *second])) * STREAMS;
    let rule = pair::rule_of(seed);
    let text = rule.text();
    let Some(plan) = pair::compile(&rule, &text) else {
        return;
    };
    let (source, mut dice) = (Source::new(&rule, &text), Dice::new(seed));
    let drafts = source.draw(&mut dice);
    let events = Events::of(&drafts, &source.beings(&mut dice, &drafts), &plan);
    let half = events.events.len() / 2;
    let mut engine = Engine::with(vec![plan.clone()], std::sync::Arc::clone(&events.knowledge));
    let mut out = Vec::new();
    for (event, (id, _)) in events.events.iter().zip(&events.ids).take(half) {
        let context = Context {
            event_id: id,
            now: NOW,
        };
        engine.evaluate(event, &context, &mut out);
    }
    let valid = engine.save();
    let state = if mode % 2 == 0 {
        rest.to_vec()
    } else {
        changed(valid.clone(), rest)
    };
    match engine.restore(&state) {
        Ok(()) => assert_eq!(engine.save(), state, "read and written differently"),
        Err(_) => {
            assert_eq!(engine.save(), valid, "a refused state has left its mark");
            let mut other = Engine::with(vec![plan], std::sync::Arc::clone(&events.knowledge));
            other.restore(&valid).expect("its own state");
            let expected = run(&mut other, &events, half);
            assert_eq!(run(&mut engine, &events, half), expected);
            return;
        }
    }
    run(&mut engine, &events, half);
});
