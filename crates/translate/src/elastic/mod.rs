//! Elastic: ES|QL over the data streams of Elastic's own integrations.
//!
//! Patterns are Lucene's, which match whole values; a pattern that they cannot
//! say is refused, not rewritten into something near.

mod fields;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use yaral_ir::plan::Plan;

use crate::filter::{Re, Test};
use crate::fit::Dialect;
use crate::pattern::{lucene, lucene_lower};
use crate::query::regex::{dollars, flags, quoted, string, strings};
use crate::query::{self, Holds, Language, Named, behind, expression, named};
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

    fn can(&self, _: Kind, test: &Test) -> Result<(), String> {
        query::can(self, test).map_err(|_| "ES|QL has no function or pattern for it".to_owned())
    }
}

impl Language for Elastic {
    const WORDS: query::Words = ("AND", "OR", "NOT ");

    fn among(&self, of: &str, values: &str) -> String {
        format!("{of} IN ({values})")
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
        // What is no address is in no network, also under NOT.
        let ranges = strings(ranges);
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
        let values: BTreeMap<_, _> = parts.iter().flat_map(values).collect();
        for (own, value) in values {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "| EVAL {own} = {value}");
        }
        let _ = writeln!(out, "| WHERE {}", ways(parts));
        let _ = writeln!(out, "| DROP y_*");
        out
    })
}

/// The fields of a part, each with its value.
fn values(part: &Part) -> impl Iterator<Item = (String, String)> {
    let named = named(&Elastic, part).into_iter();
    named.map(|Named { own, column, holds }| {
        let value = match holds {
            Holds::Number => format!("COALESCE(TO_LONG({column}), 0)"),
            Holds::List => format!("COALESCE(MV_CONCAT(TO_STRING({column}), \",\"), \"\")"),
            Holds::Text => format!("COALESCE(TO_STRING({column}), \"\")"),
        };
        (own, value)
    })
}

/// The conditions of all parts, each with what tells its records.
fn ways(parts: &[Part]) -> String {
    let way = |part: &Part| {
        let (_, guard) = fields::source(part.kind);
        let own = expression(&Elastic, &part.filter);
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
