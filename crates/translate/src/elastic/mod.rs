//! Elastic: ES|QL over the data streams of Elastic's own integrations.
//!
//! Patterns are Lucene's, which match whole values; a pattern that they cannot
//! say is refused, not rewritten into something near.

mod fields;

use std::fmt::Write as _;

use yaral_ir::plan::Plan;

use crate::filter::{Re, Test};
use crate::fit::Dialect;
use crate::pattern::{lucene, lucene_lower};
use crate::query::regex::{dollars, flags, quoted, string};
use crate::query::{self, Language, alias, behind, expression, is_list};
use crate::source::{Kind, Part};
use crate::{Options, Outcome, Target};

/// The target.
pub(crate) const TARGET: Target = Target {
    name: "elastic",
    summary: "ES|QL for Elastic Security, over its integrations' data streams",
    extension: "esql",
    separator: "\n",
    convert,
};

struct Elastic;

impl Dialect for Elastic {
    fn column(&self, kind: Kind, field: &str) -> Option<String> {
        fields::column(kind, field)
    }

    fn has(&self, _: Kind) -> bool {
        true
    }

    fn can(&self, kind: Kind, test: &Test) -> Result<(), String> {
        query::can(self, kind, test)
            .map_err(|_| "ES|QL has no function or pattern for it".to_owned())
    }
}

impl Language for Elastic {
    const WORDS: (&'static str, &'static str, &'static str) = ("AND", "OR", "NOT ");

    fn field(&self, _: Kind, name: &str) -> String {
        format!("y_{}", alias(name))
    }

    fn literal(&self, text: &str) -> String {
        string(text)
    }

    fn one_of(&self, of: &str, values: &[String], nocase: bool) -> String {
        let of = if nocase {
            self.lower(of)
        } else {
            of.to_owned()
        };
        let values: Vec<_> = values
            .iter()
            .map(|value| {
                if nocase {
                    string(&value.to_lowercase())
                } else {
                    string(value)
                }
            })
            .collect();
        match values.as_slice() {
            [one] => format!("{of} == {one}"),
            many => format!("{of} IN ({})", many.join(", ")),
        }
    }

    fn found(&self, of: &str, re: &Re) -> Option<String> {
        let (_, nocase, _) = flags(re);
        let pattern = if nocase {
            lucene_lower(re)?
        } else {
            lucene(re)?
        };
        let pattern = written(&pattern)?;
        let of = if nocase {
            self.lower(of)
        } else {
            of.to_owned()
        };
        Some(format!("{of} RLIKE {pattern}"))
    }

    fn cidr(&self, of: &str, ranges: &[String]) -> Option<String> {
        let ranges: Vec<_> = ranges.iter().map(|range| string(range)).collect();
        // What is no address is in no network, also under NOT.
        let ranges = ranges.join(", ");
        Some(format!(
            "COALESCE(CIDR_MATCH(TO_IP({of}), {ranges}), false)"
        ))
    }

    fn concat(&self, parts: &[String]) -> String {
        format!("CONCAT({})", parts.join(", "))
    }

    fn coalesce(&self, parts: &[String]) -> String {
        let tests = parts.iter().map(|part| format!("{part} != \"\", {part}"));
        format!("CASE({}, \"\")", tests.collect::<Vec<_>>().join(", "))
    }

    fn replace(&self, of: &str, re: &Re, with: &str) -> Option<String> {
        let (re, with) = (string(&quoted(re)), string(&dollars(with)));
        Some(format!("REPLACE({of}, {re}, {with})"))
    }

    fn lower(&self, of: &str) -> String {
        format!("TO_LOWER({of})")
    }
}

/// A pattern as the string of ES|QL, whose own escapes name white space: to Lucene
/// a backslash before a letter is that letter. `None` if the pattern holds other
/// characters that are invisible.
fn written(pattern: &str) -> Option<String> {
    // What RE2 means by \s, as its class comes out; a form feed ES|QL cannot name,
    // and no log line has one.
    let pattern = pattern.replace("\t-\n\u{c}-\r ", "\t\n\r ");
    let text = string(&pattern);
    let text = text
        .replace('\t', "\\t")
        .replace('\n', "\\n")
        .replace('\r', "\\r");
    (!text.chars().any(char::is_control)).then_some(text)
}

fn convert(plan: &Plan, options: &Options) -> Outcome {
    let comment = |lines: &[String]| behind("//", lines);
    query::convert(plan, &Elastic, comment, |parts| {
        let mut out = String::from("FROM ");
        let mut sources: Vec<&str> = Vec::new();
        for part in parts {
            let (source, _) = fields::source(part.kind);
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        let usual = sources.join(", ");
        out.push_str(options.from.as_deref().unwrap_or(&usual));
        out.push_str(" METADATA _id, _version, _index\n");
        let mut named = std::collections::BTreeMap::new();
        for part in parts {
            names(part, &mut named);
        }
        for (own, value) in named {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "| EVAL {own} = {value}");
        }
        let _ = writeln!(out, "| WHERE {}", ways(parts));
        let _ = writeln!(out, "| DROP y_*");
        out
    })
}

/// The fields of a part under their own names.
fn names(part: &Part, named: &mut std::collections::BTreeMap<String, String>) {
    for (name, is_number) in query::fields(part) {
        let Some(column) = fields::column(part.kind, &name) else {
            continue;
        };
        let value = if is_number {
            format!("COALESCE(TO_LONG({column}), 0)")
        } else if is_list(&name) {
            format!("COALESCE(MV_CONCAT(TO_STRING({column}), \",\"), \"\")")
        } else {
            format!("COALESCE(TO_STRING({column}), \"\")")
        };
        named.insert(Elastic.field(part.kind, &name), value);
    }
}

/// The conditions of all parts, each with what tells its records.
fn ways(parts: &[Part]) -> String {
    let way = |part: &Part| {
        let (_, guard) = fields::source(part.kind);
        let own = expression(&Elastic, part.kind, &part.filter);
        match (guard, &part.filter) {
            ("", _) => own,
            (_, crate::filter::Filter::Any(_)) => format!("{guard}\n  AND ({own})"),
            _ => format!("{guard}\n  AND {own}"),
        }
    };
    match parts {
        [one] => way(one),
        many => {
            let ways: Vec<_> = many.iter().map(|part| format!("({})", way(part))).collect();
            ways.join("\n  OR ")
        }
    }
}
