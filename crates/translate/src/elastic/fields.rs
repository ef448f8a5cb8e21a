//! Elastic's names: the Kubernetes integration keeps those of the record under
//! `kubernetes.audit`, hosts have those of the Elastic Common Schema.

use crate::fit;
use crate::source::Kind;

/// The data streams of a kind of source, and what their records must be.
pub(super) fn source(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Kubernetes => ("logs-kubernetes.audit_logs-*", ""),
        Kind::Docker => ("logs-docker.engine-*", ""),
        Kind::Process => (
            "logs-endpoint.events.process-*, logs-auditd_manager.auditd-*",
            "event.action IN (\"exec\", \"executed\")",
        ),
        Kind::File => (
            "logs-auditd_manager.auditd-*",
            "event.action == \"opened-file\"",
        ),
        Kind::Connection => (
            "logs-endpoint.events.network-*, logs-auditd_manager.auditd-*",
            "event.action IN (\"connection_attempted\", \"connected-to\")",
        ),
        Kind::Listener => (
            "logs-auditd_manager.auditd-*",
            "event.action == \"bound-socket\"",
        ),
    }
}

const AUDIT: &str = "kubernetes.audit.";

const KUBERNETES: &[(&str, &str)] = &[
    (
        "annotations.reason",
        "`kubernetes.audit.annotations.authorization_k8s_io/reason`",
    ),
    ("requestObject", ""),
    (
        "user.extra.credential-id",
        "`kubernetes.audit.user.extra.authentication.kubernetes.io/credential-id`",
    ),
    (
        "user.extra.node-name",
        "`kubernetes.audit.user.extra.authentication.kubernetes.io/node-name`",
    ),
    (
        "user.extra.pod-name",
        "`kubernetes.audit.user.extra.authentication.kubernetes.io/pod-name`",
    ),
];

const DOCKER: &[(&str, &str)] = &[
    ("RequestBody", "docker.engine.RequestBody"),
    (
        "RequestHeaders.User-Agent",
        "`docker.engine.RequestHeaders.User-Agent`",
    ),
    ("RequestMethod", "docker.engine.RequestMethod"),
    ("RequestUri", "docker.engine.RequestUri"),
    ("ResponseStatusCode", "docker.engine.ResponseStatusCode"),
    ("User", "docker.engine.User"),
    ("message", "message"),
];

const HOST: &[(&str, &str)] = &[
    ("CommandLine", "process.command_line"),
    ("CurrentDirectory", "process.working_directory"),
    ("DestinationIp", "destination.ip"),
    ("DestinationPort", "destination.port"),
    ("Host", "host.name"),
    ("Image", "process.executable"),
    ("LocalIp", "source.ip"),
    ("LocalPort", "source.port"),
    ("LoginUser", "user.audit.id"),
    ("ParentCommandLine", "process.parent.command_line"),
    ("ParentImage", "process.parent.executable"),
    ("TargetFilename", "file.path"),
    ("User", "user.id"),
    ("UserName", "user.name"),
];

/// Elastic's name of a field.
pub(super) fn column(kind: Kind, field: &str) -> Option<String> {
    let (table, same) = match kind {
        Kind::Kubernetes => (KUBERNETES, Some(AUDIT)),
        Kind::Docker => (DOCKER, None),
        _ => (HOST, None),
    };
    fit::column(table, same, field)
}
