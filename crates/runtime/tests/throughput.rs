//! How fast a scan is; run by hand: `cargo test --release --test throughput -- --ignored --nocapture`.

use std::io::Write;

use yaral_engine::Engine;
use yaral_normalize::LogType;
use yaral_runtime::input::{Frames, Source, open};
use yaral_runtime::{Input, Scan, ScanOptions};

const RULE: &str = r#"rule r { meta: events:
  $e.metadata.event_type = "USER_LOGIN" $e.target.user.userid = /^u9999/ condition: $e }"#;

/// Text that compresses about as well as logs do.
fn noise(seed: u64) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for _ in 0..5 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        text.push_str("system:serviceaccount:kube-system:replicaset-controller/");
        let _ = write!(text, "{:08x}", state >> 32);
    }
    text
}

#[test]
#[ignore = "a measurement, not a check"]
fn throughput() {
    let dir = tempfile::tempdir().unwrap();
    let mut text = Vec::new();
    for n in 0..400_000u32 {
        writeln!(
            text,
            r#"{{"metadata":{{"id":"id{n}","eventType":"USER_LOGIN","eventTimestamp":"2026-08-01T00:{:02}:{:02}Z","productName":"{}"}},"target":{{"user":{{"userid":"u{n}"}}}}}}"#,
            n / 60 % 60,
            n % 60,
            noise(u64::from(n)),
        )
        .unwrap();
    }
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(&text).unwrap();
    let files = [
        ("plain", text.clone()),
        ("gzip", gzip.finish().unwrap()),
        ("zstd", zstd::encode_all(&text[..], 3).unwrap()),
    ];
    for (name, bytes) in files {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let input = Input {
            name: name.to_owned(),
            source: Source::File(path),
        };
        let started = std::time::Instant::now();
        let mut frames = Frames::new(open(&input).unwrap().reader);
        let mut count = 0u64;
        while frames.next_piece().unwrap().is_some() {
            count += 1;
        }
        let split = started.elapsed();
        let compiled = yaral_compiler::compile(RULE, &yaral_compiler::Options::default());
        let engine = Engine::new(compiled.rules.into_iter().filter_map(|r| r.plan).collect());
        let options = ScanOptions {
            log_type: Some(LogType::Udm),
            ..ScanOptions::default()
        };
        let summary = Scan::new(engine, options).run(&[input], &mut ()).unwrap();
        let megabytes = u32::try_from(text.len() / 1_000_000).unwrap();
        say(format_args!(
            "{name}: {count} frames, {megabytes} MB; split {split:?}; scan {:?}, {:.0} events/s, {} detections, peak {:?}",
            summary.elapsed,
            summary.events_per_second(),
            summary.detections(),
            summary.peak_rss_bytes,
        ));
    }
}

/// Says it on the terminal itself: a test runner keeps what macros print to
/// itself, and what is skipped must be seen.
fn say(what: std::fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stderr(), "{what}");
}
