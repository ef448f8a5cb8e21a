//! Events as LAUREL writes them: one JSON object with the records of an event,
//! put together already.
//!
//! ```text
//! {"ID":"1795410022.591:4557","NODE":"web1","SYSCALL":{…},"EXECVE":{"argc":2,"ARGV":["ls","-l"]},"PATH":[{…}]}
//! ```

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::case::{Case, Piece};
use super::fields::Fields;
use super::line::Id;
use crate::json::{Members, Text, each_item, fault};
use crate::reject::RejectReason;

type Why = (RejectReason, String);

/// Whether a line may be such an event.
pub(super) fn is_event(text: &str) -> bool {
    text.starts_with('{') && memchr::memmem::find(text.as_bytes(), b"\"ID\"").is_some()
}

/// Reads an event.
pub(super) fn read(text: &str) -> Result<Case<'_>, Why> {
    let members: Members<'_, &RawValue> =
        serde_json::from_str(text).map_err(|error| fault(text, &error))?;
    let member = |name: &str| members.get(name).and_then(|value| string(value));
    let Some(id) = member("ID") else {
        return Err((RejectReason::NotAuditd, "no ID".to_owned()));
    };
    let id = Id::parse(&id).ok_or((RejectReason::BadTime, "in ID".to_owned()))?;
    let mut pieces = Vec::new();
    for (name, value) in &members.0 {
        let kind = &name.0;
        if value.get().starts_with('{') {
            pieces.push(piece(kind.clone(), value)?);
        } else if value.get().starts_with('[') {
            let mut done = Ok(());
            let listed = each_item(value, &mut |item| {
                let read = serde_json::from_str::<&RawValue>(item);
                match read
                    .map_err(|error| fault(item, &error))
                    .and_then(|value| piece(kind.clone(), value))
                {
                    Ok(piece) => pieces.push(piece),
                    Err(why) if done.is_ok() => done = Err(why),
                    Err(_) => {}
                }
            });
            listed.map_err(|error| fault(value.get(), &error))?;
            done?;
        }
    }
    if pieces.is_empty() {
        return Err((RejectReason::NotAuditd, "no record".to_owned()));
    }
    let node = member("NODE").unwrap_or_default();
    Ok(Case::new(node, id, pieces))
}

/// One record.
fn piece<'a>(kind: Cow<'a, str>, value: &'a RawValue) -> Result<Piece<'a>, Why> {
    let wrong = |error: &serde_json::Error| fault(value.get(), error);
    let members: Members<'a, &'a RawValue> =
        serde_json::from_str(value.get()).map_err(|error| wrong(&error))?;
    let title = kind == "PROCTITLE";
    let mut fields = Fields::default();
    for (name, value) in members.0 {
        if name.as_str() == "ARGV" && value.get().starts_with('[') {
            arguments(&mut fields, value, title).map_err(|error| wrong(&error))?;
        } else if let Some(text) = string(value) {
            fields.push(name.0, text);
        }
    }
    Ok(Piece { kind, fields })
}

/// The list of arguments, as `EXECVE` and `PROCTITLE` write them.
fn arguments<'a>(
    fields: &mut Fields<'a>,
    list: &'a RawValue,
    title: bool,
) -> Result<(), serde_json::Error> {
    let mut texts = Vec::new();
    each_item(list, &mut |item| {
        texts.push(
            serde_json::from_str::<Text<'_>>(item)
                .map(|text| text.0.into_owned())
                .unwrap_or_default(),
        );
    })?;
    if title {
        fields.push("proctitle".into(), texts.join("\0").into());
        return Ok(());
    }
    for (place, text) in texts.into_iter().enumerate() {
        fields.push(format!("a{place}").into(), text.into());
    }
    Ok(())
}

/// A string, or a number as it is written.
fn string(value: &RawValue) -> Option<Cow<'_, str>> {
    let text = value.get();
    match text.as_bytes().first()? {
        b'"' => serde_json::from_str::<Text<'_>>(text)
            .ok()
            .map(|text| text.0),
        b'{' | b'[' | b'n' => None,
        _ => Some(Cow::Borrowed(text)),
    }
}

#[cfg(test)]
mod tests {
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
}
