//! What was typed, before anybody asks what it means.
//!
//! One file for each command; flags are sorted by name within their group.
//! Nothing here looks at the world: paths are not opened and values that need
//! another crate's judgement (log types, switches) are checked by the command.

mod check;
mod completion;
mod config;
mod convert;
mod coverage;
mod diff;
mod docs;
mod doctor;
mod explain;
mod fmt;
mod man;
mod new;
mod normalize;
mod plan;
mod report;
mod scan;
mod shared;
mod test;
mod tune;
mod version;

use clap::{Parser, Subcommand};

pub(crate) use check::{CheckArgs, CheckFormat};
pub(crate) use completion::CompletionArgs;
pub(crate) use config::{ConfigArgs, ConfigWhat, ShowFormat};
pub(crate) use convert::{ConvertArgs, ConvertFormat};
pub(crate) use coverage::{CoverageArgs, CoverageFormat};
pub(crate) use diff::{DiffArgs, DiffFormat};
pub(crate) use docs::DocsArgs;
pub(crate) use doctor::{DoctorArgs, DoctorFormat};
pub(crate) use explain::{ExplainArgs, ExplainFormat};
pub(crate) use fmt::FmtArgs;
pub(crate) use man::ManArgs;
pub(crate) use new::NewArgs;
pub(crate) use normalize::{NormalizeArgs, NormalizeFormat};
pub(crate) use plan::{PlanArgs, PlanFormat};
pub(crate) use report::ReportArgs;
pub(crate) use scan::{MetricArgs, ScanArgs, ScanFormat, duration};
pub(crate) use shared::{Color, InputArgs, LanguageArgs, SourceArgs, TalkArgs};
pub(crate) use test::{TestArgs, TestFormat};
pub(crate) use tune::{TuneArgs, TuneFormat};
pub(crate) use version::VersionArgs;

/// Run YARA-L 2.0 detection rules on raw logs.
#[derive(Debug, Parser)]
#[command(
    name = "yaral",
    version,
    about = "Run YARA-L 2.0 detection rules on raw logs",
    long_about = "Run YARA-L 2.0 detection rules, as written for Google SecOps, on raw logs:\n\
                  no account, no network, nothing to configure first.\n\n\
                  Standard output carries data only; everything else goes to standard error.",
    after_help = AFTER,
    disable_help_subcommand = true,
    max_term_width = 80,
    infer_subcommands = false
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) talk: TalkArgs,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands, in the order in which people meet them.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run rules on logs and print detections
    #[command(visible_alias = "hunt", after_help = scan::AFTER)]
    Scan(Box<ScanArgs>),
    /// Make one page of detections: timeline, stories, evidence, what to do
    #[command(after_help = report::AFTER)]
    Report(ReportArgs),
    /// Check rules and explain what is wrong with them
    #[command(aliases = ["validate", "verify", "lint"], after_help = check::AFTER)]
    Check(CheckArgs),
    /// Run the tests that stand beside rules
    #[command(after_help = test::AFTER)]
    Test(Box<TestArgs>),
    /// Say why a rule fired on a log, or why it did not
    #[command(after_help = explain::AFTER)]
    Explain(Box<ExplainArgs>),
    /// Show what a change of rules does to their detections
    #[command(after_help = diff::AFTER)]
    Diff(Box<DiffArgs>),
    /// Show which techniques, logs and fields rules cover, and what is tested
    #[command(after_help = coverage::AFTER)]
    Coverage(Box<CoverageArgs>),
    /// Say which rules can fire on these logs, which cannot, and what mends it
    #[command(after_help = doctor::AFTER)]
    Doctor(Box<DoctorArgs>),
    /// Lay rules out in one way
    #[command(alias = "format", after_help = fmt::AFTER)]
    Fmt(FmtArgs),
    /// Turn raw logs into UDM events
    #[command(after_help = normalize::AFTER)]
    Normalize(NormalizeArgs),
    /// Say what each row of a tuning table takes away
    #[command(after_help = tune::AFTER)]
    Tune(Box<TuneArgs>),
    /// Show what was understood of a rule and what it costs
    #[command(after_help = plan::AFTER)]
    Plan(PlanArgs),
    /// Write rules in the language of another platform, and what that loses
    #[command(after_help = convert::AFTER)]
    Convert(ConvertArgs),
    /// Write a rule to start from
    #[command(after_help = new::AFTER)]
    New(NewArgs),
    /// Explain a code, function, field, switch, limit or log type
    #[command(after_help = docs::AFTER)]
    Docs(DocsArgs),
    /// Show, check and describe the configuration
    #[command(after_help = config::AFTER)]
    Config(ConfigArgs),
    /// Print the script by which a shell completes commands
    #[command(after_help = completion::AFTER)]
    Completion(CompletionArgs),
    /// Print manual pages
    #[command(after_help = man::AFTER)]
    Man(ManArgs),
    /// Print the version
    Version(VersionArgs),
}

impl Command {
    /// Whether the settings matter to it. What describes the program must
    /// answer also where its configuration is broken.
    pub(crate) fn is_configured(&self) -> bool {
        !matches!(
            self,
            Command::Docs(_)
                | Command::Config(_)
                | Command::Completion(_)
                | Command::Man(_)
                | Command::Version(_)
        )
    }
}

const AFTER: &str = "\
Examples:
  yaral scan audit.log                 run the embedded rules on a log
  yaral scan -r rules/ logs/*.gz       run your own rules
  yaral check rules/                   check rules, with places and advice
  yaral test rules/                    run the tests beside rules
  yaral explain my.yaral --input x.log why a rule fired, or why not
  yaral docs principal.ip              explain a field, offline

Exit codes:
  0  did the job
  1  findings: check errors, failing tests, files that fmt --check would
     change, detections with --fail-on-detection, or differences with
     diff --detailed-exitcode
  2  could not: usage, unreadable input, no rule that compiles
  3  partly: some rules or lines were skipped and are listed
  4  nothing: no rules, no records, all records rejected";

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_definition_is_consistent() {
        super::Cli::command().debug_assert();
    }

    #[test]
    fn flags_are_sorted_within_their_heading() {
        for command in super::Cli::command().get_subcommands() {
            let mut last: Option<(Option<String>, String)> = None;
            for arg in command
                .get_arguments()
                .filter(|a| !a.is_global_set() && !a.is_hide_set())
            {
                let Some(long) = arg.get_long().filter(|long| *long != "help") else {
                    continue;
                };
                let here = (arg.get_help_heading().map(str::to_owned), long.to_owned());
                if let Some((heading, name)) = &last
                    && *heading == here.0
                {
                    assert!(
                        *name < here.1,
                        "{}: --{} after --{name}",
                        command.get_name(),
                        here.1
                    );
                }
                last = Some(here);
            }
        }
    }
}
