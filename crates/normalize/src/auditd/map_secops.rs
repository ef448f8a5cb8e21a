//! Google's mapping, as far as it is published.
//!
//! The published parser makes one event of each record; here an event has all
//! records of its serial number. Where the page contradicts its own table of
//! changes, the newer statement is followed.

use std::borrow::Cow;

use super::facts::{Auditd, Facts, row};
use super::map_default::{event_type, login};
use crate::host::Side;
use crate::rows::{Row, Value};

/// The rows of the mapping beside the common ones.
pub(super) static SECOPS: &[Row<Auditd>] = &[
    row(
        "metadata.event_type",
        "as in the default mapping; the published table has PROCESS_LAUNCH for execve and PROCTITLE, and nothing for other calls",
        event_type,
    ),
    row(
        "metadata.product_event_type",
        "the type of the record that the event is about",
        |f| f.value(f.case.about().map(|about| about.kind.as_ref())),
    ),
    row("target.process.file.full_path", "exe", |f| {
        f.owned(f.case.exe())
    }),
    row(
        "target.process.command_line",
        "EXECVE, its arguments joined by spaces, else cmd",
        |f| {
            f.value(
                f.process(Side::Target, 0)
                    .map(|process| &*process.command_line),
            )
        },
    ),
    row("target.process.pid", "pid", |f| f.text("pid")),
    row("target.process.parent_process.pid", "ppid", |f| {
        f.text("ppid")
    }),
    row("principal.process.pid", "pid", |f| f.text("pid")),
    row("target.user.userid", "uid; of ADD_USER acct", |f| {
        match f.case.about() {
            Some(about) if about.kind == "ADD_USER" => f.text("acct"),
            _ => f.text("uid"),
        }
    }),
    row("security_result.action_details", "res, else success", |f| {
        let details = f.case.text("res").or_else(|| f.case.text("success"));
        f.owned(details)
    }),
    row("security_result.about.platform_version", "arch", |f| {
        f.text("arch")
    }),
    row(
        "security_result.about.registry.registry_key",
        "key (so it is published)",
        |f| f.text("key"),
    ),
    row("security_result.rule_id", "syscall", |f| {
        f.value(f.case.call.as_deref())
    }),
    detection("auid", "auid", |f| f.value(login(f))),
    detection("cwd", "cwd", |f| {
        let directory = f.case.piece("CWD").and_then(|fields| fields.text("cwd"));
        f.owned(directory.map(|text| Cow::Owned(text.into_owned())))
    }),
    about("Syscall", "syscall", |f| f.value(f.case.call.as_deref())),
    about("tty", "tty", |f| f.text("tty")),
];

const fn detection(
    key: &'static str,
    source: &'static str,
    value: for<'a> fn(&'a Facts<'a>) -> Value<'a>,
) -> Row<Auditd> {
    keyed("security_result.detection_fields", key, source, value)
}

const fn about(
    key: &'static str,
    source: &'static str,
    value: for<'a> fn(&'a Facts<'a>) -> Value<'a>,
) -> Row<Auditd> {
    keyed("security_result.about.labels", key, source, value)
}

const fn keyed(
    path: &'static str,
    key: &'static str,
    source: &'static str,
    value: for<'a> fn(&'a Facts<'a>) -> Value<'a>,
) -> Row<Auditd> {
    Row {
        path,
        key: Some(key),
        source,
        meaning: "",
        value,
    }
}
