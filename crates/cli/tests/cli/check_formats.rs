//! `yaral check` for machines: SARIF, GitHub annotations and the answer of
//! Google SecOps, held to what their specifications ask for.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::bench::{BROKEN, Bench, RULE, Ran};

/// A rule whose mistake stands behind letters outside of ASCII: in UTF-16
/// units its column would be 23, in bytes more.
const WIDE: &str = "rule wide { meta: a = \"x\" events:\n  \
    /* \u{1f980}\u{1f980} ä */ $e.principal.ipp = \"1\" condition: $e }\n";

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).expect("one JSON document")
}

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.expect(pointer)
}

fn list<'v>(value: &'v Value, pointer: &str) -> &'v [Value] {
    let found = value.pointer(pointer).and_then(Value::as_array);
    found.expect(pointer)
}

/// The properties that SARIF 2.1.0 requires, and what it says of their values.
fn assert_sarif(log: &Value) {
    assert_eq!(text(log, "/version"), "2.1.0");
    assert!(text(log, "/$schema").ends_with("sarif-2.1.0.json"));
    for run in list(log, "/runs") {
        assert_eq!(text(run, "/columnKind"), "unicodeCodePoints");
        assert!(!text(run, "/tool/driver/name").is_empty());
        assert!(text(run, "/tool/driver/informationUri").starts_with("https://"));
        let rules = list(run, "/tool/driver/rules");
        let mut ids = BTreeSet::new();
        for rule in rules {
            assert!(ids.insert(text(rule, "/id")), "rule ids are unique");
            for part in [
                "/shortDescription/text",
                "/fullDescription/text",
                "/help/text",
                "/help/markdown",
            ] {
                assert!(!text(rule, part).is_empty(), "{part} of {rule:#}");
            }
            assert!(text(rule, "/helpUri").starts_with("https://"));
            assert_level(text(rule, "/defaultConfiguration/level"));
            assert!(list(rule, "/properties/tags").iter().all(Value::is_string));
        }
        for result in list(run, "/results") {
            assert_level(text(result, "/level"));
            assert!(!text(result, "/message/text").is_empty());
            let index = result["ruleIndex"].as_u64().expect("an index");
            let index = usize::try_from(index).expect("a small number");
            assert_eq!(text(&rules[index], "/id"), text(result, "/ruleId"));
            assert_eq!(list(result, "/locations").len(), 1);
            list(result, "/locations").iter().for_each(assert_location);
            if let Some(related) = result.get("relatedLocations").and_then(Value::as_array) {
                for one in related {
                    assert_location(one);
                    assert!(one["id"].is_u64() && !text(one, "/message/text").is_empty());
                }
            }
            let prints = result["partialFingerprints"].as_object().expect("prints");
            assert!(prints.values().all(Value::is_string) && !prints.is_empty());
        }
    }
}

fn assert_level(level: &str) {
    assert!(
        ["none", "note", "warning", "error"].contains(&level),
        "{level}"
    );
}

fn assert_location(location: &Value) {
    let uri = text(location, "/physicalLocation/artifactLocation/uri");
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/%:".contains(&b);
    assert!(uri.bytes().all(plain), "{uri} is no reference");
    assert_eq!(
        text(location, "/physicalLocation/artifactLocation/uriBaseId"),
        "%SRCROOT%"
    );
    let Some(region) = location.pointer("/physicalLocation/region") else {
        return;
    };
    let at = |name: &str| region[name].as_u64().unwrap_or(0);
    let (start, end) = (
        (at("startLine"), at("startColumn")),
        (at("endLine"), at("endColumn")),
    );
    assert!(start.0 >= 1 && start.1 >= 1 && end.1 >= 1, "{region}");
    assert!(start <= end, "{region}");
}

#[test]
fn sarif() {
    let ran = Bench::new().run(&["check", ".", "--format", "sarif"]);
    assert_eq!(ran.code, Some(1));
    assert_sarif(&json(&ran));
    insta::assert_snapshot!(ran.seen());
}

#[test]
fn sarif_of_nothing_is_whole() {
    let ran = Bench::new().run(&["check", "rule.yaral", "--format", "sarif"]);
    assert_eq!(ran.code, Some(0));
    let log = json(&ran);
    assert_sarif(&log);
    assert!(list(&log, "/runs/0/results").is_empty());
}

