//! Whatever is laid out is laid out for good, and every token stays.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yaral_syntax::format::format;
use yaral_syntax::{parse, token_text_without_trivia};

fn tokens(text: &str) -> Vec<Vec<String>> {
    let file = parse(text).file();
    file.rules()
        .map(|rule| token_text_without_trivia(&rule))
        .collect()
}

fuzz_target!(|text: &str| {
    let Ok(once) = format(text) else { return };
    let twice = format(&once).expect("what was laid out parses");
    assert_eq!(once, twice, "the layout is not stable");
    assert_eq!(tokens(text), tokens(&once), "the layout changed tokens");
});
