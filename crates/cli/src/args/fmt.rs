//! `yaral fmt`.

use clap::Args;

/// The arguments of `yaral fmt`.
#[derive(Debug, Args)]
pub(crate) struct FmtArgs {
    /// Rules: files, folders, globs, or - for standard input to standard output
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<String>,

    /// Write nothing; name the files that would change and exit with 1 if any
    #[arg(long, help_heading = "Output")]
    pub(crate) check: bool,
    /// Write nothing; show what would change as a unified diff
    #[arg(long, help_heading = "Output")]
    pub(crate) diff: bool,
}

pub(super) const AFTER: &str = "\
Only blanks and line breaks change: tokens, comments and detection ids stay.

Examples:
  yaral fmt                            every rule below this folder, in place
  yaral fmt --check rules/             for continuous integration
  yaral fmt --diff rules/ | less
  yaral fmt - < rule.yaral             standard input to standard output";
