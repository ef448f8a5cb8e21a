//! The fast evaluator: index, components, one detection for each event.

use std::sync::Arc;

use yaral_ir::metrics::Metrics;
use yaral_ir::plan::{Branch, Expr, ExprId, Plan, VariableId};
use yaral_ir::value::Value;
use yaral_udm::{Event, FieldSet, Needs, Timestamp};

use crate::composite;
use crate::context::Context;
use crate::correlate::memory::Memory;
use crate::detection::{Detection, Evidence, RISK_SCORE_DEFAULT, Status};
use crate::eval::{Eval, Known, Scope, Silent};
use crate::explain::{self, Explanation};
use crate::id;
use crate::index::Index;
use crate::knowledge::{Knowledge, Recall};
use crate::rows::{Layout, survivors};
use crate::totals::Totals;

/// Rules, ready to see events.
#[derive(Debug)]
pub struct Engine {
    pub(crate) plans: Vec<Plan>,
    layouts: Vec<Vec<Layout>>,
    /// For each rule, the aggregates and placeholder counts of its outcomes
    /// and condition, sorted.
    aggregates: Vec<Vec<ExprId>>,
    /// Whether some rule draws random numbers; only then is a seed derived.
    pub(crate) random: bool,
    /// The positions of the rules over detections.
    pub(crate) composites: Vec<usize>,
    index: Index,
    candidates: Vec<u32>,
    pub(crate) stats: Stats,
    pub(crate) memory: Memory,
}

/// What the engine has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Events seen.
    pub events: u64,
    /// Rules evaluated, summed over events; the rest the index ruled out.
    pub evaluations: u64,
    /// Detections made.
    pub detections: u64,
    /// Evaluations in which rows beyond `ROWS_MAX` were not looked at.
    pub rows_cut: u64,
    /// Events that came before the watermark and were not taken in, once for
    /// each rule that would have looked at them.
    pub late: u64,
    /// Bytes of state that correlated rules hold now, as far as they are counted.
    pub state_bytes: u64,
    /// Events that a correlated rule could not take in, because
    /// `EVENTS_PER_KEY_MAX` or `STATE_BYTES_MAX` was reached, and detections
    /// that came behind what `SUPPRESSION_PENDING_MAX` let through early.
    pub refused: u64,
    /// Groups of which joined rows beyond `JOINED_ROWS_MAX` were not looked at.
    pub joins_cut: u64,
}

impl Engine {
    /// Takes over checked rules that know nothing beside the events.
    #[must_use]
    pub fn new(plans: Vec<Plan>) -> Self {
        Self::with(plans, Arc::default())
    }

    /// Takes over checked rules, and what they know beside the events.
    #[must_use]
    pub fn with(plans: Vec<Plan>, knowledge: Arc<Knowledge>) -> Self {
        let layouts = plans
            .iter()
            .map(|plan| {
                plan.branches
                    .iter()
                    .map(|branch| Layout::new(plan, branch))
                    .collect()
            })
            .collect();
        let aggregates = plans.iter().map(Plan::aggregates).collect();
        let random = plans.iter().any(|plan| {
            let draws = |expr: &Expr| matches!(expr, Expr::Call { function, .. } if function.name == "math.random");
            plan.exprs.iter().any(|node| draws(&node.expr))
        });
        let index = Index::new(&plans);
        let memory = Memory::new(&plans, knowledge);
        let positions = plans.iter().enumerate();
        let composites = positions.filter(|(_, plan)| plan.is_composite());
        let composites = composites.map(|(position, _)| position).collect();
        Engine {
            plans,
            layouts,
            aggregates,
            random,
            composites,
            index,
            candidates: Vec::new(),
            stats: Stats::default(),
            memory,
        }
    }

    /// An engine of one rule that keeps events which what stands joins with
    /// nothing, so that it can be told why they do not meet.
    pub(crate) fn telling(plan: Plan, knowledge: Arc<Knowledge>) -> Self {
        let mut engine = Self::with(vec![plan], knowledge);
        for machine in engine.memory.machines.iter_mut().flatten() {
            machine.keeps_all = true;
        }
        engine
    }

    /// The rules; [`Detection::rule`] is a position in them.
    #[must_use]
    pub fn rules(&self) -> &[Plan] {
        &self.plans
    }

