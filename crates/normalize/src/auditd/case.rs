//! An event, worked out: which of its records it is about, what was done, by
//! which process, to what.

use std::borrow::Cow;

use yaral_udm::Timestamp;

use super::fields::Fields;
use super::line::{Id, machine};
use super::processes::{Arguments, Process, joined};
use super::sockaddr::{self, Address};
use super::syscalls::{self, Deed};
use super::types;
use crate::paths;

/// The kernel cuts the title of a process after as many bytes.
const TITLE_BYTES: usize = 128;

/// One record of an event.
#[derive(Clone, Debug)]
pub(super) struct Piece<'a> {
    pub(super) kind: Cow<'a, str>,
    pub(super) fields: Fields<'a>,
}

impl<'a> Piece<'a> {
    /// A record with this body. What nothing is made of is not read.
    pub(super) fn new(kind: Cow<'a, str>, body: &'a str) -> Self {
        let fields = match &*kind {
            "BPRM_FCAPS" => Fields::default(),
            "PATH" | "CWD" | "EXECVE" => Fields::logged(body),
            _ => Fields::parse(body),
        };
        Self { kind, fields }
    }

    /// The number of a record among those of its type.
    fn item(&self) -> Option<u32> {
        self.fields.raw("item").and_then(|item| item.parse().ok())
    }
}

/// An event.
#[derive(Debug)]
pub(super) struct Case<'a> {
    pub(super) node: Cow<'a, str>,
    pub(super) id: Id,
    pub(super) pieces: Vec<Piece<'a>>,
    pub(super) deed: Deed,
    /// The system call says what was done, not the type of another record.
    pub(super) by_call: bool,
    /// The name of the system call, or its number.
    pub(super) call: Option<Cow<'static, str>>,
    /// The arguments of a program that was launched.
    pub(super) arguments: Vec<String>,
    pub(super) address: Option<Address>,
    /// The path that was asked for, absolute as far as that is known.
    pub(super) path: Option<String>,
    /// Where it leads.
    pub(super) resolved: Option<String>,
}

/// A file that an event names.
#[derive(Debug)]
pub(super) struct Inode<'c> {
    pub(super) device: &'c str,
    pub(super) number: u64,
    /// It is a socket that root owns, named by a path that does not go through
    /// another process's root.
    pub(super) roots_socket: bool,
}

impl<'a> Case<'a> {
    pub(super) fn new(node: Cow<'a, str>, id: Id, mut pieces: Vec<Piece<'a>>) -> Self {
        // Records come in any order; what is made of them must not depend on it.
        pieces.sort_by(|a, b| (&a.kind, a.item()).cmp(&(&b.kind, b.item())));
        let mut case = Self {
            node: machine(node),
            id,
            pieces,
            deed: Deed::Other("GENERIC_EVENT"),
            by_call: false,
            call: None,
            arguments: Vec::new(),
            address: None,
            path: None,
            resolved: None,
        };
        case.call = case.call_name();
        (case.deed, case.by_call) = case.what();
        case.arguments = case.launched();
        let address = case.all("SOCKADDR").find_map(sockaddr::read);
        case.address = address;
        case.path = case.place();
        case.resolved = case
            .path
            .as_deref()
            .map(|path| paths::resolved(path).into_owned());
        case
    }

