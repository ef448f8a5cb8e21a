//! Files replaced as a whole: the new text beside the old, then one rename.
//!
//! A run that is broken off leaves the old file or the new one, never half of
//! one. Permissions are kept, a symbolic link keeps pointing where it did, and
//! a file that may not be written is not replaced, although a rename could.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use yaral_runtime::RuleFile;

/// How many names beside the file are tried.
const NAMES_MAX: u32 = 100;

/// What the file holds, with the byte order mark that its text was read
/// without.
pub(crate) fn original(file: &RuleFile) -> String {
    fs::read_to_string(&file.name).unwrap_or_else(|_| file.text.clone())
}

/// Replaces the file's content.
///
/// # Errors
/// What the system says. The file is then as it was.
pub(crate) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let real = fs::canonicalize(path)?;
    // Asks for the right to write; the rename asks the folder only.
    let permissions = OpenOptions::new()
        .write(true)
        .open(&real)?
        .metadata()?
        .permissions();
    let (mut file, beside) = create_beside(&real)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.set_permissions(permissions))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&beside, &real));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// A new file in the same folder, so that the rename is one step.
fn create_beside(path: &Path) -> io::Result<(File, PathBuf)> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let process = std::process::id();
    let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
    for attempt in 0..NAMES_MAX {
        let beside = path.with_file_name(format!(".{name}.{process}.{attempt}.tmp"));
        match OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&beside)
        {
            Ok(file) => return Ok((file, beside)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_beside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaral");
        fs::write(&path, "old").unwrap();
        replace(&path, "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(replace(&folder.path().join("none"), "x").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
