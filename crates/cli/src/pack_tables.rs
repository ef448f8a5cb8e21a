//! The reference lists and data tables that ship in the binary.
//!
//! They are the defaults of every command that compiles rules: a list or table
//! of the same name in the folders of `--lists` or `--tables` takes its place,
//! and the others stay. One line for each file of the pack's folders, sorted
//! by name; the test that compares them writes the lists anew with
//! `YARAL_UPDATE=1`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use yaral_ir::lists::{List, ListKind};
use yaral_runtime::tables::{LoadedTables, embedded_tables};
use yaral_udm::Timestamp;

use crate::error::Error;

/// A file of the pack: its path below `rules/` and its text.
macro_rules! files {
    ($($path:literal,)*) => {
        &[$(($path, include_str!(concat!("../../../rules/", $path))),)*]
    };
}

/// Every reference list of the pack.
const LISTS: &[(&str, &str)] = files![
    "t1552_007/lists/honey_secrets.txt",
    "t1552_007/lists/nat_ranges.cidr",
    "t1552_007/lists/sensitive_namespaces.txt",
];

/// Every data table of the pack, and their descriptions.
const TABLES: &[(&str, &str)] = files![
    "t1552_007/tables/admin_hosts.csv",
    "t1552_007/tables/admin_hosts.yaml",
    "t1552_007/tables/build_farms.csv",
    "t1552_007/tables/build_farms.yaml",
    "t1552_007/tables/ci_service_accounts.csv",
    "t1552_007/tables/ci_service_accounts.yaml",
    "t1552_007/tables/dind_runners.csv",
    "t1552_007/tables/dind_runners.yaml",
    "t1552_007/tables/engagements.csv",
    "t1552_007/tables/engagements.yaml",
    "t1552_007/tables/exec_allow.csv",
    "t1552_007/tables/exec_allow.yaml",
    "t1552_007/tables/known_cli_reads.csv",
    "t1552_007/tables/known_cli_reads.yaml",
    "t1552_007/tables/known_cluster_secret_readers.csv",
    "t1552_007/tables/known_cluster_secret_readers.yaml",
    "t1552_007/tables/known_secret_readers.csv",
    "t1552_007/tables/known_secret_readers.yaml",
    "t1552_007/tables/runtime_socket_clients.csv",
    "t1552_007/tables/runtime_socket_clients.yaml",
    "t1552_007/tables/token_file_readers.csv",
    "t1552_007/tables/token_file_readers.yaml",
    "t1552_007/tables/token_minters.csv",
    "t1552_007/tables/token_minters.yaml",
];

/// The reference lists of the pack that a rule may look things up in: those
/// for which `used` says so.
pub(crate) fn lists(used: impl Fn(&str) -> bool) -> BTreeMap<String, Arc<List>> {
    let mut lists = BTreeMap::new();
    for (path, text) in LISTS {
        let path = Path::new(path);
        let part = |part: Option<&'static std::ffi::OsStr>| part.and_then(|part| part.to_str());
        let name = part(path.file_stem()).unwrap_or_default();
        let kind = part(path.extension()).and_then(ListKind::from_ending);
        if let Some(kind) = kind.filter(|_| used(name)) {
            let (list, _) = List::parse(name, kind, text);
            lists.insert(name.to_owned(), Arc::new(list));
        }
    }
    lists
}

/// Whether the pack has a reference list or a data table of this name.
pub(crate) fn is_known(name: &str) -> bool {
    let mut paths = LISTS.iter().chain(TABLES).map(|(path, _)| Path::new(path));
    paths.any(|path| path.file_stem().is_some_and(|stem| stem == name))
}

/// The data tables of the pack for which `used` says so, as they are at an
/// instant. They hold patterns, and a command that needs none of them should
/// not wait for those.
///
/// # Errors
/// If one of them cannot be read, which a test makes sure of.
pub(crate) fn tables(used: impl Fn(&str) -> bool, at: Timestamp) -> Result<LoadedTables, Error> {
    let stem = |path: &'static str| Path::new(path).file_stem().and_then(|stem| stem.to_str());
    let files = TABLES.iter().copied();
    let files: Vec<_> = files
        .filter(|(path, _)| stem(path).is_some_and(&used))
        .collect();
    embedded_tables(&files, at).map_err(|error| Error::failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    /// The folders of the pack's lists and tables, below `rules/`.
    const FOLDERS: [&str; 2] = ["t1552_007/lists", "t1552_007/tables"];

    fn rules() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules")
    }

    fn has_ending(path: &str, ending: &str) -> bool {
        Path::new(path).extension().is_some_and(|is| is == ending)
    }

    /// The paths in a folder, sorted; of a folder that is not there none.
    fn on_disk(folder: &str) -> Vec<String> {
        let entries = fs::read_dir(rules().join(folder)).into_iter().flatten();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut paths: Vec<_> = names
            .filter(|name| !has_ending(name, "md"))
            .map(|name| format!("{folder}/{name}"))
            .collect();
        paths.sort();
        paths
    }

    /// This file with the lists that the folders ask for.
    fn written(text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        for folder in FOLDERS {
            let (before, behind) = rest.split_once("= files![\n").unwrap();
            let (_, after) = behind.split_once("];\n").unwrap();
            writeln!(out, "{before}= files![").unwrap();
            for path in on_disk(folder) {
                writeln!(out, "    {path:?},").unwrap();
            }
            out.push_str("];\n");
            rest = after;
        }
        out + rest
    }

    #[test]
    fn the_lists_and_tables_are_those_of_the_folders() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pack_tables.rs");
        let text = fs::read_to_string(&source).unwrap();
        let wanted = written(&text);
        if std::env::var_os("YARAL_UPDATE").is_some() && text != wanted {
            fs::write(&source, &wanted).unwrap();
        }
        assert_eq!(text, wanted, "run it once more with YARAL_UPDATE=1");
        for (path, text) in LISTS.iter().chain(TABLES) {
            let now = fs::read_to_string(rules().join(path)).unwrap();
            assert!(now == *text, "{path} is another on disk; build again");
        }
    }

    #[test]
    fn all_of_them_can_be_used() {
        let at = Timestamp::parse("2026-08-01T00:00:00Z").unwrap();
        let loaded = tables(|_| true, at).unwrap();
        assert_eq!(loaded.problems, []);
        assert_eq!(loaded.dead, []);
        assert_eq!(lists(|_| true).len(), LISTS.len());
        let tables = TABLES.iter().filter(|(path, _)| has_ending(path, "csv"));
        assert_eq!(loaded.tables.len(), tables.count());
        assert!(!loaded.tables.is_empty());
    }
}
