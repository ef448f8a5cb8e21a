//! What was typed becomes what is done: one file for each command.
//!
//! A command turns its arguments into what they mean for this run, calls the
//! crates below, hands the results to a renderer and says how it ended.

mod check;
mod completion;
mod config;
mod convert;
mod coverage;
mod diff;
mod docs;
mod doctor;
mod explain;
mod fmt;
mod knowledge;
mod man;
mod mend;
mod new;
mod normalize;
mod plan;
mod rejects;
mod report;
mod scan;
mod test;
mod tune;
mod version;

#[cfg(test)]
pub(crate) use coverage::is_tested_on_disk;

pub(crate) use test::feeds_of;

use crate::args::{Cli, Command};
use crate::error::Error;
use crate::exit::Exit;
use crate::term::Term;

/// Runs one command.
pub(crate) fn run(cli: Cli, term: Term) -> Result<Exit, Error> {
    match cli.command {
        Command::Scan(args) => scan::run(&args, term),
        Command::Report(args) => report::run(&args, term),
        Command::Check(args) => check::run(&args, term),
        Command::Test(args) => test::run(&args, term),
        Command::Explain(args) => explain::run(&args, term),
        Command::Convert(args) => convert::run(&args, term),
        Command::Coverage(args) => coverage::run(&args, term),
        Command::Diff(args) => diff::run(&args, term),
        Command::Fmt(args) => fmt::run(&args, term),
        Command::Normalize(args) => normalize::run(&args, term),
        Command::Tune(args) => tune::run(&args, term),
        Command::Plan(args) => plan::run(&args, term),
        Command::New(args) => new::run(&args),
        Command::Doctor(args) => doctor::run(&args, term),
        Command::Docs(args) => docs::run(&args, term),
        Command::Config(args) => config::run(&args, &cli.source),
        Command::Completion(args) => completion::run(&args),
        Command::Man(args) => man::run(&args, term),
        Command::Version(args) => version::run(&args),
    }
}
