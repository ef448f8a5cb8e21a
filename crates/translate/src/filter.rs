//! The neutral form of a rule over single events: tests of texts, joined by
//! and, or and not.
//!
//! It is two-valued like a rule: an absent field reads as the empty text or as
//! zero, and whoever writes it for a target sees to it that this stays so.

use yaral_ir::plan::{CompareOp, ExprId};
use yaral_ir::regex::Pattern;

use crate::lower::alternatives;
use crate::pattern::{Shape, shape};

/// What an event must be.
#[derive(Clone, Debug)]
pub(crate) enum Filter {
    /// Every event, or none.
    Const(bool),
    /// All hold.
    All(Vec<Filter>),
    /// At least one holds.
    Any(Vec<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// A test.
    Test(Test),
    /// What cannot be said of this expression, and why.
    Missing(ExprId, String),
}

/// A test of one text or number.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    /// What is tested.
    pub(crate) of: Text,
    /// How.
    pub(crate) op: Op,
    /// The expression of the rule that says so.
    pub(crate) id: ExprId,
}

/// How a text or number is tested.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    /// It is one of these texts; whether case is ignored.
    OneOf(Vec<String>, bool),
    /// It is absent, empty or zero.
    Absent,
    /// A pattern is found in it.
    Regex(Re),
    /// It compares so with a number.
    Number(CompareOp, i64),
    /// It is the same text as another, with case.
    Same(Text),
    /// It lies in one of these networks.
    Cidr(Vec<String>),
}

/// A pattern as it was written in RE2, or made from one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Re {
    /// The text of the pattern.
    pub(crate) text: String,
    /// Whether case is ignored.
    pub(crate) nocase: bool,
}

impl Re {
    /// A pattern with case.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Re {
            text: text.into(),
            nocase: false,
        }
    }

    /// A text that is one of these.
    pub(crate) fn one_of(values: &[String], nocase: bool) -> Self {
        Re {
            text: format!("^{}$", alternatives(values)),
            nocase,
        }
    }

    /// The text with case folding as a flag in front, which RE2, PCRE and Java read.
    pub(crate) fn inline(&self) -> String {
        if self.nocase && !self.text.starts_with("(?i)") {
            format!("(?i){}", self.text)
        } else {
            self.text.clone()
        }
    }
}

impl From<&Pattern> for Re {
    fn from(pattern: &Pattern) -> Self {
        Re {
            text: pattern.text().to_owned(),
            nocase: pattern.nocase(),
        }
    }
}

/// Where a text comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Text {
    /// A field; of a repeated one all values.
    Field(String),
    /// A constant.
    Literal(String),
    /// Texts one behind the other.
    Concat(Vec<Text>),
    /// The first that is not empty.
    Coalesce(Vec<Text>),
    /// The text with every match replaced; groups as `\1`.
    Replace(Box<Text>, Re, String),
    /// The first match, or its one group; empty without a match.
    Capture(Box<Text>, Re),
    /// Percent signs decoded.
    Decode(Box<Text>),
    /// In lower case.
    Lower(Box<Text>),
}

impl Text {
    /// The fields that it reads.
    pub(crate) fn fields<'t>(&'t self, into: &mut Vec<&'t str>) {
        match self {
            Text::Field(name) => into.push(name),
            Text::Literal(_) => {}
            Text::Concat(list) | Text::Coalesce(list) => {
                for one in list {
                    one.fields(into);
                }
            }
            Text::Replace(of, ..) | Text::Capture(of, _) | Text::Decode(of) | Text::Lower(of) => {
                of.fields(into);
            }
        }
    }
}

impl Filter {
    /// Constants folded away, single members unwrapped, nested lists joined.
    pub(crate) fn simplify(self) -> Filter {
        match self {
            Filter::Test(test) => Filter::Test(test.plain()),
            Filter::All(list) => fold(list, true),
            Filter::Any(list) => fold(list, false),
            Filter::Not(of) => match of.simplify() {
                Filter::Const(value) => Filter::Const(!value),
                Filter::Not(of) => *of,
                other => Filter::Not(Box::new(other)),
            },
            other => other,
        }
    }

