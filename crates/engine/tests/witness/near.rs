//! Timelines made of others: later, just too far apart, with a changed value.

use yaral_ir::correlation::WindowKind;
use yaral_ir::plan::Plan;
use yaral_ir::value::Value;

use super::Made;
use super::place::Place;

const NANOS: i64 = 1_000_000_000;

/// Ids that differ from those of the first timeline, some time later.
pub(crate) fn shifted(made: &[Made], seconds: i64, nanos: i64) -> Vec<Made> {
    let moved = made.iter().map(|one| {
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
    let (first, last) = (made.first()?, made.last()?);
    if made.len() < 2 {
        return None;
    }
    if let WindowKind::Before(_) = tied.window.kind {
        let (s, n) = time_of(last);
        let n = n - 1_000;
        moved[0] = first.at(s - length + n.div_euclid(NANOS), n.rem_euclid(NANOS));
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
