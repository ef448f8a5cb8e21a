//! `yaral convert`: every rule of the pack in every language, with golden files
//! for the languages, the table of grades, and rules that mean harm.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper of tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;
use yaral_translate::TARGETS;

use crate::bench::{Bench, root, skip};

/// Rules that show what there is to translate.
const SHOWN: &[&str] = &[
    "cli_k8s_secret_read",
    "container_token_file_read",
    "docker_api_exposed",
    "docker_container_inspected",
    "docker_exec_secret",
    "host_sa_token_read_by_login",
    "k8s_exec_shell",
    "k8s_secret_read_by_person_secops",
    "k8s_secrets_list_cluster_wide",
    "k8s_secrets_list_sensitive_namespace",
    "kubelet_or_etcd_direct",
];

/// Rules over several events, which Sigma says as correlations.
const CORRELATED: &[&str] = &[
    "k8s_denied_then_granted",
    "k8s_pod_log_harvest",
    "k8s_rbac_self_review_then_secrets",
    "k8s_secrets_many_distinct",
];

/// One rule in one language.
struct One {
    rule: String,
    grade: String,
    text: Option<String>,
    losses: Vec<Value>,
}

/// The pack in every language.
fn all() -> &'static BTreeMap<&'static str, Vec<One>> {
    static ALL: OnceLock<BTreeMap<&'static str, Vec<One>>> = OnceLock::new();
    ALL.get_or_init(|| {
        let targets = TARGETS.iter();
        targets
            .map(|target| (target.name, pack(target.name)))
            .collect()
    })
}

fn pack(target: &str) -> Vec<One> {
    let ran = Bench::new().run(&["convert", "--to", target, "--format", "json"]);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(document["target"], target);
    let rules = document["rules"].as_array().unwrap().iter();
    let one = |rule: &Value| One {
        rule: rule["rule"].as_str().unwrap().to_owned(),
        grade: rule["grade"].as_str().unwrap().to_owned(),
        text: rule["text"].as_str().map(str::to_owned),
        losses: rule["losses"].as_array().unwrap().clone(),
    };
    rules.map(one).collect()
}

/// The embedded rules that join several events or read detections.
fn joined() -> &'static BTreeSet<String> {
    static JOINED: OnceLock<BTreeSet<String>> = OnceLock::new();
    JOINED.get_or_init(|| {
        let ran = Bench::new().run(&[
            "plan",
            root().join("rules").to_str().unwrap(),
            "--format",
            "json",
        ]);
        let document: Value = serde_json::from_str(&ran.out).unwrap();
        let rules = document["rules"].as_array().unwrap().iter();
        let joined = rules.filter(|rule| !rule["correlation"].is_null());
        joined
            .map(|rule| rule["name"].as_str().unwrap().to_owned())
            .collect()
    })
}

/// A file that is compared, and written anew by `YARAL_UPDATE=1`.
fn compare(path: &Path, now: &str) {
    if std::env::var_os("YARAL_UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, now).unwrap();
    }
    let then = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(then, now, "{} is not what is written now", path.display());
}

#[test]
fn each_language_writes_what_was_reviewed() {
    for target in TARGETS.iter().filter(|target| target.name != "sql") {
        let all = &all()[target.name];
        let also: &[&str] = if target.name == "sigma" {
            CORRELATED
        } else {
            &[]
        };
        for name in SHOWN.iter().chain(also) {
            let one = all.iter().find(|one| one.rule == *name).unwrap();
            let text = one
                .text
                .as_deref()
                .unwrap_or_else(|| panic!("{name} in {}", target.name));
            let folder = root()
                .join("crates/cli/tests/cli/converted")
                .join(target.name);
            compare(&folder.join(format!("{name}.{}", target.extension)), text);
        }
    }
}