    /// Every test, with whether it stands under an even number of `not`.
    pub(crate) fn tests<'f>(&'f self, positive: bool, see: &mut dyn FnMut(&'f Test, bool)) {
        match self {
            Filter::Const(_) | Filter::Missing(..) => {}
            Filter::All(list) | Filter::Any(list) => {
                for one in list {
                    one.tests(positive, see);
                }
            }
            Filter::Not(of) => of.tests(!positive, see),
            Filter::Test(test) => see(test, positive),
        }
    }

    /// The members of a conjunction, or the filter itself.
    pub(crate) fn conjuncts(&self) -> &[Filter] {
        match self {
            Filter::All(list) => list,
            Filter::Const(true) => &[],
            other => std::slice::from_ref(other),
        }
    }
}

impl Test {
    /// A pattern that is a few whole texts, as those texts.
    fn plain(mut self) -> Self {
        if let Op::Regex(re) = &self.op
            && !re.nocase
            && !re.text.starts_with("(?i)")
            && let Shape::Equals(values) = shape(re)
        {
            self.op = Op::OneOf(values, false);
        }
        self
    }
}

/// Members of a disjunction, where values of one text stand together.
fn merged(list: Vec<Filter>) -> Vec<Filter> {
    let mut kept: Vec<Filter> = Vec::new();
    for one in list {
        if let Filter::Test(test) = &one
            && let Op::OneOf(more, nocase) = &test.op
            && let Some(values) = kept.iter_mut().find_map(|own| match own {
                Filter::Test(own) if own.of == test.of => match &mut own.op {
                    Op::OneOf(values, same) if same == nocase => Some(values),
                    _ => None,
                },
                _ => None,
            })
        {
            values.extend(more.iter().cloned());
            continue;
        }
        kept.push(one);
    }
    kept
}

/// Simplifies a list; `all` says how it is joined.
fn fold(list: Vec<Filter>, all: bool) -> Filter {
    let mut kept = Vec::new();
    for one in list {
        match one.simplify() {
            Filter::Const(value) if value == all => {}
            Filter::Const(value) => return Filter::Const(value),
            Filter::All(inner) if all => kept.extend(inner),
            Filter::Any(inner) if !all => kept.extend(inner),
            other => kept.push(other),
        }
    }
    if !all {
        kept = merged(kept);
    }
    match kept.len() {
        0 => Filter::Const(all),
        1 => kept.pop().unwrap_or(Filter::Const(all)),
        _ if all => Filter::All(kept),
        _ => Filter::Any(kept),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(field: &str) -> Filter {
        Filter::Test(Test {
            of: Text::Field(field.to_owned()),
            op: Op::Absent,
            id: ExprId(0),
        })
    }

    #[test]
    fn constants_fold_and_lists_join() {
        let all = Filter::All(vec![
            Filter::Const(true),
            Filter::All(vec![test("a"), test("b")]),
        ]);
        assert_eq!(all.simplify().conjuncts().len(), 2);
        let any = Filter::Any(vec![test("a"), Filter::Not(Box::new(Filter::Const(false)))]);
        assert!(matches!(any.simplify(), Filter::Const(true)));
        assert!(matches!(
            Filter::All(vec![]).simplify(),
            Filter::Const(true)
        ));
        assert!(matches!(
            Filter::Any(vec![]).simplify(),
            Filter::Const(false)
        ));
        let twice = Filter::Not(Box::new(Filter::Not(Box::new(test("a")))));
        assert!(matches!(twice.simplify(), Filter::Test(_)));
    }

    #[test]
    fn a_not_turns_the_side() {
        let filter = Filter::All(vec![test("a"), Filter::Not(Box::new(test("b")))]);
        let mut seen = Vec::new();
        filter.tests(true, &mut |test, positive| {
            seen.push((test.of.clone(), positive));
        });
        assert_eq!(
            seen.iter().map(|one| one.1).collect::<Vec<_>>(),
            [true, false]
        );
    }
}
