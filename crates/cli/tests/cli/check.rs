//! What `yaral check` prints.

use crate::bench::{BROKEN, Bench, skip};

#[test]
fn human() {
    let ran = Bench::new().run(&["check", "broken.yaral", "rule.yaral"]);
    assert!(
        ran.out.lines().all(|line| line.chars().count() <= 80),
        "{}",
        ran.out
    );
    insta::assert_snapshot!(ran.seen());
}

#[test]
fn concise() {
    insta::assert_snapshot!(
        Bench::new()
            .run(&["check", ".", "--format", "concise"])
            .seen()
    );
}

#[test]
fn json() {
    insta::assert_snapshot!(Bench::new().run(&["check", ".", "--format", "json"]).seen());
}

#[test]
fn ndjson() {
    insta::assert_snapshot!(
        Bench::new()
            .run(&["check", ".", "--output-format", "ndjson"])
            .seen()
    );
}

#[test]
fn standard_input_is_a_file() {
    let bench = Bench::new();
    let ran = bench.pipe(&["check", "-", "--format", "concise"], BROKEN.as_bytes());
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.starts_with("-:5:18: error[E0201]: "), "{}", ran.out);
    assert_eq!(bench.pipe(&["check", "-"], b"\xff\xfe").code, Some(2));
}

#[test]
fn the_fail_level_decides() {
    let bench = Bench::new();
    bench.write(
        "old.yaral",
        r#"rule old { meta: severity = "Low" events: $e.target.resource.id = "x" condition: $e }"#,
    );
    assert_eq!(bench.run(&["check", "old.yaral"]).code, Some(0));
    assert_eq!(
        bench
            .run(&["check", "old.yaral", "--fail-level", "note"])
            .code,
        Some(1)
    );
}

#[test]
fn rules_are_counted_by_the_worst_against_each() {
    let bench = Bench::new();
    let two = crate::bench::RULE.replace("secrets_read", "one") + crate::bench::RULE;
    bench.write("two.yaral", two);
    let ran = bench.run(&["check", "two.yaral", "broken.yaral"]);
    assert!(ran.out.contains("\n3 rules: 2 ok, 1 error "), "{}", ran.out);
}

/// What [`BROKEN`] becomes.
fn whole() -> String {
    BROKEN.replace("ipp", "ip").replace("regx", "regex")
}

#[test]
fn fix_mends_in_place_and_says_what() {
    let bench = Bench::new();
    bench.write("mark.yaral", format!("\u{feff}{BROKEN}"));
    let before = std::fs::metadata(bench.path("rule.yaral"))
        .unwrap()
        .modified()
        .unwrap();
    let ran = bench.run(&["check", ".", "--fix", "--format", "concise"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{}", ran.err);
    assert!(
        ran.err
            .contains("mended 4 findings in 2 files: 2 E0201, 2 E0203\n"),
        "{}",
        ran.err
    );
    assert_eq!(bench.read("broken.yaral"), whole());
    assert_eq!(bench.read("mark.yaral"), format!("\u{feff}{}", whole()));
    let after = std::fs::metadata(bench.path("rule.yaral"))
        .unwrap()
        .modified()
        .unwrap();
    assert_eq!(before, after);
    let again = bench.run(&["check", ".", "--fix", "--format", "concise"]);
    assert!(again.err.contains("mended nothing\n"), "{}", again.err);
}

#[test]
fn diff_shows_what_fix_would_mend() {
    let bench = Bench::new();
    let ran = bench.run(&["check", "broken.yaral", "--diff"]);
    insta::assert_snapshot!(ran.seen());
    assert_eq!(bench.read("broken.yaral"), BROKEN);
    let piped = bench.pipe(&["check", "-", "--diff"], BROKEN.as_bytes());
    assert_eq!(ran.out.replace("broken.yaral", "-"), piped.out);
}

#[test]
fn unsafe_fixes_are_asked_for() {
    let bench = Bench::new();
    let old = |field: &str| {
        format!("rule old {{ meta: events: $e.principal.process.{field} = \"1\" condition: $e }}")
    };
    bench.write("old.yaral", old("parent_pid"));
    bench.run(&["check", "old.yaral", "--fix"]);
    assert_eq!(bench.read("old.yaral"), old("parent_pid"));
    let ran = bench.run(&["check", "old.yaral", "--fix", "--unsafe-fixes"]);
    assert_eq!(ran.code, Some(0));
    assert_eq!(bench.read("old.yaral"), old("parent_process.pid"));
    for usage in [
        &["check", "old.yaral", "--unsafe-fixes"][..],
        &["check", "-", "--fix"],
    ] {
        assert_eq!(bench.pipe(usage, b"").code, Some(2), "{usage:?}");
    }
}

#[test]
fn hostile_rule_text_does_not_reach_the_terminal() {
    let bench = Bench::new();
    let long = format!(
        "rule x {{ meta: events: $e.{} = 1 condition: $e }}",
        "a".repeat(100_000)
    );
    for (name, text) in [
        (
            "escape.yaral",
            "rule \u{1b}]0;pwn\u{7} { \u{9b}2J \u{202e} }\n".to_owned(),
        ),
        (
            "escape2.yaral",
            "rule a {\r\n meta:\r\n x = \"\u{1b}[2J\" events: $e.\u{202e}abc = 1 condition: $e }"
                .to_owned(),
        ),
        ("nul.yaral", "rule \0\0 {".to_owned()),
        (
            "deep.yaral",
            format!(
                "rule x {{ meta: events: {} condition: $e }}",
                "(".repeat(20_000)
            ),
        ),
        ("long.yaral", long),
    ] {
        bench.write(name, text);
        for format in ["human", "concise"] {
            let ran = bench.run(&["check", name, "--format", format]);
            assert_eq!(ran.code, Some(1), "{name}: {}", ran.err);
            let bad =
                |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
            assert!(!ran.out.contains(bad), "{name} {format}: {:?}", ran.out);
            assert!(
                ran.out.len() < 100_000,
                "{name} {format}: {} bytes",
                ran.out.len()
            );
        }
    }
}

#[test]
fn the_public_corpus_is_read_without_a_panic() {
    let Some(corpus) = std::env::var_os("YARAL_CORPUS") else {
        return skip("YARAL_CORPUS is not set");
    };
    let rules = std::path::Path::new(&corpus).join("detection-rules");
    if !rules.is_dir() {
        return skip("YARAL_CORPUS has no detection-rules");
    }
    let ran = Bench::new().run(&["check", rules.to_str().unwrap(), "--format", "human"]);
    assert!(matches!(ran.code, Some(0 | 1)), "{}", ran.err);
}
