//! The raw record without its secrets.
//!
//! A record of the plugin and a line of the log hold bodies as text inside of
//! text, so each is taken apart, cleaned as what it is, and written again.
//! Bodies that are secrets or file contents by what was asked are cut as a
//! whole, so are those that are no whole JSON: a log of a container, an
//! archive, a body that its recorder cut.

use serde_json::value::RawValue;

use super::logfmt;
use super::{body, build, open, uri};
use crate::json::{Members, Text};
use crate::redact::{self, Bodies, REDACTED};

/// Operations whose request body is shown without its secrets.
const REQUESTS: [&str; 14] = [
    "commit",
    "container_create",
    "container_kill",
    "container_restart",
    "container_start",
    "container_stop",
    "container_update",
    "exec_create",
    "exec_start",
    "network_connect",
    "network_create",
    "network_disconnect",
    "volume_create",
    "checkpoint_create",
];

/// Operations whose response body is shown without its secrets.
const RESPONSES: [&str; 15] = [
    "container_changes",
    "container_create",
    "container_inspect",
    "container_list",
    "container_remove",
    "container_wait",
    "exec_create",
    "exec_inspect",
    "image_list",
    "image_remove",
    "info",
    "network_inspect",
    "network_list",
    "version",
    "volume_list",
];

/// Appends a record to `out` without its secrets. `operation` is what the
/// record is about.
pub(super) fn clean(text: &str, operation: &str, out: &mut String) {
    if text.starts_with('{') {
        json(text, operation, out);
    } else {
        log_line(text, operation, out);
    }
}

/// What stands before the first body in a line that could not be read: which
/// call it belongs to, and so what is a secret in it, nobody knows.
pub(super) fn before_body(line: &[u8]) -> &[u8] {
    let marks: [&[u8]; 7] = [
        b"form data: ",
        b"form-data",
        b"RequestBody",
        b"ResponseBody",
        b"X-Registry-",
        b"buildargs=",
        b"changes=",
    ];
    let ends = marks.into_iter().filter_map(|mark| {
        let at = memchr::memmem::find(line, mark)?;
        Some(at + mark.len())
    });
    line.get(..ends.min().unwrap_or(line.len())).unwrap_or(line)
}

/// A JSON record, member by member.
fn json(text: &str, operation: &str, out: &mut String) {
    let Ok(members) = serde_json::from_str::<Members<'_, &RawValue>>(text) else {
        // It was read before, so this does not happen; if it did, nothing is
        // shown.
        return out.push_str(REDACTED);
    };
    let plugin = members.get("RequestMethod").is_some();
    out.push('{');
    for (place, (name, value)) in members.0.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        let name = name.as_str();
        match special(name, value.get(), operation, plugin) {
            Some(text) => {
                string(name, out);
                out.push(':');
                out.push_str(&text);
            }
            None => member(name, value.get(), out),
        }
    }
    out.push('}');
}

/// The value of a member that is more than it seems to be, as JSON.
fn special(name: &str, value: &str, operation: &str, plugin: bool) -> Option<String> {
    let text = serde_json::from_str::<Text<'_>>(value).ok();
    let text = text.as_ref().map(Text::as_str);
    let clean = match (name, text) {
        ("RequestHeaders" | "ResponseHeaders", _) if plugin => return Some(headers(value)),
        ("RequestBody", Some(text)) if plugin => shown(text, REQUESTS.contains(&operation)),
        ("ResponseBody", Some(text)) if plugin => shown(text, RESPONSES.contains(&operation)),
        ("RequestUri" | "request-url", Some(text)) => uri::clean(text).into_owned(),
        ("MESSAGE", Some(text)) if logfmt::start(text).is_some() => {
            let mut line = String::new();
            log_line(text, operation, &mut line);
            line
        }
        ("msg", Some(text)) => message(text, operation),
        ("form-data", _) => shown(text.unwrap_or(value), REQUESTS.contains(&operation)),
        ("RequestBody" | "ResponseBody", None) if plugin => REDACTED.to_owned(),
        _ => return None,
    };
    let mut out = String::new();
    string(&clean, &mut out);
    Some(out)
}

/// The headers of a request or an answer. Those about a registry are
/// credentials by what they are for.
fn headers(value: &str) -> String {
    let mut out = String::new();
    let Ok(members) = serde_json::from_str::<Members<'_, &RawValue>>(value) else {
        redact::json(value, Bodies::None, &mut out);
        return out;
    };
    out.push('{');
    for (place, (name, value)) in members.0.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        let name = name.as_str();
        let lower = name.to_ascii_lowercase();
        let secret = lower.starts_with("x-registry-") || lower.contains("cookie");
        if secret {
            string(name, &mut out);
            out.push(':');
            string(REDACTED, &mut out);
        } else {
            member(name, value.get(), &mut out);
        }
    }
    out.push('}');
    out
}

/// A member by the rules for JSON, so that its name counts.
fn member(name: &str, value: &str, out: &mut String) {
    let mut whole = String::from("{");
    string(name, &mut whole);
    whole.push(':');
    whole.push_str(value);
    whole.push('}');
    let mut clean = String::new();
    redact::json(&whole, Bodies::None, &mut clean);
    let inner = clean
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'));
    out.push_str(inner.unwrap_or_default());
}

/// A body, or the mark of one that is not shown.
fn shown(written: &str, kept: bool) -> String {
    if written.is_empty() {
        return String::new();
    }
    let text = body::text(written);
    if !kept || !crate::json::valid(&text) {
        return REDACTED.to_owned();
    }
    let mut out = String::new();
    redact::json(text.trim_ascii(), Bodies::None, &mut out);
    out
}

fn string(text: &str, out: &mut String) {
    match serde_json::to_string(text) {
        Ok(quoted) => out.push_str(&quoted),
        Err(_) => out.push_str("\"\""),
    }
}

/// A line of the log, pair by pair.
fn log_line(text: &str, operation: &str, out: &mut String) {
    let (prefix, line) = text.split_at(logfmt::start(text).unwrap_or(0));
    out.push_str(&redact::redact_text(prefix));
    let mut first = true;
    let done = logfmt::pairs(line, &mut |pair| {
        if !std::mem::take(&mut first) {
            out.push(' ');
        }
        out.push_str(pair.key);
        out.push('=');
        let plain = pair.plain();
        let clean = match pair.key {
            "msg" => message(&plain, operation),
            "request-url" => uri::clean(&plain).into_owned(),
            "form-data" => shown(&plain, REQUESTS.contains(&operation)),
            _ => redact::redact_text(&plain).into_owned(),
        };
        if clean == *plain {
            out.push_str(pair.value);
        } else {
            logfmt::quote(&clean, out);
        }
    });
    if done.is_err() {
        out.push_str(REDACTED);
    }
}

/// A message of the log.
fn message(text: &str, operation: &str) -> String {
    match build::parts(text) {
        build::Parts::Call(before, uri) => format!("{before}{}", uri::clean(uri)),
        build::Parts::Form(before, form) => {
            // A body on a line of its own may be that of another call, so it
            // must look like what the call asks for.
            let alike = open::shape(&body::read(form)).is_some();
            let kept = alike && REQUESTS.contains(&operation);
            format!("{before}{}", shown(form, kept))
        }
        build::Parts::Other => redact::redact_text(text).into_owned(),
    }
}
