//! Why a rule fired or did not: the evaluator's own record.
//!
//! An explanation is made by the evaluator that decides, with a recorder
//! switched on, never by a second evaluator that might disagree with it.

use yaral_ir::plan::{Branch, Expr, ExprId, Plan};

use yaral_ir::value::Value;

use crate::eval::{Eval, Known, Recorder, Scope, Silent, whole};
use crate::limits::{STEPS_MAX, VALUE_BYTES_MAX};
use crate::rows::{Layout, Row};

/// The predicates of a rule with their verdicts for one event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// The predicates, in written order, outermost first.
    pub steps: Vec<Step>,
    /// How many rows of the event satisfied all predicates.
    pub rows: u64,
}

/// One predicate and its verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// How deep it is nested; 0 for the rule's own predicates.
    pub depth: u16,
    /// The predicate as the rule's author wrote it, on one line.
    pub text: String,
    /// Whether it held, on the row that fired or on the row that came nearest.
    pub held: Held,
    /// What its fields were, as (path, value) in written order.
    pub actual: Vec<(String, String)>,
}

/// The verdict of a predicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// It held.
    Yes,
    /// It did not.
    No,
    /// It was not looked at, because another had decided already.
    Skipped,
}

/// Verdicts in the order in which they fell.
#[derive(Default)]
struct Verdicts(Vec<(ExprId, bool)>);

impl Recorder for Verdicts {
    fn decided(&mut self, id: ExprId, held: bool) {
        self.0.push((id, held));
    }
}

/// Explains a branch that fired, on its first surviving row.
pub(crate) fn fired(scope: Scope<'_>, branch: &Branch, row: &Row<'_>, rows: u64) -> Explanation {
    Explanation {
        steps: steps(scope, branch, row),
        rows,
    }
}

/// Explains the branch that came nearest to firing: the one with the largest
/// share of predicates that held. Where nothing survives in a component, its
/// nearest row is the one on which most predicates hold.
pub(crate) fn nearest(scope: Scope<'_>, layouts: &[Layout]) -> Explanation {
    let mut best: Option<(u64, Explanation)> = None;
    for (branch, layout) in scope.plan.branches.iter().zip(layouts) {
        let scope = Scope {
            bound: branch.variable,
            ..scope
        };
        let mut row = Row::default();
        let mut rows = 1_u64;
        for component in &layout.components {
            let found = component.survivors(scope, branch, usize::MAX);
            rows = rows.saturating_mul(found.rows.len() as u64);
            match found.rows.first() {
                Some(first) => row.merge(first),
                None => row.merge(&component.closest(scope, branch)),
            }
        }
        let known = Known::default();
        let held = |test: &&ExprId| Eval::new(scope, &row, &known, &mut Silent).test(**test);
        let plain = layout.plain.iter().filter(held).count();
        if plain < layout.plain.len() {
            rows = 0;
        }
        let total = branch.conjuncts.iter().filter(held).count() as u64;
        let share = total * 1_000 / (branch.conjuncts.len().max(1) as u64);
        let better = best.as_ref().is_none_or(|(so_far, _)| share > *so_far);
        if better {
            best = Some((
                share,
                Explanation {
                    steps: steps(scope, branch, &row),
                    rows,
                },
            ));
        }
    }
    best.map(|(_, explanation)| explanation).unwrap_or_default()
}

/// The predicates of a branch with their verdicts on one row.
fn steps(scope: Scope<'_>, branch: &Branch, row: &Row<'_>) -> Vec<Step> {
    let known = Known::default();
    let mut verdicts = Verdicts::default();
    for &conjunct in &branch.conjuncts {
        Eval::new(scope, row, &known, &mut verdicts).test(conjunct);
    }
    let mut steps = Vec::new();
    for &conjunct in &branch.conjuncts {
        step(scope, row, &verdicts, (conjunct, 0), &mut steps);
    }
    steps
}

fn step(
    scope: Scope<'_>,
    row: &Row<'_>,
    verdicts: &Verdicts,
    (id, depth): (ExprId, u16),
    into: &mut Vec<Step>,
) {
    if into.len() >= STEPS_MAX {
        return;
    }
    let plan = scope.plan;
    let held = match verdicts.0.iter().rev().find(|(of, _)| *of == id) {
        Some((_, true)) => Held::Yes,
        Some((_, false)) => Held::No,
        None => Held::Skipped,
    };
    let (text, inner) = match &plan.node(id).expr {
        Expr::And(list) => ("all of".to_owned(), list.clone()),
        Expr::Or(list) => ("any of".to_owned(), list.clone()),
        Expr::Not(one) if is_group(plan, *one) => ("not".to_owned(), vec![*one]),
        _ => (plan.quote(id), Vec::new()),
    };
    let actual = if inner.is_empty() {
        actual(scope, row, id)
    } else {
        Vec::new()
    };
    into.push(Step {
        depth,
        text,
        held,
        actual,
    });
    for one in inner {
        step(scope, row, verdicts, (one, depth + 1), into);
    }
}

/// Whether a predicate is made of others.
pub(crate) fn is_group(plan: &Plan, id: ExprId) -> bool {
    matches!(
        plan.node(id).expr,
        Expr::And(_) | Expr::Or(_) | Expr::Not(_)
    )
}

/// The fields and placeholders that a predicate reads, with their values.
fn actual(scope: Scope<'_>, row: &Row<'_>, predicate: ExprId) -> Vec<(String, String)> {
    let plan = scope.plan;
    let mut found = Vec::new();
    let mut open = vec![predicate];
    while let Some(id) = open.pop() {
        let value = match &plan.node(id).expr {
            Expr::Field(_)
            | Expr::Indexed(_)
            | Expr::Keyed(..)
            | Expr::Placeholder(_)
            | Expr::Whole(_) => Eval::new(scope, row, &Known::default(), &mut Silent).value(id),
            Expr::Quantified { field, .. } => {
                let mut list = Vec::new();
                whole(&scope, field, &mut |value| list.push(value));
                Value::List(list)
            }
            _ => {
                open.extend(plan.operands(id).into_iter().rev());
                continue;
            }
        };
        let named = (plan.quote(id), shown(&value));
        if !found.contains(&named) {
            found.push(named);
        }
    }
    found
}

/// A value for people: cut to a length that fits a line or two.
pub(crate) fn shown(value: &Value<'_>) -> String {
    let mut text = value.to_string();
    if text.len() > VALUE_BYTES_MAX {
        let end = (0..=VALUE_BYTES_MAX)
            .rev()
            .find(|&at| text.is_char_boundary(at))
            .unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    text
}
