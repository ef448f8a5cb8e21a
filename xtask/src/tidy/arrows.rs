//! Which crate may depend on which, and that every crate takes the workspace's lints.
//!
//! One table. An arrow that is not in it is a change of architecture: it wants
//! a reason in DESIGN.md before it wants a line here.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Outcome;
use super::finding::Finding;
use super::tree::Tree;

/// Crate, what it may use, what only its tests may use besides. Written from
/// the floor up: a crate may only name crates above it in this list.
const ALLOWED: &[(&str, &[&str], &[&str])] = &[
    ("yaral-syntax", &[], &[]),
    ("yaral-udm", &[], &[]),
    ("yaral-ir", &["yaral-udm"], &[]),
    ("yaral-normalize", &["yaral-udm"], &[]),
    (
        "yaral-compiler",
        &["yaral-syntax", "yaral-ir", "yaral-udm"],
        &[],
    ),
    // Cases in the engine's tests are written as rules, and only the compiler reads rules.
    (
        "yaral-engine",
        &["yaral-ir", "yaral-udm"],
        &["yaral-compiler", "yaral-syntax"],
    ),
    (
        "yaral-harness",
        &[
            "yaral-compiler",
            "yaral-engine",
            "yaral-normalize",
            "yaral-udm",
            "yaral-ir",
            "yaral-syntax",
        ],
        &[],
    ),
    (
        "yaral-runtime",
        &[
            "yaral-compiler",
            "yaral-engine",
            "yaral-normalize",
            "yaral-udm",
            "yaral-ir",
        ],
        &[],
    ),
    // Tests of translations are written as rules, and only the compiler reads rules.
    (
        "yaral-translate",
        &["yaral-ir", "yaral-udm"],
        &["yaral-compiler"],
    ),
    (
        "yaral",
        &[
            "yaral-translate",
            "yaral-harness",
            "yaral-runtime",
            "yaral-harness",
            "yaral-compiler",
            "yaral-engine",
            "yaral-normalize",
            "yaral-udm",
            "yaral-ir",
            "yaral-syntax",
        ],
        &[],
    ),
    // The differential run compiles rules and asks both evaluators.
    (
        "xtask",
        &["yaral-compiler", "yaral-engine", "yaral-ir", "yaral-udm"],
        &[],
    ),
];

/// A member of the workspace and the members it depends on.
pub struct Package {
    pub name: String,
    /// Of the manifest, relative to the workspace root.
    pub manifest: String,
    pub normal: BTreeSet<String>,
    pub dev: BTreeSet<String>,
}

