//! Every setting, in one table.
//!
//! A row says under which key a setting stands in the file, which arguments it
//! is the default of, and what its value must be. Everything else about it (its
//! flag, its words, its choices and its own default) is read off the arguments,
//! so that it is written once. A command that is added with one of these
//! arguments is configured by the row that is here already.

use clap::{Arg, Command, CommandFactory as _};
use yaral_ir::semantics::{SWITCHES, Semantics};
use yaral_normalize::LogType;

use crate::args::{Cli, duration};

/// What the values of a setting are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// true or false.
    Flag,
    /// One of the words that the argument takes.
    Choice,
    /// A text that passes this test; the error is a sentence.
    Text(fn(&str) -> Result<(), String>),
    /// A path; in a file, from the folder of that file on.
    Path,
    /// Several paths.
    Paths,
    /// The value of a semantics switch.
    Switch(&'static str),
}

/// One setting.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    /// Its key in the file; what stands before a dot is a table there, and, but
    /// for `semantics`, the command that it is for.
    pub(crate) key: String,
    /// The arguments that it gives a default to, by their ids; with a command
    /// before a colon, those of that command alone. So a file that is found in a
    /// folder above never says what a command shall write to.
    args: &'static [&'static str],
    /// The argument that describes it.
    described_by: &'static str,
    /// What its values are.
    pub(crate) kind: Kind,
}

/// The table of the semantics switches in the file.
const SEMANTICS: &str = "semantics";

/// The rows: key, arguments, kind; sorted.
const ROWS: &[(&str, &[&str], Kind)] = &[
    ("check.format", &["format"], Kind::Choice),
    ("color", &["color"], Kind::Choice),
    ("convert.format", &["format"], Kind::Choice),
    ("coverage.format", &["format"], Kind::Choice),
    ("detailed-exitcode", &["detailed_exitcode"], Kind::Flag),
    ("diff.format", &["format"], Kind::Choice),
    ("doctor.format", &["format"], Kind::Choice),
    ("early", &["early"], Kind::Flag),
    ("entities", &["entities"], Kind::Paths),
    ("explain.format", &["format"], Kind::Choice),
    ("fail-level", &["fail_level"], Kind::Choice),
    ("fail-on-detection", &["fail_on_detection"], Kind::Flag),
    ("fail-on-partial", &["fail_on_partial"], Kind::Flag),
    ("ignore", &["ignore"], Kind::Text(is_codes)),
    ("lateness", &["lateness"], Kind::Text(is_duration)),
    ("lists", &["lists"], Kind::Path),
    ("log-type", &["log_type"], Kind::Text(is_log_type)),
    ("mapping", &["mapping"], Kind::Choice),
    ("metrics", &["metrics"], Kind::Path),
    ("no-progress", &["no_progress"], Kind::Flag),
    ("normalize.format", &["format"], Kind::Choice),
    ("plan.format", &["format"], Kind::Choice),
    ("quiet", &["quiet"], Kind::Flag),
    ("rules", &["rules", "check:paths"], Kind::Paths),
    ("scan.format", &["format"], Kind::Choice),
    ("select", &["select"], Kind::Text(is_codes)),
    ("strict", &["strict"], Kind::Flag),
    ("tables", &["tables"], Kind::Path),
    ("test.format", &["format"], Kind::Choice),
    ("threshold", &["threshold"], Kind::Text(is_percent)),
    ("tune.format", &["format"], Kind::Choice),
];

/// Flags with a reason not to be settings: what is typed for one run only,
/// what writes a file, and what takes a protection away.
#[cfg(test)]
const NO_SETTINGS: &[&str] = &[
    "as-of",
    "at",
    "check",
    "config",
    "coverage",
    "diff",
    "dir",
    "event-type",
    "explain",
    "export",
    "fail-fast",
    "fix",
    "from",
    "html",
    "input",
    "isolated",
    "json",
    "junit",
    "list",
    "lowered",
    "metrics-update",
    "mutate",
    "no-redact",
    "origin",
    "out",
    "output",
    "rejects",
    "rule",
    "run",
    "schema",
    "shuffle",
    "to",
    "types",
    "unsafe-fixes",
    "update",
    "verbose",
];

/// Which codes there are `check` says itself, with near ones.
fn is_codes(text: &str) -> Result<(), String> {
    if text.trim().is_empty() {
        return Err("name codes or their beginnings, such as W06".to_owned());
    }
    Ok(())
}

fn is_duration(text: &str) -> Result<(), String> {
    duration(text).map(|_| ())
}

fn is_percent(text: &str) -> Result<(), String> {
    match text.parse() {
        Ok(0..=100_u8) => Ok(()),
        _ => Err("a whole number from 0 to 100".to_owned()),
    }
}

fn is_log_type(text: &str) -> Result<(), String> {
    text.parse::<LogType>().map(|_| ())
}

/// All settings: the rows, then one for each semantics switch.
pub(crate) fn all() -> Vec<Setting> {
    let rows = ROWS.iter().map(|(key, args, kind)| Setting {
        key: (*key).to_owned(),
        args,
        described_by: args.first().copied().unwrap_or_default(),
        kind: *kind,
    });
    let switches = SWITCHES.iter().map(|switch| Setting {
        key: format!("{SEMANTICS}.{}", switch.key),
        args: &["semantics_base"],
        described_by: SEMANTICS,
        kind: Kind::Switch(switch.key),
    });
    rows.chain(switches).collect()
}

