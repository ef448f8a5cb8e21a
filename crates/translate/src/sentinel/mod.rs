//! Microsoft Sentinel: KQL over the tables of AKS and of Defender.

mod fields;

use std::fmt::Write as _;

use yaral_ir::plan::Plan;

use crate::filter::{Re, Test};
use crate::fit::Dialect;
use crate::query::regex::{quoted, string, strings};
use crate::query::{self, Holds, Language, Named, behind, expression, named};
use crate::source::{Kind, Part};
use crate::{Options, Outcome, Target};

/// The target.
pub(crate) const TARGET: Target = Target {
    name: "sentinel",
    summary: "KQL for Microsoft Sentinel: AKSAudit and the tables of Defender",
    extension: "kql",
    separator: "\n",
    convert,
};

struct Sentinel;

impl Dialect for Sentinel {
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

impl Language for Sentinel {
    // Here `not` is a function.
    const WORDS: query::Words = ("and", "or", "not");

    // Both signs have a twin that ignores case.
    fn one_of(&self, of: &str, values: &[String], nocase: bool) -> String {
        let (equal, among) = if nocase { ("=~", "in~") } else { ("==", "in") };
        match values {
            [one] => format!("{of} {equal} {}", string(one)),
            many => format!("{of} {among} ({})", strings(many)),
        }
    }

    fn found(&self, of: &str, re: &Re) -> Option<String> {
        Some(format!("{of} matches regex @\"{}\"", quoted(re)))
    }

    fn cidr(&self, of: &str, ranges: &[String]) -> Option<String> {
        let ranges = strings(ranges);
        // Of what is no address both say nothing, which is not the same as no.
        Some(format!(
            "(coalesce(ipv4_is_in_any_range({of}, {ranges}), false) or coalesce(ipv6_is_in_any_range({of}, {ranges}), false))"
        ))
    }

    fn concat(&self, parts: &[String]) -> String {
        format!("strcat({})", parts.join(", "))
    }

    fn coalesce(&self, parts: &[String]) -> String {
        format!("coalesce({})", parts.join(", "))
    }

    fn replace(&self, of: &str, re: &Re, with: &str) -> Option<String> {
        let with = with.replace('"', "\"\"");
        Some(format!(
            "replace_regex({of}, @\"{}\", @\"{with}\")",
            quoted(re)
        ))
    }

    fn capture(&self, of: &str, re: &Re) -> Option<String> {
        let group = usize::from(!crate::pattern::groups(&re.text).is_empty());
        Some(format!("extract(@\"{}\", {group}, {of})", quoted(re)))
    }

    fn decode(&self, of: &str) -> Option<String> {
        Some(format!("url_decode({of})"))
    }

    fn lower(&self, of: &str) -> String {
        format!("tolower({of})")
    }
}

fn convert(plan: &Plan, options: &Options) -> Outcome {
    let comment = |lines: &[String]| behind("//", lines);
    query::convert(plan, &Sentinel, comment, |parts| {
        if let [part] = parts {
            return search(part, options);
        }
        let searches = parts.iter().map(|part| {
            let own = search(part, options);
            format!("  ({})", own.trim_end().replace('\n', "\n   "))
        });
        let searches: Vec<_> = searches.collect();
        format!("union isfuzzy=true\n{}\n", searches.join(",\n"))
    })
}

/// The query of one part.
fn search(part: &Part, options: &Options) -> String {
    let (usual, guard) = fields::source(part.kind);
    let mut out = options.from.as_deref().unwrap_or(usual).to_owned();
    out.push('\n');
    // Writing to a String cannot fail.
    if !guard.is_empty() {
        let _ = writeln!(out, "| where {guard}");
    }
    for Named { own, column, holds } in named(&Sentinel, part) {
        let value = match holds {
            Holds::Number => format!("coalesce(toint({column}), 0)"),
            Holds::List => format!("strcat_array(todynamic({column}), \",\")"),
            Holds::Text => format!("tostring({column})"),
        };
        let _ = writeln!(out, "| extend {own} = {value}");
    }
    let _ = writeln!(out, "| where {}", expression(&Sentinel, &part.filter));
    let _ = writeln!(out, "| project-away y_*");
    out
}
