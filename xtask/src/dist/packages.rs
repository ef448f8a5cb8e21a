//! Which packages are in the program, as Cargo knows them.
//!
//! `cargo tree` says which, because it resolves features for the one program;
//! `cargo metadata` says what they are and which needs which; the lock file has
//! their sums.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::workspace;

/// One package.
#[derive(Debug, PartialEq)]
pub struct Package {
    pub name: String,
    pub version: String,
    /// As its manifest words it.
    pub licence: String,
    pub description: Option<String>,
    pub repository: Option<String>,
    /// SHA-256 of the package as the registry has it; none for our own.
    pub sum: Option<String>,
    /// The folder of its sources.
    pub folder: PathBuf,
    /// Whether its code is in the program, and not only in what builds it.
    pub linked: bool,
    /// Positions of the packages that it needs.
    pub needs: Vec<usize>,
}

/// A name and a version.
type Key = (String, String);

/// What Cargo knows of the workspace for a target.
pub fn metadata(target: &str) -> Result<Value> {
    let text = cargo(&[
        "metadata",
        "--format-version",
        "1",
        "--locked",
        "--filter-platform",
        target,
    ])?;
    serde_json::from_str(&text).context("cargo metadata did not print JSON")
}

/// The version of `yaral`.
pub fn version(metadata: &Value) -> Result<String> {
    let mut packages = metadata["packages"].as_array().into_iter().flatten();
    let own = packages.find(|package| package["name"] == "yaral");
    let own = own.context("no package is named yaral")?;
    Ok(text(own, "version").context("no version")?.to_owned())
}

/// The packages of `yaral` for a target, sorted by name and version.
pub fn read(metadata: &Value, target: &str) -> Result<Vec<Package>> {
    let linked = tree(target, "normal,no-proc-macro")?;
    let all = tree(target, "normal,build")?;
    let lock = std::fs::read_to_string(workspace::root().join("Cargo.lock"))?;
    packages(metadata, &all, &linked, &sums(&lock))
}

fn tree(target: &str, edges: &str) -> Result<BTreeSet<Key>> {
    let printed = cargo(&[
        "tree", "--locked", "-p", "yaral", "-e", edges, "--target", target, "--prefix", "none",
    ])?;
    Ok(printed.lines().filter_map(key_of_line).collect())
}

/// `name v1.2.3`, and what else stands behind it.
fn key_of_line(line: &str) -> Option<Key> {
    let mut words = line.split_whitespace();
    let name = words.next()?;
    let version = words.next()?.strip_prefix('v')?;
    Some((name.to_owned(), version.to_owned()))
}

/// The sums of a lock file, whose packages are tables of one line for each value.
fn sums(lock: &str) -> BTreeMap<Key, String> {
    let tables = lock.split("[[package]]").skip(1);
    tables
        .filter_map(|table| {
            let word = |name: &str| {
                let start = format!("{name} = \"");
                let value = table.lines().find_map(|line| line.strip_prefix(&start))?;
                Some(value.strip_suffix('"')?.to_owned())
            };
            Some(((word("name")?, word("version")?), word("checksum")?))
        })
        .collect()
}

fn packages(
    metadata: &Value,
    all: &BTreeSet<Key>,
    linked: &BTreeSet<Key>,
    sums: &BTreeMap<Key, String>,
) -> Result<Vec<Package>> {
    let known = metadata["packages"].as_array().context("no packages")?;
    let mut chosen: Vec<(Key, &Value)> = known
        .iter()
        .filter_map(|package| Some((key(package)?, package)))
        .filter(|(key, _)| all.contains(key))
        .collect();
    chosen.sort_by(|(one, _), (other, _)| one.cmp(other));
    if chosen.len() != all.len() {
        bail!("cargo tree and cargo metadata name different packages");
    }
    let places: BTreeMap<&str, usize> = chosen
        .iter()
        .enumerate()
        .filter_map(|(place, (_, package))| Some((text(package, "id")?, place)))
        .collect();
    let needs = needs(metadata, &places)?;
    chosen
        .iter()
        .zip(needs)
        .map(|((key, package), needs)| {
            let (name, version) = key.clone();
            let manifest = Path::new(text(package, "manifest_path").context("no manifest")?);
            Ok(Package {
                licence: text(package, "license")
                    .with_context(|| format!("{name} names no licence"))?
                    .to_owned(),
                description: text(package, "description").map(one_line),
                repository: text(package, "repository").map(str::to_owned),
                sum: sums.get(key).cloned(),
                folder: manifest.parent().unwrap_or(manifest).to_path_buf(),
                linked: linked.contains(key),
                name,
                version,
                needs,
            })
        })
        .collect()
}

