//! Groups of flags that several commands take.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use yaral_runtime::tables::Bound;
use yaral_udm::Timestamp;

/// How the program talks; every command takes these.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Talk")]
pub(crate) struct TalkArgs {
    /// When to colour human output; `NO_COLOR` and `CLICOLOR_FORCE` count
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    /// Draw no progress bar
    #[arg(long, global = true)]
    pub(crate) no_progress: bool,
    /// Tell errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Tell more: warnings about rules, what each input was read as
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// Where settings come from; every command takes these.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Configuration")]
pub(crate) struct SourceArgs {
    /// Read this file instead of the yaral.toml of the project
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "isolated")]
    pub(crate) config: Option<PathBuf>,
    /// Read no configuration file and no `YARAL_` variable
    #[arg(long, global = true)]
    pub(crate) isolated: bool,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal that takes colours
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How rules are read.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Language")]
pub(crate) struct LanguageArgs {
    /// Use the rows of tuning tables that are alive on this day, or at this instant;
    /// without it today, so old logs want it (see `yaral docs tables`)
    #[arg(long, value_name = "DATE", value_parser = instant)]
    pub(crate) as_of: Option<Timestamp>,
    /// Folder with reference lists: NAME.txt, NAME.regex, NAME.cidr
    #[arg(long, value_name = "DIR")]
    pub(crate) lists: Option<PathBuf>,
    /// Set a semantics switch; may be repeated (see `yaral docs switches`)
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) semantics: Vec<String>,
    /// Switches of the configuration, which those above add to
    #[arg(long, hide = true, value_name = "KEY=VALUE")]
    pub(crate) semantics_base: Vec<String>,
    /// Refuse what Google SecOps refuses as documented
    #[arg(long)]
    pub(crate) strict: bool,
    /// Folder with data tables: NAME.csv, and NAME.yaml with column types
    #[arg(long, value_name = "DIR")]
    pub(crate) tables: Option<PathBuf>,
}

/// Reads a day or an instant; a day is its first instant in UTC.
fn instant(text: &str) -> Result<Timestamp, String> {
    Bound::parse(text)
        .map(Bound::start)
        .ok_or_else(|| "a date is YYYY-MM-DD, or a time such as 2026-08-01T18:00:00Z".to_owned())
}

impl LanguageArgs {
    /// The switches: those of the configuration, then those that were typed.
    pub(crate) fn switches(&self) -> Vec<String> {
        [self.semantics_base.as_slice(), &self.semantics].concat()
    }
}

/// How raw logs are read.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct InputArgs {
    /// Read every input as this log type instead of recognising it
    #[arg(long, value_name = "TYPE")]
    pub(crate) log_type: Option<String>,
    /// Shape of the UDM events
    #[arg(long, value_name = "NAME", default_value = "default")]
    pub(crate) mapping: Mapping,
    /// Leave secrets in place everywhere, for forensics
    #[arg(long)]
    pub(crate) no_redact: bool,
    /// Write every rejected record with its reason to this file, as NDJSON
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
}

/// A shape of UDM events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mapping {
    /// The mapping documented here
    Default,
    /// The mapping that Google publishes for its own parser
    Secops,
}

impl From<Mapping> for yaral_normalize::Mapping {
    fn from(mapping: Mapping) -> Self {
        match mapping {
            Mapping::Default => yaral_normalize::Mapping::Default,
            Mapping::Secops => yaral_normalize::Mapping::Secops,
        }
    }
}
