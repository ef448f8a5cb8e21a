//! Directories, files and globs to a list of files, in order of name, and
//! those of one rotated log from the oldest to the current one.
//!
//! Shared by log inputs, rules and lists. Hidden entries and special files
//! inside a directory are passed over, links to nowhere are not; every directory is visited once,
//! however many links lead to it, so that a loop of links ends.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::rotation;
use crate::limits::{DIRECTORY_DEPTH_MAX, INPUTS_MAX};

/// Why a name does not lead to files.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WalkError {
    #[error("`{0}` does not exist")]
    Missing(String),
    #[error("no file matches `{0}`")]
    NoMatch(String),
    #[error("`{0}` is neither a regular file nor a directory")]
    Special(String),
    #[error("`{path}` cannot be read: {error}")]
    Io { path: String, error: io::Error },
    #[error("`{pattern}` is not a file, and not a pattern either: {message}")]
    Pattern { pattern: String, message: String },
    #[error("`{0}` leads to more than {INPUTS_MAX} files")]
    TooMany(String),
}

/// The files that a name leads to: itself, the files below it, or what it
/// matches. `wanted` filters the files found in directories; a file named
/// outright is always taken.
pub(crate) fn walk(name: &str, wanted: &dyn Fn(&Path) -> bool) -> Result<Vec<PathBuf>, WalkError> {
    walk_within(name, wanted, INPUTS_MAX).map(|found| found.files)
}

fn walk_within<'w>(
    name: &'w str,
    wanted: &'w dyn Fn(&Path) -> bool,
    files_max: usize,
) -> Result<Found<'w>, WalkError> {
    let mut found = Found {
        name,
        wanted,
        files_max,
        files: Vec::new(),
        directories: BTreeSet::new(),
    };
    let path = Path::new(name);
    match fs::metadata(path) {
        Ok(meta) => found.named(path, &meta)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound && is_pattern(name) => {
            for path in matches(name, files_max)? {
                let meta = fs::metadata(&path).map_err(|e| failed(&path, e))?;
                found.named(&path, &meta)?;
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(WalkError::Missing(name.to_owned()));
        }
        Err(error) => return Err(failed(path, error)),
    }
    Ok(found)
}

struct Found<'w> {
    name: &'w str,
    wanted: &'w dyn Fn(&Path) -> bool,
    files_max: usize,
    files: Vec<PathBuf>,
    /// Canonical paths of the directories visited.
    directories: BTreeSet<PathBuf>,
}

impl Found<'_> {
    fn named(&mut self, path: &Path, meta: &fs::Metadata) -> Result<(), WalkError> {
        if meta.is_dir() {
            self.directory(path, 0)
        } else if meta.is_file() || is_pipe(meta) {
            self.file(path.to_owned())
        } else {
            Err(WalkError::Special(shown(path)))
        }
    }

    fn file(&mut self, path: PathBuf) -> Result<(), WalkError> {
        if self.files.len() >= self.files_max {
            return Err(WalkError::TooMany(self.name.to_owned()));
        }
        self.files.push(path);
        Ok(())
    }

    fn directory(&mut self, path: &Path, depth: usize) -> Result<(), WalkError> {
        let canonical = fs::canonicalize(path).map_err(|e| failed(path, e))?;
        if depth > DIRECTORY_DEPTH_MAX || !self.directories.insert(canonical) {
            return Ok(());
        }
        let mut entries = Vec::new();
        for entry in fs::read_dir(path).map_err(|e| failed(path, e))? {
            let name = entry.map_err(|e| failed(path, e))?.file_name();
            if !name.as_encoded_bytes().starts_with(b".") {
                entries.push(path.join(name));
            }
        }
        rotation::order(&mut entries, &Path::is_file);
        for path in entries {
            // A link to nowhere, or to itself, is a file that cannot be read:
            // whoever opens it tells why.
            let meta = fs::metadata(&path).ok();
            if meta.as_ref().is_some_and(fs::Metadata::is_dir) {
                self.directory(&path, depth + 1)?;
            } else if meta.is_none_or(|meta| meta.is_file()) && (self.wanted)(&path) {
                self.file(path)?;
            }
        }
        Ok(())
    }
}

fn is_pattern(name: &str) -> bool {
    name.contains(['*', '?', '['])
}

/// The paths that a pattern matches, in order; at least one, and at most one more
/// than are allowed, so that the limit is told and not kept in silence.
fn matches(pattern: &str, paths_max: usize) -> Result<Vec<PathBuf>, WalkError> {
    let options = glob::MatchOptions {
        require_literal_leading_dot: true,
        require_literal_separator: true,
        case_sensitive: true,
    };
    let paths = glob::glob_with(pattern, options).map_err(|e| WalkError::Pattern {
        pattern: pattern.to_owned(),
        message: e.msg.to_owned(),
    })?;
    let mut all = Vec::new();
    for path in paths.take(paths_max.saturating_add(1)) {
        all.push(path.map_err(|e| {
            let path = shown(e.path());
            WalkError::Io {
                path,
                error: e.into(),
            }
        })?);
    }
    if all.is_empty() {
        return Err(WalkError::NoMatch(pattern.to_owned()));
    }
    rotation::order(&mut all, &Path::is_file);
    Ok(all)
}

fn failed(path: &Path, error: io::Error) -> WalkError {
    WalkError::Io {
        path: shown(path),
        error,
    }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Whether this is a named pipe. One that is named outright is read, since
/// shells pass the output of a command that way.
#[cfg(unix)]
fn is_pipe(meta: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    meta.file_type().is_fifo()
}

#[cfg(not(unix))]
fn is_pipe(_: &fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_max() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a", "b", "c"] {
            fs::write(dir.path().join(name), "x").unwrap();
        }
        let root = shown(dir.path());
        for word in [root.clone(), format!("{root}/*")] {
            assert_eq!(walk_within(&word, &|_| true, 3).unwrap().files.len(), 3);
            let error = walk_within(&word, &|_| true, 2).err().unwrap();
            assert!(matches!(error, WalkError::TooMany(_)), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_to_nowhere_are_files_that_cannot_be_read() {
        let dir = tempfile::tempdir().unwrap();
        for (name, to) in [("a.yaral", "nowhere"), ("b.log", "b.log")] {
            std::os::unix::fs::symlink(to, dir.path().join(name)).unwrap();
        }
        let root = shown(dir.path());
        assert_eq!(walk(&root, &|_| true).unwrap().len(), 2);
        let rules = walk(&root, &|path| {
            path.extension().is_some_and(|is| is == "yaral")
        });
        assert_eq!(rules.unwrap(), [dir.path().join("a.yaral")]);
    }
}
