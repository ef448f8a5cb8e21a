//! Events as LAUREL writes them: one JSON object with the records of an event,
//! put together already.
//!
//! ```text
//! {"ID":"1795410022.591:4557","NODE":"web1","SYSCALL":{…},"EXECVE":{"argc":2,"ARGV":["ls","-l"]},"PATH":[{…}]}
//! ```
//!
//! Below JSON's escapes its strings have another: `%`, `+`, control characters
//! and bytes that are no UTF-8 are written as `%25`, `%2b`, `%0a`. What LAUREL
//! adds to a system call about other processes becomes a record of its own:
//! `PARENT_INFO` and `CONTAINER_INFO`, as it once wrote them.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::case::{Case, Piece};
use super::fields::Fields;
use super::line::{Id, machine};
use super::types;
use crate::argv;
use crate::json::{Members, Text, each_item, fault};
use crate::limits::{AUDIT_KIND_BYTES_MAX, AUDIT_RECORDS_MAX};
use crate::percent;
use crate::reject::RejectReason;

type Why = (RejectReason, String);
type Object<'a> = Members<'a, &'a RawValue>;

/// Whether a line may be such an event.
pub(super) fn is_event(text: &str) -> bool {
    text.starts_with('{') && memchr::memmem::find(text.as_bytes(), b"\"ID\"").is_some()
}

/// Whether this is the type of a record, by its length and its letters.
pub(super) fn is_kind(name: &str) -> bool {
    let letter =
        |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'_' | b'[' | b']');
    !name.is_empty() && name.len() <= AUDIT_KIND_BYTES_MAX && name.bytes().all(letter)
}

/// Reads an event.
pub(super) fn read(text: &str) -> Result<Case<'_>, Why> {
    let members: Object<'_> = serde_json::from_str(text).map_err(|error| fault(text, &error))?;
    let member = |name: &str| members.get(name).and_then(|value| string(value));
    let Some(id) = member("ID") else {
        return Err((RejectReason::NotAuditd, "no ID".to_owned()));
    };
    let id = Id::parse(&id).ok_or((RejectReason::BadTime, "in ID".to_owned()))?;
    let mut pieces = Vec::new();
    for (name, value) in &members.0 {
        if !value.get().starts_with(['{', '[']) {
            continue;
        }
        if !is_kind(name.as_str()) {
            let detail = "a member that is no type of record".to_owned();
            return Err((RejectReason::WrongType, detail));
        }
        let kind = match types::name(name.as_str()) {
            Cow::Borrowed("CONTAINER") => "CONTAINER_INFO".to_owned(),
            kind => kind.into_owned(),
        };
        records(&kind, value, &mut pieces)?;
        if pieces.len() > AUDIT_RECORDS_MAX {
            return Err((RejectReason::LateRecord, format!("{id}: too many records")));
        }
    }
    if pieces.is_empty() {
        return Err((RejectReason::NotAuditd, "no record".to_owned()));
    }
    let node = member("NODE").map_or(Cow::Borrowed(""), machine);
    Ok(Case::new(node, id, pieces))
}

/// The records of one type: an object, or a list of them.
fn records<'a>(kind: &str, value: &'a RawValue, out: &mut Vec<Piece<'a>>) -> Result<(), Why> {
    if value.get().starts_with('{') {
        return record(kind, value, out);
    }
    let mut done = Ok(());
    let listed = each_item(value, &mut |item| {
        // One more than may be is enough to tell that there are too many.
        if done.is_err() || out.len() > AUDIT_RECORDS_MAX {
            return;
        }
        done = serde_json::from_str::<&RawValue>(item)
            .map_err(|error| fault(item, &error))
            .and_then(|value| record(kind, value, out));
    });
    listed.map_err(|error| fault(value.get(), &error))?;
    done
}

/// One record, and what is told in it about other processes.
fn record<'a>(kind: &str, value: &'a RawValue, out: &mut Vec<Piece<'a>>) -> Result<(), Why> {
    let wrong = |error: &serde_json::Error| fault(value.get(), error);
    let members: Object<'a> = serde_json::from_str(value.get()).map_err(|error| wrong(&error))?;
    if kind == "SYSCALL" {
        related(&members, out);
    }
    let mut fields = Fields::default();
    let listed = members
        .get("ARGV")
        .is_some_and(|list| list.get().starts_with('['));
    for (name, value) in members.0 {
        match name.as_str() {
            "ARGV" if listed => {
                arguments(&mut fields, value, kind).map_err(|error| wrong(&error))?;
            }
            "ARGV_STR" if !listed => {
                let line = string(value).unwrap_or_default();
                push_arguments(
                    &mut fields,
                    argv::split(&line).into_iter().enumerate(),
                    kind,
                );
            }
            "SADDR" if value.get().starts_with('{') => address(&mut fields, value),
            "saddr" => structure(&mut fields, value),
            "ID" if kind == "CONTAINER_INFO" => {
                fields.push("id".into(), string(value).unwrap_or_default());
            }
            _ => {
                if let Some(text) = string(value) {
                    fields.push(name.0, text);
                }
            }
        }
    }
    out.push(Piece {
        kind: kind.to_owned().into(),
        fields,
    });
    Ok(())
}

