//! `--metrics`: learn in one run, ask in the next.

use crate::bench::Bench;

const RULE: &str = r#"rule many_failures {
  meta:
    severity = "High"
  events:
    $e.metadata.event_type = "USER_LOGIN"
    $user = $e.target.user.userid
  match:
    $user over 1h
  outcome:
    $failures = count_distinct($e.metadata.id)
    $worst = max(metrics.auth_attempts_fail(
      period: 1d, window: 30d, metric: event_count_sum, agg: max,
      target.user.userid: $user))
  condition:
    $e and $failures > $worst
}
"#;

fn logins(day: u32, count: u32) -> String {
    let login = |minute: u32| {
        format!(
            r#"{{"metadata":{{"id":"{day}-{minute}","eventTimestamp":"2026-03-{day:02}T10:{minute:02}:00Z","eventType":"USER_LOGIN"}},"target":{{"user":{{"userid":"alice"}}}},"securityResult":[{{"action":["BLOCK"]}}]}}"#
        ) + "\n"
    };
    (0..count).map(login).collect()
}

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("metrics.yaral", RULE);
    bench.write("march.ndjson", logins(10, 3));
    bench.write("usual.ndjson", logins(20, 3));
    bench.write("unusual.ndjson", logins(20, 4));
    bench
}

fn scan(bench: &Bench, log: &str, more: &[&str]) -> (Option<i32>, usize, String) {
    let mut arguments = vec!["scan", "-r", "metrics.yaral", log, "--log-type", "UDM"];
    arguments.extend(more);
    let ran = bench.run(&arguments);
    (ran.code, ran.out.lines().count(), ran.err)
}

#[test]
fn a_run_learns_and_the_next_one_asks() {
    let bench = bench();
    let learn = ["--metrics", "counts.ndjson", "--metrics-update"];
    let (code, found, _) = scan(&bench, "march.ndjson", &learn);
    assert_eq!((code, found), (Some(0), 1), "nothing is known yet");
    let ask = ["--metrics", "counts.ndjson"];
    assert_eq!(scan(&bench, "usual.ndjson", &ask).1, 0);
    assert_eq!(scan(&bench, "unusual.ndjson", &ask).1, 1);
    insta::assert_snapshot!(bench.read("counts.ndjson"));
}

#[test]
fn without_a_file_metrics_are_zero_which_is_said_once() {
    let bench = bench();
    let (code, found, said) = scan(&bench, "usual.ndjson", &[]);
    assert_eq!((code, found), (Some(0), 1));
    assert_eq!(
        said.matches("0 without `scan --metrics FILE`").count(),
        1,
        "{said}"
    );
    let checked = bench.run(&["check", "metrics.yaral"]);
    assert_eq!(checked.code, Some(0));
    assert!(
        checked.err.contains("1 rule with metrics"),
        "{}",
        checked.err
    );
    assert_eq!(bench.run(&["check", "-q", "metrics.yaral"]).err, "");
}

#[test]
fn a_file_that_cannot_be_used_ends_the_run() {
    let bench = bench();
    let ask = ["--metrics", "counts.ndjson"];
    let (code, found, said) = scan(&bench, "usual.ndjson", &ask);
    assert_eq!((code, found), (Some(2), 0));
    assert!(said.contains("`counts.ndjson` cannot be read"), "{said}");
    bench.write(
        "counts.ndjson",
        "{\"format\":\"yaral-metrics\",\"version\":1}\n",
    );
    let learn = ["--metrics", "counts.ndjson", "--metrics-update"];
    let (code, found, said) = scan(&bench, "usual.ndjson", &learn);
    assert_eq!((code, found), (Some(2), 0));
    assert!(said.contains("line 1: the end is missing"), "{said}");
    assert!(
        !bench.read("counts.ndjson").contains("alice"),
        "it is as it was"
    );
}

#[test]
fn detections_do_not_go_to_the_file_of_metrics() {
    let bench = bench();
    let learn = ["--metrics", "counts.ndjson", "--metrics-update"];
    scan(&bench, "march.ndjson", &learn);
    let before = bench.read("counts.ndjson");
    let (code, ..) = scan(
        &bench,
        "march.ndjson",
        &["--metrics", "counts.ndjson", "-o", "counts.ndjson"],
    );
    assert_eq!(code, Some(2));
    assert_eq!(bench.read("counts.ndjson"), before);
}

#[test]
fn rules_without_metrics_leave_the_file_alone() {
    let bench = bench();
    let ran = bench.run(&[
        "scan",
        "-r",
        "rule.yaral",
        "audit.log",
        "--metrics",
        "counts.ndjson",
        "--metrics-update",
    ]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.err.contains("no rule asks a metric"), "{}", ran.err);
    assert!(!bench.path("counts.ndjson").exists());
}
