//! Deliberate mistakes in the fast engine, each of which must be noticed.
//!
//! The tracked files are copied to a scratch folder. One at a time, a text of
//! the table is replaced there by a wrong one, and the differential run must
//! fail. One that passes shows what the generator does not reach. A mistake
//! that does not compile, or whose place is not found exactly once, is an
//! error of the table and not a success.

mod table;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use crate::workspace;
use table::{MUTANTS, Mutant};

/// Pairs that a mistake must show in.
const PAIRS: u64 = 60_000;
/// A run that takes longer hangs, which is noticed too.
const TIME_MAX: Duration = Duration::from_mins(5);

/// How a mistake fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Caught,
    Hung,
    Survived,
    DoesNotBuild,
}

/// Runs the chore: `[--pairs N] [--only NAME]`.
pub fn run(words: &[&str]) -> Result<ExitCode> {
    let (mut pairs, mut only) = (PAIRS, None);
    for pair in words.chunks(2) {
        match pair {
            ["--pairs", number] => pairs = number.parse().context("--pairs takes a number")?,
            ["--only", name] => only = Some(*name),
            other => bail!("no such option: {}", other.join(" ")),
        }
    }
    let root = workspace::root();
    check_table(&root)?;
    let scratch = Scratch::copy(&root)?;
    let fate = scratch.judge(pairs)?;
    ensure!(
        fate == Fate::Survived,
        "without a mistake the run fails already: {fate:?}"
    );
    let mut failed = 0;
    let chosen: Vec<&Mutant> = MUTANTS
        .iter()
        .filter(|mutant| only.is_none_or(|only| mutant.name.contains(only)))
        .collect();
    for mutant in &chosen {
        let started = Instant::now();
        let fate = scratch.mutated(mutant, pairs)?;
        let seconds = started.elapsed().as_secs();
        println!(
            "{:<14} {seconds:>4} s  {}",
            format!("{fate:?}"),
            mutant.name
        );
        failed += usize::from(!matches!(fate, Fate::Caught | Fate::Hung));
    }
    println!(
        "mutants: {} of {} caught within {pairs} pairs",
        chosen.len() - failed,
        chosen.len()
    );
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Every text of the table stands exactly once in its file.
fn check_table(root: &Path) -> Result<()> {
    for mutant in MUTANTS {
        let text = fs::read_to_string(root.join(mutant.file))
            .with_context(|| format!("{}: {}", mutant.name, mutant.file))?;
        let count = text.matches(mutant.old).count();
        ensure!(
            count == 1,
            "{}: its text stands {count} times in {}, not once",
            mutant.name,
            mutant.file
        );
        ensure!(mutant.old != mutant.new, "{}: changes nothing", mutant.name);
    }
    Ok(())
}

/// A copy of the workspace.
struct Scratch {
    tree: PathBuf,
    build: PathBuf,
}

impl Scratch {
    fn copy(root: &Path) -> Result<Self> {
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from);
        let home = target.join("mutants");
        let scratch = Scratch {
            tree: home.join("tree"),
            build: home.join("build"),
        };
        if scratch.tree.is_dir() {
            fs::remove_dir_all(&scratch.tree)?;
        }
        for path in workspace::files(root)? {
            let to = scratch.tree.join(&path);
            fs::create_dir_all(to.parent().unwrap_or(&home))?;
            fs::copy(root.join(&path), to).with_context(|| path.clone())?;
        }
        Ok(scratch)
    }

    fn mutated(&self, mutant: &Mutant, pairs: u64) -> Result<Fate> {
        let path = self.tree.join(mutant.file);
        let text = fs::read_to_string(&path)?;
        fs::write(&path, text.replacen(mutant.old, mutant.new, 1))?;
        let fate = self.judge(pairs);
        fs::write(&path, text)?;
        fate
    }

    /// Builds and runs what stands in the copy.
    fn judge(&self, pairs: u64) -> Result<Fate> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let built = Command::new(cargo)
            .args(["build", "--quiet", "--offline", "--package", "xtask"])
            .current_dir(&self.tree)
            .env("CARGO_TARGET_DIR", &self.build)
            // The table may leave something unused behind.
            .env("RUSTFLAGS", "--cap-lints=allow")
            .status()?;
        if !built.success() {
            return Ok(Fate::DoesNotBuild);
        }
        let number = pairs.to_string();
        let mut child = Command::new(self.build.join("debug").join("xtask"))
            .args(["differential", "--pairs", &number, "--shrink", "0"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let started = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(if status.success() {
                    Fate::Survived
                } else {
                    Fate::Caught
                });
            }
            if started.elapsed() > TIME_MAX {
                child.kill()?;
                child.wait()?;
                return Ok(Fate::Hung);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_stands_once() {
        check_table(&workspace::root()).expect("the table fits the sources");
    }

    #[test]
    fn names_tell_them_apart() {
        let mut names: Vec<_> = MUTANTS.iter().map(|mutant| mutant.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), MUTANTS.len());
    }
}
