//! `yaral test`: verdicts, formats, what is told of a mistake, and what each
//! switch does.

use serde_json::Value;

use crate::bench::{Bench, RULE, Ran};

/// Tests of the workbench's rule: one of each verdict can be made of them.
pub(crate) const TESTS: &str = r#"rule: rule.yaral
events:
  read:
    raw:
      kind: Event
      apiVersion: audit.k8s.io/v1
      auditID: one
      level: Metadata
      stage: ResponseComplete
      verb: list
      requestURI: /api/v1/namespaces/prod/secrets
      user: { username: eve }
      objectRef: { resource: secrets, namespace: prod }
      responseStatus: { code: 200 }
      requestReceivedTimestamp: "2026-01-01T00:00:00Z"
      stageTimestamp: "2026-01-01T00:00:00Z"
tests:
  - name: a person lists secrets
    timeline: [{ at: 5s, event: read }]
    expect: [{ severity: HIGH, outcomes: { risk_score: 85, namespace: [prod] }, events: { e: [read] } }]
  - name: the system does
    timeline: [{ event: read, change: { user.username: "system:kube-scheduler" } }]
    expect: none
    because: 'not $e.principal.user.userid = /^system:/'
"#;

fn bench(tests: &str) -> Bench {
    let bench = Bench::new();
    bench.write("secrets.test.yaml", tests);
    bench
}

fn ran(tests: &str, flags: &[&str]) -> Ran {
    let words = [&["test", "secrets.test.yaml"], flags].concat();
    bench(tests).run(&words)
}

