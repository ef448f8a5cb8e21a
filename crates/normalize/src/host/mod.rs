//! What sensors on a host tell alike: which kind of event a system call is, a
//! process with its ancestors, the two ends of a socket.
//!
//! Each sensor has a format of its own, yet one rule is to see a launch or a
//! connection whoever saw it. So the kinds and the shape of their events are
//! here, and the log types say where the values come from.

mod calls;
mod rows;
mod socket;

use std::borrow::Cow;

pub(crate) use calls::{Call, of_call};
pub(crate) use rows::{host_labels, process_rows};
pub(crate) use socket::{End, Ends, Tuple, tuple, unix_path};

/// What happened, as far as the event's shape depends on it.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// A program was started: the target is the new one.
    Launch,
    /// A process ended: it is the target.
    Termination,
    /// A process loaded a library or the kernel a module: that is the target.
    ModuleLoad,
    FileOpen,
    FileCreation,
    FileDeletion,
    FileModification,
    FileMove,
    /// A connection to, from or over the address of another.
    Connection,
    /// A socket that waits for connections.
    Listening,
    /// A name was looked up.
    Dns,
    /// A request over HTTP.
    Http,
    /// Something else that a process did.
    Process,
    /// The sensor speaks of itself.
    Status,
}

impl Kind {
    /// The value of `metadata.event_type`.
    pub(crate) fn event_type(self) -> &'static str {
        match self {
            Self::Launch => "PROCESS_LAUNCH",
            Self::Termination => "PROCESS_TERMINATION",
            Self::ModuleLoad => "PROCESS_MODULE_LOAD",
            Self::FileOpen => "FILE_OPEN",
            Self::FileCreation => "FILE_CREATION",
            Self::FileDeletion => "FILE_DELETION",
            Self::FileModification => "FILE_MODIFICATION",
            Self::FileMove => "FILE_MOVE",
            Self::Connection => "NETWORK_CONNECTION",
            Self::Listening => "NETWORK_UNCATEGORIZED",
            Self::Dns => "NETWORK_DNS",
            Self::Http => "NETWORK_HTTP",
            Self::Process => "PROCESS_UNCATEGORIZED",
            Self::Status => "STATUS_UPDATE",
        }
    }

    /// Whether the event is about a file by its path.
    pub(crate) fn is_file(self) -> bool {
        matches!(
            self,
            Self::FileOpen
                | Self::FileCreation
                | Self::FileDeletion
                | Self::FileModification
                | Self::FileMove
        )
    }

    /// Whether the event is about a socket.
    pub(crate) fn is_socket(self) -> bool {
        matches!(self, Self::Connection | Self::Listening)
    }
}

/// The two places of an event where a process stands.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) enum Side {
    Target,
    Principal,
}

/// A process as a record describes it; empty where it says nothing.
#[derive(Clone, Default, Debug, Eq, PartialEq)]
pub(crate) struct Process<'a> {
    pub(crate) pid: Cow<'a, str>,
    /// The path of the program's file.
    pub(crate) path: Cow<'a, str>,
    /// The name that the kernel knows the process by.
    pub(crate) name: Cow<'a, str>,
    /// The arguments joined by spaces.
    pub(crate) command_line: Cow<'a, str>,
    /// The id that the sensor gives the process.
    pub(crate) id: Cow<'a, str>,
}

impl Process<'_> {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Process::default()
    }
}

/// Where on one side of the event a process of the chain stands. The chain
/// begins with the process that the record is about, its ancestors follow.
pub(crate) fn stands<'c, 'a>(
    kind: Kind,
    chain: &'c [Process<'a>],
    side: Side,
    depth: usize,
) -> Option<&'c Process<'a>> {
    let place = match (kind, side) {
        // Who started a program is its parent; it also stands for who ended it.
        (Kind::Launch | Kind::Termination, Side::Target) => depth,
        (Kind::Launch | Kind::Termination, Side::Principal) => depth + 1,
        (_, Side::Target) => return None,
        (_, Side::Principal) => depth,
    };
    chain.get(place)
}
