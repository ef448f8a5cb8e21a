//! Sumo Logic's names: JSON paths of the raw record, and the schema of the
//! records that Cloud SIEM normalizes.

use crate::fit;
use crate::source::Kind;

/// The scope of a kind of source, and whether its fields are parsed from JSON.
pub(super) fn source(kind: Kind) -> Option<(&'static str, bool)> {
    Some(match kind {
        Kind::Kubernetes => ("_sourceCategory=*kubernetes*audit*", true),
        Kind::Docker => ("_sourceCategory=*docker*engine*", true),
        Kind::Process | Kind::File => ("_index=sec_record_endpoint", false),
        Kind::Connection => ("_index=sec_record_network", false),
        Kind::Listener => return None,
    })
}

const KUBERNETES: &[(&str, &str)] = &[
    (
        "annotations.reason",
        "annotations['authorization.k8s.io/reason']",
    ),
    (
        "user.extra.credential-id",
        "user.extra['authentication.kubernetes.io/credential-id']",
    ),
    (
        "user.extra.node-name",
        "user.extra['authentication.kubernetes.io/node-name']",
    ),
    (
        "user.extra.pod-name",
        "user.extra['authentication.kubernetes.io/pod-name']",
    ),
];

const DOCKER: &[(&str, &str)] = &[("RequestHeaders.User-Agent", "RequestHeaders['User-Agent']")];

const PROCESS: &[(&str, &str)] = &[
    ("CommandLine", "commandLine"),
    ("Host", "device_hostname"),
    ("Image", "baseImage"),
    ("ParentCommandLine", "parentCommandLine"),
    ("ParentImage", "parentBaseImage"),
    ("User", "user_userId"),
    ("UserName", "user_username"),
];

const FILE: &[(&str, &str)] = &[
    ("CommandLine", "commandLine"),
    ("Host", "device_hostname"),
    ("Image", "baseImage"),
    ("TargetFilename", "file_path"),
    ("User", "user_userId"),
    ("UserName", "user_username"),
];

const CONNECTION: &[(&str, &str)] = &[
    ("DestinationIp", "dstDevice_ip"),
    ("DestinationPort", "dstPort"),
    ("Host", "srcDevice_hostname"),
    ("Image", "baseImage"),
    ("CommandLine", "commandLine"),
    ("UserName", "user_username"),
];

/// Sumo Logic's name of a field.
pub(super) fn column(kind: Kind, field: &str) -> Option<String> {
    let (table, same) = match kind {
        Kind::Kubernetes => (KUBERNETES, Some("")),
        Kind::Docker => (DOCKER, Some("")),
        Kind::Process => (PROCESS, None),
        Kind::File => (FILE, None),
        Kind::Connection => (CONNECTION, None),
        Kind::Listener => return None,
    };
    fit::column(table, same, field)
}
