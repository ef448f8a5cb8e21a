//! The aggregates of the outcome section.

use yaral_ir::aggregates;

use super::Topic;

pub(super) const TOPIC: Topic = Topic {
    name: "aggregates",
    title: "Aggregates",
    summary: "What the outcome section can compute over the rows of an event or of a match window",
    terms,
    page,
    whole: aggregates::doc::pages,
};

fn terms() -> Vec<String> {
    aggregates::all()
        .iter()
        .map(|aggregate| aggregate.name.to_owned())
        .collect()
}

fn page(term: &str) -> Option<String> {
    let name = term.trim_end_matches("()");
    aggregates::find(name).map(aggregates::doc::page)
}
