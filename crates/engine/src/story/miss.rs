//! What came nearest to being together: by how much a window was missed, or
//! which predicate between events did not hold.

use yaral_ir::plan::ExprId;
use yaral_udm::Timestamp;

use super::meeting::{Budget, Ground, of};
use super::span::between;
use super::tree::{States, Tree};
use super::{Gap, Miss, Predicate, Seen};
use crate::correlate::content::{Content, Place, Rows, View, groups};
use crate::correlate::entry::Entry;
use crate::correlate::partition::Partition;
use crate::correlate::shape::Test;
use crate::correlate::span::Windows;
use crate::eval::{Eval, Known, Silent};
use crate::explain::{Held, shown};
use crate::rows::Row;

/// Groups of a match value that are looked at.
const GROUPS_LOOKED: usize = 16;

/// Choices of events that are compared, for each group.
const CHOICES_LOOKED: usize = 10_000;

/// A miss with its rank.
pub(super) struct Ranked {
    /// How many tests fail, and by how many nanoseconds a window is missed.
    pub(super) rank: (usize, i128),
    pub(super) failed_join: Option<usize>,
    pub(super) miss: Miss,
}

/// Takes in a choice; false once enough were seen.
type See<'s> = &'s mut dyn FnMut(&[(usize, Place)]) -> bool;

/// A row of each of some variables.
type Choice = Vec<(usize, Place)>;

/// An event of each of some variables: the variable and the entry.
type Unit = Vec<(usize, u32)>;

/// What came nearest among the events of a match value.
pub(super) fn nearest(
    ground: &Ground<'_>,
    partition: &Partition,
    budget: &mut Budget,
) -> Option<Ranked> {
    let content = partition.content(ground.rule, ground.span);
    if !budget.take(ground, &content) {
        return None;
    }
    let found = groups(ground.rule, &content, &mut false);
    let mut best: Option<((i128, Gap), Unit, Vec<_>)> = None;
    for group in found.values().take(GROUPS_LOOKED) {
        for unit in units(ground, &content, &group.clusters) {
            let gap = gap(ground.rule.windows, &times(ground, &content, &unit));
            if best.as_ref().is_none_or(|(known, ..)| gap.0 < known.0) {
                best = Some((gap, unit, group.matches.clone()));
            }
        }
    }
    let Some((gap, unit, matches)) = best else {
        return untied(ground, &content);
    };
    Some(Ranked {
        rank: (0, gap.0),
        failed_join: None,
        miss: Miss {
            matches: ground.matches(&matches),
            events: events(ground, &content, &unit),
            gap: gap.1,
            tests: Vec::new(),
        },
    })
}

fn entry<'s>(content: &Content<'s>, variable: usize, at: u32) -> Option<&'s Entry> {
    content.get(variable)?.get(at as usize)
}

/// The times of what happens; what stands has none.
fn times(ground: &Ground<'_>, content: &Content<'_>, unit: &Unit) -> Vec<(usize, Timestamp)> {
    let time = |(variable, at): &(usize, u32)| {
        let timed = ground.rule.shape.timed.get(*variable) == Some(&true);
        let entry = entry(content, *variable, *at).filter(|_| timed)?;
        Some((*variable, entry.time))
    };
    unit.iter().filter_map(time).collect()
}

fn events(
    ground: &Ground<'_>,
    content: &Content<'_>,
    unit: &Unit,
) -> Vec<(String, super::EventRef)> {
    let mut all: Vec<_> = unit
        .iter()
        .filter_map(|(variable, at)| Some((*variable, entry(content, *variable, *at)?)))
        .collect();
    all.sort_by(|(v, a), (w, b)| (a.time, v).cmp(&(b.time, w)));
    let told = all
        .into_iter()
        .map(|(variable, entry)| (ground.name(variable), of(entry)));
    told.collect()
}

