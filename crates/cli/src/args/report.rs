//! `yaral report`.

use std::path::PathBuf;

use clap::Args;

/// The arguments of `yaral report`.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// Detections as `yaral scan --format ndjson` writes them; - is standard input.
    /// With `scan --explain` the page says why each fired
    #[arg(value_name = "DETECTIONS", required = true)]
    pub(crate) inputs: Vec<PathBuf>,

    /// Write the page to this file; - is standard output
    #[arg(long, value_name = "FILE", required = true, help_heading = "Output")]
    pub(crate) html: PathBuf,
}

pub(super) const AFTER: &str = "\
The page holds everything it needs and loads nothing: a timeline, a story for each
actor, and for each detection what happened, what to do, why it fired and the
evidence. Detections of several runs become one page.

Examples:
  yaral scan audit.log --format ndjson --explain -o found.ndjson
  yaral report found.ndjson --html report.html
  yaral report monday.ndjson tuesday.ndjson --html week.html

Exit codes: 0 the page is written; 2 an input cannot be read or no line is a
detection; 3 some lines are no detections, and are told; 4 the inputs are empty.";
