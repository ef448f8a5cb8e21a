//! Reference lists from a directory.
//!
//! A list is one file: `NAME.txt` holds strings, `NAME.regex` patterns,
//! `NAME.cidr` IP ranges. The layout of Google's content manager is read as it
//! is: a `reference_lists` folder of `.txt` files, and beside it
//! `reference_list_config.yaml`, which gives each list its `syntax_type`.

mod config;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use yaral_ir::limits::LIST_BYTES_MAX;
use yaral_ir::lists::{List, ListKind};

use crate::folder::{self, FileProblem, ReadError, shown};

/// The folder of lists in Google's layout.
const FOLDER: &str = "reference_lists";

/// The file with the types of lists in Google's layout.
const CONFIG: &str = "reference_list_config.yaml";

/// Lists as loaded.
#[derive(Clone, Debug, Default)]
pub struct LoadedLists {
    /// The lists by name, as the compiler takes them.
    pub lists: BTreeMap<String, Arc<List>>,
    /// The files that the lists were read from.
    pub files: Vec<PathBuf>,
    /// Files in the directory that are no lists, by name.
    pub ignored: Vec<String>,
    /// Lines that cannot be used; the rest of their list is.
    pub problems: Vec<FileProblem>,
}

/// Why lists cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum ListsError {
    /// The system says no.
    #[error("`{path}` cannot be read: {error}")]
    Io {
        /// What cannot be read.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// A file is not text.
    #[error("`{0}` is not UTF-8 text")]
    NotUtf8(String),
    /// Two files stand for one list.
    #[error("the list `{name}` is there twice, in `{first}` and `{second}`")]
    Twice {
        /// The list.
        name: String,
        /// A file.
        first: String,
        /// Another.
        second: String,
    },
    /// All lists together are too large.
    #[error("the lists in `{0}` have more than {LIST_BYTES_MAX} bytes together")]
    TooLarge(String),
    /// The content manager's file cannot be used.
    #[error("`{path}`, line {line}: {message}")]
    Config {
        /// The file.
        path: String,
        /// The line, counted from 1.
        line: usize,
        /// Why.
        message: String,
    },
}

/// Loads the lists of a directory, in the order of their file names.
///
/// # Errors
/// If a file cannot be read as text, a list is there twice, or all together
/// exceed [`LIST_BYTES_MAX`].
pub fn load_lists(directory: &Path) -> Result<LoadedLists, ListsError> {
    let (folder, kinds) = layout(directory)?;
    let mut loaded = LoadedLists::default();
    let mut sources: BTreeMap<String, PathBuf> = BTreeMap::new();
    let mut room = LIST_BYTES_MAX;
    for path in files(&folder)? {
        let ending = path
            .extension()
            .and_then(|e| e.to_str())
            .unwrap_or_default();
        let name = path
            .file_stem()
            .and_then(|n| n.to_str())
            .unwrap_or_default()
            .to_owned();
        let Some(kind) = ListKind::from_ending(ending).filter(|_| !name.is_empty()) else {
            loaded.ignored.push(shown(&path));
            continue;
        };
        if let Some(first) = sources.insert(name.clone(), path.clone()) {
            return Err(ListsError::Twice {
                name,
                first: shown(&first),
                second: shown(&path),
            });
        }
        let kind = kinds
            .get(&name)
            .copied()
            .filter(|_| kind == ListKind::String)
            .unwrap_or(kind);
        let text = read(&path, room)?.ok_or_else(|| ListsError::TooLarge(shown(directory)))?;
        room -= text.len();
        let (list, errors) =
            List::parse(&name, kind, text.strip_prefix('\u{feff}').unwrap_or(&text));
        let file = shown(&path);
        loaded.files.push(path);
        loaded
            .problems
            .extend(errors.into_iter().map(|e| FileProblem {
                file: file.clone(),
                line: e.line,
                message: e.message,
            }));
        loaded.lists.insert(name, Arc::new(list));
    }
    Ok(loaded)
}

