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
use crate::source::Part;
use crate::whole::{Fitted, single};
use regex::{string, strings};

/// How one language writes the pieces of an expression. Texts that are handed
/// over are expressions already.
pub(crate) trait Language: Dialect {
    /// The words for and, or and not; the last is put before parentheses.
    const WORDS: Words = ("and", "or", "not ");

    /// A field, as the lines before the condition have named it.
    fn field(&self, name: &str) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        let name: String = name.chars().map(plain).collect();
        format!("y_{name}")
    }
    /// Whether a text is one of several.
    fn one_of(&self, of: &str, values: &[String], nocase: bool) -> String {
        let (of, values) = if nocase {
            let values = values.iter().map(|value| value.to_lowercase());
            (self.lower(of), values.collect())
        } else {
            (of.to_owned(), values.to_vec())
        };
        match values.as_slice() {
            [one] => format!("{of} == {}", string(one)),
            many => self.among(&of, &strings(many)),
        }
    }
    /// Whether a text is one of several that stand behind each other.
    fn among(&self, of: &str, values: &str) -> String {
        format!("{of} in ({values})")
    }
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
pub(crate) fn text<L: Language>(language: &L, of: &Text) -> Option<String> {
    let each = |list: &[Text]| -> Option<Vec<String>> {
        list.iter().map(|one| text(language, one)).collect()
    };
    Some(match of {
        Text::Field(name) => language.field(name),
        Text::Literal(text) if is_sayable(text) => string(text),
        Text::Literal(_) => return None,
        Text::Concat(list) => language.concat(&each(list)?),
        Text::Coalesce(list) => language.coalesce(&each(list)?),
        Text::Replace(of, re, with) => language.replace(&text(language, of)?, re, with)?,
        Text::Capture(of, re) => language.capture(&text(language, of)?, re)?,
        Text::Decode(of) => language.decode(&text(language, of)?)?,
        Text::Lower(of) => language.lower(&text(language, of)?),
    })
}

/// Whether a text can stand in a query: nothing in it is invisible.
fn is_sayable(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() || c == '`')
}

/// A test as an expression.
fn test<L: Language>(language: &L, test: &Test) -> Option<String> {
    let of = text(language, &test.of)?;
    Some(match &test.op {
        Op::OneOf(values, nocase) => {
            if !values.iter().all(|value| is_sayable(value)) {
                return None;
            }
            language.one_of(&of, values, *nocase)
        }
        Op::Absent => language.empty(&of),
        Op::Regex(re) => language.found(&of, re)?,
        Op::Number(op, n) => {
            let sign = match op {
                CompareOp::Eq => "==",
                other => other.sign(),
            };
            format!("{of} {sign} {n}")
        }
        Op::Same(other) => language.same(&of, &text(language, other)?),
        Op::Cidr(ranges) => language.cidr(&of, ranges)?,
    })
}

/// Whether a language can say a test.
pub(crate) fn can<L: Language>(language: &L, of: &Test) -> Result<(), String> {
    match test(language, of) {
        Some(_) => Ok(()),
        None => Err("the language has no function for it".to_owned()),
    }
}

/// A filter as an expression over several lines.
pub(crate) fn expression<L: Language>(language: &L, filter: &Filter) -> String {
    laid_out(L::WORDS, filter, &mut |own| test(language, own))
}

/// A filter laid out over several lines, with a language's words for and, or and
/// not and its way to write a test; a test that it cannot write holds never.
pub(crate) fn laid_out(
    words: Words,
    filter: &Filter,
    test: &mut dyn FnMut(&Test) -> Option<String>,
) -> String {
    let mut layout = Layout {
        words,
        test,
        out: String::new(),
    };
    layout.write(filter, 1);
    layout.out
}

/// The words for and, or and not; the last is put before parentheses.
pub(crate) type Words = (&'static str, &'static str, &'static str);

/// A filter that is being laid out.
struct Layout<'t> {
    words: Words,
    test: &'t mut dyn FnMut(&Test) -> Option<String>,
    out: String,
}

impl Layout<'_> {
    fn write(&mut self, filter: &Filter, depth: usize) {
        let (and, or, not) = self.words;
        match filter {
            Filter::Const(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Filter::Missing(..) => self.out.push_str("false"),
            Filter::Test(own) => {
                let own = (self.test)(own).unwrap_or_else(|| "false".to_owned());
                self.out.push_str(&own);
            }
            Filter::Not(of) => {
                self.out.push_str(not);
                self.nested(of, depth);
            }
            Filter::All(list) => self.list(list, and, depth),
            Filter::Any(list) => self.list(list, or, depth),
        }
    }

    fn list(&mut self, list: &[Filter], word: &str, depth: usize) {
        for (at, one) in list.iter().enumerate() {
            if at > 0 {
                self.out.push('\n');
                self.out.push_str(&"  ".repeat(depth));
                self.out.push_str(word);
                self.out.push(' ');
            }
            if matches!(one, Filter::All(_) | Filter::Any(_)) {
                self.nested(one, depth);
            } else {
                self.write(one, depth);
            }
        }
    }

    /// A filter in parentheses.
    fn nested(&mut self, filter: &Filter, depth: usize) {
        self.out.push('(');
        self.write(filter, depth + 1);
        self.out.push(')');
    }
}

/// A field that a part reads, as a query names it before its condition.
pub(crate) struct Named {
    /// The name in the query.
    pub(crate) own: String,
    /// The target's name.
    pub(crate) column: String,
    /// What it holds.
    pub(crate) holds: Holds,
}

/// What a field of a source holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// A number that is compared as such.
    Number,
    /// A list.
    List,
    /// A text.
    Text,
}

/// The fields that a part reads and the target has, sorted by their names.
pub(crate) fn named<L: Language>(language: &L, part: &Part) -> Vec<Named> {
    let fields = fields(part);
    let named = fields.iter().filter_map(|name| {
        Some(Named {
            own: language.field(name),
            column: language.column(part.kind, name)?,
            holds: match name.as_str() {
                name if is_number(name) => Holds::Number,
                name if is_list(name) => Holds::List,
                _ => Holds::Text,
            },
        })
    });
    named.collect()
}

/// The fields that a part reads.
fn fields(part: &Part) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    part.filter.tests(true, &mut |test, _| {
        let mut names = Vec::new();
        test.of.fields(&mut names);
        if let Op::Same(other) = &test.op {
            other.fields(&mut names);
        }
        found.extend(names.into_iter().map(str::to_owned));
    });
    found
}

/// Whether a field of a source holds a number.
fn is_number(name: &str) -> bool {
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
