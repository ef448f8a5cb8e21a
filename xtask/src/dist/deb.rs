//! The Debian package, written without Debian's tools.
//!
//! An `ar` archive of three parts: the version of the form, what the package
//! manager reads, and the files. The package needs no other one and runs nothing
//! when it is installed or removed.

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use jiff::fmt::strtime;

use super::contents::Contents;
use super::md5::md5;
use super::sums::list;
use super::tar::{File, Files, gzip, tar};

const MAINTAINER: &str = "The yaral authors <yaral@users.noreply.github.com>";
const HOMEPAGE: &str = "https://github.com/yaral/yaral";
const DOC: &str = "usr/share/doc/yaral";

/// Where scripts for shells lie; Debian has no folder for the others.
const COMPLETIONS: &[(&str, &str)] = &[
    ("yaral.bash", "usr/share/bash-completion/completions/yaral"),
    ("yaral.elv", "usr/share/elvish/lib/yaral.elv"),
    (
        "yaral.fish",
        "usr/share/fish/vendor_completions.d/yaral.fish",
    ),
    ("_yaral.ps1", "usr/share/yaral/completions/_yaral.ps1"),
    ("_yaral", "usr/share/zsh/vendor-completions/_yaral"),
];

/// Committed files, by the start of their path, with the folder they go to.
const TREE: &[(&str, &str)] = &[
    ("README.md", DOC),
    ("SECURITY.md", DOC),
    ("LIMITS.md", DOC),
    ("DESIGN.md", DOC),
    ("GLOSSARY.md", DOC),
    ("NOTICE", DOC),
    ("docs/", DOC),
    ("spec/", DOC),
    ("samples/", "usr/share/yaral"),
    ("rules/", "usr/share/yaral"),
    ("atomics/", "usr/share/yaral"),
    ("deploy/", "usr/share/yaral"),
];

/// The package's name as a file.
pub fn name(contents: &Contents) -> String {
    format!("yaral_{}_amd64.deb", version(&contents.version))
}

/// The package.
pub fn package(contents: &Contents) -> Result<Vec<u8>> {
    let files = files(contents)?;
    let data = gzip(&tar(".", &files, contents.time)?)?;
    let control = Files::from([
        ("control".to_owned(), File::plain(control(contents, &files))),
        ("md5sums".to_owned(), File::plain(list(&files, md5))),
    ]);
    let control = gzip(&tar(".", &control, contents.time)?)?;
    Ok(ar(
        &[
            ("debian-binary", b"2.0\n"),
            ("control.tar.gz", &control),
            ("data.tar.gz", &data),
        ],
        contents.time,
    ))
}

/// Debian takes `-` for the start of its own number, and `~` for "before".
fn version(version: &str) -> String {
    version.replace('-', "~")
}

/// The files by their path below `/`.
pub fn files(contents: &Contents) -> Result<Files> {
    let mut files = Files::new();
    let mut put = |path: String, file: File| files.insert(path, file);
    put(
        "usr/bin/yaral".to_owned(),
        File::program(contents.program.clone()),
    );
    for (name, page) in &contents.manual {
        let page = File::plain(gzip(&page.data)?);
        put(format!("usr/share/man/man1/{name}.gz"), page);
    }
    for (name, path) in COMPLETIONS {
        let script = contents.completions.get(*name);
        let script = script.with_context(|| format!("no script {name}"))?;
        put((*path).to_owned(), script.clone());
    }
    for (path, file) in &contents.tree {
        let place = TREE.iter().find(|(start, _)| path.starts_with(start));
        if let Some((_, folder)) = place {
            put(format!("{folder}/{path}"), file.clone());
        }
    }
    let third_party = gzip(contents.third_party.as_bytes())?;
    put(
        format!("{DOC}/THIRD-PARTY.txt.gz"),
        File::plain(third_party),
    );
    put(format!("{DOC}/copyright"), File::plain(COPYRIGHT));
    let changes = gzip(changelog(contents)?.as_bytes())?;
    put(format!("{DOC}/changelog.gz"), File::plain(changes));
    if let Some(changes) = contents.tree.get("CHANGELOG.md") {
        put(
            format!("{DOC}/NEWS.md.gz"),
            File::plain(gzip(&changes.data)?),
        );
    }
    put(
        "usr/share/lintian/overrides/yaral".to_owned(),
        File::plain(OVERRIDES),
    );
    Ok(files)
}

fn control(contents: &Contents, files: &Files) -> String {
    let bytes: usize = files.values().map(|file| file.data.len()).sum();
    format!(
        "Package: yaral
Version: {}
Architecture: amd64
Maintainer: {MAINTAINER}
Installed-Size: {}
Section: admin
Priority: optional
Homepage: {HOMEPAGE}
Description: run Google SecOps (Chronicle) detection rules on raw logs
 yaral runs rules written in YARA-L 2.0 on logs of Kubernetes, Linux hosts,
 Docker, Falco and Tetragon, on one machine and without a network. Detections
 come out with their evidence and the reason for which they fired. It also
 checks, explains and tests rules.
 .
 It ships rules for credentials stolen through container APIs (T1552.007).
",
        version(&contents.version),
        bytes.div_ceil(1024),
    )
}

fn changelog(contents: &Contents) -> Result<String> {
    let time = Timestamp::from_second(i64::try_from(contents.time)?)?;
    let date = strtime::format("%a, %d %b %Y %H:%M:%S +0000", time)?;
    Ok(format!(
        "yaral ({}) stable; urgency=medium\n\n  * What changed is in {DOC}/NEWS.md.gz.\n\n -- {MAINTAINER}  {date}\n",
        version(&contents.version)
    ))
}

const COPYRIGHT: &str = "\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: yaral
Source: https://github.com/yaral/yaral
Comment: NOTICE, in this folder, names the parts with another origin. The
 licences of what is linked into the program are in THIRD-PARTY.txt.gz.

Files: *
Copyright: 2026 The yaral authors
License: Apache-2.0
 On Debian systems the full text of the Apache License, Version 2.0, is in
 /usr/share/common-licenses/Apache-2.0.
";

/// Why the package differs from what Debian's own would be.
const OVERRIDES: &str = "\
# One static program for every distribution needs no library of any of them. It may be
# loaded at any address, for which it is taken for a library itself.
yaral: shared-library-lacks-prerequisites [usr/bin/yaral]
";

/// The outer archive.
fn ar(members: &[(&str, &[u8])], time: u64) -> Vec<u8> {
    let mut archive = b"!<arch>\n".to_vec();
    for (name, data) in members {
        let length = data.len();
        let header = format!(
            "{name:<16}{time:<12}{:<6}{:<6}{:<8}{length:<10}`\n",
            0, 0, 100_644
        );
        archive.extend(header.as_bytes());
        archive.extend(*data);
        if length % 2 == 1 {
            archive.push(b'\n');
        }
    }
    archive
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_before_a_release_sorts_before_it() {
        assert_eq!(version("0.2.0-rc.1"), "0.2.0~rc.1");
        assert_eq!(version("0.2.0"), "0.2.0");
    }

    #[test]
    fn members_start_at_even_places() {
        let archive = ar(&[("a", b"1"), ("b", b"22")], 7);
        assert_eq!(
            String::from_utf8(archive).unwrap(),
            "!<arch>\n\
             a               7           0     0     100644  1         `\n1\n\
             b               7           0     0     100644  2         `\n22"
        );
    }
}
