//! Reasons that people wrote, in small tables beside the tests: a key, and why.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::shipped::root;

/// A row of such a table.
#[derive(Clone, Debug)]
pub(crate) struct Reason {
    pub(crate) key: String,
    pub(crate) why: String,
}

fn path(name: &str) -> PathBuf {
    root().join("crates/runtime/tests/measured").join(name)
}

/// Reads `tests/measured/NAME.csv`: the key ends at the first comma.
pub(crate) fn reasons(name: &str) -> Vec<Reason> {
    let text = std::fs::read_to_string(path(name)).unwrap();
    let row = |line: &str| {
        let (key, why) = line.split_once(',').unwrap();
        Reason {
            key: key.to_owned(),
            why: why.trim().to_owned(),
        }
    };
    text.lines().skip(1).map(row).collect()
}

/// The reason for a key; empty if there is none.
pub(crate) fn reason<'r>(reasons: &'r [Reason], key: &str) -> &'r str {
    let found = reasons.iter().find(|reason| reason.key == key);
    found.map_or("", |reason| reason.why.as_str())
}

/// Reasons for what is no longer so mislead: fails for those without a use, or
/// takes them out under `YARAL_UPDATE=1`.
pub(crate) fn hold(name: &str, reasons: &[Reason], used: &[String]) {
    let (kept, stale): (Vec<_>, Vec<_>) = reasons.iter().partition(|r| used.contains(&r.key));
    if std::env::var_os("YARAL_UPDATE").is_some() {
        let mut text = String::from("key,why\n");
        for Reason { key, why } in kept {
            let _ = writeln!(text, "{key},{why}");
        }
        std::fs::write(path(name), text).unwrap();
    } else {
        assert!(
            stale.is_empty(),
            "{name} explains what is no longer so: {stale:?}"
        );
    }
}