    /// What the rules know beside the events.
    #[must_use]
    pub fn knowledge(&self) -> &Arc<Knowledge> {
        &self.memory.knowledge
    }

    /// Every field that some rule reads. A normalizer need not fill others,
    /// but for the event's time, which is always read.
    #[must_use]
    pub fn projection(&self) -> FieldSet {
        let mut all = FieldSet::empty();
        for plan in &self.plans {
            all.union(&plan.fields);
            composite::referenced(&plan.fields, &mut all);
        }
        all
    }

    /// For each branch of each rule, conditions without which it cannot
    /// match. An event that fails one of every list need not be built.
    #[must_use]
    pub fn needs(&self) -> Needs {
        Needs {
            rules: self
                .plans
                .iter()
                .flat_map(|plan| plan.event_needs().cloned())
                .collect(),
        }
    }

    /// Whether some rule reads the run time and no switch fixes it. Run time
    /// is the end of the input in a batch (decision 10).
    #[must_use]
    pub fn reads_run_time(&self) -> bool {
        self.plans.iter().any(Plan::reads_run_time)
    }

    /// What has been done so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let counters = self.memory.counters;
        Stats {
            rows_cut: self.stats.rows_cut + counters.rows_cut,
            state_bytes: counters.bytes as u64,
            refused: counters.refused,
            joins_cut: counters.joins_cut,
            detections: self.stats.detections + counters.let_through,
            ..self.stats
        }
    }

    /// Sees one event and appends the detections that it completes, in rule
    /// order. Those of correlated rules are provisional: they stand once
    /// [`Engine::advance`] or [`Engine::finish`] hands them out.
    pub fn evaluate(&mut self, event: &Event, context: &Context<'_>, out: &mut Vec<Detection>) {
        self.stats.events += 1;
        self.memory.now = context.now;
        self.memory.kept = false;
        let mut candidates = std::mem::take(&mut self.candidates);
        self.index.candidates(event, &mut candidates);
        for &rule in &candidates {
            self.stats.evaluations += 1;
            let rule = rule as usize;
            if self.memory.is_late(rule, event) {
                self.stats.late += 1;
                continue;
            }
            let plan = &self.plans[rule];
            let seed = self.seed(context.event_id);
            if self.memory.see((rule, plan), (event, seed), context, out) {
                continue;
            }
            if let Some(detection) = self.evaluate_rule(rule, event, context) {
                self.stats.detections += u64::from(self.memory.suppressors[rule].is_none());
                let first = out.len();
                self.memory.suppress(rule, detection, out);
                self.feed_from(first, (event, context), out);
            }
        }
        self.candidates = candidates;
    }

    /// Lets the rules over detections see what an event has just made.
    fn feed_from(
        &mut self,
        first: usize,
        (event, context): (&Event, &Context<'_>),
        out: &mut Vec<Detection>,
    ) {
        if self.composites.is_empty() {
            return;
        }
        let recall = One(context.event_id, event);
        let mut told = Vec::new();
        for made in &out[first..] {
            self.feed(made, (&recall, self.memory.watermark), &mut told);
        }
        out.append(&mut told);
    }

    /// The seed of random numbers for an event.
    pub(crate) fn seed(&self, event_id: &str) -> u64 {
        if self.random { id::seed(event_id) } else { 0 }
    }

    /// Why the rule fires on the event, or what kept it from firing.
    ///
    /// The event must hold the fields of [`Engine::projection`]; `rule` is a
    /// position in [`Engine::rules`], and one beyond their end explains nothing.
    #[must_use]
    pub fn explain(&self, rule: usize, event: &Event, context: &Context<'_>) -> Explanation {
        let (Some(plan), Some(layouts)) = (self.plans.get(rule), self.layouts.get(rule)) else {
            return Explanation::default();
        };
        let metrics = self.memory.knowledge.metrics.as_deref();
        let scope = scope(plan, (event, context), self.random, metrics);
        explain::nearest(scope, layouts)
    }

    fn evaluate_rule(
        &mut self,
        rule: usize,
        event: &Event,
        context: &Context<'_>,
    ) -> Option<Detection> {
        let plan = &self.plans[rule];
        let metrics = self.memory.knowledge.metrics.as_deref();
        let scope = scope(plan, (event, context), self.random, metrics);
        let aggregates = &self.aggregates[rule];
        // Without aggregates it is enough to know that a row survives.
        let wanted = if aggregates.is_empty() { 1 } else { usize::MAX };
        let mut cut = false;
        let matched = plan
            .branches
            .iter()
            .zip(&self.layouts[rule])
            .find_map(|(branch, layout)| {
                let scope = Scope {
                    bound: branch.variable,
                    ..scope
                };
                let survivors = survivors(scope, branch, layout, wanted, &mut cut)?;
                Some((scope, branch, layout, survivors))
            });
        let Some((scope, branch, layout, survivors)) = matched else {
            self.stats.rows_cut += u64::from(cut);
            return None;
        };
        let totals = Totals::new(scope, layout, &survivors);
        let known = conclude(scope, &totals, aggregates);
        self.stats.rows_cut += u64::from(cut || totals.cut());
        let known = known?;
        let why = explain::fired(scope, branch, totals.first(), totals.rows());
        let mut made = detection(plan, branch, event, context);
        let names = plan.outcomes.iter().map(|outcome| outcome.name.clone());
        made.outcomes = names
            .zip(known.outcomes.into_iter().map(Value::into_owned))
            .collect();
        let scored = made.outcomes.iter().find(|(name, _)| name == "risk_score");
        made.risk_score = scored.map_or(RISK_SCORE_DEFAULT, |(_, value)| value.float());
        made.rule = rule;
        made.why = why;
        Some(made)
    }
}

