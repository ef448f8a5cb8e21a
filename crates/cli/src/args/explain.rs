//! `yaral explain`.

use clap::{Args, ValueEnum};

use super::{InputArgs, LanguageArgs};

/// The arguments of `yaral explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The rule: a file, - for standard input, or the name of an embedded rule
    #[arg(value_name = "RULE")]
    pub(crate) rule: String,
    /// Look only around this: a time (RFC 3339), an event's id, or a
    /// file and line such as audit.log:567
    #[arg(long, value_name = "WHAT")]
    pub(crate) at: Option<String>,
    /// Entities of the entity graph, as UDM JSON: files, folders or globs; may be
    /// repeated
    #[arg(long, value_name = "PATH")]
    pub(crate) entities: Vec<String>,
    /// Logs: files, folders, globs, or - for standard input; may be repeated
    #[arg(short, long, value_name = "LOG", num_args = 1.., required = true)]
    pub(crate) input: Vec<String>,
    /// The rule's name, where the file holds several
    #[arg(long = "rule", value_name = "NAME")]
    pub(crate) name: Option<String>,

    #[command(flatten)]
    pub(crate) read: InputArgs,

    #[command(flatten)]
    pub(crate) language: LanguageArgs,

    /// Format of the explanation
    #[arg(
        long,
        alias = "output-format",
        value_name = "NAME",
        default_value = "human",
        help_heading = "Output"
    )]
    pub(crate) format: ExplainFormat,
}

/// A format of explanations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainFormat {
    /// For people
    Human,
    /// One document with everything that is known
    Json,
}

pub(super) const AFTER: &str = "\
Examples:
  yaral explain rule.yaral --input audit.log
  yaral explain rule.yaral --input logs/ --at 2026-11-23T05:19:17Z
  yaral explain rule.yaral --input audit.log --at audit.log:567
  yaral explain k8s_exec_secret_path --input audit.log
  yaral explain rules.yaral --rule second --input audit.log --format json

Exit codes: 0 explained, fired or not; 2 the rule does not compile or something
cannot be read; 4 nothing to look at.";
