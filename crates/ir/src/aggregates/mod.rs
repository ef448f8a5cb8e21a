//! The aggregates of the outcome section: one file and one line here for each.
//!
//! Aggregates run over joined rows, so a value counts once for each row that
//! carries it (reference: yara-l §0.2). An [`Accumulator`] takes the rows of
//! one group one by one and uses bounded memory whatever comes; what it gives
//! for no rows at all is the zero value. Rows have to be added in a fixed
//! order: `array` keeps it, and sums of floats depend on it in their last bits.

mod digest;
pub mod doc;
mod extreme;
mod kept;
mod moments;
mod paired;
mod period_start;
mod tally;

use std::fmt;

use crate::function::{Accepts, Lit};
use crate::semantics::Semantics;
use crate::types::{Elem, Type};
use crate::value::Value;

/// An aggregate of the catalogue.
#[derive(Debug)]
pub struct Aggregate {
    /// The name, as rules write it.
    pub name: &'static str,
    /// What stands between the parentheses.
    pub arguments: Arguments,
    /// What the aggregated argument may be.
    pub accepts: Accepts,
    /// What the result is.
    pub returns: AggregateReturns,
    /// One sentence for lists and hover texts.
    pub summary: &'static str,
    /// The details: edge cases, and where the reference is silent.
    pub details: &'static str,
    /// Rows with their results. Each is run by the tests and printed in the docs.
    pub examples: &'static [AggregateExample],
    /// Begins the aggregation of one group.
    pub start: fn() -> Box<dyn Accumulator>,
}

/// What stands between the parentheses of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arguments {
    /// The value.
    One,
    /// The value, and `true` if zero values are to be passed over.
    OneAndIgnoreZeros,
    /// A number to sort by, and the value. The accumulator takes both as one
    /// list; such an argument is never a list itself.
    Sorted,
    /// A metric. The accumulator takes its value and the start of its period
    /// as one list.
    Metric,
}

/// The type of an aggregate's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AggregateReturns {
    /// An integer.
    Int,
    /// A float.
    Float,
    /// Text.
    Str,
    /// The type of the argument.
    SameAsArg,
    /// A list of the argument's type.
    ListOfArg,
    /// A list of floats.
    ListOfFloats,
}

/// Rows and what an aggregate makes of them.
#[derive(Debug)]
pub struct AggregateExample {
    /// The argument's value in each row; with a sort key, the pair of both.
    pub rows: &'static [Lit],
    /// The result.
    pub gives: Lit,
    /// Why the example is here; empty when it is plain.
    pub note: &'static str,
}

/// The state of an aggregation over one group of rows.
pub trait Accumulator: fmt::Debug {
    /// Takes a value that so many joined rows carry; zero times is none.
    fn add(&mut self, value: &Value<'_>, times: u64);

    /// The result over all rows that were added.
    fn finish(self: Box<Self>, semantics: &Semantics) -> Value<'static>;
}

impl Aggregate {
    /// Whether it aggregates over a match window only (yara-l §8).
    #[must_use]
    pub fn needs_window(&self) -> bool {
        self.name.starts_with("window.")
    }

    /// Whether a value takes part (switch `aggregates_take_zero`). Sums and
    /// extremes take every number.
    #[must_use]
    pub fn takes(&self, value: &Value<'_>, semantics: &Semantics) -> bool {
        let counts = self.name.starts_with("count") || self.name.starts_with("array");
        semantics.aggregates_take_zero || !counts || !value.is_zero()
    }
}

impl AggregateReturns {
    /// The type of the result for an argument of the given type.
    #[must_use]
    pub fn of(self, argument: Type) -> Type {
        match self {
            AggregateReturns::Int => Type::Int,
            AggregateReturns::Float => Type::Float,
            AggregateReturns::Str => Type::Str,
            AggregateReturns::SameAsArg => argument,
            AggregateReturns::ListOfArg => Type::List(argument.elem()),
            AggregateReturns::ListOfFloats => Type::List(Elem::Float),
        }
    }
}

const fn example(rows: &'static [Lit], gives: Lit, note: &'static str) -> AggregateExample {
    AggregateExample { rows, gives, note }
}

macro_rules! catalogue {
    ($($module:ident,)*) => {
        $(mod $module;)*
        static ALL: &[&Aggregate] = &[$(&$module::AGGREGATE),*];
    };
}

catalogue! {
    array,
    array_distinct,
    avg,
    count,
    count_distinct,
    earliest,
    latest,
    max,
    min,
    period_start_for_max,
    period_start_for_min,
    stddev,
    sum,
    window_avg,
    window_first,
    window_last,
    window_median,
    window_mode,
    window_range,
    window_stddev,
    window_variance,
}

/// All aggregates, sorted by name.
#[must_use]
pub fn all() -> &'static [&'static Aggregate] {
    ALL
}

/// The aggregate with this name, which is case-sensitive.
#[must_use]
pub fn find(name: &str) -> Option<&'static Aggregate> {
    ALL.binary_search_by(|a| a.name.cmp(name))
        .ok()
        .map(|at| ALL[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorted_and_found() {
        assert!(ALL.is_sorted_by(|a, b| a.name < b.name));
        for aggregate in all() {
            assert_eq!(find(aggregate.name).map(|a| a.name), Some(aggregate.name));
        }
        assert!(find("mode").is_none());
    }
}
