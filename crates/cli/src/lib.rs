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
mod config;

mod metrics;
mod misnamed;
mod named;
mod output;
mod progress;
mod replace;
mod report;

mod pack;
mod pack_tables;
mod pack_tested;
mod pack_ways;
mod rules;
mod scaffold;
mod selection;
mod tally;
mod tuned;
mod variants;

mod commands;
mod reference;
mod render;

use clap::{CommandFactory as _, FromArgMatches as _, Parser as _};

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
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let typed = match args::Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return print_clap(&error),
    };
    let term = term::Term::detect(&typed.talk);
    let cli = match configured(typed, &arguments) {
        Ok(Ok(cli)) => cli,
        Ok(Err(error)) => return print_clap(&error),
        Err(error) => return failed(&error, term),
    };
    let term = term::Term::detect(&cli.talk);
    match commands::run(cli, term) {
        Ok(exit) => exit,
        Err(error) => failed(&error, term),
    }
}

/// Reads the arguments again, with the settings as their defaults.
fn configured(
    typed: args::Cli,
    arguments: &[OsString],
) -> Result<Result<args::Cli, clap::Error>, Error> {
    if !typed.command.is_configured() {
        return Ok(Ok(typed));
    }
    let config = config::Config::load(&typed.source)?;
    let program = config.apply(args::Cli::command());
    let matches = program.try_get_matches_from(arguments);
    Ok(matches.and_then(|matches| args::Cli::from_arg_matches(&matches)))
}

fn failed(error: &Error, term: term::Term) -> Exit {
    term.report(error);
    error.exit()
}

/// Prints what clap has to say: help and version are data, the rest is talk.
fn print_clap(error: &clap::Error) -> Exit {
    match error.print() {
        Err(broken) if broken.kind() == std::io::ErrorKind::BrokenPipe => Exit::ClosedPipe,
        _ if error.use_stderr() => Exit::CouldNot,
        _ => Exit::Done,
    }
}
