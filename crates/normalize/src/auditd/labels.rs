//! The derived labels of an audit event. Both mappings fill them.

use std::borrow::Cow;

use super::facts::{Auditd, Facts, label};
use super::map_default::login;
use super::syscalls::Deed;
use crate::jwt::claim_rows;
use crate::rows::{Row, Value, fixed};

/// The table.
pub(super) static LABELS: &[Row<Auditd>] = &[
    label(
        "exec_program",
        "the name of the program, without path and version",
        "EXECVE and exe of a launch",
        |f| f.value(f.words().map(|words| words.program.as_str())),
    ),
    label(
        "exec_words",
        "the program and its arguments without flags and their values, joined by spaces",
        "EXECVE of a launch",
        |f| f.value(f.words().map(|words| words.words.as_str())),
    ),
    label(
        "path_resolved",
        "the path without `.` and `..`, with `/var/run` followed to `/run`",
        "target.file.full_path; of a runtime's socket that is known by its inode the runtime's own path",
        resolved,
    ),
    label(
        "net_operation",
        "`listen` for a socket that waits for connections",
        "bind and listen",
        |f| {
            if f.case.deed == Deed::Listen {
                fixed("listen")
            } else {
                Value::Absent
            }
        },
    ),
    label(
        "audit_source_resolved",
        "of a link or a move the path of what was there before, as `path_resolved` gives a path",
        "PATH",
        |f| {
            let source = f.case.source();
            f.owned(source.map(|path| Cow::Owned(crate::paths::resolved(&path).into_owned())))
        },
    ),
    label(
        "audit_arguments",
        "`partial` if arguments of a launch are missing: their record was lost, or cut",
        "argc of EXECVE",
        |f| {
            if f.launches() && !f.case.is_whole() {
                fixed("partial")
            } else {
                Value::Absent
            }
        },
    ),
    label(
        "audit_key",
        "the key of the audit rule that wrote the record",
        "key",
        |f| {
            match f.case.text("key") {
                // Several keys of one rule are separated by a control character.
                Some(key) => f.owned(Some(Cow::Owned(key.replace('\u{1}', ",")))),
                None => Value::Absent,
            }
        },
    ),
    label(
        "audit_syscall",
        "the name of the system call, or its number",
        "SYSCALL, else syscall",
        |f| f.value(f.case.call.as_deref()),
    ),
    label(
        "audit_success",
        "`yes` or `no`: whether the call succeeded; a connection that is under way counts as `yes`",
        "success and exit, else res",
        |f| match f.case.succeeded() {
            Some(true) => fixed("yes"),
            Some(false) => fixed("no"),
            None => Value::Absent,
        },
    ),
    label("audit_exit", "what the call returned", "exit", |f| {
        f.text("exit")
    }),
    label(
        "audit_tty",
        "the terminal, absent without one",
        "tty",
        |f| f.text("tty"),
    ),
    label(
        "audit_auid",
        "the id of the user who logged in",
        "auid",
        |f| f.value(login(f)),
    ),
    label("audit_euid", "the effective id of the user", "euid", |f| {
        f.text("euid")
    }),
    label("audit_gid", "the id of the group", "gid", |f| f.text("gid")),
    label(
        "audit_serial",
        "time and serial number, which name the event on its machine",
        "msg=audit(TIME:SERIAL)",
        |f| Value::Text(Cow::Owned(f.case.id.to_string())),
    ),
    label(
        "audit_types",
        "the types of the records, joined by commas",
        "type",
        types,
    ),
    label("audit_cwd", "the working directory", "CWD", |f| {
        let directory = f.case.piece("CWD").and_then(|fields| fields.text("cwd"));
        f.owned(directory.map(|text| Cow::Owned(text.into_owned())))
    }),
    label(
        "audit_argv0",
        "what the program was called: its first argument",
        "EXECVE",
        |f| f.value(f.case.arguments.first().map(String::as_str)),
    ),
    label(
        "audit_inode",
        "device and inode of the file",
        "dev and inode of PATH",
        |f| match f.case.inode() {
            Some(inode) => Value::Text(Cow::Owned(format!("{}:{}", inode.device, inode.number))),
            None => Value::Absent,
        },
    ),
    label(
        "container_id",
        "the container's id",
        "CONTAINER_INFO, which LAUREL adds",
        |f| {
            let container = f
                .case
                .piece("CONTAINER_INFO")
                .and_then(|fields| fields.raw("id"));
            f.value(container)
        },
    ),
];

/// The labels about a token among the arguments.
pub(super) static CLAIMS: &[Row<Auditd>] =
    claim_rows!("a token among the arguments of the program");

fn resolved<'a>(f: &'a Facts<'a>) -> Value<'a> {
    let path = f.case.resolved.as_deref().filter(|_| !f.launches());
    f.value(path)
}

fn types<'a>(f: &'a Facts<'a>) -> Value<'a> {
    let mut out = String::new();
    let mut last = "";
    // Records of one type stand together.
    for piece in &f.case.pieces {
        if piece.kind == last {
            continue;
        }
        if !out.is_empty() {
            out.push(',');
        }
        out.push_str(&piece.kind);
        last = &piece.kind;
    }
    f.owned(Some(Cow::Owned(out)))
}
