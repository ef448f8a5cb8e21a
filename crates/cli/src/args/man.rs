//! `yaral man`.

use std::path::PathBuf;

use clap::Args;

/// The arguments of `yaral man`.
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// Write a page for the program and for each command to this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

pub(super) const AFTER: &str = "\
Examples:
  yaral man | man -l -                 read it
  yaral man --out ~/.local/share/man/man1";