/// The members of an object, none if the value is no object.
fn object(value: &RawValue) -> Option<Object<'_>> {
    serde_json::from_str(value.get()).ok()
}

/// Records made of what a system call's record tells about the parent and the
/// container of the process.
fn related<'a>(call: &Object<'a>, out: &mut Vec<Piece<'a>>) {
    let inner = |name: &str| call.get(name).and_then(|value| object(value));
    let text = |members: &Object<'a>, name: &str| members.get(name).and_then(|value| string(value));
    let parent = call.get("ppid").and_then(|value| string(value));
    // Of a program that replaced itself the entry tells what it was before.
    let spawned = inner("SPAWNED_BY").filter(|by| text(by, "pid") == parent);
    let mut known = Fields::default();
    for (name, value) in [inner("PPID"), spawned]
        .into_iter()
        .flatten()
        .flat_map(|by| by.0)
    {
        if matches!(name.as_str(), "comm" | "exe" | "ppid")
            && known.raw(name.as_str()).is_none()
            && let Some(text) = string(value)
        {
            known.push(name.0, text);
        }
    }
    if known != Fields::default() {
        out.push(Piece {
            kind: "PARENT_INFO".into(),
            fields: known,
        });
    }
    let container = inner("PID").and_then(|pid| pid.get("container").and_then(|it| object(it)));
    if let Some(id) = container.and_then(|container| text(&container, "id")) {
        let mut fields = Fields::default();
        fields.push("id".into(), id);
        out.push(Piece {
            kind: "CONTAINER_INFO".into(),
            fields,
        });
    }
}

/// The list of arguments. One that is missing is `null`, and keeps its number.
fn arguments<'a>(
    fields: &mut Fields<'a>,
    list: &'a RawValue,
    kind: &str,
) -> Result<(), serde_json::Error> {
    let mut texts = Vec::new();
    each_item(list, &mut |item| {
        let value = serde_json::from_str::<&RawValue>(item).ok();
        texts.push(value.and_then(string));
    })?;
    let there = texts.into_iter().enumerate();
    let there = there.filter_map(|(place, text)| Some((place, text?)));
    push_arguments(fields, there, kind);
    Ok(())
}

/// Adds arguments as `PROCTITLE` has them, or as the other records do.
fn push_arguments<'t>(
    fields: &mut Fields<'_>,
    texts: impl Iterator<Item = (usize, Cow<'t, str>)>,
    kind: &str,
) {
    if kind == "PROCTITLE" {
        let title: Vec<_> = texts.map(|(_, text)| text).collect();
        fields.push("proctitle".into(), title.join("\0").into());
        return;
    }
    for (place, text) in texts {
        fields.push(format!("a{place}").into(), text.into_owned().into());
    }
}

/// The address that LAUREL read out of the structure.
fn address<'a>(fields: &mut Fields<'a>, value: &'a RawValue) {
    for (name, value) in object(value).map(|members| members.0).unwrap_or_default() {
        if matches!(name.as_str(), "saddr_fam" | "path" | "addr" | "port")
            && let Some(text) = string(value)
        {
            fields.push(name.0, text);
        }
    }
}

/// The bytes of a socket address, back in hexadecimal; they hold at least one
/// that LAUREL escapes.
fn structure<'a>(fields: &mut Fields<'a>, value: &'a RawValue) {
    let Ok(text) = serde_json::from_str::<Text<'_>>(value.get()) else {
        return;
    };
    let digits = if text.as_str().contains('%') {
        let mut digits = String::new();
        super::raw::encode(&percent::path_bytes(text.as_str()), &mut digits);
        Cow::Owned(digits)
    } else {
        text.0
    };
    fields.push("saddr".into(), digits);
}