/// Choices of one event for each wanted variable that are joined rows but for
/// the window: those of the first cluster, each with the nearest of the others.
fn units(ground: &Ground<'_>, content: &Content<'_>, clusters: &[Rows]) -> Vec<Unit> {
    let mut parts: Vec<Vec<Unit>> = Vec::new();
    for (cluster, rows) in ground.rule.shape.clusters.iter().zip(clusters) {
        let wanted = |of: &usize| ground.wanted.contains(of);
        let own: Vec<Unit> = match rows {
            Rows::Free => {
                let variable = cluster.variables.iter().copied().find(wanted);
                let side = variable.and_then(|of| Some((of, content.get(of)?)));
                let Some((of, side)) = side else { continue };
                let count = u32::try_from(side.len()).unwrap_or(u32::MAX);
                (0..count).map(|at| vec![(of, at)]).collect()
            }
            Rows::Tied(list) => {
                let unit = |row: &[Option<(u32, u32)>]| {
                    let each = cluster.variables.iter().zip(row);
                    each.filter(|(of, _)| wanted(of))
                        .filter_map(|(of, choice)| choice.map(|(at, _)| (*of, at)))
                        .collect::<Unit>()
                };
                list.iter()
                    .take(CHOICES_LOOKED)
                    .map(|row| unit(row))
                    .collect()
            }
        };
        parts.push(own);
    }
    parts.retain(|part| part.first().is_some_and(|unit| !unit.is_empty()));
    // What is tied has no choice of its own, and a pivot is what others lie around.
    let pivot = pivot(ground.rule.windows);
    let leads = |part: &Vec<Unit>| {
        let first = part.first();
        let tied = first.is_some_and(|unit| unit.len() > 1);
        let holds = |unit: &Unit| unit.iter().any(|(of, _)| Some(*of) == pivot);
        (!first.is_some_and(holds), !tied)
    };
    parts.sort_by_key(leads);
    let mut parts = parts.into_iter();
    let base = parts.next().unwrap_or_default();
    let others: Vec<Vec<Unit>> = parts.collect();
    let mut all = Vec::new();
    for mut unit in base.into_iter().take(CHOICES_LOOKED) {
        for part in &others {
            let next = nearest_of(ground, content, &unit, part);
            unit.extend(next.into_iter().flatten());
        }
        all.push(unit);
    }
    all
}

fn pivot(windows: Windows) -> Option<usize> {
    match windows {
        Windows::Pivot { variable, .. } => Some(variable),
        _ => None,
    }
}

/// Of a part the unit that misses the window with the present one by least.
/// Units of one variable lie in order of time, so only neighbours are looked at.
fn nearest_of(
    ground: &Ground<'_>,
    content: &Content<'_>,
    unit: &Unit,
    part: &[Unit],
) -> Option<Unit> {
    let windows = ground.rule.windows;
    let present = times(ground, content, unit);
    let anchor = present
        .iter()
        .find(|(of, _)| Some(*of) == pivot(windows))
        .or(present.first())
        .map(|(_, time)| *time)?;
    let first = |other: &Unit| times(ground, content, other).first().map(|(_, time)| *time);
    let at = part.partition_point(|other| first(other).is_some_and(|time| time < anchor));
    let from = at.saturating_sub(2);
    let near = part.get(from..(at + 2).min(part.len())).unwrap_or_default();
    let over = |other: &&Unit| {
        let mut all = present.clone();
        all.extend(times(ground, content, other));
        gap(windows, &all).0
    };
    near.iter().min_by_key(over).cloned()
}

/// By how many nanoseconds events miss a window, and in which way.
fn gap(windows: Windows, times: &[(usize, Timestamp)]) -> (i128, Gap) {
    const NANOS: i128 = 1_000_000_000;
    let all = times.iter().map(|(_, time)| *time);
    let (Some(first), Some(last)) = (all.clone().min(), all.max()) else {
        return (0, Gap::Tests);
    };
    let length = i128::from(windows.length()) * NANOS;
    let distance = between(first, last);
    let apart = |distance: i128, takes_end: bool| {
        let far = distance > length || (distance == length && !takes_end);
        let over = distance - length;
        far.then_some((over.max(1), Gap::Apart { distance, over }))
    };
    match windows {
        Windows::Chain { takes_end, .. } => apart(distance, takes_end).unwrap_or((0, Gap::Tests)),
        Windows::Grid { .. } => apart(distance, false).unwrap_or_else(|| {
            let covering = windows.covering(first);
            let last_one = covering.last().filter(|span| span.is_behind(last));
            last_one.map_or((0, Gap::Tests), |span| {
                let at = span.end;
                (between(at, last) + 1, Gap::Boundary { at, distance })
            })
        }),
        Windows::Pivot {
            variable,
            before,
            takes_end,
            ..
        } => {
            let pivot = times.iter().find(|(of, _)| *of == variable);
            let pivot = pivot.map_or(first, |(_, time)| *time);
            let each = times
                .iter()
                .filter(|(of, _)| *of != variable)
                .map(|(of, time)| {
                    let ahead = between(pivot, *time);
                    let (right, distance) = if before {
                        (ahead <= 0, -ahead)
                    } else {
                        (ahead >= 0, ahead)
                    };
                    if right {
                        apart(distance, takes_end).unwrap_or((0, Gap::Tests))
                    } else {
                        let (variable, distance) = (*of, distance.abs());
                        (distance, Gap::Side { variable, distance })
                    }
                });
            each.max_by_key(|(over, _)| *over)
                .unwrap_or((0, Gap::Tests))
        }
    }
}

