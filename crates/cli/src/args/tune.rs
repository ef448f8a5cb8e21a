//! `yaral tune`.

use clap::{Args, ValueEnum};

use super::{InputArgs, LanguageArgs};

/// The arguments of `yaral tune`.
#[derive(Debug, Args)]
pub(crate) struct TuneArgs {
    /// Logs: files, folders or globs, which are read more than once
    #[arg(value_name = "INPUT", required = true)]
    pub(crate) inputs: Vec<String>,
    /// Rules whose tables are looked at: files, folders or globs; may be repeated.
    /// Without it, those of the embedded pack
    #[arg(short, long, value_name = "PATH")]
    pub(crate) rules: Vec<String>,

    #[command(flatten)]
    pub(crate) input: InputArgs,

    #[command(flatten)]
    pub(crate) language: LanguageArgs,

    /// Format of the report
    #[arg(
        long,
        alias = "output-format",
        value_name = "NAME",
        default_value = "human",
        help_heading = "Output"
    )]
    pub(crate) format: TuneFormat,
}

/// A format of what tuning does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TuneFormat {
    /// One row for each row of a table
    Csv,
    /// For people
    Human,
    /// One document
    Json,
}

pub(super) const AFTER: &str = "\
A row of a tuning table (columns owner, reason, expires) does to a detection what is
different without it: suppressed (it would have fired), lowered, or raised.

Examples:
  yaral tune audit.log                              the embedded rules and tables
  yaral tune -r rules/ --tables tables/ logs/
  yaral tune audit.log --as-of 2026-08-01           with the rows alive on that day
  yaral tune audit.log --format json | jq '.review'";
