//! `strings.concat`: values as one text.

use super::prelude::*;
use super::support::number;
use super::support::text::Builder;

pub(crate) const FUNCTION: Function = Function {
    name: "strings.concat",
    params: &[
        required("value", Accepts::Scalar),
        repeated("other", Accepts::Scalar),
    ],
    returns: Returns::Always(Type::Str),
    summary: "Joins strings, integers and floats to one string.",
    details: "A float that is a whole number has no decimal point. Sixteen decimal places are \
              kept, what follows is cut off, and zeros at the end go. Booleans and enum values are \
              taken too, by name. All fields must be of one event variable. The result is cut at 4 \
              MiB.",
    examples: &[
        example(
            &[Lit::Str("google"), Lit::Str(":"), Lit::Int(80)],
            Lit::Str("google:80"),
        ),
        example(
            &[Lit::Str("google"), Lit::Str("-test")],
            Lit::Str("google-test"),
        ),
        edge(
            &[Lit::Str("google"), Lit::Float(2.5)],
            Lit::Str("google2.5"),
            "a float",
        ),
        edge(
            &[Lit::Str("v"), Lit::Float(1.0)],
            Lit::Str("v1"),
            "a whole float",
        ),
        edge(
            &[Lit::Float(0.123_456_789_012_345_68)],
            Lit::Str("0.1234567890123456"),
            "sixteen places",
        ),
        edge(
            &[
                Lit::Str("google"),
                Lit::Str("-test"),
                Lit::Int(80),
                Lit::Float(2.5),
            ],
            Lit::Str("google-test802.5"),
            "all kinds",
        ),
        edge(&[Lit::Str("")], Lit::Str(""), "an unset field"),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let mut out = Builder::default();
    for value in args {
        if !out.push(&number::to_text(value)) {
            break;
        }
    }
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::testing::call;
    use crate::limits::TEXT_BYTES_MAX;

    #[test]
    fn the_result_is_bounded() {
        let half = "é".repeat(TEXT_BYTES_MAX / 4);
        let args = vec![Value::str(&half); 3];
        let joined = call(|c| eval(c, &args).into_owned());
        assert_eq!(joined.text().len(), TEXT_BYTES_MAX);
    }
}
