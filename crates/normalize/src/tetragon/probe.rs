//! What an event is about beside the process: a file, a socket, a module.
//!
//! Which of a probed function's arguments are logged, and in which order, the
//! policy decides. So they are looked for by their type: the first file, the
//! first socket, the first text.

use std::borrow::Cow;

use super::function::of_function;
use super::raw::{Argument, Happening, Shape, text};
use crate::host::{Call, End, Ends, Kind, Process, unix_path};
use crate::paths;
use crate::redact;

/// The directory number that stands for the working directory.
const AT_FDCWD: &[&str] = &["-100", "4294967196"];

/// What was found.
#[derive(Clone, Debug)]
pub(super) struct Probed<'a> {
    pub(super) call: Call,
    /// The function, tracepoint or hook.
    pub(super) function: Option<&'a str>,
    /// The path of the file or socket, made absolute.
    pub(super) path: Option<Cow<'a, str>>,
    /// Where a file came from that was moved.
    pub(super) source: Option<Cow<'a, str>>,
    pub(super) ends: Ends<'a>,
    /// The library or module that was loaded.
    pub(super) module: Option<Process<'a>>,
}

/// Reads what an event is about. Paths are redacted, if asked for, as they are
/// logged: once they are absolute, less can be recognised.
pub(super) fn read<'a>(shape: Shape, happening: &'a Happening<'a>, redact: bool) -> Probed<'a> {
    let function = text(happening.function.as_ref())
        .or_else(|| text(happening.event.as_ref()))
        .or_else(|| text(happening.symbol.as_ref()))
        .or_else(|| text(happening.name.as_ref()));
    let args = happening.args.as_deref().unwrap_or_default();
    let mut found = Probed {
        call: call(shape, function, args),
        function,
        path: None,
        source: None,
        ends: Ends::default(),
        module: None,
    };
    let kind = found.call.kind;
    if kind.is_socket() || matches!(kind, Kind::Dns | Kind::Http) {
        found.ends = written_ends(happening).or(argument_ends(happening, found.call));
        found.path = args.iter().find_map(socket_path).map(Cow::Borrowed);
    } else if kind.is_file() || kind == Kind::Launch && shape != Shape::Exec {
        let mut paths = paths_of(happening, args, redact);
        found.path = if pair(function) {
            paths.pop()
        } else {
            paths.first().cloned()
        };
        found.source = paths.into_iter().next().filter(|_| kind == Kind::FileMove);
    } else if kind == Kind::ModuleLoad {
        found.module = module(happening, args, redact);
    } else if shape == Shape::Uprobe {
        found.path = text(happening.path.as_ref()).map(Cow::Borrowed);
    }
    if !fits(&found) {
        found.call.kind = Kind::Process;
    }
    found
}

fn call(shape: Shape, function: Option<&str>, args: &[Argument<'_>]) -> Call {
    let (kind, operation) = match shape {
        Shape::Exec => (Kind::Launch, ""),
        Shape::Exit => (Kind::Termination, ""),
        Shape::Loader => (Kind::ModuleLoad, ""),
        Shape::Connect => (Kind::Connection, "connect"),
        Shape::Close => (Kind::Connection, "close"),
        Shape::Accept => (Kind::Connection, "accept"),
        Shape::Listen => (Kind::Listening, "listen"),
        Shape::Dns => (Kind::Dns, ""),
        Shape::Http => (Kind::Http, ""),
        Shape::Missing => (Kind::Status, ""),
        Shape::Uprobe => (Kind::Process, ""),
        Shape::Kprobe | Shape::Tracepoint | Shape::Lsm => {
            let mask = args.iter().find_map(|argument| text(argument.int.as_ref()));
            return of_function(shape, function.unwrap_or_default(), mask);
        }
    };
    Call { kind, operation }
}

/// Whether the event has what one of its kind needs.
fn fits(found: &Probed<'_>) -> bool {
    match (found.call.kind, found.call.operation) {
        (Kind::Connection, "connect" | "close" | "accept" | "send" | "receive") => {
            found.ends.remote.ip.is_some() || found.path.is_some()
        }
        // A bind to port 0 is that of a client.
        (Kind::Listening, "bind") => {
            found.path.is_some() || found.ends.local.port.is_some_and(|port| port > 0)
        }
        (kind, _) => !kind.is_file() || found.path.is_some(),
    }
}

/// Whether the function takes two paths, of which the later is made.
fn pair(function: Option<&str>) -> bool {
    function.is_some_and(|name| {
        name.contains("rename") || name.contains("link") && !name.contains("unlink")
    })
}

/// The paths among the arguments: those of files, which the kernel resolved,
/// else texts, which the caller spelled.
fn paths_of<'a>(
    happening: &'a Happening<'a>,
    args: &'a [Argument<'a>],
    redact: bool,
) -> Vec<Cow<'a, str>> {
    let files = args.iter().filter_map(|argument| {
        let files = [&argument.file, &argument.path, &argument.program];
        let file = files.into_iter().flatten().next()?;
        Some(kernel_path(
            text(file.path.as_ref())?,
            text(file.flags.as_ref()),
            redact,
        ))
    });
    let files: Vec<_> = files.collect();
    if !files.is_empty() {
        return files;
    }
    let cwd = happening
        .process
        .as_ref()
        .and_then(|process| text(process.cwd.as_ref()));
    let mut before = None;
    let mut texts = Vec::new();
    for argument in args {
        if let Some(path) = text(argument.string.as_ref()) {
            let elsewhere = before.is_some_and(|number| !AT_FDCWD.contains(&number));
            let path = redact::text(path, redact);
            texts.push(paths::absolute_clean(cwd.filter(|_| !elsewhere), path));
        }
        before = text(argument.int.as_ref());
    }
    texts
}

