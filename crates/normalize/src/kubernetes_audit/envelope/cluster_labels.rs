//! The labels that only an envelope can fill.
//!
//! Without an envelope they are absent; nothing else in an event depends on
//! how its record came.

use super::Vendor;
use crate::kubernetes_audit::facts::{Audit, Facts, label};
use crate::rows::{Row, Value, fixed};

/// The table.
pub(crate) static ENVELOPE: &[Row<Audit>] = &[
    label(
        "k8s_envelope",
        "`eks`, `gke`, `aks` or `openshift`: the envelope that the record came in",
        "the shape of the envelope",
        |f| {
            f.origin
                .vendor
                .map_or(Value::Absent, |vendor| fixed(vendor.name()))
        },
    ),
    label(
        "k8s_cluster",
        "the cluster that the record comes from, as its envelope names it",
        "EKS: the log group; GKE: `project/location/cluster` of resource.labels; AKS: the resource id",
        |f| f.value(f.origin.cluster.as_deref()),
    ),
    label(
        "k8s_server",
        "the node whose server wrote the record",
        "OpenShift: the node name before the record",
        server,
    ),
];

fn server<'a>(facts: &'a Facts<'a>) -> Value<'a> {
    match facts.origin.vendor {
        Some(Vendor::Openshift) => facts.value(facts.origin.server.as_deref()),
        _ => Value::Absent,
    }
}
