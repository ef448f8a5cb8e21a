//! Memory does not depend on the size of an input. The file is a test binary
//! of its own, since the peak is that of the whole process.

use std::fs::File;
use std::io::{BufWriter, Write};

use yaral_engine::Engine;
use yaral_runtime::{Scan, ScanOptions, expand};

/// What a scan of any input may take: the frame limit with its blocks, the
/// bounded sets of the normalizers, and the program itself.
const PEAK_MAX: u64 = 96 * 1024 * 1024;

const LINE: &str =
    r#"{"metadata":{"eventType":"USER_LOGIN","eventTimestamp":"2026-08-01T00:00:00Z"}}"#;

#[test]
fn a_decompression_bomb_is_only_a_long_read() {
    let dir = tempfile::tempdir().unwrap();
    let zeros = vec![0u8; 1024 * 1024];
    let file = BufWriter::new(File::create(dir.path().join("bomb")).unwrap());
    let mut packed = zstd::stream::write::Encoder::new(file, 1).unwrap();
    writeln!(packed, "{LINE}").unwrap();
    for _ in 0..512 {
        packed.write_all(&zeros).unwrap();
    }
    writeln!(packed, "\n{LINE}").unwrap();
    packed.finish().unwrap().flush().unwrap();
    let mut lines = BufWriter::new(File::create(dir.path().join("lines")).unwrap());
    let padding = "x".repeat(2000);
    for n in 0..100_000 {
        writeln!(
            lines,
            "{}",
            LINE.replace(
                "\"metadata\":{",
                &format!("\"metadata\":{{\"id\":\"{n}{padding}\",")
            )
        )
        .unwrap();
    }
    lines.flush().unwrap();

    let rule = "rule r { meta: events: $e.metadata.event_type = \"USER_LOGIN\" condition: $e }";
    let compiled = yaral_compiler::compile(rule, &yaral_compiler::Options::default());
    let engine = Engine::new(compiled.rules.into_iter().filter_map(|r| r.plan).collect());
    let inputs = expand(&[dir.path().to_str().unwrap().to_owned()]).unwrap();
    let summary = Scan::new(engine, ScanOptions::default())
        .run(&inputs, &mut ())
        .unwrap();
    assert_eq!(summary.detections(), 100_002);
    assert_eq!(
        summary.rejected.into_iter().collect::<Vec<_>>(),
        [("LINE_TOO_LONG", 1)]
    );
    match summary.peak_rss_bytes {
        Some(peak) => assert!(peak < PEAK_MAX, "{peak} bytes"),
        None => say(format_args!(
            "SKIP the system does not tell the peak of memory"
        )),
    }
}

/// Says it on the terminal itself: a test runner keeps what macros print to
/// itself, and what is skipped must be seen.
fn say(what: std::fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stderr(), "{what}");
}
