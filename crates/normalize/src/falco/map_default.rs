//! The default mapping: the official fields, and the process, file and socket
//! where rules about launches, files and connections look for them.

use std::borrow::Cow;

use super::alert::elements;
use super::facts::{Facts, Falco, row};
use super::map_secops::official_type;
use crate::host::{Kind, Side, process_rows};
use crate::redact;
use crate::rows::{Row, Value, fixed};

/// The rows that both mappings share.
pub(super) static COMMON: &[Row<Falco>] = &[
    row(
        "metadata.event_timestamp",
        "time, else evt.time.iso8601, evt.rawtime, evt.time if it is a number, and the same of jevt",
        |f| f.time.map_or(Value::Absent, Value::Time),
    ),
    row("metadata.vendor_name", "the constant `FALCO_IDS`", |_| {
        fixed("FALCO_IDS")
    }),
    row("metadata.product_name", "the constant `FALCO_IDS`", |_| {
        fixed("FALCO_IDS")
    }),
    row("metadata.log_type", "the constant `FALCO_IDS`", |_| {
        fixed("FALCO_IDS")
    }),
    row(
        "metadata.product_log_id",
        "ka.auditid; else uuid, which is not stated",
        |f| f.value(f.alert.field("ka.auditid").or_else(|| f.uuid())),
    ),
    row("metadata.description", "output", output),
    row("security_result.rule_name", "rule", |f| f.value(f.rule())),
    row("security_result.severity_details", "priority", |f| {
        f.value(f.priority())
    }),
    row(
        "principal.user.user_display_name",
        "user.name, else ka.user.name",
        |f| f.of_first(&["user.name", "ka.user.name"]),
    ),
    row("target.user.userid", "user.loginuid, as written", |f| {
        f.of("user.loginuid")
    }),
    row(
        "target.asset.asset_id",
        "`container_id:` and container.id, unless that is `host`",
        |f| match f.container_id() {
            None => Value::Absent,
            Some(id) => Value::Text(Cow::Owned(format!("container_id:{}", f.clean(id)))),
        },
    ),
    row(
        "target.resource.resource_type",
        "the constant `CLUSTER`",
        |_| fixed("CLUSTER"),
    ),
    official("proc_cmdline", "proc.cmdline; the key is not stated", |f| {
        f.of("proc.cmdline")
    }),
    official("evt_arg_fd", "evt.arg.fd", |f| f.of("evt.arg.fd")),
    official("evt_arg_filename", "evt.arg.filename", |f| {
        f.of("evt.arg.filename")
    }),
    official("evt_arg_mode", "evt.arg.mode", |f| f.of("evt.arg.mode")),
    official("fd_name", "fd.name", |f| f.of("fd.name")),
    official(
        "tags",
        "tags, joined by commas; key and form are not stated",
        tags,
    ),
    row("observer.hostname", "falco.pod.name, else pod-name", |f| {
        f.of_first(&["falco.pod.name", "pod-name"])
    }),
    row("observer.ip", "falco.pod.ip, else pod-ip", |f| {
        f.of_first(&["falco.pod.ip", "pod-ip"])
    }),
    row("observer.cloud.project.id", "cloud-project-id", |f| {
        f.of("cloud-project-id")
    }),
    row(
        "target.resource.attribute.cloud.environment",
        "cloud-provider: aws, azure, gcp",
        cloud,
    ),
    row("target.url", "ka.uri", uri),
    row("network.http.method", "ka.verb in upper case", |f| {
        f.alert.field("ka.verb").map_or(Value::Absent, |verb| {
            Value::Text(Cow::Owned(f.clean(&verb.to_ascii_uppercase()).into_owned()))
        })
    }),
    row("network.http.user_agent", "ka.useragent", |f| {
        f.of("ka.useragent")
    }),
    row("network.http.response_code", "ka.response.code", |f| {
        let code = f.alert.field("ka.response.code");
        code.and_then(|code| code.parse::<u16>().ok())
            .map_or(Value::Absent, |code| Value::Int(code.into()))
    }),
    row(
        "principal.user.group_identifiers",
        "ka.user.groups, else group.gid, which is not stated",
        groups,
    ),
    row("target.resource.name", "ka.target.name", |f| {
        f.of("ka.target.name")
    }),
    row(
        "target.resource.resource_subtype",
        "ka.target.resource",
        |f| f.of("ka.target.resource"),
    ),
    row("target.namespace", "ka.target.namespace", |f| {
        f.of("ka.target.namespace")
    }),
    row(
        "security_result.action",
        "ka.auth.decision: allow is ALLOW, forbid is BLOCK",
        |f| match f.alert.field("ka.auth.decision") {
            Some("allow") => fixed("ALLOW"),
            Some("forbid") => fixed("BLOCK"),
            _ => Value::Absent,
        },
    ),
    row("security_result.description", "ka.auth.reason", |f| {
        f.of("ka.auth.reason")
    }),
];

