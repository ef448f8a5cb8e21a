//! The `condition` section: which events must exist, and what outcomes must be.
//!
//! With `match` it is asked of each group of joined rows. A rule without
//! judges one event at a time, so `#e` is 1 whenever it is asked at all.

mod mixed;
mod terms;

use yaral_ir::plan::{ArithmeticOp, CompareOp, Expr as Plan, ExprId, VariableId};
use yaral_ir::types::Type;
use yaral_ir::value::Value;
use yaral_syntax::ast::{Binary, BinaryOp, ChainKind, Expr, NOf, Path, Quantity};
use yaral_syntax::diagnostic::{Diagnostic, Span};

use crate::codes;
use crate::lower::{Lower, Place};
use terms::{collect, holds};

impl Lower<'_> {
    /// Lowers the condition.
    pub(crate) fn condition(&mut self, expr: &Expr) -> Option<ExprId> {
        self.place = Place::Condition;
        let lowered = self.condition_term(expr);
        // A mistaken term would only be reported again as a missing one.
        if lowered.is_some() {
            self.check_terms(expr);
            self.check_mixture(expr);
        }
        lowered
    }

    fn condition_term(&mut self, expr: &Expr) -> Option<ExprId> {
        match expr {
            Expr::Paren(paren) => self.condition_term(&paren.expr()?),
            Expr::Chain(chain) if matches!(chain.kind(), ChainKind::And | ChainKind::Or) => {
                let lowered: Vec<_> = chain
                    .operands()
                    .map(|one| self.condition_term(&one))
                    .collect();
                let operands = lowered.into_iter().collect::<Option<Vec<_>>>()?;
                let joined = if chain.kind() == ChainKind::And {
                    Plan::And
                } else {
                    Plan::Or
                };
                self.add(joined(operands), Type::Bool, expr.span())
            }
            Expr::Not(not) => {
                let mut terms = Vec::new();
                collect(&not.expr()?, &mut terms);
                if let Some(term) = terms.first() {
                    let name = &term.name;
                    let message = format!(
                        "`not` does not go with `${name}`, which is counted and not tested"
                    );
                    let found = Diagnostic::error(codes::CONDITION_TERM, Some(term.span), message)
                        .help(format!("write `!${name}` where no `${name}` may exist, or turn the count around"));
                    self.report(found);
                    return None;
                }
                let inner = self.condition_term(&not.expr()?)?;
                self.add(Plan::Not(inner), Type::Bool, expr.span())
            }
            Expr::Bang(bang) => {
                let Some(Expr::Path(path)) = bang.expr() else {
                    return self.fail(
                        codes::CONDITION_TERM,
                        expr.span(),
                        "`!` stands before an event variable or placeholder",
                    );
                };
                let count = self.count_of(&path)?;
                self.compare_count(count, CompareOp::Eq, expr.span())
            }
            Expr::Path(path) if path.variable().is_some() => {
                let count = self.count_of(path)?;
                self.compare_count(count, CompareOp::Gt, expr.span())
            }
            Expr::Binary(binary) => self.condition_comparison(binary),
            Expr::Count(count) => {
                let name = count.name()?.text;
                let message = format!("`#{name}` is a number and decides nothing by itself");
                let found = Diagnostic::error(codes::CONDITION_TERM, Some(expr.span()), message)
                    .help(format!("compare it: `#{name} > 0`"));
                self.report(found);
                None
            }
            Expr::NOf(of) => self.n_of(of),
            _ => self.predicate(expr),
        }
    }

    /// `#x` for an event variable or placeholder.
    fn count_of(&mut self, path: &Path) -> Option<ExprId> {
        let Some(name) = path.variable() else {
            let message = "`!` stands before an event variable or placeholder";
            return self.fail(codes::CONDITION_TERM, path.span(), message);
        };
        if path.segments().next().is_some() {
            return self.field_in_condition(path.span());
        }
        self.count(&name.text, path.span())
    }

    fn count(&mut self, name: &str, span: Span) -> Option<ExprId> {
        if let Some(at) = self.variables.event(name) {
            let id = VariableId(u16::try_from(at).ok()?);
            return self.add(Plan::EventCount(id), Type::Int, span);
        }
        if let Some(at) = self.variables.placeholder(name) {
            let (which, ty) = self.placeholder(at, span)?;
            let of = self.add(Plan::Placeholder(which), ty, span)?;
            return self.add(Plan::PlaceholderCount(of), Type::Int, span);
        }
        if !self.outcomes.iter().any(|(outcome, _)| outcome == name) {
            return self.unknown_in_condition(name, span);
        }
        let message = format!(
            "`${name}` is an outcome variable, which the condition compares and does not count"
        );
        let found = Diagnostic::error(codes::CONDITION_TERM, Some(span), message)
            .help(format!("compare it: `${name} > 0`, `${name} = \"value\"`"));
        self.report(found);
        None
    }

    fn compare_count(&mut self, count: ExprId, op: CompareOp, span: Span) -> Option<ExprId> {
        let zero = self.add(Plan::Literal(Value::Int(0)), Type::Int, span)?;
        self.add(
            Plan::Compare {
                op,
                left: count,
                right: zero,
                nocase: false,
            },
            Type::Bool,
            span,
        )
    }

    fn condition_comparison(&mut self, binary: &Binary) -> Option<ExprId> {
        let (lhs, rhs) = (binary.lhs()?, binary.rhs()?);
        let (counted, other, turned) = match (&lhs, &rhs) {
            (Expr::Count(count), other) => (count, other, false),
            (other, Expr::Count(count)) => (count, other, true),
            _ => {
                let lowered = self.predicate(&Expr::Binary(binary.clone()))?;
                self.check_compared(binary);
                return Some(lowered);
            }
        };
        let name = counted.name()?;
        if matches!(other, Expr::Count(_)) {
            let message = "a count compares with a number, not with another count";
            return self.fail(codes::CONDITION_TERM, binary.span(), message);
        }
        let left = self.count(&name.text, counted.span())?;
        let right = self.value(other)?;
        if self.ty(right) != Type::Int {
            let message = "a count compares with a whole number";
            return self.fail(codes::TYPE_MISMATCH, other.span(), message);
        }
        if !self.is_literal(right) {
            let message = "a count compares with a number that is written here";
            return self.fail(codes::CONDITION_TERM, other.span(), message);
        }
        let op = op_of(binary.op()?, turned)?;
        self.never_holds(&name.text, op, right, binary.span());
        self.add(
            Plan::Compare {
                op,
                left,
                right,
                nocase: false,
            },
            Type::Bool,
            binary.span(),
        )
    }

    /// Without `match` one event is judged at a time, so `#e` is 1.
    fn never_holds(&mut self, name: &str, op: CompareOp, number: ExprId, span: Span) {
        if self.matching.is_some() {
            return;
        }
        let Plan::Literal(Value::Int(number)) = self.nodes[number.0 as usize].expr else {
            return;
        };
        if self.variables.event(name).is_some() && !holds(op, 1, number) {
            let message =
                format!("`#{name}` is 1 whenever a rule without `match` asks, so this never holds");
            self.report(
                Diagnostic::warning(codes::NEVER_HOLDS, Some(span), message)
                    .help("to count events, add a `match` section with a window"),
            );
        }
    }

    fn n_of(&mut self, of: &NOf) -> Option<ExprId> {
        let span = of.span();
        let lowered: Vec<_> = of.items().map(|item| self.condition_term(&item)).collect();
        let items = lowered.into_iter().collect::<Option<Vec<_>>>()?;
        let number = match of.quantity()? {
            Quantity::Any => return self.add(Plan::Or(items), Type::Bool, span),
            Quantity::All => return self.add(Plan::And(items), Type::Bool, span),
            Quantity::Number(0) => {
                return self.fail(
                    codes::CONDITION_TERM,
                    span,
                    "`0 of` asks for nothing, so it always holds",
                );
            }
            Quantity::Number(number) => i64::try_from(number).unwrap_or(i64::MAX),
        };
        if usize::try_from(number).is_ok_and(|number| number > items.len()) {
            let message = format!("{number} of {} never holds", items.len());
            self.report(Diagnostic::warning(codes::NEVER_HOLDS, Some(span), message));
        }
        let mut sum = self.add(Plan::Literal(Value::Int(0)), Type::Int, span)?;
        for condition in items {
            let then = self.add(Plan::Literal(Value::Int(1)), Type::Int, span)?;
            let otherwise = self.add(Plan::Literal(Value::Int(0)), Type::Int, span)?;
            let one = self.add(
                Plan::If {
                    condition,
                    then,
                    otherwise,
                },
                Type::Int,
                span,
            )?;
            sum = self.add(
                Plan::Arithmetic {
                    op: ArithmeticOp::Add,
                    left: sum,
                    right: one,
                },
                Type::Int,
                span,
            )?;
        }
        let number = self.add(Plan::Literal(Value::Int(number)), Type::Int, span)?;
        self.add(
            Plan::Compare {
                op: CompareOp::Ge,
                left: sum,
                right: number,
                nocase: false,
            },
            Type::Bool,
            span,
        )
    }
}

/// The operator with the count on its left.
fn op_of(op: BinaryOp, turned: bool) -> Option<CompareOp> {
    Some(match (op, turned) {
        (BinaryOp::Eq, _) => CompareOp::Eq,
        (BinaryOp::Ne, _) => CompareOp::Ne,
        (BinaryOp::Lt, false) | (BinaryOp::Gt, true) => CompareOp::Lt,
        (BinaryOp::Le, false) | (BinaryOp::Ge, true) => CompareOp::Le,
        (BinaryOp::Gt, false) | (BinaryOp::Lt, true) => CompareOp::Gt,
        (BinaryOp::Ge, false) | (BinaryOp::Le, true) => CompareOp::Ge,
        _ => return None,
    })
}
