//! `sum`: the total.

use super::{Accumulator, Aggregate, AggregateReturns, Arguments, example};
use crate::function::{Accepts, Lit};
use crate::semantics::Semantics;
use crate::value::Value;

pub(super) const AGGREGATE: Aggregate = Aggregate {
    name: "sum",
    arguments: Arguments::One,
    accepts: Accepts::Number,
    returns: AggregateReturns::SameAsArg,
    summary: "Adds up the numbers of all rows, duplicates included.",
    details: "Integers stay integers and saturate at the ends of 64 bits, without sign if all are \
              unsigned, with sign otherwise; a single float makes the sum a float. What is no \
              finite number is passed over. Rows made by unnesting and joins count each time; the \
              reference lists that as a known issue without a workaround.",
    examples: &[
        example(&[Lit::Int(1), Lit::Int(2), Lit::Int(2)], Lit::Int(5), ""),
        example(
            &[Lit::Int(1), Lit::Float(0.5)],
            Lit::Float(1.5),
            "one float",
        ),
        example(
            &[Lit::Uint(1), Lit::Uint(2)],
            Lit::Uint(3),
            "unsigned integers",
        ),
        example(
            &[Lit::Int(i64::MAX), Lit::Int(1)],
            Lit::Int(i64::MAX),
            "saturates",
        ),
        example(
            &[Lit::Uint(u64::MAX), Lit::Uint(1)],
            Lit::Uint(u64::MAX),
            "saturates",
        ),
        example(&[Lit::Int(1), Lit::Str("x")], Lit::Int(1), "no number"),
        example(&[], Lit::Int(0), "no rows"),
    ],
    start: || Box::new(Sum::default()),
};

#[derive(Debug, Default)]
struct Sum {
    whole: i128,
    float: f64,
    any_signed: bool,
    any_unsigned: bool,
    any_float: bool,
}

impl Accumulator for Sum {
    #[allow(clippy::cast_precision_loss, reason = "a weight beyond 2^53 may round")]
    fn add(&mut self, value: &Value<'_>, times: u64) {
        let whole = match value {
            _ if times == 0 => return,
            Value::Int(i) => {
                self.any_signed = true;
                i128::from(*i)
            }
            Value::Uint(u) => {
                self.any_unsigned = true;
                i128::from(*u)
            }
            Value::Float(f) if f.is_finite() => {
                self.any_float = true;
                self.float += f * times as f64;
                return;
            }
            _ => return,
        };
        self.whole = self
            .whole
            .saturating_add(whole.saturating_mul(i128::from(times)));
    }

    #[allow(
        clippy::cast_precision_loss,
        reason = "large integers round in a float"
    )]
    fn finish(self: Box<Self>, _: &Semantics) -> Value<'static> {
        if self.any_float {
            let total = self.whole as f64 + self.float;
            return Value::Float(total.clamp(f64::MIN, f64::MAX));
        }
        if self.any_unsigned && !self.any_signed {
            return Value::Uint(u64::try_from(self.whole).unwrap_or(u64::MAX));
        }
        let end = if self.whole < 0 { i64::MIN } else { i64::MAX };
        Value::Int(i64::try_from(self.whole).unwrap_or(end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_count_and_saturate() {
        for (value, times, total) in [
            (Value::Int(3), 4, Value::Int(12)),
            (Value::Int(3), 0, Value::Int(0)),
            (Value::Int(i64::MIN), u64::MAX, Value::Int(i64::MIN)),
            (Value::Uint(u64::MAX), u64::MAX, Value::Uint(u64::MAX)),
            (Value::Float(0.5), 4, Value::Float(2.0)),
            (Value::Float(f64::MAX), u64::MAX, Value::Float(f64::MAX)),
            (Value::Float(f64::NAN), 1, Value::Int(0)),
        ] {
            let mut sum = (AGGREGATE.start)();
            sum.add(&value, times);
            assert_eq!(
                sum.finish(&Semantics::default()),
                total,
                "{value:?} {times}"
            );
        }
    }
}
