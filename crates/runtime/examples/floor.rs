//! How much of a scan is the rules? Measures, in one run over one file of
//! JSON lines, reading and splitting, validating every line as JSON, and the
//! whole scan, and prints each as a ratio to the JSON floor.
//!
//! `cargo run --release -p yaral-runtime --example floor -- LOG RULES…`

use std::io;
use std::time::{Duration, Instant};

use yaral_engine::Engine;
use yaral_runtime::input::{Frames, Piece, open};
use yaral_runtime::{Input, Scan, ScanOptions, expand, load_rules};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let log = words.next().ok_or("usage: floor LOG RULES…")?;
    let inputs = expand(&[log])?;
    let rules: Vec<String> = words.collect();
    let mut plans = Vec::new();
    for file in load_rules(&rules)? {
        let compiled = yaral_compiler::compile(&file.text, &yaral_compiler::Options::default());
        plans.extend(compiled.rules.into_iter().filter_map(|rule| rule.plan));
    }
    let count = plans.len();
    let mut scan = Scan::new(Engine::new(plans), ScanOptions::default());

    let (lines, split) = frames(&inputs, |_| {})?;
    let mut valid = 0_u64;
    let (_, floor) = frames(&inputs, |line| {
        valid += u64::from(serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok());
    })?;
    let started = Instant::now();
    let summary = scan.run(&inputs, &mut ())?;
    let whole = started.elapsed();

    let mut out = io::stdout().lock();
    for (name, time) in [
        ("read and split", split),
        ("JSON floor", floor),
        ("scan", whole),
    ] {
        let each = time.as_secs_f64() * 1e6 / f64::from(u32::try_from(lines)?);
        let ratio = time.as_secs_f64() / floor.as_secs_f64();
        io::Write::write_fmt(
            &mut out,
            format_args!("{name:<15} {each:>7.2} µs/line  {ratio:>5.2} × floor\n"),
        )?;
    }
    let detections = summary.detections();
    io::Write::write_fmt(
        &mut out,
        format_args!(
            "{lines} lines, {valid} of them JSON, {count} rules, {detections} detections\n"
        ),
    )?;
    Ok(())
}

/// Hands out every line of the inputs; how many there were, and how long it took.
fn frames(
    inputs: &[Input],
    mut each: impl FnMut(&[u8]),
) -> Result<(u64, Duration), Box<dyn std::error::Error>> {
    let started = Instant::now();
    let mut lines = 0;
    for input in inputs {
        let mut frames = Frames::new(open(input)?.reader);
        while let Some(piece) = frames.next_piece()? {
            if let Piece::Frame(frame) = piece {
                lines += 1;
                each(frame.bytes);
            }
        }
    }
    Ok((lines, started.elapsed()))
}
