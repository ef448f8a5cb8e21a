//! The process of an event and its ancestors.
//!
//! The event itself says most: the parent in full, of newer versions further
//! ancestors. What it does not say is known from earlier events of the log.

use std::borrow::Cow;

use super::memory::{Processes, Remembered};
use super::raw::{Happening, RawProcess, text};
use crate::host::Process;
use crate::limits::ANCESTORS_MAX;

/// The chain, its process first.
pub(super) fn of<'a>(happening: &'a Happening<'a>, known: &'a Processes) -> Vec<Process<'a>> {
    let Some(first) = happening.process.as_ref() else {
        return Vec::new();
    };
    let mut chain = vec![described(first)];
    let mut above = text(first.parent_exec_id.as_ref());
    if let Some(parent) = happening.parent.as_ref() {
        chain.push(described(parent));
        above = text(parent.parent_exec_id.as_ref());
    }
    let ancestors = happening.ancestors.as_deref().unwrap_or_default();
    while let Some(id) = above.filter(|_| chain.len() <= ANCESTORS_MAX) {
        let logged = ancestors
            .iter()
            .find(|process| text(process.exec_id.as_ref()) == Some(id));
        above = if let Some(process) = logged {
            chain.push(described(process));
            text(process.parent_exec_id.as_ref())
        } else if let Some(process) = known.find(id) {
            chain.push(remembered(process));
            Some(&*process.parent_id).filter(|id| !id.is_empty())
        } else {
            None
        };
    }
    chain
}

/// Puts a program before the chain that its first process is about to become:
/// a probe on the way into `execve` sees the old one.
pub(super) fn launch<'a>(chain: &mut Vec<Process<'a>>, path: Cow<'a, str>) {
    let pid = chain.first().map(|process| process.pid.clone());
    chain.truncate(ANCESTORS_MAX);
    let program = Process {
        pid: pid.unwrap_or_default(),
        command_line: path.clone(),
        path,
        ..Process::default()
    };
    chain.insert(0, program);
}

fn described<'a>(process: &'a RawProcess<'a>) -> Process<'a> {
    let of = |member| Cow::Borrowed(text(member).unwrap_or_default());
    Process {
        pid: of(process.pid.as_ref()),
        path: of(process.binary.as_ref()),
        name: Cow::Borrowed(""),
        command_line: command_line(
            text(process.binary.as_ref()),
            text(process.arguments.as_ref()),
        ),
        id: of(process.exec_id.as_ref()),
    }
}

fn remembered(process: &Remembered) -> Process<'_> {
    let some = |text| Some(text).filter(|text: &&str| !text.is_empty());
    Process {
        pid: Cow::Borrowed(&*process.pid),
        path: Cow::Borrowed(&*process.binary),
        name: Cow::Borrowed(""),
        command_line: command_line(some(&*process.binary), some(&*process.arguments)),
        id: Cow::Borrowed(&*process.id),
    }
}

/// Program and arguments. The program's name among its own arguments is not
/// logged, so its path stands for it.
fn command_line<'a>(binary: Option<&'a str>, arguments: Option<&'a str>) -> Cow<'a, str> {
    match (binary, arguments) {
        (Some(binary), Some(arguments)) => Cow::Owned(format!("{binary} {arguments}")),
        (text, None) | (None, text) => Cow::Borrowed(text.unwrap_or_default()),
    }
}
