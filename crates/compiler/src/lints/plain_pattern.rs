//! A regular expression that is plain text.

use yaral_ir::plan::{Expr, ExprId};
use yaral_syntax::diagnostic::Diagnostic;

use super::Lint;
use super::subject::Subject;
use crate::codes;

pub(super) const LINT: Lint = Lint {
    code: codes::PLAIN_PATTERN,
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
        // The functions that could stand here instead do not fold case.
        let Some(pattern) = pattern.filter(|pattern| !pattern.nocase()) else {
            continue;
        };
        let Some(plain) = pattern.plain() else {
            continue;
        };
        let instead = match (plain.start, plain.end) {
            (true, true) => "compare with `=`",
            (true, false) => "write `strings.starts_with(…)`",
            (false, true) => "write `strings.ends_with(…)`",
            (false, false) => "write `strings.contains(…)`",
        };
        let message = "the pattern is plain text";
        let span = subject.span(ExprId(at));
        found.push(
            Diagnostic::note(codes::PLAIN_PATTERN, Some(span), message).help(format!(
                "{instead}: it reads easier, and nothing needs an escape"
            )),
        );
    }
}
