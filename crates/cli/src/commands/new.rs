//! `yaral new`: a rule to start from, with its tests.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use yaral_normalize::LogType;
use yaral_runtime::escape_terminal;
use yaral_udm::EnumId;

use crate::args::NewArgs;
use crate::error::Error;
use crate::exit::Exit;
use crate::output;
use crate::reference::nearest;
use crate::scaffold::{self, Wish};

/// Letters of a rule's name.
const NAME_CHARS_MAX: usize = 128;

/// Writes the rule, its tests and its notes, and prints where they are.
pub(super) fn run(args: &NewArgs) -> Result<Exit, Error> {
    let name = args.name.as_str();
    check_name(name)?;
    let log_type = args.log_type.as_deref().map(str::parse::<LogType>);
    let log_type = log_type.transpose().map_err(Error::Usage)?;
    let event_type = args.event_type.as_deref().map(event_type).transpose()?;
    let wish = Wish {
        name,
        log_type,
        event_type: event_type.as_deref(),
    };
    let files = [
        (format!("{name}.yaral"), scaffold::rule(&wish)),
        (format!("{name}.test.yaml"), scaffold::tests(&wish)),
        (format!("{name}.md"), scaffold::notes(&wish)),
    ];
    let shown = |path: &Path| {
        let shown = path.strip_prefix(".").unwrap_or(path);
        shown.to_string_lossy().into_owned()
    };
    for (file, _) in &files {
        let path = args.dir.join(file);
        if path.symlink_metadata().is_ok() {
            let text = format!("`{}` is there already; nothing was written", shown(&path));
            return Err(Error::failed(text));
        }
    }
    let failed = |path: &Path| format!("`{}` cannot be written", path.display());
    fs::create_dir_all(&args.dir).with_context(|| failed(&args.dir))?;
    let mut out = output::stdout();
    for (file, text) in &files {
        let path = args.dir.join(file);
        // Whoever was faster since the look above is not overwritten either.
        File::create_new(&path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .with_context(|| failed(&path))?;
        writeln!(out, "{}", escape_terminal(&shown(&path)))?;
    }
    out.flush()?;
    Ok(Exit::Done)
}

fn check_name(name: &str) -> Result<(), Error> {
    let fits = |name: &str| {
        let first = name.chars().next();
        first.is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
            && name.len() <= NAME_CHARS_MAX
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    if fits(name) {
        return Ok(());
    }
    let word = name.strip_suffix(".yaral").unwrap_or(name);
    let near: String = word
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    let advice = if fits(&near) {
        format!("; `{near}` would do")
    } else {
        String::new()
    };
    Err(Error::usage(format!(
        "a rule's name is at most {NAME_CHARS_MAX} letters, digits and _, no digit first{advice}"
    )))
}

/// The name of an event type, in the spelling of the schema.
fn event_type(word: &str) -> Result<String, Error> {
    let wanted = word.to_uppercase();
    let values = EnumId::from_name("Metadata.EventType");
    let known: Vec<String> = values
        .iter()
        .flat_map(|of| of.values())
        .map(|(name, _)| name.to_owned())
        .collect();
    if known.contains(&wanted) {
        return Ok(wanted);
    }
    let near = nearest(&wanted, &known);
    let advice = if near.is_empty() {
        "; see `yaral docs Metadata.EventType`".to_owned()
    } else {
        format!("; did you mean `{}`?", near.join("`, `"))
    };
    Err(Error::usage(format!("`{word}` is no event type{advice}")))
}
