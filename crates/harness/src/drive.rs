//! The ways to drive the fast evaluator, all of which must say the same.

use yaral_engine::{Context, Detection, Engine, Status};
use yaral_ir::plan::Plan;

use crate::shuffle;
use crate::timeline::{Arrival, Timeline};

/// How many orders of arrival are tried.
const ORDERS: u64 = 4;

/// A way of driving and the final detections that came of it, or what it did
/// that it must never do.
pub(crate) type Drive = (String, Result<Vec<Detection>, String>);

/// Every way of driving that fits the timeline.
pub(crate) fn all(plan: &Plan, timeline: &Timeline, now: i64) -> Vec<Drive> {
    if plan.correlation.is_some() {
        return Vec::new();
    }
    let mut sorted = timeline.in_time();
    sorted.sort_by_key(|arrival| arrival.time);
    let mut drives = vec![("batch".to_owned(), batch(plan, &sorted, now))];
    for seed in 1..=ORDERS {
        let order = shuffle::order(sorted.len(), seed);
        let mixed: Vec<&Arrival> = order.into_iter().map(|place| sorted[place]).collect();
        drives.push((format!("shuffled, seed {seed}"), batch(plan, &mixed, now)));
    }
    drives
}

fn batch(plan: &Plan, arrivals: &[&Arrival], now: i64) -> Result<Vec<Detection>, String> {
    let mut engine = Engine::new(vec![plan.clone()]);
    let mut out = Vec::new();
    for arrival in arrivals {
        let context = Context {
            event_id: &arrival.id,
            now,
        };
        engine.evaluate(&arrival.event, &context, &mut out);
    }
    match out.iter().find(|one| one.status != Status::Final) {
        Some(open) => Err(format!("{} judges one event and is not final", open.id)),
        None => Ok(out),
    }
}
