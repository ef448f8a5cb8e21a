//! What the query languages share: a filter as an expression over fields that
//! were named and made two-valued beforehand.
//!
//! Each language says how it writes the pieces; how they are put together, laid
//! out and put in parentheses is the same for all.

pub(crate) mod regex;

use std::collections::BTreeSet;

use yaral_ir::plan::{CompareOp, Plan};

use crate::filter::{Filter, Op, Re, Test, Text};
use crate::fit::Dialect;
use crate::head::Head;
use crate::loss::Outcome;
use crate::source::{Kind, Part};
use crate::whole::{Fitted, single};

/// How one language writes the pieces of an expression. Texts that are handed
/// over are expressions already.
pub(crate) trait Language: Dialect {
    /// The words for and, or and not; the last is put before parentheses.
    const WORDS: (&'static str, &'static str, &'static str) = ("and", "or", "not ");

    /// A field, as the lines before the condition have named it.
    fn field(&self, kind: Kind, name: &str) -> String;
    /// A written text.
    fn literal(&self, text: &str) -> String;
    /// Whether a text is one of several.
    fn one_of(&self, of: &str, values: &[String], nocase: bool) -> String;
    /// Whether a pattern is found in a text; `None` if it cannot be written.
    fn found(&self, of: &str, re: &Re) -> Option<String>;
    /// Whether a text is empty.
    fn empty(&self, of: &str) -> String {
        format!("{of} == \"\"")
    }
    /// Whether two texts are the same.
    fn same(&self, of: &str, other: &str) -> String {
        format!("{of} == {other}")
    }
    /// Whether an address lies in one of these networks.
    fn cidr(&self, _: &str, _: &[String]) -> Option<String> {
        None
    }
    /// Texts one behind the other.
    fn concat(&self, parts: &[String]) -> String;
    /// The first text that is not empty.
    fn coalesce(&self, parts: &[String]) -> String;
    /// A text with every match replaced.
    fn replace(&self, _: &str, _: &Re, _: &str) -> Option<String> {
        None
    }
    /// What a pattern finds.
    fn capture(&self, _: &str, _: &Re) -> Option<String> {
        None
    }
    /// Percent signs decoded.
    fn decode(&self, _: &str) -> Option<String> {
        None
    }
    /// In lower case.
    fn lower(&self, of: &str) -> String;
}

/// A text as an expression; `None` if the language cannot work it out.
pub(crate) fn text<L: Language>(language: &L, kind: Kind, of: &Text) -> Option<String> {
    let each = |list: &[Text]| -> Option<Vec<String>> {
        list.iter().map(|one| text(language, kind, one)).collect()
    };
    Some(match of {
        Text::Field(name) => language.field(kind, name),
        Text::Literal(text) if is_sayable(text) => language.literal(text),
        Text::Literal(_) => return None,
        Text::Concat(list) => language.concat(&each(list)?),
        Text::Coalesce(list) => language.coalesce(&each(list)?),
        Text::Replace(of, re, with) => language.replace(&text(language, kind, of)?, re, with)?,
        Text::Capture(of, re) => language.capture(&text(language, kind, of)?, re)?,
        Text::Decode(of) => language.decode(&text(language, kind, of)?)?,
        Text::Lower(of) => language.lower(&text(language, kind, of)?),
    })
}

/// Whether a text can stand in a query: nothing in it is invisible.
fn is_sayable(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() || c == '`')
}

/// A test as an expression.
fn test<L: Language>(language: &L, kind: Kind, test: &Test) -> Option<String> {
    let of = text(language, kind, &test.of)?;
    Some(match &test.op {
        Op::OneOf(values, nocase) => {
            if !values.iter().all(|value| is_sayable(value)) {
                return None;
            }
            language.one_of(&of, values, *nocase)
        }
        Op::Absent => language.empty(&of),
        Op::Regex(re) => language.found(&of, re)?,
        Op::Number(op, n) => format!("{of} {} {n}", symbol(*op)),
        Op::Same(other) => language.same(&of, &text(language, kind, other)?),
        Op::Cidr(ranges) => language.cidr(&of, ranges)?,
    })
}