/// Where no joined row exists, whatever the window: the choice of rows on
/// which fewest tests between variables fail.
fn untied(ground: &Ground<'_>, content: &Content<'_>) -> Option<Ranked> {
    let mut best: Option<((usize, i128), Choice)> = None;
    let mut looked = 0;
    let mut chosen = Choice::new();
    choose(ground, content, &mut chosen, &mut |chosen| {
        looked += 1;
        let failed = tests(ground)
            .filter(|test| holds(ground, content, chosen, test) == Some(false))
            .count();
        let unit: Unit = chosen
            .iter()
            .map(|(of, place)| (*of, place.entry))
            .collect();
        let rank = (
            failed,
            gap(ground.rule.windows, &times(ground, content, &unit)).0,
        );
        if best.as_ref().is_none_or(|(known, _)| rank < *known) {
            best = Some((rank, chosen.to_vec()));
        }
        looked < CHOICES_LOOKED
    });
    let (rank, chosen) = best?;
    let unit: Unit = chosen
        .iter()
        .map(|(of, place)| (*of, place.entry))
        .collect();
    let failed = tests(ground).find_map(|test| match test {
        Test::Equal(members, _) if holds(ground, content, &chosen, test) == Some(false) => {
            let joins = ground.rule.correlation.joins.iter();
            let mut places = joins.enumerate().filter(|(_, join)| {
                let own = |(_, id): &(usize, ExprId)| join.members.iter().any(|(_, m)| m == id);
                members.iter().all(own)
            });
            places.next().map(|(at, _)| at)
        }
        _ => None,
    });
    Some(Ranked {
        rank,
        failed_join: failed,
        miss: Miss {
            matches: Vec::new(),
            events: events(ground, content, &unit),
            gap: Gap::Tests,
            tests: tests(ground)
                .flat_map(|test| lines(ground, content, &chosen, test))
                .collect(),
        },
    })
}

/// Every choice of a row for each wanted variable, until told to stop.
fn choose(ground: &Ground<'_>, content: &Content<'_>, chosen: &mut Choice, see: See<'_>) -> bool {
    let Some(&variable) = ground.wanted.get(chosen.len()) else {
        return see(chosen);
    };
    let core = ground
        .rule
        .shape
        .sides
        .get(variable)
        .map_or(0, |side| side.core);
    let side = content.get(variable).copied().unwrap_or_default();
    for (entry, own) in (0_u32..).zip(side) {
        for row in 0..own.parts.get(core).map_or(1, |part| part.rows) {
            chosen.push((variable, Place { entry, row }));
            let more = choose(ground, content, chosen, see);
            chosen.pop();
            if !more {
                return false;
            }
        }
    }
    true
}

/// The tests between variables, each once.
fn tests<'g>(ground: &'g Ground<'_>) -> impl Iterator<Item = &'g Test> {
    ground.rule.shape.clusters.iter().flat_map(|cluster| {
        let places = cluster.tests.iter().enumerate();
        places.flat_map(move |(at, tests)| {
            let here = cluster.variables.get(at).copied();
            tests.iter().filter(move |test| {
                // An equality stands with each of its variables but the first.
                let last = test.variables().into_iter().max();
                last == here
            })
        })
    })
}

