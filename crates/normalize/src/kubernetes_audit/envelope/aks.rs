//! AKS: the audit log as Azure's diagnostic settings hand it out.
//!
//! A diagnostic record holds the audit record as text in `properties.log`, in
//! batches under `records`. Log Analytics knows two more forms: rows of
//! `AzureDiagnostics` with the text in `log_s`, and rows of `AKSAudit` with a
//! column for each member, which are written anew as native records.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{Opened, Origin, Outline, Vendor, list, named, other, part, string};
use crate::json::{Members, Text, object, valid};

object! {
    /// The properties of a diagnostic record.
    Properties {
        log: "log" => &'a RawValue,
        pod: "pod" => &'a RawValue,
    }
}

/// The columns of `AKSAudit` and `AKSAuditAdmin`, the member that each stands
/// for, and whether its values are objects or lists, which some exports write
/// as text.
const COLUMNS: [(&str, &str, bool); 17] = [
    ("Level", "level", false),
    ("AuditId", "auditID", false),
    ("Stage", "stage", false),
    ("RequestUri", "requestURI", false),
    ("Verb", "verb", false),
    ("User", "user", true),
    ("ImpersonatedUser", "impersonatedUser", true),
    ("SourceIps", "sourceIPs", true),
    ("UserAgent", "userAgent", false),
    ("ObjectRef", "objectRef", true),
    ("ResponseStatus", "responseStatus", true),
    ("RequestObject", "requestObject", true),
    ("ResponseObject", "responseObject", true),
    ("RequestReceivedTime", "requestReceivedTimestamp", false),
    ("StageReceivedTime", "stageTimestamp", false),
    ("TimeGenerated", "timestamp", false),
    ("Annotations", "annotations", true),
];

pub(super) fn open<'a>(
    outline: &Outline<'a>,
    text: &str,
    origin: &mut Origin<'a>,
) -> Option<Opened<'a>> {
    let id = string(outline.resource_id)
        .or_else(|| string(outline.resource_id_column))
        .or_else(|| string(outline.own_resource_id));
    let diagnostic = outline.operation_name.is_some()
        || outline.properties.is_some()
        || outline.log_column.is_some()
        || (id.is_some() && (outline.category.is_some() || outline.category_column.is_some()));
    let records = list(outline.records);
    let row = outline.audit_id_column.is_some() && outline.verb_column.is_some();
    if !diagnostic && records.is_none() && !row {
        return None;
    }
    origin.vendor = Some(Vendor::Aks);
    if let Some(cluster) = id.and_then(|id| part(id, cluster)) {
        origin.cluster = Some(cluster);
    }
    let pod = string(outline.pod_column).or_else(|| string(outline.pod_name_column));
    if pod.is_some() {
        origin.server = pod;
    }
    if let Some(records) = records {
        return Some(Opened::List(records));
    }
    if row {
        return Some(Opened::Written(written(text)?));
    }
    Some(record(outline, origin))
}

/// A diagnostic record, or a row of `AzureDiagnostics`.
fn record<'a>(outline: &Outline<'a>, origin: &mut Origin<'a>) -> Opened<'a> {
    let category = string(outline.category).or_else(|| string(outline.category_column));
    if let Some(category) = category.as_deref()
        && !is_audit(category)
    {
        return other(format!("Azure log category {}", named(category)));
    }
    let properties = outline.properties;
    let parsed = properties.and_then(|raw| serde_json::from_str::<Properties<'a>>(raw.get()).ok());
    if let Some(pod) = parsed.as_ref().and_then(|found| string(found.pod)) {
        origin.server = Some(pod);
    }
    let log = parsed.and_then(|found| found.log).or(outline.log_column);
    // Properties that are text hold the same object, encoded once more.
    let encoded = || properties.filter(|raw| raw.get().starts_with('"'));
    match log.or_else(encoded) {
        Some(inner) => Opened::Inside(inner),
        None if category.is_some() => other("an Azure audit record without its log".to_owned()),
        None => other("an Azure record without a category".to_owned()),
    }
}

fn is_audit(category: &str) -> bool {
    category.eq_ignore_ascii_case("kube-audit") || category.eq_ignore_ascii_case("kube-audit-admin")
}

/// The cluster in a resource id, whose letters Azure changes at will.
fn cluster(id: &str) -> Option<&str> {
    let mut parts = id.split('/');
    let kind = |part: &str| {
        part.eq_ignore_ascii_case("managedClusters")
            || part.eq_ignore_ascii_case("connectedClusters")
    };
    parts.find(|part| kind(part))?;
    parts.next().filter(|name| !name.is_empty())
}

/// A row of `AKSAudit` as the native record that it was.
fn written(text: &str) -> Option<String> {
    let row: Members<'_, &RawValue> = serde_json::from_str(text).ok()?;
    let mut out = String::with_capacity(text.len());
    out.push_str(r#"{"kind":"Event","apiVersion":"audit.k8s.io/v1""#);
    for (column, member, structured) in COLUMNS {
        let Some(value) = row.get(column) else {
            continue;
        };
        let value = if structured {
            decoded(value.get())
        } else {
            Cow::Borrowed(value.get())
        };
        // An empty cell.
        if matches!(&*value, "null" | "\"\"") {
            continue;
        }
        out.push_str(",\"");
        out.push_str(member);
        out.push_str("\":");
        out.push_str(&value);
    }
    out.push('}');
    Some(out)
}

/// A value as it is, or, if it is the text of an object or a list, that.
fn decoded(value: &str) -> Cow<'_, str> {
    if value.starts_with('"')
        && let Ok(Text(text)) = serde_json::from_str::<Text<'_>>(value)
        && text.trim_start().starts_with(['{', '['])
        && valid(&text)
    {
        return text;
    }
    Cow::Borrowed(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_written_as_a_record() {
        let row = r#"{"Type":"AKSAudit","AuditId":"x","Verb":"list","User":"{\"username\":\"eve\"}","SourceIps":["10.0.0.7"],"UserAgent":"","ObjectRef":null,"RequestObject":"skipped-too-big-size-object"}"#;
        assert_eq!(
            written(row).as_deref(),
            Some(
                r#"{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"x","verb":"list","user":{"username":"eve"},"sourceIPs":["10.0.0.7"],"requestObject":"skipped-too-big-size-object"}"#
            )
        );
        assert_eq!(written("[]"), None);
    }

    #[test]
    fn a_resource_id_names_the_cluster() {
        for (id, expected) in [
            (
                "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/shop",
                Some("shop"),
            ),
            (
                "/SUBSCRIPTIONS/S/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/SHOP/x",
                Some("SHOP"),
            ),
            ("/subscriptions/s/managedClusters/", None),
            ("/subscriptions/s", None),
        ] {
            assert_eq!(cluster(id), expected, "{id}");
        }
    }
}