/// The folder with the list files, and the types that a config names.
fn layout(directory: &Path) -> Result<(PathBuf, BTreeMap<String, ListKind>), ListsError> {
    let below = directory.join(FOLDER);
    let (folder, config) = if below.is_dir() {
        (below, Some(directory.join(CONFIG)))
    } else if directory.file_name().is_some_and(|name| name == FOLDER) {
        (
            directory.to_owned(),
            directory.parent().map(|parent| parent.join(CONFIG)),
        )
    } else {
        (directory.to_owned(), None)
    };
    let Some(config) = config.filter(|config| config.is_file()) else {
        return Ok((folder, BTreeMap::new()));
    };
    let text =
        read(&config, LIST_BYTES_MAX)?.ok_or_else(|| ListsError::TooLarge(shown(&config)))?;
    let kinds = config::kinds(&text).map_err(|(line, message)| ListsError::Config {
        path: shown(&config),
        line,
        message,
    })?;
    Ok((folder, kinds))
}

/// The files of a directory.
fn files(directory: &Path) -> Result<Vec<PathBuf>, ListsError> {
    folder::files(directory).map_err(|error| ListsError::Io {
        path: shown(directory),
        error,
    })
}

/// The text of a file; `None` if it has more bytes than there is room for.
fn read(path: &Path, room: usize) -> Result<Option<String>, ListsError> {
    match folder::read(path, room) {
        Ok(text) => Ok(Some(text)),
        Err(ReadError::TooLarge) => Ok(None),
        Err(ReadError::NotUtf8) => Err(ListsError::NotUtf8(shown(path))),
        Err(ReadError::Io(error)) => Err(ListsError::Io {
            path: shown(path),
            error,
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        dir
    }

    #[test]
    fn endings_give_the_kind() {
        let dir = folder(&[
            ("users.txt", "alice\r\nbob\n"),
            ("nets.cidr", "10.0.0.0/8\nnot a net\n"),
            ("paths.regex", "^/var/"),
            ("README.md", "x"),
            (".hidden.txt", "x"),
        ]);
        let loaded = load_lists(dir.path()).unwrap();
        let kinds: Vec<_> = loaded
            .lists
            .values()
            .map(|l| (l.name(), l.kind(), l.len()))
            .collect();
        assert_eq!(
            kinds,
            [
                ("nets", ListKind::Cidr, 1),
                ("paths", ListKind::Regex, 1),
                ("users", ListKind::String, 2)
            ]
        );
        assert!(loaded.ignored.len() == 1 && loaded.ignored[0].ends_with("README.md"));
        assert!(loaded.problems.len() == 1 && loaded.problems[0].line == 2);
    }

    #[test]
    fn the_content_manager_layout_is_read_as_it_is() {
        let config = "nets:\n  description: 'x: y'\n  rules: null\n  \
                      syntax_type: REFERENCE_LIST_SYNTAX_TYPE_CIDR\nusers:\n  \
                      syntax_type: REFERENCE_LIST_SYNTAX_TYPE_PLAIN_TEXT_STRING\n";
        let dir = folder(&[
            (CONFIG, config),
            ("reference_lists/nets.txt", "10.0.0.0/8\n"),
            ("reference_lists/users.txt", "alice\n"),
        ]);
        for path in [dir.path().to_owned(), dir.path().join(FOLDER)] {
            let loaded = load_lists(&path).unwrap();
            assert_eq!(loaded.lists["nets"].kind(), ListKind::Cidr);
            assert_eq!(loaded.lists["users"].kind(), ListKind::String);
        }
    }

    #[test]
    fn errors_name_what_is_wrong() {
        let big = "x".repeat(LIST_BYTES_MAX / 2 + 1);
        for (files, says) in [
            (vec![("a.txt", "x"), ("a.cidr", "10.0.0.0/8")], "twice"),
            (
                vec![("a.txt", big.as_str()), ("b.txt", big.as_str())],
                "bytes together",
            ),
            (
                vec![
                    ("reference_lists/a.txt", "x"),
                    (CONFIG, "a:\n  syntax_type: ODD\n"),
                ],
                "line 2",
            ),
        ] {
            let message = load_lists(folder(&files).path()).unwrap_err().to_string();
            assert!(message.contains(says), "{message}");
        }
        assert!(
            load_lists(Path::new("/nonexistent/lists"))
                .unwrap_err()
                .to_string()
                .contains("lists")
        );
    }
}
