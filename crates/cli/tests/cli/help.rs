//! The help texts, as people see them.

use crate::bench::Bench;

fn help(arguments: &[&str]) -> String {
    let ran = Bench::new().run(arguments);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert!(
        ran.out.lines().all(|line| line.chars().count() <= 80),
        "{}",
        ran.out
    );
    ran.out
}

#[test]
fn top() {
    insta::assert_snapshot!(help(&["--help"]));
}

#[test]
fn scan() {
    insta::assert_snapshot!(help(&["scan", "--help"]));
}

#[test]
fn check() {
    insta::assert_snapshot!(help(&["check", "--help"]));
}

#[test]
fn fmt() {
    insta::assert_snapshot!(help(&["fmt", "--help"]));
}

#[test]
fn explain() {
    insta::assert_snapshot!(help(&["explain", "--help"]));
}

#[test]
fn normalize() {
    insta::assert_snapshot!(help(&["normalize", "--help"]));
}

#[test]
fn docs() {
    insta::assert_snapshot!(help(&["docs", "--help"]));
}

#[test]
fn version() {
    let bench = Bench::new();
    let line = format!("yaral {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(bench.run(&["version"]).out, line);
    assert_eq!(bench.run(&["-V"]).out, line);
    let json = bench.run(&["version", "--json"]).out;
    assert!(json.contains("\"schema\": \"yaral/version/v1\""), "{json}");
}

#[test]
fn plan() {
    insta::assert_snapshot!(help(&["plan", "--help"]));
}

#[test]
fn config() {
    insta::assert_snapshot!(help(&["config", "--help"]));
}

#[test]
fn new() {
    insta::assert_snapshot!(help(&["new", "--help"]));
}

#[test]
fn completion() {
    insta::assert_snapshot!(help(&["completion", "--help"]));
}

#[test]
fn man() {
    insta::assert_snapshot!(help(&["man", "--help"]));
}

#[test]
fn coverage() {
    insta::assert_snapshot!(help(&["coverage", "--help"]));
}

#[test]
fn diff() {
    insta::assert_snapshot!(help(&["diff", "--help"]));
}
