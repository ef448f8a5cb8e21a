//! The default mapping: whoever acts is the principal, a program that was
//! launched the target.

use std::borrow::Cow;
use std::net::IpAddr;

use super::facts::{Auditd, Facts, row};
use super::processes::Process;
use super::sockaddr::Address;
use super::syscalls::Deed;
use crate::rows::{Row, Value, fixed};

/// The rows that both mappings share.
pub(super) static COMMON: &[Row<Auditd>] = &[
    row(
        "metadata.event_timestamp",
        "the time in msg=audit(TIME:SERIAL)",
        |f| f.case.time().map_or(Value::Absent, Value::Time),
    ),
    row("metadata.vendor_name", "the constant `Linux`", |_| {
        fixed("Linux")
    }),
    row("metadata.product_name", "the constant `AuditD`", |_| {
        fixed("AuditD")
    }),
    row("metadata.log_type", "the constant `AUDITD`", |_| {
        fixed("AUDITD")
    }),
    row("metadata.product_log_id", "the serial number", |f| {
        Value::Text(Cow::Owned(f.case.id.serial.to_string()))
    }),
    row(
        "principal.hostname",
        "node, else the host that syslog or the journal names",
        host,
    ),
    row(
        "principal.asset.hostname",
        "the same, as the product copies host names",
        host,
    ),
    row("principal.platform", "the constant `LINUX`", |_| {
        fixed("LINUX")
    }),
    row("principal.application", "comm", |f| f.text("comm")),
    row("principal.user.userid", "uid", |f| f.text("uid")),
    row(
        "principal.user.user_display_name",
        "UID, the name that the daemon looked up",
        |f| f.text("UID"),
    ),
    row(
        "about.user.userid",
        "auid: who logged in; absent if nobody did",
        |f| f.value(login(f)),
    ),
    row(
        "about.user.user_display_name",
        "AUID, the name that the daemon looked up",
        |f| {
            if login(f).is_some() {
                f.text("AUID")
            } else {
                Value::Absent
            }
        },
    ),
    row(
        "network.session_id",
        "ses; absent outside of a login session",
        |f| f.value(f.case.raw("ses").filter(|session| *session != UNSET)),
    ),
    row("target.user.user_display_name", "acct", |f| f.text("acct")),
    row(
        "security_result.action",
        "success of the call, else res: ALLOW or BLOCK; a connection that is under way is ALLOW",
        |f| match f.case.succeeded() {
            Some(true) => fixed("ALLOW"),
            Some(false) => fixed("BLOCK"),
            None => Value::Absent,
        },
    ),
    row("security_result.summary", "op", |f| f.text("op")),
    row(
        "target.file.full_path",
        "of a connection the path of the socket, else name of the PATH record; made absolute by CWD, in the caller's spelling",
        path,
    ),
    row("target.ip", "SOCKADDR of a connection", |f| {
        match remote(f) {
            Some((address, _)) => Value::Text(Cow::Owned(address.to_string())),
            None => Value::Absent,
        }
    }),
    row("target.port", "SOCKADDR of a connection", |f| {
        remote(f).map_or(Value::Absent, |(_, port)| Value::Int(port.into()))
    }),
    row("principal.ip", "SOCKADDR of bind, else addr", own_address),
    row("principal.port", "SOCKADDR of bind", |f| {
        match (&f.case.address, f.case.deed) {
            (Some(Address::Net(_, port)), Deed::Listen) => Value::Int((*port).into()),
            _ => Value::Absent,
        }
    }),
];

