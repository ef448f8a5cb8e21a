//! A regular expression that no text satisfies.

use yaral_ir::plan::{Expr, ExprId};
use yaral_ir::regex::Pattern;
use yaral_syntax::diagnostic::Diagnostic;

use super::Lint;
use super::subject::Subject;
use crate::codes;

pub(super) const LINT: Lint = Lint {
    code: codes::PATTERN_NEVER,
    find,
};

fn find(subject: &Subject<'_>, found: &mut Vec<Diagnostic>) {
    for (at, node) in (0_u32..).zip(&subject.plan.exprs) {
        let patterns = match &node.expr {
            Expr::Matches { pattern, .. } => std::slice::from_ref(pattern),
            Expr::Call { patterns, .. } => patterns.as_slice(),
            _ => &[],
        };
        if patterns.iter().any(Pattern::matches_nothing) {
            let message = "the pattern can never match: it asks for something before the start of the text, or behind its end";
            let span = subject.span(ExprId(at));
            found.push(
                Diagnostic::warning(codes::PATTERN_NEVER, Some(span), message)
                    .help("write `\\$` and `\\^` for the characters themselves"),
            );
        }
    }
}
