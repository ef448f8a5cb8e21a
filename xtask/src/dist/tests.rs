//! A release around a small stand-in for the program: everything but the build.

use std::path::Path;
use std::process::{Command, Stdio};

use super::contents::Contents;
use super::tar::{File, Files};
use super::*;

const PAGE: &str = ".TH yaral 1\n";

fn contents() -> Contents {
    let page = || File::plain(PAGE);
    Contents {
        version: "1.2.3".to_owned(),
        target: "x86_64-unknown-linux-musl".to_owned(),
        time: 1_000_000_000,
        program: elf::tests::program(&[(1, &[])]),
        manual: Files::from([
            ("yaral.1".to_owned(), page()),
            ("yaral-scan.1".to_owned(), page()),
        ]),
        completions: [
            "yaral.bash",
            "yaral.elv",
            "yaral.fish",
            "_yaral.ps1",
            "_yaral",
        ]
        .map(|name| (name.to_owned(), File::plain("complete\n")))
        .into(),
        tree: contents::tree(&workspace::root()).unwrap(),
        third_party: "Licences.\n".to_owned(),
    }
}

fn written(folder: &Path) -> Files {
    let files = pack(&contents(), "{}\n".to_owned()).unwrap();
    for (name, file) in &files {
        std::fs::write(folder.join(name), &file.data).unwrap();
    }
    files
}

/// The output of a program, or nothing where the machine does not have it.
fn asked(folder: &Path, program: &str, arguments: &[&str]) -> Option<String> {
    let Ok(said) = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stderr(Stdio::piped())
        .output()
    else {
        println!("SKIP {program} is not here");
        return None;
    };
    let error = String::from_utf8_lossy(&said.stderr);
    assert!(said.status.success(), "{program} {arguments:?}: {error}");
    Some(String::from_utf8(said.stdout).unwrap())
}

#[test]
fn two_runs_write_the_same_bytes_and_names() {
    let one = pack(&contents(), String::new()).unwrap();
    let other = pack(&contents(), String::new()).unwrap();
    assert_eq!(
        one.keys().collect::<Vec<_>>(),
        [
            "SHA256SUMS",
            "yaral-1.2.3-x86_64-unknown-linux-musl.tar.gz",
            "yaral-1.2.3.cdx.json",
            "yaral_1.2.3_amd64.deb",
        ]
    );
    for (name, file) in &one {
        assert!(file.data == other[name].data, "{name} differs");
    }
}

#[test]
fn sums_are_those_of_the_files() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path());
    if let Some(said) = asked(folder.path(), "sha256sum", &["-c", "SHA256SUMS"]) {
        assert_eq!(said.matches(": OK").count(), 3);
    }
}

#[test]
fn the_archive_unpacks_into_one_folder_with_all_that_is_needed() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path());
    let name = contents().name();
    let archive = format!("{name}.tar.gz");
    let Some(_) = asked(folder.path(), "tar", &["-xzf", &archive]) else {
        return;
    };
    for path in [
        "yaral",
        "LICENSE",
        "NOTICE",
        "README.md",
        "THIRD-PARTY.txt",
        "Containerfile",
        "man/man1/yaral-scan.1",
        "completions/yaral.elv",
        "deploy/audit-policy.yaml",
        "docs/testing.md",
        "rules/t1552_007/kubernetes/k8s_exec_shell.yaral",
        "samples/k8s-attack.ndjson.gz",
    ] {
        assert!(folder.path().join(&name).join(path).is_file(), "{path}");
    }
}

#[test]
fn debian_reads_the_package() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path());
    let deb = "yaral_1.2.3_amd64.deb";
    let Some(version) = asked(folder.path(), "dpkg-deb", &["--field", deb, "Version"]) else {
        return;
    };
    assert_eq!(version, "1.2.3\n");
    asked(folder.path(), "dpkg-deb", &["--raw-extract", deb, "root"]).unwrap();
    let root = folder.path().join("root");
    asked(&root, "md5sum", &["--quiet", "-c", "DEBIAN/md5sums"]).unwrap();
    let page = root.join("usr/share/man/man1/yaral-scan.1.gz");
    let page = page.to_str().unwrap();
    assert_eq!(asked(&root, "gzip", &["-dc", page]).unwrap(), PAGE);
    for path in [
        "usr/bin/yaral",
        "usr/share/bash-completion/completions/yaral",
        "usr/share/doc/yaral/copyright",
        "usr/share/yaral/deploy/audit-policy.yaml",
    ] {
        assert!(root.join(path).is_file(), "{path}");
    }
}

/// Every committed file of the archive has a place in the package too, but for
/// the licence, which Debian has, and the file for containers.
#[test]
fn the_package_leaves_out_what_is_named_here() {
    let contents = contents();
    let placed = deb::files(&contents).unwrap();
    let left: Vec<&String> = contents
        .tree
        .keys()
        .filter(|path| !placed.keys().any(|place| place.ends_with(path.as_str())))
        .collect();
    assert_eq!(left, ["CHANGELOG.md", "Containerfile", "LICENSE"]);
}

#[test]
fn options_are_read_and_others_refused() {
    let options = Options::read(&["--out", "o", "--target", "t", "--binary", "b"]).unwrap();
    assert_eq!(options.out, Some("o".into()));
    assert_eq!(options.target, Some("t".to_owned()));
    assert_eq!(options.binary, Some("b".into()));
    let error = |words: &[&str]| Options::read(words).unwrap_err().to_string();
    assert_eq!(error(&["--out"]), "--out needs a value");
    assert_eq!(error(&["--fast"]), "dist has no option --fast");
}

/// Checked by the specification's own schema, where Python has it.
#[test]
fn the_bill_of_materials_fits_its_schema() {
    let metadata = packages::metadata("x86_64-unknown-linux-gnu").unwrap();
    let packages = packages::read(&metadata, "x86_64-unknown-linux-gnu").unwrap();
    let subject = sbom::Subject {
        version: "1.2.3",
        target: "x86_64-unknown-linux-gnu",
        program: b"program",
        rust: "1.95.0",
        time: 1_000_000_000,
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("yaral.cdx.json");
    std::fs::write(&path, sbom::document(&subject, &packages).unwrap()).unwrap();
    let script = workspace::root().join("scripts/check_sbom.py");
    let said = Command::new("python3").arg(script).arg(&path).output();
    match said {
        Ok(said) => {
            let out = String::from_utf8_lossy(&said.stdout);
            assert!(said.status.success(), "{out}");
            println!("{out}");
        }
        Err(_) => println!("SKIP python3 is not here"),
    }
}

/// The container says the version of the program in it, and the README names the files.
#[test]
fn the_containerfile_and_the_readme_have_the_workspace_s_version() {
    let metadata = packages::metadata("x86_64-unknown-linux-gnu").unwrap();
    let version = packages::version(&metadata).unwrap();
    let contents = Contents {
        version: version.clone(),
        ..contents()
    };
    let holds = |page: &str, text: &str| {
        let page = String::from_utf8_lossy(&contents.tree[page].data).into_owned();
        assert!(page.contains(text), "`{text}` is not in\n{page}");
    };
    holds("Containerfile", &format!("ARG VERSION={version}\n"));
    holds(
        "README.md",
        &format!("tar -xzf {}.tar.gz\n", contents.name()),
    );
    holds("README.md", &format!("dpkg -i {}\n", deb::name(&contents)));
}
