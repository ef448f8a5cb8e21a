//! What an alert is about: the process with its ancestors, the file, the two
//! ends of the socket, and what of it are contents.

use std::borrow::Cow;

use super::alert::{Alert, Fields, known};
use crate::host::{self, Call, End, Ends, Kind, Process, Tuple};
use crate::limits::{ANCESTORS_MAX, HIDDEN_MAX};
use crate::paths;
use crate::redact::{self, REDACTED};

/// The shortest text of contents that is looked for in the output.
const HIDDEN_BYTES_MIN: usize = 4;

/// The texts that are contents by the name of their field and may stand in the
/// output as well.
pub(super) fn hidden<'t>(alert: &'t Alert<'_>) -> Vec<&'t str> {
    let fields = alert.output_fields.iter().flat_map(Fields::all);
    let contents = fields
        .filter(|(name, value)| redact::is_content(name) || redact::lists_content(name, value))
        .map(|(_, value)| value)
        .filter(|value| value.len() >= HIDDEN_BYTES_MIN && *value != REDACTED);
    let hidden: Vec<_> = contents.take(HIDDEN_MAX + 1).collect();
    if hidden.len() > HIDDEN_MAX {
        return alert.output().into_iter().collect();
    }
    hidden
}

/// The system call, if it is one that we know. A program that could not be
/// started left the process as it was.
pub(super) fn call(alert: &Alert<'_>) -> Option<Call> {
    let call = alert.field("evt.type").and_then(host::of_call)?;
    let failed = alert
        .field("evt.res")
        .is_some_and(|result| result != "SUCCESS");
    if failed && call.kind == Kind::Launch {
        return Some(Call {
            kind: Kind::Process,
            ..call
        });
    }
    Some(call)
}

/// Whether the alert has what an event of the call's kind needs.
pub(super) fn fits(call: Call, ends: &Ends<'_>, path: bool) -> bool {
    match call.operation {
        // What is read or written may be a socket or a pipe.
        "read" | "write" => path,
        // Messages on pipes and unnamed sockets are no connections.
        "send" | "receive" | "accept" => ends.remote.ip.is_some(),
        // A bind to port 0 is that of a client.
        "bind" => path || ends.local.port.is_some_and(|port| port > 0),
        _ => true,
    }
}

/// The process and its ancestors, as far as they are logged.
pub(super) fn chain<'a>(alert: &'a Alert<'a>) -> Vec<Process<'a>> {
    let named = |name: &str| Cow::Borrowed(alert.field(name).unwrap_or_default());
    // What a process was called as is a path only if it looks like one.
    let path = |file: Option<&'a str>, called: Option<&'a str>| {
        let called = called.filter(|called| called.starts_with('/'));
        Cow::Borrowed(file.or(called).unwrap_or_default())
    };
    let process = Process {
        pid: named("proc.pid"),
        path: path(alert.field("proc.exepath"), alert.field("proc.exe")),
        name: named("proc.name"),
        command_line: command_line(alert),
        id: Cow::Borrowed(""),
    };
    let mut chain = vec![process];
    for (place, ancestor) in ancestors(alert).into_iter().enumerate() {
        // The parent has fields of its own beside the numbered ones.
        let parent = |name: &str| alert.field(name).filter(|_| place == 0);
        let file = parent("proc.pexepath").or(ancestor.exepath);
        let called = parent("proc.pexe").or(ancestor.exe);
        let text = |text: Option<&'a str>| Cow::Borrowed(text.unwrap_or_default());
        chain.push(Process {
            pid: text(parent("proc.ppid").or(ancestor.pid)),
            path: path(file, called),
            name: text(parent("proc.pname").or(ancestor.name)),
            command_line: text(parent("proc.pcmdline").or(ancestor.cmdline)),
            id: Cow::Borrowed(""),
        });
    }
    while chain.pop_if(|last| last.is_empty()).is_some() {}
    chain
}

/// What the numbered fields tell of one ancestor, such as `proc.aname[2]`.
#[derive(Copy, Clone, Default)]
struct Ancestor<'a> {
    pid: Option<&'a str>,
    exepath: Option<&'a str>,
    exe: Option<&'a str>,
    name: Option<&'a str>,
    cmdline: Option<&'a str>,
}

/// The numbered fields, the parent's first. The fields are walked once: to ask
/// for each by name would be most of the work on an alert.
fn ancestors<'a>(alert: &'a Alert<'a>) -> [Ancestor<'a>; ANCESTORS_MAX] {
    let mut out = [Ancestor::default(); ANCESTORS_MAX];
    for (name, value) in alert.output_fields.iter().flat_map(Fields::all) {
        let Some((what, number)) = numbered(name) else {
            continue;
        };
        let Some(ancestor) = number.checked_sub(1).and_then(|place| out.get_mut(place)) else {
            continue;
        };
        let slot = match what {
            "pid" => &mut ancestor.pid,
            "exepath" => &mut ancestor.exepath,
            "exe" => &mut ancestor.exe,
            "name" => &mut ancestor.name,
            "cmdline" => &mut ancestor.cmdline,
            _ => continue,
        };
        // The last one of a name counts.
        *slot = known(value);
    }
    out
}

