//! Sumo Logic: a search whose fields are parsed from JSON, or normalized records.

mod fields;

use std::fmt::Write as _;

use yaral_ir::plan::Plan;

use crate::filter::{Re, Test};
use crate::fit::Dialect;
use crate::query::regex::{dollars, slashed, string};
use crate::query::{self, Language, alias, behind, expression};
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

    fn can(&self, kind: Kind, test: &Test) -> Result<(), String> {
        query::can(self, kind, test)
    }
}

impl Language for Sumo {
    const WORDS: (&'static str, &'static str, &'static str) = ("and", "or", "!");

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
            many => format!("{of} in ({})", many.join(", ")),
        }
    }

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
        let own = re.inline();
        let bare = own.replace("(?i)", "");
        let inner = if crate::pattern::groups(&re.text).is_empty() {
            format!("({bare})")
        } else {
            format!("(?:{bare})")
        };
        let flags = if own.starts_with("(?i)") {
            "(?is)"
        } else {
            "(?s)"
        };
        let whole = Re::new(format!("{flags}^.*?{inner}.*$"));
        Some(format!(
            "if({of} matches {}, replace({of}, {}, \"$1\"), \"\")",
            slashed(re),
            slashed(&whole)
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
    let names = query::fields(part);
    let named = names.iter().filter_map(|(name, is_number)| {
        let column = fields::column(part.kind, name)?;
        Some((Sumo.field(part.kind, name), column, *is_number))
    });
    let named: Vec<_> = named.collect();
    // Writing to a String cannot fail.
    for (own, column, _) in &named {
        let _ = if is_json {
            writeln!(out, "| json field=_raw {} as {own} nodrop", string(column))
        } else {
            writeln!(out, "| {column} as {own}")
        };
    }
    for (own, _, is_number) in &named {
        let _ = if *is_number {
            writeln!(out, "| if(isNull({own}), 0, toLong({own})) as {own}")
        } else {
            writeln!(out, "| if(isNull({own}), \"\", {own}) as {own}")
        };
    }
    let _ = writeln!(
        out,
        "| where {}",
        expression(&Sumo, part.kind, &part.filter)
    );
    out
}