#[test]
fn every_rule_has_a_grade_and_what_it_loses() {
    for (target, rules) in all() {
        for one in rules {
            let place = format!("{} in {target}", one.rule);
            match one.grade.as_str() {
                "exact" => {
                    assert!(
                        one.losses.iter().all(|loss| loss["grade"] == "exact"),
                        "{place}"
                    );
                    assert!(one.text.is_some(), "{place}");
                }
                "approximate" => {
                    assert!(
                        one.losses.iter().any(|loss| loss["grade"] != "exact"),
                        "{place}"
                    );
                    assert!(one.text.is_some(), "{place}");
                }
                "refused" => assert!(one.text.is_none() && !one.losses.is_empty(), "{place}"),
                other => panic!("{place}: {other}"),
            }
            for loss in &one.losses {
                assert!(!loss["what"].as_str().unwrap().is_empty(), "{place}");
            }
        }
    }
}

#[test]
fn nine_of_ten_rules_over_single_events_are_said() {
    for (target, rules) in all() {
        let single = rules.iter().filter(|one| !joined().contains(&one.rule));
        let single: Vec<_> = single.collect();
        let said = single.iter().filter(|one| one.text.is_some()).count();
        let refused = single.iter().filter(|one| one.text.is_none());
        let refused: Vec<_> = refused.map(|one| &one.rule).collect();
        assert!(said * 10 >= single.len() * 9, "{target}: {refused:?}");
    }
}

#[test]
fn the_table_of_grades_is_current() {
    let mut csv = String::from("rule,events");
    for target in all().keys() {
        let _ = write!(csv, ",{target}");
    }
    csv.push('\n');
    let names: Vec<&String> = all()
        .values()
        .next()
        .unwrap()
        .iter()
        .map(|one| &one.rule)
        .collect();
    let mut table = String::new();
    for name in names {
        let events = if joined().contains(name) {
            "several"
        } else {
            "one"
        };
        let _ = write!(csv, "{name},{events}");
        let _ = write!(table, "| `{name}` | {events} |");
        for rules in all().values() {
            let one = rules.iter().find(|one| one.rule == *name).unwrap();
            let _ = write!(csv, ",{}", one.grade);
            let _ = write!(table, " {} |", one.grade);
        }
        csv.push('\n');
        table.push('\n');
    }
    compare(&root().join("docs/rules/convert.csv"), &csv);
    compare(&root().join("docs/rules/convert.md"), &page(&table));
}

/// The page: counts, reasons of refusals, and every rule.
fn page(table: &str) -> String {
    let mut page = String::from(
        "# The pack in other languages\n\n\
         Made by the test `convert` of the command line (`YARAL_UPDATE=1`); the same as data in\n\
         [convert.csv](convert.csv). What the words mean is in [convert.md](../convert.md).\n\n\
         ## Counts\n\n\
         | target | events | exact | approximate | refused |\n| --- | --- | --- | --- | --- |\n",
    );
    for (target, rules) in all() {
        for several in [false, true] {
            let own = rules
                .iter()
                .filter(|one| joined().contains(&one.rule) == several);
            let own: Vec<_> = own.collect();
            let count = |grade: &str| own.iter().filter(|one| one.grade == grade).count();
            let word = if several { "several" } else { "one" };
            let _ = writeln!(
                page,
                "| {target} | {word} | {} | {} | {} |",
                count("exact"),
                count("approximate"),
                count("refused")
            );
        }
    }
    page.push_str(
        "\n## Why rules are refused\n\n| target | reason | rules |\n| --- | --- | --- |\n",
    );
    for (target, rules) in all() {
        let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
        for one in rules.iter().filter(|one| one.text.is_none()) {
            *reasons
                .entry(one.losses[0]["what"].as_str().unwrap())
                .or_default() += 1;
        }
        for (reason, count) in reasons {
            let reason = reason.replace('|', "\\|");
            let _ = writeln!(page, "| {target} | {reason} | {count} |");
        }
    }
    page.push_str("\n## Every rule\n\n| rule | events |");
    for target in all().keys() {
        let _ = write!(page, " {target} |");
    }
    page.push_str("\n| --- | --- |");
    page.push_str(&" --- |".repeat(all().len()));
    page.push('\n');
    page.push_str(table);
    page
}

