//! What `yaral scan` prints.

use std::io::Write as _;

use crate::bench::{Bench, RULE, Ran, audit, finish, masked};

fn scan(bench: &Bench, more: &[&str]) -> Ran {
    let mut arguments = vec!["scan", "-r", "rule.yaral", "audit.log"];
    arguments.extend(more);
    bench.run(&arguments)
}

#[test]
fn human() {
    let ran = scan(&Bench::new(), &["--format", "human"]);
    assert!(
        ran.out.lines().all(|line| line.chars().count() <= 80),
        "{}",
        ran.out
    );
    insta::assert_snapshot!(ran.seen());
}

#[test]
fn human_with_explanation() {
    insta::assert_snapshot!(scan(&Bench::new(), &["--format", "human", "--explain"]).seen());
}

#[test]
fn ndjson_is_the_format_of_a_pipe() {
    let bench = Bench::new();
    let ran = scan(&bench, &[]);
    assert_eq!(ran.out, scan(&bench, &["--format", "ndjson"]).out);
    assert_eq!(ran.out.lines().count(), 2);
    insta::assert_snapshot!(ran.seen());
}

#[test]
fn json() {
    insta::assert_snapshot!(scan(&Bench::new(), &["--format", "json", "-q"]).out);
}

#[test]
fn csv() {
    insta::assert_snapshot!(scan(&Bench::new(), &["--format", "csv", "-q"]).out);
}

#[test]
fn secops() {
    insta::assert_snapshot!(scan(&Bench::new(), &["--format", "secops", "-q"]).out);
}

#[test]
fn quiet_says_nothing_but_data() {
    let ran = scan(&Bench::new(), &["-q"]);
    assert_eq!(ran.err, "");
}

#[test]
fn an_output_file_holds_what_standard_output_would() {
    let bench = Bench::new();
    let ran = scan(&bench, &["-o", "out.ndjson"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""));
    assert_eq!(bench.read("out.ndjson"), scan(&bench, &[]).out);
}

#[test]
fn standard_input_and_compressed_inputs_give_the_same_detections() {
    let bench = Bench::new();
    let ids = |ran: &Ran| -> Vec<String> {
        ran.out
            .lines()
            .map(|l| l.split('"').nth(7).unwrap().to_owned())
            .collect()
    };
    let plain = ids(&scan(&bench, &[]));
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(audit().as_bytes()).unwrap();
    bench.write("a.gz", gzip.finish().unwrap());
    bench.write("a.zst", zstd::encode_all(audit().as_bytes(), 1).unwrap());
    assert!(
        plain.len() == 2 && plain.iter().all(|id| id.starts_with("de_")),
        "{plain:?}"
    );
    for name in ["a.gz", "a.zst", "a.g?"] {
        assert_eq!(
            ids(&bench.run(&["scan", "-r", "rule.yaral", name])),
            plain,
            "{name}"
        );
    }
    assert_eq!(
        ids(&bench.pipe(&["scan", "-r", "rule.yaral", "-"], audit().as_bytes())),
        plain
    );
}

#[test]
fn what_was_skipped_is_listed_and_cut() {
    let bench = Bench::new();
    let junk = "junk\n".repeat(30);
    bench.write("mixed.log", audit() + &junk);
    let arguments = [
        "scan",
        "-r",
        ".",
        "mixed.log",
        "--format",
        "human",
        "--rejects",
        "rejects.ndjson",
    ];
    let ran = bench.run(&arguments);
    insta::assert_snapshot!(ran.seen());
    assert_eq!(bench.read("rejects.ndjson").lines().count(), 30);
}

