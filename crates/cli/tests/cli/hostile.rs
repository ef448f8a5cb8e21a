//! Logs that were written to hurt whoever reads them.

use crate::bench::{Bench, audit, record};

/// Random bytes without a dependency: a linear congruential generator.
fn noise(seed: u64, bytes: usize) -> Vec<u8> {
    let mut state = seed;
    std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    })
    .take(bytes)
    .collect()
}

fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let deep = format!("{}1{}\n", "[".repeat(20_000), "]".repeat(20_000));
    let deep_in = record(9, "x", "get", "secrets", "y").replace(
        "\"level\":",
        &format!(
            "\"z\":{}{},\"level\":",
            "{\"a\":".repeat(20_000),
            "1".to_owned() + &"}".repeat(20_000)
        ),
    );
    vec![
        (
            "long",
            [b"{\"a\":\"".as_slice(), &vec![b'x'; 5 << 20], b"\"}\n"].concat(),
        ),
        ("nul", b"{\"kind\":\"Event\"\0\0}\n".to_vec()),
        ("deep", deep.into_bytes()),
        ("deep-in", deep_in.into_bytes()),
        ("noise", noise(7, 300_000)),
        (
            "utf16",
            [
                b"\xff\xfe".as_slice(),
                &"{\"a\":1}\n"
                    .encode_utf16()
                    .flat_map(u16::to_le_bytes)
                    .collect::<Vec<_>>(),
            ]
            .concat(),
        ),
        (
            "cut",
            record(8, "x", "get", "secrets", "y").as_bytes()[..200].to_vec(),
        ),
        (
            "gzip",
            [b"\x1f\x8b\x08\0".as_slice(), &noise(3, 2_000)].concat(),
        ),
    ]
}

fn clean(text: &str) -> bool {
    let bad = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{200b}'..='\u{200f}')
    };
    !text.contains(bad)
}

#[test]
fn hostile_inputs_are_rejected_and_the_rest_is_scanned() {
    let bench = Bench::new();
    for (name, bytes) in hostile() {
        let log = format!("{name}.log");
        bench.write(&log, bytes);
        for format in ["human", "ndjson", "json", "csv", "secops"] {
            let alone = bench.run(&["scan", "-r", "rule.yaral", &log, "--format", format]);
            assert!(
                matches!(alone.code, Some(0 | 2 | 3 | 4)),
                "{name} {format}: {:?} {}",
                alone.code,
                alone.err
            );
            assert!(clean(&alone.err), "{name} {format}: {:?}", alone.err);
            let both = bench.run(&[
                "scan",
                "-r",
                "rule.yaral",
                &log,
                "audit.log",
                "--format",
                format,
            ]);
            assert!(
                matches!(both.code, Some(0 | 3)),
                "{name} {format}: {:?} {}",
                both.code,
                both.err
            );
            assert!(both.out.contains("secrets_read"), "{name} {format}");
            assert!(
                clean(&both.out.replace('\r', "")),
                "{name} {format}: {:?}",
                both.out
            );
        }
        let ran = bench.run(&["normalize", &log]);
        assert!(
            matches!(ran.code, Some(0 | 2 | 3 | 4)),
            "{name}: {:?} {}",
            ran.code,
            ran.err
        );
        assert!(clean(&ran.err) && clean(&ran.out), "{name}");
    }
}

#[test]
fn hostile_lines_between_honest_ones_do_no_harm() {
    let bench = Bench::new();
    let mut log = audit().into_bytes();
    for (name, bytes) in hostile() {
        if !matches!(name, "utf16" | "gzip") {
            log.extend(bytes);
            log.push(b'\n');
        }
    }
    log.extend(record(50, "zoe", "get", "secrets", "last").bytes());
    bench.write("mixed.log", log);
    let ran = bench.run(&["scan", "-r", "rule.yaral", "mixed.log", "--format", "human"]);
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    assert!(
        ran.out.contains("alice") && ran.out.contains("zoe"),
        "{}",
        ran.out
    );
    assert!(clean(&ran.out) && clean(&ran.err));
    assert!(ran.err.contains("more, see --rejects"), "{}", ran.err);
}

#[test]
fn names_of_files_are_escaped() {
    let bench = Bench::new();
    let name = "evil\u{1b}[2J.log";
    bench.write(name, audit() + "junk\n");
    let ran = bench.run(&["scan", "-v", "-r", "rule.yaral", name, "--format", "human"]);
    assert!(clean(&ran.out) && clean(&ran.err), "{:?}", ran.err);
    let ran = bench.run(&["scan", "-r", "rule.yaral", "gone\u{1b}[2J.log"]);
    assert!(ran.code == Some(2) && clean(&ran.err), "{:?}", ran.err);
}

#[test]
fn a_bomb_is_only_a_long_read() {
    let bench = Bench::new();
    let zeros = vec![b' '; 64 << 20];
    bench.write("bomb.zst", zstd::encode_all(&zeros[..], 1).unwrap());
    let ran = bench.run(&[
        "scan",
        "-r",
        "rule.yaral",
        "bomb.zst",
        "audit.log",
        "--format",
        "csv",
    ]);
    assert!(matches!(ran.code, Some(0 | 3)), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn links_to_nowhere_in_folders_are_told() {
    let bench = Bench::new();
    bench.write("logs/audit.log", audit());
    bench.write("rules/rule.yaral", crate::bench::RULE);
    bench.write("tables/known.csv", "key\na\n");
    bench.write("tests/README.md", "tests\n");
    let links = [
        ("logs/gone.log", "nowhere"),
        ("logs/loop.log", "loop.log"),
        ("rules/gone.yaral", "nowhere"),
        ("tables/gone.csv", "nowhere"),
        ("tests/gone.test.yaml", "nowhere"),
    ];
    for (name, to) in links {
        std::os::unix::fs::symlink(to, bench.path(name)).unwrap();
    }
    let cases: [(&[&str], &[&str]); 6] = [
        (
            &["scan", "-r", "rule.yaral", "--format", "csv", "logs"],
            &["2 records rejected", "logs/gone.log", "logs/loop.log"],
        ),
        (&["check", "rules"], &["rules/gone.yaral"]),
        (&["fmt", "rules"], &["rules/gone.yaral"]),
        (&["test", "tests"], &["tests/gone.test.yaml"]),
        (&["normalize", "logs"], &["logs/gone.log", "logs/loop.log"]),
        (
            &["check", "rule.yaral", "--tables", "tables"],
            &["tables/gone.csv"],
        ),
    ];
    for (words, says) in cases {
        let ran = bench.run(words);
        // The formatter has done the others by then.
        let code = if words[0] == "fmt" { 3 } else { 2 };
        assert_eq!(ran.code, Some(code), "{words:?}: {}{}", ran.out, ran.err);
        for name in says {
            let told = ran.err.contains(name) || ran.out.contains(name);
            assert!(told, "{words:?}: {}{}", ran.out, ran.err);
        }
    }
    // What can be read is read all the same.
    let ran = bench.run(cases[0].0);
    assert!(ran.out.contains("logs/audit.log:1"), "{}", ran.out);
    // Pods come and go, and leave links to logs that went with them.
    std::fs::remove_file(bench.path("logs/loop.log")).unwrap();
    for words in [cases[0].0, cases[4].0] {
        let ran = bench.run(words);
        assert_eq!(ran.code, Some(3), "{words:?}: {}", ran.err);
        let told = ran.err.contains("logs/gone.log") && ran.err.contains("link to nowhere");
        assert!(told, "{}", ran.err);
    }
}
