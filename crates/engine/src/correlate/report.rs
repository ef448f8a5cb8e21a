//! Detections of correlated rules.

use yaral_ir::plan::Plan;
use yaral_ir::value::Value;
use yaral_udm::Timestamp;

use super::content::Group;
use super::group::Verdict;
use super::partition::Told;
use super::rule::Rule;
use super::span::Span;
use crate::detection::{Detection, Evidence, RISK_SCORE_DEFAULT, Status};
use crate::explain::{Explanation, Held, Step};
use crate::id;
use crate::limits::SAMPLES_MAX;

/// The detection of a group in a window.
fn detection(
    (position, rule): (usize, Rule<'_>),
    group: &Group<'_>,
    span: Span,
    verdict: Verdict,
    status: Status,
) -> Detection {
    let plan = rule.plan;
    let mut evidence = Vec::new();
    for (variable, entries) in plan.variables.iter().zip(group.bound(rule)) {
        for entry in entries.into_iter().take(SAMPLES_MAX) {
            evidence.push(Evidence {
                variable: variable.name.clone(),
                event_id: entry.id.to_string(),
                event: None,
                origin: None,
            });
        }
    }
    let matches: Vec<_> = names(rule).zip(group.matches.iter().cloned()).collect();
    let names_of = plan.variables.iter().map(|variable| variable.name.clone());
    let counts: Vec<_> = names_of.zip(verdict.counts.iter().copied()).collect();
    let why = why(plan, &counts, verdict.rows);
    let names = plan.outcomes.iter().map(|outcome| outcome.name.clone());
    let outcomes: Vec<_> = names.zip(verdict.outcomes).collect();
    let scored = outcomes.iter().find(|(name, _)| name == "risk_score");
    Detection {
        id: id::correlated(plan, &group.matches, span.start),
        rule: position,
        time: span.end,
        window: (span.start, span.end),
        risk_score: scored.map_or(RISK_SCORE_DEFAULT, |(_, value)| value.float()),
        matches,
        outcomes,
        branch: None,
        counts,
        evidence,
        why,
        status,
    }
}

/// The names of the match variables.
fn names(rule: Rule<'_>) -> impl Iterator<Item = String> {
    rule.correlation.keys.iter().map(move |key| {
        let placeholder = &rule.plan.placeholders[usize::from(key.placeholder.0)];
        placeholder.name.clone()
    })
}

/// Notice that the detection of a window no longer stands.
fn superseded(
    (position, rule): (usize, Rule<'_>),
    matches: Vec<Value<'static>>,
    (old, new): (Timestamp, Timestamp),
) -> Detection {
    let plan = rule.plan;
    let by = id::correlated(plan, &matches, new);
    Detection {
        id: id::correlated(plan, &matches, old),
        rule: position,
        time: old,
        window: (old, old),
        matches: names(rule).zip(matches).collect(),
        outcomes: Vec::new(),
        risk_score: 0.0,
        branch: None,
        counts: Vec::new(),
        evidence: Vec::new(),
        why: Explanation::default(),
        status: Status::Superseded { by },
    }
}

/// What was told, as a detection.
pub(crate) fn of(position: usize, rule: Rule<'_>, told: Told<'_>) -> Detection {
    match told {
        Told::Early(group, span, verdict) => {
            detection((position, rule), &group, span, verdict, Status::Provisional)
        }
        Told::Final(group, span, verdict) => {
            detection((position, rule), &group, span, verdict, Status::Final)
        }
        Told::Superseded(matches, old, new) => superseded((position, rule), matches, (old, new)),
    }
}

/// How many events each variable has, and the condition.
fn why(plan: &Plan, counts: &[(String, u64)], rows: u64) -> Explanation {
    let actual = counts
        .iter()
        .map(|(name, count)| (format!("#{name}"), count.to_string()));
    Explanation {
        steps: vec![Step {
            depth: 0,
            text: plan.quote(plan.condition),
            held: Held::Yes,
            actual: actual.collect(),
        }],
        rows,
    }
}
