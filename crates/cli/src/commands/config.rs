//! `yaral config`: what is set, where, and whether it may be.

use std::io::Write;
use std::path::PathBuf;

use serde_json::{Map, Value, json};
use yaral_runtime::escape_terminal;

use crate::args::{ConfigArgs, ConfigWhat, ShowFormat, SourceArgs};
use crate::config::{self, Config, Kind, NAME, Resolved};
use crate::error::Error;
use crate::exit::Exit;
use crate::output;

/// Answers the question.
pub(super) fn run(args: &ConfigArgs, source: &SourceArgs) -> Result<Exit, Error> {
    let mut out = output::stdout();
    let exit = match &args.what {
        ConfigWhat::Show { format, origin } => {
            let config = Config::load(source)?;
            match format {
                ShowFormat::Human => show(&config, *origin, &mut out)?,
                ShowFormat::Json => writeln!(out, "{:#}", document(&config))?,
            }
            Exit::Done
        }
        ConfigWhat::Validate { files } => validate(files, source, &mut out)?,
        ConfigWhat::Schema => {
            writeln!(out, "{:#}", config::schema())?;
            Exit::Done
        }
        ConfigWhat::Path => {
            let files = config::files(source);
            if files.is_empty() {
                return Err(none());
            }
            for found in files {
                writeln!(out, "{}", escape_terminal(&found.to_string_lossy()))?;
            }
            Exit::Done
        }
    };
    out.flush()?;
    Ok(exit)
}

fn none() -> Error {
    Error::Nothing(format!("no {NAME} is in force, here or above"))
}

fn validate(named: &[PathBuf], source: &SourceArgs, out: &mut dyn Write) -> Result<Exit, Error> {
    let mut files = named.to_vec();
    if files.is_empty() {
        files = config::files(source);
    }
    if files.is_empty() {
        return Err(none());
    }
    let mut exit = Exit::Done;
    for file in &files {
        let mistakes = config::mistakes(file)?;
        if mistakes.is_empty() {
            writeln!(out, "{}: ok", escape_terminal(&file.to_string_lossy()))?;
        } else {
            exit = Exit::Findings;
        }
        for line in mistakes {
            writeln!(out, "{line}")?;
        }
    }
    Ok(exit)
}

/// The settings as TOML; what is not set stands as a comment.
fn show(config: &Config, origin: bool, out: &mut dyn Write) -> std::io::Result<()> {
    let line = |one: &Resolved| {
        let key = &one.setting.key;
        let value = literal(one);
        value.map_or_else(|| format!("# {key} ="), |value| format!("{key} = {value}"))
    };
    let lines: Vec<String> = config.settings.iter().map(line).collect();
    let widest = lines.iter().map(|line| line.chars().count()).max();
    let column = widest.unwrap_or_default().min(COLUMN_MAX);
    for (line, one) in lines.iter().zip(&config.settings) {
        let line = escape_terminal(line);
        if origin {
            let from = one.origin.to_string();
            writeln!(out, "{line:column$}  # {}", escape_terminal(&from))?;
        } else {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

/// The column behind which no origin stands, unless its line is longer.
const COLUMN_MAX: usize = 48;

/// The value as TOML writes it.
fn literal(one: &Resolved) -> Option<String> {
    let quoted = |text: &String| Value::from(text.as_str()).to_string();
    match one.setting.kind {
        Kind::Flag => one.values.first().cloned(),
        Kind::Paths => {
            let items: Vec<_> = one.values.iter().map(quoted).collect();
            Some(format!("[{}]", items.join(", ")))
        }
        _ => one.values.first().map(quoted),
    }
}

fn document(config: &Config) -> Value {
    let settings = config.settings.iter().map(|one| {
        let value = match one.setting.kind {
            Kind::Flag => json!(one.values.first().is_some_and(|value| value == "true")),
            Kind::Paths => json!(one.values),
            _ => json!(one.values.first()),
        };
        let entry = json!({ "value": value, "origin": one.origin.to_string() });
        (one.setting.key.clone(), entry)
    });
    let settings: Map<String, Value> = settings.collect();
    json!({ "schema": "yaral/config/v1", "settings": settings })
}