#[test]
fn sarif_counts_characters() {
    let bench = Bench::new();
    bench.write("wide.yaral", WIDE);
    let log = json(&bench.run(&["check", "wide.yaral", "--format", "sarif"]));
    assert_sarif(&log);
    let region = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    let line: Vec<char> = WIDE.lines().nth(1).unwrap().chars().collect();
    let column = |name: &str| usize::try_from(region[name].as_u64().unwrap()).unwrap() - 1;
    let marked: String = line[column("startColumn")..column("endColumn")]
        .iter()
        .collect();
    assert_eq!(
        (region["startLine"].as_u64(), marked.as_str()),
        (Some(2), "ipp")
    );
}

fn prints(log: &Value) -> Vec<(String, String)> {
    let of = |result: &Value| {
        (
            text(result, "/ruleId").to_owned(),
            text(result, "/partialFingerprints/primaryLocationLineHash").to_owned(),
        )
    };
    list(log, "/runs/0/results").iter().map(of).collect()
}

#[test]
fn fingerprints_stay_when_lines_above_change() {
    let bench = Bench::new();
    let run = || json(&bench.run(&["check", "broken.yaral", "--format", "sarif"]));
    let before = prints(&run());
    let mended = BROKEN.replace("  meta:", "  // one\n\n  meta:\n    author = \"x\"");
    bench.write(
        "broken.yaral",
        mended.replace("    re.regx", "      re.regx"),
    );
    assert_eq!(before, prints(&run()));
    assert_eq!(before.iter().collect::<BTreeSet<_>>().len(), before.len());
    // The same mistake twice has two prints, and another line has another.
    let twice = BROKEN.replace("    re.regx", "    $e.principal.ipp = \"1\"\n    re.regx");
    bench.write("broken.yaral", twice);
    let three = prints(&run());
    assert_eq!(three.iter().collect::<BTreeSet<_>>().len(), 3);
    bench.write("broken.yaral", BROKEN.replace("\"1\"", "\"2\""));
    assert_ne!(before[0], prints(&run())[0]);
}

/// A name with everything that would end a command, a value or a reference.
const NAME: &str = "a,b:c%d\n::error::e \u{1b}[2J#ä.yaral";

#[cfg(unix)]
#[test]
fn hostile_names_stay_within_their_place() {
    let bench = Bench::new();
    let rule = r#"rule x { meta: events: $e.metadata.event_type = "A,B:C%" condition: $e }"#;
    bench.write(NAME, rule);
    let ran = bench.run(&["check", NAME, "--format", "github"]);
    assert_eq!(ran.out.lines().count(), 1, "{:?}", ran.out);
    let (head, message) = ran.out.trim_end()[2..].split_once("::").unwrap();
    let (command, properties) = head.split_once(' ').unwrap();
    assert_eq!(command, "error");
    let values: Vec<_> = properties
        .split(',')
        .map(|one| one.split_once('=').unwrap())
        .collect();
    let names: Vec<_> = values.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        ["file", "line", "col", "endLine", "endColumn", "title"]
    );
    assert!(
        values[0]
            .1
            .starts_with("a%2Cb%3Ac%25d%0A%3A%3Aerror%3A%3Ae "),
        "{}",
        values[0].1
    );
    assert!(
        message.starts_with("`A,B:C%25` is not a value of "),
        "{message}"
    );
    assert!(!ran.out.contains('\u{1b}'));

    let log = json(&bench.run(&["check", NAME, "--format", "sarif"]));
    assert_sarif(&log);
    let uri = "a%2Cb%3Ac%25d%0A%3A%3Aerror%3A%3Ae%20%1B%5B2J%23%C3%A4.yaral";
    let place = "/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri";
    assert_eq!(text(&log, place), uri);
}

#[test]
fn github() {
    insta::assert_snapshot!(
        Bench::new()
            .run(&["check", ".", "--format", "github"])
            .seen()
    );
}

#[test]
fn github_leaves_out_columns_of_several_lines() {
    let bench = Bench::new();
    bench.write(
        "long.yaral",
        "rule x { meta: events:\n $e.target.port\n = \"80\"\n condition: $e }",
    );
    let out = bench
        .run(&["check", "long.yaral", "--format", "github"])
        .out;
    assert!(
        out.starts_with("::error file=long.yaral,line=2,endLine=3,title="),
        "{out}"
    );
}

