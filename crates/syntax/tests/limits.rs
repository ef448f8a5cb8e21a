//! The limits of the parser: at the limit all is well, one beyond is told.

use yaral_syntax::{DIAGNOSTICS_MAX, NESTING_MAX, code, parse};

fn codes(text: &str) -> Vec<yaral_syntax::diagnostic::Code> {
    parse(text)
        .errors()
        .iter()
        .map(|found| found.code)
        .collect()
}

#[test]
fn nesting_max() {
    for (open, close) in [("not ", ""), ("(", ")"), ("if(", ")")] {
        let rule = |levels: usize| {
            let (open, close) = (open.repeat(levels), close.repeat(levels));
            format!("rule r {{ meta: events: {open}$e.target.port = 22{close} condition: $e }}")
        };
        assert_eq!(codes(&rule(NESTING_MAX)), [], "{open}");
        let beyond = parse(&rule(NESTING_MAX + 1));
        let found: Vec<_> = beyond
            .errors()
            .iter()
            .filter(|one| one.code == code::TOO_DEEP)
            .collect();
        assert_eq!(found.len(), 1, "{open}: {:?}", beyond.errors());
        assert!(
            found[0].message.contains(&NESTING_MAX.to_string()),
            "{open}"
        );
    }
}

#[test]
fn diagnostics_max() {
    // One mistake of the parser a line, and one of the lexer a line.
    for mistake in ["$e.target.port = -1\n", "$e.target.port ~ 1\n"] {
        let rule = |count: usize| {
            format!(
                "rule r {{\nmeta:\nevents:\n{}condition:\n$e\n}}",
                mistake.repeat(count)
            )
        };
        let each = codes(&rule(1)).len();
        assert_eq!(each, 1, "{mistake}: {:?}", codes(&rule(1)));
        assert_eq!(
            codes(&rule(DIAGNOSTICS_MAX)).len(),
            DIAGNOSTICS_MAX,
            "{mistake}"
        );
        let beyond = parse(&rule(DIAGNOSTICS_MAX + 1));
        assert_eq!(beyond.errors().len(), DIAGNOSTICS_MAX, "{mistake}");
        // The first ones stay, in the order of the text.
        let places: Vec<_> = beyond.errors().iter().filter_map(|one| one.span).collect();
        assert!(places.is_sorted_by_key(|span| span.start), "{mistake}");
        assert_eq!(
            places,
            parse(&rule(DIAGNOSTICS_MAX))
                .errors()
                .iter()
                .filter_map(|one| one.span)
                .collect::<Vec<_>>()
        );
    }
}

#[test]
fn string_lines_bytes_max() {
    // As `lexer::quoted` has it: bytes behind the end of the string's first line.
    const STRING_LINES_BYTES_MAX: usize = 4_096;
    let found = |bytes: usize| {
        let later = "a".repeat(bytes - 2);
        codes(&format!(
            "rule r {{ meta: author = \"first\n{later}\"\nevents: $e.target.port = 22 condition: $e }}"
        ))
    };
    assert_eq!(found(STRING_LINES_BYTES_MAX), []);
    assert!(found(STRING_LINES_BYTES_MAX + 1).contains(&code::UNTERMINATED_STRING));
}
