//! Looks for values that satisfy all goals, by mending one place at a time.
//!
//! The search is a walk downhill in the number of predicates that do not
//! hold, with steps aside where there is no way down. It uses fixed "random"
//! numbers, so the same rule always has the same answer.

use yaral_ir::plan::{Binding, Expr, ExprId};
use yaral_ir::value::Value;

use super::problem::{Cell, Goal, Problem, State};

/// Steps of one walk.
const STEPS_MAX: usize = 160;

/// Candidates that are tried for one cell in one step.
const TRIES_MAX: usize = 600;

/// Numbers that look random and are not.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below the bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % bound.max(1)
    }
}

/// Up to so many different solutions.
pub(crate) fn solve(problem: &mut Problem<'_>, wanted: usize, walks: usize) -> Vec<State> {
    let mut found: Vec<State> = Vec::new();
    let disjunctions = disjunctions(problem);
    for walk in 0..walks {
        problem.focus.clear();
        // The first walk takes what is nearest; later ones insist on one way
        // of each disjunction, another one each time.
        if walk > 0 {
            for (at, id) in disjunctions.iter().enumerate() {
                problem.focus.insert(*id, walk - 1 + at * (walk % 3));
            }
        }
        if let Some(state) = one_walk(problem, 1 + walk as u64)
            && !found.contains(&state)
        {
            found.push(state);
            if found.len() == wanted {
                break;
            }
        }
    }
    problem.focus.clear();
    found
}

/// The disjunctions in the goals.
fn disjunctions(problem: &Problem<'_>) -> Vec<ExprId> {
    let held = problem.goals.iter().filter_map(|(goal, _)| match goal {
        Goal::Hold(id) => Some(*id),
        _ => None,
    });
    let mut open: Vec<ExprId> = held.collect();
    let mut found = Vec::new();
    while let Some(id) = open.pop() {
        if let Expr::Or(_) = problem.plan.node(id).expr {
            found.push(id);
        }
        open.extend(problem.plan.operands(id));
    }
    found
}

fn one_walk(problem: &Problem<'_>, seed: u64) -> Option<State> {
    let candidates = &problem.known;
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    // Another alternative of each placeholder every time, all else as plain as can be.
    let start = |(cell, list): (&Cell, &Vec<Value<'static>>)| {
        let at = match cell {
            Cell::Choice(_) => usize::try_from(seed - 1).unwrap_or(0) % list.len().max(1),
            Cell::Value(..) => 0,
        };
        list.get(at).cloned().unwrap_or(Value::EMPTY)
    };
    let mut state: State = problem.cells.iter().zip(candidates).map(start).collect();
    let mut distance = problem.distance(&state);
    for _ in 0..STEPS_MAX {
        if distance == 0 {
            return Some(state);
        }
        if let Some(better) = step_down(problem, &mut state) {
            distance = better;
            continue;
        }
        // No way down: change something that a failing goal reads.
        let failing: Vec<_> = problem
            .goals
            .iter()
            .filter(|(goal, _)| problem.distance_of(*goal, &state) > 0)
            .collect();
        let (_, cells) = failing[dice.below(failing.len())];
        if cells.is_empty() {
            return None;
        }
        let cell = cells[dice.below(cells.len())];
        if let Some(value) = candidates[cell].get(dice.below(candidates[cell].len())) {
            state[cell] = value.clone();
            distance = problem.distance(&state);
        }
    }
    None
}

/// Makes the best change of one cell that a failing goal reads.
fn step_down(problem: &Problem<'_>, state: &mut State) -> Option<u32> {
    let now = problem.distance(state);
    for (goal, cells) in &problem.goals {
        if problem.distance_of(*goal, state) == 0 {
            continue;
        }
        let mut best: Option<(u32, usize, Value<'static>)> = None;
        for &cell in cells {
            let touched: Vec<Goal> = problem
                .goals
                .iter()
                .filter(|(_, cells)| cells.contains(&cell))
                .map(|(goal, _)| *goal)
                .collect();
            let sum = |state: &State| -> u32 {
                let each = touched.iter().map(|goal| problem.distance_of(*goal, state));
                each.sum()
            };
            let before = sum(state);
            let old = state[cell].clone();
            let tries = tries(problem, state, cell, *goal);
            for value in tries.into_iter().take(TRIES_MAX) {
                state[cell] = value;
                let after = now - before + sum(state);
                if after < best.as_ref().map_or(now, |(best, ..)| *best) {
                    best = Some((after, cell, state[cell].clone()));
                }
                if after == 0 {
                    break;
                }
            }
            state[cell] = old;
        }
        if let Some((distance, cell, value)) = best {
            state[cell] = value;
            return Some(distance);
        }
    }
    None
}

/// What a cell might become: its candidates, these joined with the text that
/// it has, and what the other side of an equation has.
fn tries(problem: &Problem<'_>, state: &State, cell: usize, goal: Goal) -> Vec<Value<'static>> {
    let candidates = &problem.known;
    let mut found = candidates[cell].clone();
    let Cell::Value(_, place) = &problem.cells[cell] else {
        return found;
    };
    let mut others = Vec::new();
    match goal {
        Goal::Equal(a, b) => others.extend([problem.value(a, state), problem.value(b, state)]),
        Goal::Hold(id) => sides(problem, id, state, &mut others),
        Goal::NonZero(_) | Goal::Within => {}
    }
    for other in others {
        for changed in [other.int().saturating_sub(1), other.int().saturating_add(1)] {
            if other.is_number() {
                found.extend(place.fit(&Value::Int(changed)));
            }
        }
        found.extend(place.fit(&other));
    }
    if let Value::Str(has) = &state[cell]
        && !has.is_empty()
        && has.len() < 600
    {
        for candidate in &candidates[cell] {
            let text = candidate.text();
            if !text.is_empty() {
                let joined = [
                    format!("{has} {text}"),
                    format!("{text} {has}"),
                    format!("{has}{text}"),
                    format!("{text}{has}"),
                ];
                found.extend(joined.into_iter().map(Value::string));
            }
        }
    }
    found
}

/// The values on both sides of comparisons between places.
fn sides(problem: &Problem<'_>, id: ExprId, state: &State, into: &mut Vec<Value<'static>>) {
    let plan = problem.plan;
    match &plan.node(id).expr {
        // The elements of quantified fields are not known here.
        Expr::Quantified { .. } => return,
        Expr::Compare { left, right, .. } => {
            let constant = |id: ExprId| matches!(plan.node(id).expr, Expr::Literal(_));
            if !constant(*left) && !constant(*right) {
                into.extend([problem.value(*left, state), problem.value(*right, state)]);
            }
        }
        Expr::Placeholder(which) => {
            if let Binding::To(bound) = plan.placeholders[usize::from(which.0)].binding {
                sides(problem, bound, state, into);
            }
        }
        _ => {}
    }
    for operand in plan.operands(id) {
        sides(problem, operand, state, into);
    }
}
