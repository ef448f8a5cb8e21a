//! `yaral doctor`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::LanguageArgs;

/// The arguments of `yaral doctor`.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Logs: files, folders, globs, or - for standard input
    #[arg(value_name = "INPUT", required = true)]
    pub(crate) inputs: Vec<String>,
    /// Rules to ask for: files, folders or globs; may be repeated. Without it, the
    /// embedded pack
    #[arg(short, long, value_name = "PATH")]
    pub(crate) rules: Vec<String>,

    /// Read every input as this log type instead of recognising it
    #[arg(long, value_name = "TYPE", help_heading = "Input")]
    pub(crate) log_type: Option<String>,
    /// Write every rejected record with its reason to this file, as NDJSON
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub(crate) rejects: Option<PathBuf>,

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
    pub(crate) format: DoctorFormat,
}

/// A format of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DoctorFormat {
    /// For people; with -v the rules that are ready as well
    Human,
    /// One document with everything that is known
    Json,
}

pub(super) const AFTER: &str = "\
What a rule needs is taken from its tests: each that expects a detection shows one
way to feed it. A rule is

  ready   the logs have what it is fed with
  weak    they have, and something takes away from it
  unseen  its source is there, nothing is known to hide the event, and none came
  silent  it cannot fire, for the reason that is named

Examples:
  yaral doctor /var/log/kubernetes/audit.log
  yaral doctor -v /var/log/audit /var/log/docker.log
  yaral doctor audit.log -r rules/ --format json

Exit codes: 0 no rule is silent; 1 some are; 2 something cannot be read; 4 nothing
in the logs.";
