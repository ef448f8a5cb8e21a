//! `.*` at an end of a regular expression that is searched for anywhere.

use yaral_ir::plan::{Expr, ExprId};
use yaral_syntax::diagnostic::Diagnostic;

use super::Lint;
use super::subject::Subject;
use crate::codes;

pub(super) const LINT: Lint = Lint {
    code: codes::PATTERN_EDGES,
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
        let Some(text) = pattern.map(yaral_ir::regex::Pattern::text) else {
            continue;
        };
        let end = match (text.starts_with(".*"), ends_open(text)) {
            (true, true) if text.len() > 2 => "both ends",
            (true, _) => "its start",
            (_, true) => "its end",
            _ => continue,
        };
        let message = format!(
            "`.*` at {end} changes nothing: a pattern is searched for anywhere in the text"
        );
        found.push(
            Diagnostic::note(
                codes::PATTERN_EDGES,
                Some(subject.span(ExprId(at))),
                message,
            )
            .help("leave it out; `^` and `$` tie a pattern to the ends"),
        );
    }
}

/// Whether a pattern ends in `.*` whose dot is not escaped.
fn ends_open(text: &str) -> bool {
    let Some(before) = text.strip_suffix(".*") else {
        return false;
    };
    let escapes = before
        .bytes()
        .rev()
        .take_while(|byte| *byte == b'\\')
        .count();
    escapes % 2 == 0
}
