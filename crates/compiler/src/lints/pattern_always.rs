//! A regular expression that every text satisfies.

use yaral_ir::plan::{Expr, ExprId};
use yaral_syntax::diagnostic::Diagnostic;

use super::Lint;
use super::subject::Subject;
use crate::codes;

pub(super) const LINT: Lint = Lint {
    code: codes::PATTERN_ALWAYS,
    find,
};

fn find(subject: &Subject<'_>, found: &mut Vec<Diagnostic>) {
    for (at, node) in (0_u32..).zip(&subject.plan.exprs) {
        let pattern = match &node.expr {
            Expr::Matches { pattern, .. } => Some(pattern),
            Expr::Call {
                function, patterns, ..
            } if function.name == "re.regex" => patterns.first(),
            _ => None,
        };
        if pattern.is_some_and(yaral_ir::regex::Pattern::matches_all) {
            let message = "the pattern matches every text, also that of a field that is not set";
            let span = subject.span(ExprId(at));
            found.push(
                Diagnostic::warning(codes::PATTERN_ALWAYS, Some(span), message).help(
                    "to demand a value write `!= \"\"` or the pattern `.+`; else leave it out",
                ),
            );
        }
    }
}
