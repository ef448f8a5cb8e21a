//! `yaral check`.

use clap::{Args, ValueEnum};
use yaral_syntax::diagnostic::Severity;

use super::LanguageArgs;

/// The arguments of `yaral check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Rules: files, folders, globs, or - for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<String>,

    #[command(flatten)]
    pub(crate) language: LanguageArgs,

    /// Write nothing; show what --fix would mend as a unified diff
    #[arg(long, help_heading = "Mending")]
    pub(crate) diff: bool,
    /// Mend in place what has one right answer, then check
    #[arg(long, help_heading = "Mending")]
    pub(crate) fix: bool,
    /// Mend also where the rule may mean something else afterwards
    #[arg(long, help_heading = "Mending")]
    pub(crate) unsafe_fixes: bool,

    /// Lowest severity that makes the command exit with 1
    #[arg(
        long,
        value_name = "LEVEL",
        default_value = "error",
        help_heading = "Output"
    )]
    pub(crate) fail_level: FailLevel,
    /// Format of diagnostics
    #[arg(
        long,
        alias = "output-format",
        value_name = "NAME",
        default_value = "human",
        help_heading = "Output"
    )]
    pub(crate) format: CheckFormat,
    /// Hide these codes, or all that begin so (W06); errors still refuse rules
    #[arg(
        long,
        value_name = "CODE",
        value_delimiter = ',',
        help_heading = "Output"
    )]
    pub(crate) ignore: Vec<String>,
    /// Show only these codes, or those that begin so, also of advice that is not
    /// given otherwise (N06); --ignore comes after it
    #[arg(
        long,
        value_name = "CODE",
        value_delimiter = ',',
        help_heading = "Output"
    )]
    pub(crate) select: Vec<String>,
}

/// A format of diagnostics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// One line each: place, severity, code, message
    Concise,
    /// Annotations of a GitHub Actions run
    Github,
    /// The lines at fault, with marks and advice
    Human,
    /// One document
    Json,
    /// One JSON object per line
    Ndjson,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// What Google SecOps answers to `verifyRuleText`; of several files a list
    Secops,
}

/// A severity as a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailLevel {
    /// Rules that are refused
    Error,
    /// Rules that run, but probably not as meant
    Warning,
    /// Anything worth saying
    Note,
}

impl FailLevel {
    /// The severity that it stands for.
    pub(crate) fn severity(self) -> Severity {
        match self {
            FailLevel::Error => Severity::Error,
            FailLevel::Warning => Severity::Warning,
            FailLevel::Note => Severity::Note,
        }
    }
}

pub(super) const AFTER: &str = "\
Examples:
  yaral check                          the folder you are in
  yaral check rules/ --lists lists/
  yaral check --strict rule.yaral      would Google SecOps take it?
  yaral check rules/ --format concise | head
  yaral check rules/ --fix             mend typing mistakes and the like
  yaral check rules/ --format sarif > rules.sarif
  yaral check rules/ --ignore W06,N06  without remarks
  yaral docs E0201                     what a code means";
