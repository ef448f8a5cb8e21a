//! Known faults of a setup: each in a file of its own, which looks at the facts,
//! says what it sees there, and names the line that mends it. Deleting one deletes
//! its file and a line here.

mod aks_without_reads;
mod arguments_cut;
mod clock_off;
mod connect_not_logged;
mod docker_events_only;
mod gke_without_reads;
mod launches_not_logged;
mod level_too_high;
mod level_too_low;
mod logins_unknown;
mod one_server;
mod opens_not_logged;
mod own_accounts_left_out;
mod policy_none;
mod received_only;
mod records_lost;
mod records_unusable;
mod socket_watched_as_file;
mod source_absent;
mod sources_unknown;

use std::collections::BTreeSet;

use super::facts::Facts;
use super::kind::{DOCKER, HOST, KUBERNETES, Kind};

/// Every cause, in the order in which findings are told: the broadest first.
pub const CAUSES: &[Cause] = &[
    source_absent::CAUSE,
    received_only::CAUSE,
    aks_without_reads::CAUSE,
    gke_without_reads::CAUSE,
    policy_none::CAUSE,
    level_too_low::CAUSE,
    level_too_high::CAUSE,
    own_accounts_left_out::CAUSE,
    sources_unknown::CAUSE,
    one_server::CAUSE,
    launches_not_logged::CAUSE,
    socket_watched_as_file::CAUSE,
    connect_not_logged::CAUSE,
    opens_not_logged::CAUSE,
    arguments_cut::CAUSE,
    logins_unknown::CAUSE,
    docker_events_only::CAUSE,
    records_lost::CAUSE,
    records_unusable::CAUSE,
    clock_off::CAUSE,
];

/// The kinds that some rule can be fed with.
pub type Used<'k> = BTreeSet<&'k Kind>;

/// A known fault of a setup.
#[derive(Clone, Copy, Debug)]
pub struct Cause {
    /// Its name, which stays.
    pub id: &'static str,
    /// Looks for it.
    pub look: fn(&Facts, &Used<'_>) -> Vec<Finding>,
}

/// A fault that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The cause's name.
    pub cause: &'static str,
    /// What is seen, as a sentence without a full stop.
    pub what: String,
    /// What to do, as a sentence without a full stop.
    pub mend: &'static str,
    /// The lines to write, one below the other; empty where no file mends it.
    pub lines: &'static str,
    /// The file of the project that has them, if one has.
    pub file: &'static str,
    /// Kinds of events that it keeps away.
    pub hides: BTreeSet<Kind>,
    /// Kinds of events that say less for it.
    pub weakens: BTreeSet<Kind>,
}

/// Files with the lines that mend.
const POLICY: &str = "deploy/audit-policy.yaml";
const AUDITD: &str = "deploy/auditd/yaral.rules";

/// The used kinds of a source that a test picks.
fn of(used: &Used<'_>, source: &str, pick: impl Fn(&Kind) -> bool) -> BTreeSet<Kind> {
    let mine = used.iter().filter(|kind| kind.source == source);
    mine.filter(|kind| pick(kind))
        .map(|kind| (**kind).clone())
        .collect()
}

/// A share in percent, rounded down.
fn percent(part: u64, all: u64) -> u64 {
    part.saturating_mul(100)
        .checked_div(all)
        .unwrap_or_default()
}

/// Events of the audit daemon from which on a kind that happens all the time is
/// missing.
const ENOUGH: u64 = 50;

/// The log type of the audit daemon.
const LINUX: &str = "AUDITD";
