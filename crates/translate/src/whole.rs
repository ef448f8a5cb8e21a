//! A rule over single events for one target: lowered, divided by source,
//! fitted, and everything that was lost on the way.

use std::collections::BTreeSet;

use yaral_ir::plan::{Plan, VariableId};

use crate::filter::Filter;
use crate::fit::{Dialect, fit};
use crate::loss::{Effect, Grade, Loss, Outcome};
use crate::lower::Lower;
use crate::source::{Part, foreign, parts};

/// What a target writes.
pub(crate) struct Fitted {
    /// A part for each kind of source, at least one.
    pub(crate) parts: Vec<Part>,
    /// Everything that is lost.
    pub(crate) losses: Vec<Loss>,
}

/// A rule over single events, or the refusal.
pub(crate) fn single(plan: &Plan, dialect: &dyn Dialect) -> Result<Fitted, Outcome> {
    if plan.is_composite() {
        return Err(Outcome::refused(
            "the rule reads detections of other rules, which the target does not hold as events",
        ));
    }
    if plan.reads_metrics() {
        return Err(Outcome::refused(
            "the rule asks a metric what was usual before, which the target does not know",
        ));
    }
    if plan.correlation.is_some() {
        return Err(Outcome::refused(
            "the rule joins several events, which this target's queries are not written for here",
        ));
    }
    let mut lower = Lower::new(plan);
    let filter = lower.rule();
    fitted(plan, dialect, &filter, lower.losses)
}

/// The events of one variable of a rule that joins events, or the refusal.
pub(crate) fn variable(
    plan: &Plan,
    dialect: &dyn Dialect,
    variable: VariableId,
) -> Result<Fitted, Outcome> {
    let mut lower = Lower::new(plan);
    let filter = lower.variable(variable);
    fitted(plan, dialect, &filter, lower.losses)
}

fn fitted(
    plan: &Plan,
    dialect: &dyn Dialect,
    filter: &Filter,
    mut losses: Vec<Loss>,
) -> Result<Fitted, Outcome> {
    if let Filter::Const(value) = filter {
        let mut notes = losses.iter().map(|loss| loss.what.as_str());
        let why = notes.next_back().unwrap_or("it tests nothing");
        let what = if *value {
            format!("the rule fires on every event: {why}")
        } else {
            format!("the rule cannot fire as it stands: {why}")
        };
        return Err(Outcome::refused(what));
    }
    losses.extend(foreign(plan, filter));
    let all = parts(plan, filter);
    if all.is_empty() {
        return Err(Outcome::refused(
            "no kind of source that the target has is named by the rule: metadata.event_type, product_name or log_type says which",
        ));
    }
    let mut kept = Vec::new();
    let mut refused = Vec::new();
    for part in &all {
        match fit(plan, dialect, part) {
            Ok(mut fitted) => {
                losses.append(&mut fitted.losses);
                kept.push(fitted);
            }
            Err(reasons) => refused.push((part.kind, reasons)),
        }
    }
    if kept.is_empty() {
        let reasons = refused.into_iter().flat_map(|(_, reasons)| reasons);
        return Err(Outcome::Refused {
            reasons: told_once(reasons.collect()),
        });
    }
    for (kind, reasons) in refused {
        let why = reasons.first().map_or("", |loss| loss.what.as_str());
        let what = format!("{} are left out: {why}", kind.words());
        losses.push(Loss::whole(Grade::Impossible, Effect::Narrower, what));
    }
    Ok(Fitted {
        parts: kept,
        losses: told_once(losses),
    })
}

/// Each kind of loss once, at its first place, in the order of the rule.
pub(crate) fn told_once(mut losses: Vec<Loss>) -> Vec<Loss> {
    losses.sort();
    let mut seen = BTreeSet::new();
    losses.retain(|loss| {
        // What is left out is told wherever it is.
        let place = if loss.grade == Grade::Impossible {
            loss.line
        } else {
            0
        };
        seen.insert((place, loss.what.clone()))
    });
    losses
}
