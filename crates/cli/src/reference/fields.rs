//! UDM fields, messages, enums and enum values.

use std::fmt::Write as _;

use yaral_udm::{EnumId, FieldId, FieldKind, FieldPath, MessageId, Root};

use super::Topic;

pub(super) const TOPIC: Topic = Topic {
    name: "fields",
    title: "UDM fields",
    summary: "Ask for a path (principal.ip), a message (Noun), an enum (Metadata.EventType) or an enum value (PROCESS_LAUNCH)",
    terms: Vec::new,
    page,
    whole,
};

/// Values of an enum that a page lists; more are counted.
const VALUES_MAX: usize = 400;

fn page(term: &str) -> Option<String> {
    let dotted = bare(term);
    if let Some((root, path)) = resolve(dotted) {
        return Some(field_page(root, &path));
    }
    if let Some(message) = MessageId::from_name(term) {
        return Some(message_page(message));
    }
    if let Some(of) = EnumId::from_name(term) {
        return Some(enum_page(of));
    }
    value_page(term)
}

/// Fields that are spelled like the term, as whole paths.
pub(super) fn near(term: &str) -> Vec<String> {
    let dotted = bare(term);
    let Err(error) = FieldPath::resolve(Root::Event, dotted) else {
        return Vec::new();
    };
    // A single word may be anything; only what starts like a path is taken for one.
    if error.segment == 0 {
        return Vec::new();
    }
    let segments: Vec<&str> = dotted.split('.').collect();
    let (before, after) = segments.split_at(error.segment.min(segments.len()));
    let with = |name: &String| {
        let rest = after.get(1..).unwrap_or_default();
        let all: Vec<&str> = before
            .iter()
            .copied()
            .chain([name.as_str()])
            .chain(rest.iter().copied())
            .collect();
        all.join(".")
    };
    let whole = |path: &String| resolve(path).is_some();
    error.suggestions.iter().map(with).filter(whole).collect()
}

/// A path without what rules write before it.
fn bare(term: &str) -> &str {
    let path = match term.strip_prefix('$') {
        Some(variable) => variable.split_once('.').map_or("", |(_, path)| path),
        None => term,
    };
    path.strip_prefix("udm.")
        .or_else(|| path.strip_prefix("graph."))
        .or_else(|| path.strip_prefix("detection."))
        .unwrap_or(path)
}

fn resolve(dotted: &str) -> Option<(Root, FieldPath)> {
    Root::ALL
        .into_iter()
        .find_map(|root| {
            FieldPath::resolve(root, dotted)
                .ok()
                .map(|path| (root, path))
        })
        .filter(|(_, path)| !path.steps().is_empty())
}

fn field_page(root: Root, path: &FieldPath) -> String {
    let leaf = path.leaf();
    let of = match root {
        Root::Event => "event",
        Root::Entity => "entity",
        Root::Detection => "detection",
    };
    let mut out = format!(
        "## {path}\n\n{} of `{}`, in an {of}.\n",
        capital(&kind(leaf)),
        leaf.parent().name()
    );
    if leaf.repeated() {
        out.push_str("\nA repeated field makes one row for each value unless it is read with `any`, `all` or an index.\n");
    } else if path.steps().iter().any(|step| step.repeated()) {
        out.push_str("\nA field on the way is repeated, which makes one row for each element.\n");
    }
    if leaf.deprecated() {
        let instead = leaf
            .successor()
            .map_or(String::new(), |name| format!(" Use {name} instead."));
        let _ = write!(out, "\nDeprecated.{instead}\n");
    }
    let _ = write!(out, "\nIn JSON: `{}`.\n", leaf.json());
    match leaf.kind() {
        FieldKind::Enum(of) => values(&mut out, of),
        FieldKind::Message(message) => fields(&mut out, message),
        _ => {}
    }
    out
}

fn message_page(message: MessageId) -> String {
    let mut out = format!("## {}\n\nA UDM message.\n", message.name());
    fields(&mut out, message);
    out
}

fn enum_page(of: EnumId) -> String {
    let mut out = format!("## {}\n\nA UDM enum.\n", of.name());
    values(&mut out, of);
    out
}

fn value_page(term: &str) -> Option<String> {
    let mut out = String::new();
    for of in EnumId::all() {
        if let Some(number) = of.number(term) {
            let old = if of.deprecated(term) {
                ", deprecated"
            } else {
                ""
            };
            let _ = writeln!(
                out,
                "- of `{}`, number {number}{old}{}",
                of.name(),
                homes(of)
            );
        }
    }
    (!out.is_empty()).then(|| format!("## {term}\n\nAn enum value:\n\n{out}"))
}

