//! Deterministic detection ids (decision 8).
//!
//! An id hashes the rule's identity, its token text, the switches in force,
//! the match values and the window start (for single-event rules the event
//! id). It survives reformatting and restarts and changes when a predicate
//! does. It never hashes internal plans, which may be laid out differently
//! in a later version.

use yaral_ir::plan::Plan;

/// The id of a single-event rule's detection.
pub(crate) fn single(plan: &Plan, event_id: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [
        plan.identity().as_bytes(),
        plan.text_hash.as_slice(),
        plan.semantics.to_string().as_bytes(),
        event_id.as_bytes(),
    ] {
        // Lengths in front, so that no two lists of parts run together.
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let hash = hasher.finalize();
    format!("de_{}", &hash.to_hex()[..32])
}

/// The seed of `math.random` for an event (decision 10).
pub(crate) fn seed(event_id: &str) -> u64 {
    let hash = blake3::hash(event_id.as_bytes());
    let mut eight = [0; 8];
    eight.copy_from_slice(&hash.as_bytes()[..8]);
    u64::from_le_bytes(eight)
}