/// Reads the members out of `cargo metadata --no-deps`.
pub fn packages(metadata: &Value) -> Vec<Package> {
    let root = metadata["workspace_root"].as_str().unwrap_or_default();
    let list = metadata["packages"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let mut packages: Vec<Package> = list
        .iter()
        .map(|package| read_package(package, root))
        .collect();
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    packages
}

fn read_package(package: &Value, root: &str) -> Package {
    let manifest = package["manifest_path"].as_str().unwrap_or_default();
    let manifest = manifest
        .strip_prefix(root)
        .unwrap_or(manifest)
        .trim_start_matches('/');
    let dependencies = package["dependencies"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let of = |is_dev: bool| -> BTreeSet<String> {
        dependencies
            .iter()
            // Only members are named by a path.
            .filter(|found| found["path"].is_string() && (found["kind"] == "dev") == is_dev)
            .filter_map(|found| found["name"].as_str().map(str::to_owned))
            .collect()
    };
    Package {
        name: package["name"].as_str().unwrap_or_default().to_owned(),
        manifest: manifest.to_owned(),
        normal: of(false),
        dev: of(true),
    }
}

/// Checks every arrow, that there is no ring, and the lints of every manifest.
pub fn check(tree: &Tree) -> Outcome {
    let mut findings = Vec::new();
    let mut arrows = 0;
    for package in &tree.packages {
        arrows += package.normal.len() + package.dev.len();
        findings.extend(forbidden(package));
        findings.extend(missing_lints(
            package,
            tree.text(&package.manifest).unwrap_or_default(),
        ));
    }
    findings.extend(ring(&tree.packages));
    let checked = format!("{} crates, {arrows} arrows", tree.packages.len());
    Outcome {
        findings,
        checked,
        figures: Vec::new(),
    }
}

fn forbidden(package: &Package) -> Vec<Finding> {
    let Some((_, normal, dev)) = ALLOWED.iter().find(|(name, ..)| *name == package.name) else {
        let what = format!(
            "the crate {} has no line in the table of arrows",
            package.name
        );
        return vec![Finding::new(
            &package.manifest,
            1,
            what,
            "add it to xtask/src/tidy/arrows.rs and ARCHITECTURE.md",
        )];
    };
    let report = |target: &String, kind: &str| {
        let what = format!("{} must not depend on {target} ({kind})", package.name);
        let instead = "move the code to the crate whose question it answers (CONTRIBUTING.md), or argue the new edge \
                       in DESIGN.md and then add it to xtask/src/tidy/arrows.rs";
        Finding::new(&package.manifest, 1, what, instead)
    };
    let shipped = package
        .normal
        .iter()
        .filter(|target| !normal.contains(&target.as_str()));
    let tested = package.dev.iter().filter(|target| {
        let target = target.as_str();
        !normal.contains(&target) && !dev.contains(&target)
    });
    shipped
        .map(|target| report(target, "dependency"))
        .chain(tested.map(|target| report(target, "dev-dependency")))
        .collect()
}

fn missing_lints(package: &Package, manifest: &str) -> Vec<Finding> {
    let mut lines = manifest
        .lines()
        .map(str::trim)
        .skip_while(|line| *line != "[lints]")
        .skip(1);
    let inherits = lines
        .by_ref()
        .take_while(|line| !line.starts_with('['))
        .any(|line| line.replace(' ', "") == "workspace=true");
    // The chores print by purpose and write their lints out.
    if inherits || package.name == "xtask" {
        return Vec::new();
    }
    let what = format!("{} does not take the workspace's lints", package.name);
    vec![Finding::new(
        &package.manifest,
        1,
        what,
        "add a table [lints] with workspace = true",
    )]
}

/// The first ring of members, over dependencies of both kinds.
fn ring(packages: &[Package]) -> Option<Finding> {
    let arrows: BTreeMap<&str, Vec<&str>> = packages
        .iter()
        .map(|package| {
            let targets = package
                .normal
                .iter()
                .chain(&package.dev)
                .map(String::as_str);
            (package.name.as_str(), targets.collect())
        })
        .collect();
    // A member without arrows to members that are left is no part of a ring.
    let mut left = arrows.clone();
    loop {
        let free = left
            .iter()
            .find(|(_, targets)| !targets.iter().any(|target| left.contains_key(target)));
        let Some(name) = free.map(|(name, _)| *name) else {
            break;
        };
        left.remove(name);
    }
    let members: Vec<&str> = left.keys().copied().collect();
    let first = packages
        .iter()
        .find(|package| Some(&package.name.as_str()) == members.first())?;
    let what = format!("a ring of crates among {}", members.join(", "));
    Some(Finding::new(
        &first.manifest,
        1,
        what,
        "cut the arrow that points uphill",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINTS: &str = "[package]\nname = \"x\"\n\n[lints]\nworkspace = true\n\n[dependencies]\n";

    fn package(name: &str, normal: &[&str], dev: &[&str]) -> Package {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Package {
            name: name.to_owned(),
            manifest: format!("crates/{name}/Cargo.toml"),
            normal: set(normal),
            dev: set(dev),
        }
    }

    fn whats(found: Vec<Finding>) -> Vec<String> {
        found.into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn metadata_is_read() {
        let metadata = serde_json::json!({
            "workspace_root": "/w",
            "packages": [{ "name": "yaral-ir", "manifest_path": "/w/crates/ir/Cargo.toml", "dependencies": [
                { "name": "yaral-udm", "kind": null, "path": "/w/crates/udm" },
                { "name": "yaral-engine", "kind": "dev", "path": "/w/crates/engine" },
                { "name": "serde", "kind": null },
            ]}],
        });
        let packages = packages(&metadata);
        assert_eq!(packages[0].manifest, "crates/ir/Cargo.toml");
        assert_eq!(packages[0].normal, BTreeSet::from(["yaral-udm".to_owned()]));
        assert_eq!(packages[0].dev, BTreeSet::from(["yaral-engine".to_owned()]));
    }

    #[test]
    fn arrows_of_the_table_pass_and_others_fail() {
        assert!(forbidden(&package("yaral-ir", &["yaral-udm"], &[])).is_empty());
        assert!(forbidden(&package("yaral-engine", &["yaral-ir"], &["yaral-compiler"])).is_empty());
        let found = whats(forbidden(&package(
            "yaral-engine",
            &["yaral-compiler"],
            &[],
        )));
        assert_eq!(
            found,
            ["yaral-engine must not depend on yaral-compiler (dependency)"]
        );
        let found = whats(forbidden(&package("yaral-udm", &[], &["yaral-ir"])));
        assert_eq!(
            found,
            ["yaral-udm must not depend on yaral-ir (dev-dependency)"]
        );
        assert_eq!(forbidden(&package("yaral-utils", &[], &[])).len(), 1);
    }

    #[test]
    fn rings_are_found() {
        let straight = [
            package("a", &["b"], &[]),
            package("b", &["c"], &[]),
            package("c", &[], &[]),
        ];
        assert_eq!(ring(&straight), None);
        let round = [
            package("a", &["b"], &[]),
            package("b", &[], &["c"]),
            package("c", &["b"], &[]),
        ];
        assert!(
            ring(&round).is_some_and(
                |finding| finding.what.ends_with("b, c") || finding.what.contains("b, c")
            )
        );
    }

    #[test]
    fn the_table_itself_has_no_ring_and_points_down() {
        for (place, (name, normal, dev)) in ALLOWED.iter().enumerate() {
            for target in normal.iter().chain(*dev) {
                let floor = ALLOWED.iter().position(|(other, ..)| other == target);
                assert!(
                    floor.is_some_and(|floor| floor < place),
                    "{name} -> {target}"
                );
            }
        }
    }

    #[test]
    fn a_manifest_without_the_lints_is_found() {
        let package = package("yaral-ir", &[], &[]);
        assert!(missing_lints(&package, LINTS).is_empty());
        assert_eq!(
            missing_lints(&package, "[package]\n[dependencies]\nworkspace = true\n").len(),
            1
        );
        assert_eq!(
            missing_lints(&package, "[lints]\n[x]\nworkspace = true\n").len(),
            1
        );
    }
}
