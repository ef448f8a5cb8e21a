//! The rules of the golden folders.
//!
//! Reference lists that a rule needs stand in comments of it:
//! `// list NAME.txt: entry, entry`. Data tables too, their lines separated by
//! semicolons: `// table NAME: host:string, score:number; web-1, 5`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use yaral_ir::lists::List;
use yaral_ir::tables::Table;

use crate::{lists, tables};

/// The rules of a folder below `tests/data`, sorted, with their texts.
pub(crate) fn rules(folder: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(folder);
    let entries = std::fs::read_dir(&folder).expect("the folder is in the repository");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("readable").path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "yaral"));
    paths.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("rules are text");
        (path, text)
    };
    paths.into_iter().map(read).collect()
}

/// The lists that a rule gives in its comments.
pub(crate) fn lists_in_comments(text: &str) -> BTreeMap<String, Arc<List>> {
    let files = text.lines().filter_map(|line| {
        let (file, entries) = line.strip_prefix("// list ")?.split_once(": ")?;
        Some((file, entries.replace(", ", "\n")))
    });
    lists::parse(files)
}

/// The data tables that a rule gives in its comments.
pub(crate) fn tables_in_comments(text: &str) -> BTreeMap<String, Arc<Table>> {
    let given = text.lines().filter_map(|line| {
        let (name, lines) = line.strip_prefix("// table ")?.split_once(": ")?;
        Some((name, lines.split(';').map(str::trim).collect()))
    });
    tables::parse(given)
}
