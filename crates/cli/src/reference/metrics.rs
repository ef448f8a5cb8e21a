//! The metrics.

use yaral_ir::metrics::{self, doc};

use super::Topic;

pub(super) const TOPIC: Topic = Topic {
    name: "metrics",
    title: "Metrics",
    summary: "What rules can ask about the past: which events count, and by which fields",
    terms,
    page,
    whole: doc::pages,
};

fn terms() -> Vec<String> {
    let families = metrics::families().iter();
    families
        .map(|family| format!("metrics.{}", family.name))
        .collect()
}

fn page(term: &str) -> Option<String> {
    let name = term.trim_end_matches("()");
    let name = name.strip_prefix("metrics.").unwrap_or(name);
    metrics::find(name).map(doc::page)
}