/// The path of an open file. Older versions log it without the slash that it
/// begins with; what lives in no file system (`pipe:[7]`) and what the kernel
/// could not walk to its root has none.
fn kernel_path<'a>(path: &'a str, flags: Option<&str>, redact: bool) -> Cow<'a, str> {
    let nowhere = path.contains(":[") || flags.is_some_and(|flags| flags.contains("unresolved"));
    let root = Some("/").filter(|_| !nowhere);
    paths::absolute_clean(root, redact::text(path, redact))
}

/// The ends that the events of connections have as members.
fn written_ends<'a>(happening: &'a Happening<'a>) -> Ends<'a> {
    let end = |ip, port| End::new(text(ip), text(port));
    let local = end(happening.source_ip.as_ref(), happening.source_port.as_ref());
    let listens = end(happening.ip.as_ref(), happening.port.as_ref());
    let remote = end(
        happening.destination_ip.as_ref(),
        happening.destination_port.as_ref(),
    );
    Ends::new(local.or(listens), remote)
}

/// The ends among the arguments and the result of a function.
fn argument_ends<'a>(happening: &'a Happening<'a>, call: Call) -> Ends<'a> {
    let args = happening
        .args
        .iter()
        .flatten()
        .chain(happening.result.as_ref());
    args.map(|argument| {
        if let Some(socket) = argument.socket.as_ref().or(argument.packet.as_ref()) {
            let end = |ip, port| End::new(text(ip), text(port));
            return Ends::new(
                end(socket.source_ip.as_ref(), socket.source_port.as_ref()),
                end(
                    socket.destination_ip.as_ref(),
                    socket.destination_port.as_ref(),
                ),
            );
        }
        let Some(address) = argument.address.as_ref() else {
            return Ends::default();
        };
        let end = End::new(text(address.ip.as_ref()), text(address.port.as_ref()));
        if call.kind == Kind::Listening {
            Ends::new(end, End::default())
        } else {
            Ends::new(End::default(), end)
        }
    })
    .fold(Ends::default(), Ends::or)
}

/// The path of a socket in the file system.
fn socket_path<'a>(argument: &'a Argument<'a>) -> Option<&'a str> {
    unix_path(text(argument.address.as_ref()?.ip.as_ref())?)
}

/// The library or module.
fn module<'a>(
    happening: &'a Happening<'a>,
    args: &'a [Argument<'a>],
    redact: bool,
) -> Option<Process<'a>> {
    let named = args.iter().find_map(|argument| {
        let module = argument.module.as_ref()?;
        text(module.name.as_ref())
    });
    let path = match text(happening.path.as_ref()) {
        Some(path) => Some(Cow::Borrowed(path)),
        None => paths_of(happening, args, redact).into_iter().next(),
    };
    let module = Process {
        path: path.unwrap_or_default(),
        name: Cow::Borrowed(named.unwrap_or_default()),
        ..Process::default()
    };
    (!module.is_empty()).then_some(module)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_path_begins_at_the_root() {
        for (path, flags, expected) in [
            ("etc/passwd", None, "/etc/passwd"),
            ("/etc/passwd", None, "/etc/passwd"),
            ("pipe:[1234]", None, "pipe:[1234]"),
            ("b/c", Some("unresolvedPathComponents"), "b/c"),
        ] {
            assert_eq!(kernel_path(path, flags, true), expected);
        }
    }
}