/// The rows of the default mapping.
pub(super) static DEFAULT: &[Row<Falco>] = &[
    row(
        "metadata.event_type",
        "evt.type: execve, execveat, clone, fork PROCESS_LAUNCH, or PROCESS_UNCATEGORIZED if evt.res says that it failed; procexit PROCESS_TERMINATION; open, openat, openat2, creat, read FILE_OPEN; write, chmod, chown, truncate and their like FILE_MODIFICATION; mkdir, mknod, link, symlink FILE_CREATION; unlink, rmdir FILE_DELETION; rename FILE_MOVE; connect, and with a remote address accept, send, receive NETWORK_CONNECTION; listen, and bind to a port or path NETWORK_UNCATEGORIZED; init_module PROCESS_MODULE_LOAD; else the official rule",
        |f| match f.kind() {
            Some(kind) => fixed(kind.event_type()),
            None => official_type(f),
        },
    ),
    row(
        "metadata.product_event_type",
        "evt.type, else ka.verb, else source",
        |f| {
            let kind = f.alert.first(&["evt.type", "ka.verb"]);
            f.value(kind.or_else(|| f.source()))
        },
    ),
    row(
        "security_result.severity",
        "priority: Emergency, Alert, Critical CRITICAL; Error HIGH; Warning MEDIUM; Notice LOW; Informational, Debug INFORMATIONAL; our choice",
        severity,
    ),
    row(
        "principal.hostname",
        "falco.host.name, evt.hostname, else hostname, else host-name",
        |f| f.value(f.hostname()),
    ),
    row(
        "principal.user.userid",
        "user.uid, else ka.user.name",
        |f| f.of_first(&["user.uid", "ka.user.name"]),
    ),
    row(
        "about.user.userid",
        "user.loginuid, unless it says that there is none (-1)",
        |f| {
            f.value(
                f.alert
                    .field("user.loginuid")
                    .filter(|id| !matches!(*id, "-1" | "4294967295")),
            )
        },
    ),
    row(
        "target.file.full_path",
        "fs.path.name, else fd.name, else the path among evt.arg, made absolute by proc.cwd; of a socket the path in fd.name",
        |f| f.value(f.path()),
    ),
    row(
        "src.file.full_path",
        "of a file that was moved, fs.path.source, else evt.arg.oldpath",
        |f| match f.moved_from() {
            None => Value::Absent,
            Some(path) => Value::Text(Cow::Owned(f.clean(&path).into_owned())),
        },
    ),
    row(
        "target.ip",
        "the remote address of a connection: fd.rip, else by fd.sip, fd.cip, fd.name",
        |f| {
            f.value(
                f.ends
                    .remote
                    .ip
                    .filter(|_| f.kind() == Some(Kind::Connection)),
            )
        },
    ),
    row("target.port", "its port", |f| {
        port(
            f.ends
                .remote
                .port
                .filter(|_| f.kind() == Some(Kind::Connection)),
        )
    }),
    row(
        "principal.ip",
        "the local address of a socket: fd.lip, else by fd.cip, fd.sip, fd.name; else ka.sourceips, else falco.host.ip",
        principal_ip,
    ),
    row("principal.port", "its port", |f| {
        port(f.ends.local.port.filter(|_| f.kind().is_some()))
    }),
    row(
        "target.process.tty",
        "proc.tty of a program that was started",
        |f| {
            f.value(
                f.alert
                    .field("proc.tty")
                    .filter(|tty| *tty != "0" && f.kind() == Some(Kind::Launch)),
            )
        },
    ),
    row("target.resource.type", "ka.target.resource", |f| {
        f.of("ka.target.resource")
    }),
];

/// The process and its ancestors.
pub(super) static TARGET: &[Row<Falco>] = process_rows!("target.process", Side::Target);
pub(super) static PRINCIPAL: &[Row<Falco>] = process_rows!("principal.process", Side::Principal);

/// A row for a label of the official mapping.
const fn official(
    key: &'static str,
    source: &'static str,
    value: for<'a> fn(&'a Facts<'a>) -> Value<'a>,
) -> Row<Falco> {
    Row {
        path: "target.resource.attribute.labels",
        key: Some(key),
        source,
        meaning: "",
        value,
    }
}

fn output<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    facts.output()
}

pub(super) fn tags<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    facts.tags()
}

fn port(port: Option<u16>) -> Value<'static> {
    port.map_or(Value::Absent, |port| Value::Int(port.into()))
}

fn severity<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    let priority = facts.priority().unwrap_or_default().to_ascii_lowercase();
    fixed(match priority.as_str() {
        "emergency" | "alert" | "critical" => "CRITICAL",
        "error" => "HIGH",
        "warning" => "MEDIUM",
        "notice" => "LOW",
        "informational" | "info" | "debug" => "INFORMATIONAL",
        _ => return Value::Absent,
    })
}

fn cloud<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    fixed(match facts.alert.field("cloud-provider") {
        Some("aws") => "AMAZON_WEB_SERVICES",
        Some("azure") => "MICROSOFT_AZURE",
        Some("gcp") => "GOOGLE_CLOUD_PLATFORM",
        _ => return Value::Absent,
    })
}

fn uri<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    match facts.alert.field("ka.uri") {
        None => Value::Absent,
        Some(uri) if facts.is_redacting() => Value::Text(redact::uri(uri)),
        Some(uri) => Value::Text(Cow::Borrowed(uri)),
    }
}

fn groups<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    let groups = facts.alert.first(&["ka.user.groups", "group.gid"]);
    let groups = groups.into_iter().flat_map(elements);
    Value::Many(groups.map(|group| facts.clean(group)).collect())
}

fn principal_ip<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    if let Some(ip) = facts.ends.local.ip.filter(|_| facts.kind().is_some()) {
        return facts.value(Some(ip));
    }
    let sources = facts.sources();
    if sources.is_empty() {
        return facts.of("falco.host.ip");
    }
    Value::Many(sources)
}
