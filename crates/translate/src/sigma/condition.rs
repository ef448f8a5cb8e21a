//! The condition of a rule over several events, as far as Sigma counts.

use yaral_ir::plan::{CompareOp, Expr, ExprId, Plan, VariableId};

use crate::loss::{Effect, Grade, Loss, Outcome};
use crate::lower::{compare, number};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counted {
    /// Events of a variable.
    Events(VariableId),
    /// Different values of an expression.
    Values(ExprId),
}

/// A count that the condition asks for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ask {
    pub(super) counted: Counted,
    op: CompareOp,
    pub(super) number: i64,
}

impl Ask {
    /// Sigma's word for the comparison.
    pub(super) fn sign(&self) -> &'static str {
        match self.op {
            CompareOp::Eq => "eq",
            CompareOp::Ne => "neq",
            CompareOp::Lt => "lt",
            CompareOp::Le => "lte",
            CompareOp::Gt => "gt",
            CompareOp::Ge => "gte",
        }
    }

    /// Whether so many are enough.
    pub(super) fn holds(&self, count: i64) -> bool {
        compare(self.op, count, self.number)
    }
}

/// The counts of a condition: of one variable those of which one is enough, of
/// several variables those that all must hold.
pub(super) fn read(plan: &Plan, losses: &mut Vec<Loss>) -> Result<Vec<Ask>, Outcome> {
    let conjuncts = match &plan.node(plan.condition).expr {
        Expr::And(list) => list.clone(),
        _ => vec![plan.condition],
    };
    let mut asks = Vec::new();
    let mut there = Vec::new();
    // Conjuncts that count; each count of one variable is an alert of its own.
    let mut counting = 0_u32;
    for id in conjuncts {
        let ways = match &plan.node(id).expr {
            Expr::Or(list) => list.clone(),
            _ => vec![id],
        };
        let several = ways.len() > 1;
        let before = asks.len();
        let mut lost = Vec::new();
        for way in ways {
            match ask(plan, way) {
                // That an event be there goes without saying where more is asked.
                Some(own) if own.holds(1) && !own.holds(0) => there.push(own),
                Some(own) => asks.push(own),
                None => lost.push(way),
            }
        }
        let said = asks.len() > before;
        counting += u32::from(said);
        let effect = if several && said {
            Effect::Narrower
        } else {
            Effect::Wider
        };
        for id in lost {
            let what = "left out: the condition is worked out of the group, and Sigma counts only";
            losses.push(Loss::at(plan, id, Grade::Impossible, effect, what));
        }
    }
    if plan.variables.len() > 1 {
        there.extend(asks);
        return Ok(there);
    }
    if counting > 1 {
        return Err(Outcome::refused(
            "the rule asks for several counts of the same events at once, and each would alert alone",
        ));
    }
    if asks.is_empty() {
        if losses
            .iter()
            .any(|loss| loss.what.contains("Sigma counts only"))
        {
            return Err(Outcome::refused(
                "what the condition asks of the group is worked out, and nothing else makes the rule",
            ));
        }
        return Ok(there);
    }
    Ok(asks)
}

/// A comparison of a count with a number.
fn ask(plan: &Plan, id: ExprId) -> Option<Ask> {
    let Expr::Compare {
        op, left, right, ..
    } = &plan.node(id).expr
    else {
        return None;
    };
    let number = number(&plan.node(*right).expr)?;
    let counted = counted(plan, *left)?;
    Some(Ask {
        counted,
        op: *op,
        number,
    })
}

fn counted(plan: &Plan, id: ExprId) -> Option<Counted> {
    match &plan.node(id).expr {
        Expr::EventCount(variable) => Some(Counted::Events(*variable)),
        Expr::PlaceholderCount(value) => Some(Counted::Values(*value)),
        Expr::Aggregate { aggregate, arg, .. } if aggregate.name == "count_distinct" => {
            Some(Counted::Values(*arg))
        }
        // It is written before the condition, so this ends.
        Expr::Outcome(index) => match plan.outcomes.get(usize::from(*index)) {
            Some(outcome) => match &plan.node(outcome.expr).expr {
                Expr::Outcome(_) => None,
                _ => counted(plan, outcome.expr),
            },
            None => None,
        },
        _ => None,
    }
}
