//! What must hold of every function and aggregate for any values at all.
//!
//! Nothing panics, results have the type that is announced, text and lists
//! stay within their limits, and the same call gives the same result.

use std::borrow::Cow;
use std::mem::discriminant;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use yaral_ir::aggregates::{self, AggregateReturns, Arguments};
use yaral_ir::function::{Accepts, Call, Function, Returns};
use yaral_ir::functions;
use yaral_ir::limits::{ELEMENTS_MAX, TEXT_BYTES_MAX};
use yaral_ir::regex::Pattern;
use yaral_ir::semantics::Semantics;
use yaral_ir::types::Type;
use yaral_ir::value::Value;
use yaral_udm::{FieldKind, FieldPath, Root};

/// More arguments than any function takes.
const ARGS_MAX: usize = 6;

fn enum_value() -> impl Strategy<Value = Value<'static>> {
    let path = FieldPath::resolve(Root::Event, "metadata.event_type").ok();
    let kind = path.map(|p| p.leaf().kind());
    any::<i32>().prop_map(move |number| match kind {
        Some(FieldKind::Enum(id)) => Value::Enum(id, number),
        _ => unreachable!("the event type is an enum of the schema"),
    })
}

/// Text that functions look into, besides any text.
fn text() -> impl Strategy<Value = String> {
    let telling = prop::sample::select(vec![
        "",
        ",",
        "a",
        "aa",
        "%",
        "%E",
        "%Z",
        "WEEK",
        "-08:00",
        "+é",
        "[",
        "//",
        "@",
        "::",
        "..",
        "true",
        "-1e308",
        "dGVz",
        "192.0.2.1",
        "::ffff:0:0/96",
        "America/Los_Angeles",
        "2024-02-22 10:43:00",
        "https://a.b.co.uk:1/?",
        "ß",
        "\0",
    ]);
    prop_oneof![
        telling.prop_map(str::to_owned),
        any::<String>(),
        "[ab%/@:.\\\\#?é]{0,12}"
    ]
}

fn scalar() -> impl Strategy<Value = Value<'static>> {
    prop_oneof![
        4 => text().prop_map(Value::string),
        1 => any::<i64>().prop_map(Value::Int),
        1 => (-3..3_i64).prop_map(Value::Int),
        1 => any::<u64>().prop_map(Value::Uint),
        1 => any::<f64>().prop_map(Value::Float),
        1 => prop::sample::select(vec![0.0, -0.0, f64::NAN, f64::INFINITY, f64::MIN])
            .prop_map(Value::Float),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => prop::collection::vec(any::<u8>(), 0..80).prop_map(|b| Value::Bytes(Cow::Owned(b))),
        1 => enum_value(),
    ]
}

fn value() -> impl Strategy<Value = Value<'static>> {
    scalar().prop_recursive(3, 20, 6, |inner| {
        prop::collection::vec(inner, 0..6).prop_map(Value::List)
    })
}

fn eval<'a>(function: &Function, args: &[Value<'a>], seed: u64) -> Value<'a> {
    // What stands where a pattern belongs is often none; a fixed one serves then.
    let patterns: Vec<Pattern> = (0..args.len())
        .filter(|i| {
            function
                .param(*i)
                .is_some_and(|p| p.accepts == Accepts::Pattern)
        })
        .map(|i| {
            Pattern::new(&args[i].text(), seed.is_multiple_of(2))
                .or_else(|_| Pattern::new("(a)|", false))
                .expect("the second pattern is RE2")
        })
        .collect();
    let call = Call {
        patterns: &patterns,
        now: 0,
        seed,
        semantics: &Semantics::default(),
    };
    (function.eval)(&call, args)
}

