//! `yaral report` and `scan --html`: the page is the same both ways, whole, and
//! harmless whatever a log holds.

use std::path::Path;
use std::process::Command;

use crate::bench::{Bench, finish, investigated, root, skip};

/// Markup, the end of a style sheet, attributes, a terminal sequence, text that
/// turns around, a formula; written as JSON text has it.
const EVIL: &str = "=1+1</style></pre><script>alert(1)</script><img src=x onerror='a'>\\\" onload=\\\"x\\u001b[31m\\u202e\\u0000--><!--&lt;";

/// Scans into `page.html` and `found.ndjson`.
fn scan(bench: &Bench) -> String {
    let words =
        "scan -r rule.yaral audit.log --format ndjson --explain -o found.ndjson --html page.html";
    let words: Vec<&str> = words.split(' ').collect();
    let ran = bench.run(&words);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.err.contains("3 detections in page.html"), "{}", ran.err);
    bench.read("page.html")
}

#[test]
fn both_ways_make_the_same_page() {
    let bench = investigated(EVIL);
    let page = scan(&bench);
    let ran = bench.run(&["report", "found.ndjson", "--html", "again.html"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(page, bench.read("again.html"));
    // Out of order, and from standard input.
    let lines = bench.read("found.ndjson");
    let turned: Vec<&str> = lines.lines().rev().collect();
    let ran = bench.pipe(
        &["report", "-", "--html", "-"],
        turned.join("\n").as_bytes(),
    );
    assert_eq!((ran.code, ran.out), (Some(0), page.clone()));
    // The same detections as one document.
    let words = "scan -r rule.yaral audit.log --format json --explain -o found.json";
    bench.run(&words.split(' ').collect::<Vec<_>>());
    let ran = bench.run(&["report", "found.json", "--html", "-"]);
    assert_eq!((ran.code, ran.out), (Some(0), page), "{}", ran.err);
}

#[test]
fn a_page_tells_what_happened_and_what_to_do() {
    let page = scan(&investigated(EVIL));
    for says in [
        "<h1>3 detections</h1>",
        "<strong class=\"n\">3</strong> high",
        "1 detection: secrets_read",
        "<h2>alice</h2>",
        "10.0.0.7",
        "Ask who that was.",
        "docs/playbook/read.md",
        "kubectl describe secret/&#39;db&#39; --namespace=&#39;dev&#39;",
        "NAME_HAS_HIDDEN_CHARACTERS",
        "Why it fired",
        "$e  KUBERNETES_AUDIT  audit.log:1",
    ] {
        assert!(page.contains(says), "the page lacks {says}");
    }
}

#[test]
fn hostile_logs_do_no_harm_on_a_page() {
    let bench = investigated(EVIL);
    let page = scan(&bench);
    for bad in ["<script", "<img", "onerror=\"", "</style><", "<!--", "src="] {
        let times = page.matches(bad).count();
        let own = usize::from(bad == "</style><");
        // What is escaped may still hold the words, but no markup.
        let fine = bad == "src=" || times == own;
        assert!(fine, "{bad} stands {times} times");
    }
    let hidden = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!page.contains(hidden));
    assert!(page.contains("&lt;script&gt;") && page.contains("\\u{202e}"));
    parsed(&bench.path("page.html"));
}

/// Reads the page with a parser that is not ours.
fn parsed(page: &Path) {
    let script = root().join("scripts/check_page.py");
    let Ok(ran) = Command::new("python3").arg(script).arg(page).output() else {
        return skip("a page read by another parser: python3 is not installed");
    };
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}");
}

#[test]
fn a_browser_has_nothing_to_complain_about() {
    let bench = investigated(EVIL);
    scan(&bench);
    let samples = root().join("samples");
    let page = bench.path("samples.html");
    let mut command = Command::new(env!("CARGO_BIN_EXE_yaral"));
    command.args(["scan", "--isolated", "--format", "csv", "samples", "--html"]);
    let ran = finish(command.arg(&page).current_dir(root()));
    assert_eq!(ran.code, Some(0), "{}: {}", samples.display(), ran.err);
    parsed(&page);
    for page in [bench.path("page.html"), page] {
        let browser = Command::new("chromium")
            .args(["--headless", "--no-sandbox", "--disable-gpu"])
            .args(["--disable-background-networking", "--enable-logging=stderr"])
            .arg(format!(
                "--user-data-dir={}",
                bench.path("profile").display()
            ))
            .arg("--dump-dom")
            .arg(format!("file://{}", page.display()))
            .output();
        let Ok(ran) = browser else {
            return skip("a page in a browser: chromium is not installed");
        };
        let said = String::from_utf8_lossy(&ran.stderr);
        let dom = String::from_utf8_lossy(&ran.stdout);
        assert!(ran.status.success(), "{said}");
        assert!(dom.contains("<article"), "{said}");
        assert!(!dom.contains("<script"), "the browser found a script");
        assert!(!said.contains("CONSOLE"), "{said}");
    }
}

#[test]
fn what_is_no_detection_is_told_and_the_rest_is_shown() {
    let bench = investigated(EVIL);
    scan(&bench);
    let lines = bench.read("found.ndjson");
    let mixed = format!("{{\"detections\":[]}}\nnot json\n\n{lines}");
    bench.write("mixed.ndjson", mixed);
    let ran = bench.run(&["report", "mixed.ndjson", "--html", "mixed.html"]);
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    for says in [
        "mixed.ndjson:1: this is the document of",
        "mixed.ndjson:2: this is no JSON",
        "3 detections in mixed.html",
    ] {
        assert!(ran.err.contains(says), "{}", ran.err);
    }
    assert_eq!(bench.read("mixed.html"), bench.read("page.html"));
    bench.write("none.ndjson", "nothing\n");
    bench.write("empty.ndjson", "");
    for (words, code, says) in [
        ("report none.ndjson --html x", 2, "no line is a detection"),
        ("report gone.ndjson --html x", 2, "cannot be read"),
        (
            "report found.ndjson --html found.ndjson",
            2,
            "is read by this",
        ),
        ("report empty.ndjson --html x", 4, "0 detections"),
        ("report found.ndjson", 2, "--html"),
        ("scan audit.log --html -", 2, "goes to a file"),
        ("scan audit.log --html audit.log", 2, "is read by this"),
        ("scan audit.log -o x --html x", 2, "cannot take the page"),
    ] {
        let ran = bench.run(&words.split(' ').collect::<Vec<_>>());
        assert_eq!(ran.code, Some(code), "{words}: {}", ran.err);
        assert!(ran.err.contains(says), "{words}: {}", ran.err);
    }
    assert_eq!(bench.read("found.ndjson"), lines);
}
