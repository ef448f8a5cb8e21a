//! The option `suppression_window`.

use std::collections::BTreeMap;

use yaral_ir::plan::Plan;
use yaral_udm::Timestamp;

use super::Found;
use crate::id::{self, canonical};

/// Of detections with the same key, the first is kept and those whose window
/// starts within the given seconds of it are dropped; then anew.
pub(super) fn suppress(plan: &Plan, found: Vec<Found>) -> Vec<Found> {
    let Some(seconds) = plan.suppression_s else {
        return found;
    };
    let mut open: BTreeMap<Vec<Vec<u8>>, Timestamp> = BTreeMap::new();
    let mut found: Vec<_> = found.into_iter().map(|one| (id(plan, &one), one)).collect();
    found.sort_by(|(a_id, a), (b_id, b)| (a.window.0, a_id).cmp(&(b.window.0, b_id)));
    let mut kept = Vec::new();
    for (_, one) in found {
        let start = one.window.0;
        let key = key(plan, &one);
        if open.get(&key).is_some_and(|until| start < *until) {
            continue;
        }
        let until = Timestamp {
            seconds: start.seconds.saturating_add(seconds),
            nanos: start.nanos,
        };
        open.insert(key, until);
        kept.push(one);
    }
    kept
}

/// The id of a detection.
fn id(plan: &Plan, found: &Found) -> String {
    match plan.correlation {
        Some(_) => {
            let values = found.matches.iter().map(|(_, value)| value);
            id::correlated(plan, values, found.window.0)
        }
        // There is one event.
        None => id::single(plan, &found.bound.concat().concat()),
    }
}

/// What detections that suppress each other have in common.
fn key(plan: &Plan, found: &Found) -> Vec<Vec<u8>> {
    if plan.correlation.is_some() {
        let values = found.matches.iter().map(|(_, value)| canonical(value));
        return values.collect();
    }
    let named = found
        .outcomes
        .iter()
        .filter(|(name, _)| name == "suppression_key");
    named
        .map(|(_, value)| value.text().as_bytes().to_vec())
        .collect()
}
