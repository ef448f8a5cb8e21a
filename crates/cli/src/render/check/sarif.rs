//! SARIF 2.1.0, as hosts of code scanning read it.
//!
//! One run holds the codes that were found, each with its page, and the
//! findings. Columns count characters and not UTF-16 units, which the run says
//! of itself. A finding carries a fingerprint of the line that it stands on,
//! so that a host knows it again when lines above it come or go.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::{Value, json};
use yaral_compiler::codes::{self, Page};
use yaral_syntax::diagnostic::{Diagnostic, Severity, Span};

use super::{CheckReport, CheckSummary, place};
use crate::rules::Sheet;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Where the page of each code can be read without the command.
const PAGES: &str = concat!(
    env!("CARGO_PKG_REPOSITORY"),
    "/blob/main/docs/reference/codes.md"
);

/// What relative names are relative to; the host knows where that is.
const BASE: &str = "%SRCROOT%";

/// The SARIF format.
#[derive(Default)]
pub(super) struct Sarif {
    found: Vec<(&'static str, Value)>,
    /// Equal fingerprints of the file at hand, so that each counts up.
    seen: BTreeMap<u64, u32>,
}

impl CheckReport for Sarif {
    fn file(&mut self, _: &Sheet<'_>, _: &mut dyn Write) -> io::Result<()> {
        self.seen.clear();
        Ok(())
    }

    fn diagnostic(
        &mut self,
        sheet: &Sheet<'_>,
        diagnostic: &Diagnostic,
        _: &mut dyn Write,
    ) -> io::Result<()> {
        let print = fingerprint(sheet, diagnostic);
        let count = self.seen.entry(print).or_default();
        *count += 1;
        let mut result = json!({
            "ruleId": diagnostic.code.0,
            "level": level(diagnostic.severity),
            "message": { "text": place::told(diagnostic) },
            "locations": [{ "physicalLocation": location(sheet, diagnostic.span) }],
            "partialFingerprints": { "primaryLocationLineHash": format!("{print:016x}:{count}") },
        });
        let related = (1..).zip(&diagnostic.labels).map(|(id, label)| {
            json!({
                "id": id,
                "message": { "text": label.text },
                "physicalLocation": location(sheet, Some(label.span)),
            })
        });
        let related: Vec<_> = related.collect();
        if !related.is_empty() {
            result["relatedLocations"] = Value::Array(related);
        }
        self.found.push((diagnostic.code.0, result));
        Ok(())
    }

    fn end(&mut self, _: &CheckSummary, out: &mut dyn Write) -> io::Result<()> {
        let found = std::mem::take(&mut self.found);
        let mut rules: Vec<&str> = found.iter().map(|(code, _)| *code).collect();
        rules.sort_unstable();
        rules.dedup();
        let results = found.into_iter().map(|(code, mut result)| {
            if let Ok(at) = rules.binary_search(&code) {
                result["ruleIndex"] = json!(at);
            }
            result
        });
        let results: Vec<_> = results.collect();
        let rules = rules.iter().filter_map(|code| codes::page(code)).map(rule);
        let document = json!({
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": {
                    "name": env!("CARGO_PKG_NAME"),
                    "version": env!("CARGO_PKG_VERSION"),
                    "informationUri": env!("CARGO_PKG_REPOSITORY"),
                    "rules": rules.collect::<Vec<_>>(),
                }},
                "columnKind": "unicodeCodePoints",
                "results": results,
            }],
        });
        writeln!(out, "{document:#}")
    }
}

/// A code as a rule of the tool.
fn rule(page: &Page) -> Value {
    // The heading is the title, and the line behind it the severity.
    let body = page.text.lines().skip(2).collect::<Vec<_>>().join("\n");
    let body = body.trim();
    let first = body.split("\n\n").next().unwrap_or(page.title);
    json!({
        "id": page.code,
        "shortDescription": { "text": page.title },
        "fullDescription": { "text": first.replace('\n', " ") },
        "help": { "text": body, "markdown": body },
        "helpUri": format!("{PAGES}#{}", anchor(&format!("{}: {}", page.code, page.title))),
        "defaultConfiguration": {
            "level": page.severity.split(' ').next().unwrap_or(page.severity),
        },
        "properties": { "tags": ["yara-l", topic(page.code)] },
    })
}

/// What the number of a code says about it.
fn topic(code: &str) -> &'static str {
    match code.get(1..3) {
        Some("01") => "spelling",
        Some("02") => "names-and-types",
        Some("03") => "shape",
        Some("04") => "outcome-and-condition",
        Some("05") => "limits",
        Some("06") => "remarks",
        _ => "not-yet",
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// A place in the file; without a span it is the file.
fn location(sheet: &Sheet<'_>, span: Option<Span>) -> Value {
    let name = place::relative(&sheet.file.name);
    let mut artifact = json!({ "uri": uri(name) });
    if !is_absolute(name) {
        artifact["uriBaseId"] = json!(BASE);
    }
    match span {
        Some(span) => json!({ "artifactLocation": artifact, "region": region(sheet, span) }),
        None => json!({ "artifactLocation": artifact }),
    }
}

/// A span as a region; its end is exclusive in both.
fn region(sheet: &Sheet<'_>, span: Span) -> Value {
    let (start, end) = (
        sheet.lines.line_column(span.start),
        sheet.lines.line_column(span.end),
    );
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

fn is_absolute(name: &str) -> bool {
    std::path::Path::new(name).is_absolute()
}

/// A file name as a reference: everything but plain characters in percent form.
fn uri(name: &str) -> String {
    let mut out = String::new();
    if is_absolute(name) {
        out.push_str(if name.starts_with('/') {
            "file://"
        } else {
            "file:///"
        });
    }
    for byte in name.bytes() {
        match byte {
            b'\\' if cfg!(windows) => out.push('/'),
            b'/' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            _ => {
                // Writing to a String cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// The anchor that a heading has on the page.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter_map(|c| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        _ if c.is_alphanumeric() => Some(c.to_ascii_lowercase()),
        _ => None,
    });
    kept.collect()
}

/// A number for the code and the line, whatever its indentation and place.
fn fingerprint(sheet: &Sheet<'_>, diagnostic: &Diagnostic) -> u64 {
    let start = diagnostic.span.map_or(0, |span| span.start) as usize;
    let text = &sheet.file.text;
    let before = text.get(..start).unwrap_or_default();
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let line = text.get(line..).unwrap_or_default();
    let line = line.split('\n').next().unwrap_or_default();
    let code = diagnostic.code.0.bytes().chain([0]);
    hash(code.chain(line.bytes().filter(|byte| !byte.is_ascii_whitespace())))
}

/// FNV-1a with 64 bits: the host compares it and nothing rests on it.
fn hash(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_references() {
        assert_eq!(uri("rules/a b#1.yaral"), "rules/a%20b%231.yaral");
        assert_eq!(uri("ä:?.yaral"), "%C3%A4%3A%3F.yaral");
        if cfg!(unix) {
            assert_eq!(uri("/tmp/a%.yaral"), "file:///tmp/a%25.yaral");
        }
    }

    #[test]
    fn headings_become_anchors() {
        assert_eq!(
            anchor("E0209: `any` or `all` does not fit here"),
            "e0209-any-or-all-does-not-fit-here"
        );
    }

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(hash("a".bytes()), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(hash("foobar".bytes()), 0x8594_4171_f739_67e8);
    }
}
