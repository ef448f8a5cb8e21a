//! What `yaral coverage` prints.

use serde_json::Value;

use crate::bench::{Bench, RULE};

const TESTS: &str = "\
start: 2026-08-01T10:00:00Z
tests:
  - { name: fires, timeline: [], expect: [ { severity: HIGH } ] }
  - { name: stays silent, timeline: [], expect: none }
";

fn bench() -> Bench {
    let bench = Bench::new();
    let named = |name: &str, meta: &str| {
        RULE.replace("secrets_read", name)
            .replace("    author = \"tests\"", meta)
    };
    bench.write(
        "rules/tested.yaral",
        named(
            "tested",
            "    mitre_attack_technique = \"T1552.007, T1190\"\n    data_source = \"API server (KUBERNETES_AUDIT)\"",
        ),
    );
    bench.write("rules/tested.test.yaml", TESTS);
    bench.write(
        "rules/half.yaral",
        named("half", "    technique = \"T1552.007\"").replace(
            "  outcome:",
            "    $e.target.file.full_path != \"/\"\n    $e.additional.fields[\"nothing\"] = \"\"\n  outcome:",
        ),
    );
    bench.write(
        "rules/half.test.yaml",
        "tests:\n  - { name: a, timeline: [], expect: none }\n",
    );
    bench.write(
        "rules/bare.yaral",
        named("bare", "    author = \"nobody\"").replace("\"list\" or", "\"x\" or"),
    );
    bench
}

#[test]
fn human() {
    insta::assert_snapshot!(bench().run(&["coverage", "-r", "rules"]).seen());
}

#[test]
fn human_with_logs() {
    let arguments = ["coverage", "-r", "rules", "audit.log", "-v"];
    insta::assert_snapshot!(bench().run(&arguments).seen());
}

#[test]
fn json() {
    let arguments = ["coverage", "-r", "rules", "audit.log", "--format", "json"];
    insta::assert_snapshot!(bench().run(&arguments).seen());
}

#[test]
fn csv() {
    let arguments = ["coverage", "-r", "rules", "audit.log", "--format", "csv"];
    insta::assert_snapshot!(bench().run(&arguments).seen());
}

#[test]
fn navigator() {
    let arguments = ["coverage", "-r", "rules", "--format", "navigator"];
    insta::assert_snapshot!(bench().run(&arguments).seen());
}

#[test]
fn the_pack_is_covered_without_logs() {
    let ran = Bench::new().run(&["coverage", "--format", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    let techniques = document["techniques"].as_array().unwrap();
    assert!(techniques.iter().any(|one| one["id"] == "T1552.007"));
    let log_types = document["log_types"].as_object().unwrap();
    assert!(log_types.contains_key("KUBERNETES_AUDIT"), "{log_types:?}");
    assert_eq!(document["input"], Value::Null);
}

#[test]
fn exit_codes() {
    let bench = bench();
    let code = |arguments: &[&str]| bench.run(&[&["coverage"], arguments].concat()).code;
    assert_eq!(code(&["-r", "rules", "audit.log"]), Some(0));
    assert_eq!(code(&["-r", "nowhere"]), Some(2));
    assert_eq!(code(&["-r", "broken.yaral"]), Some(2));
    assert_eq!(code(&["-r", "rules", "nowhere.log"]), Some(2));
    assert_eq!(code(&["-r", "rules", "-r", "broken.yaral"]), Some(3));
    let partial = ["-r", "rules", "-r", "broken.yaral", "--fail-on-partial"];
    assert_eq!(code(&partial), Some(2));
    bench.write("empty.log", "");
    assert_eq!(code(&["-r", "rules", "empty.log"]), Some(4));
    bench.write("none/readme.txt", "");
    assert_eq!(code(&["-r", "none"]), Some(4));
}

#[test]
fn hostile_rules_do_not_reach_the_terminal() {
    let bench = bench();
    let evil = "rule e { meta: severity = \"\u{1b}[2J\" technique = \"T1190\u{202e}\" events: $e.additional.fields[\"=1+\u{1b}]0;x\u{7}\u{202e}\"] = \"a\" condition: $e }";
    bench.write("evil/=evil.yaral", evil);
    for format in ["human", "json", "csv", "navigator"] {
        let ran = bench.run(&[
            "coverage",
            "-r",
            "evil",
            "audit.log",
            "-v",
            "--format",
            format,
        ]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        let bad = |c: char| {
            (c.is_control() && !matches!(c, '\n' | '\r')) || ('\u{202a}'..='\u{202e}').contains(&c)
        };
        assert!(!ran.out.contains(bad), "{format}: {:?}", ran.out);
    }
}
