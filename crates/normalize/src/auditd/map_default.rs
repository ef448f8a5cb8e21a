//! The default mapping: whoever acts is the principal, a program that was
//! launched the target.

use std::borrow::Cow;
use std::net::IpAddr;

use super::facts::{Auditd, Facts, row};
use super::sockaddr::Address;
use super::syscalls::Deed;
use crate::host::{Side, process_rows};
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
        |f| looked_up(f, "UID"),
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
                looked_up(f, "AUID")
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
    row(
        "target.ip",
        "SOCKADDR of a connection, or of what is sent without one",
        |f| match remote(f) {
            Some((address, _)) => Value::Text(Cow::Owned(address.to_string())),
            None => Value::Absent,
        },
    ),
    row(
        "target.port",
        "SOCKADDR of a connection, or of what is sent without one",
        |f| remote(f).map_or(Value::Absent, |(_, port)| Value::Int(port.into())),
    ),
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
];

/// The program that was launched and its ancestors.
pub(super) static TARGET: &[Row<Auditd>] = process_rows!("target.process", Side::Target);

/// The process that acts and its ancestors; of a launch the parent.
pub(super) static PRINCIPAL: &[Row<Auditd>] = process_rows!("principal.process", Side::Principal);

/// What the kernel writes as the user or session of nobody.
const UNSET: &str = "4294967295";

/// The user who logged in.
pub(super) fn login<'f>(f: &'f Facts<'_>) -> Option<&'f str> {
    f.case
        .raw("auid")
        .filter(|user| !matches!(*user, UNSET | "-1" | "unset"))
}

/// A name that the daemon looked up; it has a word for a user it did not find.
fn looked_up<'a>(f: &'a Facts<'a>, key: &str) -> Value<'a> {
    let name = f.case.text(key);
    f.owned(name.filter(|name| !name.starts_with("unknown(") && name != "unset"))
}

fn host<'a>(f: &'a Facts<'a>) -> Value<'a> {
    f.value(Some(f.case.node.as_ref()))
}

/// What an event is about, in one word.
pub(super) fn subject<'f>(f: &'f Facts<'_>) -> &'f str {
    let call = f.case.call.as_deref().filter(|_| f.case.by_call);
    let about = || f.case.about().map(|about| about.kind.as_ref());
    call.or_else(about).unwrap_or_default()
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

/// The other end: of a connection, or of what is sent without one.
fn remote(f: &Facts<'_>) -> Option<(IpAddr, u16)> {
    let sends = matches!(
        f.case.call.as_deref(),
        Some("sendto" | "sendmsg" | "sendmmsg")
    );
    match (&f.case.address, f.case.deed) {
        (Some(Address::Net(address, port)), Deed::Connect) => Some((*address, *port)),
        (Some(Address::Net(address, port)), _) if sends => Some((*address, *port)),
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
