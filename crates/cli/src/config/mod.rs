//! What a person would otherwise type each time: flag, else environment, else
//! project file, else user file, else default.
//!
//! The data flow: files and variables → one value for each setting, with its
//! origin → defaults of the arguments. The arguments are then read as ever, so
//! that a flag wins without anybody having to compare.

mod file;
mod schema;
mod settings;

use std::fmt;
use std::path::PathBuf;

use clap::{Arg, Command};

pub(crate) use file::NAME;
pub(crate) use schema::schema;
pub(crate) use settings::{Kind, Setting, all};

use crate::args::SourceArgs;
use crate::error::Error;

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// An environment variable.
    Variable(String),
    /// A line of a file.
    File(PathBuf, u32),
    /// The program itself.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Variable(name) => f.write_str(name),
            Origin::File(path, line) => write!(f, "{}:{line}", path.display()),
            Origin::Default => f.write_str("default"),
        }
    }
}

/// A setting with its value.
#[derive(Clone, Debug)]
pub(crate) struct Resolved {
    /// The setting.
    pub(crate) setting: Setting,
    /// Its values; none where it is not set and has no default.
    pub(crate) values: Vec<String>,
    /// Where they come from.
    pub(crate) origin: Origin,
}

/// The value of every setting, in the order of the table.
#[derive(Debug)]
pub(crate) struct Config {
    /// The settings.
    pub(crate) settings: Vec<Resolved>,
}

/// The files that are in force, the strongest first.
pub(crate) fn files(source: &SourceArgs) -> Vec<PathBuf> {
    if source.isolated {
        return Vec::new();
    }
    let named = source.config.clone();
    let named = named.or_else(|| std::env::var_os("YARAL_CONFIG").map(PathBuf::from));
    let named = named.filter(|path| !path.as_os_str().is_empty());
    let project = named.or_else(file::of_project);
    project.into_iter().chain(file::of_user()).collect()
}

/// What is wrong with a file, each as a line with its place.
pub(crate) fn mistakes(found: &std::path::Path) -> Result<Vec<String>, Error> {
    let content = file::read(found, &all())?;
    Ok(content.mistakes.iter().map(ToString::to_string).collect())
}

impl Config {
    /// Reads files and variables.
    pub(crate) fn load(source: &SourceArgs) -> Result<Self, Error> {
        let settings = all();
        let mut layers = Vec::new();
        for found in files(source) {
            let content = file::read(&found, &settings)?;
            if !content.mistakes.is_empty() {
                let lines = content.mistakes.iter().map(ToString::to_string);
                return Err(Error::Config(lines.collect()));
            }
            layers.push((found, content.values));
        }
        let mut resolved = Vec::new();
        for setting in settings {
            let variable = if source.isolated {
                None
            } else {
                from_variable(&setting)?
            };
            let from_file = || {
                layers.iter().find_map(|(path, values)| {
                    let (_, values, line) = values.iter().find(|(key, ..)| *key == setting.key)?;
                    Some((values.clone(), Origin::File(path.clone(), *line)))
                })
            };
            let (values, origin) = variable.or_else(from_file).unwrap_or_else(|| {
                let values = setting.default().into_iter().collect();
                (values, Origin::Default)
            });
            resolved.push(Resolved {
                setting,
                values,
                origin,
            });
        }
        Ok(Config { settings: resolved })
    }

    /// Makes the values the defaults of the arguments.
    pub(crate) fn apply(&self, program: Command) -> Command {
        let program = program.mut_args(|arg| self.default_of(None, arg));
        program.mut_subcommands(|command| {
            let name = command.get_name().to_owned();
            command.mut_args(|arg| self.default_of(Some(&name), arg))
        })
    }

    fn default_of(&self, command: Option<&str>, arg: Arg) -> Arg {
        let set = self
            .settings
            .iter()
            .filter(|one| one.origin != Origin::Default && one.setting.covers(command, &arg));
        let values = set.flat_map(|one| {
            one.values.iter().map(|value| match one.setting.kind {
                Kind::Switch(key) => format!("{key}={value}"),
                _ => value.clone(),
            })
        });
        let values: Vec<String> = values.collect();
        if values.is_empty() {
            arg
        } else {
            arg.default_values(values)
        }
    }
}

/// The value that the environment gives; an empty variable gives none.
fn from_variable(setting: &Setting) -> Result<Option<(Vec<String>, Origin)>, Error> {
    let name = setting.variable();
    let Some(value) = std::env::var_os(&name).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let texts: Vec<_> = match setting.kind {
        Kind::Paths => std::env::split_paths(&value)
            .map(PathBuf::into_os_string)
            .collect(),
        _ => vec![value],
    };
    let mut values = Vec::new();
    for text in texts {
        let text = text
            .into_string()
            .map_err(|_| Error::usage(format!("{name} is not UTF-8")))?;
        let text = match (setting.kind, text.as_str()) {
            (Kind::Flag, "1") => "true".to_owned(),
            (Kind::Flag, "0") => "false".to_owned(),
            _ => text,
        };
        setting
            .check(&text)
            .map_err(|why| Error::usage(format!("{name}: {why}")))?;
        values.push(text);
    }
    Ok(Some((values, Origin::Variable(name))))
}
