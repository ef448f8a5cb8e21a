//! `yaral test`: switches that would say nothing, or something false, and
//! mutants of files whose tests fail.

use crate::bench::{Bench, Ran};
use crate::suite::TESTS;

fn ran(tests: &str, flags: &[&str]) -> Ran {
    let bench = Bench::new();
    bench.write("secrets.test.yaml", tests);
    bench.run(&[&["test", "secrets.test.yaml"], flags].concat())
}

#[test]
fn switches_that_say_nothing_are_refused() {
    for (flags, told) in [
        (&["--threshold", "90"][..], "<--coverage|--mutate>"),
        (&["--mutate", "--run", "x"], "does not go with `--mutate`"),
        (&["--junit", "-"], "--format junit"),
    ] {
        let ran = ran(TESTS, flags);
        assert_eq!(ran.code, Some(2), "{flags:?}: {}", ran.out);
        assert!(ran.err.contains(told), "{flags:?}: {}", ran.err);
    }
    let fine = ran(TESTS, &["--threshold", "1", "--coverage"]);
    assert_eq!(fine.code, Some(0), "{}", fine.err);
    // What is configured waits for a run that measures.
    let bench = Bench::new();
    bench.write("secrets.test.yaml", TESTS);
    bench.write("yaral.toml", "threshold = \"100\"\n");
    let plain = bench.run(&["test", "secrets.test.yaml"]);
    assert_eq!(plain.code, Some(0), "{}", plain.err);
    let measured = bench.run(&["test", "secrets.test.yaml", "--mutate"]);
    assert_eq!(measured.code, Some(1), "{}", measured.err);
}

#[test]
fn shuffles_max() {
    let most = ran(TESTS, &["--shuffle", "1000", "--run", "a person"]);
    assert_eq!(most.code, Some(0), "{}", most.err);
    let more = ran(TESTS, &["--shuffle", "1001"]);
    assert_eq!(more.code, Some(2));
    assert!(more.err.contains("1001 is not in 0..=1000"), "{}", more.err);
}

/// A test that fails anyway would notice every mutant.
#[test]
fn mutants_of_failing_tests_are_not_run() {
    let wrong = TESTS.replace("severity: HIGH", "severity: LOW");
    for (format, told) in [
        (
            "human",
            "\n         mutants not run: its tests fail first\n",
        ),
        ("human", "mutants 0/0 noticed, those of 1 file not run"),
        (
            "concise",
            "secrets.test.yaml: mutants not run: its tests fail first\n",
        ),
        ("json", "\"not_run\": \"its tests fail first\""),
        ("json", "\"files_not_run\": 1"),
        ("junit", "value=\"not run: its tests fail first\""),
    ] {
        let ran = ran(&wrong, &["--mutate", "--format", format]);
        assert_eq!(ran.code, Some(1), "{format}: {}", ran.out);
        assert!(ran.out.contains(told), "{format}: {}", ran.out);
    }
}

#[test]
fn update_names_the_file_that_cannot_be_written() {
    let open = TESTS.replace(
        "    because: 'not $e.principal.user.userid = /^system:/'\n",
        "",
    );
    // So long a name leaves no room for that of the new text beside it.
    let name = format!("{}.test.yaml", "n".repeat(240));
    let bench = Bench::new();
    bench.write(&name, open);
    let updated = bench.run(&["test", &name, "--update"]);
    assert_eq!(updated.code, Some(2), "{}", updated.err);
    assert!(
        updated.err.contains("nnn.test.yaml` cannot be written"),
        "{}",
        updated.err
    );
    bench.write("odd.test.yaml", b"\xff");
    let unread = bench.run(&["test", "odd.test.yaml", "--update"]);
    assert_eq!(unread.code, Some(2));
    assert!(
        unread.err.contains("`odd.test.yaml` cannot be read"),
        "{}",
        unread.err
    );
}

#[test]
fn what_is_no_yaml_is_told_in_our_words() {
    let twice = TESTS.replacen("    expect: none", "    name: x\n    expect: none", 1);
    let ran = ran(&twice, &[]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.out
            .starts_with("error: there are two keys `name`\n  --> secrets.test.yaml:23:5\n"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("  |     ^^^^\n"), "{}", ran.out);
}
