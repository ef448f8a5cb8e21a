//! Runs every example of the function and aggregate catalogues.
//!
//! The examples are the documentation's tables; this is what keeps them true.
//! Floats are compared as far as the tables print them.

use yaral_ir::aggregates::{self, Aggregate, AggregateReturns, Arguments};
use yaral_ir::function::{Accepts, Call, Example, Function, Lit, Returns};
use yaral_ir::functions;
use yaral_ir::regex::Pattern;
use yaral_ir::semantics::Semantics;
use yaral_ir::types::{Elem, Type};
use yaral_ir::value::Value;

/// The floats of the tables have six decimal places or more.
const TOLERANCE: f64 = 1e-6;

fn run(function: &Function, example: &Example) -> Value<'static> {
    let args: Vec<Value<'static>> = example.args.iter().map(Lit::value).collect();
    let patterns: Vec<Pattern> = (0..args.len())
        .filter(|i| {
            function
                .param(*i)
                .is_some_and(|p| p.accepts == Accepts::Pattern)
        })
        .map(|i| Pattern::new(&args[i].text(), false).expect("patterns of examples are RE2"))
        .collect();
    if let Some(most) = functions::groups_max(function) {
        assert!(
            patterns.iter().all(|p| p.groups() <= most),
            "{}",
            function.name
        );
    }
    let call = Call {
        patterns: &patterns,
        now: functions::EXAMPLE_NOW,
        seed: functions::EXAMPLE_SEED,
        semantics: &Semantics::default(),
    };
    (function.eval)(&call, &args)
}

/// The same kind, and equal as far as the tables print.
fn same(found: &Value<'_>, printed: &Value<'_>) -> bool {
    match (found, printed) {
        (Value::Float(a), Value::Float(b)) => (a - b).abs() <= TOLERANCE * b.abs().max(1.0),
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(x, y)| same(x, y))
        }
        _ => std::mem::discriminant(found) == std::mem::discriminant(printed) && found == printed,
    }
}

fn accepted(accepts: Accepts, lit: &Lit) -> bool {
    let all =
        |lit: &Lit, one: fn(&Lit) -> bool| matches!(lit, Lit::List(items) if items.iter().all(one));
    let is_text = |lit: &Lit| matches!(lit, Lit::Str(_));
    let is_whole = |lit: &Lit| matches!(lit, Lit::Int(_) | Lit::Uint(_));
    let is_number = |lit: &Lit| matches!(lit, Lit::Int(_) | Lit::Uint(_) | Lit::Float(_));
    match accepts {
        Accepts::Str | Accepts::Pattern => is_text(lit),
        Accepts::StrOrBytes => matches!(lit, Lit::Str(_) | Lit::Bytes(_)),
        Accepts::Int => is_whole(lit),
        Accepts::Number => is_number(lit),
        Accepts::IntOrStr => is_whole(lit) || is_text(lit),
        Accepts::Bool => matches!(lit, Lit::Bool(_)),
        Accepts::Scalar => !matches!(lit, Lit::List(_)),
        Accepts::List | Accepts::WholeField => matches!(lit, Lit::List(_)),
        Accepts::StrList => all(lit, |l| matches!(l, Lit::Str(_))),
        Accepts::NumberList => all(lit, |l| {
            matches!(l, Lit::Int(_) | Lit::Uint(_) | Lit::Float(_))
        }),
    }
}

fn of_type(value: &Value<'_>, kind: Type) -> bool {
    matches!(
        (value, kind),
        (Value::Str(_), Type::Str)
            | (Value::Int(_), Type::Int)
            | (Value::Uint(_), Type::Uint)
            | (Value::Float(_), Type::Float)
            | (Value::Bool(_), Type::Bool)
            | (Value::Bytes(_), Type::Bytes)
            | (Value::List(_), Type::List(_))
    )
}

#[test]
fn every_function_example_gives_what_it_says() {
    for function in functions::all() {
        assert!(
            !function.examples.is_empty(),
            "{} has no example",
            function.name
        );
        for example in function.examples {
            let found = run(function, example);
            let printed = example.gives.value();
            assert!(
                same(&found, &printed),
                "{} {:?}: {found:?}, not {printed:?}",
                function.name,
                example.args
            );
        }
    }
}

