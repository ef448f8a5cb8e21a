//! LogScale, also known as Next-Gen SIEM: steps that name what is worked out,
//! then one filter.
//!
//! LogScale filters fields, not expressions: whatever a rule works out of a
//! field becomes a field of its own in a step before.

mod fields;
mod steps;

use std::fmt::Write as _;

use yaral_ir::plan::Plan;

use crate::filter::{Op, Re, Test};
use crate::fit::Dialect;
use crate::query::regex::{flags, letters, slashed, string, strings};
use crate::query::{self, behind, laid_out};
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
                many if plain => format!("in({field}, values=[{}])", strings(many)),
                many => format!("{field}={}", pattern(&Re::one_of(many, *nocase))),
            }
        }
        Op::Absent => format!("not {field}=/./"),
        Op::Regex(re) => format!("{field}={}", pattern(re)),
        Op::Number(op, n) => {
            let sign = op.sign();
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
            format!("cidr({field}, subnet=[{}])", strings(ranges))
        }
    })
}

/// A pattern with its flags behind it.
fn pattern(re: &Re) -> String {
    let (bare, nocase, all) = flags(re);
    format!("{}{}", slashed(&bare), letters(nocase, all))
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
    let words = ("and", "or", "not ");
    let filter = laid_out(words, &part.filter, &mut |test| filtered(&mut steps, test));
    let mut out = options.from.as_deref().unwrap_or(usual).to_owned();
    out.push('\n');
    for step in steps.lines() {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "| {step}");
    }
    let _ = writeln!(out, "| {filter}");
    out
}
