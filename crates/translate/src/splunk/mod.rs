//! Splunk: SPL over the JSON of audit records and the data models of endpoints.

mod fields;

use std::fmt::Write as _;

use yaral_ir::plan::Plan;

use crate::filter::{Re, Test};
use crate::fit::Dialect;
use crate::query::regex::{quoted, string};
use crate::query::{self, Language, alias, expression, is_list};
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

    fn can(&self, kind: Kind, test: &Test) -> Result<(), String> {
        query::can(self, kind, test)
    }
}

impl Language for Splunk {
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
            many => format!("in({of}, {})", many.join(", ")),
        }
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
        let own = quoted(re);
        let with = if crate::pattern::groups(&re.text).is_empty() {
            format!("({own})")
        } else {
            format!("(?:{own})")
        };
        let flags = if own.starts_with("(?i)") {
            "(?is)"
        } else {
            "(?s)"
        };
        let inner = with.replace("(?i)", "");
        Some(format!(
            "if(match({of}, \"{own}\"), replace({of}, \"{flags}^.*?{inner}.*$\", \"\\1\"), \"\")"
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
    for (name, is_number) in query::fields(part) {
        let Some(column) = fields::column(part.kind, &name) else {
            continue;
        };
        let own = Splunk.field(part.kind, &name);
        // Writing to a String cannot fail.
        let _ = if is_number {
            writeln!(out, "| eval {own} = coalesce(tonumber('{column}'), 0)")
        } else if is_list(&name) {
            writeln!(
                out,
                "| eval {own} = coalesce(mvjoin('{column}', \",\"), \"\")"
            )
        } else {
            writeln!(out, "| eval {own} = coalesce('{column}', \"\")")
        };
    }
    let _ = writeln!(
        out,
        "| where {}",
        expression(&Splunk, part.kind, &part.filter)
    );
    let _ = writeln!(out, "| fields - y_*");
    out
}
