//! `yaral diff`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{InputArgs, LanguageArgs};

/// The arguments of `yaral diff`.
#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The rules as they were: a file, a folder or a glob
    #[arg(value_name = "OLD")]
    pub(crate) old: String,
    /// The rules as they shall be: a file, a folder or a glob
    #[arg(value_name = "NEW")]
    pub(crate) new: String,
    /// Logs: files, folders, globs, or - for standard input, as for `yaral scan`
    #[arg(value_name = "INPUT", required = true)]
    pub(crate) inputs: Vec<String>,

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

    /// Format of the differences
    #[arg(
        long,
        alias = "output-format",
        value_name = "NAME",
        default_value = "human",
        help_heading = "Output"
    )]
    pub(crate) format: DiffFormat,

    /// Exit with 1 if any detection appears, disappears or changes
    #[arg(long, help_heading = "Exit code")]
    pub(crate) detailed_exitcode: bool,
    /// Exit with 2 instead of 3 if rules or records were skipped
    #[arg(long, help_heading = "Exit code")]
    pub(crate) fail_on_partial: bool,
}

/// A format of differences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// One line for each detection that appears, disappears or changes
    Concise,
    /// Annotations of a GitHub workflow, one for each rule
    Github,
    /// What changes for each rule; with -v every detection
    Human,
    /// One document with every detection that differs
    Json,
}

pub(super) const AFTER: &str = "\
A detection of NEW is taken for one of OLD if the rules have one name and both
are about the same event or, with `match`, have the same values and window.
Rules that are the same on both sides are not run.

Examples:
  yaral diff rule.yaral new.yaral audit.log
  git worktree add ../main main && yaral diff ../main/rules rules logs/
  yaral diff old/ new/ logs/ --detailed-exitcode --format concise

Exit codes: 0 compared; 1 with --detailed-exitcode, something changes; 2 a side
has no rule that compiles or something cannot be read; 3 some rules or records
were skipped; 4 nothing to look at.";
