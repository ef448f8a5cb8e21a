//! LogScale's names: the JSON of audit records as it is parsed, and for hosts
//! the CrowdStrike Parsing Standard, which has those of the Elastic Common Schema.

use crate::fit;
use crate::source::Kind;

/// What tells the records of a kind of source.
pub(super) fn source(kind: Kind) -> &'static str {
    match kind {
        Kind::Kubernetes => "apiVersion=/^audit\\.k8s\\.io\\//",
        Kind::Docker => "#type=docker-engine",
        Kind::Process => "#event.kind=event event.category[0]=process event.type[0]=start",
        Kind::File => "#event.kind=event event.category[0]=file",
        Kind::Connection => "#event.kind=event event.category[0]=network",
        Kind::Listener => "#event.kind=event event.category[0]=network event.type[0]=start",
    }
}

const KUBERNETES: &[(&str, &str)] = &[
    (
        "annotations.reason",
        "annotations.authorization.k8s.io/reason",
    ),
    ("impersonatedUser.groups", "impersonatedUser.groups"),
    ("requestObject", ""),
    (
        "user.extra.credential-id",
        "user.extra.authentication.kubernetes.io/credential-id",
    ),
    (
        "user.extra.node-name",
        "user.extra.authentication.kubernetes.io/node-name",
    ),
    (
        "user.extra.pod-name",
        "user.extra.authentication.kubernetes.io/pod-name",
    ),
];

const DOCKER: &[(&str, &str)] = &[("RequestHeaders.User-Agent", "RequestHeaders.User-Agent")];

const HOST: &[(&str, &str)] = &[
    ("CommandLine", "process.command_line"),
    ("CurrentDirectory", "process.working_directory"),
    ("DestinationIp", "destination.ip"),
    ("DestinationPort", "destination.port"),
    ("Host", "host.name"),
    ("Image", "process.executable"),
    ("LocalIp", "source.ip"),
    ("LocalPort", "source.port"),
    ("ParentCommandLine", "process.parent.command_line"),
    ("ParentImage", "process.parent.executable"),
    ("TargetFilename", "file.path"),
    ("User", "user.id"),
    ("UserName", "user.name"),
];

/// LogScale's name of a field.
pub(super) fn column(kind: Kind, field: &str) -> Option<String> {
    let (table, same) = match kind {
        Kind::Kubernetes => (KUBERNETES, Some("")),
        Kind::Docker => (DOCKER, Some("")),
        _ => (HOST, None),
    };
    let name = fit::column(table, same, field)?;
    // A name with other signs stands in quotes.
    let plain = |c: char| c.is_ascii_alphanumeric() || "._".contains(c);
    Some(if name.chars().all(plain) {
        name
    } else {
        format!("\"{name}\"")
    })
}
