//! `yaral config`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// The arguments of `yaral config`.
#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    pub(crate) what: ConfigWhat,
}

/// What is asked about the configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigWhat {
    /// Print the value of every setting, as TOML
    Show {
        /// Format of the settings
        #[arg(long, value_name = "NAME", default_value = "human")]
        format: ShowFormat,
        /// Say beside each where it comes from
        #[arg(long)]
        origin: bool,
    },
    /// Say what is wrong with configuration files
    Validate {
        /// Files to look at; without it, those that are in force
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Print the JSON Schema of the file, for editors
    Schema,
    /// Print which files are in force, the strongest first
    Path,
}

/// A format of settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShowFormat {
    /// TOML
    Human,
    /// One document
    Json,
}

pub(super) const AFTER: &str = "\
A setting is taken from the flag, else from its YARAL_ variable, else from the
project file (yaral.toml, here or in a folder above), else from the user file
(yaral/yaral.toml in the configuration folder of the user), else it has its
default. `yaral docs config` lists the settings.

Examples:
  yaral config show --origin              what holds here, and why
  yaral config validate                   unknown keys, wrong types, with places
  yaral config schema > yaral.schema.json
  yaral check --isolated rules/           as if nothing were configured";
