//! Timelines made of others: later, just too far apart, with a changed value.

use yaral_ir::correlation::WindowKind;
use yaral_ir::plan::Plan;
use yaral_ir::value::Value;

use super::Made;
use super::place::Place;

const NANOS: i64 = 1_000_000_000;

/// Ids that differ from those of the first timeline, some time later.
pub(crate) fn shifted(made: &[Made], seconds: i64, nanos: i64) -> Vec<Made> {
    let events = made.iter().filter(|one| !one.stands);
    let moved = events.map(|one| {
        let (s, n) = time_of(one);
        let n = n + nanos;
        let id = format!("{}+{seconds}.{nanos}", one.id);
        one.under(id)
            .at(s + seconds + n.div_euclid(NANOS), n.rem_euclid(NANOS))
    });
    moved.collect()
}

fn time_of(made: &Made) -> (i64, i64) {
    let time = made.event.event_time().unwrap_or_default();
    (time.seconds, time.nanos.into())
}

/// The timeline with one event a microsecond further away from the others
/// than the window is long.
pub(crate) fn beyond(plan: &Plan, made: &[Made]) -> Option<Vec<Made>> {
    let tied = plan.correlation.as_ref()?;
    let length = tied.window.length_s;
    let mut moved = made.to_vec();
    let from = made.iter().position(|one| !one.stands)?;
    let (first, last) = (&made[from], made.last()?);
    if made.len() < from + 2 {
        return None;
    }
    if let WindowKind::Before(_) = tied.window.kind {
        let (s, n) = time_of(last);
        let n = n - 1_000;
        moved[from] = first.at(s - length + n.div_euclid(NANOS), n.rem_euclid(NANOS));
    } else {
        let (s, n) = time_of(first);
        let n = n + 1_000;
        moved[made.len() - 1] = last.at(s + length + n.div_euclid(NANOS), n.rem_euclid(NANOS));
    }
    Some(moved)
}

/// Timelines with one value of one event unset or changed, and whether some
/// predicate reads it.
pub(crate) fn changed(made: &[Made]) -> Vec<(bool, Vec<Made>)> {
    let mut found = Vec::new();
    for (at, one) in made.iter().enumerate().take(4) {
        for (place, value) in &one.values {
            if value.is_zero() || *place == Place::time() {
                continue;
            }
            let other = match value {
                Value::Str(text) => Value::string(format!("{text}~")),
                other => Value::Int(other.int() + 1),
            };
            let other = place.fit(&other);
            for value in [Some(Value::EMPTY), other].into_iter().flatten() {
                let mut timeline = made.to_vec();
                timeline[at] = one.with(place, value);
                found.push((one.tested.contains(place), timeline));
            }
        }
    }
    found
}

/// What becomes of the validity of an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Valid {
    /// It begins with the first event and ends a second after the last one.
    Just,
    /// Both of its ends are open.
    Always,
    /// It ends with the first event, which is too early.
    Until,
    /// It begins a second after the last event.
    Since,
}

/// The timeline with another validity of all entities of a variable; `None`
/// if the rule does not read that.
pub(crate) fn valid(made: &[Made], variable: usize, how: Valid) -> Option<Vec<Made>> {
    let mut events = made.iter().filter(|one| !one.stands);
    let first = time_of(events.next()?);
    let last = time_of(events.next_back().unwrap_or(made.last()?));
    let after = (last.0 + 1, last.1);
    let (start, end) = match how {
        Valid::Just => (first, after),
        Valid::Always => ((0, 0), (0, 0)),
        Valid::Until => ((0, 0), first),
        Valid::Since => (after, (0, 0)),
    };
    let (mut changed, mut read) = (made.to_vec(), false);
    for one in changed.iter_mut().filter(|one| one.variable == variable) {
        let bounds: Vec<Place> = one.values.keys().cloned().collect();
        for place in bounds {
            let (seconds, nanos) = match place.bound() {
                Some("start_time") => start,
                Some("end_time") => end,
                _ => continue,
            };
            read = true;
            let part = if place.nanos { nanos } else { seconds };
            *one = one.with(&place, Value::Int(part));
        }
    }
    read.then_some(changed)
}

/// The timeline without what was made for a variable.
pub(crate) fn without(made: &[Made], variable: usize) -> Vec<Made> {
    let others = made.iter().filter(|one| one.variable != variable);
    others.cloned().collect()
}
