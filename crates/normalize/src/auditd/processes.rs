//! The programs that run, as far as their launches were seen: who a parent is,
//! and with which arguments a process that opens a file was started.
//!
//! A process that was forked and never ran another program is not known, and
//! the number of a process that ended may stand for another. So what is known
//! is taken only where the file agrees, or where there is nothing to compare.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};

use super::ARGUMENT_END;
use crate::limits::{
    ANCESTORS_MAX, AUDIT_ARGUMENT_BYTES_MAX, AUDIT_PATH_BYTES_MAX, AUDIT_PROCESSES_MAX,
};
use crate::redact;

/// A program that runs.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Process {
    pub(super) pid: u32,
    pub(super) parent: Option<u32>,
    pub(super) file: Option<Box<str>>,
    pub(super) arguments: Arguments,
}

/// The arguments of a process.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Arguments {
    /// Separated by [`ARGUMENT_END`].
    pub(super) text: Box<str>,
    /// Whether more may have followed, so that the last one need not be whole.
    pub(super) is_cut: bool,
}

impl Arguments {
    /// As one line, without secrets if they are to be cut out.
    pub(super) fn line(&self, redacting: bool) -> String {
        let list = self.text.split(ARGUMENT_END);
        let line = match (redacting, self.is_cut) {
            (false, _) => Cow::Borrowed(&*self.text),
            (true, false) => Cow::Owned(redact::arguments(list)),
            (true, true) => Cow::Owned(redact::cut_arguments(list)),
        };
        line.replace(ARGUMENT_END, " ")
    }

    /// What is remembered of them.
    fn shorten(&mut self) {
        if self.text.len() > AUDIT_ARGUMENT_BYTES_MAX {
            let end = self.text.floor_char_boundary(AUDIT_ARGUMENT_BYTES_MAX);
            self.text = self.text[..end].into();
            self.is_cut = true;
        }
    }
}

/// The memory of programs, by machine and number.
#[derive(Default, Debug)]
pub(super) struct Processes {
    known: BTreeMap<Box<str>, BTreeMap<u32, Process>>,
    order: VecDeque<(Box<str>, u32)>,
}

impl Processes {
    /// Notes a launch.
    pub(super) fn launched(&mut self, node: &str, mut process: Process) {
        process.arguments.shorten();
        // A longer path than any is: it is not remembered.
        process.file = process
            .file
            .filter(|file| file.len() <= AUDIT_PATH_BYTES_MAX);
        let pid = process.pid;
        let programs = self.known.entry(node.into()).or_default();
        if programs.insert(pid, process).is_some() {
            return;
        }
        self.order.push_back((node.into(), pid));
        if self.order.len() > AUDIT_PROCESSES_MAX
            && let Some((node, pid)) = self.order.pop_front()
            && let Some(programs) = self.known.get_mut(&node)
        {
            programs.remove(&pid);
            if programs.is_empty() {
                self.known.remove(&node);
            }
        }
    }

    /// The program that a process runs.
    pub(super) fn get(&self, node: &str, pid: u32) -> Option<&Process> {
        self.known.get(node)?.get(&pid)
    }

    /// The ancestors of a process, the nearest first: their numbers, and what
    /// is known of them. Of the last one perhaps nothing is.
    pub(super) fn ancestors(
        &self,
        node: &str,
        parent: Option<u32>,
    ) -> Vec<(u32, Option<&Process>)> {
        let mut out: Vec<(u32, Option<&Process>)> = Vec::new();
        let mut next = parent;
        while let Some(pid) = next {
            let circle = out.iter().any(|(known, _)| *known == pid);
            if pid == 0 || circle || out.len() >= ANCESTORS_MAX {
                break;
            }
            let known = self.get(node, pid);
            next = known.and_then(|process| process.parent);
            out.push((pid, known));
        }
        out
    }
}

/// Arguments as one text.
pub(super) fn joined<T: AsRef<str>>(arguments: &[T]) -> String {
    let mut out = String::new();
    for (place, argument) in arguments.iter().enumerate() {
        if place > 0 {
            out.push(ARGUMENT_END);
        }
        let argument = argument.as_ref();
        if argument.contains(ARGUMENT_END) {
            out.push_str(&argument.replace(ARGUMENT_END, " "));
        } else {
            out.push_str(argument);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(pid: u32, parent: u32, file: &str) -> Process {
        Process {
            pid,
            parent: Some(parent),
            file: Some(file.into()),
            arguments: Arguments::default(),
        }
    }

    #[test]
    fn ancestors_end_where_nothing_is_known() {
        let mut processes = Processes::default();
        processes.launched("n", process(10, 9, "/bin/bash"));
        processes.launched("n", process(11, 10, "/bin/xargs"));
        processes.launched("m", process(9, 1, "/bin/other"));
        let pids = |node, parent| -> Vec<u32> {
            let ancestors = processes.ancestors(node, parent);
            ancestors.iter().map(|(pid, _)| *pid).collect()
        };
        assert_eq!(pids("n", Some(11)), [11, 10, 9]);
        assert_eq!(pids("m", Some(9)), [9, 1]);
        assert_eq!(pids("n", None), [0_u32; 0]);
    }

    #[test]
    fn a_circle_of_parents_ends() {
        let mut processes = Processes::default();
        processes.launched("", process(1, 2, "a"));
        processes.launched("", process(2, 1, "b"));
        assert_eq!(processes.ancestors("", Some(1)).len(), 2);
    }
}
