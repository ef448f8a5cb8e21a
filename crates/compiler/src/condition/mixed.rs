//! Events and outcomes side by side in a condition (yara-l §6).
//!
//! Google SecOps keeps the two apart: a choice is about one or the other, the
//! part about events stands in parentheses, and an outcome is compared with a
//! constant. What it refuses has a plain meaning, so that here it is a warning
//! unless strictness is asked for.

use yaral_syntax::ast::{Binary, BinaryOp, ChainKind, Expr, LiteralValue, Path, Quantity};

use super::terms::collect;
use crate::codes;
use crate::lower::Lower;
use crate::rewrite::unwrap;

impl Lower<'_> {
    /// Checks each choice that is not within another: if that one is about one
    /// kind only, so is all within it.
    pub(super) fn check_mixture(&mut self, expr: &Expr) {
        match expr {
            Expr::Paren(paren) => paren.expr().iter().for_each(|one| self.check_mixture(one)),
            Expr::Not(not) => not.expr().iter().for_each(|one| self.check_mixture(one)),
            Expr::Chain(chain) if chain.kind() == ChainKind::And => {
                chain.operands().for_each(|one| self.check_mixture(&one));
            }
            Expr::Chain(chain) if chain.kind() == ChainKind::Or => {
                let bare_and =
                    |one: Expr| matches!(one, Expr::Chain(inner) if inner.kind() == ChainKind::And);
                if !self.is_mixed(expr) {
                    return;
                }
                if chain.operands().any(bare_and) {
                    self.refused_there(
                        codes::OR_BESIDE_AND,
                        expr.span(),
                        "`and` binds closer than `or`, so the outcome is asked for with one of the events only",
                        "put the events in parentheses, as in `($a or $b) and $count > 1`",
                    );
                } else {
                    self.mixed("`or`", expr);
                }
            }
            Expr::NOf(of) if self.is_mixed(expr) => match of.quantity() {
                Some(Quantity::All) => self.mixed("`all of`", expr),
                Some(Quantity::Any) => self.mixed("`any of`", expr),
                _ => self.mixed("a number of terms", expr),
            },
            _ => {}
        }
    }

    fn mixed(&mut self, what: &str, expr: &Expr) {
        self.refused_there(
            codes::MIXED_CHOICE,
            expr.span(),
            &format!("{what} over events and outcome variables together"),
            "ask for the events and for the outcomes apart, and join the two with `and`",
        );
    }

    /// Whether an expression speaks of events and of outcome variables.
    fn is_mixed(&self, expr: &Expr) -> bool {
        let mut terms = Vec::new();
        collect(expr, &mut terms);
        let counted = |name: &str| {
            self.variables.event(name).is_some() || self.variables.placeholder(name).is_some()
        };
        let is_outcome = |name: &str| self.outcomes.iter().any(|(known, _)| known == name);
        let mut paths = expr.syntax().descendants().filter_map(Path::cast);
        terms.iter().any(|term| counted(&term.name))
            && paths.any(|path| path.variable().is_some_and(|name| is_outcome(&name.text)))
    }

    /// An outcome is compared with a constant, and text for equality.
    pub(super) fn check_compared(&mut self, binary: &Binary) {
        let (Some(lhs), Some(rhs), Some(op)) = (binary.lhs(), binary.rhs(), binary.op()) else {
            return;
        };
        let sides = [unwrap(lhs), unwrap(rhs)];
        // The bounds of the window are constants of the group.
        let bound = |side: &Expr| matches!(side, Expr::Path(path) if path.variable().is_none());
        if sides.iter().any(bound) {
            return;
        }
        let mut constants = sides.iter().filter_map(|side| match side {
            Expr::Literal(literal) => literal.value(),
            _ => None,
        });
        let (message, help) = match constants.next() {
            None => (
                "the condition compares an outcome variable with a constant in Google SecOps",
                "compare the two in `outcome`, and ask for the result here",
            ),
            Some(LiteralValue::Str(_)) if !matches!(op, BinaryOp::Eq | BinaryOp::Ne) => (
                "the condition compares text by `=` and `!=` only in Google SecOps",
                "compare numbers, or ask for the text itself",
            ),
            Some(_) => return,
        };
        self.refused_there(codes::COMPARED_OUTCOMES, binary.span(), message, help);
    }
}
