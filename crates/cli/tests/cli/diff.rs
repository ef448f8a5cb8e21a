//! What `yaral diff` prints.

use serde_json::Value;

use crate::bench::{Bench, RULE, record};

/// The rule of the bench, which lists and gets secrets, changed: `get` alone,
/// another score, and nobody is left out.
fn changed() -> String {
    RULE.replace(
        "$e.metadata.product_event_type = \"list\" or $e.metadata.product_event_type = \"get\"",
        "$e.metadata.product_event_type = \"get\"",
    )
    .replace("    not $e.principal.user.userid = /^system:/\n", "")
    .replace("max(85)", "max(60)")
}

/// A bench with two versions, and logs in which something happens to each kind.
fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("old/secrets_read.yaral", RULE);
    bench.write("new/secrets_read.yaral", changed());
    let same = RULE
        .replace("secrets_read", "same")
        .replace("\"secrets\"", "\"pods\"");
    bench.write("old/same.yaral", &same);
    bench.write("new/same.yaral", &same);
    bench.write(
        "audit.log",
        crate::bench::audit()
            + &record(4, "system:node:a", "get", "secrets", "db")
            + &record(5, "system:node:a", "get", "secrets", "web"),
    );
    bench
}

#[test]
fn human() {
    insta::assert_snapshot!(bench().run(&["diff", "old", "new", "audit.log"]).seen());
}

#[test]
fn human_with_every_detection() {
    insta::assert_snapshot!(
        bench()
            .run(&["diff", "old", "new", "audit.log", "-v"])
            .seen()
    );
}

#[test]
fn concise() {
    let arguments = ["diff", "old", "new", "audit.log", "--format", "concise"];
    insta::assert_snapshot!(bench().run(&arguments).seen());
}

#[test]
fn github() {
    let arguments = ["diff", "old", "new", "audit.log", "--format", "github"];
    insta::assert_snapshot!(bench().run(&arguments).seen());
}

#[test]
fn json() {
    let arguments = ["diff", "old", "new", "audit.log", "--format", "json"];
    insta::assert_snapshot!(bench().run(&arguments).seen());
}

#[test]
fn exit_codes() {
    let bench = bench();
    let code = |arguments: &[&str]| bench.run(&[&["diff"], arguments].concat()).code;
    assert_eq!(code(&["old", "new", "audit.log"]), Some(0));
    assert_eq!(
        code(&["old", "new", "audit.log", "--detailed-exitcode"]),
        Some(1)
    );
    assert_eq!(
        code(&["old", "old", "audit.log", "--detailed-exitcode"]),
        Some(0)
    );
    assert_eq!(code(&["old", "nowhere", "audit.log"]), Some(2));
    assert_eq!(code(&["old", "new", "nowhere.log"]), Some(2));
    assert_eq!(code(&["old", "broken.yaral", "audit.log"]), Some(2));
    assert_eq!(code(&["-", "new", "-"]), Some(2));
    assert_eq!(
        code(&["old", "new", "audit.log", "--rejects", "audit.log"]),
        Some(2)
    );
    bench.write("empty.log", "");
    assert_eq!(code(&["old", "new", "empty.log"]), Some(4));
    bench.write("half.log", crate::bench::audit() + "{\n");
    assert_eq!(code(&["old", "new", "half.log"]), Some(3));
    assert_eq!(
        code(&["old", "new", "half.log", "--fail-on-partial"]),
        Some(2)
    );
}

#[test]
fn rules_that_are_the_same_are_not_run() {
    let bench = bench();
    let ran = bench.run(&["diff", "old", "old", "audit.log"]);
    assert_eq!(ran.out, "No rule differs; 2 rules compared.\n");
    // Comments and layout change nothing that is detected.
    let text = RULE.replace("  events:", "  // A comment.\n  events:");
    bench.write("commented.yaral", text);
    let ran = bench.run(&[
        "diff",
        "old/secrets_read.yaral",
        "commented.yaral",
        "audit.log",
    ]);
    assert_eq!(ran.out, "No rule differs; 1 rule compared.\n");
    // Another severity does, although the ids stay.
    bench.write("severe.yaral", RULE.replace("\"High\"", "\"Low\""));
    let ran = bench.run(&[
        "diff",
        "old/secrets_read.yaral",
        "severe.yaral",
        "audit.log",
    ]);
    assert!(ran.out.contains("~ 2 detections change"), "{}", ran.out);
    assert!(ran.out.contains("severity HIGH → LOW"), "{}", ran.out);
}

