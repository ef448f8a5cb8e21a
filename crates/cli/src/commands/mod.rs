//! What was typed becomes what is done: one file for each command.
//!
//! A command turns its arguments into what they mean for this run, calls the
//! crates below, hands the results to a renderer and says how it ended.

mod check;
mod docs;
mod explain;
mod normalize;
mod scan;
mod version;

use crate::args::Command;
use crate::error::Error;
use crate::exit::Exit;
use crate::term::Term;

/// Runs one command.
pub(crate) fn run(command: Command, term: Term) -> Result<Exit, Error> {
    match command {
        Command::Scan(args) => scan::run(&args, term),
        Command::Check(args) => check::run(&args, term),
        Command::Explain(args) => explain::run(&args, term),
        Command::Normalize(args) => normalize::run(&args, term),
        Command::Docs(args) => docs::run(&args, term),
        Command::Version(args) => version::run(&args),
    }
}
