//! Names as they are found and the order in which they are to be read.

use std::path::PathBuf;

use proptest::prelude::*;

use super::*;

fn ordered(names: &[&str]) -> Vec<String> {
    let mut paths: Vec<_> = names.iter().map(PathBuf::from).collect();
    order(&mut paths, &|path| !path.ends_with("folder.1"));
    let shown = |path: PathBuf| path.to_str().unwrap().to_owned();
    paths.into_iter().map(shown).collect()
}

/// Each row as it is to be read.
const ROWS: &[&[&str]] = &[
    // auditd, logrotate
    &["audit.log.2.gz", "audit.log.1", "audit.log"],
    &["m.10.zst", "m.9.gz", "m.2", "m.1", "m.0", "m"],
    &["local7.2", "local7.1", "local7"],
    &["audit.log.3", "audit.log.2"],
    &["a.log.2.gz", "a.log.1.gz", "a.log.gz"],
    // dates
    &["s-20261122.gz", "s-20261123", "s"],
    &["s-20261123-9", "s-20261123-10", "s"],
    &["s-2026112309", "s-2026112310", "s-20261124"],
    &["s.log.2026-11-22", "s.log.2026-11-23.zst", "s.log"],
    &["s-20261130.log", "s-20261201.log", "s.log"],
    &["0.log.20261123-051816.gz", "0.log.20261123-061816", "0.log"],
    &[
        "audit-2026-11-23T05-18-16.123.log.gz",
        "audit-2026-11-23T05-18-16.124.log",
        "audit.log",
    ],
    // a scheme that was changed
    &["s.2", "s.1", "s-20261123", "s"],
    // together, where the current file stands
    &["a", "audit.log.1", "audit.log", "audit.log.bak", "b"],
    &["audit.log-x", "audit.log.1"],
    // no rotations
    &["x.00", "x.01", "x.02"],
    &["10.0.0.1", "10.0.0.2"],
    &["y.2024", "y.2025"],
    &["d-20269923", "d-20269924"],
    &["a.log", "a.log.bak", "a.log.gz"],
    &["folder", "folder.1"],
    // folder by folder, as a glob finds them
    &["n1/a.log.1", "n1/a.log", "n2/a.log.1", "n2/a.log"],
];

#[test]
fn rotations_go_from_the_oldest_to_the_current() {
    for row in ROWS {
        let mut names = row.to_vec();
        for _ in 0..row.len() {
            names.rotate_left(1);
            assert_eq!(ordered(&names), *row);
        }
        names.reverse();
        assert_eq!(ordered(&names), *row);
    }
}

#[test]
fn compression_is_taken_off_once() {
    for (name, want) in [
        ("a.csv.gz", "a.csv"),
        ("a.ZST", "a"),
        ("a.gz.gz", "a.gz"),
        ("gz", "gz"),
        ("a", "a"),
    ] {
        assert_eq!(uncompressed(name), want);
    }
}

proptest! {
    /// Whatever the names, none is lost, and how they came does not matter.
    #[test]
    fn the_order_is_total_and_keeps_every_name(
        names in proptest::collection::vec(
            prop_oneof![
                "[ab](\\.log)?([.-](0|[1-9]{1,4}|202[56]-?1[12]-?0[1-9](T0[1-9])?))?(\\.log)?(\\.gz|\\.zst)?",
                "[^/\0]{1,12}",
            ],
            0..12,
        ),
        turn in 0_usize..12,
    ) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let once = ordered(&names);
        let mut other = names.clone();
        other.reverse();
        if !other.is_empty() {
            other.rotate_left(turn % names.len());
        }
        prop_assert_eq!(&ordered(&other), &once);
        let (mut kept, mut given) = (once, names);
        kept.sort();
        given.sort_unstable();
        prop_assert_eq!(kept, given);
    }
}
