//! `UDM`: events that are UDM already, as JSON.
//!
//! A line holds one event, or an envelope with several. Events are taken as
//! they are, except that texts pass the redactor. There is no state and no
//! mapping.

mod need;
mod normalizer;

use memchr::memmem::find;

use crate::LogType;
use crate::log_type::Entry;
use crate::record::Normalizer;
use crate::setup::Setup;

/// The entry in the registry.
pub(crate) static ENTRY: Entry = Entry {
    log_type: LogType::Udm,
    name: "UDM",
    aliases: &[],
    doc: "UDM events as JSON, bare or in their envelopes, taken as they are",
    claims,
    make,
    page,
    labels: Vec::new,
};

fn make(setup: &Setup) -> Box<dyn Normalizer> {
    Box::new(normalizer::UdmNormalizer::new(setup))
}

/// Whether a line looks like UDM: by the names of an event or an envelope.
fn claims(line: &[u8]) -> bool {
    let has = |name: &str| find(line, name.as_bytes()).is_some();
    let bare = has("\"metadata\"") && (has("\"event_type\"") || has("\"eventType\""));
    bare || has("\"readOnlyUdm\"") || has("\"read_only_udm\"")
}

/// The documentation page.
fn page() -> String {
    String::from(
        "# UDM\n\n\
         Reads UDM events as JSON lines, in lowerCamelCase or snake_case, bare or in the envelopes of Google's \
         parsers and APIs; a line may hold several. Every field is taken as it is; names that the schema lacks \
         are skipped. Secrets are cut out of every text.\n\n\
         An event must have `metadata.event_type` or `metadata.event_timestamp`; entities and other JSON are \
         rejected (`NOT_UDM`). The event id is `metadata.id`, else the hash of the record.\n",
    )
}
