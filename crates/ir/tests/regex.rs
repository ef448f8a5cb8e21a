//! The RE2 dialect against tables of cases. The outcomes in them were taken from RE2 itself, so a
//! failing row is a difference from RE2.

use yaral_ir::regex::{Pattern, translate};

/// The rows of a table: columns between tabs, `#` at the start of a line for a comment.
fn rows(table: &str, columns: usize) -> Vec<Vec<&str>> {
    let lines = table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("# "));
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split('\t').collect()).collect();
    for row in &rows {
        assert_eq!(row.len(), columns, "wrong number of columns: {row:?}");
    }
    rows
}

/// Undoes `\\`, `\n`, `\r`, `\t`, `\u{HEX}` and `\e` (nothing).
fn unescape(column: &str) -> String {
    let mut out = String::new();
    let mut rest = column;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut after = after.chars();
        match after.next() {
            Some('\\') => out.push('\\'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('u') => {
                let (hex, tail) = after.as_str()[1..]
                    .split_once('}')
                    .expect("`\\u{` is closed");
                let code = u32::from_str_radix(hex, 16).expect("`\\u{…}` is hexadecimal");
                out.push(char::from_u32(code).expect("`\\u{…}` is a character"));
                after = tail.chars();
            }
            other => assert_eq!(other, Some('e'), "unknown escape in {column}"),
        }
        rest = after.as_str();
    }
    out + rest
}

#[test]
fn cases() {
    let rows = rows(include_str!("regex/cases.tsv"), 5);
    assert!(rows.len() >= 350, "the table has lost rows: {}", rows.len());
    for row in rows {
        let (pattern, nocase, text) = (row[0], row[1] == "nocase", unescape(row[2]));
        let capture = unescape(row[4]);
        let compiled = Pattern::new(pattern, nocase);
        match (row[3], compiled) {
            ("error", Err(error)) => {
                assert!(error.to_string().contains(&capture), "{row:?}: {error}");
                assert!(
                    error.at.is_none_or(|at| pattern.is_char_boundary(at)),
                    "{row:?}"
                );
            }
            ("yes", Ok(compiled)) => {
                assert!(compiled.is_match(&text), "{row:?} does not match");
                assert_eq!(compiled.capture(&text), Some(capture.as_str()), "{row:?}");
            }
            ("no", Ok(compiled)) => {
                assert!(!compiled.is_match(&text), "{row:?} matches");
                assert_eq!(compiled.capture(&text), None, "{row:?}");
            }
            (_, compiled) => panic!("{row:?} is {compiled:?}"),
        }
    }
}

#[test]
fn what_is_refused_comes_with_advice() {
    for pattern in [
        "a(?=b)",
        "(?<!a)b",
        r"(a)\1",
        r"\Z",
        "a**",
        "(?x)",
        r"\p{greek}",
        "a{1001}",
    ] {
        let error = Pattern::new(pattern, false).expect_err("RE2 refuses it");
        assert!(error.help.is_some(), "{pattern} has no advice");
    }
    let error = Pattern::new(r"\p{greek}", false).expect_err("RE2 refuses it");
    assert_eq!(error.help.as_deref(), Some(r"write `\p{Greek}`"));
}

#[test]
fn replace() {
    for row in rows(include_str!("regex/replace.tsv"), 4) {
        let pattern = Pattern::new(row[0], false).expect("the patterns of the table compile");
        let text = unescape(row[1]);
        let replacement = if row[2] == r"\e" { "" } else { row[2] };
        let checked = pattern.check_replacement(replacement);
        if row[3] == "error" {
            assert!(checked.is_err(), "{row:?}");
            assert_eq!(pattern.replace(&text, replacement), text, "{row:?}");
        } else {
            assert_eq!(checked, Ok(()), "{row:?}");
            assert_eq!(
                pattern.replace(&text, replacement),
                unescape(row[3]),
                "{row:?}"
            );
        }
    }
}

#[test]
fn replace_stays_within_its_limit() {
    use yaral_ir::regex::limits::REPLACE_BYTES_MAX;
    let pattern = Pattern::new("(?s)(.*)", false).expect("it is RE2");
    let text = "é".repeat(200_000);
    let result = pattern.replace(&text, r"\1\1\1\1\1\1\1\1x");
    assert_eq!(result.len(), REPLACE_BYTES_MAX);
    assert!(result.starts_with('é') && result.ends_with('é'));
}

