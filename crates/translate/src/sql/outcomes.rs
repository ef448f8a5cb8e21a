//! Outcome variables as columns, and which of them the condition needs.

use std::collections::BTreeSet;

use yaral_ir::plan::{Expr, ExprId, Plan};

use super::quote;
use super::scope::{Scope, Writer};
use crate::{Effect, Grade, Loss};

impl Writer<'_> {
    /// The columns of the outcomes. One that SQL cannot say is left out, with a
    /// loss, unless the condition reads it: then the rule is refused.
    pub(super) fn outcomes(&mut self, scope: &Scope) -> Result<Vec<(String, String)>, Loss> {
        let plan = self.plan;
        let needed = needed(plan);
        let mut columns = Vec::new();
        let mut missing: BTreeSet<u16> = BTreeSet::new();
        for (number, outcome) in (0_u16..).zip(&plan.outcomes) {
            let before = self.losses.len();
            let lacks = reads(plan, outcome.expr)
                .intersection(&missing)
                .next()
                .is_some();
            let written = if lacks {
                Err(self.cannot(outcome.expr, "it reads an outcome that has no column"))
            } else {
                self.value(outcome.expr, scope)
            };
            let decides = needed.contains(&number);
            match written {
                Ok(sql) => columns.push((format!("${}", outcome.name), sql)),
                Err(loss) if decides => return Err(loss),
                Err(mut loss) => {
                    missing.insert(number);
                    loss.what =
                        format!("the column `${}` is left out: {}", outcome.name, loss.what);
                    self.losses.truncate(before);
                    self.losses.push(loss);
                }
            }
            if !decides {
                // What matches is the same.
                for loss in self.losses.iter_mut().skip(before) {
                    loss.grade = Grade::Exact;
                    loss.effect = Effect::Same;
                }
            }
        }
        Ok(columns)
    }
}

/// Columns of a `SELECT`, one on a line.
pub(super) fn select(columns: &[(String, String)]) -> String {
    columns
        .iter()
        .map(|(name, sql)| format!(",\n    {sql} AS {}", quote::name(name)))
        .collect::<Vec<_>>()
        .concat()
}

/// The outcomes that the condition reads, directly or through others.
fn needed(plan: &Plan) -> BTreeSet<u16> {
    let mut found = reads(plan, plan.condition);
    let mut open: Vec<_> = found.iter().copied().collect();
    while let Some(next) = open.pop() {
        if let Some(outcome) = plan.outcomes.get(usize::from(next)) {
            let more = reads(plan, outcome.expr);
            open.extend(more.difference(&found));
            found.extend(more);
        }
    }
    found
}

fn reads(plan: &Plan, id: ExprId) -> BTreeSet<u16> {
    let mut found = BTreeSet::new();
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        if let Expr::Outcome(which) = plan.node(id).expr {
            found.insert(which);
        }
        open.extend(plan.operands(id));
    }
    found
}
