//! Records inside what collectors put around them.
//!
//! A sensor writes one JSON object for each record. On its way the object may
//! get a prefix (syslog, the log format of container runtimes, `kubectl logs
//! --prefix`), or become a member of another object, as an object or as text.
//! Which object is a record, the log type says; this module opens the rest.

use serde_json::value::RawValue;

use crate::json::{Text, fault, object, valid};
use crate::limits::WRAPPERS_MAX;
use crate::reject::RejectReason;

/// Why a text holds no record, and where.
pub(crate) type Why = (RejectReason, String);

object! {
    /// The members by which collectors and forwarders hold a record.
    Wrapper {
        log: "log" => &'a RawValue,
        message: "message" => &'a RawValue,
        /// The payload of a cloud event, as falcosidekick may send alerts.
        data: "data" => &'a RawValue,
    }
}

/// Shows `take` the objects of a text, from the outermost one on, until it
/// takes one. `take` answers whether the object is a record; `other` is the
/// reason for an object that is none and holds none.
pub(crate) fn open(
    text: &str,
    other: RejectReason,
    take: &mut dyn FnMut(&str) -> Result<bool, Why>,
) -> Result<(), Why> {
    open_at(text, 0, other, take)
}

fn open_at(
    text: &str,
    depth: u32,
    other: RejectReason,
    take: &mut dyn FnMut(&str) -> Result<bool, Why>,
) -> Result<(), Why> {
    if depth > WRAPPERS_MAX {
        return Err((RejectReason::TooDeep, String::new()));
    }
    let text = unprefixed(text);
    match take(text) {
        Ok(true) => Ok(()),
        Ok(false) => open_inner(text, depth, other, take),
        // A member that the record has as well may be of another type around it.
        Err(why) => open_inner(text, depth, other, take).map_err(|_| why),
    }
}

fn open_inner(
    text: &str,
    depth: u32,
    other: RejectReason,
    take: &mut dyn FnMut(&str) -> Result<bool, Why>,
) -> Result<(), Why> {
    let wrapper: Wrapper<'_> = serde_json::from_str(text).map_err(|error| fault(text, &error))?;
    let Some(inner) = wrapper.log.or(wrapper.message).or(wrapper.data) else {
        return Err((other, String::new()));
    };
    let inner = inner.get();
    if inner.starts_with('"') {
        let inner: Text<'_> = serde_json::from_str(inner).map_err(|error| fault(inner, &error))?;
        open_at(inner.as_str(), depth + 1, other, take)
    } else {
        open_at(inner, depth + 1, other, take)
    }
}

/// The text from its first brace on, unless it is JSON as a whole: no prefix
/// that collectors write holds a brace.
pub(crate) fn unprefixed(text: &str) -> &str {
    let text = text.trim_ascii();
    match memchr::memchr(b'{', text.as_bytes()) {
        Some(at) if at > 0 && !valid(text) => &text[at..],
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes objects that have a member `x`.
    fn inner(text: &str) -> Result<String, Why> {
        let mut found = String::new();
        open(text, RejectReason::NotFalco, &mut |object| {
            let taken = object.starts_with(r#"{"x""#);
            if taken {
                object.clone_into(&mut found);
            }
            Ok(taken)
        })
        .map(|()| found)
    }

    #[test]
    fn a_record_is_found_in_what_is_around_it() {
        for text in [
            r#"{"x":1}"#,
            r#"<14>Nov 24 18:00:00 node falco[7]: {"x":1}"#,
            r#"2026-11-24T18:00:00.1Z stdout F {"x":1}"#,
            r#"[pod/falco-a/falco] {"x":1}"#,
            r#"{"log":{"x":1}}"#,
            r#"{"log":"2026-11-24T18:00:00Z stderr F {\"x\":1}\n","stream":"stderr"}"#,
            r#"{"specversion":"1.0","data":{"message":"{\"x\":1}"}}"#,
        ] {
            assert_eq!(inner(text), Ok(r#"{"x":1}"#.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_holds_no_record_is_named() {
        for (text, reason) in [
            (r#"{"y":1}"#, RejectReason::NotFalco),
            (r#"{"log":{"y":1}}"#, RejectReason::NotFalco),
            (r#"[{"x":1}]"#, RejectReason::NotObject),
            (r#"{"log":7}"#, RejectReason::NotObject),
            (r#"{"log":"started"}"#, RejectReason::NotJson),
            ("Nov 24 18:00:00 node falco: started", RejectReason::NotJson),
            (r#"node falco: {"y":"#, RejectReason::Truncated),
        ] {
            assert_eq!(
                inner(text).map_err(|(reason, _)| reason),
                Err(reason),
                "{text}"
            );
        }
    }
}
