//! From values to timelines: as many events as the condition asks for.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use yaral_ir::plan::{Expr, ExprId};
use yaral_ir::value::Value;

use super::place::Place;
use super::problem::{Cell, Problem, State};
use super::{Judge, Made};

/// What differs between the events of one variable.
#[derive(Clone, Copy)]
enum Vary {
    /// Whatever the predicates allow.
    All,
    /// Nothing but the time.
    Nothing,
    /// One cell.
    Only(usize),
}

/// Entities that are made for one variable.
const ENTITIES_MAX: usize = 4;

/// A millisecond and a second, in nanoseconds.
const STEPS: [i64; 2] = [1_000_000, 1_000_000_000];

/// The first timeline that fires, of more and more events up to a bound for
/// each variable.
pub(crate) fn first_that_fires(
    problem: &Problem<'_>,
    state: &State,
    most: usize,
    judge: Judge<'_>,
) -> Option<Vec<Made>> {
    let numbers = numbers(problem);
    let mut bases = vec![state.clone(), great(problem, state, &numbers)];
    bases.extend(repeated(problem, state, &numbers));
    let mut counts: Vec<usize> = [1, 2, 3].to_vec();
    counts.extend(numbers.iter().filter_map(|n| usize::try_from(n + 1).ok()));
    counts.retain(|n| *n <= most);
    counts.sort_unstable();
    counts.dedup();
    let fires = |base: &State, count, vary, step| {
        let made = copies(problem, base, count, vary, step);
        judge(&made).then_some(made)
    };
    for step in STEPS {
        for &count in &counts {
            for base in &bases {
                for vary in [Vary::All, Vary::Nothing] {
                    if let Some(made) = fires(base, count, vary, step) {
                        return Some(made);
                    }
                }
            }
        }
    }
    // Some rules want one thing to differ and another one not to.
    let singles = (0..problem.cells.len()).map(Vary::Only);
    let singles: Vec<_> = singles.collect();
    let cases = counts
        .iter()
        .flat_map(|count| singles.iter().map(move |vary| (*count, *vary)));
    cases
        .filter(|(count, _)| *count > 1)
        .find_map(|(count, vary)| fires(state, count, vary, STEPS[0]))
}

/// The state with one text that repeats what an outcome counts in it.
fn repeated(problem: &Problem<'_>, state: &State, numbers: &BTreeSet<i64>) -> Vec<State> {
    let most = numbers.last().map_or(1, |n| (n + 1).clamp(1, 200));
    let mut found = Vec::new();
    for node in &problem.plan.exprs {
        let Expr::Call { function, args, .. } = &node.expr else {
            continue;
        };
        let ("strings.count_substrings", [text, needle]) = (function.name, args.as_slice()) else {
            continue;
        };
        if let (Some(cell), Expr::Literal(needle)) =
            (problem.cell_of(*text), &problem.plan.node(*needle).expr)
        {
            let mut changed = state.clone();
            let times = usize::try_from(most).expect("it is clamped");
            changed[problem.number(&cell)] = Value::string(needle.text().repeat(times));
            if problem.distance(&changed) == 0 {
                found.push(changed);
            }
        }
    }
    found
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
        let Cell::Value(_, place) = cell else {
            continue;
        };
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

/// So many events for each variable, one step apart, that differ in what they
/// are to differ in as far as the predicates allow it.
fn copies(problem: &Problem<'_>, state: &State, count: usize, vary: Vary, step: i64) -> Vec<Made> {
    let mut made = Vec::new();
    let fixed = fixed(problem);
    for (variable, active) in problem.active.iter().enumerate() {
        if !active {
            continue;
        }
        let free: Vec<usize> = (0..problem.cells.len())
            .filter(|cell| !fixed.contains(cell))
            .filter(|cell| match vary {
                Vary::All => true,
                Vary::Nothing => false,
                Vary::Only(only) => *cell == only,
            })
            .filter(|cell| {
                matches!(&problem.cells[*cell], Cell::Value(of, place)
                    if usize::from(*of) == variable && *place != Place::time())
            })
            .collect();
        // Entities multiply with the events that they join: a few will do.
        let stands = problem.stands(variable);
        let count = if stands {
            count.min(ENTITIES_MAX)
        } else {
            count
        };
        for copy in 0..count {
            let mut state = state.clone();
            if copy > 0 {
                for &cell in &free {
                    change(problem, &mut state, cell, copy);
                }
            }
            let id = format!("{}-{copy}", problem.plan.variables[variable].name);
            let one = Made::new(problem, variable, id, &state);
            if stands {
                made.push(one);
                continue;
            }
            let seconds = state[problem.time_of(variable)].int();
            let nanos = one
                .values
                .get(&Place::nanos_of_time())
                .map_or(0, Value::int);
            let nanos = nanos + i64::try_from(copy).expect("few copies") * step;
            let (more, nanos) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
            made.push(one.at(seconds + more, nanos));
        }
    }
    sort(&mut made);
    made
}

/// Orders events by time and id, after the entities.
pub(crate) fn sort(made: &mut [Made]) {
    made.sort_by(|a, b| {
        let key = |made: &Made| made.event.event_time().unwrap_or_default();
        (!a.stands, key(a), &a.id).cmp(&(!b.stands, key(b), &b.id))
    });
}

/// The cells that tie events together: match variables and joins.
fn fixed(problem: &Problem<'_>) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    if let Some(tied) = &problem.plan.correlation {
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