#[test]
fn verbose_tells_log_types_and_diagnostics() {
    let bench = Bench::new();
    let ran = bench.run(&["scan", "-v", "-r", ".", "audit.log", "--format", "csv"]);
    assert!(
        ran.err.contains("audit.log: KUBERNETES_AUDIT"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("error[E0201]"), "{}", ran.err);
}

#[test]
fn lists_come_from_a_folder() {
    let bench = Bench::new();
    bench.write("lists/people.txt", "alice\n");
    bench.write(
        "listed.yaral",
        r#"rule listed { meta: severity = "Low" events: $e.principal.user.userid in %people condition: $e }"#,
    );
    let with = bench.run(&[
        "scan",
        "-r",
        "listed.yaral",
        "audit.log",
        "--lists",
        "lists",
    ]);
    assert_eq!(
        (with.code, with.out.lines().count()),
        (Some(0), 1),
        "{}",
        with.err
    );
    let without = bench.run(&["scan", "-r", "listed.yaral", "audit.log"]);
    assert_eq!(without.code, Some(2));
    assert!(without.err.contains("E0208"), "{}", without.err);
}

#[test]
fn colour_means_severity_and_obeys_flags_and_environment() {
    let bench = Bench::new();
    let plain = scan(&bench, &["--format", "human", "--color", "never"]).out;
    let auto = scan(&bench, &["--format", "human"]).out;
    assert_eq!(masked(&plain), masked(&auto), "a pipe is not coloured");
    let red = "\u{1b}[1m\u{1b}[31mHIGH\u{1b}[0m";
    assert!(
        scan(&bench, &["--format", "human", "--color", "always"])
            .out
            .starts_with(red)
    );
    let with = |name: &str, value: &str| {
        let arguments = ["scan", "-r", "rule.yaral", "audit.log", "--format", "human"];
        finish(bench.command(&arguments).env(name, value)).out
    };
    assert!(with("CLICOLOR_FORCE", "1").starts_with(red));
    assert!(!with("NO_COLOR", "1").contains('\u{1b}'));
}

#[test]
fn the_embedded_pack_runs_without_rules() {
    let ran = Bench::new().run(&["scan", "audit.log", "-q"]);
    let expected = if yaral::PACK.is_empty() { 4 } else { 0 };
    assert_eq!(ran.code, Some(expected), "{}", ran.err);
}

/// A folder with both is no reason to be told of one act twice.
#[test]
fn variants_for_another_mapping_are_left_out_of_folders() {
    let bench = Bench::new();
    let field = "userid = /^system:/";
    let ours = RULE.replace("  meta:\n", "  meta:\n    mapping = \"default\"\n");
    let theirs = RULE
        .replace("secrets_read", "secrets_read_secops")
        .replace("  meta:\n", "  meta:\n    mapping = \"secops\"\n")
        .replace("    $e.metadata.product_event_type = \"list\" or $e.metadata.product_event_type = \"get\"\n", "")
        .replace("event_type = \"RESOURCE_READ\"", "event_type = \"USER_RESOURCE_ACCESS\"")
        .replace("userid = $user", "user_display_name = $user")
        .replace(field, "user_display_name = /^system:/");
    bench.write("both/a.yaral", &ours);
    bench.write("both/b.yaral", &theirs);
    let rules = |ran: &Ran| -> Vec<bool> {
        let lines = ran.out.lines();
        lines
            .map(|line| line.contains("secrets_read_secops"))
            .collect()
    };
    let run = |words: &[&str]| bench.run(&[&["scan", "audit.log"], words].concat());
    let left = "1 rule file for another mapping than";
    let default = run(&["-r", "both"]);
    assert_eq!(rules(&default), [false, false], "{}", default.err);
    assert!(
        default.err.contains(&format!("{left} default left out")),
        "{}",
        default.err
    );
    let secops = run(&["-r", "both", "--mapping", "secops"]);
    assert_eq!(rules(&secops), [true, true], "{}", secops.err);
    assert!(
        secops.err.contains(&format!("{left} secops left out")),
        "{}",
        secops.err
    );
    let named = run(&["-r", "both", "-r", "both/b.yaral"]);
    assert!(!named.err.contains("left out"), "{}", named.err);
}
