//! Any pattern is compiled or refused, and every method of one compiled pattern
//! tells the same story about a text. The input is the pattern, a zero byte,
//! and the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yaral_ir::regex::Pattern;

fuzz_target!(|input: (bool, &str)| {
    let (nocase, input) = input;
    let (pattern, text) = input.split_once('\0').unwrap_or((input, ""));
    let Ok(pattern) = Pattern::new(pattern, nocase) else {
        return;
    };
    let matches = pattern.is_match(text);
    assert!(
        matches || pattern.capture(text).is_none(),
        "captured without a match"
    );
    if let Some(literals) = pattern.required_literals() {
        let present = literals
            .iter()
            .any(|literal| text.contains(literal.as_str()));
        assert!(!matches || present, "matched without a required literal");
    }
    let _ = pattern.capture_all(text);
    let replaced = pattern.replace(text, "<\\0>");
    assert!(matches || replaced == text, "replaced without a match");
});
