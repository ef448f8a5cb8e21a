//! Where data goes: standard output or a file, buffered.
//!
//! A file is written in place, so that `-o /dev/stderr` and named pipes work;
//! it is created before any work is done, so that a wrong path costs no time.

use std::fs::{File, Metadata};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::Context as _;
use yaral_runtime::Input;
use yaral_runtime::input::Source;

use crate::error::Error;

/// Bytes gathered before they are written.
const BUFFER_BYTES: usize = 64 * 1024;

/// Opens the output: this file, or standard output.
pub(crate) fn open(path: Option<&Path>) -> Result<Box<dyn Write>, Error> {
    match path {
        Some(path) if path != Path::new("-") => Ok(Box::new(create(path)?)),
        _ => Ok(stdout()),
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

/// Refuses outputs that would destroy an input, a rule or a list, or each
/// other: creating a file empties it. `words` are the rules and lists as the
/// user named them; whatever stands below a folder among them is protected.
pub(crate) fn guard(
    inputs: &[Input],
    words: &[&Path],
    output: Option<&Path>,
    rejects: Option<&Path>,
) -> Result<(), Error> {
    if rejects == Some(Path::new("-")) {
        return Err(Error::usage(
            "rejects go to a file; standard output is for data".to_owned(),
        ));
    }
    let outputs: Vec<&Path> = [output, rejects].into_iter().flatten().collect();
    if let [one, other] = outputs.as_slice()
        && (one == other || same_file(one, other))
    {
        let text = format!(
            "`{}` cannot take both detections and rejects",
            one.display()
        );
        return Err(Error::usage(text));
    }
    let refuse = |path: &Path| {
        Error::usage(format!(
            "`{}` is read by this command and cannot be written",
            path.display()
        ))
    };
    for out in outputs {
        for input in inputs {
            if let Source::File(path) = &input.source
                && same_file(out, path)
            {
                return Err(refuse(path));
            }
        }
        let below = |word: &&&Path| out.canonicalize().is_ok_and(|out| is_below(&out, word));
        if let Some(word) = words
            .iter()
            .find(|word| same_file(out, word) || below(word))
        {
            return Err(refuse(word));
        }
    }
    Ok(())
}

/// Whether a file that exists lies in a folder, links followed.
fn is_below(file: &Path, folder: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    real(folder).is_some_and(|folder| folder.is_dir() && file.starts_with(folder))
}

/// Whether two names lead to one regular file. A name that does not exist yet
/// leads nowhere; links of both kinds are seen through.
fn same_file(a: &Path, b: &Path) -> bool {
    match (a.metadata(), b.metadata()) {
        (Ok(a), Ok(b)) if a.is_file() && b.is_file() => same(&a, &b),
        _ => false,
    }
}

#[cfg(unix)]
fn same(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

#[cfg(not(unix))]
fn same(a: &Metadata, b: &Metadata) -> bool {
    a.len() == b.len() && a.modified().ok() == b.modified().ok()
}
