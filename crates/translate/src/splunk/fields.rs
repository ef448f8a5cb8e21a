//! Splunk's names: the JSON of audit records as it is extracted, and the data
//! models Endpoint and Network Traffic of the Common Information Model.

use crate::fit;
use crate::source::Kind;

/// Where a kind of source is searched.
pub(super) fn source(kind: Kind) -> &'static str {
    match kind {
        // The macro of Splunk's own content, which names index and source type.
        Kind::Kubernetes => "`kubernetes_audit`",
        Kind::Docker => "index=* sourcetype=docker:engine",
        Kind::Process => "| from datamodel:\"Endpoint.Processes\"",
        Kind::File => "| from datamodel:\"Endpoint.Filesystem\"",
        Kind::Connection => "| from datamodel:\"Network_Traffic.All_Traffic\"",
        Kind::Listener => "| from datamodel:\"Endpoint.Ports\"",
    }
}

const KUBERNETES: &[(&str, &str)] = &[
    (
        "annotations.reason",
        "annotations.authorization.k8s.io/reason",
    ),
    ("impersonatedUser.groups", "impersonatedUser.groups{}"),
    ("requestObject", ""),
    ("sourceIPs", "sourceIPs{}"),
    ("user.groups", "user.groups{}"),
    (
        "user.extra.credential-id",
        "user.extra.authentication.kubernetes.io/credential-id{}",
    ),
    (
        "user.extra.node-name",
        "user.extra.authentication.kubernetes.io/node-name{}",
    ),
    (
        "user.extra.pod-name",
        "user.extra.authentication.kubernetes.io/pod-name{}",
    ),
];

const PROCESS: &[(&str, &str)] = &[
    ("CommandLine", "process"),
    ("CurrentDirectory", "process_current_directory"),
    ("Host", "dest"),
    ("Image", "process_path"),
    ("ParentCommandLine", "parent_process"),
    ("ParentImage", "parent_process_path"),
    ("User", "user_id"),
    ("UserName", "user"),
];

const FILE: &[(&str, &str)] = &[
    ("Host", "dest"),
    ("Image", "process_path"),
    ("TargetFilename", "file_path"),
    ("UserName", "user"),
];

const CONNECTION: &[(&str, &str)] = &[
    ("DestinationIp", "dest_ip"),
    ("DestinationPort", "dest_port"),
    ("Host", "src"),
    ("UserName", "user"),
];

const LISTENER: &[(&str, &str)] = &[
    ("Host", "dest"),
    ("LocalPort", "dest_port"),
    ("UserName", "user"),
];

/// Splunk's name of a field.
pub(super) fn column(kind: Kind, field: &str) -> Option<String> {
    let (table, same) = match kind {
        Kind::Kubernetes => (KUBERNETES, Some("")),
        Kind::Docker => (&[][..], Some("")),
        Kind::Process => (PROCESS, None),
        Kind::File => (FILE, None),
        Kind::Connection => (CONNECTION, None),
        Kind::Listener => (LISTENER, None),
    };
    fit::column(table, same, field)
}
