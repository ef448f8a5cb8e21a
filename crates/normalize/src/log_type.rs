//! The registry of log types.
//!
//! A log type is one folder and one entry in [`REGISTRY`]: its name, a line of
//! documentation, how to recognise it, how to make its normalizer, and its
//! page. Everything else in the crate goes through this list.

use crate::labels::Label;
use crate::record::Normalizer;
use crate::setup::Setup;
use crate::{auditd, docker_engine, falco, kubernetes_audit, tetragon, udm};

/// A kind of raw log.
#[derive(Copy, Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub enum LogType {
    /// Records of the Kubernetes API server's audit log.
    KubernetesAudit,
    /// Records of the Linux audit log.
    Auditd,
    /// Events, debug log and plugin records of the Docker engine.
    DockerEngine,
    /// Alerts of Falco.
    FalcoIds,
    /// Events of Tetragon.
    Tetragon,
    /// UDM events as JSON.
    Udm,
}

/// One log type.
pub(crate) struct Entry {
    pub(crate) log_type: LogType,
    pub(crate) name: &'static str,
    /// Further names by which users may ask for it.
    pub(crate) aliases: &'static [&'static str],
    pub(crate) doc: &'static str,
    /// Whether a record of a sample looks like this log type.
    pub(crate) claims: fn(&[u8]) -> bool,
    pub(crate) make: fn(&Setup) -> Box<dyn Normalizer>,
    pub(crate) page: fn() -> String,
    pub(crate) labels: fn() -> Vec<Label>,
}

/// The registered log types, in the order in which they are asked to
/// recognise a sample.
pub(crate) static REGISTRY: &[&Entry] = &[
    &kubernetes_audit::ENTRY,
    &docker_engine::ENTRY,
    &auditd::ENTRY,
    &falco::ENTRY,
    &tetragon::ENTRY,
    &udm::ENTRY,
];

impl LogType {
    /// Every log type, in the order of the registry.
    pub fn all() -> impl Iterator<Item = Self> {
        REGISTRY.iter().map(|entry| entry.log_type)
    }

    /// The name, such as `KUBERNETES_AUDIT`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// One line about the log type.
    #[must_use]
    pub fn doc(self) -> &'static str {
        self.entry().doc
    }

    pub(crate) fn entry(self) -> &'static Entry {
        let found = REGISTRY.iter().find(|entry| entry.log_type == self);
        // A test makes sure that each log type has its entry.
        found.unwrap_or(&REGISTRY[0])
    }
}

impl std::fmt::Display for LogType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

impl std::str::FromStr for LogType {
    type Err = String;

    /// Accepts the names of the registry and their aliases, in any case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        REGISTRY
            .iter()
            .find(|entry| {
                let mut names = std::iter::once(&entry.name).chain(entry.aliases);
                names.any(|name| name.eq_ignore_ascii_case(text))
            })
            .map(|entry| entry.log_type)
            .ok_or_else(|| {
                let names: Vec<_> = REGISTRY.iter().map(|entry| entry.name).collect();
                format!(
                    "{text:?} is no log type, the log types are {}",
                    names.join(", ")
                )
            })
    }
}

/// Names the log type of an input from its first records: the one that claims
/// most of them, the earlier one in the registry if two claim the same number,
/// none if none claims any.
#[must_use]
pub fn recognise(sample: &[&[u8]]) -> Option<LogType> {
    let mut best = None;
    let mut best_count = 0;
    for entry in REGISTRY {
        let count = sample.iter().filter(|line| (entry.claims)(line)).count();
        if count > best_count {
            best = Some(entry.log_type);
            best_count = count;
        }
    }
    best
}

/// Makes the normalizer of a log type.
#[must_use]
pub fn normalizer(log_type: LogType, setup: &Setup) -> Box<dyn Normalizer> {
    (log_type.entry().make)(setup)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_parse_back_and_entries_stand_at_their_place() {
        for log_type in LogType::all() {
            assert_eq!(log_type.name().parse(), Ok(log_type));
            assert_eq!(log_type.entry().log_type, log_type);
        }
        assert!("SYSLOG".parse::<LogType>().is_err());
        assert_eq!("falco".parse(), Ok(LogType::FalcoIds));
    }
}
