//! The limits of the regex dialect: what is refused beyond them, and what is cut.

use std::fmt::Write as _;

use yaral_ir::limits::ARRAY_ELEMENTS_MAX;
use yaral_ir::regex::limits::{
    CAPTURES_MAX, CLASS_RANGES_MAX, FOLD_CHARS_MAX, GROUPS_RECORDED_MAX, LAZY_CACHE_BYTES_MAX,
    LITERALS_MAX, LITERALS_PATTERN_BYTES_MAX, NESTING_MAX, NFA_BYTES_MAX, ONEPASS_BYTES_MAX,
    PATTERN_BYTES_MAX, REPEAT_MAX, REPLACE_BYTES_MAX, REPLACEMENTS_MAX,
};
use yaral_ir::regex::{Pattern, translate};
use yaral_ir::semantics::Semantics;

fn pattern(re2: &str) -> Pattern {
    Pattern::new(re2, false).expect("it is RE2 within the limits")
}

/// Why a pattern is refused.
fn refusal(re2: &str) -> String {
    Pattern::new(re2, false)
        .expect_err("it is beyond a limit")
        .message
}

#[test]
fn pattern_bytes_max() {
    assert!(!pattern(&"a".repeat(PATTERN_BYTES_MAX)).is_match("a"));
    assert_eq!(
        refusal(&"a".repeat(PATTERN_BYTES_MAX + 1)),
        format!("the pattern is longer than {PATTERN_BYTES_MAX} bytes")
    );
}

#[test]
fn repeat_max() {
    let text = "a".repeat(REPEAT_MAX as usize);
    assert_eq!(
        pattern(&format!("a{{{REPEAT_MAX}}}")).capture(&text),
        Some(&*text)
    );
    let says = |re2: &str| assert!(refusal(re2).contains("RE2's 1000"), "{re2}");
    says(&format!("a{{{}}}", REPEAT_MAX + 1));
    says(&format!("a{{0,{}}}", REPEAT_MAX + 1));
    pattern("(?:a{10}){100}");
    says("(?:a{10}){101}");
}

#[test]
fn nesting_max() {
    let groups = |levels: usize| "(?:".repeat(levels) + "a" + &")".repeat(levels);
    let repeats = |levels: usize| "(?:".repeat(levels) + "a" + &")?".repeat(levels);
    for nested in [groups, repeats] {
        assert!(pattern(&nested(NESTING_MAX)).is_match("a"));
        assert_eq!(
            refusal(&nested(NESTING_MAX + 1)),
            format!("the pattern is nested deeper than {NESTING_MAX} levels")
        );
    }
}

#[test]
fn class_ranges_max() {
    // Counted are the ranges that are looked up and those that are built; here they are the same.
    let ranges = |class: &str| {
        let hir = regex_syntax::parse(class).expect("the dialects agree on it");
        match hir.kind() {
            regex_syntax::hir::HirKind::Class(regex_syntax::hir::Class::Unicode(class)) => {
                class.ranges().len()
            }
            _ => 0,
        }
    };
    let each = 2 * ranges(r"\pL");
    let fit = CLASS_RANGES_MAX / each;
    assert!(translate(&r"\pL".repeat(fit)).is_ok());
    let beyond = translate(&r"\pL".repeat(fit + 1)).expect_err("too many");
    assert!(beyond.message.contains("character classes"), "{beyond}");
}

#[test]
fn fold_chars_max() {
    // One range each, so that only the folding counts.
    let classes = |count: usize| format!("(?i){}", r"[A-\x{10FFFF}]".repeat(count));
    let few = FOLD_CHARS_MAX / 0x0011_0000;
    assert!(translate(&classes(few)).is_ok());
    let many = 1_000;
    let beyond = translate(&classes(many)).expect_err("too many");
    assert!(beyond.message.contains("character classes"), "{beyond}");
    assert!(
        translate(&r"[A-\x{10FFFF}]".repeat(many)).is_ok(),
        "without folding it is small"
    );
}

#[test]
fn groups_recorded_max() {
    let re2 = "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)";
    let ten = pattern(re2);
    assert_eq!(ten.groups(), GROUPS_RECORDED_MAX + 1);
    let last = format!("\\{GROUPS_RECORDED_MAX}");
    assert_eq!(ten.replace("abcdefghij", &last), "i");
    // The tenth cannot be named: this is the first group and a zero.
    assert_eq!(ten.replace("abcdefghij", r"\10"), "a0");
}

#[test]
fn nfa_bytes_max() {
    assert!(pattern(r"\pL{10}").is_match("abcdefghij"));
    assert_eq!(
        refusal(r"\pL{1000}"),
        format!("the pattern needs an automaton of more than {NFA_BYTES_MAX} bytes")
    );
}

