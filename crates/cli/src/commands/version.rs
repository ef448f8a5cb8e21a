//! `yaral version`: what this binary is.

use std::io::Write as _;

use serde_json::json;
use yaral_normalize::LogType;

use crate::args::VersionArgs;
use crate::error::Error;
use crate::exit::Exit;
use crate::output;
use crate::pack::PACK;

/// Prints the version.
pub(super) fn run(args: &VersionArgs) -> Result<Exit, Error> {
    let version = env!("CARGO_PKG_VERSION");
    let mut out = output::stdout();
    if args.json {
        let log_types: Vec<_> = LogType::all().map(LogType::name).collect();
        let document = json!({
            "schema": "yaral/version/v1",
            "version": version,
            "language": "YARA-L 2.0",
            "pack_files": PACK.len(),
            "log_types": log_types,
        });
        writeln!(out, "{document:#}")?;
    } else {
        writeln!(out, "yaral {version}")?;
    }
    out.flush()?;
    Ok(Exit::Done)
}
