//! Project chores: tidy, sample generators, code generation, the coverage of the spec,
//! the WebAssembly build, what is released.
//!
//! One file or folder for each chore; this file only reads the first words of
//! the command line. A chore prints what it did and ends with status 1 when it
//! found something to mend.

mod codegen;
mod dist;
mod r#gen;
mod keys;
mod mutants;
mod spec_coverage;
mod tidy;
mod wasm;
mod workspace;

use std::process::ExitCode;

/// The allocator of the `yaral` command, so that `keys` measures what it takes.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use anyhow::{Result, bail};
use xtask::differential::{self, fast::Fast};

const USAGE: &str = "\
usage: cargo xtask <chore>

  tidy                     check the house rules: arrows between crates, sizes, banned
                           calls, module heads, documents, words, file sizes
  gen KIND                 write synthetic telemetry, the same bytes for the same seed;
                           k8s, auditd, docker-events, docker-authz, docker-log,
                           falco, tetragon, udm or flat
      [--count N]          lines to write, 100000 unless given
      [--seed S]           1552007 unless given
      [--out FILE]         standard output unless given
  codegen                  write the tables of crates/udm from its schema
      [--check]            only say whether they are what would be written
  dist                     build a static program and pack it: tar.gz, deb, sums and a bill
                           of materials
      [--out DIR]          target/shipped unless given
      [--target TARGET]    x86_64-unknown-linux-musl where it is there, else -gnu
      [--binary FILE]      pack this one, built for the target before
  differential             the two evaluators against each other on random rules and events
      [--pairs N]          pairs to run, 100000 unless given
      [--seed S]           the first seed, 0 unless given
      [--minutes M]        run for so long instead
      [--threads N]        all cores unless given
      [--one SEED]         one pair again
  mutants                  mistakes in the fast engine, each of which differential must notice
      [--pairs N]          pairs to run for each, 60000 unless given
      [--only TEXT]        only those whose name holds the text
  keys [--count N]         what a rule over two events takes for N keys at once,
                           1000000 unless given; build with --release
  spec-coverage            list each statement of spec/ with its cases; one without fails
  wasm                     build the core crates for wasm32-unknown-unknown
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match run(&words) {
        Ok(status) => status,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[String]) -> Result<ExitCode> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["tidy"] => tidy::run(),
        ["gen", rest @ ..] => r#gen::run(rest).map(|()| ExitCode::SUCCESS),
        ["codegen"] => codegen::run().map(|()| ExitCode::SUCCESS),
        ["codegen", "--check"] => codegen::check().map(|()| ExitCode::SUCCESS),
        ["dist", rest @ ..] => dist::run(rest).map(|()| ExitCode::SUCCESS),
        ["differential", rest @ ..] => differential::run::<Fast>(rest),
        ["mutants", rest @ ..] => mutants::run(rest),
        ["keys"] => keys::run(1_000_000).map(|()| ExitCode::SUCCESS),
        ["keys", "--count", count] => keys::run(count.parse()?).map(|()| ExitCode::SUCCESS),
        ["spec-coverage"] => spec_coverage::run(),
        ["wasm"] => wasm::run().map(|()| ExitCode::SUCCESS),
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        [other, ..] => bail!("no such chore or option: {other}\n\n{USAGE}"),
    }
}
