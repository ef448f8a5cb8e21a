//! From values to timelines: as many events as the condition asks for.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use yaral_ir::plan::{Expr, ExprId};
use yaral_ir::value::Value;

use super::place::Place;
use super::problem::{Cell, Problem, State};
use super::{Judge, Made};

/// Events that are made for one variable at most.
const COPIES_MAX: usize = 2_000;

/// The first timeline that fires, of more and more events.
pub(crate) fn first_that_fires(
    problem: &Problem<'_>,
    state: &State,
    judge: Judge<'_>,
) -> Option<Vec<Made>> {
    let numbers = numbers(problem);
    let great = great(problem, state, &numbers);
    let mut counts: Vec<usize> = [1, 2, 3].to_vec();
    counts.extend(numbers.iter().filter_map(|n| usize::try_from(n + 1).ok()));
    counts.retain(|n| *n <= COPIES_MAX);
    counts.sort_unstable();
    counts.dedup();
    for count in counts {
        for base in [state, &great] {
            for vary in [true, false] {
                let made = copies(problem, base, count, vary);
                if judge(&made) {
                    return Some(made);
                }
            }
        }
    }
    None
}

/// The numbers of the condition and of what it reads.
fn numbers(problem: &Problem<'_>) -> BTreeSet<i64> {
    let plan = problem.plan;
    let mut open: Vec<ExprId> = vec![plan.condition];
    open.extend(plan.outcomes.iter().map(|outcome| outcome.expr));
    let mut found = BTreeSet::new();
    while let Some(id) = open.pop() {
        if let Expr::Literal(value) = &plan.node(id).expr
            && value.is_number()
        {
            found.insert(value.int());
        }
        open.extend(plan.operands(id));
    }
    found
}

/// The state with every number that no predicate reads above all thresholds.
fn great(problem: &Problem<'_>, state: &State, numbers: &BTreeSet<i64>) -> State {
    let most = numbers.last().copied().unwrap_or(0).saturating_add(1);
    let mut great = state.clone();
    for (number, cell) in problem.cells.iter().enumerate() {
        let Cell::Value(_, place) = cell else { continue };
        if !great[number].is_number() || *place == Place::time() {
            continue;
        }
        if let Some(value) = place.fit(&Value::Int(most)) {
            let old = std::mem::replace(&mut great[number], value);
            if problem.distance(&great) > 0 {
                great[number] = old;
            }
        }
    }
    great
}

/// So many events for each variable, a millisecond apart, with different
/// values wherever the predicates allow it.
fn copies(problem: &Problem<'_>, state: &State, count: usize, vary: bool) -> Vec<Made> {
    let mut made = Vec::new();
    let fixed = fixed(problem);
    for (variable, active) in problem.active.iter().enumerate() {
        if !active {
            continue;
        }
        let free: Vec<usize> = (0..problem.cells.len())
            .filter(|cell| !fixed.contains(cell))
            .filter(|cell| {
                matches!(&problem.cells[*cell], Cell::Value(of, place)
                    if usize::from(*of) == variable && *place != Place::time())
            })
            .collect();
        for copy in 0..count {
            let mut state = state.clone();
            if vary && copy > 0 {
                for &cell in &free {
                    change(problem, &mut state, cell, copy);
                }
            }
            let values = problem.places(variable, &state);
            let seconds = state[problem.time_of(variable)].int();
            let nanos = values.get(&Place { nanos: true, ..Place::time() });
            let nanos = nanos.map_or(0, Value::int);
            let step = i64::try_from(copy).expect("few copies") * 1_000_000;
            let (more, nanos) = ((nanos + step) / 1_000_000_000, (nanos + step) % 1_000_000_000);
            let id = format!("{}-{copy}", problem.plan.variables[variable].name);
            made.push(Made::new(variable, id, values).at(seconds + more, nanos));
        }
    }
    sort(&mut made);
    made
}

/// Orders events by time and id.
pub(crate) fn sort(made: &mut [Made]) {
    made.sort_by(|a, b| {
        let key = |made: &Made| made.event.event_time().unwrap_or_default();
        (key(a), &a.id).cmp(&(key(b), &b.id))
    });
}

/// The cells that tie events together: match variables and joins.
fn fixed(problem: &Problem<'_>) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    for tied in &problem.plan.correlation {
        for by in tied.keys.iter().flat_map(|key| key.by.iter().flatten()) {
            problem.cells_in(*by, &mut found);
        }
        for (_, member) in tied.joins.iter().flat_map(|join| &join.members) {
            problem.cells_in(*member, &mut found);
        }
    }
    found
}

/// Gives a cell another value that no predicate minds, if one is found.
fn change(problem: &Problem<'_>, state: &mut State, cell: usize, copy: usize) {
    let Cell::Value(_, place) = &problem.cells[cell] else {
        return;
    };
    let old = state[cell].clone();
    let far = i64::try_from(copy).expect("few copies");
    let mut ways: Vec<Value<'static>> = Vec::new();
    match &old {
        Value::Str(text) => {
            if let Ok(address) = text.parse::<Ipv4Addr>() {
                let moved = u32::from(address).wrapping_add(u32::try_from(copy).unwrap_or(1));
                ways.push(Value::string(Ipv4Addr::from(moved).to_string()));
            }
            ways.extend(
                [
                    format!("{copy}-{text}"),
                    format!("{text}-{copy}"),
                    format!("{text}{copy}"),
                    format!("{text} {copy}"),
                    format!("/{copy}/{text}"),
                    format!("{text}/{copy}"),
                ]
                .map(Value::string),
            );
        }
        Value::Enum(..) => ways.extend((1..20).map(|step| Value::Int(old.int() + far + step))),
        other if other.is_number() => ways.push(Value::Int(other.int() + far)),
        _ => {}
    }
    for way in ways {
        if let Some(value) = place.fit(&way)
            && value != old
        {
            state[cell] = value;
            if problem.distance(state) == 0 {
                return;
            }
        }
    }
    // A way that the predicates know of.
    let known = &problem.known[cell];
    for at in 0..known.len() {
        state[cell] = known[(at + copy) % known.len()].clone();
        if !state[cell].is_zero() && state[cell] != old && problem.distance(state) == 0 {
            return;
        }
    }
    state[cell] = old;
}

/// Leaves out what is not needed, in halves, quarters and so on.
pub(crate) fn smallest(mut made: Vec<Made>, judge: Judge<'_>) -> Vec<Made> {
    let mut part = made.len() / 2;
    while part > 0 {
        let mut at = 0;
        while at < made.len() {
            let mut fewer = made.clone();
            fewer.drain(at..(at + part).min(made.len()));
            if judge(&fewer) {
                made = fewer;
            } else {
                at += part;
            }
        }
        part /= 2;
    }
    made
}
