//! Golden files: each `tests/data/NAME.yaral` has its tree (`.tree`), its
//! typed view (`.ast`), its diagnostics (`.diag`) and, if it has no errors, its
//! layout (`.fmt`). `YARAL_UPDATE=1` rewrites what differs.

use std::fmt::Write;
use std::path::Path;

use yaral_syntax::ast;
use yaral_syntax::diagnostic::{Diagnostic, LineIndex, Span};
use yaral_syntax::format::format;
use yaral_syntax::{SyntaxElement, parse};

fn golden(path: &Path) -> datatest_stable::Result<()> {
    let text = std::fs::read_to_string(path)?;
    let parse = parse(&text);
    assert_eq!(
        parse.tree().text(),
        text.as_str(),
        "the tree holds every byte"
    );
    check(path, "tree", &tree(&parse.tree().into(), 0))?;
    check(path, "ast", &ast::dump(&parse.file()))?;
    check(path, "diag", &diagnostics(&text, parse.errors()))?;
    check(path, "fmt", &format(&text).unwrap_or_default())?;
    Ok(())
}

fn check(path: &Path, extension: &str, actual: &str) -> datatest_stable::Result<()> {
    let file = path.with_extension(extension);
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    if expected == actual {
        return Ok(());
    }
    if std::env::var_os("YARAL_UPDATE").is_some_and(|value| value == "1") {
        return Ok(std::fs::write(&file, actual)?);
    }
    Err(format!("{} differs; it is now:\n{actual}", file.display()).into())
}

/// One line per node and token; blanks are left out, comments are kept.
fn tree(element: &SyntaxElement, depth: usize) -> String {
    let mut out = String::new();
    let indent = "  ".repeat(depth);
    match element {
        SyntaxElement::Node(node) => {
            let _ = writeln!(out, "{indent}{}", node.kind());
            for child in node.children_with_tokens() {
                out.push_str(&tree(&child, depth + 1));
            }
        }
        SyntaxElement::Token(token) if token.text().trim().is_empty() => {}
        SyntaxElement::Token(token) => {
            let _ = writeln!(out, "{indent}{} {:?}", token.kind(), token.text());
        }
    }
    out
}

fn diagnostics(text: &str, found: &[Diagnostic]) -> String {
    let index = LineIndex::new(text);
    let place = |span: Span| {
        let (from, to) = (index.line_column(span.start), index.line_column(span.end));
        if from.line == to.line {
            format!("{}:{}-{}", from.line, from.column, to.column)
        } else {
            format!("{}:{}-{}:{}", from.line, from.column, to.line, to.column)
        }
    };
    let mut out = String::new();
    for one in found {
        let at = one.span.map_or("rule".to_owned(), place);
        let _ = writeln!(out, "{at} {} {} {}", one.severity, one.code, one.message);
        for label in &one.labels {
            let _ = writeln!(out, "    at {} {}", place(label.span), label.text);
        }
        for help in &one.help {
            let _ = writeln!(out, "    help: {help}");
        }
        for note in &one.notes {
            let _ = writeln!(out, "    note: {note}");
        }
    }
    out
}

datatest_stable::harness! {
    { test = golden, root = "tests/data", pattern = r"\.yaral$" },
}
