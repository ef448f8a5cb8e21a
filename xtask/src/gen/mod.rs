//! Synthetic telemetry: the same seed and count give the same bytes, everywhere.
//!
//! Every value is invented; the mix and the shapes follow a busy cluster. One
//! file for each kind, all drawing from the one small generator in `rng`.
//! Events are written as they are made, so the size of a run is not bounded by
//! memory.

mod auditd;
mod docker;
mod falco;
mod json;
mod k8s;
mod process;
mod rng;
mod tetragon;
mod words;

use std::fs::File;
use std::io::{self, BufWriter, Write};

use anyhow::{Context, Result, bail};

const COUNT_DEFAULT: u64 = 100_000;
const SEED_DEFAULT: u64 = 1_552_007;

/// Writes `count` records of one kind, drawn from `seed`, to the sink.
type Generator = fn(&mut dyn Write, u64, u64) -> io::Result<()>;

const KINDS: &[(&str, Generator)] = &[
    ("k8s", k8s::write),
    ("udm", process::write_udm),
    ("flat", process::write_flat),
    ("auditd", auditd::write),
    ("docker-events", docker::write_events),
    ("docker-authz", docker::write_authz),
    ("docker-log", docker::write_log),
    ("falco", falco::write),
    ("tetragon", tetragon::write),
];

/// Reads `KIND [--count N] [--seed S] [--out FILE]` and writes the records.
pub fn run(words: &[&str]) -> Result<()> {
    let Some((kind, mut rest)) = words.split_first() else {
        bail!("gen needs a kind: {}", names());
    };
    let Some((_, generator)) = KINDS.iter().find(|(name, _)| name == kind) else {
        bail!("no generator called {kind}; there are {}", names());
    };
    let (mut count, mut seed, mut out) = (COUNT_DEFAULT, SEED_DEFAULT, None);
    while let [option, value, tail @ ..] = rest {
        match *option {
            "--count" => count = number(option, value)?,
            "--seed" => seed = number(option, value)?,
            "--out" => out = Some(*value),
            other => bail!("no such option: {other}"),
        }
        rest = tail;
    }
    if let [option] = rest {
        bail!("{option} needs a value, or is no option of gen");
    }
    let sink: Box<dyn Write> = match out {
        Some(path) => {
            Box::new(File::create(path).with_context(|| format!("cannot create {path}"))?)
        }
        None => Box::new(io::stdout().lock()),
    };
    let mut sink = BufWriter::with_capacity(1 << 20, sink);
    match generator(&mut sink, count, seed).and_then(|()| sink.flush()) {
        // A reader such as `head` that has seen enough is no fault.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write the records"),
    }
}

fn names() -> String {
    KINDS
        .iter()
        .map(|(name, _)| *name)
        .collect::<Vec<_>>()
        .join(", ")
}

fn number(option: &str, value: &str) -> Result<u64> {
    value
        .replace('_', "")
        .parse()
        .with_context(|| format!("{option} needs a whole number, not {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(generator: Generator, count: u64, seed: u64) -> Vec<u8> {
        let mut sink = Vec::new();
        generator(&mut sink, count, seed).expect("a vector takes every write");
        sink
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
        for (name, generator) in KINDS {
            assert_eq!(
                bytes(*generator, 500, 7),
                bytes(*generator, 500, 7),
                "{name}"
            );
            assert_ne!(
                bytes(*generator, 500, 7),
                bytes(*generator, 500, 8),
                "{name}"
            );
        }
    }

    #[test]
    fn a_shorter_run_is_the_start_of_a_longer_one() {
        for (name, generator) in KINDS {
            let long = bytes(*generator, 300, SEED_DEFAULT);
            assert!(
                long.starts_with(&bytes(*generator, 100, SEED_DEFAULT)),
                "{name}"
            );
        }
    }

    #[test]
    fn every_kind_writes_exactly_as_many_lines_as_asked() {
        for (name, generator) in KINDS {
            let text = bytes(*generator, 777, SEED_DEFAULT);
            assert_eq!(text.split(|byte| *byte == b'\n').count() - 1, 777, "{name}");
            assert_eq!(text.last(), Some(&b'\n'), "{name}");
        }
    }

    #[test]
    fn json_kinds_hold_one_object_on_each_line() {
        let text = ["auditd", "docker-log"];
        for (name, generator) in KINDS.iter().filter(|(name, _)| !text.contains(name)) {
            let text = String::from_utf8(bytes(*generator, 2_000, SEED_DEFAULT)).expect("UTF-8");
            for line in text.lines() {
                let value: serde_json::Value = serde_json::from_str(line).expect(name);
                assert!(value.is_object(), "{name}");
            }
        }
    }

    #[test]
    fn kubernetes_events_weigh_about_one_and_a_half_kilobytes() {
        for seed in [1, SEED_DEFAULT] {
            let size = bytes(k8s::write, 20_000, seed).len() / 20_000;
            assert!((1_400..=1_600).contains(&size), "average {size} bytes");
        }
    }

    #[test]
    fn bad_command_lines_are_refused() {
        for words in [
            &[][..],
            &["syslog"],
            &["k8s", "--count"],
            &["k8s", "--count", "x"],
            &["k8s", "--size", "1"],
        ] {
            assert!(run(words).is_err(), "{words:?}");
        }
    }
}
