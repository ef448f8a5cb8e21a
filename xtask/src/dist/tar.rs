//! Archives whose bytes depend on nothing but what is put in.
//!
//! The ustar form: no owner but number 0, one time for all entries, entries
//! sorted by path, every folder named before what lies in it.

use std::collections::BTreeMap;
use std::io::Write as _;

use anyhow::{Context as _, Result};
use flate2::{Compression, GzBuilder};

const BLOCK: usize = 512;
/// The longest name of an entry, and of the folder before it.
const NAME_MAX: usize = 100;
const PREFIX_MAX: usize = 155;
/// The header's field for its own sum.
const SUM: std::ops::Range<usize> = 148..156;
/// Stands in a gzip header for "no particular system".
const GZIP_ANY_SYSTEM: u8 = 255;

/// A file with its permissions.
#[derive(Clone)]
pub struct File {
    pub mode: u32,
    pub data: Vec<u8>,
}

impl File {
    /// A file to read.
    pub fn plain(data: impl Into<Vec<u8>>) -> Self {
        Self {
            mode: 0o644,
            data: data.into(),
        }
    }

    /// A program.
    pub fn program(data: impl Into<Vec<u8>>) -> Self {
        Self {
            mode: 0o755,
            data: data.into(),
        }
    }
}

/// Files by their path below the archive's root; a slash between folders.
pub type Files = BTreeMap<String, File>;

/// The archive of files below the folder `root`, at `time` in seconds since 1970.
pub fn tar(root: &str, files: &Files, time: u64) -> Result<Vec<u8>> {
    let mut archive = Vec::new();
    let mut entries: BTreeMap<String, Option<&File>> = BTreeMap::new();
    entries.insert(format!("{root}/"), None);
    for (path, file) in files {
        for (slash, _) in path.match_indices('/') {
            entries.insert(format!("{root}/{}/", &path[..slash]), None);
        }
        entries.insert(format!("{root}/{path}"), Some(file));
    }
    for (path, file) in entries {
        let header = header(&path, file, time).with_context(|| format!("`{path}` has no place"))?;
        archive.extend(header);
        let data = file.map_or(&[][..], |file| &file.data);
        archive.extend(data);
        archive.resize(archive.len().next_multiple_of(BLOCK), 0);
    }
    archive.resize(archive.len() + 2 * BLOCK, 0);
    Ok(archive)
}

fn header(path: &str, file: Option<&File>, time: u64) -> Result<[u8; BLOCK]> {
    let (prefix, name) = split(path).context("its name is too long for an archive")?;
    let mut header = [0; BLOCK];
    let mut put = |at: usize, text: &str| {
        header[at..at + text.len()].copy_from_slice(text.as_bytes());
    };
    put(0, name);
    put(
        100,
        &format!("{:07o}", file.map_or(0o755, |file| file.mode)),
    );
    put(108, "0000000");
    put(116, "0000000");
    put(124, &octal(file.map_or(0, |file| file.data.len() as u64))?);
    put(136, &octal(time)?);
    put(SUM.start, "        ");
    put(156, if file.is_some() { "0" } else { "5" });
    put(257, "ustar");
    put(263, "00");
    put(265, "root");
    put(297, "root");
    put(345, prefix);
    let sum: u32 = header.iter().copied().map(u32::from).sum();
    header[SUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    Ok(header)
}

/// Eleven digits, as the header has room for.
fn octal(number: u64) -> Result<String> {
    let digits = format!("{number:011o}");
    anyhow::ensure!(digits.len() == 11, "{number} is too large for an archive");
    Ok(digits)
}

/// The path in two parts that fit their fields.
fn split(path: &str) -> Option<(&str, &str)> {
    if path.len() <= NAME_MAX {
        return Some(("", path));
    }
    path.match_indices('/')
        .map(|(slash, _)| (&path[..slash], &path[slash + 1..]))
        .find(|(prefix, name)| {
            prefix.len() <= PREFIX_MAX && name.len() <= NAME_MAX && !name.is_empty()
        })
}

/// Compressed without a time or a name.
pub fn gzip(data: &[u8]) -> Result<Vec<u8>> {
    let mut writer = GzBuilder::new()
        .operating_system(GZIP_ANY_SYSTEM)
        .write(Vec::new(), Compression::best());
    writer.write_all(data)?;
    Ok(writer.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_reads_what_was_written() {
        let long = format!("{}/{}", "folder".repeat(15), "file".repeat(20));
        let files = Files::from([
            ("b/c".to_owned(), File::program("run")),
            ("b.txt".to_owned(), File::plain("text\n")),
            (long.clone(), File::plain(vec![b'x'; 513])),
        ]);
        let archive = gzip(&tar("top", &files, 1_000_000_000).unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.tar.gz");
        std::fs::write(&path, &archive).unwrap();
        let listed = std::process::Command::new("tar")
            .env("TZ", "UTC")
            .args(["--numeric-owner", "-tvzf"])
            .arg(&path)
            .output()
            .unwrap();
        let listed = String::from_utf8(listed.stdout).unwrap();
        let lines: Vec<String> = listed
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(
            lines,
            [
                "drwxr-xr-x 0/0 0 2001-09-09 01:46 top/".to_owned(),
                "-rw-r--r-- 0/0 5 2001-09-09 01:46 top/b.txt".to_owned(),
                "drwxr-xr-x 0/0 0 2001-09-09 01:46 top/b/".to_owned(),
                "-rwxr-xr-x 0/0 3 2001-09-09 01:46 top/b/c".to_owned(),
                format!(
                    "drwxr-xr-x 0/0 0 2001-09-09 01:46 top/{}/",
                    "folder".repeat(15)
                ),
                format!("-rw-r--r-- 0/0 513 2001-09-09 01:46 top/{long}"),
            ]
        );
    }

    #[test]
    fn a_name_without_room_is_refused() {
        let files = Files::from([("x".repeat(101), File::plain(""))]);
        let error = tar("top", &files, 0).unwrap_err();
        assert!(format!("{error:#}").ends_with("its name is too long for an archive"));
    }
}
