//! `nocase` on text without letters.

use yaral_ir::plan::{Expr, ExprId};
use yaral_syntax::diagnostic::Diagnostic;

use super::Lint;
use super::subject::Subject;
use crate::codes;

pub(super) const LINT: Lint = Lint {
    code: codes::LETTERLESS_NOCASE,
    find,
};

fn find(subject: &Subject<'_>, found: &mut Vec<Diagnostic>) {
    for (at, node) in (0_u32..).zip(&subject.plan.exprs) {
        let text = match &node.expr {
            Expr::Compare {
                left,
                right,
                nocase: true,
                ..
            } => subject.string(*right).or_else(|| subject.string(*left)),
            Expr::Matches { pattern, .. } if pattern.nocase() => Some(pattern.text()),
            Expr::Call { patterns, .. } => patterns
                .first()
                .filter(|pattern| pattern.nocase())
                .map(yaral_ir::regex::Pattern::text),
            _ => None,
        };
        if text.is_some_and(|text| !text.contains(char::is_alphabetic)) {
            let message = "`nocase` changes nothing: there is no letter to compare";
            let span = subject.span(ExprId(at));
            found.push(
                Diagnostic::note(codes::LETTERLESS_NOCASE, Some(span), message)
                    .help("leave it out"),
            );
        }
    }
}
