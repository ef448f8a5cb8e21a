//! The mapping. We have not seen the one that Google may have for Tetragon, so
//! both mappings are the same, and it is ours.

use super::facts::{Facts, Tetragon, row};
use super::raw::text;
use crate::host::{Kind, Side, process_rows};
use crate::rows::{Row, Value, fixed};

/// The rows, apart from those of processes.
pub(super) static ROWS: &[Row<Tetragon>] = &[
    row("metadata.event_timestamp", "time", |f| {
        f.time.map_or(Value::Absent, Value::Time)
    }),
    row("metadata.vendor_name", "the constant `Cilium`", |_| {
        fixed("Cilium")
    }),
    row("metadata.product_name", "the constant `Tetragon`", |_| {
        fixed("Tetragon")
    }),
    row("metadata.log_type", "the constant `TETRAGON`", |_| {
        fixed("TETRAGON")
    }),
    row(
        "metadata.event_type",
        "process_exec PROCESS_LAUNCH; process_exit PROCESS_TERMINATION; process_loader PROCESS_MODULE_LOAD; process_connect, _close, _accept NETWORK_CONNECTION; process_listen NETWORK_UNCATEGORIZED; process_dns NETWORK_DNS; process_http NETWORK_HTTP; rate_limit_info, process_throttle STATUS_UPDATE; of a probe by its function, see above",
        |f| fixed(f.call().kind.event_type()),
    ),
    row(
        "metadata.product_event_type",
        "the name of the event, such as `process_exec`",
        |f| fixed(f.name),
    ),
    row("metadata.description", "message", |f| {
        f.of(f.happening.message.as_ref())
    }),
    row("security_result.rule_name", "policy_name", |f| {
        f.of(f.happening.policy.as_ref())
    }),
    row(
        "security_result.action",
        "action: BLOCK where the policy killed the process, overrode the call or told an enforcer to",
        action,
    ),
    row("principal.hostname", "node_name", |f| {
        f.of(f.export.node_name.as_ref())
    }),
    row("principal.user.userid", "process.uid", |f| {
        f.of(f.raw_process().and_then(|process| process.uid.as_ref()))
    }),
    row(
        "principal.user.user_display_name",
        "process.user.name",
        |f| {
            let user = f.raw_process().and_then(|process| process.user.as_ref());
            f.of(user.and_then(|user| user.name.as_ref()))
        },
    ),
    row(
        "about.user.userid",
        "process.auid, unless it says that there is none (4294967295)",
        |f| {
            let id = f
                .raw_process()
                .and_then(|process| text(process.auid.as_ref()));
            f.value(id.filter(|id| !matches!(*id, "4294967295" | "-1")))
        },
    ),
    row(
        "target.file.full_path",
        "the first file, path or text among args, made absolute; of a socket in the file system its path; of a user-space probe the probed file",
        |f| f.value(f.path()),
    ),
    row(
        "src.file.full_path",
        "the first path among args of a file that was moved",
        |f| f.value(f.probed.source.as_deref()),
    ),
    row(
        "principal.ip",
        "the local address: source_ip, ip, saddr of a socket, addr of a bind",
        |f| f.value(f.ends().local.ip),
    ),
    row("principal.port", "its port", |f| port(f.ends().local.port)),
    row(
        "target.ip",
        "the remote address: destination_ip, daddr of a socket, addr of a connect",
        |f| f.value(f.ends().remote.ip.filter(|_| remote(f))),
    ),
    row("target.port", "its port", |f| {
        port(f.ends().remote.port.filter(|_| remote(f)))
    }),
    row("target.hostname", "http.request.host", |f| {
        let request = f
            .happening
            .http
            .as_ref()
            .and_then(|http| http.request.as_ref());
        f.of(request.and_then(|request| request.host.as_ref()))
    }),
    row("target.url", "http.request.uri, else path", |f| {
        let request = f
            .happening
            .http
            .as_ref()
            .and_then(|http| http.request.as_ref());
        f.uri(
            request.and_then(|request| {
                text(request.uri.as_ref()).or_else(|| text(request.path.as_ref()))
            }),
        )
    }),
    row("network.http.method", "http.request.method", |f| {
        let request = f
            .happening
            .http
            .as_ref()
            .and_then(|http| http.request.as_ref());
        f.of(request.and_then(|request| request.method.as_ref()))
    }),
    row(
        "network.dns.questions.name",
        "dns.query, else the first of dns.names",
        |f| {
            let dns = f.happening.dns.as_ref();
            f.value(dns.and_then(|dns| {
                text(dns.query.as_ref()).or_else(|| text(dns.names.as_ref()?.first()))
            }))
        },
    ),
];

/// The process and its ancestors.
pub(super) static TARGET: &[Row<Tetragon>] = process_rows!("target.process", Side::Target);
pub(super) static PRINCIPAL: &[Row<Tetragon>] = process_rows!("principal.process", Side::Principal);

fn port(port: Option<u16>) -> Value<'static> {
    port.map_or(Value::Absent, |port| Value::Int(port.into()))
}

/// Whether the event has another end.
fn remote(facts: &Facts<'_>) -> bool {
    facts.call().kind != Kind::Listening
}

fn action<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    match text(facts.happening.action.as_ref()) {
        Some(
            "KPROBE_ACTION_SIGKILL" | "KPROBE_ACTION_OVERRIDE" | "KPROBE_ACTION_NOTIFYENFORCER",
        ) => fixed("BLOCK"),
        _ => Value::Absent,
    }
}
