//! What `yaral normalize` prints.

use crate::bench::Bench;

#[test]
fn ndjson_has_one_event_on_each_line() {
    insta::assert_snapshot!(Bench::new().run(&["normalize", "audit.log"]).seen());
}

#[test]
fn human() {
    let ran = Bench::new().run(&["normalize", "audit.log", "--format", "human"]);
    assert!(
        ran.out.lines().all(|line| line.chars().count() <= 80),
        "{}",
        ran.out
    );
    insta::assert_snapshot!(ran.seen());
}

#[test]
fn json_is_one_array_of_the_same_events() {
    let bench = Bench::new();
    let array = bench
        .run(&["normalize", "audit.log", "--format", "json"])
        .out;
    let lines = bench.run(&["normalize", "audit.log"]).out;
    let expected = format!("[\n{}\n]\n", lines.trim_end().replace('\n', ",\n"));
    assert_eq!(array, expected);
}

#[test]
fn normalized_events_can_be_scanned() {
    let bench = Bench::new();
    let events = bench.run(&["normalize", "audit.log"]).out;
    let ran = bench.pipe(&["scan", "-r", "rule.yaral", "-"], events.as_bytes());
    assert_eq!(
        (ran.code, ran.out.lines().count()),
        (Some(0), 2),
        "{}",
        ran.err
    );
}

#[test]
fn secrets_are_cut_out_unless_asked_for() {
    let bench = Bench::new();
    let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl";
    let line = crate::bench::record(1, "alice", "get", "secrets", &format!("x?token={token}"));
    bench.write("token.log", line + &format!("junk token={token}\n"));
    for arguments in [
        &["normalize", "token.log"][..],
        &["scan", "-r", "rule.yaral", "token.log"],
    ] {
        let mut arguments = arguments.to_vec();
        arguments.extend(["--rejects", "rejects.ndjson"]);
        let ran = bench.run(&arguments);
        let all = ran.out + &ran.err + &bench.read("rejects.ndjson");
        assert!(!all.contains("c2lnbmF0dXJl"), "{arguments:?}: {all}");
        arguments.push("--no-redact");
        let ran = bench.run(&arguments);
        assert!(
            (ran.out + &bench.read("rejects.ndjson")).contains("c2lnbmF0dXJl"),
            "{arguments:?}"
        );
    }
}

#[test]
fn log_types_are_listed() {
    let ran = Bench::new().run(&["normalize", "--list"]);
    assert_eq!(ran.code, Some(0));
    assert!(
        ran.out
            .lines()
            .any(|line| line.starts_with("KUBERNETES_AUDIT ")),
        "{}",
        ran.out
    );
}
