//! Events for a rule: makes a timeline on which a correlated rule fires.
//!
//! Data flow: plan → cells and goals ([`problem`], [`eval`]) → candidate values
//! ([`hints`], [`sample`]) → values that satisfy the predicates ([`search`]) →
//! events, repeated as often as the condition asks ([`timeline`]). Nothing
//! here decides: every event is shown to the engine's own evaluator, and a
//! timeline counts only if the judge that the caller passes says that it fires.
//! Around it: the rules ([`corpus`], [`own`]), both evaluators on a timeline ([`both`]),
//! and timelines made of others ([`near`]).

pub(crate) mod both;
pub(crate) mod corpus;
mod eval;
mod hints;
pub(crate) mod near;
pub(crate) mod own;
mod place;
mod problem;
mod sample;
mod search;
mod timeline;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use yaral_engine::{Context, naive};
use yaral_ir::plan::{Expr, ExprId, Node, Plan};
use yaral_ir::types::Type;
use yaral_ir::value::Value;
use yaral_udm::{Event, Root};

use place::Place;
use problem::{Goal, Problem, State};

/// The run time that rules are tried at: ten days after the events.
pub(crate) const NOW: i64 = hints::BASE + 10 * 86_400;

/// Walks of one search: each insists on another way of each disjunction.
const WALKS: usize = 24;

/// Events for one variable: so many at most at first, and in the end.
const FEW: usize = 30;
const MANY: usize = 2_000;

/// An event or an entity that was made for a variable.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    /// Its id.
    pub(crate) id: String,
    /// The variable that it was made for.
    pub(crate) variable: usize,
    /// Whether it is an entity, which has no time, and not an event.
    pub(crate) stands: bool,
    /// What it was made of.
    pub(crate) values: BTreeMap<Place, Value<'static>>,
    /// Which of these values predicates read; the others are for outcomes.
    pub(crate) tested: Arc<BTreeSet<Place>>,
    /// The event.
    pub(crate) event: Event,
}

impl Made {
    /// An event of the values that a state has for a variable.
    fn new(problem: &Problem<'_>, variable: usize, id: String, state: &State) -> Self {
        let values = problem.places(variable, state);
        let stands = problem.stands(variable);
        Made {
            event: place::event(root(stands), &values, &id),
            id,
            variable,
            stands,
            values,
            tested: Arc::new(problem.tested(variable)),
        }
    }

    /// The same event with one value changed.
    pub(crate) fn with(&self, place: &Place, value: Value<'static>) -> Self {
        let mut changed = self.clone();
        changed.values.insert(place.clone(), value);
        changed.event = place::event(root(self.stands), &changed.values, &changed.id);
        changed
    }

    /// The same event at another time.
    pub(crate) fn at(&self, seconds: i64, nanos: i64) -> Self {
        let moved = self.with(&Place::time(), Value::Int(seconds));
        moved.with(&Place::nanos_of_time(), Value::Int(nanos))
    }

    /// The same event under another id.
    pub(crate) fn under(&self, id: String) -> Self {
        let mut named = self.clone();
        named.event = place::event(root(self.stands), &named.values, &id);
        named.id = id;
        named
    }
}

fn root(stands: bool) -> Root {
    if stands { Root::Entity } else { Root::Event }
}

/// Whether a timeline fires.
pub(crate) type Judge<'j> = &'j dyn Fn(&[Made]) -> bool;

/// Up to so many smallest timelines on which the rule fires, each in order of
/// time, or why none was found. They differ in which of their alternatives
/// the predicates take.
pub(crate) fn find(plan: &Plan, judge: Judge<'_>, wanted: usize) -> Result<Vec<Vec<Made>>, String> {
    let all = vec![true; plan.variables.len()];
    let required = plan
        .correlation
        .as_ref()
        .map_or(all.clone(), |tied| tied.required.clone());
    let mut sets = vec![required, all];
    sets.dedup();
    let mut found = Vec::new();
    let mut why = String::new();
    for active in sets {
        if active.contains(&true)
            && let Err(reason) = find_with(plan, &active, judge, wanted, &mut found)
            && why.is_empty()
        {
            why = reason;
        }
    }
    if found.is_empty() {
        Err(why)
    } else {
        Ok(found)
    }
}

