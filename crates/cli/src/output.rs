//! Where data goes: standard output or a file, buffered.
//!
//! A file is written in place, so that `-o /dev/stderr` and named pipes work;
//! it is created before any work is done, so that a wrong path costs no time.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use yaral_runtime::Input;
use yaral_runtime::input::Source;

use crate::error::Error;

/// Bytes gathered before they are written.
const BUFFER_BYTES: usize = 64 * 1024;

/// Opens the output: this file, or standard output.
pub(crate) fn open(path: Option<&Path>) -> Result<Box<dyn Write>, Error> {
    match path {
        Some(path) => Ok(Box::new(create(path)?)),
        None => Ok(stdout()),
    }
}

/// Standard output, locked and buffered.
pub(crate) fn stdout() -> Box<dyn Write> {
    Box::new(BufWriter::with_capacity(BUFFER_BYTES, io::stdout().lock()))
}

/// Creates a file for writing.
pub(crate) fn create(path: &Path) -> Result<BufWriter<File>, Error> {
    let file =
        File::create(path).with_context(|| format!("`{}` cannot be written", path.display()))?;
    Ok(BufWriter::with_capacity(BUFFER_BYTES, file))
}

/// Refuses outputs that would destroy an input or each other: creating a file
/// empties it.
pub(crate) fn guard(
    inputs: &[Input],
    output: Option<&Path>,
    rejects: Option<&Path>,
) -> Result<(), Error> {
    // A path that does not exist yet is no input.
    let real = |path: &Path| path.canonicalize().ok().filter(|path| path.is_file());
    let outputs: Vec<PathBuf> = [output, rejects]
        .into_iter()
        .flatten()
        .filter_map(real)
        .collect();
    if outputs.is_empty() {
        return Ok(());
    }
    for input in inputs {
        if let Source::File(path) = &input.source
            && real(path).is_some_and(|path| outputs.contains(&path))
        {
            return Err(Error::usage(format!(
                "`{}` is an input and cannot be written",
                input.name
            )));
        }
    }
    Ok(())
}
