//! A log that was rotated, found in a folder, says what the whole log says.

use std::fmt::Write as _;
use std::io::Write as _;
use std::ops::Range;

use crate::bench::Bench;

const RULE: &str = r#"rule launched_by {
  meta:
    author = "tests"
    severity = "LOW"
  events:
    $e.metadata.event_type = "PROCESS_LAUNCH"
    $e.target.process.file.full_path = $program
  outcome:
    $parent = array_distinct($e.principal.process.file.full_path)
  condition:
    $e
}
"#;

/// A program that launches the next, and so on. A minute lies between two, so
/// that the normalizer, which holds events back for some seconds, cannot mend
/// a wrong order of files.
fn launches(serials: Range<u32>) -> String {
    let mut out = String::new();
    for serial in serials {
        let (seconds, parent, pid) = (1_795_410_000 + serial * 60, 99 + serial, 100 + serial);
        let id = format!("msg=audit({seconds}.000:{serial})");
        let _ = writeln!(
            out,
            "type=SYSCALL {id}: arch=c000003e syscall=59 success=yes exit=0 items=0 \
             ppid={parent} pid={pid} auid=1001 uid=1001 gid=1001 euid=1001 tty=(none) ses=36 \
             comm=\"p{serial}\" exe=\"/usr/bin/p{serial}\" key=\"exec\""
        );
        let _ = writeln!(out, "type=EXECVE {id}: argc=1 a0=\"p{serial}\"");
    }
    out
}

/// Detections without the places of their evidence.
fn detections(bench: &Bench, inputs: &[&str]) -> Vec<String> {
    let mut arguments = vec!["scan", "-q", "-r", "launch.yaral", "--format", "ndjson"];
    arguments.extend(inputs);
    let ran = bench.run(&arguments);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let mut all = Vec::new();
    for line in ran.out.lines() {
        let mut detection: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
        for place in ["file", "line"] {
            detection["evidence"][0][place].take();
        }
        all.push(detection.to_string());
    }
    all
}

#[test]
fn a_rotated_log_gives_what_the_whole_one_does() {
    let bench = Bench::new();
    let [oldest, older, current] = [launches(0..4), launches(4..8), launches(8..12)];
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(oldest.as_bytes()).unwrap();
    bench.write("launch.yaral", RULE);
    bench.write("whole.log", format!("{oldest}{older}{current}"));
    bench.write("logs/audit.log.2.gz", gzip.finish().unwrap());
    bench.write("logs/audit.log.1", older);
    bench.write("logs/audit.log", current);

    let whole = detections(&bench, &["whole.log"]);
    assert_eq!(whole.len(), 12);
    let parent = r#""parent":["/usr/bin/p7"]"#;
    assert!(whole[8].contains(parent), "{}", whole[8]);
    for word in ["logs", "logs/*", "log?"] {
        assert_eq!(detections(&bench, &[word]), whole, "{word}");
    }
    // Named one by one, the user's order holds, though it is the wrong one.
    let named = ["logs/audit.log", "logs/audit.log.1", "logs/audit.log.2.gz"];
    assert_ne!(detections(&bench, &named), whole);
}