/// The rows of the default mapping.
pub(super) static DEFAULT: &[Row<Auditd>] = &[
    row(
        "metadata.event_type",
        "execve PROCESS_LAUNCH (one that failed PROCESS_UNCATEGORIZED), open FILE_OPEN, connect NETWORK_CONNECTION, bind and listen NETWORK_UNCATEGORIZED; other calls and record types as far as there is a type for them, else GENERIC_EVENT",
        event_type,
    ),
    row(
        "metadata.product_event_type",
        "the name of the system call, else the type of the record that the event is about",
        |f| f.value(Some(subject(f))),
    ),
    row("target.user.userid", "id, of a login auid", |f| {
        match f.case.about() {
            Some(about) if about.kind == "LOGIN" => f.value(login(f)),
            _ => f.text("id"),
        }
    }),
    row("target.process.pid", "pid of a launch", |f| {
        if f.launches() {
            number(f.case.pid())
        } else {
            Value::Absent
        }
    }),
    row("target.process.file.full_path", "exe of a launch", |f| {
        if f.launches() {
            f.owned(f.case.exe())
        } else {
            Value::Absent
        }
    }),
    row(
        "target.process.command_line",
        "EXECVE, its arguments joined by spaces, else cmd, else PROCTITLE of a launch",
        launched,
    ),
    row("target.process.parent_process.pid", "ppid", |f| {
        pid(f.ancestor(0))
    }),
    row(
        "target.process.parent_process.file.full_path",
        "exe of its launch, if that was seen",
        |f| file(f, f.ancestor(0)),
    ),
    row(
        "target.process.parent_process.command_line",
        "the arguments of that launch",
        |f| command(f, f.ancestor(0)),
    ),
    row(
        "target.process.parent_process.parent_process.pid",
        "ppid of the launch of the one before",
        |f| pid(f.ancestor(1)),
    ),
    row(
        "target.process.parent_process.parent_process.file.full_path",
        "exe of its launch, if that was seen",
        |f| file(f, f.ancestor(1)),
    ),
    row(
        "target.process.parent_process.parent_process.command_line",
        "the arguments of that launch",
        |f| command(f, f.ancestor(1)),
    ),
    row(
        "target.process.parent_process.parent_process.parent_process.pid",
        "ppid of the launch of the one before",
        |f| pid(f.ancestor(2)),
    ),
    row(
        "target.process.parent_process.parent_process.parent_process.file.full_path",
        "exe of its launch, if that was seen",
        |f| file(f, f.ancestor(2)),
    ),
    row(
        "target.process.parent_process.parent_process.parent_process.command_line",
        "the arguments of that launch",
        |f| command(f, f.ancestor(2)),
    ),
    row(
        "target.process.parent_process.parent_process.parent_process.parent_process.pid",
        "ppid of the launch of the one before",
        |f| pid(f.ancestor(3)),
    ),
    row(
        "target.process.parent_process.parent_process.parent_process.parent_process.file.full_path",
        "exe of its launch, if that was seen",
        |f| file(f, f.ancestor(3)),
    ),
    row(
        "target.process.parent_process.parent_process.parent_process.parent_process.command_line",
        "the arguments of that launch",
        |f| command(f, f.ancestor(3)),
    ),
    row(
        "target.process.parent_process.parent_process.parent_process.parent_process.parent_process.pid",
        "ppid of the launch of the one before",
        |f| pid(f.ancestor(4)),
    ),
    row(
        "target.process.parent_process.parent_process.parent_process.parent_process.parent_process.file.full_path",
        "exe of its launch, if that was seen",
        |f| file(f, f.ancestor(4)),
    ),
    row(
        "target.process.parent_process.parent_process.parent_process.parent_process.parent_process.command_line",
        "the arguments of that launch",
        |f| command(f, f.ancestor(4)),
    ),
    row("principal.process.pid", "pid; of a launch ppid", |f| {
        pid(f.principal().as_deref())
    }),
    row(
        "principal.process.file.full_path",
        "exe; of a launch that of the parent's launch, if that was seen",
        |f| file(f, f.principal().as_deref()),
    ),
    row(
        "principal.process.command_line",
        "the arguments of the process's launch, if that was seen, else PROCTITLE",
        |f| command(f, f.principal().as_deref()),
    ),
    row("principal.process.parent_process.pid", "ppid", |f| {
        pid(f.principal_ancestor(0))
    }),
    row(
        "principal.process.parent_process.file.full_path",
        "exe of its launch, if that was seen",
        |f| file(f, f.principal_ancestor(0)),
    ),
    row(
        "principal.process.parent_process.command_line",
        "the arguments of that launch",
        |f| command(f, f.principal_ancestor(0)),
    ),
    row(
        "principal.process.parent_process.parent_process.pid",
        "ppid of the launch of the one before",
        |f| pid(f.principal_ancestor(1)),
    ),
    row(
        "principal.process.parent_process.parent_process.file.full_path",
        "exe of its launch, if that was seen",
        |f| file(f, f.principal_ancestor(1)),
    ),
    row(
        "principal.process.parent_process.parent_process.command_line",
        "the arguments of that launch",
        |f| command(f, f.principal_ancestor(1)),
    ),
    row(
        "principal.process.parent_process.parent_process.parent_process.pid",
        "ppid of the launch of the one before",
        |f| pid(f.principal_ancestor(2)),
    ),
    row(
        "principal.process.parent_process.parent_process.parent_process.file.full_path",
        "exe of its launch, if that was seen",
        |f| file(f, f.principal_ancestor(2)),
    ),
    row(
        "principal.process.parent_process.parent_process.parent_process.command_line",
        "the arguments of that launch",
        |f| command(f, f.principal_ancestor(2)),
    ),
    row(
        "principal.process.parent_process.parent_process.parent_process.parent_process.pid",
        "ppid of the launch of the one before",
        |f| pid(f.principal_ancestor(3)),
    ),
    row(
        "principal.process.parent_process.parent_process.parent_process.parent_process.file.full_path",
        "exe of its launch, if that was seen",
        |f| file(f, f.principal_ancestor(3)),
    ),
    row(
        "principal.process.parent_process.parent_process.parent_process.parent_process.command_line",
        "the arguments of that launch",
        |f| command(f, f.principal_ancestor(3)),
    ),
];

