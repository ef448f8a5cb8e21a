//! docs/testing.md: its files, and its commands with what they print.

use std::path::Path;

use crate::bench::Bench;

#[test]
fn the_page_on_tests_is_run() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/testing.md");
    let text = std::fs::read_to_string(page).unwrap();
    let bench = Bench::new();
    let blocks: Vec<&str> = text.split("\n```").skip(1).step_by(2).collect();
    for block in &blocks {
        let (_, body) = block.split_once('\n').unwrap();
        let first = body.lines().next().unwrap_or_default();
        let first = first.trim_start_matches(['#', '/', ' ']);
        if let Some(name) = first.strip_prefix("file: ") {
            bench.write(name, body);
        }
    }
    let mut ran = 0;
    for pair in blocks.windows(2) {
        let (Some(command), Some(wanted)) =
            (pair[0].strip_prefix("sh\n"), pair[1].strip_prefix("text\n"))
        else {
            continue;
        };
        let words: Vec<&str> = command.split_whitespace().skip(1).collect();
        let out = bench.run(&words);
        let mut printed = out.out.lines();
        for line in wanted.lines() {
            // How long it took stands behind the last words of a line.
            assert!(
                printed.any(|other| other.starts_with(line)),
                "{command} does not print, where the page has it:\n{line}\n{}{}",
                out.out,
                out.err
            );
        }
        assert_eq!(out.code, Some(0), "{command}: {}", out.out);
        ran += 1;
    }
    assert_eq!(ran, 5);
}
