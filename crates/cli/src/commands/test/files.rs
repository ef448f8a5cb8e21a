//! Files that a test names, relative to its own.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use yaral_compiler::Options;
use yaral_ir::tables::Table;
use yaral_runtime::load_tables;
use yaral_udm::Timestamp;

/// Bytes of a file that a test names.
const BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The folder of a test file and what its rules are compiled with.
pub(super) struct Files<'f> {
    pub(super) folder: PathBuf,
    pub(super) options: &'f Options,
    /// The day on which rows of tables must be alive.
    pub(super) as_of: Timestamp,
}

impl<'f> Files<'f> {
    /// Those beside a file.
    pub(super) fn beside(name: &str, options: &'f Options, as_of: Timestamp) -> Self {
        let folder = Path::new(name).parent().unwrap_or(Path::new(""));
        Files {
            folder: folder.to_path_buf(),
            options,
            as_of,
        }
    }
}

impl Files<'_> {
    /// The bytes of a file.
    pub(super) fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let place = self.folder.join(path);
        let why = |error: std::io::Error| format!("`{}` cannot be read: {error}", place.display());
        let file = fs::File::open(&place).map_err(why)?;
        let mut bytes = Vec::new();
        let read = file.take(BYTES_MAX + 1).read_to_end(&mut bytes);
        read.map_err(why)?;
        if bytes.len() as u64 > BYTES_MAX {
            let what = "is larger than 64 MiB; large inputs belong into NAME.corpus.yaml";
            return Err(format!("`{}` {what}", place.display()));
        }
        Ok(bytes)
    }

    /// The table of a csv file, with its description beside it.
    pub(super) fn table(&self, name: &str, path: &str) -> Result<Table, String> {
        let place = self.folder.join(path);
        let stem = place
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default();
        let folder = place.parent().ok_or("a table is a file in a folder")?;
        let loaded = load_tables(folder, self.as_of).map_err(|error| error.to_string())?;
        let own = |file: &str| Path::new(file).file_stem() == place.file_stem();
        if let Some(problem) = loaded.problems.iter().find(|problem| own(&problem.file)) {
            return Err(format!(
                "{}:{}: {}",
                problem.file, problem.line, problem.message
            ));
        }
        let table = loaded.tables.get(stem);
        let table = table.ok_or_else(|| format!("`{}` is no table", place.display()))?;
        Ok(Table {
            name: name.to_owned(),
            ..(**table).clone()
        })
    }
}
