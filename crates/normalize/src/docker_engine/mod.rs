//! `DOCKER_ENGINE`: what the Docker engine says about itself and its callers.
//!
//! ```text
//! line → record (which input) → facts (call or event worked out, memory asked)
//!      → prefilter → record → rows → event
//! ```
//!
//! Three inputs, one memory: the engine's events, the daemon's log, and the
//! records of an authorization plugin. A request has no id of its own; a record
//! is told from an equal one by its number. Names and ids of containers are
//! worked out from what the records so far said.

mod body;
mod build;
mod endpoints;
mod facts;
mod ids;
mod kinds;
mod labels;
mod listener;
mod logfmt;
mod memory;
mod normalizer;
mod open;
mod page;
mod raw;
mod record;
mod rows;
mod uri;
mod waiting;

use memchr::memmem::find;

use crate::LogType;
use crate::labels::Label;
use crate::log_type::Entry;
use crate::record::Normalizer;
use crate::setup::Setup;

/// The entry in the registry.
pub(crate) static ENTRY: Entry = Entry {
    log_type: LogType::DockerEngine,
    name: "DOCKER_ENGINE",
    aliases: &[],
    doc: "Docker engine: events as JSON, the daemon's debug log, records of an authorization plugin",
    claims,
    make,
    page: page::page,
    labels: derived,
};

/// What lines of the daemon's log speak of; other programs write the same
/// form.
const MARKS: [&str; 12] = [
    "msg=\"Calling ",
    "msg=\"handling ",
    "msg=\"form data: ",
    "msg=\"AuthZ re",
    "API listen on",
    "API is accessible on",
    "--tlsverify",
    "libcontainerd",
    "io.containerd.",
    "namespace=moby",
    "Docker daemon",
    "Loading containers",
];

fn make(setup: &Setup) -> Box<dyn Normalizer> {
    Box::new(normalizer::DockerNormalizer::new(setup))
}

/// Whether a line looks like this log type: by the names of its members, or by
/// what the daemon speaks of.
fn claims(line: &[u8]) -> bool {
    let has = |name: &str| find(line, name.as_bytes()).is_some();
    if line.trim_ascii_start().starts_with(b"{") {
        let plugin = has("\"RequestMethod\"") && has("\"RequestUri\"");
        let event = has("\"Type\"") && has("\"Action\"") && has("\"Actor\"");
        let log = has("\"level\":") && has("\"msg\":") && has("\"request-url\":");
        let call = has("\"msg\":\"Calling ") && has("\"level\":");
        let journal = has("\"MESSAGE\"") && has("time=\\\"") && marked(&has);
        return plugin || event || log || call || journal;
    }
    has("time=\"") && has(" level=") && has(" msg=") && marked(&has)
}

fn marked(has: &dyn Fn(&str) -> bool) -> bool {
    // Within the journal's JSON the quotes of a mark are escaped.
    let found = |mark: &str| has(mark) || has(&mark.replace('"', "\\\""));
    MARKS.into_iter().any(found)
}

/// The derived labels.
fn derived() -> Vec<Label> {
    crate::labels::of(LogType::DockerEngine, &[labels::LABELS, labels::CLAIMS])
}
