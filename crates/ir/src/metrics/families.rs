//! The families of metrics: which events count, and what is summed of them.
//!
//! Those whose [`Family::documented`] is true are defined on the page "metric
//! functions for risk analytics rules". The others are named by public
//! catalogues only; they are read by analogy, which their summary says.

use super::dimensions::{self as sets, Set, is_one_of_each};
use super::is_namespace;

/// A family of metrics.
#[derive(Debug)]
pub struct Family {
    /// The name behind `metrics.`.
    pub name: &'static str,
    /// What an event must satisfy to count; all of them.
    pub counts: &'static [Test],
    /// The fields whose sum is `value_sum`; empty if there is none.
    pub value: &'static [&'static str],
    /// One sentence for documentation.
    pub summary: &'static str,
    /// Whether Google's documentation defines it.
    pub documented: bool,
    sets: [&'static [Set]; 2],
}

/// What an event must satisfy.
#[derive(Clone, Copy, Debug)]
pub enum Test {
    /// Its `metadata.event_type` is one of these.
    Type(&'static [&'static str]),
    /// Some `security_result.action` is `ALLOW`, or none is.
    Allowed(bool),
    /// One of these fields is not zero.
    Present(&'static [&'static str]),
    /// The number at this path is less; an unset one is 0.
    Below(&'static str, i64),
    /// The number at this path is as much at least.
    AtLeast(&'static str, i64),
    /// `target.port` and `network.ip_protocol` are one of these pairs.
    Port(&'static [(i64, &'static str)]),
}

impl Family {
    /// Whether the documentation lists these paths as a combination.
    /// Namespaces go with any path of the same noun.
    #[must_use]
    pub fn supports(&self, paths: &[&str]) -> bool {
        let (spaces, fields): (Vec<&str>, Vec<&str>) =
            paths.iter().partition(|path| is_namespace(path));
        let noun = |path: &str| path.split('.').next().unwrap_or_default().to_owned();
        let goes = |space: &&str| fields.iter().any(|field| noun(field) == noun(space));
        let mut known = self.sets.iter().flat_map(|sets| sets.iter());
        spaces.iter().all(goes) && known.any(|set| is_one_of_each(set, &fields))
    }

    /// The combinations, each with its slots, as the documentation has them.
    pub fn combinations(&self) -> impl Iterator<Item = Set> {
        self.sets.iter().flat_map(|sets| sets.iter().copied())
    }

    /// Paths that the tests and the sum read.
    #[must_use]
    pub fn reads(&self) -> Vec<&'static str> {
        let mut paths = self.value.to_vec();
        for test in self.counts {
            match test {
                Test::Type(_) => paths.push("metadata.event_type"),
                Test::Allowed(_) => paths.push("security_result.action"),
                Test::Present(list) => paths.extend_from_slice(list),
                Test::Below(path, _) | Test::AtLeast(path, _) => paths.push(path),
                Test::Port(_) => paths.extend(["target.port", "network.ip_protocol"]),
            }
        }
        paths.sort_unstable();
        paths.dedup();
        paths
    }
}

const SENT: &str = "network.sent_bytes";
const RECEIVED: &str = "network.received_bytes";
const HTTP_CODE: &str = "network.http.response_code";
const DNS_CODE: &str = "network.dns.response_code";

const LOGIN: Test = Test::Type(&["USER_LOGIN"]);
const LAUNCH: Test = Test::Type(&["PROCESS_LAUNCH"]);
const CREATION: Test = Test::Type(&["RESOURCE_CREATION", "USER_RESOURCE_CREATION"]);
const DELETION: Test = Test::Type(&["RESOURCE_DELETION"]);
const READ: Test = Test::Type(&["RESOURCE_READ"]);
const WRITTEN: Test = Test::Type(&["RESOURCE_WRITTEN"]);
const DNS_PORT: Test = Test::Port(&[(53, "UDP"), (53, "TCP"), (3000, "TCP")]);
const DNS_ID: Test = Test::Present(&["network.dns.id"]);
const HTTP_METHOD: Test = Test::Present(&["network.http.method"]);

macro_rules! families {
    ($($name:literal $documented:literal [$($test:expr),*] [$($value:expr),*] $sets:ident $more:expr, $summary:literal;)*) => {
        static ALL: &[Family] = &[$(Family {
            name: $name,
            counts: &[$($test),*],
            value: &[$($value),*],
            summary: $summary,
            documented: $documented,
            sets: [sets::$sets, $more],
        }),*];
    };
}

