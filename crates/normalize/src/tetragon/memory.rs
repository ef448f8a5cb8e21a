//! The processes of a log, for the ancestors of later ones.
//!
//! An event names the process and its parent in full, and the parent's parent by
//! its id only. So each process is remembered under its id, which Tetragon never
//! gives twice. The memory is bounded: processes that have ended go first, then
//! those that were not named for the longest time. What an exit does not do is
//! to drop a process at once: its grandchildren may live on.

use std::collections::{BTreeMap, HashMap};

use super::raw::{RawProcess, text};
use crate::limits::{PROCESSES_BYTES_MAX, PROCESSES_MAX};

/// What a process takes in the collections beside its texts, an estimate.
const PROCESS_BYTES: usize = 192;

/// The id of a process in sixteen bytes.
#[derive(Copy, Clone, Debug, Eq, PartialEq, Hash)]
struct Key(u128);

impl Key {
    fn new(id: &str) -> Self {
        let hash = blake3::hash(id.as_bytes());
        let (half, _) = hash.as_bytes().split_at(16);
        Self(
            half.iter()
                .fold(0, |key, byte| key << 8 | u128::from(*byte)),
        )
    }
}

/// What is remembered of a process.
#[derive(Clone, Default, Debug)]
pub(super) struct Remembered {
    pub(super) id: Box<str>,
    pub(super) pid: Box<str>,
    pub(super) binary: Box<str>,
    pub(super) arguments: Box<str>,
    pub(super) parent_id: Box<str>,
    /// Its place in the order of those that go.
    turn: u64,
    ended: bool,
}

impl Remembered {
    /// Whether the description of a process says what is remembered of it.
    fn is(&self, process: &RawProcess<'_>) -> bool {
        let members = [
            (&*self.id, &process.exec_id),
            (&*self.pid, &process.pid),
            (&*self.binary, &process.binary),
            (&*self.arguments, &process.arguments),
            (&*self.parent_id, &process.parent_exec_id),
        ];
        members
            .into_iter()
            .all(|(known, told)| known == text(told.as_ref()).unwrap_or_default())
    }

    fn bytes(&self) -> usize {
        let texts = [
            &self.id,
            &self.pid,
            &self.binary,
            &self.arguments,
            &self.parent_id,
        ];
        PROCESS_BYTES + texts.iter().map(|text| text.len()).sum::<usize>()
    }
}

/// The memory.
#[derive(Default, Debug)]
pub(super) struct Processes {
    known: HashMap<Key, Remembered>,
    /// Those that run, as far as we know, the one that was named last at the end.
    running: BTreeMap<u64, Key>,
    /// Those that have ended, in that order.
    ended: BTreeMap<u64, Key>,
    turn: u64,
    bytes: usize,
}

impl Processes {
    /// Remembers a process that an event names.
    pub(super) fn remember(&mut self, process: &RawProcess<'_>) {
        let Some(id) = text(process.exec_id.as_ref()) else {
            return;
        };
        let key = Key::new(id);
        if self.touch(key, process) {
            return;
        }
        let old = self.remove(key);
        let of = |member| Box::from(text(member).unwrap_or_default());
        self.turn += 1;
        let new = Remembered {
            id: Box::from(id),
            pid: of(process.pid.as_ref()),
            binary: of(process.binary.as_ref()),
            arguments: of(process.arguments.as_ref()),
            parent_id: of(process.parent_exec_id.as_ref()),
            turn: self.turn,
            ended: old.is_some_and(|old| old.ended),
        };
        self.insert(key, new);
        self.shrink();
    }

    /// Whether the process is known as it is described; it goes later then, if
    /// it still runs.
    fn touch(&mut self, key: Key, process: &RawProcess<'_>) -> bool {
        let Some(known) = self.known.get_mut(&key) else {
            return false;
        };
        let same = known.is(process);
        if same && !known.ended {
            self.turn += 1;
            self.running.remove(&known.turn);
            self.running.insert(self.turn, key);
            known.turn = self.turn;
        }
        same
    }

    /// Notes that a process has ended.
    pub(super) fn end(&mut self, process: &RawProcess<'_>) {
        let key = text(process.exec_id.as_ref()).map(Key::new);
        if let Some(key) = key
            && let Some(mut process) = self.remove(key)
        {
            self.turn += 1;
            process.turn = self.turn;
            process.ended = true;
            self.insert(key, process);
        }
    }

    /// The process of an id.
    pub(super) fn find(&self, id: &str) -> Option<&Remembered> {
        self.known.get(&Key::new(id))
    }

    fn insert(&mut self, key: Key, process: Remembered) {
        let order = if process.ended {
            &mut self.ended
        } else {
            &mut self.running
        };
        order.insert(process.turn, key);
        self.bytes += process.bytes();
        self.known.insert(key, process);
    }

    fn remove(&mut self, key: Key) -> Option<Remembered> {
        let process = self.known.remove(&key)?;
        let order = if process.ended {
            &mut self.ended
        } else {
            &mut self.running
        };
        order.remove(&process.turn);
        self.bytes -= process.bytes();
        Some(process)
    }

    fn shrink(&mut self) {
        while self.known.len() > PROCESSES_MAX || self.bytes > PROCESSES_BYTES_MAX {
            let next = self
                .ended
                .first_key_value()
                .or(self.running.first_key_value());
            let Some(key) = next.map(|(_, key)| *key) else {
                return;
            };
            self.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(id: &str, parent: &str) -> RawProcess<'static> {
        let text =
            format!(r#"{{"exec_id":"{id}","parent_exec_id":"{parent}","binary":"/bin/sh"}}"#);
        serde_json::from_str(Box::leak(text.into_boxed_str())).expect("a process")
    }

    #[test]
    fn those_that_have_ended_go_first() {
        let mut known = Processes::default();
        known.remember(&process("shell", ""));
        known.remember(&process("ended", "shell"));
        known.end(&process("ended", "shell"));
        // Being named as a parent once more does not bring it back to life.
        known.remember(&process("ended", "shell"));
        for n in 2..PROCESSES_MAX {
            known.remember(&process(&n.to_string(), "shell"));
        }
        assert!(known.find("ended").is_some() && known.find("shell").is_some());
        known.remember(&process("one more", "shell"));
        assert!(known.find("ended").is_none() && known.find("shell").is_some());
        known.remember(&process("2", "shell"));
        known.remember(&process("two more", "shell"));
        assert!(known.find("shell").is_none() && known.find("2").is_some());
        assert_eq!(known.known.len(), PROCESSES_MAX);
        assert_eq!(known.running.len() + known.ended.len(), PROCESSES_MAX);
    }
}