#[test]
fn passing_tests_are_listed_and_counted() {
    let ran = ran(TESTS, &[]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert!(
        ran.out.contains("   PASS  a person lists secrets\n"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("\n2 tests: 2 passed"), "{}", ran.out);
}

#[test]
fn a_failing_test_says_what_differs() {
    for (from, to, told) in [
        (
            "severity: HIGH",
            "severity: LOW",
            "the severity is HIGH, not LOW",
        ),
        (
            "risk_score: 85",
            "risk_score: 84",
            "$risk_score is 85.0, not 84",
        ),
        ("[prod]", "[dev]", r#"$namespace is ["prod"], not ["dev"]"#),
        ("e: [read]", "e: 2", "$e has 1 events, not 2"),
        (
            "kube-scheduler",
            "kube-scheduler\", verb: \"delete",
            "silent, but not because of",
        ),
        (
            "\"system:kube-scheduler\"",
            "alice",
            "expected no detection, got 1",
        ),
        (
            "    expect: none",
            "    of: another\n    expect: none",
            "`of: another` names no rule here; there is `secrets_read`",
        ),
        (
            "at: 5s, event: read }",
            "event: read, change: { verb: watch } }",
            "is missing",
        ),
    ] {
        let ran = ran(&TESTS.replace(from, to), &[]);
        assert_eq!(ran.code, Some(1), "{to}: {}{}", ran.out, ran.err);
        assert!(ran.out.contains(told), "{to}: {}", ran.out);
    }
}

#[test]
fn known_gaps_are_told_and_mended_ones_fail() {
    let gap = TESTS.replace("severity: HIGH", "severity: LOW").replace(
        "  - name: a person lists secrets\n",
        "  - name: a person lists secrets\n    todo: the severity is wrong\n",
    );
    let open = ran(&gap, &[]);
    assert_eq!(open.code, Some(0), "{}", open.out);
    assert!(
        open.out
            .contains("   TODO  a person lists secrets\n         todo: the severity is wrong\n"),
        "{}",
        open.out
    );
    let why = |format: &str, told: &str| {
        let ran = ran(&gap, &["--format", format]);
        assert!(ran.out.contains(told), "{format}: {}", ran.out);
    };
    why("json", "\"todo\": \"the severity is wrong\"");
    why("ndjson", "\"todo\":\"the severity is wrong\"");
    why(
        "junit",
        "<skipped message=\"todo: the severity is wrong\"/>",
    );
    let mended = ran(&gap.replace("severity: LOW", "severity: HIGH"), &[]);
    assert_eq!(mended.code, Some(1));
    assert!(mended.out.contains("take the mark away"), "{}", mended.out);
}

#[test]
fn mistakes_are_shown_with_a_caret() {
    for (from, to, place, marks) in [
        ("expect: none", "expekt: none", "23:5", "^^^^^^"),
        (
            "event: read, change",
            "event: raed, change",
            "22:25",
            "^^^^",
        ),
        ("user.username: \"", "user..username: \"", "22:41", "^"),
        ("rule: rule", "rule: absent", "1:7", "^"),
        ("tests:", "tests: [", "", ""),
        (
            "    expect: none",
            "    todo: true\n    expect: none",
            "23:11",
            "^^^^",
        ),
    ] {
        let ran = ran(&TESTS.replace(from, to), &[]);
        assert_eq!(ran.code, Some(2), "{to}: {}", ran.out);
        assert!(
            ran.out.contains(&format!("secrets.test.yaml:{place}")),
            "{to}: {}",
            ran.out
        );
        assert!(ran.out.contains(&format!("{marks}\n")), "{to}: {}", ran.out);
    }
    let ran = ran(&TESTS.replace("expect: none", "expekt: none"), &[]);
    assert!(
        ran.out.contains("help: did you mean `expect`?"),
        "{}",
        ran.out
    );
}

#[test]
fn update_writes_what_is_open_and_nothing_else() {
    let open = TESTS
        .replace(
            "    expect: [{ severity: HIGH, outcomes: { risk_score: 85, namespace: [prod] }, events: { e: [read] } }]\n",
            "",
        )
        .replace("    expect: none\n    because: 'not $e.principal.user.userid = /^system:/'\n", "");
    let bench = bench(&open);
    let before = bench.run(&["test", "secrets.test.yaml"]);
    assert_eq!(before.code, Some(1));
    assert!(
        before.out.contains("   OPEN  the system does"),
        "{}",
        before.out
    );
    let updated = bench.run(&["test", "secrets.test.yaml", "--update"]);
    assert_eq!(updated.code, Some(0), "{}", updated.err);
    let text = bench.read("secrets.test.yaml");
    assert!(
        text.contains("    expect:\n      - events: { e: [read] }\n"),
        "{text}"
    );
    assert!(text.contains("        severity: HIGH\n"), "{text}");
    assert!(
        text.ends_with(
            "    expect: none\n    because: [\"not $e.principal.user.userid = /^system:/\"]\n"
        ),
        "{text}"
    );
    assert_eq!(bench.run(&["test", "secrets.test.yaml"]).code, Some(0));
    // What fails is not made to pass.
    let wrong = text.replace("severity: HIGH", "severity: LOW");
    bench.write("secrets.test.yaml", &wrong);
    bench.run(&["test", "secrets.test.yaml", "--update"]);
    assert_eq!(bench.read("secrets.test.yaml"), wrong);
}

/// A log's author chooses the values that `--update` writes.
#[test]
fn update_writes_hostile_values_so_that_they_read_back() {
    let open = TESTS
        .replace(
            "    expect: [{ severity: HIGH, outcomes: { risk_score: 85, namespace: [prod] }, events: { e: [read] } }]\n",
            "",
        )
        .replace("username: eve", "username: \"\\x9b\\u202ee\\ufffe\\0 #'\\\"\\n: {x\"");
    let bench = bench(&open);
    let windowed = RULE.replace("  outcome:", "  match:\n    $user over 5m\n  outcome:");
    bench.write("rule.yaral", windowed);
    let updated = bench.run(&["test", "secrets.test.yaml", "--update"]);
    assert_eq!(updated.code, Some(0), "{}", updated.err);
    let text = bench.read("secrets.test.yaml");
    let written = r#"- match: { user: "\x9b\u202ee\ufffe\x00 #'\"\n: {x" }"#;
    assert!(text.contains(written), "{text}");
    let ran = bench.run(&["test", "secrets.test.yaml"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, text);
}

#[test]
fn update_writes_chosen_tests_only() {
    let reason = "    because: 'not $e.principal.user.userid = /^system:/'\n";
    let open = TESTS.replace(reason, "").replace(
        "    expect: [{ severity: HIGH, outcomes: { risk_score: 85, namespace: [prod] }, events: { e: [read] } }]\n",
        "",
    );
    let bench = bench(&open);
    let updated = bench.run(&["test", "secrets.test.yaml", "--update", "--run", "system"]);
    assert_eq!(updated.code, Some(0), "{}", updated.err);
    let text = bench.read("secrets.test.yaml");
    assert_eq!(text.matches("expect:").count(), 1, "{text}");
    assert_eq!(text.matches("because:").count(), 1, "{text}");
}

/// Characters that a terminal or a reader falls for.
#[test]
fn json_is_free_of_hostile_characters() {
    let hostile = TESTS.replace(
        "name: a person lists secrets",
        "name: \"a\\x9b\\u202e\\ufeff\\U000e0001z\"",
    );
    for format in ["json", "ndjson"] {
        let ran = ran(&hostile, &["--format", format]);
        assert!(
            ran.out.contains("a\\u009b\\u202e\\ufeff\\udb40\\udc01z"),
            "{format}: {}",
            ran.out
        );
        assert!(ran.out.is_ascii(), "{format}: {}", ran.out);
    }
}

#[test]
fn mutants_that_nobody_notices_are_named_by_line() {
    let ran = ran(TESTS, &["--mutate"]);
    assert!(
        ran.out
            .contains("MUTANT survived: dropping line 6 `$e.metadata.event_type"),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains("/^system:/`"), "{}", ran.out);
    let below = bench(TESTS).run(&[
        "test",
        "secrets.test.yaml",
        "--mutate",
        "--threshold",
        "100",
    ]);
    assert_eq!(below.code, Some(1));
    assert!(below.out.contains("is below 100%"), "{}", below.out);
}

#[test]
fn a_mutant_may_live_for_a_reason_but_no_reason_may_idle() {
    let excuse = "survivors:\n  - { drop: '$e.metadata.event_type = \"RESOURCE_READ\"', why: only reads are recorded }\n";
    let excused = ran(&format!("{TESTS}{excuse}"), &["--mutate"]);
    assert!(!excused.out.contains("dropping line 6"), "{}", excused.out);
    assert!(
        excused.out.contains("1 may live for a reason"),
        "{}",
        excused.out
    );
    let idle = excuse.replace("RESOURCE_READ", "NOTHING");
    let idle = ran(&format!("{TESTS}{idle}"), &["--mutate"]);
    assert_eq!(idle.code, Some(2));
    assert!(
        idle.out.contains("no mutant lives that this explains"),
        "{}",
        idle.out
    );
}

#[test]
fn coverage_names_what_was_never_seen() {
    let ran = ran(TESTS, &["--coverage"]);
    assert!(
        ran.out
            .contains("COVERAGE never false: line 6: `$e.metadata.event_type = \"RESOURCE_READ\"`"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("   coverage "), "{}", ran.out);
}

/// With tuning that it was not written for, a test still wants its detection.
#[test]
fn lowered_detections_pass_and_lost_ones_fail() {
    let lower = TESTS.replace("severity: HIGH", "severity: LOW, risk_score: 20");
    assert_eq!(ran(&lower, &[]).code, Some(1));
    let passed = ran(&lower, &["--lowered"]);
    assert_eq!(passed.code, Some(0), "{}", passed.out);
    // Another reason for silence is silence, too.
    let silent = TESTS.replace("kube-scheduler", "kube-scheduler\", verb: \"delete");
    assert_eq!(ran(&silent, &["--lowered"]).code, Some(0));
    for (from, to, told) in [
        (
            "at: 5s, event: read }",
            "at: 5s, event: read, change: { verb: watch } }",
            "is missing",
        ),
        (
            "severity: HIGH",
            "match: { user: bob }",
            "$user is \"eve\", not \"bob\"",
        ),
        ("severity: HIGH", "rule: other", "secrets_read, not other"),
        ("\"system:kube-scheduler\"", "eve", "expected no detection"),
    ] {
        let bench = bench(&TESTS.replace(from, to));
        let windowed = RULE.replace("  outcome:", "  match:\n    $user over 5m\n  outcome:");
        bench.write("rule.yaral", windowed);
        let ran = bench.run(&["test", "secrets.test.yaml", "--lowered"]);
        assert_eq!(ran.code, Some(1), "{to}: {}", ran.out);
        assert!(ran.out.contains(told), "{to}: {}", ran.out);
    }
    assert_eq!(ran(TESTS, &["--lowered", "--mutate"]).code, Some(2));
}

#[test]
fn tests_are_chosen_by_name() {
    let only = ran(TESTS, &["--run", "^the system"]);
    assert!(
        only.out.contains("1 test: 1 passed, 1 left out"),
        "{}",
        only.out
    );
    assert_eq!(ran(TESTS, &["--run", "nobody"]).code, Some(4));
    assert_eq!(ran(TESTS, &["--run", "("]).code, Some(2));
    assert_eq!(Bench::new().run(&["test", "."]).code, Some(4));
}

#[test]
fn machine_formats_say_the_same() {
    let wrong = TESTS.replace("severity: HIGH", "severity: LOW");
    let json = ran(&wrong, &["--format", "json"]);
    let document: Value = serde_json::from_str(&json.out).expect("it is JSON");
    assert_eq!(document["schema"], "yaral/test/v1");
    assert_eq!(document["summary"]["failed"], 1);
    assert_eq!(document["files"][0]["tests"][0]["verdict"], "fail");
    assert!(document["files"][0]["tests"][0]["drives"].as_u64() > Some(10));
    let lines = ran(&wrong, &["--format", "ndjson"]);
    let verdicts: Vec<Value> = lines
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect();
    assert_eq!(verdicts.len(), 2);
    let concise = ran(&wrong, &["--format", "concise"]);
    assert!(
        concise
            .out
            .starts_with("secrets.test.yaml:18:5: fail: a person"),
        "{}",
        concise.out
    );
    let schema = Bench::new().run(&["test", "--schema"]);
    let schema: Value = serde_json::from_str(&schema.out).expect("the schema is JSON");
    assert_eq!(schema["additionalProperties"], false);
}

/// A title that would end a command, a value, an attribute or an element.
const HOSTILE: &str = "100%, a:b\\n::error::x]]><&\\\"'\\e[2J";

/// The same, and what XML forbids or a reader of attributes takes for blanks.
const HOSTILE_XML: &str = "100%, a:b\\n\\tx]]><&\\\"'\\e[2J\\ufffe\\uffff\\u009b";

#[test]
fn github_lines_follow_the_documented_escaping() {
    let hostile = TESTS
        .replace(
            "name: a person lists secrets",
            &format!("name: \"{HOSTILE}\""),
        )
        .replace("severity: HIGH", "severity: LOW");
    let ran = ran(&hostile, &["--format", "github"]);
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    assert!(
        ran.out.starts_with(
            "::error file=secrets.test.yaml,line=18,title=100%25%2C a%3Ab%0A%3A%3Aerror%3A%3Ax]]><&\"'"
        ),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains('\u{1b}'));
}

#[test]
fn junit_is_read_back_by_another_parser() {
    let hostile = TESTS
        .replace(
            "name: a person lists secrets",
            &format!("name: \"{HOSTILE_XML}\""),
        )
        .replace("severity: HIGH", "severity: LOW");
    let bench = bench(&hostile);
    let ran = bench.run(&["test", "secrets.test.yaml", "--format", "junit"]);
    bench.write("report.xml", &ran.out);
    let side = bench.run(&["test", "secrets.test.yaml", "--junit", "side.xml"]);
    assert_eq!((ran.code, side.code), (Some(1), Some(1)));
    assert!(bench.read("side.xml").contains("<testsuites"));
    let script = "import junitparser, sys\n\
        suite = list(junitparser.JUnitXml.fromfile(sys.argv[1]))[0]\n\
        cases = list(suite)\n\
        print(suite.name, suite.tests, suite.failures)\n\
        print(ascii(cases[0].name))\n\
        print(all(case.classname == 'secrets' and case.time >= 0 for case in cases))\n\
        print(all(case._elem.attrib['file'] == 'secrets.test.yaml' for case in cases))\n\
        print(cases[0].result[0].message)\n\
        print(cases[1].name, cases[1].is_passed)\n";
    let python = std::process::Command::new("python3")
        .args(["-c", script])
        .arg(bench.path("report.xml"))
        .output();
    let python = match python {
        Ok(python) if !String::from_utf8_lossy(&python.stderr).contains("ModuleNotFoundError") => {
            python
        }
        _ => {
            eprintln!("SKIP junit_is_read_back: python3 with junitparser is not there");
            return;
        }
    };
    let out = String::from_utf8_lossy(&python.stdout);
    assert_eq!(
        out,
        "secrets.test.yaml 2 1\n\
         '100%, a:b\\n\\tx]]><&\"\\'\\\\u{1b}[2J\\\\u{fffe}\\\\u{ffff}\\\\u{9b}'\nTrue\nTrue\n\
         no detection is that of line 20; the nearest:\nthe system does True\n",
        "{}",
        String::from_utf8_lossy(&python.stderr)
    );
}

/// A record of a mebibyte, so many times.
fn large(copies: u32, tests: usize) -> String {
    let blank = "x".repeat(1024 * 1024);
    let head = format!(
        "rule: rule.yaral\nevents:\n  e: {{ udm: {{ metadata: {{ description: {blank} }} }} }}\ntests:\n"
    );
    let one = |at| {
        format!(
            "  - name: t{at}\n    timeline: [{{ event: e, repeat: {copies} }}]\n    expect: none\n"
        )
    };
    (0..tests).fold(head, |text, at| text + &one(at))
}

/// Each event counts as JSON and as built.
#[test]
fn timeline_bytes_max() {
    let fits = ran(&large(30, 1), &["--shuffle", "0"]);
    assert_eq!(fits.code, Some(0), "{}{}", fits.out, fits.err);
    let much = ran(&large(10_000, 1), &["--shuffle", "0"]);
    assert_eq!(much.code, Some(2), "{}{}", much.out, much.err);
    assert!(
        much.out.contains("more than 67108864 bytes"),
        "{}",
        much.out
    );
}

#[test]
fn held_bytes_max() {
    let many = large(30, 5);
    assert_eq!(ran(&many, &["--shuffle", "0"]).code, Some(0));
    let held = ran(&many, &["--shuffle", "0", "--mutate"]);
    assert_eq!(held.code, Some(2), "{}{}", held.out, held.err);
    assert!(held.out.contains("too many for mutants"), "{}", held.out);
}
