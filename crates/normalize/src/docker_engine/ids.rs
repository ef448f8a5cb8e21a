//! Ids of events: the hash of the raw record, and a number for one that came
//! before.
//!
//! Records of the engine have no id, and two that are equal may be two requests
//! (`GET /_ping` twice in one moment of a recorder that notes no time). The
//! memory of hashes is bounded; behind it the numbers begin again.

use std::collections::{HashMap, VecDeque};

use crate::limits::SEEN_IDS_MAX;

/// What a hash takes in both collections, an estimate.
const HASH_BYTES: u64 = 40 + 52;

/// The raw records so far, by the first half of their hashes.
#[derive(Default, Debug)]
pub(super) struct Ids {
    times: HashMap<[u8; 16], u32>,
    order: VecDeque<[u8; 16]>,
    evicted: u64,
}

impl Ids {
    /// The id of a record; `form` is its second line, if it has one.
    pub(super) fn next(&mut self, text: &str, form: Option<&str>) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(text.as_bytes());
        if let Some(form) = form {
            hasher.update(b"\n");
            hasher.update(form.as_bytes());
        }
        let hash = hasher.finalize();
        let mut key = [0; 16];
        for (to, from) in key.iter_mut().zip(hash.as_bytes()) {
            *to = *from;
        }
        let times = self.times.entry(key).or_insert(0);
        *times = times.saturating_add(1);
        let times = *times;
        if times > 1 {
            return format!("{}~{times}", hash.to_hex());
        }
        self.order.push_back(key);
        if self.order.len() > SEEN_IDS_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.times.remove(&oldest);
            self.evicted += 1;
        }
        hash.to_hex().to_string()
    }

    /// How many hashes were dropped.
    pub(super) fn evicted(&self) -> u64 {
        self.evicted
    }

    /// Approximate bytes that the memory takes.
    pub(super) fn bytes(&self) -> u64 {
        self.order.len() as u64 * HASH_BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_records_are_numbered() {
        let mut ids = Ids::default();
        let first = ids.next("a", None);
        assert_eq!(first, blake3::hash(b"a").to_hex().to_string());
        assert_eq!(ids.next("a", None), format!("{first}~2"));
        assert_ne!(ids.next("a", Some("b")), first);
        assert_eq!(ids.next("a", None), format!("{first}~3"));
    }
}
