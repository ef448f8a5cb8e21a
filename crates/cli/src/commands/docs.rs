//! `yaral docs`: the reference, offline.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use yaral_runtime::escape_terminal;

use crate::args::DocsArgs;
use crate::error::Error;
use crate::exit::Exit;
use crate::output;
use crate::reference;
use crate::term::Term;

/// Prints the page of a term, or the index.
pub(super) fn run(args: &DocsArgs, term: Term) -> Result<Exit, Error> {
    if let Some(folder) = &args.all {
        return write_all(folder, term);
    }
    let text = match &args.term {
        None => reference::index(),
        Some(word) => match reference::page(word) {
            Some(page) => page,
            None => return Err(Error::Nothing(unknown(word))),
        },
    };
    let mut out = output::stdout();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(Exit::Done)
}

/// What to say about a term that nobody knows.
fn unknown(word: &str) -> String {
    let near = reference::near(word);
    let word = escape_terminal(word);
    if near.is_empty() {
        format!("nothing is known about `{word}`; `yaral docs` lists what there is")
    } else {
        format!(
            "nothing is known about `{word}`; did you mean `{}`?",
            near.join("`, `")
        )
    }
}

fn write_all(folder: &Path, term: Term) -> Result<Exit, Error> {
    let failed = || format!("`{}` cannot be written", folder.display());
    fs::create_dir_all(folder).with_context(failed)?;
    let pages = reference::pages();
    for (name, text) in &pages {
        fs::write(folder.join(name), text).with_context(failed)?;
    }
    term.say(format_args!("{} pages written", pages.len()));
    Ok(Exit::Done)
}
