//! `yaral plan`.

use clap::{Args, ValueEnum};

use super::LanguageArgs;

/// The arguments of `yaral plan`.
#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// A rule: a file, a folder, a glob, - for standard input, or the name of an
    /// embedded rule
    #[arg(value_name = "RULE")]
    pub(crate) rule: String,

    #[command(flatten)]
    pub(crate) language: LanguageArgs,

    /// Format of the plan
    #[arg(
        long,
        alias = "output-format",
        value_name = "NAME",
        default_value = "human",
        help_heading = "Output"
    )]
    pub(crate) format: PlanFormat,
    /// Write the type behind each expression
    #[arg(long, help_heading = "Output")]
    pub(crate) types: bool,
}

/// A format of plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanFormat {
    /// A graph in the language of Graphviz, one for each rule
    Dot,
    /// One fact on each line, indented under what it belongs to
    Human,
    /// One document
    Json,
}

pub(super) const AFTER: &str = "\
In a plan, [*] behind a repeated field is the one element that a row picks, and
`it` is the element that an `any` or `all` visits (see `yaral docs plan`).

Examples:
  yaral plan rule.yaral                   what was understood, and what it costs
  yaral plan k8s_exec_shell               an embedded rule
  yaral plan rule.yaral --types           which types the expressions have
  yaral plan rule.yaral --format dot | dot -Tsvg > rule.svg
  yaral plan rules/ --format json | jq '.rules[] | {name, cost: .cost.class}'";
