//! The rules that ship in the binary: what each says of itself in its meta
//! section, so that an alert leads to its page without a network.

use std::fmt::Write as _;
use std::path::Path;

use super::Topic;
use crate::pack::PACK;
use crate::render::layout::wrap;
use crate::term::WIDTH;

pub(super) const TOPIC: Topic = Topic {
    name: "rules",
    title: "Embedded rules",
    summary: "What each rule that ships in the binary sees, where it is blind, and what to do on its alert",
    terms,
    page,
    whole,
};

/// The sections of a page, and the meta entry that each shows.
const SECTIONS: [(&str, &str); 6] = [
    ("What it sees", "sees"),
    ("Blind spots", "blind_spots"),
    ("Data it needs", "data_source"),
    ("False positives", "false_positives"),
    ("Tuning", "tuning"),
    ("Response", "response"),
];

/// What is told in one line each, and the meta entry with it.
const LINES: [(&str, &str); 7] = [
    ("Severity", "severity"),
    ("ATT&CK", "mitre_attack_technique"),
    ("Id", "rule_id"),
    ("Part of", "plan_rule"),
    ("Mapping", "mapping"),
    ("Upload", "upload"),
    ("Playbook", "playbook"),
];

/// The name of a rule, which is that of its file.
fn stem(file: &'static str) -> &'static str {
    let stem = Path::new(file).file_stem();
    stem.and_then(|stem| stem.to_str()).unwrap_or(file)
}

fn terms() -> Vec<String> {
    PACK.iter().map(|(file, _)| stem(file).to_owned()).collect()
}

/// The meta entries of a rule, in their order.
fn meta(text: &str) -> Vec<(String, String)> {
    let parse = yaral_syntax::parse(text);
    let rule = parse.file().rules().next();
    let entries = rule.and_then(|rule| rule.meta()).into_iter();
    let entries = entries.flat_map(|meta| meta.entries());
    entries
        .filter_map(|entry| Some((entry.key()?.text, entry.value()?)))
        .collect()
}

/// The page of a rule, by its name or by its id.
fn page(term: &str) -> Option<String> {
    let is_meant = |file: &'static str| {
        let name = stem(file);
        name.eq_ignore_ascii_case(term) || (term.starts_with("yr_") && term.ends_with(name))
    };
    let mut files = PACK.iter().filter(|(file, _)| is_meant(file));
    files.find_map(|(file, text)| {
        let meta = meta(text);
        let named = stem(file).eq_ignore_ascii_case(term);
        let known = named || meta.iter().any(|(key, id)| key == "rule_id" && id == term);
        known.then(|| text_of(file, &meta))
    })
}

fn text_of(file: &'static str, meta: &[(String, String)]) -> String {
    let entry = |key: &str| {
        let mut entries = meta.iter();
        let found = entries.find(|(own, _)| own == key);
        found.map(|(_, value)| value.as_str())
    };
    let mut out = format!("## {}\n\n", stem(file));
    paragraph(&mut out, entry("description").unwrap_or_default());
    out.push('\n');
    for (title, key) in LINES {
        if let Some(value) = entry(key) {
            item(&mut out, &format!("{title}: {value}"));
        }
    }
    item(&mut out, &format!("File: rules/{file}"));
    for (title, key) in SECTIONS {
        if let Some(value) = entry(key) {
            let _ = write!(out, "\n### {title}\n\n");
            paragraph(&mut out, value);
        }
    }
    if let Some(value) = entry("behaviours") {
        let _ = write!(out, "\n### Behaviours\n\n");
        for one in value.split(';') {
            item(&mut out, one);
        }
    }
    let is_reference = |key: &str| key == "reference" || key.starts_with("reference_");
    let mut references = meta.iter().filter(|(key, _)| is_reference(key)).peekable();
    if references.peek().is_some() {
        let _ = write!(out, "\n### References\n\n");
    }
    for (_, value) in references {
        item(&mut out, value);
    }
    let name = stem(file);
    let _ = write!(
        out,
        "\n`yaral explain {name} LOG` shows why it fires or does not.\n"
    );
    out
}

fn paragraph(out: &mut String, text: &str) {
    for line in wrap(text, WIDTH) {
        let _ = writeln!(out, "{line}");
    }
}

fn item(out: &mut String, text: &str) {
    for (at, line) in wrap(text, WIDTH - 2).into_iter().enumerate() {
        let mark = if at == 0 { "- " } else { "  " };
        let _ = writeln!(out, "{mark}{line}");
    }
}

/// The names with what each rule looks for; their pages are in docs/rules.
fn whole() -> String {
    let mut out = String::new();
    for (file, text) in PACK {
        let meta = meta(text);
        let description = meta.iter().find(|(key, _)| key == "description");
        let description = description.map_or("", |(_, value)| value);
        item(&mut out, &format!("`{}`: {description}", stem(file)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_shows_all_that_the_rule_says_of_itself() {
        for (file, text) in PACK {
            let page = page(stem(file)).unwrap();
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let said = words(&page);
            for (key, value) in meta(text) {
                // The others are for machines, or stand in a list of techniques.
                let shown = SECTIONS.iter().chain(&LINES).any(|(_, own)| *own == key);
                if shown || key == "description" || key.starts_with("reference") {
                    assert!(said.contains(&words(&value)), "{file}: {key}");
                }
            }
            assert!(page.lines().all(|line| line.len() < 200), "{file}");
        }
    }
}
