//! `timestamp.now`: the run time of the rule.

use super::prelude::*;

pub(crate) const FUNCTION: Function = Function {
    name: "timestamp.now",
    params: &[],
    returns: Returns::Always(Type::Int),
    summary: "Returns the run time of the rule in seconds since 1970.",
    details: "Run time is an input, not a clock, so that a second run decides the same: the end of \
              the input, or what the switch `now` says. The same as `timestamp.current_seconds`.",
    examples: &[edge(
        &[],
        Lit::Int(1_716_401_819),
        "in a run at 18:16:59 on 22 May 2024",
    )],
    eval,
};

fn eval<'a>(call: &Call<'_>, _: &[Value<'a>]) -> Value<'a> {
    Value::Int(call.now)
}