/// Recalls the event at hand.
struct One<'e>(&'e str, &'e Event);

impl Recall for One<'_> {
    fn event(&self, id: &str) -> Option<&Event> {
        (id == self.0).then_some(self.1)
    }
}

/// Evaluates outcomes and condition; `None` if the condition does not hold.
fn conclude<'e>(
    scope: Scope<'e>,
    totals: &Totals<'_, 'e>,
    aggregates: &[ExprId],
) -> Option<Known<'e>> {
    let known = outcomes(scope, totals, aggregates);
    Eval::new(scope, totals.first(), &known, &mut Silent)
        .test(scope.plan.condition)
        .then_some(known)
}

/// Evaluates aggregates and outcomes, which is what the condition reads.
pub(crate) fn outcomes<'e>(
    scope: Scope<'e>,
    totals: &Totals<'_, 'e>,
    aggregates: &[ExprId],
) -> Known<'e> {
    let plan = scope.plan;
    let mut known = Known {
        counted: true,
        ..Known::default()
    };
    // An aggregate may not read an outcome variable, so all can come first.
    for &id in aggregates {
        let value = totals.aggregate(id);
        known.aggregates.push((id, value));
    }
    for outcome in &plan.outcomes {
        let value = Eval::new(scope, totals.first(), &known, &mut Silent).value(outcome.expr);
        known.outcomes.push(value);
    }
    known
}

/// A detection without outcomes and explanation.
fn detection(plan: &Plan, branch: &Branch, event: &Event, context: &Context<'_>) -> Detection {
    let variable = plan.variables[usize::from(branch.variable.0)].name.clone();
    let time = event.event_time().unwrap_or(Timestamp {
        seconds: 0,
        nanos: 0,
    });
    let event_id = context.event_id.to_owned();
    Detection {
        id: id::single(plan, context.event_id),
        rule: 0,
        time,
        window: (time, time),
        matches: Vec::new(),
        outcomes: Vec::new(),
        risk_score: RISK_SCORE_DEFAULT,
        branch: (plan.branches.len() > 1).then(|| variable.clone()),
        counts: vec![(variable.clone(), 1)],
        evidence: vec![Evidence {
            variable,
            event_id,
            event: None,
            origin: None,
        }],
        why: Explanation::default(),
        status: Status::Final,
    }
}

/// What stays the same over all rows of an event.
pub(crate) fn scope<'e>(
    plan: &'e Plan,
    (event, context): (&'e Event, &Context<'_>),
    random: bool,
    metrics: Option<&'e dyn Metrics>,
) -> Scope<'e> {
    Scope {
        plan,
        event,
        bound: VariableId(0),
        now: plan.semantics.now.unwrap_or(context.now),
        seed: if random {
            id::seed(context.event_id)
        } else {
            0
        },
        metrics,
        at: event.event_time().unwrap_or_default().seconds,
    }
}
