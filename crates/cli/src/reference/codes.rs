//! Diagnostic codes.

use std::fmt::Write as _;

use yaral_compiler::codes;
use yaral_syntax::code;

use super::{Topic, cell};

pub(super) const TOPIC: Topic = Topic {
    name: "codes",
    title: "Diagnostic codes",
    summary: "What `yaral check` reports, why, and what to do",
    terms,
    page,
    whole,
};

/// Code, severity and title of every diagnostic, by number: those of the
/// spelling, which `syntax` reports, then those of the meaning.
fn all() -> Vec<(&'static str, &'static str, &'static str)> {
    let spelling = code::ALL
        .iter()
        .map(|(code, title)| (code.0, severity(code.0), *title));
    let meaning = codes::SEMANTIC
        .iter()
        .map(|page| (page.code, page.severity, page.title));
    spelling.chain(meaning).collect()
}

/// The letter of a code tells its severity.
fn severity(code: &str) -> &'static str {
    match code.as_bytes().first() {
        Some(b'W') => "warning",
        Some(b'N') => "note",
        _ => "error",
    }
}

fn terms() -> Vec<String> {
    all().iter().map(|(code, ..)| (*code).to_owned()).collect()
}

fn page(term: &str) -> Option<String> {
    let (code, severity, title) = all()
        .into_iter()
        .find(|(code, ..)| code.eq_ignore_ascii_case(term))?;
    let text = codes::page(code).map_or("", |page| without_heading(page.text));
    // Most pages name the severity themselves.
    let named = text.starts_with("Severity:");
    let severity = if named {
        String::new()
    } else {
        format!("Severity: {severity}.\n\n")
    };
    Some(format!("## {code}: {title}\n\n{severity}{text}\n"))
}

/// The text of a page without its own heading, which is printed anyway.
fn without_heading(text: &str) -> &str {
    let text = text.trim();
    match text.strip_prefix("# ") {
        Some(rest) => rest.split_once('\n').map_or("", |(_, rest)| rest.trim()),
        None => text,
    }
}

fn whole() -> String {
    let mut out = String::from("| Code | Severity | Title |\n|---|---|---|\n");
    for (code, severity, title) in all() {
        let _ = writeln!(out, "| {code} | {severity} | {} |", cell(title));
    }
    for (code, ..) in all() {
        let _ = write!(out, "\n{}", page(code).unwrap_or_default());
    }
    out
}
