//! `yaral version`.

use clap::Args;

/// The arguments of `yaral version`.
#[derive(Debug, Args)]
pub(crate) struct VersionArgs {
    /// Print a JSON document
    #[arg(long)]
    pub(crate) json: bool,
}
