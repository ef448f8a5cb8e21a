//! `KUBERNETES_AUDIT`: the audit log of the Kubernetes API server.
//!
//! ```text
//! line → envelope → raw (borrowed record) → facts (request worked out) → stages (one per auditID)
//!      → prefilter → record → rows of a mapping → event
//! ```
//!
//! Reads `audit.k8s.io/v1`, `v1beta1` and the records of 2017, alone, as
//! `EventList` batches, in the `log` of a collector's row, in the `body` of a
//! webhook receiver's, and in the envelopes of EKS, GKE, AKS and OpenShift.

mod audit_id;
mod clock;
mod envelope;
mod facts;
mod labels;
mod map_default;
mod map_secops;
mod named;
mod normalizer;
mod page;
mod raw;
mod request;
mod stages;
mod uri;
mod walk;

use crate::LogType;
use crate::labels::Label;
use crate::log_type::Entry;
use crate::record::Normalizer;
use crate::setup::Setup;

/// The entry in the registry.
pub(crate) static ENTRY: Entry = Entry {
    log_type: LogType::KubernetesAudit,
    name: "KUBERNETES_AUDIT",
    aliases: &[],
    doc: "audit log of the Kubernetes API server: JSON lines, EventList batches, webhook bodies, envelopes of EKS, GKE, AKS and OpenShift",
    claims,
    make,
    page: page::page,
    labels: derived,
};

fn make(setup: &Setup) -> Box<dyn Normalizer> {
    Box::new(normalizer::AuditNormalizer::new(setup))
}

/// Whether a line looks like this log type: by its shape, or, of a record that
/// is cut off, by the name of the API.
fn claims(line: &[u8]) -> bool {
    std::str::from_utf8(line)
        .is_ok_and(|text| envelope::claims(text.trim_ascii(), &envelope::Origin::default(), 0))
}

/// The derived labels.
fn derived() -> Vec<Label> {
    crate::labels::of(
        LogType::KubernetesAudit,
        &[labels::LABELS, envelope::ENVELOPE, labels::CLAIMS],
    )
}
