//! `arrays.concat`: one list after the other.

use super::prelude::*;
use crate::limits::ELEMENTS_MAX;

pub(crate) const FUNCTION: Function = Function {
    name: "arrays.concat",
    params: &[
        required("first", Accepts::StrList),
        required("second", Accepts::StrList),
    ],
    returns: Returns::Always(Type::List(Elem::Str)),
    summary: "Appends the elements of one list of strings to another.",
    details: "Nothing is removed or merged: empty strings and duplicates stay. Elements beyond \
              100,000 are dropped.",
    examples: &[
        example(
            &[
                Lit::List(&[Lit::Str("test1"), Lit::Str("test2")]),
                Lit::List(&[Lit::Str("test3")]),
            ],
            Lit::List(&[Lit::Str("test1"), Lit::Str("test2"), Lit::Str("test3")]),
        ),
        edge(
            &[Lit::List(&[Lit::Str("")]), Lit::List(&[Lit::Str("")])],
            Lit::List(&[Lit::Str(""), Lit::Str("")]),
            "empty strings are elements",
        ),
        edge(
            &[Lit::List(&[]), Lit::List(&[])],
            Lit::List(&[]),
            "empty lists",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let both = list(args, 0).iter().chain(list(args, 1));
    Value::List(both.take(ELEMENTS_MAX).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::testing::call;

    #[test]
    fn the_result_is_bounded() {
        let long = || Value::List(vec![Value::EMPTY; ELEMENTS_MAX - 1]);
        let Value::List(both) = call(|c| eval(c, &[long(), long()])) else {
            panic!("not a list")
        };
        assert_eq!(both.len(), ELEMENTS_MAX);
    }
}