/// `name` and 2 of `proc.aname[2]`.
fn numbered(field: &str) -> Option<(&str, usize)> {
    let inner = field.strip_prefix("proc.a")?.strip_suffix(']')?;
    let (what, number) = inner.split_once('[')?;
    let plain = number.starts_with(|first: char| matches!(first, '1'..='9'));
    number
        .parse()
        .ok()
        .filter(|_| plain)
        .map(|number| (what, number))
}

/// The command line; of older alerts it may have to be put together.
fn command_line<'a>(alert: &'a Alert<'a>) -> Cow<'a, str> {
    if let Some(line) = alert.field("proc.cmdline") {
        return Cow::Borrowed(line);
    }
    let Some(arguments) = alert.field("proc.args") else {
        return Cow::Borrowed("");
    };
    match alert.first(&["proc.exe", "proc.name"]) {
        Some(program) => Cow::Owned(format!("{program} {arguments}")),
        None => Cow::Borrowed(arguments),
    }
}

/// The path that the call is about.
pub(super) fn path<'a>(
    alert: &'a Alert<'a>,
    call: Option<Call>,
    redact: bool,
) -> Option<Cow<'a, str>> {
    let call = call?;
    if call.kind.is_socket() {
        let unix = alert.first(&["fd.typechar", "fd.type"]);
        if unix.is_some_and(|kind| !matches!(kind, "u" | "unix")) {
            return None;
        }
        let names = ["fd.name", "evt.arg.addr", "evt.arg.tuple"];
        let mut paths = names.iter().filter_map(|name| alert.field(name));
        return paths.find_map(host::unix_path).map(Cow::Borrowed);
    }
    if !call.kind.is_file() {
        return None;
    }
    let names: &[&str] = match call.kind {
        Kind::FileMove => &[
            "fs.path.target",
            "evt.arg.newpath",
            "fs.path.name",
            "fd.name",
        ],
        _ => &[
            "fs.path.name",
            "fd.name",
            "evt.arg.name",
            "evt.arg.filename",
            "evt.arg.path",
            "evt.arg.pathname",
        ],
    };
    let other = alert
        .field("fd.typechar")
        .is_some_and(|kind| !matches!(kind, "f" | "d"));
    let mut names = names.iter().filter(|name| !(other && **name == "fd.name"));
    let path = names.find_map(|name| alert.field(name))?;
    Some(absolute(alert, path, redact))
}

/// The path made absolute, unless it begins at a directory that is not known.
fn absolute<'a>(alert: &'a Alert<'a>, path: &'a str, redact: bool) -> Cow<'a, str> {
    let elsewhere = alert
        .field("evt.arg.dirfd")
        .is_some_and(|directory| !directory.contains("AT_FDCWD") && directory != "-100");
    let directory = alert.field("proc.cwd").filter(|_| !elsewhere);
    paths::absolute_clean(directory, redact::text(path, redact))
}

/// Where a file came from that was moved.
pub(super) fn moved_from<'a>(alert: &'a Alert<'a>, redact: bool) -> Option<Cow<'a, str>> {
    let path = alert.first(&["fs.path.source", "evt.arg.oldpath"])?;
    Some(absolute(alert, path, redact))
}

/// The ends of the socket. Client and server are known by the connection, local
/// and remote by the call where the alert does not say.
pub(super) fn ends<'a>(alert: &'a Alert<'a>, call: Option<Call>) -> Ends<'a> {
    let Some(call) = call.filter(|call| call.kind.is_socket()) else {
        return Ends::default();
    };
    let end = |ip: &str, port: &str| End::new(alert.field(ip), alert.field(port));
    let names = ["fd.name", "evt.arg.tuple", "evt.arg.addr"];
    let tuples = names
        .iter()
        .filter_map(|name| alert.field(name))
        .map(host::tuple);
    let written = tuples.reduce(|first: Tuple<'a>, next| Tuple {
        client: first.client.or(next.client),
        server: first.server.or(next.server),
    });
    let written = written.unwrap_or_default();
    let client = end("fd.cip", "fd.cport").or(written.client);
    let server = end("fd.sip", "fd.sport").or(written.server);
    let is_server = call.kind == Kind::Listening || call.operation == "accept";
    let (local, remote) = if is_server {
        (server, client)
    } else {
        (client, server)
    };
    Ends::new(
        end("fd.lip", "fd.lport").or(local),
        end("fd.rip", "fd.rport").or(remote),
    )
}
