//! The licences of what is linked in, which ask to be handed on with it.
//!
//! The texts come from the packages' own folders. One that several packages
//! share word for word stands once, below their names.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::packages::Package;

/// How a file with a licence begins, in small letters. Where a folder has one of
/// the first kind, the second is an alternative that is not made use of.
const LICENCES: &[&str] = &["licen", "unlicense", "notice", "copyright"];
const ALTERNATIVES: &[&str] = &["copying"];
/// Sources of C lie a few folders down.
const DEPTH_MAX: usize = 4;

const HEAD: &str = "\
yaral is licensed under the Apache License, Version 2.0 (see LICENSE and NOTICE).
Its program holds code of the packages below, under their own licences.

It also holds the standard library of Rust (MIT OR Apache-2.0, by the developers of
the Rust project) and the C library of the target: musl (MIT, by Rich Felker and
others) or the GNU C library (LGPL-2.1-or-later, by the Free Software Foundation).

";

/// The page.
pub fn page(packages: &[Package]) -> Result<String> {
    let mut names_by_text: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut page = HEAD.to_owned();
    // Our own crates have no sum, and no licence beside the program's.
    let foreign = |package: &&Package| package.linked && package.sum.is_some();
    for package in packages.iter().filter(foreign) {
        let name = format!("{} {}", package.name, package.version);
        let mut texts = Vec::new();
        collect(&package.folder, DEPTH_MAX, &mut texts)
            .with_context(|| format!("cannot look for the licence of {name}"))?;
        if texts.is_empty() {
            bail!("{name} has no file with its licence ({})", package.licence);
        }
        for text in texts {
            let names = names_by_text.entry(text).or_default();
            if !names.contains(&name) {
                names.push(name.clone());
            }
        }
        page.push_str(&["  ", &name, " (", &package.licence, ")\n"].concat());
    }
    let mut sections: Vec<_> = names_by_text
        .into_iter()
        .map(|(text, names)| format!("{}\n{}\n\n{text}\n", "=".repeat(78), names.join("\n")))
        .collect();
    sections.sort();
    for section in sections {
        page.push('\n');
        page.push_str(&section);
    }
    Ok(page)
}

/// The texts of a folder and of those below it, in order of their names.
fn collect(folder: &Path, depth: usize, texts: &mut Vec<String>) -> Result<()> {
    let mut entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    let named = |entry: &std::fs::DirEntry, starts: &[&str]| {
        let name = entry.file_name().to_string_lossy().to_lowercase();
        starts.iter().any(|start| name.starts_with(start))
    };
    let (folders, files): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|entry| entry.path().is_dir());
    let of = |starts| files.iter().filter(move |file| named(file, starts));
    let mut found: Vec<_> = of(LICENCES).collect();
    if found.is_empty() {
        found.extend(of(ALTERNATIVES));
    }
    for file in found {
        let text = std::fs::read(file.path())?;
        let text = String::from_utf8_lossy(&text).replace("\r\n", "\n");
        texts.push(text.trim().to_owned());
    }
    if depth > 0 {
        for folder in folders {
            collect(&folder.path(), depth - 1, texts)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two packages in folders of their own, both linked and from a registry.
    fn sample(root: &Path) -> Vec<Package> {
        let mut packages = crate::dist::packages::tests::sample();
        packages.remove(0);
        for package in &mut packages {
            package.sum = Some("ab".to_owned());
            package.folder = root.join(&package.name);
            std::fs::create_dir_all(package.folder.join("c_src")).unwrap();
            std::fs::write(package.folder.join("LICENSE-MIT"), "As you like.\r\n").unwrap();
        }
        packages
    }

    #[test]
    fn a_text_stands_once_and_those_of_c_are_found() {
        let root = tempfile::tempdir().unwrap();
        let packages = sample(root.path());
        std::fs::write(root.path().join("lib/COPYING"), "Otherwise.").unwrap();
        std::fs::write(root.path().join("lib/c_src/COPYING"), "C.\n").unwrap();
        let page = page(&packages).unwrap();
        let rule = "=".repeat(78);
        let body = page.strip_prefix(HEAD).unwrap();
        assert_eq!(
            body,
            format!(
                "  lib 1.0.0 (MIT)\n  yaral 1.0.0 (MIT)\n\n\
                 {rule}\nlib 1.0.0\n\nC.\n\n\
                 {rule}\nlib 1.0.0\nyaral 1.0.0\n\nAs you like.\n"
            )
        );
    }

    #[test]
    fn a_package_without_a_licence_stops_the_release() {
        let root = tempfile::tempdir().unwrap();
        let packages = sample(root.path());
        std::fs::remove_file(root.path().join("lib/LICENSE-MIT")).unwrap();
        let error = page(&packages).unwrap_err().to_string();
        assert_eq!(error, "lib 1.0.0 has no file with its licence (MIT)");
    }
}
