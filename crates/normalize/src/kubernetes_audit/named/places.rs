//! Where in a body the names stand, as a table for each kind of object.

use super::Kind;
use super::Kind::{
    HostPaths, OldServiceAccount, ReviewResource, ReviewVerb, Secrets, ServiceAccount, Signer,
    WebhookResources,
};

/// What is expected at one place of a body.
pub(super) enum Place {
    /// An object, of which these members are looked at.
    Members(&'static [(&'static str, Self)]),
    /// A list, of which every item is looked at.
    Each(&'static Self),
    /// A name.
    Name(Kind),
}

use Place::{Each, Members, Name};

/// The variables of a container, one by one and all of a secret at once.
const CONTAINERS: Place = Each(&Members(&[
    (
        "env",
        Each(&Members(&[(
            "valueFrom",
            Members(&[("secretKeyRef", Members(&[("name", Name(Secrets))]))]),
        )])),
    ),
    (
        "envFrom",
        Each(&Members(&[(
            "secretRef",
            Members(&[("name", Name(Secrets))]),
        )])),
    ),
]));

const VOLUMES: Place = Each(&Members(&[
    ("secret", Members(&[("secretName", Name(Secrets))])),
    (
        "projected",
        Members(&[(
            "sources",
            Each(&Members(&[("secret", Members(&[("name", Name(Secrets))]))])),
        )]),
    ),
    ("hostPath", Members(&[("path", Name(HostPaths))])),
]));

/// A pod, and the template of one.
const POD: Place = Members(&[(
    "spec",
    Members(&[
        ("volumes", VOLUMES),
        ("containers", CONTAINERS),
        ("initContainers", CONTAINERS),
        ("ephemeralContainers", CONTAINERS),
        ("serviceAccountName", Name(ServiceAccount)),
        ("serviceAccount", Name(OldServiceAccount)),
    ]),
)]);

const WORKLOAD: Place = Members(&[("spec", Members(&[("template", POD)]))]);

const SCHEDULE: Place = Members(&[("spec", Members(&[("jobTemplate", WORKLOAD)]))]);

const SIGNING: Place = Members(&[("spec", Members(&[("signerName", Name(Signer))]))]);

const WEBHOOKS: Place = Members(&[(
    "webhooks",
    Each(&Members(&[(
        "rules",
        Each(&Members(&[("resources", Each(&Name(WebhookResources)))])),
    )])),
)]);

const REVIEW: Place = Members(&[(
    "spec",
    Members(&[(
        "resourceAttributes",
        Members(&[
            ("verb", Name(ReviewVerb)),
            ("resource", Name(ReviewResource)),
        ]),
    )]),
)]);

/// The places of the body of a request for a resource; none if its body has no
/// names that a label shows. The body of a subresource is most often another
/// object than the resource.
pub(super) fn of(resource: &str, subresource: Option<&str>) -> Option<&'static Place> {
    Some(match (resource, subresource) {
        ("pods", None | Some("ephemeralcontainers")) => &POD,
        (
            "deployments"
            | "daemonsets"
            | "statefulsets"
            | "replicasets"
            | "replicationcontrollers"
            | "jobs",
            None,
        ) => &WORKLOAD,
        ("cronjobs", None) => &SCHEDULE,
        // An approval carries the whole request.
        ("certificatesigningrequests", _) => &SIGNING,
        ("validatingwebhookconfigurations" | "mutatingwebhookconfigurations", None) => &WEBHOOKS,
        ("selfsubjectaccessreviews", None) => &REVIEW,
        _ => return None,
    })
}
