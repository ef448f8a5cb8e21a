//! Which event variables the condition cannot hold without.
//!
//! The condition is asked with nothing known but that one variable has no
//! event. If it can only be false, the variable is required. Numbers are
//! known as spans, because a count is never negative and `2 of […]` is a sum.

use yaral_ir::plan::{ArithmeticOp, CompareOp, Expr, ExprId, PlaceholderId};
use yaral_ir::value::Value;

use crate::lower::Lower;
use crate::variables::Kind;

/// The least and the greatest number that an expression can be.
type Span = (i64, i64);

const ANY: Span = (i64::MIN, i64::MAX);
const COUNT: Span = (0, i64::MAX);

impl Lower<'_> {
    /// For each event variable, whether the condition needs it. Rows of data
    /// tables are not named there; the comparisons with them need them.
    pub(crate) fn required(&self, condition: ExprId) -> Vec<bool> {
        let count = u16::try_from(self.variables.events.len()).unwrap_or(u16::MAX);
        (0..count)
            .map(|absent| {
                let row = self.variables.kind(absent) == Kind::Row;
                row || self.known(condition, absent) == Some(false)
            })
            .collect()
    }

    /// Whether a predicate holds; nothing if that is not known.
    fn known(&self, id: ExprId, absent: u16) -> Option<bool> {
        match &self.nodes[id.0 as usize].expr {
            Expr::Literal(Value::Bool(value)) => Some(*value),
            Expr::And(list) => all(list.iter().map(|&one| self.known(one, absent))),
            Expr::Or(list) => {
                all(list.iter().map(|&one| Some(!self.known(one, absent)?))).map(|none| !none)
            }
            Expr::Not(one) => Some(!self.known(*one, absent)?),
            Expr::Compare {
                op, left, right, ..
            } => compare(
                *op,
                self.span_of(*left, absent),
                self.span_of(*right, absent),
            ),
            _ => None,
        }
    }

    /// Whether a placeholder is bound on a variable. A term that demands a
    /// value of it demands each variable that the value is found on: they are
    /// joined by it (spec/joins.md).
    fn stands_on(&self, which: PlaceholderId, variable: u16) -> bool {
        let elsewhere = self.placeholders.elsewhere(which);
        self.placeholders.reads(which).contains(&variable)
            || elsewhere.iter().any(|(of, _)| of.0 == variable)
    }

    fn span_of(&self, id: ExprId, absent: u16) -> Span {
        match &self.nodes[id.0 as usize].expr {
            Expr::Literal(Value::Int(number)) => (*number, *number),
            Expr::EventCount(variable) if variable.0 == absent => (0, 0),
            Expr::EventCount(_) => COUNT,
            Expr::PlaceholderCount(of) => match &self.nodes[of.0 as usize].expr {
                Expr::Placeholder(which) if self.stands_on(*which, absent) => (0, 0),
                _ => COUNT,
            },
            Expr::If {
                condition,
                then,
                otherwise,
            } => {
                let (a, b) = (
                    self.span_of(*then, absent),
                    self.span_of(*otherwise, absent),
                );
                match self.known(*condition, absent) {
                    Some(true) => a,
                    Some(false) => b,
                    None => (a.0.min(b.0), a.1.max(b.1)),
                }
            }
            Expr::Arithmetic {
                op: ArithmeticOp::Add,
                left,
                right,
            } => {
                let (a, b) = (self.span_of(*left, absent), self.span_of(*right, absent));
                let sum = |a: i64, b: i64| a.checked_add(b);
                match (sum(a.0, b.0), sum(a.1, b.1)) {
                    (Some(least), Some(greatest)) => (least, greatest),
                    _ => ANY,
                }
            }
            _ => ANY,
        }
    }
}

/// Whether all hold: not if one does not, and unknown if one is unknown.
fn all(mut each: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    each.try_fold(Some(true), |so_far, one| match one {
        Some(false) => Err(()),
        Some(true) => Ok(so_far),
        None => Ok(None),
    })
    .unwrap_or(Some(false))
}

fn compare(op: CompareOp, a: Span, b: Span) -> Option<bool> {
    let decide = |always: bool, never: bool| match (always, never) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    };
    let apart = a.1 < b.0 || b.1 < a.0;
    let equal = a.0 == a.1 && a == b;
    match op {
        CompareOp::Eq => decide(equal, apart),
        CompareOp::Ne => decide(apart, equal),
        CompareOp::Lt => decide(a.1 < b.0, a.0 >= b.1),
        CompareOp::Le => decide(a.1 <= b.0, a.0 > b.1),
        CompareOp::Gt => decide(a.0 > b.1, a.1 <= b.0),
        CompareOp::Ge => decide(a.0 >= b.1, a.1 < b.0),
    }
}