families! {
    "alert_event_name_count" true [Test::Present(&["security_result.rule_name"])] [] ALERTS &[],
        "Events that a security product reported as an alert. Google counts those of four products; this engine counts every event that names the product's rule.";
    "auth_attempts_fail" true [LOGIN, Test::Allowed(false)] [] AUTH &[],
        "Logins of which no action is `ALLOW`.";
    "auth_attempts_success" true [LOGIN, Test::Allowed(true)] [] AUTH sets::AUTH_SUCCESS,
        "Logins with an action `ALLOW`.";
    "auth_attempts_total" true [LOGIN] [] AUTH sets::AUTH_TOTAL,
        "Logins.";
    "dns_bytes_inbound" false [DNS_PORT, Test::Present(&[RECEIVED])] [RECEIVED] DNS_BYTES &[],
        "Bytes received from a port for DNS; by analogy with `dns_bytes_outbound`.";
    "dns_bytes_outbound" true [DNS_PORT, Test::Present(&[SENT])] [SENT] DNS_BYTES &[],
        "Bytes sent to a port for DNS: 53, or 3000 over TCP.";
    "dns_bytes_total" false [DNS_PORT, Test::Present(&[RECEIVED, SENT])] [RECEIVED, SENT] DNS_BYTES &[],
        "Bytes sent to and received from a port for DNS; by analogy with `dns_bytes_outbound`.";
    "dns_queries_fail" true [DNS_ID, Test::AtLeast(DNS_CODE, 1)] [] DNS &[],
        "DNS events with a response code above 0.";
    "dns_queries_success" true [DNS_ID, Test::Below(DNS_CODE, 1)] [] DNS &[],
        "DNS events with the response code 0.";
    "dns_queries_total" true [DNS_ID] [] DNS &[],
        "Events with a DNS id.";
    "file_executions_fail" true [LAUNCH, Test::Allowed(false)] [] FILES &[],
        "Launches of processes of which no action is `ALLOW`.";
    "file_executions_success" true [LAUNCH, Test::Allowed(true)] [] FILES &[],
        "Launches of processes with an action `ALLOW`.";
    "file_executions_total" true [LAUNCH] [] FILES &[],
        "Launches of processes.";
    "http_queries_fail" true [HTTP_METHOD, Test::AtLeast(HTTP_CODE, 400)] [] HTTP &[],
        "HTTP events with a response code of 400 or more.";
    "http_queries_success" true [HTTP_METHOD, Test::Below(HTTP_CODE, 400)] [] HTTP &[],
        "HTTP events with a response code below 400, or none.";
    "http_queries_total" true [HTTP_METHOD] [] HTTP &[],
        "Events with an HTTP method.";
    "network_bytes_inbound" true [Test::Present(&[RECEIVED])] [RECEIVED] NETWORK &[],
        "Bytes received.";
    "network_bytes_outbound" true [Test::Present(&[SENT])] [SENT] NETWORK &[],
        "Bytes sent.";
    "network_bytes_total" true [Test::Present(&[RECEIVED, SENT])] [RECEIVED, SENT] NETWORK &[],
        "Bytes sent and received.";
    "network_flows_inbound" false [Test::Present(&[RECEIVED])] [] NETWORK &[],
        "Events with received bytes; by analogy with `network_bytes_inbound`.";
    "network_flows_outbound" false [Test::Present(&[SENT])] [] NETWORK &[],
        "Events with sent bytes; by analogy with `network_bytes_outbound`.";
    "network_flows_total" false [Test::Present(&[RECEIVED, SENT])] [] NETWORK &[],
        "Events with bytes sent or received; by analogy with `network_bytes_total`.";
    "resource_creation_fail" false [CREATION, Test::Allowed(false)] [] RESOURCES &[],
        "Creations of resources of which no action is `ALLOW`; by analogy with `resource_read_fail`.";
    "resource_creation_success" true [CREATION, Test::Allowed(true)] [] RESOURCES &[],
        "Creations of resources with an action `ALLOW`.";
    "resource_creation_total" true [CREATION] [] RESOURCES &[],
        "Creations of resources.";
    "resource_deletion_fail" false [DELETION, Test::Allowed(false)] [] RESOURCES &[],
        "Deletions of resources of which no action is `ALLOW`; by analogy with `resource_read_fail`.";
    "resource_deletion_success" true [DELETION, Test::Allowed(true)] [] RESOURCES &[],
        "Deletions of resources with an action `ALLOW`.";
    "resource_deletion_total" false [DELETION] [] RESOURCES &[],
        "Deletions of resources; by analogy with `resource_creation_total`.";
    "resource_read_fail" true [READ, Test::Allowed(false)] [] RESOURCES &[],
        "Reads of resources of which no action is `ALLOW`.";
    "resource_read_success" true [READ, Test::Allowed(true)] [] RESOURCES &[],
        "Reads of resources with an action `ALLOW`.";
    "resource_read_total" false [READ] [] RESOURCES &[],
        "Reads of resources; by analogy with `resource_creation_total`.";
    "resource_written_fail" false [WRITTEN, Test::Allowed(false)] [] RESOURCES &[],
        "Changes of resources of which no action is `ALLOW`; by analogy with `resource_read_fail`.";
    "resource_written_success" false [WRITTEN, Test::Allowed(true)] [] RESOURCES &[],
        "Changes of resources with an action `ALLOW`; by analogy with `resource_read_success`.";
    "resource_written_total" false [WRITTEN] [] RESOURCES &[],
        "Changes of resources; by analogy with `resource_creation_total`.";
}

