//! `yaral convert`.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use yaral_translate::TARGETS;

use super::LanguageArgs;

/// The arguments of `yaral convert`.
#[derive(Debug, Args)]
pub(crate) struct ConvertArgs {
    /// Rules: files, folders, globs, - for standard input, or names of embedded
    /// rules. Without any, the embedded pack
    #[arg(value_name = "RULE")]
    pub(crate) rules: Vec<String>,
    /// The language to write the rules in
    #[arg(long, value_name = "TARGET", value_parser = clap::builder::PossibleValuesParser::new(targets()))]
    pub(crate) to: String,

    #[command(flatten)]
    pub(crate) language: LanguageArgs,

    /// Format of the result
    #[arg(
        long,
        alias = "output-format",
        value_name = "NAME",
        default_value = "human",
        help_heading = "Output"
    )]
    pub(crate) format: ConvertFormat,
    /// Where the target finds the events, in its own words: a table, an index, a
    /// source
    #[arg(long, value_name = "SOURCE", help_heading = "Output")]
    pub(crate) from: Option<String>,
    /// Write a file for each rule into this folder, which is made
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
}

/// The languages as clap shows them.
fn targets() -> Vec<PossibleValue> {
    let targets = TARGETS.iter();
    targets
        .map(|target| PossibleValue::new(target.name).help(target.summary))
        .collect()
}

/// A format of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConvertFormat {
    /// The rules on standard output, what is lost on standard error
    Human,
    /// One document with both
    Json,
}

pub(super) const AFTER: &str = "\
Each construct of a rule is exact, approximate (the report says whether the result
finds more or less) or impossible. A rule of which nothing specific is left is
refused, never weakened in silence.

Examples:
  yaral convert k8s_exec_shell --to sigma        an embedded rule
  yaral convert rule.yaral --to splunk
  yaral convert --to sigma --out sigma/          the whole pack, a file for each rule
  yaral convert rules/ --to sentinel --format json | jq '.rules[] | {rule, grade}'

Exit codes: 0 every rule was converted; 1 some were refused; 2 none compiles; 3 some
do not compile.";
