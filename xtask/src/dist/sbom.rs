//! The bill of materials: `CycloneDX` 1.6 as JSON.
//!
//! Every package with its licence, its sum and what it needs, so that a scanner
//! can tell which advisory touches this program. What only builds the program is
//! listed too, with the scope `excluded`.

use anyhow::Result;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::packages::Package;
use super::sums::sha256;

/// What the document says of the program itself.
pub struct Subject<'run> {
    pub version: &'run str,
    pub target: &'run str,
    pub program: &'run [u8],
    /// The toolchain, as in `1.95.0`.
    pub rust: &'run str,
    /// Seconds since 1970.
    pub time: u64,
}

/// The document.
pub fn document(subject: &Subject, packages: &[Package]) -> Result<String> {
    let own = |package: &&Package| package.name == "yaral";
    let mut components: Vec<Value> = packages
        .iter()
        .filter(|package| !own(package))
        .map(component)
        .collect();
    let runtime = runtime(subject);
    let runtime_refs: Vec<Value> = runtime.iter().map(|part| part["bom-ref"].clone()).collect();
    components.extend(runtime);
    let edges: Vec<Value> = packages
        .iter()
        .map(|package| {
            let needs = package
                .needs
                .iter()
                .filter_map(|place| packages.get(*place));
            let mut on: Vec<Value> = needs.map(|needed| json!(reference(needed))).collect();
            if own(&package) {
                on.extend(runtime_refs.clone());
            }
            json!({"ref": reference(package), "dependsOn": on})
        })
        .collect();
    let time = Timestamp::from_second(i64::try_from(subject.time)?)?;
    let mut document = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": time.to_string(),
            "lifecycles": [{"phase": "build"}],
            "tools": {"components": [{"type": "application", "name": "cargo xtask dist"}]},
            "component": program(subject, packages.iter().find(own)),
        },
        "components": components,
        "dependencies": edges,
    });
    // A number of its own that is the same for the same content.
    document["serialNumber"] = json!(serial(&document.to_string()));
    Ok(format!("{document:#}\n"))
}

fn program(subject: &Subject, package: Option<&Package>) -> Value {
    let mut program = package.map_or_else(|| json!({}), component);
    program["type"] = json!("application");
    program["hashes"] = json!([{"alg": "SHA-256", "content": sha256(subject.program)}]);
    program["properties"] = json!([{"name": "yaral:target", "value": subject.target}]);
    program["version"] = json!(subject.version);
    if let Some(fields) = program.as_object_mut() {
        fields.remove("scope");
    }
    program
}

fn component(package: &Package) -> Value {
    let mut component = json!({
        "type": "library",
        "bom-ref": reference(package),
        "name": package.name,
        "version": package.version,
        "scope": if package.linked { "required" } else { "excluded" },
        "licenses": [{"expression": expression(&package.licence)}],
        "purl": reference(package),
    });
    if let Some(text) = &package.description {
        component["description"] = json!(text);
    }
    if let Some(address) = &package.repository {
        component["externalReferences"] = json!([{"type": "vcs", "url": address}]);
    }
    if let Some(sum) = &package.sum {
        component["hashes"] = json!([{"alg": "SHA-256", "content": sum}]);
    }
    component
}

/// What no manifest names and yet is linked in: Rust's library and that of C.
fn runtime(subject: &Subject) -> Vec<Value> {
    let rust = format!("pkg:generic/rust-std@{}", subject.rust);
    let (libc, licence) = if subject.target.ends_with("musl") {
        ("musl", "MIT")
    } else {
        ("glibc", "LGPL-2.1-or-later")
    };
    vec![
        json!({
            "type": "library",
            "bom-ref": rust,
            "name": "rust-std",
            "version": subject.rust,
            "scope": "required",
            "licenses": [{"expression": "MIT OR Apache-2.0"}],
            "purl": rust,
        }),
        // Its version is the toolchain's affair; none is better than a guess.
        json!({
            "type": "library",
            "bom-ref": format!("pkg:generic/{libc}"),
            "name": libc,
            "scope": "required",
            "licenses": [{"expression": licence}],
            "purl": format!("pkg:generic/{libc}"),
        }),
    ]
}

/// The package's address. Ours are in no registry.
fn reference(package: &Package) -> String {
    let kind = if package.sum.is_some() {
        "cargo"
    } else {
        "generic"
    };
    // `+` would be read as a space.
    let version = package.version.replace('+', "%2B");
    format!("pkg:{kind}/{}@{version}", package.name)
}

/// Manifests once wrote `/` for `OR`.
fn expression(licence: &str) -> String {
    let parts: Vec<&str> = licence.split('/').map(str::trim).collect();
    parts.join(" OR ")
}

/// A number in the form of RFC 9562, version 8, made of a text's sum.
fn serial(text: &str) -> String {
    let sum = sha256(text.as_bytes());
    format!(
        "urn:uuid:{}-{}-8{}-8{}-{}",
        &sum[..8],
        &sum[8..12],
        &sum[12..15],
        &sum[15..18],
        &sum[18..30]
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dist::packages;

    fn subject(target: &'static str) -> Subject<'static> {
        Subject {
            version: "1.0.0",
            target,
            program: b"program",
            rust: "1.95.0",
            time: 1_000_000_000,
        }
    }

    #[test]
    fn the_document_names_what_is_in_and_what_needs_it() {
        let text = document(&subject("x-musl"), &packages::tests::sample()).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        let shown = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let components: Vec<_> = document["components"]
            .as_array()
            .unwrap()
            .iter()
            .map(|part| (shown(&part["bom-ref"]), shown(&part["scope"])))
            .collect();
        let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        assert_eq!(
            components,
            [
                pair("pkg:generic/cc@1.0.0", "excluded"),
                pair("pkg:cargo/lib@1.0.0", "required"),
                pair("pkg:generic/rust-std@1.95.0", "required"),
                pair("pkg:generic/musl", "required"),
            ]
        );
        assert_eq!(
            document["dependencies"][2],
            json!({
                "ref": "pkg:generic/yaral@1.0.0",
                "dependsOn": [
                    "pkg:cargo/lib@1.0.0",
                    "pkg:generic/rust-std@1.95.0",
                    "pkg:generic/musl",
                ],
            })
        );
        assert_eq!(document["metadata"]["timestamp"], "2001-09-09T01:46:40Z");
        let sum = &document["metadata"]["component"]["hashes"][0]["content"];
        assert_eq!(sum, &json!(sha256(b"program")));
    }

    #[test]
    fn the_same_content_has_the_same_number() {
        let packages = packages::tests::sample();
        let one = document(&subject("x-musl"), &packages).unwrap();
        assert_eq!(one, document(&subject("x-musl"), &packages).unwrap());
        assert_ne!(one, document(&subject("x-gnu"), &packages).unwrap());
    }

    #[test]
    fn licences_are_expressions_and_versions_are_encoded() {
        assert_eq!(expression("MIT/Apache-2.0"), "MIT OR Apache-2.0");
        assert_eq!(expression("MIT OR Zlib"), "MIT OR Zlib");
        let mut package = packages::tests::sample().remove(1);
        package.version = "2.1.3+zstd.1.5.7".to_owned();
        assert_eq!(reference(&package), "pkg:cargo/lib@2.1.3%2Bzstd.1.5.7");
    }
}
