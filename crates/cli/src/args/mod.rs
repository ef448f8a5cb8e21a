//! What was typed, before anybody asks what it means.
//!
//! One file for each command; flags are sorted by name within their group.
//! Nothing here looks at the world: paths are not opened and values that need
//! another crate's judgement (log types, switches) are checked by the command.

mod check;
mod docs;
mod normalize;
mod scan;
mod shared;
mod version;

use clap::{Parser, Subcommand};

pub(crate) use check::{CheckArgs, CheckFormat};
pub(crate) use docs::DocsArgs;
pub(crate) use normalize::{NormalizeArgs, NormalizeFormat};
pub(crate) use scan::{MetricArgs, ScanArgs, ScanFormat};
pub(crate) use shared::{Color, InputArgs, LanguageArgs, TalkArgs};
pub(crate) use version::VersionArgs;

/// Run YARA-L 2.0 detection rules on raw logs.
#[derive(Debug, Parser)]
#[command(
    name = "yaral",
    version,
    about = "Run YARA-L 2.0 detection rules on raw logs",
    long_about = "Run YARA-L 2.0 detection rules, as written for Google SecOps, on raw logs:\n\
                  no account, no network, no configuration.\n\n\
                  Standard output carries data only; everything else goes to standard error.",
    after_help = AFTER,
    disable_help_subcommand = true,
    max_term_width = 80,
    infer_subcommands = false
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) talk: TalkArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands, in the order in which people meet them.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run rules on logs and print detections
    #[command(visible_alias = "hunt", after_help = scan::AFTER)]
    Scan(Box<ScanArgs>),
    /// Check rules and explain what is wrong with them
    #[command(aliases = ["validate", "verify", "lint"], after_help = check::AFTER)]
    Check(CheckArgs),
    /// Turn raw logs into UDM events
    #[command(after_help = normalize::AFTER)]
    Normalize(NormalizeArgs),
    /// Explain a code, function, field, switch, limit or log type
    #[command(after_help = docs::AFTER)]
    Docs(DocsArgs),
    /// Print the version
    Version(VersionArgs),
}

const AFTER: &str = "\
Examples:
  yaral scan audit.log                 run the embedded rules on a log
  yaral scan -r rules/ logs/*.gz       run your own rules
  yaral check rules/                   check rules, with places and advice
  yaral docs principal.ip              explain a field, offline

Exit codes:
  0  did the job
  1  findings: check errors, or detections with --fail-on-detection
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
