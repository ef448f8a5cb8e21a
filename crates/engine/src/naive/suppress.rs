//! The option `suppression_window`.

use std::collections::BTreeMap;

use yaral_ir::plan::Plan;

use super::Found;
use crate::id::canonical;

/// Of detections with the same key, the first is kept and those whose window
/// starts within the given seconds of it are dropped; then anew.
pub(super) fn suppress(plan: &Plan, mut found: Vec<(String, Found)>) -> Vec<(String, Found)> {
    let Some(seconds) = plan.suppression_s else {
        return found;
    };
    found.sort_by(|(a_id, a), (b_id, b)| (a.window.0, a_id).cmp(&(b.window.0, b_id)));
    let mut open: BTreeMap<Vec<Vec<u8>>, _> = BTreeMap::new();
    found.retain(|(_, one)| {
        let start = one.window.0;
        let key = key(plan, one);
        let dropped = open.get(&key).is_some_and(|until| start < *until);
        if !dropped {
            let mut until = start;
            until.seconds = until.seconds.saturating_add(seconds);
            open.insert(key, until);
        }
        !dropped
    });
    found
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