/// A string without its escapes, or a number as it is written.
fn string(value: &RawValue) -> Option<Cow<'_, str>> {
    let text = value.get();
    match text.as_bytes().first()? {
        b'"' => match serde_json::from_str::<Text<'_>>(text).ok()?.0 {
            Cow::Borrowed(text) => Some(percent::decode_path(text)),
            Cow::Owned(text) => Some(Cow::Owned(percent::decode_path(&text).into_owned())),
        },
        b'{' | b'[' | b'n' => None,
        _ => Some(Cow::Borrowed(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sockaddr::Address;
    use super::*;

    #[test]
    fn records_and_lists_of_records_are_read() {
        let text = r#"{"ID":"1.5:7","NODE":"n","SYSCALL":{"syscall":59,"success":"yes","SYSCALL":"execve"},"EXECVE":{"argc":2,"ARGV":["a","b c"]},"PATH":[{"item":0,"name":"/x"},{"item":1}]}"#;
        let case = read(text).unwrap();
        assert_eq!((&*case.node, case.id.serial), ("n", 7));
        assert_eq!(case.arguments, ["a", "b c"]);
        assert_eq!(case.pieces.len(), 4);
        assert!(read(r#"{"ID":"x"}"#).is_err() && read(r#"{"ID":"1.5:7"}"#).is_err());
        assert!(!is_event("type=CWD"));
    }

    #[test]
    fn addresses_come_in_three_shapes() {
        let docker = Address::Unix("/run/docker.sock".to_owned());
        let abstract_name = Address::Unix("@x".to_owned());
        let net = Address::Net("127.0.0.1".parse().unwrap(), 2375);
        for (record, expected) in [
            (r#"[{"saddr":"%01%00/run/docker.sock%00%ff"}]"#, &docker),
            (
                r#"{"SADDR":{"saddr_fam":"local","path":"/run/docker%2esock"}}"#,
                &docker,
            ),
            (
                r#"{"saddr":"%10","SADDR":"{saddr_fam=local path=/run/docker.sock}"}"#,
                &docker,
            ),
            (
                r#"{"SADDR":{"saddr_fam":"local","path":"%00x"}}"#,
                &abstract_name,
            ),
            (
                r#"{"SADDR":{"saddr_fam":"inet","addr":"127.0.0.1","port":"2375"}}"#,
                &net,
            ),
            (
                r#"{"SADDR":{"saddr_fam":"inet","addr":"127.0.0.1","port":2375}}"#,
                &net,
            ),
            // Of a machine whose high byte comes first.
            (r#"{"saddr":"%00%02%09G%7f%00%00%01"}"#, &net),
        ] {
            let text = format!(r#"{{"ID":"1.5:7","SOCKADDR":{record}}}"#);
            assert_eq!(
                read(&text).unwrap().address.as_ref(),
                Some(expected),
                "{record}"
            );
        }
    }

    #[test]
    fn strings_and_arguments_lose_their_escapes() {
        let arguments = |record: &str| {
            read(&format!(r#"{{"ID":"1.5:7","EXECVE":{record}}}"#))
                .unwrap()
                .arguments
        };
        assert_eq!(
            arguments(r#"{"ARGV":["a%25b","%2b%0a",null,3]}"#),
            ["a%b", "+\n", "3"]
        );
        assert_eq!(
            arguments(r#"{"ARGV_STR":"docker run %2bx 'a b'","ENV":{"a1":"x"}}"#),
            ["docker", "run", "+x", "a b"]
        );
        assert_eq!(arguments(r#"{"ARGV_STR":"no","ARGV":["yes"]}"#), ["yes"]);
        let text = r#"{"ID":"1.5:7","PROCTITLE":{"ARGV":["a","%2b"]},"CWD":{"cwd":"/a%20b"}}"#;
        let case = read(text).unwrap();
        assert_eq!(
            case.title().as_ref().map(|title| &*title.text),
            Some("a\u{1f}+")
        );
        assert_eq!(
            case.piece("CWD").and_then(|cwd| cwd.text("cwd")).as_deref(),
            Some("/a b")
        );
    }

    #[test]
    fn other_processes_become_records() {
        let text = r#"{"ID":"1.5:7","SYSCALL":{"ppid":2,"pid":3,"PID":{"EVENT_ID":"1.0:1","container":{"id":"abc"}},"PPID":{"EVENT_ID":"1.0:1","comm":"sh"},"SPAWNED_BY":{"pid":2,"exe":"/bin/sh","comm":"x"}}}"#;
        let case = read(text).unwrap();
        let of = |kind: &str, key: &str| {
            case.piece(kind)
                .and_then(|it| it.raw(key))
                .map(str::to_owned)
        };
        assert_eq!(of("PARENT_INFO", "exe").as_deref(), Some("/bin/sh"));
        assert_eq!(of("PARENT_INFO", "comm").as_deref(), Some("sh"));
        assert_eq!(of("CONTAINER_INFO", "id").as_deref(), Some("abc"));
        let text = r#"{"ID":"1.5:7","SYSCALL":{"ppid":2,"pid":3,"SPAWNED_BY":{"pid":3,"exe":"/bin/sh"}},"CONTAINER":{"id":"d"}}"#;
        let case = read(text).unwrap();
        assert!(
            case.piece("PARENT_INFO").is_none(),
            "what the process was before"
        );
        assert!(case.piece("CONTAINER_INFO").is_some());
        let text = r#"{"ID":"1.5:7","PARENT_INFO":{"ID":"1.0:1","comm":"sh","ARGV":["sh","-c"],"ppid":1}}"#;
        let case = read(text).unwrap();
        assert_eq!(
            case.piece("PARENT_INFO").and_then(|it| it.raw("a1")),
            Some("-c")
        );
    }
}
