//! Every exit code that a run can end with.

use std::process::Stdio;

use crate::bench::Bench;

fn code(bench: &Bench, arguments: &[&str]) -> i32 {
    bench.run(arguments).code.unwrap_or(-1)
}

#[test]
fn zero_is_done() {
    let bench = Bench::new();
    assert_eq!(code(&bench, &["scan", "-r", "rule.yaral", "audit.log"]), 0);
    assert_eq!(code(&bench, &["hunt", "-r", "rule.yaral", "audit.log"]), 0);
    assert_eq!(code(&bench, &["check", "rule.yaral"]), 0);
    assert_eq!(code(&bench, &["normalize", "audit.log"]), 0);
    assert_eq!(code(&bench, &["version"]), 0);
    assert_eq!(code(&bench, &["-V"]), 0);
    assert_eq!(code(&bench, &["--help"]), 0);
    assert_eq!(code(&bench, &["docs"]), 0);
}

#[test]
fn one_is_findings() {
    let bench = Bench::new();
    let scan = [
        "scan",
        "-r",
        "rule.yaral",
        "audit.log",
        "--fail-on-detection",
    ];
    assert_eq!(code(&bench, &scan), 1);
    assert_eq!(code(&bench, &["check", "."]), 1);
    for alias in ["validate", "verify", "lint"] {
        assert_eq!(
            code(&bench, &[alias, "broken.yaral", "--strict"]),
            1,
            "{alias}"
        );
    }
    bench.write(
        "quiet.log",
        crate::bench::record(1, "bob", "get", "pods", "x"),
    );
    assert_eq!(
        code(
            &bench,
            &[
                "scan",
                "-r",
                "rule.yaral",
                "quiet.log",
                "--fail-on-detection"
            ]
        ),
        0
    );
}

#[test]
fn two_is_could_not() {
    let bench = Bench::new();
    for arguments in [
        &["scan"][..],
        &["frobnicate"],
        &["scan", "-r", "rule.yaral", "missing.log"],
        &["scan", "-r", "rule.yaral", "missing*.log"],
        &["scan", "-r", "missing.yaral", "audit.log"],
        &["scan", "-r", "broken.yaral", "audit.log"],
        &[
            "scan",
            "-r",
            "rule.yaral",
            "-r",
            "broken.yaral",
            "audit.log",
            "--strict",
        ],
        &[
            "scan",
            "-r",
            "rule.yaral",
            "audit.log",
            "--semantics",
            "nonsense",
        ],
        &[
            "scan",
            "-r",
            "rule.yaral",
            "audit.log",
            "--semantics",
            "no_such=1",
        ],
        &[
            "scan",
            "-r",
            "rule.yaral",
            "audit.log",
            "--log-type",
            "NO_SUCH",
        ],
        &[
            "scan",
            "-r",
            "rule.yaral",
            "audit.log",
            "--lists",
            "missing",
        ],
        &["scan", "-r", "rule.yaral", "audit.log", "--format", "sarif"],
        &[
            "scan",
            "-r",
            "rule.yaral",
            "audit.log",
            "-o",
            "no/such/folder/out",
        ],
        &["scan", "-r", "rule.yaral", "audit.log", "-o", "audit.log"],
        &[
            "scan",
            "-r",
            "rule.yaral",
            "audit.log",
            "--rejects",
            "./audit.log",
        ],
        &["check", "missing.yaral"],
        &["check", "--format", "csv"],
        &["check", "-", "rule.yaral"],
        &["normalize", "missing.log"],
        &["normalize", "--format", "csv", "audit.log"],
    ] {
        let ran = bench.run(arguments);
        assert_eq!(ran.code, Some(2), "{arguments:?}\n{}", ran.err);
        assert!(
            ran.out.is_empty() && ran.err.lines().any(|l| l.starts_with("error: ")),
            "{arguments:?}\n{}",
            ran.err
        );
    }
    assert_eq!(
        bench.read("audit.log"),
        crate::bench::audit(),
        "inputs are never written"
    );
}

#[test]
fn two_is_partial_work_on_request() {
    let bench = Bench::new();
    bench.write("mixed.log", crate::bench::audit() + "not json\n");
    let refused = [
        "scan",
        "-r",
        ".",
        "audit.log",
        "--fail-on-partial",
        "--fail-on-detection",
    ];
    assert_eq!(code(&bench, &refused), 2);
    assert_eq!(
        code(&bench, &["normalize", "mixed.log", "--fail-on-partial"]),
        2
    );
}

