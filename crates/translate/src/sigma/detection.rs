//! The detection of a Sigma rule: named groups of tests and a condition that
//! joins them.

use yaral_ir::plan::CompareOp;

use super::fields::column;
use super::yaml::{Level, Scalar};
use crate::filter::{Filter, Op, Re, Test, Text};
use crate::pattern::{Shape, shape};
use crate::source::{Kind, Part};

/// A test as Sigma writes it: field with modifiers, and values one of which fits.
type Item = (String, Vec<Scalar>);

/// The groups and the condition.
pub(super) struct Detection {
    kind: Kind,
    groups: Vec<(String, Vec<Item>)>,
    condition: String,
}

impl Detection {
    /// The detection of one part.
    pub(super) fn new(part: &Part) -> Self {
        let mut detection = Detection {
            kind: part.kind,
            groups: Vec::new(),
            condition: String::new(),
        };
        detection.condition = detection.said(&part.filter, true, false);
        detection
    }

    /// Writes it.
    pub(super) fn write(&self, level: &mut Level<'_>) {
        for (name, items) in &self.groups {
            let mut group = level.map(name);
            for (key, values) in items {
                group.scalars(key, values);
            }
        }
        level.text("condition", &self.condition);
    }

    /// A filter as a condition; its tests become groups. `inner` puts what has
    /// several members in parentheses.
    fn said(&mut self, filter: &Filter, positive: bool, inner: bool) -> String {
        match filter {
            Filter::Not(of) => format!("not {}", self.said(of, !positive, true)),
            Filter::All(list) => {
                let words = self.all(list, positive);
                joined(&words, " and ", inner)
            }
            Filter::Any(list) => {
                let words = self.any(list, positive);
                joined(&words, " or ", inner)
            }
            Filter::Test(test) => {
                let words = self.tested(test, positive);
                joined(&words, " or ", inner)
            }
            // Simplified filters hold neither.
            Filter::Const(_) | Filter::Missing(..) => "1 of nothing_*".to_owned(),
        }
    }

    /// Members of a conjunction: tests of different fields share a group.
    fn all(&mut self, list: &[Filter], positive: bool) -> Vec<String> {
        let mut shared: Vec<Item> = Vec::new();
        let mut rest = Vec::new();
        for one in list {
            match one {
                Filter::Test(test) => match self.items(test).as_slice() {
                    [item] if shared.iter().all(|(key, _)| *key != item.0) => {
                        shared.push(item.clone());
                    }
                    _ => rest.push(one),
                },
                _ => rest.push(one),
            }
        }
        let mut words = Vec::new();
        if !shared.is_empty() {
            words.push(self.group(shared, positive));
        }
        words.extend(rest.into_iter().map(|one| self.said(one, positive, true)));
        words
    }

    /// Members of a disjunction: values of one field share a group.
    fn any(&mut self, list: &[Filter], positive: bool) -> Vec<String> {
        let mut merged: Vec<Item> = Vec::new();
        let mut rest = Vec::new();
        for one in list {
            let Filter::Test(test) = one else {
                rest.push(one);
                continue;
            };
            for (key, values) in self.items(test) {
                match merged.iter_mut().find(|(own, _)| *own == key) {
                    Some((_, own)) => own.extend(values),
                    None => merged.push((key, values)),
                }
            }
        }
        let mut words: Vec<_> = merged
            .into_iter()
            .map(|item| self.group(vec![item], positive))
            .collect();
        words.extend(rest.into_iter().map(|one| self.said(one, positive, true)));
        words
    }

    fn tested(&mut self, test: &Test, positive: bool) -> Vec<String> {
        let items = self.items(test);
        let groups = items.into_iter();
        groups
            .map(|item| self.group(vec![item], positive))
            .collect()
    }

    /// A group of its own; its name.
    fn group(&mut self, items: Vec<Item>, positive: bool) -> String {
        if let Some((name, _)) = self.groups.iter().find(|(_, own)| *own == items) {
            return name.clone();
        }
        let word = if positive { "selection" } else { "filter" };
        let count = self
            .groups
            .iter()
            .filter(|(name, _)| name.starts_with(word));
        let name = format!("{word}_{}", count.count() + 1);
        self.groups.push((name.clone(), items));
        name
    }

    /// A test as items, one of which fits.
    fn items(&self, test: &Test) -> Vec<Item> {
        let Text::Field(field) = &test.of else {
            return Vec::new();
        };
        let Some(name) = column(self.kind, field) else {
            return Vec::new();
        };
        let texts = |modifier: &str, values: &[String]| {
            let values = values.iter().map(|value| Scalar::Text(escaped(value)));
            (format!("{name}{modifier}"), values.collect())
        };
        let absent = (
            name.clone(),
            vec![Scalar::Null, Scalar::Text(String::new())],
        );
        match &test.op {
            Op::OneOf(values, _) => vec![texts("", values)],
            Op::Absent => vec![absent],
            Op::Regex(re) => vec![match shape(re) {
                Shape::Equals(values) => texts("", &values),
                Shape::Starts(values) => texts("|startswith", &values),
                Shape::Ends(values) => texts("|endswith", &values),
                Shape::Contains(values) => texts("|contains", &values),
                Shape::Other => {
                    let (modifiers, text) = pattern(re);
                    (format!("{name}{modifiers}"), vec![Scalar::Text(text)])
                }
            }],
            Op::Number(op, n) => {
                let modifier = match op {
                    CompareOp::Lt => "|lt",
                    CompareOp::Le => "|lte",
                    CompareOp::Gt => "|gt",
                    CompareOp::Ge => "|gte",
                    CompareOp::Eq | CompareOp::Ne => "",
                };
                let own = (format!("{name}{modifier}"), vec![Scalar::Number(*n)]);
                if crate::lower::compare(*op, 0, *n) {
                    vec![own, (name, vec![Scalar::Null])]
                } else {
                    vec![own]
                }
            }
            Op::Same(Text::Field(other)) => match column(self.kind, other) {
                Some(other) => vec![(format!("{name}|fieldref"), vec![Scalar::Text(other)])],
                None => Vec::new(),
            },
            Op::Same(_) => Vec::new(),
            Op::Cidr(ranges) => {
                let ranges = ranges.iter().map(|range| Scalar::Text(range.clone()));
                vec![(format!("{name}|cidr"), ranges.collect())]
            }
        }
    }
}

fn joined(words: &[String], by: &str, inner: bool) -> String {
    match words {
        [one] => one.clone(),
        many if inner => format!("({})", many.join(by)),
        many => many.join(by),
    }
}

/// A text in which nothing is a wildcard.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '*' | '?') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A pattern with its flags as modifiers.
fn pattern(re: &Re) -> (String, String) {
    let mut nocase = re.nocase;
    let mut all = false;
    let mut text = re.text.as_str();
    loop {
        if let Some(rest) = text.strip_prefix("(?i)") {
            (nocase, text) = (true, rest);
        } else if let Some(rest) = text.strip_prefix("(?s)") {
            (all, text) = (true, rest);
        } else if let Some(rest) = text.strip_prefix("(?is)").or(text.strip_prefix("(?si)")) {
            (nocase, all, text) = (true, true, rest);
        } else {
            break;
        }
    }
    let mut modifiers = String::from("|re");
    if nocase {
        modifiers.push_str("|i");
    }
    if all {
        modifiers.push_str("|s");
    }
    (modifiers, text.to_owned())
}
