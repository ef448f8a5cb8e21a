//! One event for each request of the authorization plugin.
//!
//! The daemon asks the plugin twice: before it handles a request and after it.
//! The second record knows the answer and stands for both. The first one waits
//! for it, and comes out only if event time went on by [`HOLD_SECONDS`] or the
//! input ended: a request that a plugin refuses has no second record. A record
//! has no id, so the two are told by what the request says; of several equal
//! requests the oldest that waits is meant, and since they are equal nothing
//! depends on it. A response that comes after its request came out is a
//! repetition.

use std::collections::{BTreeMap, VecDeque};

use yaral_udm::Timestamp;

use crate::clock::Clock;
use crate::limits::{HELD_BYTES_MAX, HELD_MAX, HOLD_SECONDS, SEEN_IDS_MAX};
use crate::record::Position;

/// What tells a request from others.
#[derive(Copy, Clone, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub(super) struct Key([u8; 16]);

impl Key {
    /// The key of several parts; their lengths keep them apart.
    pub(super) fn of(parts: &[&str]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let mut key = [0; 16];
        for (to, from) in key.iter_mut().zip(hasher.finalize().as_bytes()) {
            *to = *from;
        }
        Self(key)
    }
}

/// A request that waits.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) text: String,
    pub(super) position: Position,
    key: Key,
    /// What [`Clock::passed`] must exceed for the record to come out.
    due: i64,
}

/// What a response answers.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Answers {
    /// A request that waited, and waits no more.
    Held,
    /// A request that came out already.
    Released,
    /// One that was not seen.
    Nothing,
}

/// The requests that wait, in the order of their arrival.
#[derive(Default, Debug)]
pub(super) struct Waiting {
    held: BTreeMap<u64, Held>,
    /// The places of those that wait under each key.
    by_key: BTreeMap<Key, VecDeque<u64>>,
    bytes: usize,
    arrivals: u64,
    /// How many came out without a response, under each key.
    released: BTreeMap<Key, u32>,
    released_order: VecDeque<Key>,
    clock: Clock,
}

impl Waiting {
    /// Notes the time of a record.
    pub(super) fn advance(&mut self, time: Option<Timestamp>) {
        if let Some(time) = time {
            self.clock.advance(time);
        }
    }

    /// Notes that another input begins.
    pub(super) fn restart(&mut self) {
        self.clock.restart();
    }

    /// Lets a request wait for its response.
    pub(super) fn hold(&mut self, key: Key, text: &str, position: Position) {
        let place = self.arrivals;
        self.arrivals += 1;
        self.bytes += text.len();
        self.by_key.entry(key).or_default().push_back(place);
        let held = Held {
            text: text.to_owned(),
            position,
            key,
            due: self.clock.passed_in(HOLD_SECONDS),
        };
        self.held.insert(place, held);
    }

    /// A response came.
    pub(super) fn answer(&mut self, key: Key) -> Answers {
        let waiting = self.by_key.get(&key).and_then(|places| places.front());
        if let Some(place) = waiting.copied() {
            self.take(place);
            return Answers::Held;
        }
        let Some(count) = self.released.get_mut(&key) else {
            return Answers::Nothing;
        };
        *count -= 1;
        if *count == 0 {
            self.released.remove(&key);
        }
        Answers::Released
    }

    /// The next request that has waited long enough or stands in the way.
    pub(super) fn due(&mut self) -> Option<Held> {
        let (_, oldest) = self.held.first_key_value()?;
        let late = oldest.due < self.clock.passed();
        if late || self.held.len() > HELD_MAX || self.bytes > HELD_BYTES_MAX {
            return self.release();
        }
        None
    }

    /// The next request, whether it is due or not.
    pub(super) fn release(&mut self) -> Option<Held> {
        let (place, _) = self.held.first_key_value()?;
        let held = self.take(*place)?;
        *self.released.entry(held.key).or_insert(0) += 1;
        self.released_order.push_back(held.key);
        if self.released_order.len() > SEEN_IDS_MAX
            && let Some(oldest) = self.released_order.pop_front()
            && let Some(count) = self.released.get_mut(&oldest)
        {
            *count -= 1;
            if *count == 0 {
                self.released.remove(&oldest);
            }
        }
        Some(held)
    }

    pub(super) fn held(&self) -> u64 {
        self.held.len() as u64
    }

    fn take(&mut self, place: u64) -> Option<Held> {
        let held = self.held.remove(&place)?;
        self.bytes -= held.text.len();
        if let Some(places) = self.by_key.get_mut(&held.key) {
            // The oldest of all and the oldest under a key are both in front.
            places.pop_front();
            if places.is_empty() {
                self.by_key.remove(&held.key);
            }
        }
        Some(held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Option<Timestamp> {
        Timestamp::new(seconds, 0)
    }

    #[test]
    fn equal_requests_find_their_answers_one_by_one() {
        let mut waiting = Waiting::default();
        let key = Key::of(&["GET", "/_ping"]);
        assert_eq!(waiting.answer(key), Answers::Nothing);
        for text in ["a", "b"] {
            waiting.hold(key, text, Position::default());
        }
        assert_eq!(waiting.answer(key), Answers::Held);
        assert_eq!(
            waiting.release().map(|held| held.text).as_deref(),
            Some("b")
        );
        assert_eq!(waiting.answer(key), Answers::Released);
        assert_eq!(waiting.answer(key), Answers::Nothing);
        assert_ne!(Key::of(&["ab", "c"]), Key::of(&["a", "bc"]));
    }

    #[test]
    fn a_request_comes_out_after_its_time() {
        let mut waiting = Waiting::default();
        waiting.advance(at(100));
        waiting.hold(Key::of(&["x"]), "a", Position::default());
        waiting.advance(at(130));
        assert!(waiting.due().is_none());
        waiting.advance(at(131));
        assert!(waiting.due().is_some());
        assert_eq!(waiting.held(), 0);
    }

    #[test]
    fn memory_is_bounded() {
        let mut waiting = Waiting::default();
        for n in 0..SEEN_IDS_MAX + HELD_MAX + 7 {
            waiting.hold(Key::of(&[&n.to_string()]), "", Position::default());
            while waiting.due().is_some() {}
        }
        assert_eq!(waiting.held.len(), HELD_MAX);
        assert_eq!(waiting.by_key.len(), HELD_MAX);
        assert_eq!(waiting.released.len(), SEEN_IDS_MAX);
        waiting.hold(
            Key::of(&["big"]),
            &"x".repeat(HELD_BYTES_MAX + 1),
            Position::default(),
        );
        while waiting.due().is_some() {}
        assert_eq!((waiting.held(), waiting.bytes), (0, 0));
    }
}
