//! LogScale, also known as Next-Gen SIEM: steps that name what is worked out,
//! then one filter.
//!
//! LogScale filters fields, not expressions: whatever a rule works out of a
//! field becomes a field of its own in a step before.

mod fields;
mod steps;

use std::fmt::Write as _;

use yaral_ir::plan::{CompareOp, Plan};

use crate::filter::{Filter, Op, Re, Test};
use crate::fit::Dialect;
use crate::query::regex::{flags, slashed, string};
use crate::query::{self, behind};
use crate::source::{Kind, Part};
use crate::{Options, Outcome, Target};
use steps::Steps;

/// The target.
pub(crate) const TARGET: Target = Target {
    name: "logscale",
    summary: "CrowdStrike LogScale queries over parsed JSON and the Parsing Standard",
    extension: "logscale",
    separator: "\n",
    convert,
};

struct LogScale;

impl Dialect for LogScale {
    fn column(&self, kind: Kind, field: &str) -> Option<String> {
        fields::column(kind, field)
    }

    fn has(&self, _: Kind) -> bool {
        true
    }

    fn can(&self, kind: Kind, test: &Test) -> Result<(), String> {
        let mut steps = Steps::new(kind);
        match filtered(&mut steps, test) {
            Some(_) => Ok(()),
            None => Err("LogScale has no function for it".to_owned()),
        }
    }
}

/// A test as a filter.
fn filtered(steps: &mut Steps, test: &Test) -> Option<String> {
    let field = steps.field(&test.of)?;
    Some(match &test.op {
        Op::OneOf(values, nocase) => {
            if values
                .iter()
                .any(|value| value.chars().any(char::is_control))
            {
                return None;
            }
            // A star in a plain value stands for anything; a pattern does not guess.
            let plain = !nocase && !values.iter().any(|value| value.contains('*'));
            match values.as_slice() {
                [one] if plain => format!("{field}={}", string(one)),
                many if plain => {
                    let values: Vec<_> = many.iter().map(|value| string(value)).collect();
                    format!("in({field}, values=[{}])", values.join(", "))
                }
                many => {
                    let values: Vec<_> = many
                        .iter()
                        .map(|value| crate::lower::escape(value))
                        .collect();
                    let text = format!("^(?:{})$", values.join("|"));
                    let re = Re {
                        text,
                        nocase: *nocase,
                    };
                    format!("{field}={}", pattern(&re))
                }
            }
        }
        Op::Absent => format!("not {field}=/./"),
        Op::Regex(re) => format!("{field}={}", pattern(re)),
        Op::Number(op, n) => {
            let sign = match op {
                CompareOp::Eq => "=",
                CompareOp::Ne => "!=",
                CompareOp::Lt => "<",
                CompareOp::Le => "<=",
                CompareOp::Gt => ">",
                CompareOp::Ge => ">=",
            };
            if crate::lower::compare(*op, 0, *n) {
                format!("({field}{sign}{n} or not {field}=*)")
            } else {
                format!("{field}{sign}{n}")
            }
        }
        Op::Same(other) => {
            let other = steps.field(other)?;
            format!("test({field}=={other})")
        }
        Op::Cidr(ranges) => {
            let ranges: Vec<_> = ranges.iter().map(|range| string(range)).collect();
            format!("cidr({field}, subnet=[{}])", ranges.join(", "))
        }
    })
}

/// A pattern with its flags behind it.
fn pattern(re: &Re) -> String {
    let (bare, nocase, all) = flags(re);
    let (i, d) = (if nocase { "i" } else { "" }, if all { "d" } else { "" });
    format!("{}{i}{d}", slashed(&bare))
}

fn convert(plan: &Plan, options: &Options) -> Outcome {
    let comment = |lines: &[String]| behind("//", lines);
    query::convert(plan, &LogScale, comment, |parts| {
        let searches: Vec<_> = parts.iter().map(|part| search(part, options)).collect();
        searches.join("\n// And, as a query of its own:\n")
    })
}

/// The query of one part.
fn search(part: &Part, options: &Options) -> String {
    let usual = fields::source(part.kind);
    let mut steps = Steps::new(part.kind);
    let mut filter = String::new();
    write(&mut steps, &part.filter, 1, &mut filter);
    let mut out = options.from.as_deref().unwrap_or(usual).to_owned();
    out.push('\n');
    for step in steps.lines() {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "| {step}");
    }
    let _ = writeln!(out, "| {filter}");
    out
}

fn write(steps: &mut Steps, filter: &Filter, depth: usize, out: &mut String) {
    match filter {
        Filter::Const(_) | Filter::Missing(..) => out.push_str("false"),
        Filter::Test(test) => {
            out.push_str(&filtered(steps, test).unwrap_or_else(|| "false".to_owned()));
        }
        Filter::Not(of) => {
            out.push_str("not (");
            write(steps, of, depth + 1, out);
            out.push(')');
        }
        Filter::All(list) | Filter::Any(list) => {
            let word = if matches!(filter, Filter::All(_)) {
                "and"
            } else {
                "or"
            };
            for (at, one) in list.iter().enumerate() {
                if at > 0 {
                    let _ = write!(out, "\n{}{word} ", "  ".repeat(depth));
                }
                if matches!(one, Filter::All(_) | Filter::Any(_)) {
                    out.push('(');
                    write(steps, one, depth + 1, out);
                    out.push(')');
                } else {
                    write(steps, one, depth, out);
                }
            }
        }
    }
}
