//! `yaral man`: manual pages, made from the arguments.

use std::fs;
use std::io::Write as _;

use anyhow::Context as _;
use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use crate::args::{Cli, ManArgs};
use crate::error::Error;
use crate::exit::Exit;
use crate::output;
use crate::term::Term;

/// Prints the program's page, or writes all pages to a folder.
pub(super) fn run(args: &ManArgs, term: Term) -> Result<Exit, Error> {
    let mut program = Cli::command();
    // Commands learn their full names and the flags that all of them take.
    program.build();
    let Some(folder) = &args.out else {
        let mut out = output::stdout();
        out.write_all(&page(program)?)?;
        out.flush()?;
        return Ok(Exit::Done);
    };
    let failed = || format!("`{}` cannot be written", folder.display());
    fs::create_dir_all(folder).with_context(failed)?;
    let mut pages = Vec::new();
    pages_of(program, "", &mut pages)?;
    for (name, page) in &pages {
        fs::write(folder.join(format!("{name}.1")), page).with_context(failed)?;
    }
    term.say(format_args!("{} pages written", pages.len()));
    Ok(Exit::Done)
}

/// The page of a command and of those below it, each with its file's name.
fn pages_of(
    command: Command,
    before: &str,
    pages: &mut Vec<(String, Vec<u8>)>,
) -> Result<(), Error> {
    let name = format!("{before}{}", command.get_name());
    let below = format!("{name}-");
    for inner in command
        .get_subcommands()
        .filter(|inner| !inner.is_hide_set())
    {
        pages_of(inner.clone(), &below, pages)?;
    }
    // The page is called as `man yaral-scan` asks for it.
    let page = page(command.name(name.clone()))?;
    pages.push((name, page));
    Ok(())
}

fn page(command: Command) -> Result<Vec<u8>, Error> {
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    Ok(page)
}