#[test]
fn capture_all() {
    for row in rows(include_str!("regex/capture_all.tsv"), 3) {
        let pattern = Pattern::new(row[0], false).expect("the patterns of the table compile");
        let text = unescape(row[1]);
        let expected: Vec<String> = match row[2] {
            "-" => Vec::new(),
            some => some.split(';').map(unescape).collect(),
        };
        assert_eq!(pattern.capture_all(&text), expected, "{row:?}");
    }
    let all = Pattern::new("a", false).expect("it is RE2");
    assert_eq!(
        all.capture_all(&"a".repeat(2000)).len(),
        yaral_ir::regex::limits::CAPTURES_MAX
    );
}

#[test]
fn required_literals() {
    for row in rows(include_str!("regex/literals.tsv"), 3) {
        let pattern = Pattern::new(row[0], row[1] == "nocase").expect("the patterns compile");
        let expected: Option<Vec<String>> = match row[2] {
            "-" => None,
            some => Some(some.split(';').map(str::to_owned).collect()),
        };
        assert_eq!(pattern.required_literals(), expected, "{row:?}");
    }
}

#[test]
fn hostile_patterns_are_refused() {
    let deep = |open: &str, close: &str| open.repeat(5000) + "a" + &close.repeat(5000);
    let hostile = [
        ("groups in groups", deep("(", ")")),
        ("plain groups in groups", deep("(?:", ")")),
        ("repetitions in repetitions", deep("(?:", ")?")),
        (
            "repetitions in a row",
            "a".to_owned() + &r"*\Q\E".repeat(5000),
        ),
        ("a large automaton", r"(?:\pL{1000})".to_owned()),
        ("large automata in a row", r"\pL{999}".repeat(5000)),
        ("captures in a row", "(a{1000})".repeat(2000)),
        ("classes", r"\pL".repeat(20_000)),
        (
            "folded classes",
            r"(?i)".to_owned() + &r"[A-\x{10FFFF}]".repeat(4000),
        ),
        ("open names", "[[:".to_owned() + &"[:".repeat(30_000)),
        ("open braces", r"\p{".to_owned() + &r"\p{".repeat(15_000)),
        ("length", "a".repeat(1 << 20)),
    ];
    for (what, pattern) in hostile {
        assert!(Pattern::new(&pattern, false).is_err(), "{what} is accepted");
    }
    // As deep as allowed, and a long flat one: both fit the stack and compile.
    let depth = 120;
    assert!(Pattern::new(&("(".repeat(depth) + "a" + &")".repeat(depth)), false).is_ok());
    assert!(Pattern::new(&"(?:a|b)|".repeat(1000), false).is_ok());
}

#[test]
fn every_group_name_is_found() {
    let source = include_str!("../src/regex/group_names.rs");
    let names: Vec<&str> = source
        .split("/// The characters")
        .next()
        .unwrap_or_default()
        .split('"')
        .skip(1)
        .step_by(2)
        .collect();
    assert!(names.len() > 190);
    for name in names {
        assert!(
            Pattern::new(&format!(r"\p{{{name}}}"), false).is_ok(),
            "{name}"
        );
        let spelt = name.to_ascii_lowercase();
        assert!(
            Pattern::new(&format!(r"\p{{{spelt}}}"), false).is_err(),
            "{spelt}"
        );
    }
}

/// The folding code looks only at a stretch of Unicode; nothing outside it may have cases.
#[test]
fn no_character_outside_the_folded_stretch_has_cases() {
    let hir = regex_syntax::parse("(?i)[\\x{1E944}-\\x{10FFFF}]").expect("it is a class");
    let plain = regex_syntax::parse("[\\x{1E944}-\\x{10FFFF}]").expect("it is a class");
    assert_eq!(hir, plain);
    assert_ne!(
        regex_syntax::parse("(?i)\\x{1E943}"),
        regex_syntax::parse("\\x{1E943}")
    );
}

#[test]
fn translation_reads_as_rust_regex() {
    assert_eq!(
        translate(r"a{x}\Q.\E\z").as_deref(),
        Ok(r"(?:(?:a\{x\}\.)\z)")
    );
    assert_eq!(translate(r"\bK").as_deref(), Ok(r"(?:(?-u:\b)K)"));
    assert_eq!(translate(r"(?i)\d").as_deref(), Ok("[0-9]"));
}

#[test]
fn patterns_are_shared_between_threads() {
    fn check<T: Clone + Send + Sync + std::fmt::Debug + Eq>(_: &T) {}
    let pattern = Pattern::new("A", true).expect("it is RE2");
    check(&pattern);
    assert_eq!(pattern, pattern.clone());
    assert_eq!(format!("{pattern:?}"), "Pattern(/A/ nocase)");
    assert_eq!(
        (pattern.text(), pattern.nocase(), pattern.groups()),
        ("A", true, 0)
    );
}
