//! What is known of the logs: which kinds of events they have, and what is odd
//! about each source. Memory is bounded by the number of kinds.

use std::collections::{BTreeMap, BTreeSet};

use yaral_udm::{Event, FieldId};

use super::kind::{HOST, KUBERNETES, Kind, is_socket};
use super::read;
use super::ways::{Wanted, Ways};

/// Events of a source from which on what is not among them is missing.
pub const EVENTS_ENOUGH: u64 = 500;

/// Kinds that are counted; what comes later goes by the log type alone.
pub const KINDS_MAX: usize = 4_096;

/// Seconds between an event and its record from which on a clock is wrong, or a
/// log comes late.
const SKEW_S: i64 = 600;

/// What is known of the events of some logs.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Each kind with the number of its events.
    pub(super) kinds: BTreeMap<Kind, u64>,
    /// The sources of them.
    sources: BTreeSet<String>,
    /// Events of each log type.
    pub(super) log_types: BTreeMap<String, u64>,
    /// The fields that rules want, and of which kinds they were seen filled.
    wanted: Vec<(Wanted, Vec<FieldId>)>,
    filled: BTreeMap<Kind, BTreeSet<usize>>,
    /// What is odd about the API server's log.
    pub(super) requests: Requests,
    /// What is odd about the audit daemon's.
    pub(super) host: Host,
    /// Events that were recorded much later than they happened, and before.
    pub(super) late: u64,
    pub(super) early: u64,
    /// Records that could not be used, and all.
    pub(super) rejected: (u64, u64),
    /// Serial numbers that are missing between others.
    pub(super) missing_serials: u64,
}

/// Requests to API servers.
#[derive(Clone, Debug, Default)]
pub(super) struct Requests {
    pub(super) all: u64,
    /// Those of which only the stage `RequestReceived` was logged.
    pub(super) received_only: u64,
    /// Events by envelope.
    pub(super) envelopes: BTreeMap<String, u64>,
    /// Those that read, by envelope.
    pub(super) reads: BTreeMap<String, u64>,
    /// The levels at which each resource was logged.
    pub(super) levels: BTreeMap<(String, String), u64>,
    /// Those of service accounts of the cluster's own namespace.
    pub(super) own_accounts: u64,
    /// Servers by name, where the records have one.
    pub(super) servers: BTreeSet<String>,
    /// Those without any address.
    pub(super) unaddressed: u64,
}

/// Events of hosts.
#[derive(Clone, Debug, Default)]
pub(super) struct Host {
    /// Launches, and those of which arguments are missing.
    pub(super) launches: u64,
    pub(super) cut: u64,
    /// Events of a person who logged in.
    pub(super) logged_in: u64,
    pub(super) all: u64,
    /// Opens and the like of sockets of runtimes, which no client does.
    pub(super) sockets_touched: u64,
}

/// Names of servers that are kept; a cluster has fewer.
const SERVERS_MAX: usize = 64;

/// Levels of resources that are counted.
const LEVELS_MAX: usize = 4_096;

impl Facts {
    /// No event yet; looks for the fields that these rules want.
    #[must_use]
    pub fn new(rules: &[(String, Ways)]) -> Self {
        let wanted: BTreeSet<&Wanted> = rules.iter().flat_map(|(_, ways)| &ways.fields).collect();
        Facts {
            wanted: wanted
                .into_iter()
                .map(|one| (one.clone(), one.steps()))
                .collect(),
            ..Facts::default()
        }
    }

    /// Takes an event.
    pub fn see(&mut self, event: &Event) {
        let mut kind = Kind::of(event);
        let log_type = read::LOG_TYPE.text(event);
        *self.log_types.entry(log_type.to_owned()).or_default() += 1;
        if !self.sources.contains(&kind.source) {
            self.sources.insert(kind.source.clone());
        }
        self.source(&kind, event);
        self.clock(event);
        // A request that was only received has no answer, and no rule takes it.
        if kind.source == KUBERNETES && is_received_only(event) {
            return;
        }
        if self.kinds.len() >= KINDS_MAX && !self.kinds.contains_key(&kind) {
            "others".clone_into(&mut kind.what);
        }
        let filled = self.filled.entry(kind.clone()).or_default();
        for (place, (wanted, steps)) in self.wanted.iter().enumerate() {
            if !filled.contains(&place) && read::filled(event.root(), steps, wanted.key.as_deref())
            {
                filled.insert(place);
            }
        }
        *self.kinds.entry(kind).or_default() += 1;
    }

