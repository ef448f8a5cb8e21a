//! The `yaral` command: arguments → calls → renderers → exit code.
//!
//! The data flow: `args` (what was typed) → `commands` (what it means for
//! this run) → the crates below → `render` → an [`Exit`]. This is the only
//! crate that prints: data goes to standard output or `--output`, talk to
//! standard error, and a closed pipe ends a run quietly.
//!
//! Deliberately absent: the meaning of a rule, of a log format or of an
//! encoding. What a command knows it asks of the crates below; what `yaral
//! docs` prints is generated from their tables.

use std::ffi::OsString;

pub mod exit;

mod error;
mod panic_note;
mod term;

mod args;

mod metrics;
mod output;
mod progress;

mod pack;
mod rules;
mod tally;

mod commands;
mod reference;
mod render;

use clap::Parser as _;

pub use error::Error;
pub use exit::Exit;
pub use pack::PACK;
pub use reference::pages as reference_pages;

/// Runs the command with the arguments of a process, the first of which is
/// the program's name, and says how it ended.
///
/// Nothing here ends the process, so that destructors run and a test can call it.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    panic_note::install();
    let cli = match args::Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return print_clap(&error),
    };
    let term = term::Term::detect(&cli.talk);
    match commands::run(cli.command, term) {
        Ok(exit) => exit,
        Err(error) => {
            term.report(&error);
            error.exit()
        }
    }
}

/// Prints what clap has to say: help and version are data, the rest is talk.
fn print_clap(error: &clap::Error) -> Exit {
    match error.print() {
        Err(broken) if broken.kind() == std::io::ErrorKind::BrokenPipe => Exit::ClosedPipe,
        _ if error.use_stderr() => Exit::CouldNot,
        _ => Exit::Done,
    }
}
