//! Where the workspace is and what it holds, as the tools see it.
//!
//! The root is found from this package's own manifest, so that a chore does the
//! same from every folder. Crates come from `cargo metadata`, files from `git`
//! (tracked, and untracked but not ignored).

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The folder that holds the workspace's `Cargo.toml`.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// `cargo metadata` of the members alone, without touching the network.
pub fn metadata(root: &Path) -> Result<Value> {
    let text = output(
        Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args([
                "metadata",
                "--no-deps",
                "--format-version",
                "1",
                "--offline",
            ])
            .current_dir(root),
    )?;
    serde_json::from_slice(&text).context("cargo metadata did not print JSON")
}

/// Paths, relative to `root` and sorted, of all files that are or would be committed.
pub fn files(root: &Path) -> Result<Vec<String>> {
    let text = output(
        Command::new("git")
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ])
            .current_dir(root),
    )?;
    let mut paths: Vec<String> = text
        .split(|byte| *byte == 0)
        .filter(|path| !path.is_empty())
        .map(|path| String::from_utf8_lossy(path).into_owned())
        .filter(|path| root.join(path).is_file())
        .collect();
    paths.sort();
    paths.dedup();
    Ok(paths)
}

fn output(command: &mut Command) -> Result<Vec<u8>> {
    let result = command
        .output()
        .with_context(|| format!("cannot start {command:?}"))?;
    if !result.status.success() {
        bail!(
            "{command:?} failed: {}",
            String::from_utf8_lossy(&result.stderr).trim()
        );
    }
    Ok(result.stdout)
}
