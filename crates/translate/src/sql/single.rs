//! Rules that judge one event at a time.

use yaral_ir::plan::{CompareOp, Expr, Plan, VariableId};
use yaral_ir::value::Value;

use super::outcomes::select;
use super::quote;
use super::rows::first_row;
use super::scope::{EventGroup, Relation, Scope, Stage, Writer};
use crate::Loss;

/// The query behind the events: a line for each event that the rule fires on.
pub(super) fn query(writer: &mut Writer<'_>) -> Result<String, Loss> {
    let plan = writer.plan;
    let mut ctes = Vec::new();
    let mut found = Vec::new();
    let mut earlier: Vec<String> = Vec::new();
    for (at, branch) in plan.branches.iter().enumerate() {
        let laid = writer.lay(branch)?;
        let number = at + 1;
        ctes.push(format!(
            "placed{number} AS (\n  SELECT *{}\n  FROM events\n),\nrows{number} AS (\n  SELECT *{}\n  FROM placed{number}\n),\n\
             fits{number} AS (\n  SELECT *\n  FROM rows{number}\n  WHERE {}\n)",
            select(&laid.placed),
            select(&laid.lists),
            laid.test
        ));
        let variable = branch.variable.0;
        let mut base = Scope {
            relations: vec![None; plan.variables.len()],
            ..Scope::default()
        };
        if let Some(own) = base.relations.get_mut(usize::from(variable)) {
            *own = Some(Relation::default());
        }
        base.placeholders.extend(laid.placeholders);
        let group = EventGroup {
            variable,
            components: laid.rows.clone(),
        };
        let scope = first_row(&base, variable, &laid.rows, Stage::Event(group));
        let outcomes = writer.outcomes(&scope)?;
        let columns = plan
            .outcomes
            .iter()
            .map(|outcome| format!("${}", outcome.name))
            .filter(|name| outcomes.iter().any(|(known, _)| known == name))
            .map(|name| format!(", {}", quote::name(&name)))
            .collect::<Vec<_>>()
            .concat();
        let condition = if is_given(plan, branch.variable) {
            "TRUE".to_owned()
        } else {
            writer.truth(plan.condition, &scope)?
        };
        // The first branch that matches speaks for the event.
        let others = earlier
            .iter()
            .map(|known| format!("\n    AND line NOT IN (SELECT line FROM {known})"))
            .collect::<Vec<_>>()
            .concat();
        found.push(format!(
            "SELECT line, metadata_id, product_log_id, event_time, {} AS rule{columns}\n  FROM (\n  SELECT *{}\n  FROM fits{number}\n  )\n  WHERE {condition}{others}",
            quote::text(&plan.name),
            select(&outcomes),
        ));
        earlier.push(format!("fits{number}"));
    }
    if found.is_empty() {
        return Err(Loss::whole(
            crate::Grade::Impossible,
            crate::Effect::Differs,
            "no event can match the rule",
        ));
    }
    Ok(format!(
        "{},\nfound AS (\n  {}\n)\nSELECT *\nFROM found\nORDER BY line;\n",
        ctes.join(",\n"),
        found.join("\n  UNION ALL BY NAME\n  ")
    ))
}

/// Whether the condition only asks for the event that is there.
fn is_given(plan: &Plan, variable: VariableId) -> bool {
    let Expr::Compare {
        op: CompareOp::Gt,
        left,
        right,
        ..
    } = &plan.node(plan.condition).expr
    else {
        return false;
    };
    let counts = matches!(plan.node(*left).expr, Expr::EventCount(of) if of == variable);
    counts && matches!(plan.node(*right).expr, Expr::Literal(Value::Int(0)))
}
