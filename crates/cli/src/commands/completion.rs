//! `yaral completion`: what a shell needs to complete the command line.

use std::io::Write as _;

use clap::{Command, CommandFactory as _};

use crate::args::{Cli, CompletionArgs};
use crate::error::Error;
use crate::exit::Exit;
use crate::output;

/// Prints the script.
pub(super) fn run(args: &CompletionArgs) -> Result<Exit, Error> {
    // Made in memory, because the generator panics where a pipe is closed.
    let mut script = Vec::new();
    let mut program = visible(&Cli::command()).version(env!("CARGO_PKG_VERSION"));
    clap_complete::generate(args.shell, &mut program, "yaral", &mut script);
    let mut out = output::stdout();
    out.write_all(&script)?;
    out.flush()?;
    Ok(Exit::Done)
}

/// The command without what its help does not show: the generator would offer
/// hidden flags too.
fn visible(command: &Command) -> Command {
    let flags = command.get_arguments().filter(|arg| !arg.is_hide_set());
    let below = command
        .get_subcommands()
        .filter(|below| !below.is_hide_set());
    // Flags may ask for a group.
    let shown = |id: &clap::Id| {
        command
            .get_arguments()
            .any(|arg| arg.get_id() == id && !arg.is_hide_set())
    };
    let groups = command
        .get_groups()
        .filter(|group| group.get_args().all(shown));
    let about = command.get_about().cloned().unwrap_or_default();
    let aliases = command.get_visible_aliases().map(str::to_owned);
    Command::new(command.get_name().to_owned())
        .about(about)
        .visible_aliases(aliases.collect::<Vec<_>>())
        .disable_help_subcommand(true)
        .args(flags.cloned())
        .groups(groups.cloned())
        .subcommands(below.map(visible))
}