/// The documented shape of one answer: nothing more and nothing less.
fn assert_answer(answer: &Value, named: bool) {
    let keys: BTreeSet<_> = answer
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    let mut expected = BTreeSet::from(["compilationDiagnostics", "success"]);
    if named {
        expected.insert("file");
    }
    assert_eq!(keys, expected);
    for one in list(answer, "/compilationDiagnostics") {
        assert!(["ERROR", "WARNING"].contains(&text(one, "/severity")));
        assert!(!text(one, "/message").is_empty());
        if let Some(position) = one.get("position") {
            let keys: Vec<_> = position.as_object().expect("an object").keys().collect();
            assert_eq!(keys, ["endColumn", "endLine", "startColumn", "startLine"]);
            assert!(
                position
                    .as_object()
                    .expect("an object")
                    .values()
                    .all(|n| n.as_u64() >= Some(1))
            );
        }
    }
}

#[test]
fn secops_answers_for_one_file() {
    let bench = Bench::new();
    let ran = bench.run(&["check", "broken.yaral", "--format", "secops"]);
    assert_eq!(ran.code, Some(1));
    assert_answer(&json(&ran), false);
    insta::assert_snapshot!(ran.seen());
    let good = json(&bench.run(&["check", "rule.yaral", "--format", "secops"]));
    assert_answer(&good, false);
    assert_eq!(good["success"], true);
    // One character: the end is one further, as the interface has it.
    bench.write("one.yaral", "rule x { meta: events: + condition: $e }");
    let one = json(&bench.run(&["check", "one.yaral", "--format", "secops"]));
    let position = &one["compilationDiagnostics"][0]["position"];
    assert_eq!(position["startColumn"].as_u64(), Some(24));
    assert_eq!(position["endColumn"].as_u64(), Some(25));
}

#[test]
fn secops_lists_several_files() {
    let answers = json(&Bench::new().run(&["check", ".", "--format", "secops"]));
    let answers = answers.as_array().unwrap();
    for answer in answers {
        assert_answer(answer, true);
    }
    let told: Vec<_> = answers
        .iter()
        .map(|one| (text(one, "/file"), one["success"].as_bool().unwrap()))
        .collect();
    assert_eq!(told, [("./broken.yaral", false), ("./rule.yaral", true)]);
}

#[test]
fn what_is_ignored_is_counted_and_refuses_all_the_same() {
    let bench = Bench::new();
    let concise = |more: &[&str]| {
        let mut words = vec!["check", "broken.yaral", "--format", "concise"];
        words.extend(more);
        bench.run(&words)
    };
    let ran = concise(&["--ignore", "E0201"]);
    assert_eq!((ran.code, ran.out.lines().count()), (Some(1), 1));
    assert!(
        ran.err
            .contains("1 rule: 0 ok, 1 error; 1 diagnostic ignored"),
        "{}",
        ran.err
    );
    let ran = concise(&["--ignore", "e02,W06"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""));
    let ran = concise(&["--select", "E0203"]);
    assert_eq!((ran.code, ran.out.lines().count()), (Some(1), 1));
    assert!(ran.out.contains("error[E0203]"), "{}", ran.out);
    let ran = concise(&["--ignore", "E0299"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.contains("did you mean E02"), "{}", ran.err);
    // No rule at all is refused too.
    bench.write("empty.yaral", "");
    assert_eq!(
        bench.run(&["check", "empty.yaral", "--ignore", "E01"]).code,
        Some(1)
    );
}

#[test]
fn an_ignored_remark_does_not_fail_a_check() {
    let bench = Bench::new();
    bench.write(
        "old.yaral",
        RULE.replace("resource.resource_subtype", "resource.id"),
    );
    let run = |more: &[&str]| {
        let mut words = vec!["check", "old.yaral", "--fail-level", "note"];
        words.extend(more);
        bench.run(&words).code
    };
    assert_eq!(run(&[]), Some(1));
    assert_eq!(run(&["--ignore", "W06"]), Some(0));
    assert_eq!(run(&["--select", "W0604"]), Some(0));
}
