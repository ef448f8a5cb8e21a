//! The workspace, read once: packages, files, and Rust sources ready to scan.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};

use super::arrows::{self, Package};
use super::source::{self, Source};
use crate::workspace;

/// Everything a check may look at. Nothing here touches the disk again.
#[derive(Default)]
pub struct Tree {
    /// The members of the workspace, by package name.
    pub packages: Vec<Package>,
    /// Every file that is or would be committed.
    pub files: Vec<Entry>,
    /// The Rust files among them.
    pub sources: Vec<Source>,
}

/// A file that is or would be committed.
pub struct Entry {
    /// Relative to the workspace root.
    pub path: String,
    pub bytes: u64,
    /// `None` for what is not UTF-8 text.
    pub text: Option<String>,
}

impl Tree {
    /// Reads the workspace at `root`.
    pub fn read(root: &Path) -> Result<Self> {
        let packages = arrows::packages(&workspace::metadata(root)?);
        let mut files = Vec::new();
        for path in workspace::files(root)? {
            let content = std::fs::read(root.join(&path)).with_context(|| path.clone())?;
            let bytes = content.len() as u64;
            let text = String::from_utf8(content)
                .ok()
                .filter(|text| !text.contains('\0'));
            files.push(Entry { path, bytes, text });
        }
        Ok(Self::new(packages, files))
    }

    /// Prepares the sources among the files.
    pub fn new(packages: Vec<Package>, files: Vec<Entry>) -> Self {
        let rust = files.iter().filter(|file| has_extension(&file.path, "rs"));
        let mut sources: Vec<Source> = rust
            .filter_map(|file| Some(Source::new(&file.path, file.text.as_deref()?)))
            .collect();
        source::mark_test_files(&mut sources);
        Self {
            packages,
            files,
            sources,
        }
    }

    /// A tree of made-up files, for tests.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let entry = |(path, text): &(&str, &str)| Entry {
            path: (*path).to_owned(),
            bytes: text.len() as u64,
            text: Some((*text).to_owned()),
        };
        Self::new(Vec::new(), files.iter().map(entry).collect())
    }

    /// The text of a file, if it is there and is text.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files
            .iter()
            .find(|file| file.path == path)?
            .text
            .as_deref()
    }

    /// The folders below `crates/`, sorted.
    pub fn crate_folders(&self) -> BTreeSet<&str> {
        self.files
            .iter()
            .filter_map(|file| file.path.strip_prefix("crates/")?.split_once('/'))
            .map(|(folder, _)| folder)
            .collect()
    }

    /// The sources below `crates/*/src`.
    pub fn crate_sources(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(|source| source.in_crate_src())
    }
}

/// Whether the path ends with a dot and the extension.
pub fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|found| found == extension)
}