/// Names that public catalogues list and nothing defines: no documentation
/// says which events count. Sorted.
const UNDEFINED: &[&str] = &[
    "asset_distinct_users",
    "process_launches_total",
    "user_distinct_assets",
    "workspace_emails_sent_total",
    "workspace_network_bytes_outbound",
    "workspace_network_bytes_total",
    "workspace_total_change_actions",
    "workspace_total_download_actions",
];

/// All families, sorted by name.
#[must_use]
pub fn families() -> &'static [Family] {
    ALL
}

/// The family with this name, without `metrics.`; case-sensitive.
#[must_use]
pub fn find(name: &str) -> Option<&'static Family> {
    let at = ALL.binary_search_by(|family| family.name.cmp(name)).ok()?;
    ALL.get(at)
}

/// Whether the name is known from catalogues, without a definition.
#[must_use]
pub fn undefined(name: &str) -> bool {
    UNDEFINED.binary_search(&name).is_ok()
}

/// Up to three families with near names, the nearest first.
#[must_use]
pub fn suggest(name: &str) -> Vec<&'static str> {
    crate::functions::near(name, ALL.iter().map(|family| family.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use yaral_udm::{FieldPath, Root};

    #[test]
    fn sorted_and_found() {
        assert!(ALL.is_sorted_by(|a, b| a.name < b.name));
        assert!(UNDEFINED.is_sorted());
        for family in families() {
            assert_eq!(find(family.name).map(|f| f.name), Some(family.name));
            assert!(!undefined(family.name));
        }
        assert!(find("auth_attempts").is_none());
        assert!(undefined("workspace_emails_sent_total"));
    }

    #[test]
    fn what_is_read_are_fields() {
        for family in families() {
            assert_eq!(
                family.value.is_empty(),
                !family.name.contains("bytes"),
                "{}",
                family.name
            );
            for path in family.reads() {
                assert!(FieldPath::resolve(Root::Event, path).is_ok(), "{path}");
            }
            let analogous = family.summary.contains("by analogy");
            assert_eq!(family.documented, !analogous, "{}", family.name);
        }
    }

    #[test]
    fn combinations_are_those_of_the_page() {
        let supports = |name: &str, paths: &[&str]| find(name).is_some_and(|f| f.supports(paths));
        assert!(supports(
            "auth_attempts_total",
            &["target.application", "target.asset.ip"]
        ));
        assert!(!supports(
            "auth_attempts_fail",
            &["target.application", "target.asset.ip"]
        ));
        assert!(supports(
            "network_bytes_outbound",
            &["principal.asset.ip", "principal.namespace"]
        ));
        assert!(!supports(
            "network_bytes_outbound",
            &["principal.asset.ip", "target.namespace"]
        ));
        assert!(!supports("resource_read_fail", &["principal.user.userid"]));
    }

    #[test]
    fn near_names() {
        assert_eq!(
            suggest("auth_attempt_total").first(),
            Some(&"auth_attempts_total")
        );
        assert!(suggest("nothing_like_it_at_all").is_empty());
    }
}
