//! Values as fixed-size digests, so that telling many apart costs little.
//!
//! Two values have the same digest exactly if they are equal by
//! [`Value::total_cmp`] (collisions of a 128-bit cut of BLAKE3 aside), but for
//! the two float zeros, which are one here.

use std::collections::BTreeSet;

use blake3::Hasher;

use crate::value::Value;

/// The digest of one value.
pub(super) type Digest = [u8; 16];

/// The digests of the values seen so far.
#[derive(Debug, Default)]
pub(super) struct Seen(BTreeSet<Digest>);

impl Seen {
    /// Notes a value; true if it is new and fewer than `bound` are known.
    pub(super) fn insert(&mut self, value: &Value<'_>, bound: usize) -> bool {
        self.0.len() < bound && self.0.insert(digest(value))
    }

    /// How many different values were noted.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

/// The digest of a value.
pub(super) fn digest(value: &Value<'_>) -> Digest {
    let mut hasher = Hasher::new();
    feed(&mut hasher, value);
    let mut digest = Digest::default();
    hasher.finalize_xof().fill(&mut digest);
    digest
}

/// Feeds a kind, then the content; the length too where it varies.
fn feed(hasher: &mut Hasher, value: &Value<'_>) {
    match value {
        Value::Str(s) => text(hasher, b's', s.as_bytes()),
        Value::Bytes(b) => text(hasher, b'y', b),
        Value::Int(i) => fixed(hasher, b'i', &i128::from(*i).to_le_bytes()),
        Value::Uint(u) => fixed(hasher, b'i', &i128::from(*u).to_le_bytes()),
        // Adding a positive zero turns a negative one into it.
        Value::Float(f) => fixed(hasher, b'f', &(f + 0.0).to_bits().to_le_bytes()),
        Value::Bool(b) => fixed(hasher, b'b', &[u8::from(*b)]),
        Value::Enum(_, n) => fixed(hasher, b'e', &n.to_le_bytes()),
        Value::List(items) => {
            fixed(hasher, b'l', &(items.len() as u64).to_le_bytes());
            for item in items {
                feed(hasher, item);
            }
        }
    }
}

fn fixed(hasher: &mut Hasher, kind: u8, content: &[u8]) {
    hasher.update(&[kind]).update(content);
}

fn text(hasher: &mut Hasher, kind: u8, content: &[u8]) {
    hasher
        .update(&[kind])
        .update(&(content.len() as u64).to_le_bytes())
        .update(content);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_agree_with_equality() {
        let list =
            |items: &[&'static str]| Value::List(items.iter().map(|s| Value::str(s)).collect());
        let values = [
            Value::str("a"),
            Value::str("1"),
            Value::Int(1),
            Value::Uint(1),
            Value::Int(-1),
            Value::Uint(u64::MAX),
            Value::Float(1.0),
            Value::Bool(true),
            Value::Bytes(b"a".into()),
            list(&["a", "b"]),
            list(&["ab"]),
            list(&[]),
            Value::EMPTY,
        ];
        for a in &values {
            for b in &values {
                assert_eq!(
                    digest(a) == digest(b),
                    a.total_cmp(b).is_eq(),
                    "{a:?} {b:?}"
                );
            }
        }
        assert_eq!(digest(&Value::Float(0.0)), digest(&Value::Float(-0.0)));
    }
}
