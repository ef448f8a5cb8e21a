//! The derived labels of log types.

use std::fmt::Write as _;

use yaral_normalize::labels;

use super::Topic;

pub(super) const TOPIC: Topic = Topic {
    name: "labels",
    title: "Derived labels",
    summary: "What the normalizers add under `additional.fields`, read in rules as `$e.additional.fields[\"k8s_scope\"]`",
    terms,
    page,
    whole: labels::page,
};

fn terms() -> Vec<String> {
    let mut names = Vec::new();
    for label in labels::all() {
        if !names.iter().any(|name| name == label.name) {
            names.push(label.name.to_owned());
        }
    }
    names
}

fn page(term: &str) -> Option<String> {
    let mut out = String::new();
    for label in labels::all().filter(|label| label.name == term) {
        if out.is_empty() {
            out = format!("## additional.fields[\"{term}\"]\n\n{}\n\n", label.meaning);
        }
        let _ = writeln!(out, "{}: from {}", label.log_type, label.source);
    }
    (!out.is_empty()).then_some(out)
}
