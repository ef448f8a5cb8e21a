//! Values and predicates under an assignment: what guides the search, and
//! nothing more. Aggregates have no value here.

use yaral_ir::function::Call;
use yaral_ir::plan::{ArithmeticOp, Binding, CompareOp, Expr, ExprId};
use yaral_ir::value::Value;

use super::place::Place;
use super::problem::{Cell, Problem, State};

/// An evaluation under one state.
pub(super) struct With<'a, 'p> {
    pub(super) problem: &'a Problem<'p>,
    pub(super) state: &'a State,
    /// The values that enclosing quantifiers visit.
    pub(super) elements: Vec<Value<'static>>,
}

impl With<'_, '_> {
    /// How many single predicates keep an expression from what is wanted.
    pub(super) fn distance(&mut self, id: ExprId, wanted: bool) -> u32 {
        let problem = self.problem;
        match &problem.plan.node(id).expr {
            Expr::Not(one) => self.distance(*one, !wanted),
            Expr::And(list) if wanted => list.iter().map(|&one| self.distance(one, true)).sum(),
            Expr::Or(list) if wanted => match problem.focus.get(&id) {
                Some(&only) => self.distance(list[only % list.len()], true),
                None => list
                    .iter()
                    .map(|&one| self.distance(one, true))
                    .min()
                    .unwrap_or(1),
            },
            Expr::Or(list) => list.iter().map(|&one| self.distance(one, false)).sum(),
            Expr::And(list) => list
                .iter()
                .map(|&one| self.distance(one, false))
                .min()
                .unwrap_or(1),
            Expr::Quantified { field, body, .. } => {
                let cell = Cell::Value(field.variable.0, Place::of_whole(field, None));
                let value = self.state[problem.number(&cell)].clone();
                self.elements.push(value);
                let distance = self.distance(*body, wanted);
                self.elements.pop();
                distance
            }
            _ => u32::from(self.value(id).truth() != wanted),
        }
    }

    /// The value of an expression.
    pub(super) fn value(&mut self, id: ExprId) -> Value<'static> {
        let problem = self.problem;
        let plan = problem.plan;
        let node = plan.node(id);
        if let Some(cell) = problem.cell_of(id) {
            let value = self.state[problem.number(&cell)].clone();
            return match &node.expr {
                Expr::Whole(_) if value.is_zero() => Value::List(Vec::new()),
                Expr::Whole(_) => Value::List(vec![value]),
                _ => value,
            };
        }
        match &node.expr {
            Expr::Literal(value) => value.clone(),
            Expr::Element(slot) => self.elements[usize::from(*slot)].clone(),
            Expr::Placeholder(which) => match &plan.placeholders[usize::from(which.0)].binding {
                Binding::To(bound) => self.value(*bound),
                Binding::OneOf(ways) => {
                    let choice = problem.number(&Cell::Choice(which.0));
                    let at = usize::try_from(self.state[choice].int()).unwrap_or(0);
                    self.value(ways[at % ways.len()])
                }
            },
            Expr::Compare {
                op,
                left,
                right,
                nocase,
            } => {
                let (left, right) = (self.value(*left), self.value(*right));
                Value::Bool(compare(*op, &left, &right, *nocase))
            }
            Expr::Matches { subject, pattern } => {
                Value::Bool(pattern.is_match(&self.value(*subject).text()))
            }
            Expr::InList {
                subject,
                list,
                nocase,
            } => Value::Bool(list.contains(&self.value(*subject), *nocase)),
            Expr::Arithmetic { op, left, right } => {
                let (left, right) = (self.value(*left), self.value(*right));
                arithmetic(*op, &left, &right)
            }
            Expr::Call {
                function,
                args,
                patterns,
            } => {
                let args: Vec<_> = args.iter().map(|&arg| self.value(arg)).collect();
                let call = Call {
                    patterns,
                    now: plan.semantics.now.unwrap_or(problem.now),
                    seed: 0,
                    semantics: &plan.semantics,
                };
                (function.eval)(&call, &args)
            }
            Expr::If {
                condition,
                then,
                otherwise,
            } => {
                let chosen = if self.distance(*condition, true) == 0 {
                    then
                } else {
                    otherwise
                };
                self.value(*chosen)
            }
            Expr::And(_) | Expr::Or(_) | Expr::Not(_) | Expr::Quantified { .. } => {
                Value::Bool(self.distance(id, true) == 0)
            }
            _ => Value::EMPTY,
        }
    }
}

fn compare(op: CompareOp, left: &Value<'_>, right: &Value<'_>, nocase: bool) -> bool {
    let order = left.compare(right);
    match op {
        CompareOp::Eq => left.equals(right, nocase),
        CompareOp::Ne => !left.equals(right, nocase),
        CompareOp::Lt => order.is_some_and(std::cmp::Ordering::is_lt),
        CompareOp::Le => order.is_some_and(std::cmp::Ordering::is_le),
        CompareOp::Gt => order.is_some_and(std::cmp::Ordering::is_gt),
        CompareOp::Ge => order.is_some_and(std::cmp::Ordering::is_ge),
    }
}

fn arithmetic(op: ArithmeticOp, left: &Value<'_>, right: &Value<'_>) -> Value<'static> {
    let float = [left, right].iter().any(|v| matches!(v, Value::Float(_)));
    let (a, b) = (left.int(), right.int());
    let (x, y) = (left.float(), right.float());
    match op {
        ArithmeticOp::Div => Value::Float(if y == 0.0 { 0.0 } else { x / y }),
        ArithmeticOp::Rem => Value::Int(a.checked_rem(b).unwrap_or(0)),
        ArithmeticOp::Add if float => Value::Float(x + y),
        ArithmeticOp::Sub if float => Value::Float(x - y),
        ArithmeticOp::Mul if float => Value::Float(x * y),
        ArithmeticOp::Add => Value::Int(a.saturating_add(b)),
        ArithmeticOp::Sub => Value::Int(a.saturating_sub(b)),
        ArithmeticOp::Mul => Value::Int(a.saturating_mul(b)),
    }
}