    pub(super) fn piece(&self, kind: &str) -> Option<&Fields<'a>> {
        let found = self.pieces.iter().find(|piece| piece.kind == kind);
        found.map(|piece| &piece.fields)
    }

    fn all<'c>(&'c self, kind: &'c str) -> impl Iterator<Item = &'c Fields<'a>> {
        let found = self.pieces.iter().filter(move |piece| piece.kind == kind);
        found.map(|piece| &piece.fields)
    }

    /// The record that the event is about: the first that is no helper, else
    /// the system call.
    pub(super) fn about(&self) -> Option<&Piece<'a>> {
        let main = self
            .pieces
            .iter()
            .find(|piece| !types::is_helper(&piece.kind));
        main.or_else(|| self.pieces.iter().find(|piece| piece.kind == "SYSCALL"))
            .or_else(|| self.pieces.first())
    }

    /// The record that tells who acts: of a system call, or of an operation in
    /// a ring.
    fn actor(&self) -> Option<&Fields<'a>> {
        self.piece("SYSCALL")
            .or_else(|| self.piece("URINGOP"))
            .or_else(|| self.about().map(|piece| &piece.fields))
    }

    /// A text of the record that tells who acts, else of the one that the event
    /// is about.
    pub(super) fn text(&self, key: &str) -> Option<Cow<'_, str>> {
        let about = || self.about().and_then(|piece| piece.fields.text(key));
        self.actor()
            .and_then(|fields| fields.text(key))
            .or_else(about)
    }

    pub(super) fn raw(&self, key: &str) -> Option<&str> {
        let about = || self.about().and_then(|piece| piece.fields.raw(key));
        self.actor()
            .and_then(|fields| fields.raw(key))
            .or_else(about)
    }

    pub(super) fn number(&self, key: &str) -> Option<u32> {
        self.raw(key).and_then(|text| text.parse().ok())
    }

    pub(super) fn time(&self) -> Option<Timestamp> {
        let nanos = i32::try_from(self.id.time_ms.rem_euclid(1000)).ok()? * 1_000_000;
        Timestamp::new(self.id.time_ms.div_euclid(1000), nanos)
    }

    fn call_name(&self) -> Option<Cow<'static, str>> {
        let Some(fields) = self.piece("SYSCALL") else {
            let number = self.piece("URINGOP")?.raw("uring_op")?;
            let known = number.parse().ok().and_then(syscalls::ring_name);
            return known.map(Cow::Borrowed);
        };
        let looked_up = fields.raw("SYSCALL");
        let name = if let Some(name) = looked_up.filter(|name| !name.starts_with("unknown")) {
            Cow::Owned(name.to_owned())
        } else {
            let written = fields.raw("syscall")?;
            let number = written.parse().ok();
            let known = number.and_then(|n| syscalls::name(fields.raw("arch"), n));
            known.map_or_else(|| Cow::Owned(written.to_owned()), Cow::Borrowed)
        };
        if name == "socketcall"
            && let Some(socket) = syscalls::socket_call(fields.raw("a0"))
        {
            return Some(Cow::Borrowed(socket));
        }
        Some(name)
    }

    /// What was done, and whether the system call says it. It does wherever it
    /// says something: a record beside it, which may be anything from a denial
    /// to what another program wrote, takes nothing away. Of a call that says
    /// little, such as the write that opens a session, the record says more.
    fn what(&self) -> (Deed, bool) {
        let about = self.about().map_or("", |piece| &*piece.kind);
        let by_call = match (self.call.as_deref().map(syscalls::deed), self.succeeded()) {
            // Nothing was launched; a shell tries every folder of its path.
            (Some(Deed::Launch), Some(false)) => Some(Deed::Other("PROCESS_UNCATEGORIZED")),
            (Some(deed), _) => Some(deed),
            (None, _) if self.piece("EXECVE").is_some() => Some(Deed::Launch),
            (None, _) => None,
        };
        let weak = [
            Deed::Other("GENERIC_EVENT"),
            Deed::Other("NETWORK_UNCATEGORIZED"),
        ];
        match by_call {
            Some(deed) if types::is_helper(about) || !weak.contains(&deed) => (deed, true),
            _ if !types::is_helper(about) => (Deed::Other(types::event_type(about)), false),
            _ => {
                let event_type = match about {
                    "PATH" | "CWD" => "FILE_UNCATEGORIZED",
                    "SOCKADDR" => "NETWORK_UNCATEGORIZED",
                    "PROCTITLE" => "PROCESS_UNCATEGORIZED",
                    _ => "GENERIC_EVENT",
                };
                (Deed::Other(event_type), false)
            }
        }
    }

    /// Whether the call succeeded. A connection that is under way counts.
    pub(super) fn succeeded(&self) -> Option<bool> {
        if let Some(fields) = self.piece("SYSCALL").or_else(|| self.piece("URINGOP")) {
            let under_way = self
                .raw("exit")
                .is_some_and(|exit| matches!(exit, "-115" | "EINPROGRESS"));
            return fields.raw("success").map(|text| text == "yes" || under_way);
        }
        match self.raw("res")? {
            "success" | "1" | "yes" => Some(true),
            "failed" | "0" | "no" => Some(false),
            _ => None,
        }
    }

    /// The arguments of `EXECVE`, put together from their pieces.
    fn launched(&self) -> Vec<String> {
        let mut pieces: Vec<_> = self.all("EXECVE").flat_map(Fields::arguments).collect();
        pieces.sort_by_key(|(place, _)| *place);
        // The same record may come by two ways.
        pieces.dedup_by_key(|(place, _)| *place);
        let mut arguments: Vec<String> = Vec::new();
        let mut last = None;
        for ((number, _), text) in pieces {
            match arguments.last_mut() {
                Some(whole) if last == Some(number) => whole.push_str(&text),
                _ => arguments.push(text.into_owned()),
            }
            last = Some(number);
        }
        arguments
    }

    /// The title of the process, which is the start of its arguments.
    pub(super) fn title(&self) -> Option<Arguments> {
        let fields = self.piece("PROCTITLE")?;
        let parts = fields.text("proctitle")?;
        let list: Vec<_> = parts.trim_end_matches('\0').split('\0').collect();
        Some(Arguments {
            text: joined(&list).into(),
            is_cut: parts.len() >= TITLE_BYTES,
        })
    }

    /// The `PATH` record of the file that was asked for: not a folder on the
    /// way, and of a move or a creation the new name.
    fn file(&self) -> Option<&Fields<'a>> {
        let kind = |fields: &Fields<'_>| match fields.raw("nametype") {
            Some("PARENT") => 0,
            Some("DELETE") => 1,
            Some("CREATE") => 3,
            _ => 2,
        };
        let mut best: Option<&Fields<'a>> = None;
        for fields in self.all("PATH") {
            let item =
                |fields: &Fields<'_>| fields.raw("item").and_then(|item| item.parse::<u32>().ok());
            let better = best.is_none_or(|best| {
                (kind(fields), std::cmp::Reverse(item(fields)))
                    > (kind(best), std::cmp::Reverse(item(best)))
            });
            if better {
                best = Some(fields);
            }
        }
        best
    }

    fn place(&self) -> Option<String> {
        let directory = self.piece("CWD").and_then(|fields| fields.text("cwd"));
        let directory = directory.as_deref().filter(|_| self.starts_at_directory());
        if let Some(Address::Unix(path)) = &self.address {
            let named = path.starts_with('@');
            return Some(if named {
                path.clone()
            } else {
                paths::absolute(directory, path).into_owned()
            });
        }
        let name = self.file()?.text("name")?;
        Some(paths::absolute(directory, &name).into_owned())
    }

    /// Whether a relative path starts at the working directory: calls of the
    /// `at` kind may name another folder, of which the record has only the
    /// number.
    fn starts_at_directory(&self) -> bool {
        let call = self.call.as_deref().unwrap_or_default();
        let Some(argument) = syscalls::folder_argument(call) else {
            return true;
        };
        let folder = self.raw(argument).unwrap_or_default();
        matches!(
            folder.trim_start_matches("0x"),
            "ffffff9c" | "ffffffffffffff9c"
        )
    }

    /// What is linked or moved: the path that was there before.
    pub(super) fn source(&self) -> Option<String> {
        let wanted = match self.call.as_deref()? {
            "link" | "linkat" => "NORMAL",
            "rename" | "renameat" | "renameat2" => "DELETE",
            _ => return None,
        };
        let is = |fields: &&Fields<'_>| fields.raw("nametype") == Some(wanted);
        let name = self.all("PATH").find(is)?.text("name")?;
        let directory = self.piece("CWD").and_then(|fields| fields.text("cwd"));
        let at = matches!(
            self.call.as_deref(),
            Some("linkat" | "renameat" | "renameat2")
        );
        let folder = self.raw("a0").unwrap_or_default();
        let here = !at || folder.ends_with("ffffff9c");
        let directory = directory.as_deref().filter(|_| here);
        Some(paths::absolute(directory, &name).into_owned())
    }

    /// Whether all arguments of a launch are there.
    pub(super) fn is_whole(&self) -> bool {
        let said = self.all("EXECVE").find_map(|fields| fields.raw("argc"));
        let said = said.and_then(|count| count.parse::<usize>().ok());
        said == Some(self.arguments.len())
    }

    /// Device and inode of the file.
    pub(super) fn inode(&self) -> Option<Inode<'_>> {
        let fields = self.file()?;
        let path = self.path.as_deref().unwrap_or_default();
        let socket = fields
            .raw("mode")
            .is_some_and(|mode| mode.starts_with("0140"));
        Some(Inode {
            device: fields.raw("dev")?,
            number: fields.raw("inode")?.parse().ok()?,
            roots_socket: socket && fields.raw("ouid") == Some("0") && !path.starts_with("/proc/"),
        })
    }

    /// The file of the program: of a launch the one that runs from now on.
    pub(super) fn exe(&self) -> Option<Cow<'_, str>> {
        self.text("exe")
    }

    pub(super) fn pid(&self) -> Option<u32> {
        self.number("pid")
    }

    pub(super) fn parent(&self) -> Option<u32> {
        self.number("ppid")
    }

    /// File, name and arguments of the parent, where a record tells them.
    pub(super) fn parent_info(&self) -> Option<(Cow<'_, str>, Cow<'_, str>, Arguments)> {
        let fields = self.piece("PARENT_INFO")?;
        let list: Vec<_> = fields.arguments().map(|(_, text)| text).collect();
        let arguments = Arguments {
            text: joined(&list).into(),
            is_cut: false,
        };
        let path = fields.text("exe").unwrap_or_default();
        let name = fields.text("comm").unwrap_or_default();
        Some((path, name, arguments))
    }

    /// What is to be remembered of a launch.
    pub(super) fn launch(&self) -> Option<Process> {
        if self.deed != Deed::Launch {
            return None;
        }
        Some(Process {
            pid: self.pid()?,
            parent: self.parent(),
            file: self.exe().map(|exe| Box::from(&*exe)),
            arguments: self.command(),
        })
    }

    /// The arguments of a launch.
    pub(super) fn command(&self) -> Arguments {
        if !self.arguments.is_empty() {
            return Arguments {
                text: joined(&self.arguments).into(),
                is_cut: !self.is_whole(),
            };
        }
        match self.text("cmd") {
            Some(command) => Arguments {
                text: command.into(),
                is_cut: false,
            },
            None => self.title().unwrap_or_default(),
        }
    }
}