/// Beyond these two a pattern takes a slower engine, and answers as before.
#[test]
fn onepass_bytes_max_and_lazy_cache_bytes_max_change_no_answer() {
    // Its one-pass automaton is too large: some hundred classes of 256 ways each.
    let large = pattern(r"^(\w{300})x(\pL{150})$");
    let text = format!("{}x{}", "w".repeat(300), "é".repeat(150));
    assert!(text.len() * 256 * 8 > ONEPASS_BYTES_MAX);
    assert_eq!(large.replace(&text, r"\2"), "é".repeat(150));

    // It has 2^16 states, each larger than sixteen bytes, and the text visits most.
    let back = 16;
    assert!((1_usize << back) * 16 >= LAZY_CACHE_BYTES_MAX);
    let many = pattern(&format!("a[ab]{{{}}}$", back - 1));
    let (mut noise, mut seed) = (String::new(), 1_u32);
    for _ in 0..100_000 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        noise.push(if seed >> 31 == 0 { 'a' } else { 'b' });
    }
    for end in (1_000..noise.len()).step_by(9_973) {
        let text = &noise[..end];
        let expected = text.as_bytes()[end - back] == b'a';
        assert_eq!(many.is_match(text), expected, "{end}");
    }
}

#[test]
fn captures_max() {
    let all = pattern("a");
    for (count, kept) in [
        (CAPTURES_MAX, CAPTURES_MAX),
        (CAPTURES_MAX + 1, CAPTURES_MAX),
    ] {
        assert_eq!(all.capture_all(&"a".repeat(count)).len(), kept);
    }
}

#[test]
fn replacements_max() {
    let a = pattern("a");
    let all = a.replace(&"a".repeat(REPLACEMENTS_MAX), "b");
    assert_eq!(all, "b".repeat(REPLACEMENTS_MAX));
    let beyond = a.replace(&"a".repeat(REPLACEMENTS_MAX + 1), "b");
    assert_eq!(beyond, "b".repeat(REPLACEMENTS_MAX) + "a");
}

#[test]
fn replace_bytes_max() {
    let all = pattern("(?s).+");
    for (bytes, kept) in [
        (REPLACE_BYTES_MAX / 2, REPLACE_BYTES_MAX),
        (REPLACE_BYTES_MAX / 2 + 1, REPLACE_BYTES_MAX),
    ] {
        assert_eq!(all.replace(&"x".repeat(bytes), r"\0\0").len(), kept);
    }
}

#[test]
fn literals_max() {
    let words = |count: usize| {
        (0..count).fold(String::new(), |mut all, at| {
            let bar = if at > 0 { "|" } else { "" };
            let _ = write!(all, "{bar}{at:03}word");
            all
        })
    };
    let set = pattern(&words(LITERALS_MAX)).required_literals();
    assert_eq!(set.map(|set| set.len()), Some(LITERALS_MAX));
    let beyond = pattern(&words(LITERALS_MAX + 1));
    assert_eq!(beyond.required_literals(), None);
    assert!(beyond.is_match("064word"), "only the shortcut is gone");
}

#[test]
fn starts_max() {
    // As `regex::literals` has it: the places at which a literal may begin.
    const STARTS_MAX: usize = 32;
    let literals = |before: usize| {
        let text = format!("{}need[xy]le", "[a-z]".repeat(before));
        pattern(&text).required_literals()
    };
    let set = |literals: &[&str]| Some(literals.iter().map(|one| (*one).to_owned()).collect());
    assert_eq!(literals(STARTS_MAX - 1), set(&["needxle", "needyle"]));
    // Shorter, and still in every match.
    assert_eq!(literals(STARTS_MAX), set(&["need"]));
}

#[test]
fn literals_pattern_bytes_max() {
    let long = |bytes: usize| "a".repeat(bytes);
    assert!(
        pattern(&long(LITERALS_PATTERN_BYTES_MAX))
            .required_literals()
            .is_some()
    );
    let beyond = pattern(&long(LITERALS_PATTERN_BYTES_MAX + 1));
    assert_eq!(beyond.required_literals(), None);
    assert!(beyond.is_match(&long(LITERALS_PATTERN_BYTES_MAX + 1)));
}

#[test]
fn array_elements_max() {
    let mut semantics = Semantics::default();
    for (given, kept) in [
        (ARRAY_ELEMENTS_MAX, ARRAY_ELEMENTS_MAX),
        (ARRAY_ELEMENTS_MAX + 1, ARRAY_ELEMENTS_MAX),
        (0, 1),
    ] {
        semantics
            .set("array_elements", &given.to_string())
            .expect("a number");
        assert_eq!(semantics.array_elements, kept, "{given}");
        assert_eq!(semantics.entries()["array_elements"], kept.to_string());
    }
}
