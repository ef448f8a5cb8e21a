//! From a plan to the neutral form: branches, condition, and what of the rule
//! decides whether it matches.

mod predicate;
mod text;

pub(crate) use predicate::alternatives;

use std::cell::Cell;

use yaral_ir::plan::{CompareOp, Expr, ExprId, Plan, VariableId};
use yaral_ir::source::Source;
use yaral_ir::value::Value;

use crate::filter::Filter;
use crate::limits::UNFOLD_MAX;
use crate::loss::{Effect, Grade, Loss};

/// Reads one plan.
pub(crate) struct Lower<'p> {
    pub(crate) plan: &'p Plan,
    /// What was noticed so far.
    pub(crate) losses: Vec<Loss>,
    left: Cell<usize>,
    /// The quantifiers that are open, with the fields that they visit.
    open: Vec<(u8, String)>,
}

/// What cannot be said, and where.
pub(crate) struct Unsaid {
    pub(crate) id: ExprId,
    pub(crate) what: String,
}

impl<'p> Lower<'p> {
    pub(crate) fn new(plan: &'p Plan) -> Self {
        Lower {
            plan,
            losses: Vec::new(),
            left: Cell::new(UNFOLD_MAX),
            open: Vec::new(),
        }
    }

    /// What single events must be.
    pub(crate) fn rule(&mut self) -> Filter {
        let plan = self.plan;
        let branches = plan.branches.iter();
        let branches = branches.map(|branch| self.all(&branch.conjuncts)).collect();
        let condition = self.condition(plan.condition);
        self.notes();
        Filter::All(vec![Filter::Any(branches), condition]).simplify()
    }

    /// What the events of one variable of a correlation must be.
    pub(crate) fn variable(&mut self, variable: VariableId) -> Filter {
        let plan = self.plan;
        let branches = plan.branches.iter();
        let mut own = branches.filter(|branch| branch.variable == variable);
        own.next().map_or(Filter::Const(true), |branch| {
            self.all(&branch.conjuncts).simplify()
        })
    }

    fn all(&mut self, conjuncts: &[ExprId]) -> Filter {
        let mut list = Vec::with_capacity(conjuncts.len());
        for id in conjuncts {
            list.push(self.predicate(*id, true));
        }
        Filter::All(list)
    }

    /// The condition of a rule over single events, in which counts of an event
    /// that is there are true.
    fn condition(&mut self, id: ExprId) -> Filter {
        let plan = self.plan;
        match &plan.node(id).expr {
            Expr::And(list) => Filter::All(list.iter().map(|id| self.condition(*id)).collect()),
            // Each variable of a rule without `match` stands for the one event.
            Expr::Or(list) => Filter::Any(list.iter().map(|id| self.condition(*id)).collect()),
            Expr::Compare {
                op, left, right, ..
            } if matches!(plan.node(*left).expr, Expr::EventCount(_)) => {
                let holds = number(&plan.node(*right).expr).is_some_and(|n| compare(*op, 1, n));
                Filter::Const(holds)
            }
            _ => self.predicate(id, true),
        }
    }

    /// What a translated rule no longer does, though it matches the same.
    pub(crate) fn notes(&mut self) {
        let plan = self.plan;
        for outcome in &plan.outcomes {
            let decides = matches!(outcome.name.as_str(), "severity" | "risk_score");
            if decides && !matches!(plan.node(outcome.expr).expr, Expr::Literal(_)) {
                let what = format!(
                    "${} is worked out for each event; the translated rule keeps the severity of its meta section",
                    outcome.name
                );
                let loss = Loss::at(plan, outcome.expr, Grade::Exact, Effect::Same, what);
                self.losses.push(loss);
            }
        }
        if plan.suppression_s.is_some() {
            let what = "suppression_window is a setting of the target's scheduler";
            self.losses
                .push(Loss::whole(Grade::Exact, Effect::Same, what));
        }
        if !plan.exports.is_empty() {
            let what = "nothing is written into data tables";
            self.losses
                .push(Loss::whole(Grade::Exact, Effect::Same, what));
        }
    }

    /// Takes one from what may be unfolded; whether there was one.
    fn spend(&self) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        left > 0
    }

    fn unsaid<T>(&self, id: ExprId, what: impl Into<String>) -> Result<T, Unsaid> {
        let _ = self;
        Err(Unsaid {
            id,
            what: what.into(),
        })
    }

    /// Whether a variable ranges over events.
    pub(crate) fn is_event(&self, variable: VariableId) -> bool {
        let variable = self.plan.variables.get(usize::from(variable.0));
        variable.is_some_and(|variable| matches!(variable.source, Source::Event))
    }
}

/// A whole number that is written out.
pub(crate) fn number(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Literal(Value::Int(n)) => Some(*n),
        Expr::Literal(Value::Uint(n)) => i64::try_from(*n).ok(),
        _ => None,
    }
}

/// Whether `left op right`.
pub(crate) fn compare(op: CompareOp, left: i64, right: i64) -> bool {
    match op {
        CompareOp::Eq => left == right,
        CompareOp::Ne => left != right,
        CompareOp::Lt => left < right,
        CompareOp::Le => left <= right,
        CompareOp::Gt => left > right,
        CompareOp::Ge => left >= right,
    }
}

/// The operator that says the same with its sides exchanged.
pub(crate) fn flipped(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Lt => CompareOp::Gt,
        CompareOp::Le => CompareOp::Ge,
        CompareOp::Gt => CompareOp::Lt,
        CompareOp::Ge => CompareOp::Le,
        same => same,
    }
}