fn view<'v, 's>(
    ground: &Ground<'v>,
    content: &'v Content<'s>,
    chosen: &[(usize, Place)],
) -> View<'v, 's> {
    let mut places = vec![None; content.len()];
    for (of, place) in chosen {
        if let Some(slot) = places.get_mut(*of) {
            *slot = Some(*place);
        }
    }
    View {
        rule: ground.rule,
        content,
        places,
        read: &[],
        facts: None,
    }
}

/// Whether a test holds; `None` if it reads a variable that has no row.
fn holds(
    ground: &Ground<'_>,
    content: &Content<'_>,
    chosen: &[(usize, Place)],
    test: &Test,
) -> Option<bool> {
    let there = |of: &usize| chosen.iter().any(|(chosen, _)| chosen == of);
    let view = view(ground, content, chosen);
    let known = Known {
        joined: Some(&view),
        ..Known::default()
    };
    let row = Row::default();
    match test {
        Test::Equal(members, _) => {
            let own = members.iter().filter(|(of, _)| there(of));
            let mut values = own.map(|(_, id)| {
                Eval::new(ground.rule.scope(), &row, &known, &mut Silent).value(*id)
            });
            let first = values.next()?;
            Some(values.all(|value| value.equals(&first, false)))
        }
        Test::Holds(id, variables) => variables
            .iter()
            .all(there)
            .then(|| Eval::new(ground.rule.scope(), &row, &known, &mut Silent).test(*id)),
    }
}

/// A test as it is shown.
fn lines(
    ground: &Ground<'_>,
    content: &Content<'_>,
    chosen: &[(usize, Place)],
    test: &Test,
) -> Vec<Predicate> {
    let plan = ground.rule.plan;
    let Some(held) = holds(ground, content, chosen, test) else {
        return Vec::new();
    };
    let view = view(ground, content, chosen);
    let known = Known {
        joined: Some(&view),
        ..Known::default()
    };
    let row = Row::default();
    let scope = ground.rule.scope();
    let mut read = |id: ExprId| {
        let value = Eval::new(scope, &row, &known, &mut Silent).value(id);
        (value.into_owned(), true)
    };
    match test {
        Test::Equal(members, _) => {
            let texts: Vec<String> = members.iter().map(|(_, id)| plan.quote(*id)).collect();
            let seen = members.iter().map(|(_, id)| Seen {
                name: plan.quote(*id),
                value: shown(&read(*id).0),
                set: true,
            });
            vec![Predicate {
                depth: 0,
                text: texts.join(" = "),
                held: if held { Held::Yes } else { Held::No },
                seen: seen.collect(),
                hint: None,
            }]
        }
        Test::Holds(id, _) => {
            let mut states = States::default();
            states.clear(plan);
            Eval::new(scope, &row, &known, &mut states).test(*id);
            Tree::new(plan, &[*id]).lines(plan, &states, &mut read)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp { seconds, nanos: 0 }
    }

    const S: i128 = 1_000_000_000;

    #[test]
    fn gaps_are_measured() {
        let chain = Windows::Chain {
            length: 10,
            takes_end: true,
        };
        let over = |distance, over| (over, Gap::Apart { distance, over });
        assert_eq!(gap(chain, &[(0, at(0)), (1, at(10))]), (0, Gap::Tests));
        assert_eq!(gap(chain, &[(0, at(3)), (1, at(15))]), over(12 * S, 2 * S));
        let grid = Windows::Grid {
            length: 10,
            step: 10,
        };
        let boundary = Gap::Boundary {
            at: at(10),
            distance: 2 * S,
        };
        assert_eq!(gap(grid, &[(0, at(9)), (1, at(11))]), (S + 1, boundary));
        assert_eq!(gap(grid, &[(0, at(1)), (1, at(9))]), (0, Gap::Tests));
        let after = Windows::Pivot {
            length: 10,
            variable: 0,
            before: false,
            takes_end: true,
        };
        let side = Gap::Side {
            variable: 1,
            distance: 5 * S,
        };
        assert_eq!(gap(after, &[(0, at(9)), (1, at(4))]), (5 * S, side));
        assert_eq!(gap(after, &[(0, at(0)), (1, at(13))]), over(13 * S, 3 * S));
    }
}
