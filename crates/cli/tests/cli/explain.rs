//! What `yaral explain` says, case by case.
//!
//! A case is a page of `tests/explain`: parts, each below a line `== NAME`. The
//! parts are files, but for `args` (more arguments) and `expected`, which
//! `YARAL_UPDATE=1` rewrites.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::bench::{Bench, Ran};

/// The parts of a page, by name and in order.
fn parts(page: &str) -> Vec<(&str, String)> {
    let mut parts: Vec<(&str, String)> = Vec::new();
    for line in page.lines() {
        match (line.strip_prefix("== "), parts.last_mut()) {
            (Some(name), _) => parts.push((name, String::new())),
            (None, Some((_, text))) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => panic!("a page begins with a part: {line}"),
        }
    }
    parts
}

/// Runs the case of a page.
fn run(page: &str) -> Ran {
    let bench = Bench::new();
    let mut arguments = vec!["explain".to_owned(), "rule.yaral".to_owned()];
    let mut more: Vec<String> = Vec::new();
    for (name, text) in parts(page) {
        match name {
            "args" => more.extend(text.split_whitespace().map(str::to_owned)),
            "expected" => {}
            file => {
                bench.write(file, &text);
                if file.starts_with("log") {
                    arguments.extend(["--input".to_owned(), file.to_owned()]);
                }
            }
        }
    }
    arguments.extend(more);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    bench.run(&arguments)
}

/// What a person sees; trailing blanks would not survive an editor.
fn seen(ran: &Ran) -> String {
    let mut text = format!("exit {}\n{}", ran.code.unwrap_or(-1), ran.out);
    if !ran.err.is_empty() {
        let _ = write!(text, "--- standard error\n{}", ran.err);
    }
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

fn pages() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain");
    let files = fs::read_dir(folder).unwrap();
    let mut pages: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    pages.sort();
    pages
}

#[test]
fn every_case_says_what_its_page_expects() {
    let update = std::env::var_os("YARAL_UPDATE").is_some_and(|value| value == "1");
    let mut wrong = String::new();
    let pages = pages();
    assert!(pages.len() >= 24, "{} cases", pages.len());
    for path in pages {
        let page = fs::read_to_string(&path).unwrap();
        let ran = run(&page);
        let found = seen(&ran);
        let wide = ran.out.lines().find(|line| line.chars().count() > 80);
        if let Some(line) = wide.filter(|_| !page.contains("--format json")) {
            let _ = writeln!(wrong, "{}: too wide: {line}", path.display());
        }
        let (input, expected) = page.split_once("== expected\n").unwrap_or((&page, ""));
        if found == expected {
            continue;
        }
        if update {
            fs::write(&path, format!("{input}== expected\n{found}")).unwrap();
        } else {
            let _ = writeln!(wrong, "{}:\n{found}", path.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The page of a case by its name.
fn page(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain");
    fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn hostile_values_are_escaped_and_cut_in_both_formats() {
    let page = page("hostile_values.txt");
    let ran = run(&page);
    let hostile = |text: &str| text.chars().any(|c| c.is_control() && c != '\n');
    assert!(!hostile(&ran.out), "{}", ran.out);
    assert!(ran.out.contains("\\u{1b}"), "{}", ran.out);
    let as_json = page.replacen("== rule.yaral", "== args\n--format json\n== rule.yaral", 1);
    let ran = run(&as_json);
    assert!(!hostile(&ran.out), "{}", ran.out);
    let longest = ran.out.lines().map(str::len).max().unwrap_or(0);
    assert!(longest < 2_000, "a line of {longest} bytes");
}

#[test]
fn secrets_are_cut_out_unless_they_are_asked_for() {
    let rule = r#"rule r { meta: events: $e.additional.fields["password"] = "x" condition: $e }"#;
    let log = r#"{"metadata":{"id":"a","eventType":"USER_LOGIN"},"additional":{"password":"hunter2hunter2"}}"#;
    let page = format!("== rule.yaral\n{rule}\n== log.ndjson\n{log}\n");
    for format in ["human", "json"] {
        let page = format!("{page}== args\n--format {format}\n");
        assert!(!run(&page).out.contains("hunter2"), "{}", run(&page).out);
        let open = page.replace("--format", "--no-redact --format");
        assert!(run(&open).out.contains("hunter2"), "{}", run(&open).out);
    }
}

#[test]
fn what_cannot_be_explained_has_its_exit_code() {
    let bench = Bench::new();
    for (arguments, code, says) in [
        (vec!["no_such_rule"], 2, "neither a file nor"),
        (vec!["broken.yaral"], 2, "does not compile"),
        (vec!["rule.yaral", "--at", "nonsense"], 4, "no event's id"),
        (
            vec!["rule.yaral", "--at", "audit.log:9999"],
            4,
            "no event has its record",
        ),
        (vec!["rule.yaral", "--rule", "other"], 2, "no rule is named"),
        (vec!["k8s_exec_secret_path"], 0, ""),
        (vec!["-"], 0, ""),
    ] {
        let mut all = vec!["explain"];
        all.extend(&arguments);
        all.extend(["--input", "audit.log"]);
        let ran = bench.pipe(&all, crate::bench::RULE.as_bytes());
        assert_eq!(ran.code, Some(code), "{arguments:?} {}", ran.err);
        assert!(ran.err.contains(says), "{arguments:?} {}", ran.err);
    }
    let ran = bench.run(&["explain", "rule.yaral", "--input", "gone.log"]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
}
