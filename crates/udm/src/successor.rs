//! What replaces a deprecated field, by hand from the usage guide and proto comments.
//!
//! Deprecated fields without a row have no named successor.

/// (message, field, what to use), sorted by message and field.
const SUCCESSORS: [(&str, &str, &str); 28] = [
    ("Asset", "creation_time", "attribute.creation_time"),
    ("Asset", "labels", "attribute.labels"),
    ("Cloud", "project", "resource_ancestors"),
    ("EntityMetadata", "structured_fields", "extracted"),
    ("File", "ahash", "authentihash"),
    ("File", "file_metadata", "the fields of File itself"),
    ("Group", "creation_time", "attribute.creation_time"),
    ("Location", "region_latitude", "region_coordinates.latitude"),
    (
        "Location",
        "region_longitude",
        "region_coordinates.longitude",
    ),
    ("Metadata", "structured_fields", "extracted"),
    ("Noun", "cloud", "resource.attribute.cloud"),
    ("Noun", "ip_location", "ip_geo_artifact.location"),
    (
        "Noun",
        "labels",
        "attribute.labels of user, asset or resource, or additional",
    ),
    ("Process", "parent_pid", "parent_process.pid"),
    (
        "Process",
        "product_specific_parent_process_id",
        "parent_process.product_specific_process_id",
    ),
    ("Resource", "id", "product_object_id or name"),
    ("Resource", "parent", "resource_ancestors.name"),
    (
        "Resource",
        "scheduled_task",
        "scheduled_cron_task, scheduled_anacron_task or windows_scheduled_task",
    ),
    ("Resource", "type", "resource_type and resource_subtype"),
    ("SecurityResult", "campaigns", "threat_collections"),
    ("SecurityResult", "outcomes", "variables"),
    ("SecurityResult", "reports", "threat_collections"),
    ("SecurityResult", "verdict", "verdict_info"),
    ("Service", "service_type", "service_types"),
    ("User", "groupid", "group_identifiers"),
    ("User", "role_description", "attribute.roles.description"),
    ("User", "role_name", "attribute.roles.name"),
    ("User", "user_role", "attribute.roles"),
];

/// The successor of one field.
pub(crate) fn of(message: &str, field: &str) -> Option<&'static str> {
    let index = SUCCESSORS
        .binary_search_by(|(m, f, _)| (*m, *f).cmp(&(message, field)))
        .ok()?;
    Some(SUCCESSORS[index].2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MessageId;

    #[test]
    fn rows_are_sorted_and_name_deprecated_fields() {
        assert!(SUCCESSORS.is_sorted_by(|a, b| (a.0, a.1) < (b.0, b.1)));
        for (message, field, _) in SUCCESSORS {
            let id = MessageId::from_name(message)
                .and_then(|m| m.field(field))
                .expect("the row names a field");
            assert!(id.deprecated(), "{message}.{field}");
        }
    }
}