/// What the kernel writes as the user or session of nobody.
const UNSET: &str = "4294967295";

/// The user who logged in.
pub(super) fn login<'f>(f: &'f Facts<'_>) -> Option<&'f str> {
    f.case
        .raw("auid")
        .filter(|user| !matches!(*user, UNSET | "-1" | "unset"))
}

fn host<'a>(f: &'a Facts<'a>) -> Value<'a> {
    f.value(Some(f.case.node.as_ref()))
}

/// What an event is about, in one word.
pub(super) fn subject<'f>(f: &'f Facts<'_>) -> &'f str {
    match (f.case.about(), f.case.call.as_deref()) {
        (Some(about), Some(call)) if super::types::is_helper(&about.kind) => call,
        (Some(about), _) => &about.kind,
        (None, call) => call.unwrap_or_default(),
    }
}

pub(super) fn event_type<'a>(f: &'a Facts<'a>) -> Value<'a> {
    fixed(match (f.case.deed, &f.case.address) {
        (Deed::Launch, _) => "PROCESS_LAUNCH",
        (Deed::Open, _) => "FILE_OPEN",
        (Deed::Connect, Some(Address::Unix(_))) if f.connect_opens => "FILE_OPEN",
        (Deed::Connect, Some(_)) => "NETWORK_CONNECTION",
        // A family that has neither address nor path.
        (Deed::Connect, None) | (Deed::Listen, _) => "NETWORK_UNCATEGORIZED",
        (Deed::Other(event_type), _) => event_type,
    })
}

/// The path of a file or socket; of a launch the program stands elsewhere.
pub(super) fn path<'a>(f: &'a Facts<'a>) -> Value<'a> {
    let path = f.case.path.as_deref().filter(|_| !f.launches());
    f.value(path)
}

fn remote(f: &Facts<'_>) -> Option<(IpAddr, u16)> {
    match (&f.case.address, f.case.deed) {
        (Some(Address::Net(address, port)), Deed::Connect) => Some((*address, *port)),
        _ => None,
    }
}

fn own_address<'a>(f: &'a Facts<'a>) -> Value<'a> {
    if let (Some(Address::Net(address, _)), Deed::Listen) = (&f.case.address, f.case.deed) {
        return Value::Text(Cow::Owned(address.to_string()));
    }
    let address = f.case.text("addr");
    let address = address.filter(|text| text.parse::<IpAddr>().is_ok());
    f.owned(address)
}

pub(super) fn launched<'a>(f: &'a Facts<'a>) -> Value<'a> {
    let by_user = f.case.deed == Deed::Other("PROCESS_LAUNCH");
    if f.launches() || by_user {
        f.command_line(&f.case.command())
    } else {
        Value::Absent
    }
}

pub(super) fn number(number: Option<u32>) -> Value<'static> {
    number.map_or(Value::Absent, |number| {
        Value::Text(Cow::Owned(number.to_string()))
    })
}

pub(super) fn pid(process: Option<&Process>) -> Value<'static> {
    number(process.map(|process| process.pid))
}

pub(super) fn file(f: &Facts<'_>, process: Option<&Process>) -> Value<'static> {
    let file = process.and_then(|process| process.file.as_deref());
    f.owned(file.map(Cow::Borrowed))
}

pub(super) fn command(f: &Facts<'_>, process: Option<&Process>) -> Value<'static> {
    f.command_line(process.map_or("", |process| &process.arguments))
}