#[test]
fn a_rule_that_one_side_refuses_is_not_compared() {
    let bench = bench();
    bench.write(
        "new/secrets_read.yaral",
        RULE.replace("principal.user", "principal.usr"),
    );
    let ran = bench.run(&["diff", "old", "new", "audit.log", "--detailed-exitcode"]);
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    assert!(!ran.out.contains("disappear  "), "{}", ran.out);
    assert!(
        ran.err.contains("1 rule refused, and not compared"),
        "{}",
        ran.err
    );
    let said = "No rule differs; 1 rule compared.\n1 rule not compared: it does not compile.\n";
    assert_eq!(ran.out, said);
    let ran = bench.run(&["diff", "old", "new", "audit.log", "--format", "github"]);
    assert!(
        ran.out
            .contains("::warning title=Rules not compared::1 rule"),
        "{}",
        ran.out
    );
}

#[test]
fn an_alert_that_becomes_quieter_is_a_warning_on_github() {
    let bench = bench();
    for (severity, command) in [("Low", "::warning"), ("Critical", "::notice")] {
        let text = RULE.replace("\"High\"", &format!("{severity:?}"));
        bench.write("new.yaral", text);
        let ran = bench.run(&[
            "diff",
            "old/secrets_read.yaral",
            "new.yaral",
            "audit.log",
            "--format",
            "github",
        ]);
        assert!(ran.out.starts_with(command), "{severity}: {}", ran.out);
        let quieter = ran.out.contains("2 detections to be less severe");
        assert_eq!(quieter, severity == "Low", "{}", ran.out);
    }
}

#[test]
fn a_file_without_a_rule_is_not_a_rule_that_is_gone() {
    let bench = bench();
    bench.write("new/secrets_read.yaral", "no rule at all");
    let ran = bench.run(&["diff", "old", "new", "audit.log"]);
    assert_eq!(
        (ran.code, ran.out.lines().count()),
        (Some(3), 2),
        "{}",
        ran.out
    );
    assert!(ran.err.contains("secrets_read"), "{}", ran.err);
}

#[test]
fn rules_come_and_go() {
    let bench = bench();
    bench.write("one/a.yaral", RULE.replace("secrets_read", "a"));
    bench.write("two/b.yaral", RULE.replace("secrets_read", "b"));
    let ran = bench.run(&["diff", "one", "two", "audit.log"]);
    assert!(ran.out.contains("- one/a.yaral\n"), "{}", ran.out);
    assert!(ran.out.contains("+ two/b.yaral\n"), "{}", ran.out);
    assert!(
        ran.out.contains("Plan: 2 to appear, 2 to disappear"),
        "{}",
        ran.out
    );
}

#[test]
fn hostile_logs_do_not_reach_the_terminal() {
    let bench = bench();
    bench.write("one/a.yaral", RULE.replace("secrets_read", "a"));
    bench.write(
        "two/a.yaral",
        RULE.replace("secrets_read", "a")
            .replace("max(85)", "max(1)")
            .replace(
                "$namespace =",
                "$who = array_distinct($e.principal.user.userid)\n    $namespace =",
            ),
    );
    for format in ["human", "concise", "github", "json"] {
        let ran = bench.run(&["diff", "one", "two", "audit.log", "-v", "--format", format]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        let bad = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!ran.out.contains(bad), "{format}: {:?}", ran.out);
        assert!(
            format == "github" || ran.out.contains("mallory"),
            "{format}: {}",
            ran.out
        );
    }
}

#[test]
fn rules_over_detections_read_the_logs_twice() {
    let bench = bench();
    let over = r#"
rule over {
  meta:
    severity = "Low"
  events:
    $d.detection.detection.rule_name = "secrets_read"
    $d.detection.detection.risk_score > 70
    $d.detection.detection.rule_name = $name
  match:
    $name over 1h
  condition:
    $d
}
"#;
    bench.write("old/over.yaral", over);
    bench.write("new/over.yaral", over);
    let ran = bench.run(&["diff", "old", "new", "audit.log", "--format", "json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    let rules = document["rules"].as_array().unwrap();
    let over = rules.iter().find(|rule| rule["rule"] == "over").unwrap();
    // The score of what it looks at fell below what it asks for.
    assert_eq!(
        over["disappear"].as_array().map(Vec::len),
        Some(1),
        "{over}"
    );
    let ran = bench.pipe(&["diff", "old", "new", "-"], b"");
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("twice"), "{}", ran.err);
}
