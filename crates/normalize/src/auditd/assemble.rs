//! One event from many lines.
//!
//! The records of an event share node, time and serial number, and may come
//! interleaved with those of others and in any order. An event is held until
//! event time, as the lines of its input tell it, went on by [`AUDIT_HOLD_SECONDS`]; then
//! events come out in the order of their times and serial numbers, so that the
//! order of lines within that time changes nothing. A record that comes still
//! later is told, as it can no longer be added.
//!
//! Serial numbers are consecutive on a node and start again at 0 behind the
//! largest. What is missing between two events is counted.

use std::collections::{BTreeMap, HashSet, VecDeque};

use super::line::{Id, Line};
use crate::clock::Clock;
use crate::limits::{
    AUDIT_HELD_BYTES_MAX, AUDIT_HELD_MAX, AUDIT_HOLD_SECONDS, AUDIT_NODES_MAX, AUDIT_RECORDS_MAX,
    AUDIT_RELEASED_MAX,
};
use crate::record::Position;

/// What orders events: the time, then the serial number, then the node.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
struct Key {
    time_ms: i64,
    /// The serial number, counted on behind the largest.
    serial: i64,
    node: Box<str>,
}

/// The records of one event.
#[derive(Clone, Debug, Default)]
pub(super) struct Held {
    /// The lines, each with its ending.
    pub(super) text: String,
    /// The place of the first record that came.
    pub(super) position: Position,
    /// What [`Clock::passed`] must exceed for the event to come out.
    due: i64,
    /// Where each line ends in the text.
    ends: Vec<usize>,
}

impl Held {
    /// Adds a line. A record that stands on several, as in a document, is put
    /// on one.
    fn add(&mut self, text: &str) {
        if memchr::memchr2(b'\n', b'\r', text.as_bytes()).is_none() {
            self.text.push_str(text);
        } else {
            self.text.push_str(&text.replace(['\n', '\r'], " "));
        }
        self.ends.push(self.text.len());
        self.text.push('\n');
    }

    /// Whether the same line came before.
    fn has(&self, text: &str) -> bool {
        let mut start = 0;
        self.ends.iter().any(|end| {
            let line = &self.text[start..*end];
            start = end + 1;
            line == text
        })
    }
}

/// What became of a record.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Taken {
    /// It is the first of its event.
    First,
    /// It belongs to an event that is held already.
    Added,
    /// The same line is there already, or the record says nothing.
    Known,
    /// Its event came out already.
    Late,
    /// The event has as many records as one may have.
    Full,
}

/// The serial numbers of a node.
#[derive(Copy, Clone, Debug, Default)]
struct Sequence {
    /// The newest number that came, counted on.
    newest: i64,
    /// The newest number that came out, if any did.
    out: Option<i64>,
}

/// The events that are not complete.
#[derive(Default, Debug)]
pub(super) struct Assembler {
    held: BTreeMap<Key, Held>,
    bytes: usize,
    sequences: BTreeMap<Box<str>, Sequence>,
    released: HashSet<Key>,
    released_order: VecDeque<Key>,
    clock: Clock,
    /// Serial numbers that nothing came for.
    pub(super) missing: u64,
}

impl Assembler {
    /// Takes a record; `text` is its line.
    pub(super) fn take(&mut self, line: &Line<'_>, text: &str, position: Position) -> Taken {
        self.clock.advance_to(line.id.time_ms);
        let key = self.key(&line.node, line.id);
        let says_nothing = line.kind == "EOE";
        if let Some(held) = self.held.get_mut(&key) {
            if says_nothing || held.has(text) {
                return Taken::Known;
            }
            if held.ends.len() >= AUDIT_RECORDS_MAX {
                return Taken::Full;
            }
            let before = held.text.len();
            held.add(text);
            held.position = held.position.min(position);
            self.bytes += held.text.len() - before;
            return Taken::Added;
        }
        if says_nothing {
            return Taken::Known;
        }
        if self.released.contains(&key) {
            return Taken::Late;
        }
        let mut held = Held {
            text: String::new(),
            position,
            due: self.clock.passed_in(AUDIT_HOLD_SECONDS),
            ends: Vec::with_capacity(8),
        };
        held.add(text);
        self.bytes += held.text.len();
        self.held.insert(key, held);
        Taken::First
    }

    /// The key of an event, with its serial number counted on.
    fn key(&mut self, node: &str, id: Id) -> Key {
        let sequence = self.sequence(node);
        // The nearest number that ends in the same 32 bits.
        let low = sequence.newest & i64::from(u32::MAX);
        let near = sequence.newest - low + i64::from(id.serial);
        let half = 1 << 31;
        let serial = match near - sequence.newest {
            step if step > half && sequence.newest > low => near - (1 << 32),
            step if step < -half => near + (1 << 32),
            _ => near,
        };
        sequence.newest = sequence.newest.max(serial);
        Key {
            time_ms: id.time_ms,
            serial,
            node: node.into(),
        }
    }

