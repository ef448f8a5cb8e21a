//! `window.range`: the least and the greatest number over a match window.

use super::{Accumulator, Aggregate, AggregateReturns, Arguments, example};
use crate::function::{Accepts, Lit};
use crate::semantics::Semantics;
use crate::value::Value;

pub(super) const AGGREGATE: Aggregate = Aggregate {
    name: "window.range",
    arguments: Arguments::OneAndIgnoreZeros,
    accepts: Accepts::Number,
    returns: AggregateReturns::ListOfFloats,
    summary: "Returns the least and the greatest number of all rows, as a list of two floats.",
    details: "With `true` as second argument zeros are passed over, which unset fields are. What \
              is no finite number is passed over; of no numbers the list is empty, which the \
              reference leaves open. `arrays.min(…)` and `arrays.max(…)` take one of the two.",
    examples: &[
        example(
            &[Lit::Int(14), Lit::Int(18), Lit::Int(10)],
            Lit::List(&[Lit::Float(10.0), Lit::Float(18.0)]),
            "",
        ),
        example(
            &[Lit::Float(0.5), Lit::Int(0), Lit::Int(-2)],
            Lit::List(&[Lit::Float(-2.0), Lit::Float(0.5)]),
            "kinds may be mixed",
        ),
        example(
            &[Lit::Int(7)],
            Lit::List(&[Lit::Float(7.0), Lit::Float(7.0)]),
            "one row",
        ),
        example(&[], Lit::List(&[]), "no rows"),
    ],
    start: || Box::new(Range::default()),
};

#[derive(Debug, Default)]
struct Range(Option<(f64, f64)>);

impl Accumulator for Range {
    fn add(&mut self, value: &Value<'_>, times: u64) {
        // Adding a positive zero turns a negative one into it.
        let number = value.float() + 0.0;
        if times == 0 || !value.is_number() || !number.is_finite() {
            return;
        }
        let (least, greatest) = self.0.unwrap_or((number, number));
        self.0 = Some((least.min(number), greatest.max(number)));
    }

    fn finish(self: Box<Self>, _: &Semantics) -> Value<'static> {
        let ends = self
            .0
            .map(|(least, greatest)| vec![least.into(), greatest.into()]);
        Value::List(ends.unwrap_or_default())
    }
}
