//! Which fields of an event may stand together in a metric.
//!
//! The metrics page lists every combination of fields that Google keeps a
//! series for. Most differ only in which of five names a device or a user
//! goes by, so a combination is written here as slots with alternatives.

/// Paths of which a combination has one.
pub type Slot = &'static [&'static str];

/// A combination: one path of each slot.
pub type Set = &'static [Slot];

macro_rules! devices {
    ($noun:literal) => {
        &[
            concat!($noun, ".asset.asset_id"),
            concat!($noun, ".asset.hostname"),
            concat!($noun, ".asset.ip"),
            concat!($noun, ".asset.mac"),
            concat!($noun, ".asset.product_object_id"),
        ]
    };
}

macro_rules! users {
    ($noun:literal) => {
        &[
            concat!($noun, ".user.email_addresses"),
            concat!($noun, ".user.employee_id"),
            concat!($noun, ".user.product_object_id"),
            concat!($noun, ".user.userid"),
            concat!($noun, ".user.windows_sid"),
        ]
    };
}

const DEVICE: Slot = devices!("principal");
const USER: Slot = users!("principal");
const TARGET_DEVICE: Slot = devices!("target");
const TARGET_USER: Slot = users!("target");

const AGENT: Slot = &["network.http.user_agent"];
const APPLICATION: Slot = &["target.application"];
const HASH: Slot = &["principal.process.file.sha256"];
const PRINCIPAL_IP: Slot = &["principal.ip"];
const PRODUCT: Slot = &["metadata.product_name"];
const RESOURCE: Slot = &["target.resource.name"];
const RULE: Slot = &["security_result.rule_name"];
const TARGET_HOST: Slot = &["target.hostname"];
const TARGET_IP: Slot = &["target.ip"];
const TYPE: Slot = &["metadata.event_type"];
const VENDOR: Slot = &["metadata.vendor_name"];

const FILE: Slot = &[
    "principal.process.file.full_path",
    "principal.process.file.sha256",
];
const LOGIN: Slot = &[
    "network.tls.client.certificate.sha256",
    "principal.ip_geo_artifact.location.country_or_region",
    "principal.ip_geo_artifact.network.organization_name",
    "target.application",
];
const QUESTION: Slot = &["network.dns.questions.type", "network.dns_domain"];
const TRAFFIC: Slot = &[
    "principal.ip_geo_artifact.location.country_or_region",
    "security_result.category",
    "target.ip_geo_artifact.network.organization_name",
];

pub(super) const ALERTS: &[Set] = &[
    &[DEVICE, RULE],
    &[DEVICE, FILE, RULE],
    &[DEVICE, FILE, USER, RULE],
];

pub(super) const AUTH: &[Set] = &[
    &[DEVICE],
    &[DEVICE, TARGET_DEVICE],
    &[USER],
    &[USER, TARGET_DEVICE],
    &[APPLICATION],
    &[TARGET_USER],
    &[TARGET_USER, LOGIN],
];

/// Beyond [`AUTH`], for all attempts.
pub(super) const AUTH_TOTAL: &[Set] = &[&[APPLICATION, TARGET_DEVICE]];

/// Beyond [`AUTH`], for those that succeeded.
pub(super) const AUTH_SUCCESS: &[Set] = &[&[AGENT], &[DEVICE, TYPE]];

pub(super) const DNS: &[Set] = &[&[DEVICE], &[DEVICE, QUESTION], &[USER], &[USER, QUESTION]];

pub(super) const DNS_BYTES: &[Set] = &[
    &[DEVICE],
    &[DEVICE, TARGET_IP],
    &[USER],
    &[USER, TARGET_IP],
    &[TARGET_IP],
];

pub(super) const FILES: &[Set] = &[&[TYPE, HASH], &[TYPE, DEVICE, HASH], &[TYPE, USER, HASH]];

pub(super) const HTTP: &[Set] = &[
    &[DEVICE],
    &[DEVICE, AGENT],
    &[DEVICE, TARGET_HOST],
    &[DEVICE, AGENT, TARGET_HOST],
    &[USER],
    &[USER, AGENT],
    &[USER, TARGET_HOST],
    &[USER, AGENT, TARGET_HOST],
    &[TARGET_HOST],
];

pub(super) const NETWORK: &[Set] = &[&[DEVICE], &[DEVICE, TRAFFIC], &[USER], &[USER, TRAFFIC]];

/// The page writes the last but one with `target.resource_type`, which is no
/// field; it can only mean that of the resource.
pub(super) const RESOURCES: &[Set] = &[
    &[USER, VENDOR, PRODUCT],
    &[USER, PRINCIPAL_IP, VENDOR, PRODUCT],
    &[USER, APPLICATION, VENDOR, PRODUCT],
    &[
        USER,
        APPLICATION,
        &["target.location.name"],
        VENDOR,
        PRODUCT,
    ],
    &[USER, RESOURCE, VENDOR, PRODUCT],
    &[
        USER,
        RESOURCE,
        &["target.resource.resource_type"],
        VENDOR,
        PRODUCT,
    ],
    &[TARGET_USER, VENDOR, PRODUCT],
];

/// Whether the paths are one of each slot.
pub(super) fn is_one_of_each(set: Set, paths: &[&str]) -> bool {
    let holds = |slot: &Slot| paths.iter().filter(|path| slot.contains(path)).count() == 1;
    set.len() == paths.len() && set.iter().all(holds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use yaral_udm::{FieldPath, Root};

    const ALL: &[&[Set]] = &[
        ALERTS,
        AUTH,
        AUTH_TOTAL,
        AUTH_SUCCESS,
        DNS,
        DNS_BYTES,
        FILES,
        HTTP,
        NETWORK,
        RESOURCES,
    ];

    #[test]
    fn every_path_is_a_field() {
        for path in ALL
            .iter()
            .flat_map(|sets| sets.iter())
            .flat_map(|set| set.iter())
        {
            for path in *path {
                assert!(FieldPath::resolve(Root::Event, path).is_ok(), "{path}");
            }
        }
    }

    /// Else two paths could fill one slot of two and none the other.
    #[test]
    fn slots_of_a_combination_share_no_path() {
        for set in ALL.iter().flat_map(|sets| sets.iter()) {
            for (at, slot) in set.iter().enumerate() {
                let others = set.iter().skip(at + 1);
                assert!(
                    !others
                        .flat_map(|o| o.iter())
                        .any(|path| slot.contains(path)),
                    "{set:?}"
                );
            }
        }
    }

    #[test]
    fn one_path_of_each_slot() {
        let fits = |paths: &[&str]| AUTH.iter().any(|set| is_one_of_each(set, paths));
        assert!(fits(&["principal.asset.ip"]));
        assert!(fits(&["target.application", "target.user.userid"]));
        assert!(!fits(&["principal.asset.ip", "principal.asset.mac"]));
        assert!(!fits(&["principal.ip"]));
        assert!(!fits(&[]));
    }
}
