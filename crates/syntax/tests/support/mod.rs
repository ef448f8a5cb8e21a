//! Where the public rules are, for the tests that read them.

use std::path::{Path, PathBuf};

/// The folder that `YARAL_CORPUS` names, or `None` after saying so.
pub(crate) fn corpus() -> Option<PathBuf> {
    let root = std::env::var_os("YARAL_CORPUS").map(PathBuf::from);
    let root = root.filter(|root| root.join("detection-rules").is_dir());
    if root.is_none() {
        say(format_args!(
            "SKIP YARAL_CORPUS does not name a folder with detection-rules/"
        ));
    }
    root
}

/// The rule files below a folder.
pub(crate) fn rule_files(folder: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let ending = path.extension().and_then(|ending| ending.to_str());
        if path.is_dir() {
            rule_files(&path, out);
        } else if matches!(ending, Some("yaral" | "yl2")) {
            out.push(path);
        }
    }
}

/// Says it on the terminal itself: a test runner keeps what macros print to
/// itself, and what is skipped must be seen.
pub(crate) fn say(what: std::fmt::Arguments<'_>) {
    let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("{what}\n"));
}
