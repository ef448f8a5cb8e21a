//! The documentation of aggregates, as Markdown, in the form of the functions'.

use std::fmt::Write as _;

use super::{Aggregate, AggregateReturns, Arguments};
use crate::function::{Accepts, Lit};
use crate::functions::doc::{accepts_name, literal, table};

/// The call with its argument and result, on one line.
#[must_use]
pub fn signature(aggregate: &Aggregate) -> String {
    let returns = match aggregate.returns {
        AggregateReturns::Int => "integer",
        AggregateReturns::Float => "float",
        AggregateReturns::Str => "string",
        AggregateReturns::SameAsArg => match aggregate.arguments {
            Arguments::Sorted => "the type of the value",
            Arguments::One | Arguments::OneAndIgnoreZeros | Arguments::Metric => {
                "the type of the argument"
            }
        },
        AggregateReturns::ListOfArg => "list of the argument's type",
        AggregateReturns::ListOfFloats => "list of floats",
    };
    let takes = accepts_name(aggregate.accepts);
    let arguments = match aggregate.arguments {
        Arguments::One => takes.to_owned(),
        Arguments::OneAndIgnoreZeros => format!("{takes}[, ignore_zeros: boolean]"),
        Arguments::Metric => "metric".to_owned(),
        Arguments::Sorted => format!("sort_by: {}, {takes}", accepts_name(Accepts::Number)),
    };
    format!("{}({arguments}) -> {returns}", aggregate.name)
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

/// The pages of all aggregates.
#[must_use]
pub fn pages() -> String {
    let mut out = "## Aggregates\n\n".to_owned();
    for aggregate in super::all() {
        out += &page(aggregate);
        out.push('\n');
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
        for (name, spelled) in [
            ("max", "max(number) -> the type of the argument"),
            (
                "period_start_for_max",
                "period_start_for_max(metric) -> integer",
            ),
            (
                "window.avg",
                "window.avg(number[, ignore_zeros: boolean]) -> float",
            ),
            (
                "window.first",
                "window.first(sort_by: number, value) -> the type of the value",
            ),
            (
                "window.range",
                "window.range(number[, ignore_zeros: boolean]) -> list of floats",
            ),
        ] {
            let signature = super::super::find(name).map(signature);
            assert_eq!(signature.as_deref(), Some(spelled));
        }
        assert!(pages().contains("### `window.mode`"));
    }
}