fn fits(returns: Returns, args: &[Value<'_>], result: &Value<'_>) -> bool {
    match (returns, result) {
        (Returns::Always(Type::Str), Value::Str(s)) => s.len() <= TEXT_BYTES_MAX,
        (Returns::Always(Type::List(_)), Value::List(items)) => items.len() <= ELEMENTS_MAX,
        (Returns::Always(Type::Float), Value::Float(f)) => f.is_finite(),
        (Returns::Always(Type::Int), Value::Int(_))
        | (Returns::Always(Type::Uint), Value::Uint(_))
        | (Returns::Always(Type::Bool), Value::Bool(_))
        | (Returns::Always(Type::Bytes), Value::Bytes(_)) => true,
        (Returns::SameAs(i), result) => {
            !args[i].is_number() || discriminant(result) == discriminant(&args[i])
        }
        (Returns::Numeric, result) => result.is_number(),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn functions_take_anything(
        args in prop::collection::vec(value(), ARGS_MAX),
        count in 0..=ARGS_MAX,
        seed in any::<u64>(),
    ) {
        for function in functions::all() {
            let most = function.args_max().unwrap_or(ARGS_MAX);
            let args = &args[..count.clamp(function.args_min(), most)];
            let result = eval(function, args, seed);
            let fits = fits(function.returns, args, &result);
            prop_assert!(fits, "{} {args:?}: {result:?}", function.name);
            let again = eval(function, args, seed);
            prop_assert_eq!(format!("{result:?}"), format!("{again:?}"));
        }
    }

    #[test]
    fn borrowed_and_owned_arguments_agree(texts in prop::collection::vec(text(), ARGS_MAX)) {
        let owned: Vec<Value<'_>> = texts.iter().map(|t| Value::string(t.clone())).collect();
        let borrowed: Vec<Value<'_>> = texts.iter().map(|t| Value::str(t)).collect();
        for function in functions::all() {
            let count = function.args_max().unwrap_or(ARGS_MAX);
            let (owned, borrowed) = (&owned[..count], &borrowed[..count]);
            let (owned, borrowed) = (eval(function, owned, 0), eval(function, borrowed, 0));
            prop_assert_eq!(owned, borrowed, "{}", function.name);
        }
    }

    #[test]
    fn too_few_arguments_do_no_harm(args in prop::collection::vec(value(), 0..ARGS_MAX)) {
        for function in functions::all() {
            let args = &args[..args.len().min(function.args_min().saturating_sub(1))];
            let semantics = Semantics::default();
            let call = Call { patterns: &[], now: 0, seed: 0, semantics: &semantics };
            let _ = (function.eval)(&call, args);
        }
    }

    #[test]
    fn aggregates_take_anything(
        rows in prop::collection::vec((value(), any::<u64>()), 0..20),
        kept in 1..30_u32,
    ) {
        let semantics = Semantics { array_elements: kept, ..Semantics::default() };
        for aggregate in aggregates::all() {
            let mut state = (aggregate.start)();
            for (value, times) in &rows {
                state.add(value, *times);
            }
            match (aggregate.returns, state.finish(&semantics)) {
                (AggregateReturns::ListOfFloats, Value::List(items)) => {
                    prop_assert!(items.is_empty() || items.len() == 2);
                }
                // It is one of the values, whatever they are.
                (_, result) if aggregate.arguments == Arguments::Sorted => {
                    let second = |row: &Value<'_>| match row {
                        Value::List(pair) => pair.get(1).is_some_and(|value| *value == result),
                        _ => false,
                    };
                    prop_assert!(result.is_zero() || rows.iter().any(|(row, _)| second(row)));
                }
                (_, Value::List(items)) => prop_assert!(items.len() <= kept as usize),
                (AggregateReturns::Str, result) => prop_assert!(matches!(result, Value::Str(_))),
                (_, result) => {
                    let fine = result.is_number() && !result.float().is_nan();
                    prop_assert!(fine, "{}: {result:?}", aggregate.name);
                }
            }
        }
    }

    #[test]
    fn rows_in_any_order_agree(numbers in prop::collection::vec(-1000..1000_i64, 0..20)) {
        for name in ["count", "count_distinct", "sum", "min", "max", "earliest", "latest"] {
            let aggregate = aggregates::find(name).unwrap();
            let (mut there, mut back) = ((aggregate.start)(), (aggregate.start)());
            for (n, m) in numbers.iter().zip(numbers.iter().rev()) {
                there.add(&Value::Int(*n), 1);
                back.add(&Value::Int(*m), 1);
            }
            let semantics = Semantics::default();
            prop_assert_eq!(there.finish(&semantics), back.finish(&semantics), "{}", name);
        }
    }

    #[test]
    fn windows_do_not_care_about_the_order(
        rows in prop::collection::vec((value(), value(), 0..4_u64), 0..20),
    ) {
        let exact = aggregates::all().iter().filter(|aggregate| {
            // Sums of floats depend on their order in the last bits.
            let summed = ["window.avg", "window.stddev", "window.variance"];
            aggregate.needs_window() && !summed.contains(&aggregate.name)
        });
        let semantics = Semantics::default();
        for aggregate in exact {
            let (mut there, mut back) = ((aggregate.start)(), (aggregate.start)());
            let row = |(key, value, _): &(Value<'static>, Value<'static>, u64)| {
                match aggregate.arguments {
                    Arguments::Sorted => Value::List(vec![key.clone(), value.clone()]),
                    _ => value.clone(),
                }
            };
            for (one, other) in rows.iter().zip(rows.iter().rev()) {
                there.add(&row(one), one.2);
                back.add(&row(other), other.2);
            }
            let (there, back) = (there.finish(&semantics), back.finish(&semantics));
            prop_assert_eq!(there, back, "{}", aggregate.name);
        }
    }

    #[test]
    fn time_goes_there_and_back(
        unix in -62_135_596_800..253_402_300_800_i64,
        zone in prop::sample::select(vec!["UTC", "+05:30", "-8"]),
    ) {
        let zone = Value::str(zone);
        let args = [Value::Int(unix), Value::str("%E4Y-%m-%d %T"), zone.clone()];
        let shown = call("timestamp.get_timestamp", &args);
        // An offset may carry the moment out of the years that can be shown.
        if !shown.is_zero() {
            prop_assert_eq!(call("timestamp.as_unix_seconds", &[shown, zone]), Value::Int(unix));
        }
    }
}

fn call<'a>(name: &str, args: &[Value<'a>]) -> Value<'a> {
    eval(
        functions::find(name).expect("a name of the catalogue"),
        args,
        0,
    )
}

/// A megabyte of the worst kind must not take quadratic time, which would be
/// hours. The bound is generous because test machines are slow and shared.
#[test]
fn long_texts_take_linear_time() {
    let size = 1 << 20;
    let texts = ["a", "%", "a.", "@:/", ","].map(|t| t.repeat(size / t.len()));
    for function in functions::all() {
        let count = function.args_max().unwrap_or(3);
        for text in &texts {
            let args: Vec<Value<'_>> = (0..count)
                .map(|i| match function.param(i).map(|p| p.accepts) {
                    Some(Accepts::Pattern) => Value::str("a*?b|(a)"),
                    Some(Accepts::Int | Accepts::Number) => Value::Int(1),
                    Some(Accepts::List | Accepts::StrList) => {
                        Value::List(vec![Value::str(text); 8])
                    }
                    _ if i > 0 => Value::str(&text[..size / 3]),
                    _ => Value::str(text),
                })
                .collect();
            let start = Instant::now();
            let result = eval(function, &args, 0);
            let took = start.elapsed();
            assert!(fits(function.returns, &args, &result), "{}", function.name);
            assert!(
                took < Duration::from_secs(20),
                "{} took {took:?}",
                function.name
            );
        }
    }
}
