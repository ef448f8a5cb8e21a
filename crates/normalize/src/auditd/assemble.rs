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
use std::hash::{DefaultHasher, Hash, Hasher};

use super::line::{Id, Line};
use crate::clock::Clock;
use crate::limits::{
    AUDIT_GAP_MAX, AUDIT_HELD_BYTES_MAX, AUDIT_HELD_MAX, AUDIT_HOLD_SECONDS, AUDIT_NODES_MAX,
    AUDIT_RECORDS_MAX, AUDIT_RELEASED_MAX,
};
use crate::record::Position;

/// What tells events apart and orders them: the time, then the serial number,
/// then the node.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
struct Key {
    time_ms: i64,
    /// The serial number. With a sign, so that of two events of one moment the
    /// one before the largest number comes before the one behind it.
    serial: i32,
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
    /// Hashes of what the records say, to tell one that came twice.
    said: Vec<u64>,
}

impl Held {
    /// A record that is an event by itself.
    pub(super) fn alone(text: &str, position: Position) -> Self {
        let mut held = Self {
            position,
            ..Self::default()
        };
        held.add(text, 0);
        held
    }

    /// Adds a line. A record that stands on several, as in a document, is put
    /// on one.
    fn add(&mut self, text: &str, said: u64) {
        if memchr::memchr2(b'\n', b'\r', text.as_bytes()).is_none() {
            self.text.push_str(text);
        } else {
            self.text.push_str(&text.replace(['\n', '\r'], " "));
        }
        self.text.push('\n');
        self.said.push(said);
    }
}

/// What a record says, whatever stands before it and whichever names were
/// looked up: the kernel's own log may hold it too.
fn said(line: &Line<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    let logged = line.body.split('\u{1d}').next().unwrap_or_default();
    (&*line.kind, logged.trim_ascii()).hash(&mut hasher);
    hasher.finish()
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

/// A time that is far ahead, and the event that brought it.
#[derive(Copy, Clone, Debug)]
struct Ahead {
    time_ms: i64,
    serial: u32,
}

/// The events that are not complete.
#[derive(Default, Debug)]
pub(super) struct Assembler {
    held: BTreeMap<Key, Held>,
    bytes: usize,
    /// The serial number that came out last, of each node.
    sequences: BTreeMap<Box<str>, u32>,
    released: HashSet<Key>,
    released_order: VecDeque<Key>,
    clock: Clock,
    ahead: Option<Ahead>,
    /// Serial numbers that nothing came for.
    pub(super) missing: u64,
}

impl Assembler {
    /// Takes a record; `text` is its line.
    pub(super) fn take(&mut self, line: &Line<'_>, text: &str, position: Position) -> Taken {
        self.tell_time(line.id);
        let key = Key {
            time_ms: line.id.time_ms,
            serial: line.id.serial.cast_signed(),
            node: line.node.as_ref().into(),
        };
        let says_nothing = line.kind == "EOE";
        let said = said(line);
        if let Some(held) = self.held.get_mut(&key) {
            if says_nothing || held.said.contains(&said) {
                return Taken::Known;
            }
            if held.said.len() >= AUDIT_RECORDS_MAX {
                return Taken::Full;
            }
            let before = held.text.len();
            held.add(text, said);
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
            position,
            due: self.clock.passed_after(line.id.time_ms, AUDIT_HOLD_SECONDS),
            ..Held::default()
        };
        held.add(text, said);
        self.bytes += held.text.len();
        self.held.insert(key, held);
        Taken::First
    }

    /// Lets time go on. A step that would let events out is believed once a
    /// second event confirms it: one record with a wrong date must not end the
    /// waiting of the others.
    fn tell_time(&mut self, id: Id) {
        let hold = AUDIT_HOLD_SECONDS * 1000;
        if !self.clock.is_ahead(id.time_ms, hold) {
            self.clock.advance_to(id.time_ms);
            self.ahead = None;
            return;
        }
        match self.ahead {
            Some(ahead) if ahead.serial != id.serial => {
                self.ahead = None;
                self.clock.advance_to(ahead.time_ms.min(id.time_ms));
                self.clock.advance_to(id.time_ms);
            }
            Some(_) => {}
            None => {
                self.ahead = Some(Ahead {
                    time_ms: id.time_ms,
                    serial: id.serial,
                });
            }
        }
    }

    /// Notes that another input begins, whose times may be any.
    pub(super) fn restart(&mut self) {
        self.clock.restart();
        self.ahead = None;
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

    /// Counts the numbers between the event before and this one. A step back,
    /// or one too far, means that the machine started anew, or that somebody
    /// made the number up.
    fn count_missing(&mut self, key: &Key) {
        let serial = key.serial.cast_unsigned();
        if !self.sequences.contains_key(&key.node) && self.sequences.len() >= AUDIT_NODES_MAX {
            self.sequences.pop_first();
        }
        let before = self.sequences.insert(key.node.clone(), serial);
        let step = before.map_or(0, |before| serial.wrapping_sub(before));
        if step <= AUDIT_GAP_MAX {
            self.missing += u64::from(step.saturating_sub(1));
        }
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
        feed(&mut assembler, &record("D", "999999.0:5"));
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
