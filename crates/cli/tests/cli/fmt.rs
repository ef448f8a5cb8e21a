//! What `yaral fmt` does to files.

use std::fs;

use crate::bench::{Bench, RULE};

/// A rule in need of a layout, with a comment.
const UGLY: &str =
    "rule ugly{meta:\nauthor=\"tests\"\nevents: // here\n$e.target.port=22\n  condition:$e}";

/// The same, laid out.
const NEAT: &str = "rule ugly {\n  meta:\n    author = \"tests\"\n\n  events: // here\n    $e.target.port = 22\n\n  condition:\n    $e\n}\n";

/// A text that does not parse, on its second line.
const WRONG: &str = "rule wrong { meta: events:\n  $e.target.port == 22 condition: $e }";

fn bench() -> Bench {
    let bench = Bench::new();
    for file in ["rule.yaral", "broken.yaral"] {
        fs::remove_file(bench.path(file)).expect("the bench wrote it");
    }
    bench.write("neat.yaral", NEAT);
    bench.write("sub/ugly.yl2", UGLY);
    bench
}

#[test]
fn files_are_laid_out_in_place() {
    let bench = bench();
    let before = fs::metadata(bench.path("neat.yaral")).unwrap();
    let ran = bench.run(&["fmt"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{}", ran.err);
    assert_eq!(ran.err, "2 files: 1 formatted, 1 unchanged\n");
    assert_eq!(bench.read("sub/ugly.yl2"), NEAT);
    assert_eq!(bench.read("neat.yaral"), NEAT);
    let after = fs::metadata(bench.path("neat.yaral")).unwrap();
    assert_eq!(before.modified().unwrap(), after.modified().unwrap());
    let again = bench.run(&["format", "."]);
    assert_eq!(again.err, "2 files: 2 unchanged\n");
    // Nothing is left beside.
    assert_eq!(fs::read_dir(bench.path("sub")).unwrap().count(), 1);
}

#[test]
fn check_names_and_writes_nothing() {
    let bench = bench();
    let ran = bench.run(&["fmt", "--check", "."]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(ran.out, "./sub/ugly.yl2\n");
    assert_eq!(ran.err, "2 files: 1 would change, 1 unchanged\n");
    assert_eq!(bench.read("sub/ugly.yl2"), UGLY);
    assert_eq!(bench.run(&["fmt", "--check", "neat.yaral"]).code, Some(0));
}

#[test]
fn diff_shows_and_writes_nothing() {
    let bench = bench();
    let ran = bench.run(&["fmt", "--diff", "sub/ugly.yl2", "neat.yaral"]);
    assert_eq!(ran.code, Some(0));
    insta::assert_snapshot!(ran.seen());
    assert_eq!(bench.read("sub/ugly.yl2"), UGLY);
    let both = bench.run(&["fmt", "--diff", "--check", "sub/ugly.yl2"]);
    assert_eq!(both.code, Some(1));
    assert!(ran.out.starts_with(&both.out) && !both.out.is_empty());
}

#[test]
fn standard_input_goes_to_standard_output() {
    let bench = bench();
    let ran = bench.pipe(&["fmt", "-"], UGLY.as_bytes());
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), NEAT));
    let same = bench.pipe(&["fmt", "-"], NEAT.as_bytes());
    assert_eq!((same.code, same.out.as_str()), (Some(0), NEAT));
    let check = bench.pipe(&["fmt", "--check", "-"], UGLY.as_bytes());
    assert_eq!((check.code, check.out.as_str()), (Some(1), "-\n"));
    let wrong = bench.pipe(&["fmt", "-"], WRONG.as_bytes());
    assert_eq!((wrong.code, wrong.out.as_str()), (Some(2), ""));
}

#[test]
fn a_file_with_an_error_is_named_and_left() {
    let bench = bench();
    bench.write("wrong.yaral", WRONG);
    bench.write("latin.yaral", b"rule \xe9 {}");
    let ran = bench.run(&["fmt", "."]);
    assert_eq!(ran.code, Some(3));
    insta::assert_snapshot!(ran.seen());
    assert_eq!(bench.read("wrong.yaral"), WRONG);
    assert_eq!(bench.read("sub/ugly.yl2"), NEAT);
    assert_eq!(bench.run(&["fmt", "wrong.yaral"]).code, Some(2));
    bench.write("sub/ugly.yl2", UGLY);
    assert_eq!(bench.run(&["fmt", "--check", "."]).code, Some(1));
    assert_eq!(bench.run(&["fmt", "missing.yaral"]).code, Some(2));
    bench.write("none/README.md", "none");
    assert_eq!(bench.run(&["fmt", "none"]).code, Some(4));
}

#[test]
fn a_byte_order_mark_and_crlf_go() {
    let bench = bench();
    let windows = format!("\u{feff}{}", NEAT.replace('\n', "\r\n"));
    bench.write("windows.yaral", &windows);
    bench.write("mark.yaral", format!("\u{feff}{NEAT}"));
    let ran = bench.run(&["fmt", "windows.yaral", "mark.yaral"]);
    assert_eq!(ran.err, "2 files: 2 formatted\n");
    assert_eq!(bench.read("windows.yaral"), NEAT);
    assert_eq!(bench.read("mark.yaral"), NEAT);
}

/// Layout is no part of what a detection is named after.
#[test]
fn detections_keep_their_ids() {
    let bench = Bench::new();
    let scan = || {
        let ran = bench.run(&[
            "scan",
            "-r",
            "rule.yaral",
            "audit.log",
            "--format",
            "ndjson",
        ]);
        assert!(!ran.out.is_empty(), "{}", ran.err);
        ran.out
    };
    bench.write(
        "rule.yaral",
        RULE.replace(" and ", "\n\nAND   ").replace(" = ", "="),
    );
    let before = scan();
    assert_eq!(bench.run(&["fmt", "rule.yaral"]).code, Some(0));
    assert_eq!(before, scan());
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = bench();
    let real = bench.path("sub/ugly.yl2");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("sub/ugly.yl2", bench.path("link.yaral")).unwrap();
    assert_eq!(bench.run(&["fmt", "link.yaral"]).code, Some(0));
    assert!(bench.path("link.yaral").is_symlink());
    assert_eq!(bench.read("sub/ugly.yl2"), NEAT);
    assert_eq!(
        fs::metadata(&real).unwrap().permissions().mode() & 0o777,
        0o640
    );
}

#[test]
fn our_own_rules_are_laid_out() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let ran = Bench::new().run(&[
        "fmt",
        "--check",
        &format!("{root}/rules"),
        &format!("{root}/samples/rules"),
    ]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{}", ran.err);
}
