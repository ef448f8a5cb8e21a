//! What a rule costs, in words: what is fast, what is slow and why.

use yaral_engine::Cost;
use yaral_engine::cost::Joined;
use yaral_ir::plan::{Plan, VariableId};
use yaral_ir::plan_text::PlanText;

/// One thing to say about the cost.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Note {
    /// `fast`, `slow` or `late`.
    pub(super) kind: &'static str,
    /// A sentence without its full stop.
    pub(super) text: String,
}

fn note(kind: &'static str, text: impl Into<String>) -> Note {
    Note {
        kind,
        text: text.into(),
    }
}

/// Everything there is to say, in the order in which an event meets it.
pub(super) fn notes(plan: &Plan, cost: &Cost) -> Vec<Note> {
    let text = PlanText::new(plan, false);
    let mut notes = Vec::new();
    index(plan, cost, text, &mut notes);
    for (branch, &picks) in plan.branches.iter().zip(&cost.product) {
        if picks > 1 {
            let name = text.variable_name(branch.variable);
            let many = format!(
                "predicates tie {picks} repeated fields of ${name} together, so every combination of their elements is tried"
            );
            notes.push(note("slow", many));
        }
    }
    if let (Some(joined), Some(correlation)) = (&cost.joined, &plan.correlation) {
        join(plan, joined, text, &mut notes);
        if !correlation.monotone {
            let window = text.window(correlation);
            let late = format!(
                "more events can undo the condition, so it answers when its window ({window}) has ended"
            );
            notes.push(note("late", late));
        }
    }
    notes
}

/// Which events reach the rule.
fn index(plan: &Plan, cost: &Cost, text: PlanText<'_>, notes: &mut Vec<Note>) {
    if !cost.is_indexed() {
        let free = plan.branches.iter().zip(&cost.filed);
        let free = free.filter(|(_, filed)| filed.is_none());
        let free = names(text, free.map(|(branch, _)| branch.variable));
        notes.push(note(
            "slow",
            format!(
                "every event is tested, because {free} may have any value in every field; a test such as `metadata.event_type = \"…\"` would change that"
            ),
        ));
        return;
    }
    for (branch, need) in plan.branches.iter().zip(&cost.filed) {
        if let Some(need) = need {
            let name = text.variable_name(branch.variable);
            notes.push(note(
                "fast",
                format!("for ${name} only events are tested whose {need}"),
            ));
        }
    }
}

/// What happens to the events of several variables.
fn join(plan: &Plan, joined: &Joined, text: PlanText<'_>, notes: &mut Vec<Note>) {
    let keys = plan.correlation.iter().flat_map(|found| &found.keys);
    let keys: Vec<_> = keys.map(|key| text.placeholder(key.placeholder)).collect();
    let keys = keys.join(", ");
    if joined.keyed {
        notes.push(note("fast", format!("events are kept by {keys}")));
    } else {
        notes.push(note(
            "slow",
            format!(
                "events of all values are kept together, because not every event variable has {keys} as text or as an integer of its own"
            ),
        ));
    }
    if !joined.looked_up.is_empty() {
        let names = names(text, joined.looked_up.iter().copied());
        notes.push(note(
            "fast",
            format!("among these, events of {names} are looked up by an equality"),
        ));
    }
    if !joined.tried.is_empty() {
        let names = names(text, joined.tried.iter().copied());
        notes.push(note(
            "slow",
            format!(
                "among these, every event of {names} is tried with every event before it in the window, because no equality leads there"
            ),
        ));
    }
}

fn names(text: PlanText<'_>, variables: impl Iterator<Item = VariableId>) -> String {
    let names = variables.map(|id| format!("${}", text.variable_name(id)));
    names.collect::<Vec<_>>().join(", ")
}
