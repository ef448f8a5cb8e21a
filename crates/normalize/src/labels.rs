//! The derived labels of all log types, for documentation.
//!
//! A derived label is a string under `additional.fields`, where access by key
//! does not multiply rows. Each log type lists its own in a table of rows; a
//! label that does not apply to an event is absent.

use crate::LogType;
use crate::log_type::REGISTRY;
use crate::rows::{Family, Row};

/// A derived label of a log type.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Label {
    /// The log type that fills it.
    pub log_type: LogType,
    /// The key under `additional.fields`.
    pub name: &'static str,
    /// What the value means.
    pub meaning: &'static str,
    /// What it is derived from.
    pub source: &'static str,
}

/// Every derived label, log type by log type, in the order of the
/// documentation. Log types may share a name, which then means the same.
pub fn all() -> impl Iterator<Item = Label> {
    REGISTRY.iter().flat_map(|entry| (entry.labels)())
}

/// The labels as Markdown, one table for each log type.
#[must_use]
pub fn page() -> String {
    let mut out = String::new();
    for log_type in LogType::all() {
        let labels = (log_type.entry().labels)();
        if labels.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str("## ");
        out.push_str(log_type.name());
        out.push_str("\n\n");
        out.push_str(&table(&labels));
    }
    out
}

/// Some labels as a Markdown table.
pub(crate) fn table(labels: &[Label]) -> String {
    let mut out = String::from("| Label | Meaning | Source |\n| --- | --- | --- |\n");
    for label in labels {
        let line = [
            "| `",
            label.name,
            "` | ",
            label.meaning,
            " | ",
            label.source,
            " |\n",
        ];
        out.extend(line);
    }
    out
}

/// The labels among the rows of a log type.
pub(crate) fn of<F: Family>(log_type: LogType, tables: &[&[Row<F>]]) -> Vec<Label> {
    let rows = tables.iter().flat_map(|table| table.iter());
    rows.filter_map(|row| {
        Some(Label {
            log_type,
            name: row.key.filter(|_| !row.meaning.is_empty())?,
            meaning: row.meaning,
            source: row.source,
        })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_within_a_log_type_and_documented() {
        for log_type in LogType::all() {
            let labels = (log_type.entry().labels)();
            let mut names: Vec<_> = labels.iter().map(|label| label.name).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), labels.len(), "{log_type}");
            assert!(labels.iter().all(|label| page().contains(label.meaning)));
        }
    }

    #[test]
    fn a_shared_name_has_one_meaning() {
        let mut meanings = std::collections::BTreeMap::new();
        for label in all() {
            let meaning = meanings.entry(label.name).or_insert(label.meaning);
            assert_eq!(*meaning, label.meaning, "{}", label.name);
        }
    }
}
