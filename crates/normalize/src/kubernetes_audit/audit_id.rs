//! The identity of a request among the records that tell of it.

use std::fmt;

/// An auditID in sixteen bytes: the UUID itself, else a hash of the text.
#[derive(Copy, Clone, Debug, Eq, PartialEq, Hash)]
pub(crate) struct AuditId(u128);

impl AuditId {
    pub(crate) fn new(text: &str) -> Self {
        let hashed = || Self::half(&blake3::hash(text.as_bytes()));
        uuid(text).map_or_else(hashed, Self)
    }

    /// The id of several parts; their lengths keep them apart.
    pub(crate) fn of(parts: &[&str]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            add(&mut hasher, part);
        }
        Self::half(&hasher.finalize())
    }

    /// The id of several parts without the last, and with it.
    pub(crate) fn of_both(parts: &[&str], last: &str) -> (Self, Self) {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            add(&mut hasher, part);
        }
        let without = Self::half(&hasher.finalize());
        add(&mut hasher, last);
        (without, Self::half(&hasher.finalize()))
    }

    fn half(hash: &blake3::Hash) -> Self {
        let (half, _) = hash.as_bytes().split_at(16);
        Self(half.iter().fold(0, |id, byte| id << 8 | u128::from(*byte)))
    }
}

fn add(hasher: &mut blake3::Hasher, part: &str) {
    hasher.update(&(part.len() as u64).to_le_bytes());
    hasher.update(part.as_bytes());
}

/// Eight hexadecimal digits, to tell two of the same name apart.
impl fmt::Display for AuditId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0 >> 96)
    }
}

/// A UUID in its canonical lower-case form, so that two texts never share one.
fn uuid(text: &str) -> Option<u128> {
    let bytes = text.as_bytes();
    if bytes.len() != 36 {
        return None;
    }
    let mut id = 0;
    for (place, byte) in bytes.iter().enumerate() {
        let digit = match (place, byte) {
            (8 | 13 | 18 | 23, b'-') => continue,
            (8 | 13 | 18 | 23, _) => return None,
            (_, b'0'..=b'9') => byte - b'0',
            (_, b'a'..=b'f') => byte - b'a' + 10,
            _ => return None,
        };
        id = id << 4 | u128::from(digit);
    }
    Some(id)
}
