//! What holds for every pattern and every text.

use proptest::prelude::*;
use yaral_ir::regex::{Pattern, translate};

/// Text made of the pieces patterns are made of, so that most of it is nearly RE2.
fn patternish() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => "[ab01 é]",
        4 => "[\\(\\)\\[\\]\\{\\}\\*\\+\\?\\|\\^\\$\\.\\-\\\\]",
        4 => prop::sample::select(vec![
            "(?:", "(?i)", "(?s-m:", "(?P<n>", "(?=", "{2}", "{1,3}", "{,2}", "[^", "[[:alpha:]]",
            "[[:", "[a-z]", r"\d", r"\W", r"\b", r"\B", r"\C", r"\pL", r"\p{Greek}", r"\p{", r"\x{",
            r"\x41", r"\012", r"\Q", r"\E", r"\1", "&&", "--", "~~",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

/// Every punctuation mark escaped, as RE2 allows.
fn quoted(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_a_pattern_or_an_error_in_range(
        pattern in patternish(), text in "[ab01 é\n]{0,12}", nocase in any::<bool>(),
    ) {
        match Pattern::new(&pattern, nocase) {
            Err(error) => {
                prop_assert!(error.at.is_none_or(|at| pattern.is_char_boundary(at)), "{error:?}");
                prop_assert!(!error.message.is_empty());
            }
            Ok(compiled) => {
                let matched = compiled.is_match(&text);
                prop_assert_eq!(compiled.capture(&text).is_some(), matched);
                if matched && let Some(literals) = compiled.required_literals() {
                    let found = literals.iter().any(|literal| text.contains(literal.as_str()));
                    prop_assert!(found, "{literals:?} of {pattern} are not in {text}");
                }
                for part in compiled.capture_all(&text) {
                    prop_assert!(text.contains(part));
                }
                if !pattern.contains(r"\C") {
                    prop_assert_eq!(compiled.replace(&text, r"\0"), text);
                }
            }
        }
    }

    #[test]
    fn a_translation_means_the_same_to_the_rust_engine(
        pattern in patternish(), text in "[ab01 é\n]{0,12}",
    ) {
        if let (Ok(compiled), Ok(translated)) = (Pattern::new(&pattern, false), translate(&pattern)) {
            let hir = regex_syntax::ParserBuilder::new().utf8(false).nest_limit(1000).build().parse(&translated);
            let hir = hir.map_err(|error| TestCaseError::fail(format!("{translated}: {error}")))?;
            let config = regex_automata::meta::Config::new().utf8_empty(false);
            let rust = regex_automata::meta::Builder::new().configure(config).build_from_hir(&hir);
            let rust = rust.map_err(|error| TestCaseError::fail(format!("{translated}: {error}")))?;
            prop_assert_eq!(rust.is_match(&text), compiled.is_match(&text), "{} is {}", pattern, translated);
        }
    }

    #[test]
    fn a_literal_matches_itself(text in any::<String>(), around in "[ab]{0,3}") {
        for pattern in [quoted(&text), format!(r"\Q{}", text.replace('\\', ""))] {
            let compiled = Pattern::new(&pattern, false).map_err(|error| TestCaseError::fail(error.to_string()))?;
            let expected = if pattern.starts_with(r"\Q") { text.replace('\\', "") } else { text.clone() };
            let subject = format!("{around}{expected}{around}");
            prop_assert_eq!(compiled.capture(&subject), Some(expected.as_str()));
        }
    }

    #[test]
    fn nocase_is_the_flag_in_front(pattern in patternish(), text in "[aAbBkKé\n]{0,8}") {
        let modifier = Pattern::new(&pattern, true);
        let flag = Pattern::new(&format!("(?i){pattern}"), false);
        match (modifier, flag) {
            (Ok(modifier), Ok(flag)) => prop_assert_eq!(modifier.capture(&text), flag.capture(&text)),
            (modifier, flag) => prop_assert_eq!(modifier.is_err(), flag.is_err(), "{}", pattern),
        }
    }
}
