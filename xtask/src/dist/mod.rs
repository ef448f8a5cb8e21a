//! Makes what is released: a static program, packed for people and for Debian,
//! with sums and a bill of materials.
//!
//! The same commit and toolchain give the same bytes: everything bears one time
//! (`SOURCE_DATE_EPOCH`, else that of the commit), belongs to number 0, and lies
//! in order of its path.

mod build;
mod contents;
mod deb;
mod elf;
mod md5;
mod packages;
mod sbom;
mod sums;
mod tar;
#[cfg(test)]
mod tests;
mod third_party;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use self::build::Program;
use self::contents::Contents;
use self::tar::{File, Files};
use crate::workspace;

/// What the command line may say.
#[derive(Debug, Default, PartialEq)]
struct Options {
    out: Option<PathBuf>,
    target: Option<String>,
    binary: Option<PathBuf>,
}

impl Options {
    fn read(words: &[&str]) -> Result<Self> {
        let mut options = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || {
                words
                    .next()
                    .with_context(|| format!("{word} needs a value"))
            };
            match *word {
                "--out" => options.out = Some(value()?.into()),
                "--target" => options.target = Some((*value()?).to_owned()),
                "--binary" => options.binary = Some(value()?.into()),
                other => bail!("dist has no option {other}"),
            }
        }
        Ok(options)
    }
}

/// Builds, packs, and says what was written.
pub fn run(words: &[&str]) -> Result<()> {
    let options = Options::read(words)?;
    let target = options
        .target
        .as_deref()
        .unwrap_or_else(|| build::best_target());
    let metadata = packages::metadata(target)?;
    let program = match options.binary {
        Some(path) => build::read(target, path.canonicalize().unwrap_or(path), &metadata)?,
        None => build::build(target, &metadata)?,
    };
    let out = match options.out {
        Some(out) => out,
        None => default_out(&metadata)?,
    };
    let files = release(&program, &metadata)?;
    std::fs::create_dir_all(&out).with_context(|| format!("cannot make {}", out.display()))?;
    for (name, file) in &files {
        let path = out.join(name);
        std::fs::write(&path, &file.data)
            .with_context(|| format!("cannot write {}", path.display()))?;
        println!("{:>9}  {}", file.data.len(), path.display());
    }
    if let Some(changed) = changed()? {
        println!("dist: not a release, the folder differs from its commit: {changed}");
    }
    Ok(())
}

fn default_out(metadata: &Value) -> Result<PathBuf> {
    let target = metadata["target_directory"].as_str();
    Ok(PathBuf::from(target.context("no target folder")?).join("shipped"))
}

/// Everything that is written, by name.
fn release(program: &Program, metadata: &Value) -> Result<Files> {
    let packages = packages::read(metadata, &program.target)?;
    let contents = Contents {
        version: packages::version(metadata)?,
        target: program.target.clone(),
        time: time()?,
        program: program.bytes.clone(),
        manual: contents::manual(&program.path)?,
        completions: contents::completions(&program.path)?,
        tree: contents::tree(&workspace::root())?,
        third_party: third_party::page(&packages)?,
    };
    let rust = said("rustc", &["--version"])?;
    let subject = sbom::Subject {
        version: &contents.version,
        target: &contents.target,
        program: &contents.program,
        rust: rust.split(' ').nth(1).context("rustc has no version")?,
        time: contents.time,
    };
    let bill = sbom::document(&subject, &packages)?;
    pack(&contents, bill)
}

/// The packages and, last, their sums.
fn pack(contents: &Contents, bill: String) -> Result<Files> {
    let name = contents.name();
    let archive = tar::tar(&name, &contents.archive(), contents.time)?;
    let mut files = Files::from([
        (format!("{name}.tar.gz"), File::plain(tar::gzip(&archive)?)),
        (deb::name(contents), File::plain(deb::package(contents)?)),
        (
            format!("yaral-{}.cdx.json", contents.version),
            File::plain(bill),
        ),
    ]);
    let sums = sums::list(&files, sums::sha256);
    files.insert("SHA256SUMS".to_owned(), File::plain(sums));
    Ok(files)
}

/// The time that everything bears.
fn time() -> Result<u64> {
    if let Ok(given) = std::env::var("SOURCE_DATE_EPOCH") {
        return given
            .parse()
            .context("SOURCE_DATE_EPOCH is no number of seconds");
    }
    let time = said("git", &["log", "-1", "--format=%ct"])?;
    time.trim().parse().context("the commit has no time")
}

/// The first file that is not as committed.
fn changed() -> Result<Option<String>> {
    let status = said("git", &["status", "--porcelain"])?;
    Ok(status.lines().next().map(|line| line.trim().to_owned()))
}

fn said(program: &str, arguments: &[&str]) -> Result<String> {
    let said = Command::new(program)
        .args(arguments)
        .current_dir(workspace::root())
        .output()
        .with_context(|| format!("cannot start {program}"))?;
    if !said.status.success() {
        bail!("{program} {} failed", arguments.join(" "));
    }
    Ok(String::from_utf8(said.stdout)?)
}
