//! `yaral coverage`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{InputArgs, LanguageArgs};

/// The arguments of `yaral coverage`.
#[derive(Debug, Args)]
pub(crate) struct CoverageArgs {
    /// Logs: files, folders, globs, or - for standard input. With them, which rules
    /// fire and which of their fields no event has
    #[arg(value_name = "INPUT")]
    pub(crate) inputs: Vec<String>,
    /// Rules to look at: files, folders or globs; may be repeated. Without it, the
    /// embedded pack
    #[arg(short, long, value_name = "PATH")]
    pub(crate) rules: Vec<String>,

    /// Entities of the entity graph, as UDM JSON: files, folders or globs; may be
    /// repeated
    #[arg(long, value_name = "PATH", help_heading = "Input")]
    pub(crate) entities: Vec<String>,
    #[command(flatten)]
    pub(crate) input: InputArgs,

    #[command(flatten)]
    pub(crate) language: LanguageArgs,

    /// File of counts that rules' metrics are answered from; without it they are 0
    #[arg(long, value_name = "FILE", help_heading = "Metrics")]
    pub(crate) metrics: Option<PathBuf>,

    /// Format of the coverage
    #[arg(
        long,
        alias = "output-format",
        value_name = "NAME",
        default_value = "human",
        help_heading = "Output"
    )]
    pub(crate) format: CoverageFormat,

    /// Exit with 2 instead of 3 if rules or records were skipped
    #[arg(long, help_heading = "Exit code")]
    pub(crate) fail_on_partial: bool,
}

/// A format of coverage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CoverageFormat {
    /// One row for each rule, safe to open in a spreadsheet
    Csv,
    /// For people; with -v every rule and field
    Human,
    /// One document with everything that is known
    Json,
    /// A layer for the ATT&CK Navigator
    Navigator,
}

pub(super) const AFTER: &str = "\
A rule is tested if NAME.test.yaml stands beside NAME.yaral and holds a test
that expects a detection and one that expects none. In a layer of the
Navigator, the score of a technique is the number of its tested rules.

Examples:
  yaral coverage -r rules/
  yaral coverage -r rules/ --format navigator > layer.json
  yaral coverage -r rules/ /var/log/kubernetes/audit.log
  yaral coverage --format csv > pack.csv

Exit codes: 0 done; 2 no rule compiles or something cannot be read; 3 some rules
or records were skipped; 4 no rules, or nothing in the logs.";
