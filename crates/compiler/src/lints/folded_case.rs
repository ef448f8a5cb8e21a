//! Text whose case was folded, compared with text of the other case.

use yaral_ir::plan::{CompareOp, Expr, ExprId};
use yaral_ir::regex::Pattern;
use yaral_syntax::diagnostic::Diagnostic;

use super::Lint;
use super::subject::Subject;
use crate::codes;

pub(super) const LINT: Lint = Lint {
    code: codes::FOLDED_CASE,
    find,
};

/// Functions that look for their second argument in their first.
const SEARCHES: &[&str] = &[
    "strings.contains",
    "strings.ends_with",
    "strings.starts_with",
];

fn find(subject: &Subject<'_>, found: &mut Vec<Diagnostic>) {
    for (at, node) in (0_u32..).zip(&subject.plan.exprs) {
        let id = ExprId(at);
        match &node.expr {
            Expr::Compare {
                op: op @ (CompareOp::Eq | CompareOp::Ne),
                left,
                right,
                nocase: false,
            } => {
                let holds = if *op == CompareOp::Eq {
                    "never holds"
                } else {
                    "always holds"
                };
                for (text, constant) in [(*left, *right), (*right, *left)] {
                    compared(subject, id, (text, constant), holds, found);
                }
            }
            Expr::Call {
                function,
                args,
                patterns,
            } => match args.as_slice() {
                [text, constant] if SEARCHES.contains(&function.name) => {
                    compared(subject, id, (*text, *constant), "never holds", found);
                }
                [text, _] if function.name == "re.regex" => {
                    searched(subject, id, *text, patterns.first(), found);
                }
                _ => {}
            },
            Expr::Matches {
                subject: text,
                pattern,
            } => {
                searched(subject, id, *text, Some(pattern), found);
            }
            _ => {}
        }
    }
}

fn compared(
    subject: &Subject<'_>,
    whole: ExprId,
    (text, constant): (ExprId, ExprId),
    holds: &str,
    found: &mut Vec<Diagnostic>,
) {
    let Some(constant) = subject.string(constant) else {
        return;
    };
    let Some(case) = folded(subject, text) else {
        return;
    };
    if case.of(constant) != *constant {
        found.push(report(subject, whole, text, case, holds));
    }
}

/// A pattern each match of which holds a letter that the text cannot have.
fn searched(
    subject: &Subject<'_>,
    whole: ExprId,
    text: ExprId,
    pattern: Option<&Pattern>,
    found: &mut Vec<Diagnostic>,
) {
    let (Some(case), Some(pattern)) = (folded(subject, text), pattern) else {
        return;
    };
    let literals = pattern.required_literals().unwrap_or_default();
    if !literals.is_empty() && literals.iter().all(|one| case.of(one) != *one) {
        found.push(report(subject, whole, text, case, "never matches"));
    }
}

#[derive(Clone, Copy)]
enum Case {
    Lower,
    Upper,
}

impl Case {
    fn of(self, text: &str) -> String {
        match self {
            Case::Lower => text.to_lowercase(),
            Case::Upper => text.to_uppercase(),
        }
    }
}

/// The case that all letters of an expression have.
fn folded(subject: &Subject<'_>, id: ExprId) -> Option<Case> {
    match subject.expr(subject.stands_for(id)) {
        Expr::Call { function, .. } if function.name == "strings.to_lower" => Some(Case::Lower),
        Expr::Call { function, .. } if function.name == "strings.to_upper" => Some(Case::Upper),
        _ => None,
    }
}

fn report(
    subject: &Subject<'_>,
    whole: ExprId,
    text: ExprId,
    case: Case,
    holds: &str,
) -> Diagnostic {
    let (has, other) = match case {
        Case::Lower => ("lower", "an upper"),
        Case::Upper => ("upper", "a lower"),
    };
    let message =
        format!("text in {has} case is compared with a letter in {other} case, so this {holds}");
    Diagnostic::warning(codes::FOLDED_CASE, Some(subject.span(whole)), message)
        .secondary(
            subject.span(text),
            format!("all its letters are in {has} case"),
        )
        .help(format!(
            "write the constant in {has} case, or drop the function and add `nocase`"
        ))
}