    fn sequence(&mut self, node: &str) -> &mut Sequence {
        if !self.sequences.contains_key(node) && self.sequences.len() >= AUDIT_NODES_MAX {
            self.sequences.pop_first();
        }
        self.sequences.entry(node.into()).or_default()
    }

    /// Notes that another input begins, whose times may be any.
    pub(super) fn restart(&mut self) {
        self.clock.restart();
    }

    /// The next event that has waited long enough or stands in the way.
    pub(super) fn due(&mut self) -> Option<Held> {
        let (_, first) = self.held.first_key_value()?;
        let late = first.due < self.clock.passed();
        if late || self.held.len() > AUDIT_HELD_MAX || self.bytes > AUDIT_HELD_BYTES_MAX {
            return self.release();
        }
        None
    }

    /// The next event, whether it is due or not.
    pub(super) fn release(&mut self) -> Option<Held> {
        let (key, held) = self.held.pop_first()?;
        self.bytes -= held.text.len();
        self.count_missing(&key);
        self.released.insert(key.clone());
        self.released_order.push_back(key);
        if self.released_order.len() > AUDIT_RELEASED_MAX
            && let Some(oldest) = self.released_order.pop_front()
        {
            self.released.remove(&oldest);
        }
        Some(held)
    }

    /// Counts the numbers between the event before and this one. A number that
    /// is smaller than the one before means that the machine started anew.
    fn count_missing(&mut self, key: &Key) {
        let sequence = self.sequence(&key.node);
        let gap = sequence.out.map_or(0, |out| key.serial - out - 1);
        sequence.out = Some(key.serial);
        self.missing += u64::try_from(gap).unwrap_or(0);
    }

    pub(super) fn held(&self) -> u64 {
        self.held.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::super::line::{Found, read};
    use super::*;

    fn feed(assembler: &mut Assembler, text: &str) -> Taken {
        match read(text) {
            Ok(Found::Record(line)) => assembler.take(&line, text, Position::default()),
            other => panic!("{other:?}"),
        }
    }

    fn record(kind: &str, time: &str) -> String {
        format!("type={kind} msg=audit({time}): x={kind}")
    }

    fn all(assembler: &mut Assembler) -> Vec<String> {
        std::iter::from_fn(|| assembler.release())
            .map(|held| {
                held.text
                    .lines()
                    .map(|line| line.split(": x=").last().unwrap_or_default())
                    .collect::<Vec<_>>()
                    .join(",")
            })
            .collect()
    }

    #[test]
    fn interleaved_records_find_their_event() {
        let mut assembler = Assembler::default();
        for (kind, time, taken) in [
            ("B1", "1.0:2", Taken::First),
            ("A1", "1.0:1", Taken::First),
            ("B2", "1.0:2", Taken::Added),
            ("B2", "1.0:2", Taken::Known),
            ("EOE", "1.0:2", Taken::Known),
            ("A2", "1.0:1", Taken::Added),
        ] {
            assert_eq!(feed(&mut assembler, &record(kind, time)), taken, "{kind}");
        }
        assert_eq!(all(&mut assembler), ["A1,A2", "B1,B2"]);
        assert_eq!(feed(&mut assembler, &record("A3", "1.0:1")), Taken::Late);
        assert_eq!(assembler.missing, 0);
    }

    #[test]
    fn events_come_out_when_time_has_passed() {
        let mut assembler = Assembler::default();
        feed(&mut assembler, &record("A", "100.0:1"));
        feed(&mut assembler, &record("B", "110.0:2"));
        assert!(assembler.due().is_none());
        feed(&mut assembler, &record("C", "110.001:3"));
        assert!(
            assembler
                .due()
                .is_some_and(|held| held.text.contains("x=A"))
        );
        assert!(assembler.due().is_none());
        // A date from another age, and another input, let no time pass.
        feed(&mut assembler, &record("D", "999999.0:4"));
        assembler.restart();
        feed(&mut assembler, &record("E", "1.0:5"));
        assert!(assembler.due().is_none());
    }

    #[test]
    fn serial_numbers_go_on_behind_the_largest() {
        let mut assembler = Assembler::default();
        for serial in ["4294967294", "0", "4294967295", "2"] {
            feed(&mut assembler, &record(serial, &format!("7.5:{serial}")));
        }
        assert_eq!(all(&mut assembler), ["4294967294", "4294967295", "0", "2"]);
        assert_eq!(assembler.missing, 1);
        // After a start of the machine they begin anew.
        feed(&mut assembler, &record("x", "9000.0:50"));
        feed(&mut assembler, &record("x", "9001.0:1"));
        assert_eq!(all(&mut assembler).len(), 2);
        assert_eq!(assembler.missing, 1 + 47);
    }
}
