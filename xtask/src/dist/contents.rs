//! What is shipped: the program, what the program makes for shells and `man`,
//! and the committed files that a user reads.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::tar::{File, Files};

/// Shells, each with the name of its script.
const SHELLS: &[(&str, &str)] = &[
    ("bash", "yaral.bash"),
    ("elvish", "yaral.elv"),
    ("fish", "yaral.fish"),
    ("powershell", "_yaral.ps1"),
    ("zsh", "_yaral"),
];

/// Committed files that ship, by the start of their path.
const SHIPPED: &[&str] = &[
    "CHANGELOG.md",
    "Containerfile",
    "DESIGN.md",
    "GLOSSARY.md",
    "LICENSE",
    "LIMITS.md",
    "NOTICE",
    "README.md",
    "SECURITY.md",
    "atomics/",
    "deploy/",
    "docs/",
    "rules/t1552_007/",
    "samples/",
    "spec/",
];

/// Everything that goes into the packages.
pub struct Contents {
    /// As Cargo writes it.
    pub version: String,
    pub target: String,
    /// The time that everything bears, in seconds since 1970.
    pub time: u64,
    pub program: Vec<u8>,
    /// By name, as in `yaral-scan.1`.
    pub manual: Files,
    /// By name, as in `yaral.bash`.
    pub completions: Files,
    /// Committed files by path.
    pub tree: Files,
    /// The licences of what is linked in.
    pub third_party: String,
}

impl Contents {
    /// The name without an ending, of the archive and of the folder in it.
    pub fn name(&self) -> String {
        format!("yaral-{}-{}", self.version, self.target)
    }

    /// The files of the archive for any Linux.
    pub fn archive(&self) -> Files {
        let mut files = self.tree.clone();
        files.insert("yaral".to_owned(), File::program(self.program.clone()));
        files.insert(
            "THIRD-PARTY.txt".to_owned(),
            File::plain(self.third_party.clone()),
        );
        for (name, page) in &self.manual {
            files.insert(format!("man/man1/{name}"), page.clone());
        }
        for (name, script) in &self.completions {
            files.insert(format!("completions/{name}"), script.clone());
        }
        files
    }
}

/// Reads the committed files that ship.
pub fn tree(root: &Path) -> Result<Files> {
    let listed = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(root)
        .output()
        .context("cannot start git")?;
    if !listed.status.success() {
        bail!("git does not list the files of {}", root.display());
    }
    let mut files = Files::new();
    for path in String::from_utf8(listed.stdout)?.split_terminator('\0') {
        if ships(path) {
            let data = std::fs::read(root.join(path));
            let data = data.with_context(|| format!("cannot read {path}"))?;
            files.insert(path.to_owned(), File::plain(data));
        }
    }
    Ok(files)
}

fn ships(path: &str) -> bool {
    SHIPPED
        .iter()
        .any(|start| path == *start || start.ends_with('/') && path.starts_with(start))
}

/// The manual's pages, as the program writes them.
pub fn manual(program: &Path) -> Result<Files> {
    let folder = tempfile::tempdir()?;
    run(Command::new(program)
        .args(["man", "--out"])
        .arg(folder.path()))?;
    let mut pages = Files::new();
    for entry in std::fs::read_dir(folder.path())? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        pages.insert(name.into_owned(), File::plain(std::fs::read(&path)?));
    }
    Ok(pages)
}

/// The scripts for shells, as the program writes them.
pub fn completions(program: &Path) -> Result<Files> {
    SHELLS
        .iter()
        .map(|(shell, name)| {
            let script = run(Command::new(program).args(["completion", shell]))?;
            Ok(((*name).to_owned(), File::plain(script)))
        })
        .collect()
}

fn run(command: &mut Command) -> Result<Vec<u8>> {
    let said = command
        .output()
        .with_context(|| format!("cannot start {command:?}"))?;
    if !said.status.success() {
        bail!(
            "{command:?} failed: {}",
            String::from_utf8_lossy(&said.stderr).trim()
        );
    }
    Ok(said.stdout)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    #[test]
    fn what_ships_is_there_and_nothing_else() {
        let tree = tree(&workspace::root()).unwrap();
        for start in SHIPPED {
            assert!(tree.keys().any(|path| path.starts_with(start)), "{start}");
        }
        assert!(!tree.keys().any(|path| path.starts_with("crates/")));
        assert!(!ships("LICENSE.old") && !ships("docs.md") && ships("docs/fmt.md"));
    }

    /// Pages that are not shipped, which the README names for who changes the code.
    const FOR_BUILDERS: &[&str] = &["ARCHITECTURE.md", "CONTRIBUTING.md", "crates/", "scripts/"];

    #[test]
    fn links_of_the_shipped_readme_lead_somewhere() {
        let tree = tree(&workspace::root()).unwrap();
        let readme = String::from_utf8(tree["README.md"].data.clone()).unwrap();
        let mut looked_at = 0;
        for link in readme.split("](").skip(1) {
            let link = link.split([')', '#']).next().unwrap();
            let external = link.is_empty() || link.contains("://");
            if external || FOR_BUILDERS.iter().any(|start| link.starts_with(start)) {
                continue;
            }
            looked_at += 1;
            assert!(tree.keys().any(|path| path.starts_with(link)), "{link}");
        }
        assert!(looked_at > 10);
    }
}
