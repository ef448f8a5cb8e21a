//! The public rule corpus parses without an error, and every tree is
//! lossless. `YARAL_CORPUS` names a folder that holds `detection-rules/`.

use std::path::{Path, PathBuf};

use yaral_syntax::parse;

fn rule_files(folder: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            rule_files(&path, out);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaral")
        {
            out.push(path);
        }
    }
}

#[test]
fn public_rules_parse_clean() {
    let root =
        std::env::var_os("YARAL_CORPUS").map(|root| PathBuf::from(root).join("detection-rules"));
    let Some(root) = root.filter(|root| root.is_dir()) else {
        say(format_args!(
            "SKIP YARAL_CORPUS does not name a folder with detection-rules/"
        ));
        return;
    };
    let mut files = Vec::new();
    rule_files(&root, &mut files);
    files.sort();
    assert!(!files.is_empty(), "the corpus holds rules");
    let mut failures = Vec::new();
    for path in &files {
        let text = std::fs::read_to_string(path).expect("corpus files are readable text");
        let parse = parse(&text);
        assert_eq!(parse.tree().text(), text.as_str(), "{}", path.display());
        assert_eq!(parse.file().rules().count(), 1, "{}", path.display());
        for found in parse.errors().iter().filter(|found| found.is_error()) {
            let near = found
                .span
                .and_then(|span| span.text(&text))
                .unwrap_or_default();
            failures.push(format!(
                "{} {} {} at {near:?}",
                path.display(),
                found.code,
                found.message
            ));
        }
    }
    say(format_args!(
        "{} corpus rules parsed, {} errors",
        files.len(),
        failures.len()
    ));
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Says it on the terminal itself: a test runner keeps what macros print to
/// itself, and what is skipped must be seen.
fn say(what: std::fmt::Arguments<'_>) {
    let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("{what}\n"));
}
