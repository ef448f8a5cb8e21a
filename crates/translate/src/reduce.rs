//! One step down: a test of a text that a target cannot work out becomes tests
//! of the texts that it is made of, with what that loses.

use crate::filter::{Filter, Op, Re, Test, Text};
use crate::loss::Effect;
use crate::lower::alternatives;
use crate::pattern::{Shape, encoded, groups, rebased, shape, spliced};

/// What became of a test.
pub(crate) struct Step {
    /// The tests that stand for it.
    pub(crate) filter: Filter,
    /// What is lost; nothing for an exact step.
    pub(crate) loss: Option<(Effect, &'static str)>,
}

/// The end of a path, by which programs are named.
const PROGRAM: &str = "[^/]+$";

/// Puts a test into simpler ones; `None` if there are none.
pub(crate) fn reduce(test: &Test, has: &dyn Fn(&str) -> bool) -> Option<Step> {
    match &test.of {
        Text::Field(_) | Text::Literal(_) => None,
        Text::Lower(of) => Some(exact(test.with((**of).clone(), folded(&test.op)?))),
        Text::Decode(of) => Some(Step {
            filter: test.with((**of).clone(), undecoded(&test.op)?),
            loss: Some((
                Effect::Differs,
                "the URI is not decoded; the test looks for characters as they are and as %XX",
            )),
        }),
        Text::Replace(of, ..) => Some(Step {
            filter: test.with((**of).clone(), test.op.clone()),
            loss: Some((
                Effect::Differs,
                "the text is tested as it stands, without the replacing of re.replace",
            )),
        }),
        Text::Coalesce(list) => coalesce(test, list, has),
        Text::Concat(list) => concat(test, list, has),
        Text::Capture(of, re) => capture(test, of, re),
    }
}

fn exact(filter: Filter) -> Step {
    Step { filter, loss: None }
}

impl Test {
    /// The test of another text.
    pub(crate) fn with(&self, of: Text, op: Op) -> Filter {
        Filter::Test(Test {
            of,
            op,
            id: self.id,
        })
    }
}

/// The test of a text that is not decoded.
fn undecoded(op: &Op) -> Option<Op> {
    Some(match op {
        Op::Regex(re) => Op::Regex(Re {
            text: encoded(&re.text)?,
            nocase: re.nocase,
        }),
        Op::OneOf(values, nocase) => {
            let text = encoded(&alternatives(values))?;
            Op::Regex(Re {
                text: format!("^{text}$"),
                nocase: *nocase,
            })
        }
        Op::Absent => Op::Absent,
        _ => return None,
    })
}

/// The test without regard to case.
fn folded(op: &Op) -> Option<Op> {
    Some(match op {
        // What holds a capital is never equal to a text in lower case.
        Op::OneOf(values, _) => {
            let values = values
                .iter()
                .filter(|value| value.to_lowercase() == **value);
            Op::OneOf(values.cloned().collect(), true)
        }
        Op::Regex(re) => Op::Regex(Re {
            text: re.text.clone(),
            nocase: true,
        }),
        Op::Absent => Op::Absent,
        _ => return None,
    })
}

/// The first text that is there.
fn coalesce(test: &Test, list: &[Text], has: &dyn Fn(&str) -> bool) -> Option<Step> {
    let known: Vec<_> = list.iter().filter(|text| is_known(text, has)).collect();
    let lost = known.len() < list.len();
    if known.is_empty() {
        return None;
    }
    let absent = |text: &Text| test.with(text.clone(), Op::Absent);
    let filter = if matches!(test.op, Op::Absent) {
        Filter::All(known.iter().map(|text| absent(text)).collect())
    } else {
        let ways = known.iter().enumerate().map(|(at, text)| {
            let before = known.iter().take(at).map(|text| absent(text));
            let own = test.with((*text).clone(), test.op.clone());
            Filter::All(before.chain([own]).collect())
        });
        Filter::Any(ways.collect())
    };
    let what = "of several fields that may hold the text, the target has some only";
    Some(Step {
        filter,
        loss: lost.then_some((Effect::Narrower, what)),
    })
}

fn is_known(text: &Text, has: &dyn Fn(&str) -> bool) -> bool {
    let mut fields = Vec::new();
    text.fields(&mut fields);
    fields.into_iter().all(has)
}

/// Texts one behind the other.
fn concat(test: &Test, list: &[Text], has: &dyn Fn(&str) -> bool) -> Option<Step> {
    let parts: Vec<_> = list
        .iter()
        .filter(|text| !matches!(text, Text::Literal(_)) && is_known(text, has))
        .collect();
    match &test.op {
        Op::Absent if parts.len() == list.len() => {
            let absent = |text: &&Text| test.with((*text).clone(), Op::Absent);
            Some(exact(Filter::All(parts.iter().map(absent).collect())))
        }
        Op::Regex(_) if !parts.is_empty() => {
            let own = |text: &&Text| test.with((*text).clone(), test.op.clone());
            let what = "each part of the joined text is searched on its own, not across the joint";
            Some(Step {
                filter: Filter::Any(parts.iter().map(own).collect()),
                loss: Some((Effect::Differs, what)),
            })
        }
        Op::OneOf(values, nocase) => {
            let [before, Text::Literal(joint), after] = list else {
                return None;
            };
            let ways = values.iter().filter_map(|value| {
                let (left, right) = value.split_once(joint.as_str())?;
                let is = |of: &Text, value: &str| {
                    test.with(of.clone(), Op::OneOf(vec![value.to_owned()], *nocase))
                };
                Some(Filter::All(vec![is(before, left), is(after, right)]))
            });
            Some(exact(Filter::Any(ways.collect())))
        }
        _ => None,
    }
}

/// What a pattern finds in a text.
fn capture(test: &Test, of: &Text, re: &Re) -> Option<Step> {
    let on = |op| test.with(of.clone(), op);
    let pattern = |text: String, nocase: bool| Op::Regex(Re { text, nocase });
    if re.text == PROGRAM {
        return program(test, of);
    }
    match &test.op {
        Op::Absent => Some(exact(Filter::Not(Box::new(on(pattern(
            re.text.clone(),
            re.nocase,
        )))))),
        Op::OneOf(values, nocase) => {
            let inner = alternatives(values);
            let [(start, end)] = *groups(&re.text).as_slice() else {
                return None;
            };
            let text = spliced(&re.text, &inner)?;
            let text = format!("{text}{}", closing(&re.text, start, end));
            Some(Step {
                filter: on(pattern(text, re.nocase || *nocase)),
                loss: Some((
                    Effect::Wider,
                    "any match of the pattern counts, not the first one only",
                )),
            })
        }
        Op::Regex(inner) => {
            let nocase = re.nocase || inner.nocase || inner.text.starts_with("(?i)");
            let bare = inner.text.strip_prefix("(?i)").unwrap_or(&inner.text);
            let what = "what is captured is searched for within the match, and any match counts";
            let anchored = bare
                .strip_prefix('^')
                .and_then(|rest| rest.strip_suffix('$'));
            // An anchor within would mean another place.
            let within = anchored.unwrap_or(bare);
            if within.contains(['^', '$']) && !within.contains('[') {
                return Some(searched(test, of, re, bare));
            }
            let (before, after) = if anchored.is_some() {
                ("", "")
            } else {
                ("[^&]*?", "[^&]*")
            };
            let [(start, end)] = *groups(&re.text).as_slice() else {
                return Some(searched(test, of, re, bare));
            };
            let close = if anchored.is_some() {
                closing(&re.text, start, end)
            } else {
                String::new()
            };
            let text = spliced(&re.text, &format!("{before}(?:{within}){after}"))?;
            let text = format!("{text}{close}");
            Some(Step {
                filter: on(pattern(text, nocase)),
                loss: Some((Effect::Differs, what)),
            })
        }
        _ => None,
    }
}

/// What must follow a group that takes all it can and ends its pattern, so that
/// what stands for the group is all that it would have taken.
fn closing(outer: &str, start: usize, end: usize) -> String {
    let inner = outer.get(start..end).unwrap_or_default();
    let stops = inner.strip_prefix("[^").and_then(|rest| {
        let rest = rest.strip_suffix('*').or(rest.strip_suffix('+'))?;
        rest.strip_suffix(']')
    });
    match stops {
        Some(stops) if outer.get(end..) == Some(")") => format!("(?:[{stops}]|$)"),
        _ => String::new(),
    }
}

/// Both patterns are found in the text, wherever.
fn searched(test: &Test, of: &Text, re: &Re, bare: &str) -> Step {
    let inner: String = bare
        .trim_start_matches('^')
        .trim_end_matches('$')
        .to_owned();
    let on = |text: String| {
        test.with(
            of.clone(),
            Op::Regex(Re {
                text,
                nocase: re.nocase,
            }),
        )
    };
    Step {
        filter: Filter::All(vec![on(re.text.clone()), on(inner)]),
        loss: Some((
            Effect::Wider,
            "the capture and what it must be are each searched for in the whole text",
        )),
    }
}

/// The name of a program, which is the end of its path.
fn program(test: &Test, of: &Text) -> Option<Step> {
    let ends = |values: &[String], nocase: bool| {
        let text = format!("/{}$", alternatives(values));
        exact(test.with(of.clone(), Op::Regex(Re { text, nocase })))
    };
    match &test.op {
        Op::Absent => Some(exact(test.with(of.clone(), Op::Absent))),
        Op::OneOf(values, nocase) => Some(ends(values, *nocase)),
        Op::Regex(re) => match shape(re) {
            Shape::Equals(values) => Some(ends(&values, re.nocase || re.text.starts_with("(?i)"))),
            _ => Some(exact(test.with(of.clone(), Op::Regex(rebased(re)?)))),
        },
        _ => None,
    }
}