#[test]
fn every_function_example_fits_the_signature() {
    for function in functions::all() {
        for example in function.examples {
            let (name, count) = (function.name, example.args.len());
            assert!(count >= function.args_min(), "{name}: too few arguments");
            assert!(
                function.args_max().is_none_or(|max| count <= max),
                "{name}: too many arguments"
            );
            for (i, arg) in example.args.iter().enumerate() {
                let accepts = function.param(i).unwrap().accepts;
                assert!(accepted(accepts, arg), "{name}: {arg:?} for {accepts:?}");
            }
            let given = run(function, example);
            let fits = match function.returns {
                Returns::Always(kind) => of_type(&given, kind),
                Returns::SameAs(i) => {
                    std::mem::discriminant(&given)
                        == std::mem::discriminant(&example.args[i].value())
                }
                Returns::Numeric => given.is_number(),
            };
            assert!(
                fits,
                "{name}: {given:?} is not what {:?} says",
                function.returns
            );
        }
    }
}

#[test]
fn every_word_is_there() {
    let sentence = |text: &str| text.ends_with('.') && !text.contains("  ") && text.trim() == text;
    for function in functions::all() {
        assert!(sentence(function.summary), "{}", function.name);
        assert!(sentence(function.details), "{}", function.name);
    }
    for aggregate in aggregates::all() {
        assert!(sentence(aggregate.summary), "{}", aggregate.name);
        assert!(sentence(aggregate.details), "{}", aggregate.name);
    }
}

#[test]
fn every_aggregate_example_gives_what_it_says() {
    for aggregate in aggregates::all() {
        assert!(
            !aggregate.examples.is_empty(),
            "{} has no example",
            aggregate.name
        );
        for example in aggregate.examples {
            let mut rows = (aggregate.start)();
            for row in example.rows {
                rows.add(&row.value(), 1);
            }
            let found = rows.finish(&Semantics::default());
            let printed = example.gives.value();
            assert!(
                same(&found, &printed),
                "{} {:?}: {found:?}, not {printed:?}",
                aggregate.name,
                example.rows
            );
            let fits = match aggregate.returns {
                AggregateReturns::Int => of_type(&found, Type::Int),
                AggregateReturns::Float => of_type(&found, Type::Float),
                AggregateReturns::Str => of_type(&found, Type::Str),
                // A sorted value may be of any type.
                AggregateReturns::SameAsArg => {
                    found.is_number() || aggregate.arguments == Arguments::Sorted
                }
                AggregateReturns::ListOfArg => matches!(found, Value::List(_)),
                AggregateReturns::ListOfFloats => of_type(&found, Type::List(Elem::Float)),
            };
            assert!(fits, "{}: {found:?}", aggregate.name);
        }
    }
}

/// The reference's table of functions for rules, without metrics; those of
/// `window` are aggregates here.
#[test]
fn no_function_of_the_reference_is_forgotten() {
    let named = [
        (
            "arrays",
            "concat contains index_to_bool index_to_float index_to_int index_to_str",
        ),
        ("arrays", "join_string length max min size"),
        ("bytes", "to_base64"),
        ("cast", "as_bool as_float as_int as_string"),
        ("hash", "fingerprint2011 sha256"),
        (
            "math",
            "abs ceil floor geo_distance is_increasing log pow random round sqrt",
        ),
        ("net", "ip_in_range_cidr"),
        ("re", "regex capture capture_all replace"),
        ("optimization", "sample_rate"),
        (
            "strings",
            "base64_decode coalesce concat contains count_substrings ends_with",
        ),
        (
            "strings",
            "starts_with extract_domain extract_hostname from_base64 from_hex ltrim",
        ),
        (
            "strings",
            "rtrim trim reverse split to_lower to_upper url_decode",
        ),
        (
            "timestamp",
            "as_unix_seconds current_seconds now get_date get_minute get_hour",
        ),
        ("timestamp", "get_day_of_week get_week get_timestamp"),
    ];
    for (space, names) in named {
        for name in names.split_whitespace() {
            assert!(
                functions::find(&format!("{space}.{name}")).is_some(),
                "{space}.{name}"
            );
        }
    }
    for name in "avg first last median mode range stddev variance".split_whitespace() {
        let name = format!("window.{name}");
        assert!(aggregates::find(&name).is_some_and(Aggregate::needs_window));
    }
}
