//! `strings.trim`: characters stripped at both ends.

use super::prelude::*;
use super::support::text::CutSet;

pub(crate) const FUNCTION: Function = Function {
    name: "strings.trim",
    params: &[
        required("text", Accepts::Str),
        required("cutset", Accepts::Str),
    ],
    returns: Returns::Always(Type::Str),
    summary: "Strips the characters of a set from both ends of a string.",
    details: "The second argument is a set: the order of its characters does not matter. An empty \
              set strips nothing, not even blanks.",
    examples: &[
        example(
            &[Lit::Str("a aastraa aa "), Lit::Str(" a")],
            Lit::Str("str"),
        ),
        edge(
            &[Lit::Str("str"), Lit::Str("str")],
            Lit::Str(""),
            "all characters are in the set",
        ),
        edge(
            &[Lit::Str("str"), Lit::Str("")],
            Lit::Str("str"),
            "an empty set",
        ),
        edge(
            &[Lit::Str(""), Lit::Str("str")],
            Lit::Str(""),
            "the empty string",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let whole = source(args, 0);
    let kept = CutSet::new(&text(args, 1)).trim(&whole, true, true);
    slice(whole, kept)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::functions::testing::call;

    #[test]
    fn a_long_cut_set_costs_linear_time() {
        let set: String = ('\u{10000}'..'\u{10ffff}').chain(Some('a')).collect();
        let long = "a".repeat(1 << 20);
        let start = Instant::now();
        let kept = call(|c| eval(c, &[Value::str(&long), Value::str(&set)]).into_owned());
        assert_eq!(kept, Value::EMPTY);
        // A search of the set for each character would be 10^12 steps.
        assert!(start.elapsed().as_secs() < 30);
    }
}
