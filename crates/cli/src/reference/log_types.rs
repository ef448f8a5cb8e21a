//! The log types that are recognised and normalized.

use std::fmt::Write as _;

use yaral_normalize::LogType;

use super::Topic;

pub(super) const TOPIC: Topic = Topic {
    name: "log-types",
    title: "Log types",
    summary: "What raw logs are read, and how their fields become UDM fields",
    terms,
    page,
    whole,
};

fn terms() -> Vec<String> {
    LogType::all()
        .map(|log_type| log_type.name().to_owned())
        .collect()
}

fn page(term: &str) -> Option<String> {
    term.parse().ok().map(yaral_normalize::page)
}

fn whole() -> String {
    let mut out = String::new();
    for log_type in LogType::all() {
        let _ = writeln!(out, "{}\n", yaral_normalize::page(log_type).trim_end());
    }
    out
}
