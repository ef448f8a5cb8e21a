//! Any text parses into a tree that holds every byte of it, and what is wrong
//! with the text is said at places inside it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let parse = yaral_syntax::parse(text);
    assert!(parse.errors().len() <= yaral_syntax::DIAGNOSTICS_MAX);
    if text.len() <= yaral_syntax::SOURCE_BYTES_MAX {
        assert_eq!(
            parse.tree().text().to_string(),
            text,
            "the tree lost or gained text"
        );
    }
    // The typed view must bear a tree made of ruins.
    for rule in parse.file().rules() {
        let _ = rule.name();
    }
});
