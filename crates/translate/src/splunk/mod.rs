//! Splunk: SPL over the JSON of audit records and the data models of endpoints.

mod fields;

use std::fmt::Write as _;

use yaral_ir::plan::Plan;

use crate::filter::{Re, Test};
use crate::fit::Dialect;
use crate::query::regex::{around, quoted, string};
use crate::query::{self, Holds, Language, Named, expression, named};
use crate::source::{Kind, Part};
use crate::{Options, Outcome, Target};

/// The target.
pub(crate) const TARGET: Target = Target {
    name: "splunk",
    summary: "Splunk SPL over audit records and CIM data models",
    extension: "spl",
    separator: "\n",
    convert,
};

struct Splunk;

impl Dialect for Splunk {
    fn column(&self, kind: Kind, field: &str) -> Option<String> {
        fields::column(kind, field)
    }

    fn has(&self, _: Kind) -> bool {
        true
    }

    fn can(&self, _: Kind, test: &Test) -> Result<(), String> {
        query::can(self, test)
    }
}

impl Language for Splunk {
    const WORDS: query::Words = ("AND", "OR", "NOT ");

    fn among(&self, of: &str, values: &str) -> String {
        format!("in({of}, {values})")
    }

    fn found(&self, of: &str, re: &Re) -> Option<String> {
        Some(format!("match({of}, \"{}\")", quoted(re)))
    }

    fn cidr(&self, of: &str, ranges: &[String]) -> Option<String> {
        let tests = ranges
            .iter()
            .map(|range| format!("cidrmatch({}, {of})", string(range)));
        Some(format!("({})", tests.collect::<Vec<_>>().join(" OR ")))
    }

    fn concat(&self, parts: &[String]) -> String {
        format!("({})", parts.join(" . "))
    }

    fn coalesce(&self, parts: &[String]) -> String {
        let tests = parts.iter().map(|part| format!("{part} != \"\", {part}"));
        format!(
            "case({}, true(), \"\")",
            tests.collect::<Vec<_>>().join(", ")
        )
    }

    fn replace(&self, of: &str, re: &Re, with: &str) -> Option<String> {
        let with = with.replace('"', "\\\"");
        Some(format!("replace({of}, \"{}\", \"{with}\")", quoted(re)))
    }

    // There is no function that extracts; all around the match is taken off.
    fn capture(&self, of: &str, re: &Re) -> Option<String> {
        let (own, whole) = (quoted(re), quoted(&around(re)));
        Some(format!(
            "if(match({of}, \"{own}\"), replace({of}, \"{whole}\", \"\\1\"), \"\")"
        ))
    }

    fn decode(&self, of: &str) -> Option<String> {
        Some(format!("urldecode({of})"))
    }

    fn lower(&self, of: &str) -> String {
        format!("lower({of})")
    }
}

fn convert(plan: &Plan, options: &Options) -> Outcome {
    let comment = |lines: &[String]| {
        // Three backticks are what ends a comment.
        let lines = lines.iter().map(|line| line.replace('`', "'"));
        let lines: Vec<_> = lines.collect();
        format!("``` {} ```\n", lines.join("\n    "))
    };
    query::convert(plan, &Splunk, comment, |parts| {
        if let [part] = parts {
            return search(part, options);
        }
        let searches = parts.iter().map(|part| {
            let own = search(part, options);
            // A search within brackets begins with its command.
            let command = if own.starts_with('|') { "" } else { "search " };
            format!(
                "    [ {command}{} ]",
                own.trim_end().replace('\n', "\n      ")
            )
        });
        let searches: Vec<_> = searches.collect();
        format!("| union\n{}\n", searches.join("\n"))
    })
}

/// The search of one part.
fn search(part: &Part, options: &Options) -> String {
    let usual = fields::source(part.kind);
    let mut out = options.from.as_deref().unwrap_or(usual).to_owned();
    out.push('\n');
    for Named { own, column, holds } in named(&Splunk, part) {
        let value = match holds {
            Holds::Number => format!("coalesce(tonumber('{column}'), 0)"),
            Holds::List => format!("coalesce(mvjoin('{column}', \",\"), \"\")"),
            Holds::Text => format!("coalesce('{column}', \"\")"),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "| eval {own} = {value}");
    }
    let _ = writeln!(out, "| where {}", expression(&Splunk, &part.filter));
    let _ = writeln!(out, "| fields - y_*");
    out
}
