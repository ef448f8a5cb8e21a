//! `yaral normalize`.

use clap::{Args, ValueEnum};

use super::InputArgs;

/// The arguments of `yaral normalize`.
#[derive(Debug, Args)]
pub(crate) struct NormalizeArgs {
    /// Logs: files, folders, globs, or - for standard input
    #[arg(value_name = "INPUT", required_unless_present = "list")]
    pub(crate) inputs: Vec<String>,
    /// List the log types and exit
    #[arg(long, conflicts_with = "inputs")]
    pub(crate) list: bool,

    #[command(flatten)]
    pub(crate) input: InputArgs,

    /// Set a semantics switch; may be repeated (see `yaral docs switches`)
    #[arg(long, value_name = "KEY=VALUE", help_heading = "Input")]
    pub(crate) semantics: Vec<String>,
    /// Switches of the configuration, which those above add to
    #[arg(long, hide = true, value_name = "KEY=VALUE")]
    pub(crate) semantics_base: Vec<String>,

    /// Exit with 2 instead of 3 if records were skipped
    #[arg(long, help_heading = "Exit code")]
    pub(crate) fail_on_partial: bool,

    /// Format of events
    #[arg(
        long,
        alias = "output-format",
        value_name = "NAME",
        default_value = "ndjson",
        help_heading = "Output"
    )]
    pub(crate) format: NormalizeFormat,
}

/// A format of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum NormalizeFormat {
    /// One field per line, for people
    Human,
    /// One array
    Json,
    /// One event per line
    Ndjson,
}

pub(super) const AFTER: &str = "\
Examples:
  yaral normalize --list
  yaral normalize audit.log | jq -c .metadata
  yaral normalize audit.log --format human | less
  yaral normalize audit.log --mapping secops --rejects rejects.ndjson";