fn symbol(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Eq => "==",
        CompareOp::Ne => "!=",
        CompareOp::Lt => "<",
        CompareOp::Le => "<=",
        CompareOp::Gt => ">",
        CompareOp::Ge => ">=",
    }
}

/// Whether a language can say a test.
pub(crate) fn can<L: Language>(language: &L, kind: Kind, of: &Test) -> Result<(), String> {
    match test(language, kind, of) {
        Some(_) => Ok(()),
        None => Err("the language has no function for it".to_owned()),
    }
}

/// A filter as an expression over several lines.
pub(crate) fn expression<L: Language>(language: &L, kind: Kind, filter: &Filter) -> String {
    let mut out = String::new();
    write(language, kind, filter, 1, &mut out);
    out
}

fn write<L: Language>(language: &L, kind: Kind, filter: &Filter, depth: usize, out: &mut String) {
    let (and, or, not) = L::WORDS;
    match filter {
        Filter::Const(value) => out.push_str(if *value { "true" } else { "false" }),
        Filter::Missing(..) => out.push_str("false"),
        Filter::Test(own) => {
            out.push_str(&test(language, kind, own).unwrap_or_else(|| "false".to_owned()));
        }
        Filter::Not(of) => {
            out.push_str(not);
            nested(language, kind, of, depth, out);
        }
        Filter::All(list) | Filter::Any(list) => {
            let word = if matches!(filter, Filter::All(_)) {
                and
            } else {
                or
            };
            for (at, one) in list.iter().enumerate() {
                if at > 0 {
                    out.push('\n');
                    out.push_str(&"  ".repeat(depth));
                    out.push_str(word);
                    out.push(' ');
                }
                if matches!(one, Filter::All(_) | Filter::Any(_)) {
                    nested(language, kind, one, depth, out);
                } else {
                    write(language, kind, one, depth, out);
                }
            }
        }
    }
}

/// A filter in parentheses.
fn nested<L: Language>(language: &L, kind: Kind, filter: &Filter, depth: usize, out: &mut String) {
    out.push('(');
    write(language, kind, filter, depth + 1, out);
    out.push(')');
}

/// The fields that a part reads, sorted; numbers are those that are compared as such.
pub(crate) fn fields(part: &Part) -> BTreeSet<(String, bool)> {
    let mut found = BTreeSet::new();
    part.filter.tests(true, &mut |test, _| {
        let mut names = Vec::new();
        test.of.fields(&mut names);
        if let Op::Same(other) = &test.op {
            other.fields(&mut names);
        }
        for name in names {
            found.insert((name.to_owned(), is_number(name)));
        }
    });
    found
}

/// Whether a field of a source holds a number.
pub(crate) fn is_number(name: &str) -> bool {
    matches!(
        name,
        "responseStatus.code" | "ResponseStatusCode" | "DestinationPort" | "LocalPort"
    )
}

/// Whether a field of a source holds a list.
pub(crate) fn is_list(name: &str) -> bool {
    matches!(
        name,
        "user.groups"
            | "sourceIPs"
            | "impersonatedUser.groups"
            | "user.extra.credential-id"
            | "user.extra.pod-name"
            | "user.extra.node-name"
    )
}

/// A name under which a field can be had in any language.
pub(crate) fn alias(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    name.chars().map(plain).collect()
}

/// Converts a rule over single events: the comment, then what `query` makes of
/// the parts.
pub(crate) fn convert(
    plan: &Plan,
    language: &dyn Dialect,
    comment: impl Fn(&[String]) -> String,
    query: impl Fn(&[Part]) -> String,
) -> Outcome {
    let Fitted { parts, losses } = match single(plan, language) {
        Ok(fitted) => fitted,
        Err(refusal) => return refusal,
    };
    let head = Head::new(plan);
    Outcome::Converted {
        text: format!("{}{}", comment(&head.lines(&losses)), query(&parts)),
        losses,
    }
}

/// Each line behind a sign that makes it a comment.
pub(crate) fn behind(sign: &str, lines: &[String]) -> String {
    let lines = lines.iter().map(|line| format!("{sign} {line}\n"));
    lines.collect()
}
