//! `yaral scan`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{InputArgs, LanguageArgs};

/// The arguments of `yaral scan`.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct ScanArgs {
    /// Logs: files, folders, globs, or - for standard input; gzip and Zstandard
    /// are unpacked. Files come in this order, those of a folder or glob by name,
    /// and a rotated log (audit.log.2.gz, audit.log.1, audit.log) oldest first
    #[arg(value_name = "INPUT", required = true)]
    pub(crate) inputs: Vec<String>,
    /// Rules to run: files, folders or globs; may be repeated. Without it, the
    /// embedded pack runs
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

    /// Hand out detections of rules with `match` as soon as an event completes
    /// them, marked provisional, and again when their window is decided; for
    /// --format ndjson
    #[arg(long, help_heading = "Time")]
    pub(crate) early: bool,
    /// How much older than the newest event one may still be, such as 5m. Windows
    /// of rules with `match` are decided that much later, and older events are
    /// too late for them. Without it, windows are decided at the end of the input
    #[arg(long, value_name = "DURATION", value_parser = duration, help_heading = "Time")]
    pub(crate) lateness: Option<i64>,

    #[command(flatten)]
    pub(crate) metrics: MetricArgs,

    /// Print the predicate tree with actual values under each detection
    #[arg(long, help_heading = "Output")]
    pub(crate) explain: bool,
    /// Write the data tables that rules export to into this folder, which may not
    /// be that of --tables; files there are replaced
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(crate) export: Option<PathBuf>,
    /// Format of detections [default: human on a terminal, else ndjson]
    #[arg(
        long,
        alias = "output-format",
        value_name = "NAME",
        help_heading = "Output"
    )]
    pub(crate) format: Option<ScanFormat>,
    /// Also write one page for people, with timeline, stories, evidence and what to
    /// do; what is there is replaced. The same as `yaral report` of the detections
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) html: Option<PathBuf>,
    /// Write detections to this file instead of standard output
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,

    /// Exit with 1 if anything was detected
    #[arg(long, help_heading = "Exit code")]
    pub(crate) fail_on_detection: bool,
    /// Exit with 2 instead of 3 if rules or records were skipped
    #[arg(long, help_heading = "Exit code")]
    pub(crate) fail_on_partial: bool,
}

/// Where rules' metrics are answered from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Metrics")]
pub(crate) struct MetricArgs {
    /// File of counts that rules' metrics are answered from; without it they are 0
    #[arg(long, value_name = "FILE")]
    pub(crate) metrics: Option<PathBuf>,
    /// Add what this run counts to the file of --metrics, which is made if it is
    /// not there. Rules see it from the next run on; each log is to be added once
    #[arg(long, requires = "metrics")]
    pub(crate) metrics_update: bool,
}

/// Reads a duration as rules write it; the result is in seconds.
pub(crate) fn duration(text: &str) -> Result<i64, String> {
    let unit = text.chars().last().map_or(0, |unit| match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => 0,
    });
    let number = text.get(..text.len().saturating_sub(1)).unwrap_or_default();
    let number: Option<i64> = number.parse().ok().filter(|number| *number >= 0);
    let seconds = number.and_then(|number| number.checked_mul(unit));
    seconds
        .filter(|_| unit > 0)
        .ok_or_else(|| "a duration is a number with s, m, h or d behind it, such as 5m".to_owned())
}

/// A format of detections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScanFormat {
    /// One row each, with a header, safe to open in a spreadsheet
    Csv,
    /// Blocks for people, and a summary
    Human,
    /// One document with all detections and the summary
    Json,
    /// One JSON object per line
    Ndjson,
    /// As Google SecOps hands detections out
    Secops,
}

impl ScanFormat {
    /// The word for `--format`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            ScanFormat::Csv => "csv",
            ScanFormat::Human => "human",
            ScanFormat::Json => "json",
            ScanFormat::Ndjson => "ndjson",
            ScanFormat::Secops => "secops",
        }
    }
}

pub(super) const AFTER: &str = "\
Examples:
  yaral scan /var/log/kubernetes/audit.log
  yaral scan -r rules/ -r more/one.yaral 'logs/*.gz'
  kubectl logs ... | yaral scan - --log-type KUBERNETES_AUDIT
  yaral scan audit.log --format ndjson -o detections.ndjson
  yaral scan audit.log --html report.html
  yaral scan audit.log --explain --format human --color always | less -R
  yaral scan audit.log -r rules/ --tables tables/ --entities hosts.ndjson
  yaral scan audit.log --fail-on-detection --rejects rejects.ndjson";
