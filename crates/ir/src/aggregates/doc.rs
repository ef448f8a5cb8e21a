//! The documentation of aggregates, as Markdown, in the form of the functions'.

use std::fmt::Write as _;

use super::{Aggregate, AggregateReturns};
use crate::function::Lit;
use crate::functions::doc::{accepts_name, literal, table};

/// The call with its argument and result, on one line.
#[must_use]
pub fn signature(aggregate: &Aggregate) -> String {
    let returns = match aggregate.returns {
        AggregateReturns::Int => "integer",
        AggregateReturns::Float => "float",
        AggregateReturns::SameAsArg => "the type of the argument",
        AggregateReturns::ListOfArg => "list of the argument's type",
    };
    format!(
        "{}({}) -> {returns}",
        aggregate.name,
        accepts_name(aggregate.accepts)
    )
}

/// The page of one aggregate.
#[must_use]
pub fn page(aggregate: &Aggregate) -> String {
    let mut out = format!("### `{}`\n\n{}\n\n", aggregate.name, aggregate.summary);
    let _ = write!(
        out,
        "```text\n{}\n```\n\n{}\n\n",
        signature(aggregate),
        aggregate.details
    );
    table(
        &mut out,
        "Rows",
        aggregate
            .examples
            .iter()
            .map(|e| (rows(e.rows), e.gives, e.note)),
    );
    out
}

/// The pages of all aggregates, and what later versions are to bring.
#[must_use]
pub fn pages() -> String {
    let mut out = "## Aggregates\n\n".to_owned();
    for aggregate in super::all() {
        out += &page(aggregate);
        out.push('\n');
    }
    out += "## Aggregates not in this version\n\n| Aggregate | What it waits for |\n|---|---|\n";
    for (name, missing) in super::later() {
        let _ = writeln!(out, "| `{name}` | {missing} |");
    }
    out
}

fn rows(rows: &[Lit]) -> String {
    if rows.is_empty() {
        return "none".to_owned();
    }
    rows.iter().map(literal).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_all_parts() {
        for aggregate in super::super::all() {
            let page = page(aggregate);
            assert!(page.starts_with(&format!("### `{}`\n", aggregate.name)));
            assert!(page.contains(aggregate.summary) && page.contains(aggregate.details));
            assert_eq!(
                page.lines().filter(|l| l.starts_with("| ")).count(),
                aggregate.examples.len() + 1
            );
        }
        let max = super::super::find("max").map(signature);
        assert_eq!(
            max.as_deref(),
            Some("max(number) -> the type of the argument")
        );
        assert!(pages().contains("period_start_for_max"));
    }
}
