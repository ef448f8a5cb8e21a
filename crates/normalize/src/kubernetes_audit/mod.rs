//! `KUBERNETES_AUDIT`: the audit log of the Kubernetes API server.
//!
//! ```text
//! line → raw (borrowed record) → facts (request worked out) → stages (one per auditID)
//!      → prefilter → record → rows of a mapping → event
//! ```
//!
//! Reads `audit.k8s.io/v1`, `v1beta1` and the records of 2017, alone, as
//! `EventList` batches, in the `log` of a collector's row, in the `body` of a
//! webhook receiver's.

mod facts;
mod labels;
mod map_default;
mod map_secops;
mod normalizer;
mod raw;
mod stages;
mod uri;

use raw::{RawEvent, Shape};

use crate::LogType;
use crate::labels::Label;
use crate::log_type::Entry;
use crate::record::Normalizer;
use crate::rows;
use crate::setup::Setup;

/// The entry in the registry.
pub(crate) static ENTRY: Entry = Entry {
    log_type: LogType::KubernetesAudit,
    name: "KUBERNETES_AUDIT",
    aliases: &[],
    doc: "audit log of the Kubernetes API server: JSON lines, EventList batches, webhook bodies",
    claims,
    make,
    page,
    labels: derived,
};

fn make(setup: &Setup) -> Box<dyn Normalizer> {
    Box::new(normalizer::AuditNormalizer::new(setup))
}

/// Whether a line looks like this log type: by its shape, or, of a record that
/// is cut off, by the name of the API.
fn claims(line: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(line) else {
        return false;
    };
    match serde_json::from_str::<RawEvent<'_>>(text) {
        Ok(raw) => match raw.shape() {
            Shape::Event | Shape::Batch => true,
            Shape::Log | Shape::Body => names_the_api(line),
            Shape::Cloud(_) | Shape::Other => false,
        },
        Err(_) => names_the_api(line),
    }
}

fn names_the_api(line: &[u8]) -> bool {
    memchr::memmem::find(line, b"audit.k8s.io/").is_some()
}

/// The derived labels.
fn derived() -> Vec<Label> {
    crate::labels::of(LogType::KubernetesAudit, &[labels::LABELS, labels::CLAIMS])
}

/// The documentation page.
fn page() -> String {
    let mut out = String::from(
        "# KUBERNETES_AUDIT\n\n\
         Reads records of the Kubernetes API server's audit log, versions `audit.k8s.io/v1`, `v1beta1` and those of 2017: \
         JSON lines, `EventList` batches, rows that hold the record in `log` (as an object or as text), \
         and webhook records that hold the batch in `body`.\n\n\
         One event stands for one request. The first response stage of an auditID represents it; a `RequestReceived` \
         is held until event time, as the records of its input tell it, went on by 30 seconds, and comes out only if nothing else came; \
         a response that comes still later is dropped. A step of more than an hour from one record to the next does not count.\n\n\
         Rejected: records in the envelope of a cloud vendor (`CLOUD_ENVELOPE`), other JSON objects (`NOT_AUDIT`), \
         and whatever is no JSON. Dropped: request and response bodies, apart from the lifetime in a token request, \
         `metadata` and `authenticationMetadata`. A record without any time field gives an event without a time.\n\n\
         An impersonated user never replaces the actor. Secrets are cut out of every text.\n\n\
         ## Both mappings\n\n",
    );
    out.push_str(&rows::table(map_default::COMMON));
    out.push_str("\n## Default mapping\n\n");
    out.push_str(&rows::table(map_default::DEFAULT));
    out.push_str("\n## SecOps mapping\n\n");
    out.push_str(&rows::table(map_secops::SECOPS));
    out.push_str("\n## Derived labels\n\nUnder `additional.fields`, filled by both mappings.\n\n");
    out.push_str(&crate::labels::table(&derived()));
    out
}
