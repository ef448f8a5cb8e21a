//! What loading lists and loading tables have in common: a folder of small
//! text files, read whole and bounded.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// A line of a file that cannot be used; the rest of the file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileProblem {
    /// The file.
    pub file: String,
    /// The line, counted from 1; 0 for the file as a whole.
    pub line: usize,
    /// Why.
    pub message: String,
}

/// Why a file is not read.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// The system says no.
    Io(io::Error),
    /// It has more bytes than there is room for.
    TooLarge,
    /// It is not UTF-8 text.
    NotUtf8,
}

/// The files of a directory that are not hidden, sorted by name. A link to
/// nowhere is among them, so that reading it fails and is told.
pub(crate) fn files(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        let path = entry.path();
        if !hidden && fs::metadata(&path).map_or(true, |meta| meta.is_file()) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The text of a file of at most so many bytes.
pub(crate) fn read(path: &Path, room: usize) -> Result<String, ReadError> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(room as u64 + 1).read_to_end(&mut bytes))
        .map_err(ReadError::Io)?;
    if bytes.len() > room {
        return Err(ReadError::TooLarge);
    }
    String::from_utf8(bytes).map_err(|_| ReadError::NotUtf8)
}

/// A path for messages.
pub(crate) fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
