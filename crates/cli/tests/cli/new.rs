//! What `yaral new` writes.

use crate::bench::Bench;

const LOG_TYPES: [&str; 6] = [
    "KUBERNETES_AUDIT",
    "AUDITD",
    "DOCKER_ENGINE",
    "FALCO_IDS",
    "TETRAGON",
    "UDM",
];

#[test]
fn a_rule_its_tests_and_its_notes() {
    let bench = Bench::new();
    let ran = bench.run(&["new", "odd", "--log-type", "kubernetes_audit"]);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (Some(0), "odd.yaral\nodd.test.yaml\nodd.md\n")
    );
    insta::assert_snapshot!(format!(
        "{}--- tests\n{}--- notes\n{}",
        bench.read("odd.yaral"),
        bench.read("odd.test.yaml"),
        bench.read("odd.md")
    ));
    let ran = bench.run(&["scan", "audit.log", "-r", "odd.yaral"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""));
}

/// Also what it proposes in comments is right.
#[test]
fn every_log_type_has_a_rule_that_is_right() {
    let bench = Bench::new();
    let strict = ["--strict", "--fail-level", "note"];
    for (at, of) in LOG_TYPES.iter().enumerate() {
        let name = format!("r{at}");
        let ran = bench.run(&["new", &name, "--log-type", of, "--dir", "made/here"]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        let file = format!("made/here/{name}.yaral");
        let bare = bench.read(&file).replace("// ", "");
        bench.write(&format!("made/there/{name}.yaral"), bare);
        assert!(bench.read(&file).contains("// "), "{of}");
    }
    let ran = bench.run(&["test", "made/here"]);
    assert_eq!(ran.code, Some(0), "{}", ran.out);
    let count = 2 * LOG_TYPES.len();
    let passed = format!("{count} tests: {count} passed");
    assert!(ran.out.contains(&passed), "{}", ran.out);
    for folder in ["made/here", "made/there"] {
        let ran = bench.run(&[&["check", folder][..], &strict].concat());
        assert_eq!(ran.code, Some(0), "{}", ran.out);
    }
    let known = bench.run(&["normalize", "--list"]).out;
    assert_eq!(known.lines().count(), LOG_TYPES.len());
}

#[test]
fn nothing_is_overwritten() {
    let bench = Bench::new();
    bench.write("there.md", "mine");
    let ran = bench.run(&["new", "there"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(
        ran.err.contains("`there.md` is there already"),
        "{}",
        ran.err
    );
    assert!(!bench.path("there.yaral").exists());
    assert_eq!(bench.read("there.md"), "mine");
}

#[test]
fn names_are_checked() {
    let bench = Bench::new();
    let long = "x".repeat(129);
    for (name, says) in [
        ("odd-shell.yaral", "`odd_shell` would do"),
        ("9lives", "no digit first"),
        ("../up", "`___up` would do"),
        ("", "no digit first"),
        ("a\u{1b}[2J", "would do"),
        (long.as_str(), "at most 128"),
    ] {
        let ran = bench.run(&["new", name]);
        assert_eq!(ran.code, Some(2), "{name}");
        assert!(ran.err.contains(says), "{name}: {}", ran.err);
    }
    assert_eq!(bench.run(&["new", &long[1..]]).code, Some(0));
    for (flag, value, says) in [
        ("--event-type", "procss_launch", "`PROCESS_LAUNCH`"),
        ("--log-type", "SYSLOGG", "KUBERNETES_AUDIT"),
    ] {
        let ran = bench.run(&["new", "y", flag, value]);
        assert_eq!(ran.code, Some(2));
        assert!(ran.err.contains(says), "{}", ran.err);
    }
    let ran = bench.run(&["new", "z", "--event-type", "file_open"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(bench.read("z.yaral").contains("= \"FILE_OPEN\""));
}
