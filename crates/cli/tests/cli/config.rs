//! The configuration: who goes before whom, and what a file may not do.

use std::process::Stdio;

use serde_json::Value;

use crate::bench::{Bench, Ran, finish};

/// A file with a setting of every kind.
const FILE: &str = r#"rules = ["rule.yaral"]
lists = "lists"
strict = true
color = "never"
lateness = "5m"

[check]
format = "concise"

[semantics]
windows = "secops"
array_elements = 25
integer_division = true
"#;

fn with_variables(bench: &Bench, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
    let mut command = bench.command(arguments);
    command.envs(variables.iter().copied());
    finish(command.stdin(Stdio::null()))
}

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("yaral.toml", FILE);
    bench.write("lists/hosts.txt", "web-1\n");
    bench
}

#[test]
fn show() {
    let bench = bench();
    bench.write(
        "of-user/yaral/yaral.toml",
        "quiet = true\ncolor = \"always\"\n",
    );
    let variables = [("YARAL_MAPPING", "secops"), ("YARAL_EARLY", "1")];
    let ran = with_variables(&bench, &variables, &["config", "show", "--origin"]);
    let folder = bench.path("").display().to_string();
    insta::assert_snapshot!(ran.seen().replace(&folder, "[folder]/"));
}

#[test]
fn what_is_shown_is_a_file() {
    let bench = bench();
    let shown = bench.run(&["config", "show"]).out;
    bench.write("copy.toml", &shown);
    let ran = bench.run(&["config", "show", "--config", "copy.toml"]);
    assert_eq!((ran.code, ran.out), (Some(0), shown));
}

#[test]
fn the_stronger_goes_first() {
    let bench = bench();
    let format = |variables: &[(&str, &str)], arguments: &[&str]| {
        let all = [&["check"], arguments].concat();
        let out = with_variables(&bench, variables, &all).out;
        match out.lines().next() {
            Some("{") => "json",
            Some(line) if line.starts_with("error[") => "human",
            Some(line) if line.contains(": error[") => "concise",
            _ => "ndjson",
        }
    };
    bench.write("yaral.toml", FILE.replace("rule.yaral", "broken.yaral"));
    bench.write("of-user/yaral/yaral.toml", "[check]\nformat = \"ndjson\"\n");
    let variable = [("YARAL_CHECK_FORMAT", "json")];
    assert_eq!(format(&variable, &["--format", "human"]), "human");
    assert_eq!(format(&variable, &[]), "json");
    assert_eq!(format(&[("YARAL_CHECK_FORMAT", "")], &[]), "concise");
    assert_eq!(format(&variable, &["--isolated", "broken.yaral"]), "human");
    bench.write("yaral.toml", "rules = \"broken.yaral\"\n");
    assert_eq!(format(&[], &[]), "ndjson");
}

#[test]
fn a_file_is_found_above_and_its_paths_start_there() {
    let bench = bench();
    bench.write("deep/er/x", "");
    let mut command = bench.command(&["scan", "../../audit.log", "--format", "ndjson"]);
    let ran = finish(
        command
            .current_dir(bench.path("deep/er"))
            .stdin(Stdio::null()),
    );
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains("secrets_read"), "{}", ran.out);
    let mut command = bench.command(&["config", "path"]);
    let ran = finish(
        command
            .current_dir(bench.path("deep/er"))
            .stdin(Stdio::null()),
    );
    assert_eq!(ran.out, "../../yaral.toml\n");
    assert_eq!(bench.run(&["config", "path", "--isolated"]).code, Some(4));
}

#[test]
fn switches_add_up() {
    let bench = bench();
    let variables = [("YARAL_SEMANTICS_ARRAY_ELEMENTS", "26")];
    let arguments = [
        "plan",
        "rule.yaral",
        "--format",
        "json",
        "--semantics",
        "now=5",
    ];
    let ran = with_variables(&bench, &variables, &arguments);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    let switches = &document["rules"][0]["switches"];
    assert_eq!(
        (
            &switches["array_elements"],
            &switches["now"],
            &switches["windows"]
        ),
        (
            &Value::from("26"),
            &Value::from("5"),
            &Value::from("secops")
        )
    );
}

