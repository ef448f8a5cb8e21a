//! Rule files with their text; what the text means is the compiler's affair.
//!
//! A word is a file, a directory (its `.yaral` and `.yl2` files, recursively)
//! or a glob. Packs that a program carries within itself join in the same
//! shape.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::string::FromUtf8Error;

use crate::input::{WalkError, walk};
use crate::limits::RULE_BYTES_MAX;

/// The endings of rule files in directories.
pub const RULE_ENDINGS: [&str; 2] = ["yaral", "yl2"];

/// A rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFile {
    /// Its name as the user knows it.
    pub name: String,
    /// Its text, without a byte order mark.
    pub text: String,
}

/// A rule file that cannot be read as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadRule {
    /// Its name as the user knows it.
    pub name: String,
    /// Why, as one sentence that names the file, without a full stop.
    pub message: String,
}

/// Rule files as loaded.
#[derive(Clone, Debug, Default)]
pub struct LoadedRules {
    /// Those with a text.
    pub files: Vec<RuleFile>,
    /// Those without.
    pub unread: Vec<UnreadRule>,
}

/// Rule files that a program carries within itself, as (name, text).
pub type EmbeddedPack = [(&'static str, &'static str)];

/// Why rules cannot be loaded. Every message names the word or the file.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct RulesError(#[from] Inner);

#[derive(Debug, thiserror::Error)]
enum Inner {
    #[error(transparent)]
    Walk(#[from] WalkError),
    #[error("`{0}` holds no rule file; their names end in .yaral or .yl2")]
    Empty(String),
    #[error("`{path}` cannot be read: {error}")]
    Io { path: String, error: std::io::Error },
    #[error("`{0}` is larger than {RULE_BYTES_MAX} bytes, which no rule file is")]
    TooLarge(String),
    #[error("`{path}` is not UTF-8 text, first in line {line}; save it as UTF-8")]
    NotUtf8 { path: String, line: usize },
}

/// The rule files that the words stand for, in the order of the words; a file
/// that several words lead to is there once.
///
/// # Errors
/// If a word leads to nothing, or a file cannot be read as text.
pub fn load_rules(words: &[String]) -> Result<Vec<RuleFile>, RulesError> {
    let mut files = Vec::new();
    each(words, |_, file| {
        files.push(file?);
        Ok(())
    })?;
    Ok(files)
}

/// As [`load_rules`], but a file that cannot be read does not keep the others
/// from being loaded.
///
/// # Errors
/// If a word leads to nothing.
pub fn load_readable_rules(words: &[String]) -> Result<LoadedRules, RulesError> {
    let mut loaded = LoadedRules::default();
    each(words, |path, file| {
        match file {
            Ok(file) => loaded.files.push(file),
            Err(error) => loaded.unread.push(UnreadRule {
                name: path.to_string_lossy().into_owned(),
                message: error.to_string(),
            }),
        }
        Ok(())
    })?;
    Ok(loaded)
}

/// Loads each file that the words lead to, once.
fn each(
    words: &[String],
    mut take: impl FnMut(&Path, Result<RuleFile, Inner>) -> Result<(), Inner>,
) -> Result<(), RulesError> {
    let mut seen = BTreeSet::new();
    for word in words {
        let paths = walk(word, &is_rule).map_err(Inner::from)?;
        if paths.is_empty() {
            return Err(Inner::Empty(word.clone()).into());
        }
        for path in paths {
            if seen.insert(fs::canonicalize(&path).unwrap_or_else(|_| path.clone())) {
                take(&path, load(&path))?;
            }
        }
    }
    Ok(())
}

/// The files of an embedded pack.
#[must_use]
pub fn embedded_rules(pack: &EmbeddedPack) -> Vec<RuleFile> {
    pack.iter()
        .map(|&(name, text)| RuleFile {
            name: name.to_owned(),
            text: text.to_owned(),
        })
        .collect()
}

fn is_rule(path: &Path) -> bool {
    let ending = path
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default();
    RULE_ENDINGS.contains(&ending)
}

fn load(path: &Path) -> Result<RuleFile, Inner> {
    let name = path.to_string_lossy().into_owned();
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|f| f.take(RULE_BYTES_MAX + 1).read_to_end(&mut bytes));
    if let Err(error) = read {
        return Err(Inner::Io { path: name, error });
    }
    if bytes.len() as u64 > RULE_BYTES_MAX {
        return Err(Inner::TooLarge(name));
    }
    let text = String::from_utf8(bytes).map_err(|error| not_utf8(&name, &error))?;
    let text = text
        .strip_prefix('\u{feff}')
        .map(str::to_owned)
        .unwrap_or(text);
    Ok(RuleFile { name, text })
}

/// Names the line where text ends to be text, which an editor that guesses
/// another encoding does not show.
fn not_utf8(path: &str, error: &FromUtf8Error) -> Inner {
    let good = error.utf8_error().valid_up_to();
    let before = error.as_bytes().iter().take(good);
    Inner::NotUtf8 {
        path: path.to_owned(),
        line: 1 + before.filter(|byte| **byte == b'\n').count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_give_their_rule_files() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().to_str().unwrap();
        fs::create_dir(dir.path().join("k8s")).unwrap();
        for (name, text) in [
            ("k8s/b.yaral", "\u{feff}rule b {}"),
            ("a.yl2", "rule a {}"),
            ("README.md", "x"),
        ] {
            fs::write(dir.path().join(name), text).unwrap();
        }
        let files = load_rules(&[root.to_owned(), format!("{root}/k8s/b.yaral")]).unwrap();
        let texts: Vec<_> = files.iter().map(|f| f.text.as_str()).collect();
        assert_eq!(texts, ["rule a {}", "rule b {}"]);
        assert!(files[1].name.ends_with("k8s/b.yaral"));
    }

    #[test]
    fn a_file_that_cannot_be_read_leaves_the_others() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.yaral"), b"rule \xe9 {}").unwrap();
        fs::write(dir.path().join("b.yaral"), "rule b {}").unwrap();
        let words = [dir.path().to_str().unwrap().to_owned()];
        let loaded = load_readable_rules(&words).unwrap();
        assert_eq!((loaded.files.len(), loaded.unread.len()), (1, 1));
        assert!(loaded.unread[0].message.contains("UTF-8"));
        assert!(load_rules(&words).is_err());
    }

    #[test]
    fn what_is_wrong_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| format!("{}/{name}", dir.path().display());
        fs::write(path("latin.yaral"), b"// one\nrule \xe9 {}").unwrap();
        fs::create_dir(path("none")).unwrap();
        for (word, says) in [
            ("latin.yaral", "UTF-8 text, first in line 2"),
            ("none", "no rule file"),
            ("gone", "does not exist"),
        ] {
            let message = load_rules(&[path(word)]).unwrap_err().to_string();
            assert!(
                message.contains(word) && message.contains(says),
                "{message}"
            );
        }
    }
}
