//! The derived labels of log types.

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
    labels::all().map(|label| label.name.to_owned()).collect()
}

fn page(term: &str) -> Option<String> {
    let label = labels::all().find(|label| label.name == term)?;
    Some(format!(
        "## additional.fields[\"{}\"]\n\n{}\n\nSource: {}\n",
        label.name, label.meaning, label.source
    ))
}
