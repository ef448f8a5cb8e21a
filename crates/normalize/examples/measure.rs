//! What normalizing costs, for files of any log type. Each file is read in three
//! ways in one process, and the best of some rounds counts: the floor that
//! every reader has to pay (JSON logs: each line validated into nothing; text
//! logs: lines split and checked to be UTF-8), events with the fields of a
//! typical rule, and events with every field.
//!
//! `cargo run --release -p yaral-normalize --example measure -- FILE…`

use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

use serde::de::IgnoredAny;
use yaral_normalize::{Counts, LogType, Record, Reject, Setup, Sink, normalizer, recognise};
use yaral_udm::{Event, FieldPath, FieldSet, Root};

/// The best of so many rounds counts.
const ROUNDS: usize = 5;

/// The log type is recognised by the first lines.
const SAMPLE_LINES: usize = 32;

/// What a rule over any log type reads.
const TYPICAL: &[&str] = &[
    "metadata.event_type",
    "metadata.event_timestamp",
    "principal.user.userid",
    "principal.process.file.full_path",
    "target.process.command_line",
    "target.file.full_path",
    "target.resource.name",
];

/// Builds what it is handed and keeps nothing.
#[derive(Default)]
struct Builder(Event);

impl Sink for Builder {
    fn event(&mut self, record: &dyn Record) {
        record.build(&mut self.0);
        black_box(self.0.bytes());
    }

    fn reject(&mut self, reject: Reject) {
        black_box(reject);
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut typical = FieldSet::empty();
    for path in TYPICAL {
        typical.insert(&FieldPath::resolve(Root::Event, path)?);
    }
    let all = Setup::default();
    let typical = Setup {
        want: typical,
        ..Setup::default()
    };
    let mut out = std::io::stdout().lock();
    for file in std::env::args().skip(1) {
        let text = std::fs::read(&file)?;
        let lines: Vec<_> = text.split(|byte| *byte == b'\n').collect();
        let sample = lines.get(..SAMPLE_LINES.min(lines.len()));
        let log_type = recognise(sample.unwrap_or_default())
            .ok_or_else(|| format!("{file}: no known log type"))?;
        let (floor, _) = best(|| floor(&text));
        let (some, counts) = best(|| normalize(log_type, &typical, &lines));
        let (every, _) = best(|| normalize(log_type, &all, &lines));
        let records = f64::from(u32::try_from(counts.records.max(1))?);
        let each = |seconds: f64| seconds * 1e6 / records;
        writeln!(
            out,
            "{file}: {log_type}, {} records of {} lines, {:.0} bytes/record, {} rejected\n  floor   {:>7.2} µs/record\n  \
             typical {:>7.2} µs/record {:>6.2} × floor\n  all     {:>7.2} µs/record {:>6.2} × floor",
            counts.records,
            counts.lines,
            f64::from(u32::try_from(text.len())?) / records,
            counts.rejected,
            each(floor),
            each(some),
            some / floor,
            each(every),
            every / floor,
        )?;
    }
    Ok(())
}

/// The shortest time that something took, in seconds, and its last result.
fn best<T: Default>(mut what: impl FnMut() -> T) -> (f64, T) {
    let (mut shortest, mut result) = (f64::MAX, T::default());
    for _ in 0..ROUNDS {
        let start = Instant::now();
        result = what();
        shortest = shortest.min(start.elapsed().as_secs_f64());
    }
    (shortest, result)
}

/// What no reader of these bytes can do without; how many lines were good.
fn floor(text: &[u8]) -> u64 {
    let json = text.first() == Some(&b'{');
    let good = |line: &[u8]| {
        if json {
            serde_json::from_slice::<IgnoredAny>(line).is_ok()
        } else {
            std::str::from_utf8(line).is_ok()
        }
    };
    let lines = text.split(|byte| *byte == b'\n');
    lines.map(|line| u64::from(black_box(good(line)))).sum()
}

fn normalize(log_type: LogType, setup: &Setup, lines: &[&[u8]]) -> Counts {
    let mut normalizer = normalizer(log_type, setup);
    let mut builder = Builder::default();
    for (at, line) in lines.iter().enumerate() {
        normalizer.feed(line, at as u64 + 1, &mut builder);
    }
    normalizer.finish(&mut builder);
    normalizer.counts()
}
