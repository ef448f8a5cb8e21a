//! Sumo Logic: a search whose fields are parsed from JSON, or normalized records.

mod fields;

use std::fmt::Write as _;

use yaral_ir::plan::Plan;

use crate::filter::{Re, Test};
use crate::fit::Dialect;
use crate::query::regex::{around, dollars, slashed, string};
use crate::query::{self, Holds, Language, Named, behind, expression, named};
use crate::source::{Kind, Part};
use crate::{Options, Outcome, Target};

/// The target.
pub(crate) const TARGET: Target = Target {
    name: "sumo",
    summary: "Sumo Logic searches over JSON and normalized records",
    extension: "sumo",
    separator: "\n",
    convert,
};

struct Sumo;

impl Dialect for Sumo {
    fn column(&self, kind: Kind, field: &str) -> Option<String> {
        fields::column(kind, field)
    }

    fn has(&self, kind: Kind) -> bool {
        fields::source(kind).is_some()
    }

    fn can(&self, _: Kind, test: &Test) -> Result<(), String> {
        query::can(self, test)
    }
}

impl Language for Sumo {
    const WORDS: query::Words = ("and", "or", "!");

    fn found(&self, of: &str, re: &Re) -> Option<String> {
        Some(format!("{of} matches {}", slashed(re)))
    }

    fn cidr(&self, of: &str, ranges: &[String]) -> Option<String> {
        let tests = ranges.iter().map(|range| {
            let (base, bits) = range.split_once('/')?;
            // Addresses of the sixth version have no such function.
            (!base.contains(':'))
                .then(|| format!("compareCIDRPrefix({}, {of}, toInt({bits}))", string(base)))
        });
        let tests: Option<Vec<_>> = tests.collect();
        Some(format!("({})", tests?.join(" or ")))
    }

    fn concat(&self, parts: &[String]) -> String {
        format!("concat({})", parts.join(", "))
    }

    fn coalesce(&self, parts: &[String]) -> String {
        let mut out = "\"\"".to_owned();
        for part in parts.iter().rev() {
            out = format!("if({part} != \"\", {part}, {out})");
        }
        out
    }

    fn replace(&self, of: &str, re: &Re, with: &str) -> Option<String> {
        Some(format!(
            "replace({of}, {}, {})",
            slashed(re),
            string(&dollars(with))
        ))
    }

    // There is no function that extracts; all around the match is taken off.
    fn capture(&self, of: &str, re: &Re) -> Option<String> {
        let (own, whole) = (slashed(re), slashed(&around(re)));
        Some(format!(
            "if({of} matches {own}, replace({of}, {whole}, \"$1\"), \"\")"
        ))
    }

    fn decode(&self, of: &str) -> Option<String> {
        Some(format!("urldecode({of})"))
    }

    fn lower(&self, of: &str) -> String {
        format!("toLowerCase({of})")
    }
}

fn convert(plan: &Plan, options: &Options) -> Outcome {
    let comment = |lines: &[String]| behind("//", lines);
    query::convert(plan, &Sumo, comment, |parts| {
        // A search has one scope; a rule over several is one search for each.
        let searches: Vec<_> = parts.iter().map(|part| search(part, options)).collect();
        searches.join("\n// And, as a search of its own:\n")
    })
}

/// The search of one part.
fn search(part: &Part, options: &Options) -> String {
    let (usual, is_json) = fields::source(part.kind).unwrap_or_default();
    let mut out = options.from.as_deref().unwrap_or(usual).to_owned();
    out.push('\n');
    let named = named(&Sumo, part);
    // Writing to a String cannot fail.
    for Named { own, column, .. } in &named {
        let _ = if is_json {
            writeln!(out, "| json field=_raw {} as {own} nodrop", string(column))
        } else {
            writeln!(out, "| {column} as {own}")
        };
    }
    for Named { own, holds, .. } in &named {
        let _ = if *holds == Holds::Number {
            writeln!(out, "| if(isNull({own}), 0, toLong({own})) as {own}")
        } else {
            writeln!(out, "| if(isNull({own}), \"\", {own}) as {own}")
        };
    }
    let _ = writeln!(out, "| where {}", expression(&Sumo, &part.filter));
    out
}
