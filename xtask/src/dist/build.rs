//! Builds the program that is shipped: static, without a path of the machine
//! that built it, and the same wherever it is built.
//!
//! With musl where the toolchain has it and a C compiler for it, else with the
//! GNU library linked in. What comes out is looked at, not trusted: it must be
//! static, and must hold none of the folders that took part in the building.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::elf;
use crate::workspace;

const MUSL: &str = "x86_64-unknown-linux-musl";
const GNU: &str = "x86_64-unknown-linux-gnu";
/// Part of the name of every folder with sources of a registry.
const REGISTRY: &str = "registry/src/";

/// The allocator writes when it was compiled into itself. By flags and not by a
/// variable, because a change of flags compiles it again.
const TIMELESS: &[&str] = &[
    "-Wno-builtin-macro-redefined",
    "-D__DATE__=\"none\"",
    "-D__TIME__=\"none\"",
];

/// A program and the target that it was built for.
pub struct Program {
    pub target: String,
    pub path: PathBuf,
    pub bytes: Vec<u8>,
}

/// The target that is built where none is named.
pub fn best_target() -> &'static str {
    let compiler = Command::new("musl-gcc").arg("--version").output();
    if compiler.is_ok_and(|said| said.status.success()) && installed(MUSL) {
        MUSL
    } else {
        GNU
    }
}

/// Asks the compiler itself, which also works where there is no `rustup`.
fn installed(target: &str) -> bool {
    let folder = printed("rustc", &["--print", "target-libdir", "--target", target]);
    folder.is_ok_and(|folder| Path::new(&folder).is_dir())
}

/// Builds `yaral` for a target.
pub fn build(target: &str, metadata: &Value) -> Result<Program> {
    let folders = Folders::of(metadata)?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--locked", "--profile", "dist", "-p", "yaral"])
        .args(["--target", target])
        .current_dir(workspace::root())
        .env("CARGO_ENCODED_RUSTFLAGS", folders.rust_flags())
        .env(
            format!("CFLAGS_{}", target.replace('-', "_")),
            folders.c_flags(),
        )
        .status()
        .context("cannot start cargo")?;
    if !status.success() {
        bail!("yaral does not build for {target}");
    }
    let path = folders.target.join(target).join("dist/yaral");
    read(target, path, metadata)
}

/// Reads a program that was built before, and looks at it.
pub fn read(target: &str, path: PathBuf, metadata: &Value) -> Result<Program> {
    let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    inspect(&bytes, &Folders::of(metadata)?.secret())
        .with_context(|| format!("{} cannot be shipped", path.display()))?;
    Ok(Program {
        target: target.to_owned(),
        path,
        bytes,
    })
}

/// Static, and silent about the folders.
fn inspect(program: &[u8], folders: &[String]) -> Result<()> {
    elf::demand_static(program)?;
    for folder in folders {
        if holds(program, folder.as_bytes()) {
            bail!("it holds `{folder}`, a path of this machine");
        }
    }
    Ok(())
}

fn holds(text: &[u8], word: &[u8]) -> bool {
    !word.is_empty() && text.windows(word.len()).any(|place| place == word)
}

/// The folders that take part in the building.
struct Folders {
    root: PathBuf,
    target: PathBuf,
    cargo: PathBuf,
    toolchain: PathBuf,
}

impl Folders {
    fn of(metadata: &Value) -> Result<Self> {
        let home = std::env::var_os("HOME").map(PathBuf::from);
        let cargo = std::env::var_os("CARGO_HOME").map(PathBuf::from);
        let target = metadata["target_directory"].as_str();
        Ok(Self {
            root: workspace::root(),
            target: target.context("no target folder")?.into(),
            cargo: cargo
                .or_else(|| home.map(|home| home.join(".cargo")))
                .context("neither CARGO_HOME nor HOME is set")?,
            toolchain: printed("rustc", &["--print", "sysroot"])?.into(),
        })
    }

    /// What stands for each folder in the program. The last that fits is taken,
    /// so a folder that may lie in another one comes behind it.
    fn renamed(&self) -> Vec<(String, &'static str)> {
        let mut renamed = vec![
            (text(&self.root), "yaral"),
            (text(&self.target), "target"),
            (text(&self.cargo), "cargo"),
            (text(&self.toolchain), "rust"),
        ];
        // The folder of a registry bears its host's name.
        let sources = std::fs::read_dir(self.cargo.join(REGISTRY));
        let mut sources: Vec<String> = sources
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| text(&entry.path()))
            .collect();
        sources.sort();
        renamed.extend(sources.into_iter().map(|source| (source, "cargo")));
        renamed
    }

    fn rust_flags(&self) -> String {
        let mut flags = vec!["-Ctarget-feature=+crt-static".to_owned()];
        flags.extend(
            self.renamed()
                .iter()
                .map(|(folder, name)| format!("--remap-path-prefix={folder}={name}")),
        );
        flags.join("\u{1f}")
    }

    fn c_flags(&self) -> String {
        let renamed = self.renamed();
        let flags = renamed
            .iter()
            .map(|(folder, name)| format!("-ffile-prefix-map={folder}={name}"));
        let timeless = TIMELESS.iter().map(|flag| (*flag).to_owned());
        flags.chain(timeless).collect::<Vec<_>>().join(" ")
    }

    /// What must not be found in a program.
    fn secret(&self) -> Vec<String> {
        let folders = self.renamed().into_iter().map(|(folder, _)| folder);
        folders.chain([REGISTRY.to_owned()]).collect()
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// What a program says on its first line.
fn printed(program: &str, arguments: &[&str]) -> Result<String> {
    let said = Command::new(program)
        .args(arguments)
        .output()
        .with_context(|| format!("cannot start {program}"))?;
    if !said.status.success() {
        bail!("{program} {} failed", arguments.join(" "));
    }
    let out = String::from_utf8_lossy(&said.stdout);
    Ok(out.lines().next().unwrap_or_default().trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_this_machine_does_not_ship() {
        let folders = ["/home/builder/yaral".to_owned(), REGISTRY.to_owned()];
        let mut program = elf::tests::program(&[(1, &[])]);
        assert!(inspect(&program, &folders).is_ok());
        program.extend(b"\0/home/builder/yaral/crates/cli/src/main.rs\0");
        let error = inspect(&program, &folders).unwrap_err().to_string();
        assert_eq!(
            error,
            "it holds `/home/builder/yaral`, a path of this machine"
        );
    }

    #[test]
    fn a_program_that_needs_the_machine_does_not_ship() {
        let error = inspect(&elf::tests::program(&[(3, &[])]), &[]).unwrap_err();
        assert_eq!(error.to_string(), "not static: it names an interpreter");
    }

    #[test]
    fn the_innermost_folder_is_renamed_last() {
        let folders = Folders {
            root: "/a".into(),
            target: "/a/target".into(),
            cargo: "/a/none".into(),
            toolchain: "/t".into(),
        };
        assert_eq!(
            folders.rust_flags().split('\u{1f}').collect::<Vec<_>>(),
            [
                "-Ctarget-feature=+crt-static",
                "--remap-path-prefix=/a=yaral",
                "--remap-path-prefix=/a/target=target",
                "--remap-path-prefix=/a/none=cargo",
                "--remap-path-prefix=/t=rust",
            ]
        );
        let c_flags = folders.c_flags();
        assert!(c_flags.starts_with("-ffile-prefix-map=/a=yaral -ffile"));
        // Flags are split at spaces.
        assert!(c_flags.ends_with(" -D__DATE__=\"none\" -D__TIME__=\"none\""));
    }
}