fn find_with(
    plan: &Plan,
    active: &[bool],
    judge: Judge<'_>,
    wanted: usize,
    found: &mut Vec<Vec<Made>>,
) -> Result<(), String> {
    let mut problem = Problem::new(plan, NOW, active.to_vec());
    let alone: Vec<Plan> = (0..plan.variables.len())
        .map(|variable| branch_alone(plan, variable))
        .collect();
    let refused = |problem: &Problem<'_>, state: &State| {
        (0..alone.len()).find(|&variable| {
            let made = Made::new(problem, variable, "witness".to_owned(), state);
            let context = Context {
                event_id: &made.id,
                now: NOW,
            };
            active[variable] && naive::evaluate(&alone[variable], &made.event, &context).is_none()
        })
    };
    let mut why = None;
    let mut states = Vec::new();
    for state in search::solve(&mut problem, wanted, WALKS) {
        if let Some(refused) = refused(&problem, &state) {
            let name = &plan.variables[refused].name;
            why.get_or_insert(format!("the evaluator refuses the event found for ${name}"));
        } else {
            states.push(state);
        }
    }
    let before = found.len();
    // Many events take long, so they are the last thing to be tried.
    for copies in [FEW, MANY] {
        for state in &states {
            if let Some(made) = timeline::first_that_fires(&problem, state, copies, judge) {
                found.push(timeline::smallest(made, judge));
            }
        }
        if found.len() > before {
            return Ok(());
        }
        if copies == FEW && !states.is_empty() {
            let goals = problem.goals.clone();
            let wished = wished(&mut problem);
            let wished = wished.filter(|state| refused(&problem, state).is_none());
            let made = wished
                .as_ref()
                .and_then(|state| timeline::first_that_fires(&problem, state, FEW, judge));
            problem.goals = goals;
            states.extend(wished);
            if let Some(made) = made {
                found.push(timeline::smallest(made, judge));
                return Ok(());
            }
        }
    }
    if !states.is_empty() {
        why = Some("the predicates hold, the condition does not".to_owned());
    }
    Err(why.unwrap_or_else(|| nearest(&mut problem)))
}

/// The conditions of `if` in outcomes, which the rule's condition may be after.
fn wishes(problem: &Problem<'_>) -> Vec<ExprId> {
    let plan = problem.plan;
    let mut open: Vec<ExprId> = plan.outcomes.iter().map(|outcome| outcome.expr).collect();
    let mut found = Vec::new();
    while let Some(id) = open.pop() {
        if let Expr::If { condition, .. } = &plan.node(id).expr {
            found.push(*condition);
        }
        open.extend(plan.operands(id));
    }
    found
}

/// Values that also satisfy as many wishes as can be had together.
fn wished(problem: &mut Problem<'_>) -> Option<State> {
    let mut best = None;
    for wish in wishes(problem) {
        problem.add(Goal::Hold(wish));
        match search::solve(problem, 1, 4).pop() {
            Some(state) => best = Some(state),
            None => drop(problem.goals.pop()),
        }
    }
    best
}

/// What keeps the search from an end: the goals that do not hold together.
fn nearest(problem: &mut Problem<'_>) -> String {
    let plan = problem.plan;
    let every = problem.goals.clone();
    for (goal, _) in &every {
        problem.goals = every
            .iter()
            .filter(|(one, _)| same(*one, *goal))
            .cloned()
            .collect();
        if search::solve(problem, 1, 4).is_empty() {
            problem.goals = every.clone();
            return match goal {
                Goal::Hold(id) | Goal::NonZero(id) => {
                    format!("no value found for `{}`", plan.quote(*id))
                }
                Goal::Equal(a, b) => {
                    format!(
                        "no values found for `{}` = `{}`",
                        plan.quote(*a),
                        plan.quote(*b)
                    )
                }
                Goal::Within => "no times found within the window".to_owned(),
            };
        }
    }
    problem.goals = every;
    "no values found for all predicates together".to_owned()
}

fn same(a: Goal, b: Goal) -> bool {
    match (a, b) {
        (Goal::Hold(a), Goal::Hold(b)) | (Goal::NonZero(a), Goal::NonZero(b)) => a == b,
        (Goal::Equal(a, b), Goal::Equal(c, d)) => (a, b) == (c, d),
        (Goal::Within, Goal::Within) => true,
        _ => false,
    }
}

/// A rule that fires on what one event variable may be bound to.
fn branch_alone(plan: &Plan, variable: usize) -> Plan {
    let mut alone = plan.clone();
    alone.correlation = None;
    alone.outcomes.clear();
    alone
        .branches
        .retain(|b| usize::from(b.variable.0) == variable);
    alone.condition = ExprId(u32::try_from(alone.exprs.len()).expect("few expressions"));
    alone.exprs.push(Node {
        expr: Expr::Literal(Value::Bool(true)),
        ty: Type::Bool,
        span: (0, 0),
    });
    alone
}