/// The fields that hold values of an enum.
fn homes(of: EnumId) -> String {
    let holds = |field: &FieldId| matches!(field.kind(), FieldKind::Enum(other) if other == of);
    let fields = MessageId::all().flat_map(|message| message.fields().filter(holds));
    let names = fields.map(|field| format!("`{}.{}`", field.parent().name(), field.name()));
    let names: Vec<_> = names.collect();
    if names.is_empty() {
        String::new()
    } else {
        format!("; in {}", names.join(", "))
    }
}

fn fields(out: &mut String, message: MessageId) {
    out.push_str("\n| Field | Type | |\n|---|---|---|\n");
    for field in message.fields() {
        let old = match (field.deprecated(), field.successor()) {
            (true, Some(name)) => format!("deprecated, use {name}"),
            (true, None) => "deprecated".to_owned(),
            _ => String::new(),
        };
        let _ = writeln!(out, "| `{}` | {} | {old} |", field.name(), kind(field));
    }
}

fn values(out: &mut String, of: EnumId) {
    out.push_str("\n| Value | Number |\n|---|---|\n");
    let total = of.values().count();
    for (name, number) in of.values().take(VALUES_MAX) {
        let _ = writeln!(out, "| `{name}` | {number} |");
    }
    if total > VALUES_MAX {
        let _ = writeln!(out, "\nand {} more", total - VALUES_MAX);
    }
}

/// The type of a field in words.
fn kind(field: FieldId) -> String {
    let one = match field.kind() {
        FieldKind::String => "string".to_owned(),
        FieldKind::Bytes => "bytes".to_owned(),
        FieldKind::Bool => "boolean".to_owned(),
        FieldKind::Int32 | FieldKind::Int64 => "integer".to_owned(),
        FieldKind::Uint32 | FieldKind::Uint64 => "unsigned integer".to_owned(),
        FieldKind::Float | FieldKind::Double => "float".to_owned(),
        FieldKind::Timestamp => "timestamp".to_owned(),
        FieldKind::Duration => "duration".to_owned(),
        FieldKind::Struct => "free JSON object".to_owned(),
        FieldKind::Map => "map".to_owned(),
        FieldKind::Enum(of) => format!("enum `{}`", of.name()),
        FieldKind::Message(message) => format!("message `{}`", message.name()),
    };
    if field.repeated() {
        format!("repeated {one}")
    } else {
        one
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

fn whole() -> String {
    let mut out = String::from(
        "The messages at the root of events and entities; ask for a path to go on from there.\n",
    );
    for root in ["UDM", "Entity"] {
        if let Some(message) = MessageId::from_name(root) {
            let _ = write!(out, "\n{}", message_page(message));
        }
    }
    let messages: Vec<_> = MessageId::all()
        .map(|m| format!("`{}`", m.name()))
        .collect();
    let enums: Vec<_> = EnumId::all().map(|e| format!("`{}`", e.name())).collect();
    let _ = write!(
        out,
        "\n## All messages\n\n{}\n\n## All enums\n\n{}\n",
        messages.join(", "),
        enums.join(", ")
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_beyond_the_limit_are_counted() {
        for of in EnumId::all() {
            let page = enum_page(of);
            let rows = page.lines().filter(|line| line.starts_with("| `")).count();
            let total = of.values().count();
            assert_eq!(rows, total.min(VALUES_MAX), "{}", of.name());
            assert_eq!(page.contains("\nand "), total > VALUES_MAX, "{}", of.name());
        }
    }

    #[test]
    fn paths_messages_enums_and_values_have_pages() {
        for (term, says) in [
            ("principal.ip", "Repeated string of `Noun`"),
            ("$e.principal.ip", "## principal.ip"),
            ("udm.metadata.event_type", "PROCESS_LAUNCH"),
            ("Noun", "| `hostname` | string |"),
            ("Metadata.EventType", "USER_LOGIN"),
            ("PROCESS_LAUNCH", "of `Metadata.EventType`"),
            (
                "target.resource.id",
                "Deprecated. Use product_object_id or name instead.",
            ),
            ("principal.process.file.full_path", "String of `File`"),
        ] {
            let page = page(term).unwrap_or_default();
            assert!(page.contains(says), "{term}: {page}");
        }
        assert!(page("no.such").is_none());
    }
}