#[test]
fn sigma_is_read_by_another_reader() {
    let bench = Bench::new();
    let folder = bench.path("sigma");
    let ran = bench.run(&[
        "convert",
        "--to",
        "sigma",
        "--out",
        folder.to_str().unwrap(),
        "-q",
    ]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert_eq!(ran.out, "");
    let script = root().join("scripts/check_sigma.py");
    let output = Command::new("python3").arg(script).arg(&folder).output();
    let Ok(output) = output else {
        skip("Sigma read by pySigma: python3 is not installed");
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    match output.status.code() {
        Some(0) => {}
        Some(77) => skip(format_args!("Sigma read by pySigma: {said}")),
        other => panic!(
            "{other:?}: {said}{}",
            String::from_utf8_lossy(&output.stderr)
        ),
    }
}

/// A rule whose texts try to leave wherever they are put.
const HOSTILE: &str = r#"rule hostile {
  meta:
    description = "x */ ``` | delete
rm -rf / --"
    severity = "High"
    rule_id = "a: b # c"
    reference = "https://x/'`\"\u{202e}"
  events:
    $e.metadata.event_type = "PROCESS_LAUNCH"
    $e.target.process.command_line = "a\" | delete \\\" OR \"1\"=\"1*?%_$"
    re.regex($e.target.process.command_line, `"] \| x" \\" / \x2f`)
    $e.target.process.file.full_path = "it's"
  condition:
    $e
}
"#;

#[test]
fn a_rule_cannot_leave_its_quotes() {
    let bench = Bench::new();
    bench.write(
        "hostile.yaral",
        HOSTILE
            .replace("\\u{202e}", "\u{202e}")
            .replace("delete\nrm", "delete\\nrm"),
    );
    for target in TARGETS.iter().filter(|target| target.name != "sql") {
        let ran = bench.run(&["convert", "hostile.yaral", "--to", target.name]);
        assert_eq!(ran.code, Some(0), "{}: {}", target.name, ran.err);
        assert!(!ran.out.contains('\u{202e}'), "{}", target.name);
        compare(
            &root()
                .join("crates/cli/tests/cli/converted/hostile")
                .join(format!("{}.txt", target.name)),
            &ran.out,
        );
        for line in ran.out.lines() {
            assert!(!line.starts_with("rm "), "{}: {line}", target.name);
            // Outside of quotes nothing of the rule is a command.
            assert!(
                !line.trim_start().starts_with("| delete"),
                "{}: {line}",
                target.name
            );
        }
    }
}

#[test]
fn what_cannot_be_said_is_refused() {
    let bench = Bench::new();
    let rule = |events: &str| {
        format!("rule r {{ meta: severity = \"Low\" events: {events} condition: $e }}")
    };
    for (events, why) in [
        ("$e.principal.hostname = \"x\"", "no kind of source"),
        (
            "$e.metadata.event_type = \"PROCESS_LAUNCH\" $e.network.dns.questions.name = \"x\"",
            "no field for network.dns",
        ),
        (
            "$e.metadata.event_type = \"PROCESS_LAUNCH\"",
            "nothing of the rule is left",
        ),
        (
            "$e.metadata.event_type = \"PROCESS_LAUNCH\" $e.target.process.command_line in %nothing",
            "cannot fire",
        ),
    ] {
        bench.write("rule.yaral", rule(events));
        bench.write("lists/nothing.txt", "");
        let ran = bench.run(&["convert", "rule.yaral", "--to", "sigma", "--lists", "lists"]);
        assert_eq!(ran.code, Some(1), "{events}: {}", ran.err);
        assert!(ran.err.contains(why), "{events}: {}", ran.err);
        assert_eq!(ran.out, "");
    }
}

#[test]
fn the_command_says_how_it_ended() {
    let bench = Bench::new();
    let ran = bench.run(&["convert", "k8s_exec_shell", "--to", "nothing"]);
    assert_eq!(ran.code, Some(2));
    let ran = bench.run(&["convert", "broken.yaral", "--to", "sigma"]);
    assert_eq!(ran.code, Some(2));
    let ran = bench.run(&["convert", "rule.yaral", "broken.yaral", "--to", "sigma"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let ran = bench.run(&["convert", "k8s_exec_shell", "broken.yaral", "--to", "sigma"]);
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    let ran = bench.run(&[
        "convert",
        "k8s_exec_shell",
        "--to",
        "splunk",
        "--from",
        "index=k8s",
    ]);
    assert!(ran.out.contains("\nindex=k8s\n"), "{}", ran.out);
}
