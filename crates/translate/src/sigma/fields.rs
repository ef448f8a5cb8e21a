//! The log sources and field names of Sigma's taxonomy.
//!
//! Kubernetes audit records and Docker requests keep the names that they have;
//! hosts are Sigma's generic categories for Linux, whose names are Sysmon's.

use crate::fit;
use crate::source::Kind;

/// Keys and values of a log source; `None` for a kind that Sigma has not.
pub(super) fn source(kind: Kind) -> Option<&'static [(&'static str, &'static str)]> {
    Some(match kind {
        Kind::Kubernetes => &[("product", "kubernetes"), ("service", "audit")],
        Kind::Docker => &[
            ("product", "docker"),
            ("service", "engine"),
            (
                "definition",
                "Requests as an authorization plugin of the daemon is handed them, bodies decoded; of listeners the daemon's log with its text in message",
            ),
        ],
        Kind::Process => &[("category", "process_creation"), ("product", "linux")],
        Kind::File => &[
            ("category", "file_access"),
            ("product", "linux"),
            (
                "definition",
                "Opened files and Unix sockets with the process that opens them, as auditd or an eBPF sensor sees them",
            ),
        ],
        Kind::Connection => &[("category", "network_connection"), ("product", "linux")],
        Kind::Listener => return None,
    })
}

/// Fields of the kinds of a host that Sigma has.
const PROCESS: &[(&str, &str)] = &[
    ("CommandLine", "CommandLine"),
    ("CurrentDirectory", "CurrentDirectory"),
    ("Host", "Computer"),
    ("Image", "Image"),
    ("ParentCommandLine", "ParentCommandLine"),
    ("ParentImage", "ParentImage"),
    ("UserName", "User"),
];

const FILE: &[(&str, &str)] = &[
    ("CommandLine", "CommandLine"),
    ("Host", "Computer"),
    ("Image", "Image"),
    ("TargetFilename", "TargetFilename"),
    ("UserName", "User"),
];

const CONNECTION: &[(&str, &str)] = &[
    ("DestinationIp", "DestinationIp"),
    ("DestinationPort", "DestinationPort"),
    ("Host", "Computer"),
    ("Image", "Image"),
    ("UserName", "User"),
];

/// Fields of a Kubernetes record that go by another name, or by none.
const KUBERNETES: &[(&str, &str)] = &[
    (
        "annotations.reason",
        "annotations.authorization.k8s.io/reason",
    ),
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

/// Sigma's name of a field.
pub(super) fn column(kind: Kind, field: &str) -> Option<String> {
    let (table, same) = match kind {
        Kind::Kubernetes => (KUBERNETES, Some("")),
        Kind::Docker => (&[][..], Some("")),
        Kind::Process => (PROCESS, None),
        Kind::File => (FILE, None),
        Kind::Connection => (CONNECTION, None),
        Kind::Listener => return None,
    };
    fit::column(table, same, field)
}