/// For each package the positions of those that it needs, not counting those of its tests.
fn needs(metadata: &Value, places: &BTreeMap<&str, usize>) -> Result<Vec<Vec<usize>>> {
    let nodes = metadata["resolve"]["nodes"].as_array();
    let mut all = vec![Vec::new(); places.len()];
    for node in nodes.context("nothing is resolved")? {
        let Some(from) = text(node, "id").and_then(|id| places.get(id)) else {
            continue;
        };
        let edges = node["deps"].as_array().into_iter().flatten();
        let mut found: Vec<usize> = edges
            .filter(|edge| {
                let mut kinds = edge["dep_kinds"].as_array().into_iter().flatten();
                kinds.any(|kind| kind["kind"] != "dev")
            })
            .filter_map(|edge| places.get(text(edge, "pkg")?).copied())
            .collect();
        found.sort_unstable();
        found.dedup();
        if let Some(slot) = all.get_mut(*from) {
            *slot = found;
        }
    }
    Ok(all)
}

fn key(package: &Value) -> Option<Key> {
    let name = text(package, "name")?;
    let version = text(package, "version")?;
    Some((name.to_owned(), version.to_owned()))
}

fn text<'value>(value: &'value Value, name: &str) -> Option<&'value str> {
    value[name].as_str()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cargo(arguments: &[&str]) -> Result<String> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let said = Command::new(program)
        .args(arguments)
        .current_dir(workspace::root())
        .output()
        .context("cannot start cargo")?;
    if !said.status.success() {
        bail!(
            "cargo {} failed: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&said.stderr).trim()
        );
    }
    Ok(String::from_utf8(said.stdout)?)
}

#[cfg(test)]
pub mod tests {
    use serde_json::json;

    use super::*;

    fn keys(names: &[&str]) -> BTreeSet<Key> {
        names
            .iter()
            .map(|name| ((*name).to_owned(), "1.0.0".to_owned()))
            .collect()
    }

    fn package(name: &str) -> Value {
        json!({
            "id": format!("id of {name}"),
            "name": name,
            "version": "1.0.0",
            "license": "MIT",
            "description": "Two\n  lines.",
            "manifest_path": format!("/sources/{name}/Cargo.toml"),
        })
    }

    fn edge(name: &str, kind: Option<&str>) -> Value {
        json!({"pkg": format!("id of {name}"), "dep_kinds": [{"kind": kind}]})
    }

    /// `yaral` with a library, what its build needs, and what only its tests need.
    pub fn sample() -> Vec<Package> {
        let metadata = json!({
            "packages": [package("yaral"), package("lib"), package("cc"), package("tester")],
            "resolve": {"nodes": [
                {
                    "id": "id of yaral",
                    "deps": [edge("lib", None), edge("cc", Some("dev")), edge("tester", Some("dev"))],
                },
                {"id": "id of lib", "deps": [edge("cc", Some("build"))]},
                {"id": "id of cc", "deps": []},
            ]},
        });
        let lock = "[[package]]\nname = \"lib\"\nversion = \"1.0.0\"\nchecksum = \"ab\"\n";
        packages(
            &metadata,
            &keys(&["yaral", "lib", "cc"]),
            &keys(&["yaral", "lib"]),
            &sums(lock),
        )
        .unwrap()
    }

    #[test]
    fn what_is_linked_is_told_from_what_builds_and_tests_are_left_out() {
        let seen: Vec<_> = sample()
            .iter()
            .map(|package| {
                let sum = package.sum.clone().unwrap_or_default();
                (
                    package.name.clone(),
                    package.linked,
                    package.needs.clone(),
                    sum,
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("cc".to_owned(), false, vec![], String::new()),
                ("lib".to_owned(), true, vec![0], "ab".to_owned()),
                ("yaral".to_owned(), true, vec![1], String::new()),
            ]
        );
    }

    #[test]
    fn a_line_of_the_tree_has_a_name_and_a_version() {
        let key = ("serde_derive".to_owned(), "1.0.2".to_owned());
        assert_eq!(
            key_of_line("serde_derive v1.0.2 (proc-macro) (*)"),
            Some(key)
        );
        assert_eq!(key_of_line(""), None);
    }
}
