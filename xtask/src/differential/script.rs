//! The ways in which the same events can arrive.
//!
//! A script says in full what happens and in which order, so that the same
//! divergence comes again while events are taken out of it.

use yaral_udm::Timestamp;

use super::dice::Dice;
use super::stream::{Draft, nanos, timestamp};

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The event at this place arrives.
    Event(usize),
    /// The watermark comes to this time.
    Advance(Timestamp),
    /// The state is saved, thrown away and read again.
    Cut,
}

/// All that happens before the end.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a way of its own")]
pub struct Script {
    /// What it is called in a report.
    pub name: &'static str,
    /// What happens.
    pub steps: Vec<Step>,
    /// Whether early detections are compared with those of each prefix.
    pub prefixes: bool,
    /// Whether the events have only the fields that the rule reads.
    pub projected: bool,
    /// Whether the engine holds the rule twice.
    pub twice: bool,
    /// Whether the watermark passes the last window before the end.
    pub drains: bool,
}

impl Script {
    /// The events in the order in which they were drawn, and nothing else.
    #[must_use]
    pub fn batch(count: usize) -> Self {
        Script {
            name: "batch",
            steps: (0..count).map(Step::Event).collect(),
            prefixes: false,
            projected: false,
            twice: false,
            drains: false,
        }
    }

    /// Any order, with cuts.
    pub fn shuffled(dice: &mut Dice, count: usize) -> Self {
        let mut order: Vec<_> = (0..count).map(Step::Event).collect();
        dice.shuffle(&mut order);
        Script {
            name: "shuffled",
            steps: with_cuts(dice, order, 6),
            prefixes: false,
            projected: true,
            twice: false,
            drains: false,
        }
    }

    /// By time, and the watermark follows; every prefix is looked at.
    pub fn in_order(dice: &mut Dice, events: &[Draft]) -> Self {
        let order = disordered(dice, events, 0);
        Script {
            name: "in order",
            steps: watched(dice, events, &order, 0),
            prefixes: true,
            projected: false,
            twice: false,
            drains: true,
        }
    }

    /// Bounded disorder, an admissible watermark, and cuts.
    pub fn stream(dice: &mut Dice, events: &[Draft], length_s: i64) -> Self {
        let length = i128::from(length_s) * 1_000_000_000;
        let bound = [0, 1, 1_000_000_000, length / 4, length * 2][dice.index(5)];
        let order = disordered(dice, events, bound);
        let steps = watched(dice, events, &order, 0);
        let cuts = *dice.one(&[0, 8, 30]);
        Script {
            name: "stream",
            steps: with_cuts(dice, steps, cuts),
            prefixes: false,
            projected: false,
            twice: false,
            drains: dice.chance(50),
        }
    }

    /// A watermark that some events come after.
    pub fn late(dice: &mut Dice, events: &[Draft], length_s: i64) -> Self {
        let length = i128::from(length_s) * 1_000_000_000;
        let order = disordered(dice, events, length);
        let steps = watched(dice, events, &order, 35);
        Script {
            name: "late",
            steps: with_cuts(dice, steps, 8),
            prefixes: false,
            projected: false,
            twice: dice.chance(12),
            drains: dice.chance(50),
        }
    }
}

fn with_cuts(dice: &mut Dice, steps: Vec<Step>, percent: u64) -> Vec<Step> {
    let mut all = Vec::with_capacity(steps.len() + 4);
    for step in steps {
        if dice.chance(percent) {
            all.push(Step::Cut);
        }
        all.push(step);
    }
    if dice.chance(percent) {
        all.push(Step::Cut);
    }
    all
}

/// The places of the events by time, each moved by up to `bound`.
fn disordered(dice: &mut Dice, events: &[Draft], bound: i128) -> Vec<usize> {
    let bound = u64::try_from(bound).unwrap_or(0);
    let mut order: Vec<_> = (0..events.len())
        .map(|at| {
            let moved = nanos(events[at].at()) + i128::from(dice.below(bound + 1));
            (moved, dice.below(4), at)
        })
        .collect();
    order.sort_unstable();
    order.into_iter().map(|(_, _, at)| at).collect()
}

/// Advances the watermark between events, never past one that is to come but
/// for `careless` times out of a hundred.
fn watched(dice: &mut Dice, events: &[Draft], order: &[usize], careless: u64) -> Vec<Step> {
    let mut steps = Vec::new();
    for (done, &at) in order.iter().enumerate() {
        if dice.chance(55) {
            let rest = order[done..].iter().map(|&at| events[at].at());
            let limit = if dice.chance(careless) {
                None
            } else {
                rest.min()
            };
            steps.push(Step::Advance(watermark(dice, events, limit)));
        }
        steps.push(Step::Event(at));
    }
    if dice.chance(50) {
        steps.push(Step::Advance(watermark(dice, events, None)));
    }
    steps
}

/// A time no later than the limit, mostly as close to it as can be.
fn watermark(dice: &mut Dice, events: &[Draft], limit: Option<Timestamp>) -> Timestamp {
    let any = if events.is_empty() {
        Timestamp::default()
    } else {
        dice.one(events).at()
    };
    let limit = limit.map_or_else(|| nanos(any) + i128::from(dice.below(3)) - 1, nanos);
    let at = match dice.weighted(&[6, 2, 2, 1]) {
        0 => limit,
        1 => limit - 1,
        2 => limit.min(nanos(any) + i128::from(dice.below(2))),
        _ => limit - i128::from(dice.below(7_200_000_000_000)),
    };
    timestamp(at)
}
