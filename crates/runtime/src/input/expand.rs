//! The inputs that the user's words stand for.
//!
//! A word is a file, a directory (read recursively, sorted by name, a rotated
//! log from its oldest file on), a glob, which sorts likewise, or `-` for
//! standard input. The order of the words is kept, and a file that
//! several words lead to is read once, where the first one leads to it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::rotation::uncompressed;
use super::{WalkError, walk};

/// Something to read records from.
#[derive(Clone, Debug)]
pub struct Input {
    /// The name as the user knows it; `-` for standard input.
    pub name: String,
    /// Where the bytes come from.
    pub source: Source,
}

/// Where an input's bytes come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// Standard input.
    Stdin,
    /// A file or a named pipe.
    File(PathBuf),
    /// Bytes already in memory, for tests and for embedding.
    Bytes(Arc<[u8]>),
    /// Nothing: a file found in a directory whose name says that it is no log.
    /// It is counted and named, and not opened.
    LeftOut,
}

/// Endings of files that stand beside logs in a directory and hold none,
/// compressed or not.
/// Named outright, or by a pattern, such a file is read like any other.
const DOCUMENT_ENDINGS: &[&str] = &[
    "csv", "htm", "html", "md", "pdf", "png", "toml", "yaml", "yaral", "yl2", "yml",
];

/// Why the user's words do not lead to inputs. Every message names the word
/// or the path that is at fault.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct InputError(#[from] Inner);

#[derive(Debug, thiserror::Error)]
enum Inner {
    #[error(transparent)]
    Walk(#[from] WalkError),
    #[error("`{0}` has no file in it that is not hidden")]
    Empty(String),
    #[error("`-` can be given only once")]
    StdinTwice,
}

impl Input {
    /// An input over bytes in memory.
    #[must_use]
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Self {
        Input {
            name: name.to_owned(),
            source: Source::Bytes(bytes.into()),
        }
    }

    /// How many bytes it has before decompression; `None` for a stream.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        match &self.source {
            Source::Stdin => None,
            Source::File(path) => fs::metadata(path)
                .ok()
                .filter(fs::Metadata::is_file)
                .map(|m| m.len()),
            Source::LeftOut => Some(0),
            Source::Bytes(bytes) => Some(bytes.len() as u64),
        }
    }
}

/// The inputs that the words stand for, in the order of the words.
///
/// # Errors
/// If a word leads to nothing, to something unreadable or to a special file.
pub fn expand(words: &[String]) -> Result<Vec<Input>, InputError> {
    let mut inputs = Vec::new();
    let mut seen = BTreeSet::new();
    let mut stdin = false;
    for word in words {
        if word == "-" {
            if std::mem::replace(&mut stdin, true) {
                return Err(Inner::StdinTwice.into());
            }
            inputs.push(Input {
                name: "-".to_owned(),
                source: Source::Stdin,
            });
            continue;
        }
        let files = walk(word, &|_| true).map_err(Inner::from)?;
        if files.is_empty() {
            return Err(Inner::Empty(word.clone()).into());
        }
        let found_in_directory = Path::new(word).is_dir();
        for path in files {
            let identity = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
            if seen.insert(identity) {
                let name = path.to_string_lossy().into_owned();
                let document = found_in_directory && is_document(&path);
                let source = if document {
                    Source::LeftOut
                } else {
                    Source::File(path)
                };
                inputs.push(Input { name, source });
            }
        }
    }
    Ok(inputs)
}

fn is_document(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let plain = Path::new(uncompressed(&name));
    let ending = plain.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| DOCUMENT_ENDINGS.contains(&ending.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(words: &[String]) -> Vec<String> {
        expand(words).unwrap().into_iter().map(|i| i.name).collect()
    }

    fn folder() -> (tempfile::TempDir, String) {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b.log", "a.log", ".hidden", "sub/c.log", "sub/.d"] {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x\n").unwrap();
        }
        let root = dir.path().to_str().unwrap().to_owned();
        (dir, root)
    }

    #[test]
    fn documents_in_a_directory_are_left_out_unless_named() {
        let dir = tempfile::tempdir().unwrap();
        let paths: Vec<_> = ["a.log", "labels.csv", "b.csv.gz", "README.md", "c.html.zst"]
            .iter()
            .map(|name| dir.path().join(name).to_str().unwrap().to_owned())
            .collect();
        for path in &paths {
            fs::write(path, "x\n").unwrap();
        }
        let read = |words: &[String]| -> usize {
            let inputs = expand(words).unwrap();
            inputs
                .iter()
                .filter(|input| !matches!(input.source, Source::LeftOut))
                .count()
        };
        assert_eq!(read(&[dir.path().to_str().unwrap().to_owned()]), 1);
        assert_eq!(read(&paths), 5);
    }

    #[test]
    fn directories_are_sorted_and_hidden_files_left_out() {
        let (_dir, root) = folder();
        let want: Vec<_> = ["a.log", "b.log", "sub/c.log"]
            .iter()
            .map(|n| format!("{root}/{n}"))
            .collect();
        assert_eq!(names(std::slice::from_ref(&root)), want);
    }

    #[test]
    fn a_rotated_log_is_read_from_its_oldest_file_on_unless_named() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().to_str().unwrap();
        let want = ["log.10.gz", "log.9", "log.1", "log"].map(|n| format!("{root}/{n}"));
        for path in &want {
            fs::write(path, "x\n").unwrap();
        }
        for word in [root.to_owned(), format!("{root}/log*")] {
            assert_eq!(names(&[word]), want);
        }
        let mut named = want.to_vec();
        named.sort();
        assert_eq!(names(&named), named);
    }

    #[test]
    fn the_first_of_two_words_for_one_file_wins() {
        let (_dir, root) = folder();
        let words = [
            format!("{root}/b.log"),
            "-".to_owned(),
            format!("{root}/*.log"),
        ];
        let want = [
            format!("{root}/b.log"),
            "-".to_owned(),
            format!("{root}/a.log"),
        ];
        assert_eq!(names(&words), want);
    }

    #[test]
    fn what_is_missing_is_named() {
        let (_dir, root) = folder();
        for (word, says) in [
            ("nope.log", "does not exist"),
            ("*.nope", "no file matches"),
            ("a[.log", "pattern"),
        ] {
            let word = format!("{root}/{word}");
            let message = expand(std::slice::from_ref(&word)).unwrap_err().to_string();
            assert!(
                message.contains(&word) && message.contains(says),
                "{message}"
            );
        }
        assert!(expand(&["-".into(), "-".into()]).is_err());
        fs::create_dir(format!("{root}/empty")).unwrap();
        assert!(
            expand(&[format!("{root}/empty")])
                .unwrap_err()
                .to_string()
                .contains("empty")
        );
    }

    #[cfg(unix)]
    #[test]
    fn loops_of_links_end_and_special_files_are_refused() {
        let (_dir, root) = folder();
        std::os::unix::fs::symlink(&root, format!("{root}/sub/up")).unwrap();
        std::os::unix::fs::symlink("nowhere", format!("{root}/sub/dangling")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(format!("{root}/socket")).unwrap();
        let want = ["a.log", "b.log", "sub/c.log", "sub/dangling"];
        let want = want.map(|name| format!("{root}/{name}"));
        assert_eq!(names(std::slice::from_ref(&root)), want);
        let message = expand(&[format!("{root}/socket")]).unwrap_err().to_string();
        assert!(message.contains("neither a regular file"), "{message}");
    }
}