    /// Takes what the reader says of the records: how many could not be used, of
    /// how many, and how many serial numbers are missing.
    pub fn read(&mut self, rejected: u64, all: u64, missing_serials: u64) {
        self.rejected = (rejected, all);
        self.missing_serials = missing_serials;
    }

    /// Each log type with the number of its events.
    pub fn events(&self) -> impl Iterator<Item = (&str, u64)> {
        let counts = self.log_types.iter();
        counts.map(|(log_type, count)| (log_type.as_str(), *count))
    }

    /// How many events of a kind there are.
    pub(super) fn count(&self, kind: &Kind) -> u64 {
        self.kinds.get(kind).copied().unwrap_or_default()
    }

    /// Whether there is any event of a source.
    pub(super) fn has(&self, source: &str) -> bool {
        self.sources.contains(source)
    }

    /// How many events of a log type there are.
    pub(super) fn of_type(&self, log_type: &str) -> u64 {
        self.log_types.get(log_type).copied().unwrap_or_default()
    }

    /// Whether a field that a rule wants was filled in some event of the kind.
    pub(super) fn is_filled(&self, wanted: &Wanted, kind: &Kind) -> bool {
        let place = self
            .wanted
            .binary_search_by(|(one, _)| one.cmp(wanted))
            .ok();
        let filled = self.filled.get(kind);
        place.is_some_and(|place| filled.is_some_and(|filled| filled.contains(&place)))
    }

    fn clock(&mut self, event: &Event) {
        let times = (
            read::EVENT_TIME.seconds(event),
            read::COLLECTED.seconds(event),
        );
        if let (Some(happened), Some(recorded)) = times {
            let behind = recorded.saturating_sub(happened);
            self.late += u64::from(behind > SKEW_S);
            self.early += u64::from(behind < -SKEW_S);
        }
    }

    fn source(&mut self, kind: &Kind, event: &Event) {
        match kind.source.as_str() {
            KUBERNETES => self.requests.see(kind, event),
            HOST => self.host.see(kind, event),
            _ => {}
        }
    }
}

fn is_received_only(event: &Event) -> bool {
    read::label(event, "k8s_stage") == Some("RequestReceived")
}

impl Requests {
    fn see(&mut self, kind: &Kind, event: &Event) {
        self.all += 1;
        self.received_only += u64::from(is_received_only(event));
        self.unaddressed += u64::from(read::SOURCE.of(event).is_none());
        let user = read::USER.text(event);
        self.own_accounts += u64::from(user.starts_with("system:serviceaccount:kube-system:"));
        let envelope = read::label(event, "k8s_envelope").unwrap_or("none");
        *self.envelopes.entry(envelope.to_owned()).or_default() += 1;
        if matches!(read::VERB.text(event), "get" | "list" | "watch") {
            *self.reads.entry(envelope.to_owned()).or_default() += 1;
        }
        if let Some(level) = read::label(event, "k8s_level")
            && self.levels.len() < LEVELS_MAX
        {
            let key = (kind.what.clone(), level.to_owned());
            *self.levels.entry(key).or_default() += 1;
        }
        if let Some(server) = read::label(event, "k8s_server")
            && self.servers.len() < SERVERS_MAX
        {
            self.servers.insert(server.to_owned());
        }
    }
}

impl Host {
    fn see(&mut self, kind: &Kind, event: &Event) {
        self.all += 1;
        if kind.what == "launch" {
            self.launches += 1;
            let cut = read::label(event, "audit_arguments") == Some("partial");
            self.cut += u64::from(cut);
        }
        let path = read::label(event, "path_resolved").unwrap_or_else(|| read::PATH.text(event));
        let touched = is_socket(path) && kind.what != "connection to a socket";
        self.sockets_touched += u64::from(touched);
        let person =
            read::label(event, "audit_auid").is_some_and(|id| id != "unset" && id != "4294967295");
        self.logged_in += u64::from(person);
    }
}

#[cfg(test)]
mod tests {
    use yaral_udm::{FieldSet, Root, read_event};

    use super::*;

    #[test]
    fn kinds_max() {
        let mut facts = Facts::default();
        for number in 0..=KINDS_MAX {
            let text = format!(
                r#"{{"metadata":{{"logType":"KUBERNETES_AUDIT"}},"target":{{"resource":{{"resourceSubtype":"r{number}"}}}}}}"#
            );
            let mut event = Event::new(Root::Event);
            read_event(text.as_bytes(), &FieldSet::all(), &mut event).unwrap();
            facts.see(&event);
        }
        assert_eq!(facts.kinds.len(), KINDS_MAX + 1);
        assert!(facts.kinds.keys().any(|kind| kind.what == "others"));
    }
}
