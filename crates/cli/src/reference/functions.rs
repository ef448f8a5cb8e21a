//! The function catalogue.

use yaral_ir::functions;

use super::Topic;

pub(super) const TOPIC: Topic = Topic {
    name: "functions",
    title: "Functions",
    summary: "What rules can call, with examples that are run as tests",
    terms,
    page,
    whole: functions::doc::pages,
};

fn terms() -> Vec<String> {
    functions::all()
        .iter()
        .map(|function| function.name.to_owned())
        .collect()
}

fn page(term: &str) -> Option<String> {
    let name = term.trim_end_matches("()");
    if let Some(function) = functions::find(name) {
        return Some(functions::doc::page(function));
    }
    // A family may be asked for as a whole, such as `metrics`.
    let missing = functions::why_missing(name)
        .or_else(|| functions::why_missing(&format!("{}.", name.trim_end_matches('.'))))?;
    Some(format!(
        "### `{name}`\n\nThis version does not run it: {missing}.\n"
    ))
}
