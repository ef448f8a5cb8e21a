//! The predicates of an expression, whatever `and`, `or`, `not` and
//! parentheses they stand in.

use yaral_syntax::ast::{BinaryOp, ChainKind, Expr, Path};

use super::Kind;
use super::place::{Change, With};

/// What is done to a predicate of one section.
pub(super) trait Scope {
    fn predicate(&self, expr: &Expr, out: &mut Vec<Change>);
}

/// Adds the changes of an expression. The parser bounds how deep it nests.
pub(super) fn walk(expr: &Expr, scope: &impl Scope, out: &mut Vec<Change>) {
    match expr {
        Expr::Chain(chain) if matches!(chain.kind(), ChainKind::And | ChainKind::Or) => {
            out.extend(Change::drop(chain.syntax()));
            for operand in chain.operands() {
                walk(&operand, scope, out);
            }
        }
        Expr::Paren(paren) => {
            let Some(inner) = paren.expr() else { return };
            // The group is shown with its parentheses; without them it is the same change.
            if is_group(&core(inner.clone())) {
                out.extend(Change::drop(paren.syntax()));
            }
            walk(&inner, scope, out);
        }
        Expr::Not(not) => {
            let Some(inner) = not.expr() else { return };
            out.extend(Change::drop(not.syntax()));
            let core = core(inner);
            if is_group(&core) {
                return walk(&core, scope, out);
            }
            let with = With::opposite(expr);
            out.push(Change::instead(not.syntax(), Kind::Flip, with));
        }
        _ => scope.predicate(expr, out),
    }
}

/// What stands in the parentheses, however many there are.
fn core(mut expr: Expr) -> Expr {
    while let Expr::Paren(paren) = &expr {
        match paren.expr() {
            Some(inner) => expr = inner,
            None => break,
        }
    }
    expr
}

/// Whether there are predicates inside.
fn is_group(expr: &Expr) -> bool {
    match expr {
        Expr::Chain(chain) => matches!(chain.kind(), ChainKind::And | ChainKind::Or),
        Expr::Not(_) => true,
        _ => false,
    }
}

/// The section `events`.
pub(super) struct Events;

impl Scope for Events {
    fn predicate(&self, expr: &Expr, out: &mut Vec<Change>) {
        out.extend(Change::drop(expr.syntax()));
        if !binds(expr) {
            let with = With::opposite(expr);
            out.push(Change::instead(expr.syntax(), Kind::Flip, with));
        }
    }
}

/// Whether the predicate gives a placeholder its value or joins two events.
fn binds(expr: &Expr) -> bool {
    let Expr::Binary(binary) = expr else {
        return false;
    };
    let (Some(left), Some(right)) = (binary.lhs(), binary.rhs()) else {
        return false;
    };
    if binary.op() != Some(BinaryOp::Eq) {
        return false;
    }
    let assigns = is_placeholder(&left) && paths(&right).next().is_some()
        || is_placeholder(&right) && paths(&left).next().is_some();
    let mut events: Vec<String> = paths(expr)
        .filter(|path| path.segments().next().is_some())
        .filter_map(|path| path.variable())
        .map(|name| name.text)
        .collect();
    events.sort_unstable();
    events.dedup();
    assigns || events.len() > 1
}

fn is_placeholder(expr: &Expr) -> bool {
    matches!(expr, Expr::Path(path) if path.variable().is_some() && path.segments().next().is_none())
}

/// The paths anywhere in an expression.
fn paths(expr: &Expr) -> impl Iterator<Item = Path> + use<> {
    expr.syntax().descendants().filter_map(Path::cast)
}
