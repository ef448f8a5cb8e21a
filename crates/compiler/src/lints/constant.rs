//! A predicate that is decided before there is any event.

use yaral_ir::plan::{Expr, ExprId};
use yaral_ir::value::Value;
use yaral_syntax::diagnostic::Diagnostic;

use super::Lint;
use super::subject::Subject;
use crate::codes;

pub(super) const LINT: Lint = Lint {
    code: codes::CONSTANT_PREDICATE,
    find,
};

fn find(subject: &Subject<'_>, found: &mut Vec<Diagnostic>) {
    let mut tested: Vec<ExprId> = subject.atoms.iter().map(|atom| atom.id).collect();
    for node in &subject.plan.exprs {
        match &node.expr {
            Expr::If { condition, .. } => tested.push(*condition),
            // The parts of the condition; the whole may be the compiler's own.
            Expr::And(list) | Expr::Or(list) => tested.extend(list),
            _ => {}
        }
    }
    tested.sort_unstable();
    tested.dedup();
    for id in tested {
        let constant = match subject.expr(id) {
            Expr::Literal(Value::Bool(_)) => true,
            Expr::Call { args, function, .. } => {
                !function.name.starts_with("timestamp.")
                    && !function.name.starts_with("math.random")
                    && !args.is_empty()
                    && args
                        .iter()
                        .all(|arg| matches!(subject.expr(*arg), Expr::Literal(_)))
            }
            _ => false,
        };
        if constant {
            let message = "this is decided by constants alone, whatever the event";
            found.push(
                Diagnostic::warning(codes::CONSTANT_PREDICATE, Some(subject.span(id)), message)
                    .help("name a field of the event, or leave it out"),
            );
        }
    }
}