impl Setting {
    /// The environment variable.
    pub(crate) fn variable(&self) -> String {
        let upper = self.key.to_uppercase();
        format!("YARAL_{}", upper.replace(['-', '.'], "_"))
    }

    /// The command that it is for, if it is for one.
    fn command(&self) -> Option<&str> {
        let (table, _) = self.key.split_once('.')?;
        (table != SEMANTICS).then_some(table)
    }

    /// Whether it gives a default to this argument of this command; the
    /// program itself has no name to ask for.
    pub(crate) fn covers(&self, command: Option<&str>, arg: &Arg) -> bool {
        let here = self.command().is_none_or(|of| command == Some(of));
        let named = |entry: &&str| match entry.split_once(':') {
            Some((of, id)) => command == Some(of) && arg.get_id() == id,
            None => arg.get_id() == *entry,
        };
        here && self.args.iter().any(named)
    }

    /// The argument that describes it.
    fn argument(&self) -> Option<Arg> {
        let program = Cli::command();
        let described = |command: &Command| {
            let mut found = command.get_arguments();
            let found = found.find(|arg| arg.get_id() == self.described_by);
            found.cloned()
        };
        match self.command() {
            Some(name) => described(program.find_subcommand(name)?),
            None => described(&program).or_else(|| program.get_subcommands().find_map(described)),
        }
    }

    /// The flag, for people.
    pub(crate) fn flag(&self) -> String {
        let long = self
            .argument()
            .and_then(|arg| arg.get_long().map(str::to_owned));
        let long = long.map_or_else(String::new, |long| format!("--{long}"));
        match self.kind {
            Kind::Switch(key) => format!("{long} {key}=VALUE"),
            _ => self
                .command()
                .map_or(long.clone(), |of| format!("{of} {long}")),
        }
    }

    /// What it is for, in words.
    pub(crate) fn words(&self) -> String {
        if let Some(switch) = self.switch() {
            return switch.meaning.to_owned();
        }
        let help = self
            .argument()
            .and_then(|arg| arg.get_help().map(ToString::to_string));
        help.unwrap_or_default()
            .lines()
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn switch(&self) -> Option<&'static yaral_ir::semantics::Switch> {
        let Kind::Switch(key) = self.kind else {
            return None;
        };
        SWITCHES.iter().find(|switch| switch.key == key)
    }

    /// The words that it takes, if there are few.
    pub(crate) fn choices(&self) -> Vec<String> {
        match self.kind {
            Kind::Choice => {
                let values = self.argument().map(|arg| arg.get_possible_values());
                let values = values.unwrap_or_default();
                values
                    .iter()
                    .map(|value| value.get_name().to_owned())
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// Its own default, if it has one.
    pub(crate) fn default(&self) -> Option<String> {
        match self.kind {
            Kind::Flag => Some("false".to_owned()),
            Kind::Switch(_) => self.switch().map(|switch| switch.default.to_owned()),
            _ => {
                let arg = self.argument()?;
                let value = arg.get_default_values().first()?;
                value.to_str().map(str::to_owned)
            }
        }
    }

    /// What its values are, in a word.
    pub(crate) fn type_name(&self) -> &'static str {
        match self.kind {
            Kind::Flag => "true or false",
            Kind::Choice | Kind::Text(_) => "text",
            Kind::Path => "path",
            Kind::Paths => "paths",
            Kind::Switch(_) => "value of the switch",
        }
    }

    /// Whether this may be its value; the error is a sentence.
    pub(crate) fn check(&self, value: &str) -> Result<(), String> {
        match self.kind {
            Kind::Flag if matches!(value, "true" | "false") => Ok(()),
            Kind::Flag => Err(format!("`{value}` is neither true nor false")),
            Kind::Choice => {
                let choices = self.choices();
                if choices.iter().any(|choice| choice == value) {
                    Ok(())
                } else {
                    Err(format!("`{value}` is none of {}", choices.join(", ")))
                }
            }
            Kind::Text(test) => test(value),
            Kind::Path | Kind::Paths if value.is_empty() => Err("a path is not empty".to_owned()),
            Kind::Path | Kind::Paths => Ok(()),
            Kind::Switch(key) => Semantics::default().set(key, value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_and_described() {
        assert!(ROWS.is_sorted_by(|a, b| a.0 < b.0));
        for setting in all() {
            assert!(setting.argument().is_some(), "{}", setting.key);
            assert!(!setting.words().is_empty(), "{}", setting.key);
            assert!(
                setting.flag().contains("--") || setting.key == "rules",
                "{}",
                setting.key
            );
            if let Some(default) = setting.default() {
                assert!(setting.check(&default).is_ok(), "{} {default}", setting.key);
            }
            assert!(
                !matches!(setting.kind, Kind::Choice) || !setting.choices().is_empty(),
                "{}",
                setting.key
            );
        }
    }

    /// A flag that is new is a setting, or has a reason not to be one.
    #[test]
    fn every_flag_is_a_setting_or_is_not() {
        let settings = all();
        let program = Cli::command();
        let commands = program
            .get_subcommands()
            .map(|of| (Some(of.get_name()), of));
        for (name, command) in commands.chain([(None, &program)]) {
            for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
                let Some(long) = arg.get_long() else { continue };
                let set = settings.iter().any(|setting| {
                    setting.covers(name, arg) || setting.described_by == arg.get_id().as_str()
                });
                let known = NO_SETTINGS.contains(&long) || ["help", "version"].contains(&long);
                assert!(set || known, "{name:?} --{long}");
            }
        }
    }
}