#[test]
fn mistakes_are_told_with_their_places() {
    let bench = Bench::new();
    let text = "rulse = 3\nstrict = \"yes\"\nlog-type = \"SYSLOGG\"\nlateness = \"5 parsecs\"\nscan = 1\nrules = [1]\n[chek]\nformat = 1\n[semantics]\nwindos = \"a\"\nwindows = 3\n[scan.format]\nx = 1\n";
    bench.write("bad.toml", text.replace("scan = 1\n", ""));
    bench.write("yaral.toml", text.replace("[scan.format]\nx = 1\n", ""));
    let ran = bench.run(&["config", "validate", "yaral.toml", "bad.toml"]);
    insta::assert_snapshot!(ran.seen());
    // A run does not guess what was meant.
    let ran = bench.run(&["scan", "audit.log"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.contains("yaral.toml:1:1: "), "{}", ran.err);
    // What describes the program answers all the same.
    for arguments in [
        ["docs", "rules"],
        ["version", "--json"],
        ["check", "--help"],
    ] {
        assert_eq!(bench.run(&arguments).code, Some(0), "{arguments:?}");
    }
    let ran = with_variables(
        &bench,
        &[("YARAL_COLOR", "mauve")],
        &["check", "--config", "x"],
    );
    assert_eq!(ran.code, Some(2));
}

#[test]
fn variables_are_checked() {
    let bench = Bench::new();
    for (name, value) in [
        ("YARAL_COLOR", "mauve"),
        ("YARAL_STRICT", "perhaps"),
        ("YARAL_SEMANTICS_WINDOWS", "none"),
        ("YARAL_CONFIG", "nowhere.toml"),
    ] {
        let ran = with_variables(&bench, &[(name, value)], &["check", "rule.yaral"]);
        assert_eq!(ran.code, Some(2), "{name}");
        assert!(ran.err.contains(value), "{name}: {}", ran.err);
    }
}

#[test]
fn hostile_files_are_refused() {
    let bench = Bench::new();
    let evil = "\"\u{1b}[2J\u{202e}\" = 1\nlists = \"\u{1b}\"\n";
    for (name, content) in [
        ("big", vec![b'#'; 300_000]),
        ("deep", format!("a = {}", "[".repeat(200_000)).into_bytes()),
        ("dots", "a.".repeat(100_000).into_bytes()),
        ("tables", "[a".repeat(100_000).into_bytes()),
        ("binary", vec![0xff, 0xfe, 0]),
        ("twice", b"strict = true\nstrict = false\n".to_vec()),
        (
            "number",
            b"color = 1e999\nlateness = 99999999999999999999\n".to_vec(),
        ),
        ("evil", evil.as_bytes().to_vec()),
    ] {
        bench.write("hostile.toml", content);
        let ran = bench.run(&["check", "rule.yaral", "--config", "hostile.toml"]);
        assert_eq!(
            (ran.code, ran.out.as_str()),
            (Some(2), ""),
            "{name}: {}",
            ran.err
        );
        let bad = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(
            !ran.err.contains(bad) && ran.err.len() < 10_000,
            "{name}: {:?}",
            ran.err
        );
    }
    assert_eq!(bench.run(&["config", "validate", "."]).code, Some(2));
}

#[test]
fn long_values_do_not_push_origins_away() {
    let bench = Bench::new();
    bench.write("yaral.toml", format!("lists = \"{}\"\n", "x".repeat(300)));
    let out = bench.run(&["config", "show", "--origin"]).out;
    let column = |line: &str| line.rfind("# ").unwrap();
    let short = out.lines().find(|line| line.starts_with("strict")).unwrap();
    let long = out.lines().find(|line| line.starts_with("lists")).unwrap();
    assert_eq!(column(short), 50);
    assert!(column(long) > 300);
}

#[test]
fn the_schema_has_every_key() {
    let bench = Bench::new();
    let schema: Value = serde_json::from_str(&bench.run(&["config", "schema"]).out).unwrap();
    let shown: Value =
        serde_json::from_str(&bench.run(&["config", "show", "--format", "json"]).out).unwrap();
    let keys = shown["settings"].as_object().unwrap();
    assert!(keys.len() > 20);
    for key in keys.keys() {
        let path = key.replace('.', "/properties/");
        let found = schema.pointer(&format!("/properties/{path}"));
        assert!(
            found.is_some_and(|found| found["description"].is_string()),
            "{key}"
        );
    }
}