#[test]
fn three_is_partly() {
    let bench = Bench::new();
    bench.write("mixed.log", crate::bench::audit() + "not json\n");
    assert_eq!(code(&bench, &["scan", "-r", ".", "audit.log"]), 3);
    assert_eq!(code(&bench, &["scan", "-r", "rule.yaral", "mixed.log"]), 3);
    assert_eq!(code(&bench, &["normalize", "mixed.log"]), 3);
}

#[test]
fn four_is_nothing() {
    let bench = Bench::new();
    bench.write("empty.log", "");
    bench.write("blank.log", "\n\n  \n");
    bench.write("junk.log", "not json\nneither\n");
    bench.write("no-rules/README.md", "none");
    for arguments in [
        &["scan", "-r", "rule.yaral", "empty.log"][..],
        &["scan", "-r", "rule.yaral", "blank.log"],
        &["scan", "-r", "rule.yaral", "junk.log"],
        &[
            "scan",
            "-r",
            "rule.yaral",
            "junk.log",
            "--log-type",
            "KUBERNETES_AUDIT",
        ],
        &["scan", "-r", "rule.yaral", "junk.log", "--fail-on-partial"],
        &["scan", "-r", "no-rules", "audit.log"],
        &["check", "no-rules"],
        &["normalize", "junk.log"],
        &["normalize", "empty.log"],
        &["docs", "no-such-term"],
    ] {
        let ran = bench.run(arguments);
        assert_eq!(ran.code, Some(4), "{arguments:?}\n{}", ran.err);
    }
}

#[test]
fn a_damaged_input_is_two_alone_and_three_among_others() {
    let bench = Bench::new();
    bench.write("a.zip", b"PK\x03\x04 and so on");
    assert_eq!(code(&bench, &["scan", "-r", "rule.yaral", "a.zip"]), 2);
    assert_eq!(
        code(&bench, &["scan", "-r", "rule.yaral", "a.zip", "audit.log"]),
        3
    );
}

#[test]
fn a_closed_pipe_is_quiet() {
    let bench = Bench::new();
    let many: String = (0..20_000)
        .map(|i| crate::bench::record(i, "alice", "get", "secrets", "db"))
        .collect();
    bench.write("many.log", many);
    for arguments in [
        &[
            "scan",
            "-r",
            "rule.yaral",
            "many.log",
            "-q",
            "--format",
            "ndjson",
        ][..],
        &[
            "scan",
            "-r",
            "rule.yaral",
            "many.log",
            "-q",
            "--format",
            "human",
        ],
        &["normalize", "many.log", "-q"],
        &["docs", "limits"],
        &["check", "."],
        &["version"],
        &["--help"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = bench.command(arguments);
        let output = command
            .stdin(Stdio::null())
            .stdout(writer)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(141), "{arguments:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
    }
}

/// Creating a file empties it, so nothing that is read may be written.
#[test]
fn outputs_never_destroy_what_is_read() {
    let bench = Bench::new();
    bench.write("lists/users.txt", "alice\n");
    std::fs::hard_link(bench.path("audit.log"), bench.path("hard.log")).unwrap();
    let scan = ["scan", "-r", "rule.yaral", "--lists", "lists", "audit.log"];
    for (outputs, kept) in [
        (vec!["-o", "hard.log"], "audit.log"),
        (vec!["-o", "rule.yaral"], "rule.yaral"),
        (vec!["-o", "lists/users.txt"], "lists/users.txt"),
        (vec!["--rejects", "hard.log"], "audit.log"),
        (vec!["-o", "new", "--rejects", "new"], "audit.log"),
        (vec!["--rejects", "-"], "audit.log"),
    ] {
        let before = bench.read(kept);
        let arguments = [&scan[..], &outputs].concat();
        assert_eq!(code(&bench, &arguments), 2, "{outputs:?}");
        assert_eq!(bench.read(kept), before, "{outputs:?}");
    }
    let ran = bench.run(&[&scan[..], &["-o", "-"]].concat());
    assert!(ran.out.contains("yaral/detection/v1"), "{}", ran.err);
    assert!(!bench.path("-").exists());
}
