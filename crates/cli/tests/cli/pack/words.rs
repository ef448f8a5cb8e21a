//! Meta of a rule as Markdown: nothing in it is read as markup, and names of
//! rules become links.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::knowledge;

/// The names that become links.
pub(super) struct Words<'w> {
    /// Names of rules that have a page.
    pub(super) rules: &'w BTreeSet<String>,
}

impl Words<'_> {
    /// A sentence.
    pub(super) fn text(&self, text: &str) -> String {
        let mut out = String::new();
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let end = rest.find(|c| is_name(c) != is_name(first));
            let (part, after) = rest.split_at(end.unwrap_or(rest.len()));
            rest = after;
            if !is_name(first) {
                out.push_str(&escape(part));
            } else if self.rules.contains(part) {
                let _ = write!(out, "[`{part}`]({part}.md)");
            } else if part.contains('_') || knowledge().contains_key(part) {
                let _ = write!(out, "`{part}`");
            } else {
                out.push_str(part);
            }
        }
        out
    }
}

/// Text in which Markdown finds no markup.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&'
            | '$' | '!' => {
                out.push('\\');
                out.push(c);
            }
            '\n' | '\r' | '\t' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Code within a line, whatever backticks are in it.
pub(super) fn code(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut longest = 0;
    let mut run = 0;
    for c in line.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 { " " } else { "" };
    format!("{fence}{pad}{line}{pad}{fence}")
}

#[test]
fn meta_is_text_and_no_markup() {
    let rules = BTreeSet::from(["k8s_a".to_owned()]);
    let words = Words { rules: &rules };
    assert_eq!(
        words.text("k8s_a, then <b>*x*</b> | `y` at HIGH; known_b lowers"),
        "[`k8s_a`](k8s_a.md), then \\<b\\>\\*x\\*\\</b\\> \\| \\`y\\` at HIGH; `known_b` lowers"
    );
    assert_eq!(code("a `b`  c"), "`` a `b` c ``");
}
