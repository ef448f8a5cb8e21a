//! A risk score that is no number.

use yaral_ir::types::Type;
use yaral_syntax::diagnostic::Diagnostic;

use super::Lint;
use super::subject::Subject;
use crate::codes;

pub(super) const LINT: Lint = Lint {
    code: codes::SCORE_OF_TEXT,
    find,
};

fn find(subject: &Subject<'_>, found: &mut Vec<Diagnostic>) {
    for outcome in subject
        .plan
        .outcomes
        .iter()
        .filter(|one| one.name == "risk_score")
    {
        let ty = subject.plan.node(outcome.expr).ty;
        if ty.is_number() || ty == Type::Any {
            continue;
        }
        let message = format!(
            "`$risk_score` is {}, and a score is a number",
            crate::lower::with_article(ty)
        );
        found.push(
            Diagnostic::warning(
                codes::SCORE_OF_TEXT,
                Some(subject.span(outcome.expr)),
                message,
            )
            .help("write a number from 0 to 100, or give the text to another outcome variable")
            .with_note("without a number the detection has the default score"),
        );
    }
}
