//! Deterministic detection ids (decision 8).
//!
//! An id hashes the rule's identity, its token text, the switches in force,
//! the match values and the window start (for single-event rules the event
//! id). It survives reformatting and restarts and changes when a predicate
//! does. It never hashes internal plans, which may be laid out differently
//! in a later version.

use yaral_ir::plan::Plan;
use yaral_ir::value::Value;
use yaral_udm::Timestamp;

/// The id of a single-event rule's detection.
pub(crate) fn single(plan: &Plan, event_id: &str) -> String {
    hash(plan, &[event_id.as_bytes().to_vec()])
}

/// The id of a correlated rule's detection: its match values and the start of
/// its window.
pub(crate) fn correlated<'v>(
    plan: &Plan,
    matches: impl IntoIterator<Item = &'v Value<'v>>,
    start: Timestamp,
) -> String {
    let mut parts: Vec<_> = matches.into_iter().map(canonical).collect();
    parts.push(start.seconds.to_le_bytes().to_vec());
    parts.push(start.nanos.to_le_bytes().to_vec());
    hash(plan, &parts)
}

/// The canonical form of a match value: two are the same value exactly if
/// their forms are equal. Text of any kind is its text, and numbers of any
/// kind are one if they are equal.
pub(crate) fn canonical(value: &Value<'_>) -> Vec<u8> {
    let (kind, content) = match value {
        Value::Str(_) | Value::Bytes(_) | Value::Enum(..) => {
            (b's', value.text().as_bytes().to_vec())
        }
        Value::Int(i) => (b'i', i128::from(*i).to_le_bytes().to_vec()),
        Value::Uint(u) => (b'i', i128::from(*u).to_le_bytes().to_vec()),
        // Both sides of the cast are exact below two to the power of 63.
        Value::Float(f) if f.fract() == 0.0 && f.abs() < 9.0e18 => {
            #[allow(
                clippy::cast_possible_truncation,
                reason = "a whole number within range"
            )]
            let whole = *f as i128;
            (b'i', whole.to_le_bytes().to_vec())
        }
        Value::Float(f) => (b'f', f.to_bits().to_le_bytes().to_vec()),
        Value::Bool(b) => (b'b', vec![u8::from(*b)]),
        Value::List(items) => {
            let mut all = Vec::new();
            for item in items {
                let form = canonical(item);
                all.extend((form.len() as u64).to_le_bytes());
                all.extend(form);
            }
            (b'l', all)
        }
    };
    let mut form = vec![kind];
    form.extend(content);
    form
}

fn hash(plan: &Plan, particulars: &[Vec<u8>]) -> String {
    let mut hasher = rule(plan);
    for part in particulars {
        feed(&mut hasher, part);
    }
    let hash = hasher.finalize();
    format!("de_{}", &hash.to_hex()[..32])
}

/// A hasher that has seen what names a rule: identity, text and switches.
pub(crate) fn rule(plan: &Plan) -> blake3::Hasher {
    let mut hasher = blake3::Hasher::new();
    feed(&mut hasher, plan.identity().as_bytes());
    feed(&mut hasher, &plan.text_hash);
    feed(&mut hasher, plan.semantics.to_string().as_bytes());
    hasher
}

/// Lengths in front, so that no two lists of parts run together.
fn feed(hasher: &mut blake3::Hasher, part: &[u8]) {
    hasher.update(&(part.len() as u64).to_le_bytes());
    hasher.update(part);
}

/// The seed of `math.random` for an event (decision 10).
pub(crate) fn seed(event_id: &str) -> u64 {
    let hash = blake3::hash(event_id.as_bytes());
    let mut eight = [0; 8];
    eight.copy_from_slice(&hash.as_bytes()[..8]);
    u64::from_le_bytes(eight)
}
