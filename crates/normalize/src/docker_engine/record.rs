//! One line, told apart: which of the inputs it is, and what stands in it.

use std::borrow::Cow;

use serde_json::value::RawValue;
use yaral_udm::Timestamp;

use super::logfmt::{self, Fault, LogLine};
use crate::json::{Members, Text, fault, object};
use crate::reject::RejectReason;

/// The reason of a reject and its detail.
pub(super) type Why = (RejectReason, String);

object! {
    /// A JSON record: an engine event, a record of the authorization plugin, a
    /// row of the journal, or a line of the daemon's log as JSON.
    Json {
        // An engine event.
        kind: "Type" => Text<'a>,
        action: "Action" => Text<'a>,
        actor: "Actor" => Actor<'a>,
        /// The action, of engines before 1.10 the only one.
        status: "status" => &'a RawValue,
        id: "id" => &'a RawValue,
        image: "from" => &'a RawValue,
        time: "time" => &'a RawValue,
        nanos: "timeNano" => i64,
        // A record of the plugin.
        request_method: "RequestMethod" => Text<'a>,
        request_uri: "RequestUri" => Text<'a>,
        request_headers: "RequestHeaders" => Members<'a, &'a RawValue>,
        request_body: "RequestBody" => Text<'a>,
        response_code: "ResponseStatusCode" => i64,
        response_headers: "ResponseHeaders" => &'a RawValue,
        response_body: "ResponseBody" => Text<'a>,
        user: "User" => Text<'a>,
        phase: "_phase" => Text<'a>,
        received: "_ts" => &'a RawValue,
        // A row of the journal.
        message: "MESSAGE" => &'a RawValue,
        hostname: "_HOSTNAME" => Text<'a>,
        realtime: "__REALTIME_TIMESTAMP" => Text<'a>,
        // A line of the daemon's log.
        level: "level" => &'a RawValue,
        msg: "msg" => &'a RawValue,
        method: "method" => &'a RawValue,
        url: "request-url" => &'a RawValue,
        form: "form-data" => &'a RawValue,
        host: "host" => &'a RawValue,
        container: "container" => &'a RawValue,
        error: "error" => &'a RawValue,
    }
}

object! {
    /// The object of an engine event.
    Actor {
        id: "ID" => Text<'a>,
        attributes: "Attributes" => Members<'a, Text<'a>>,
    }
}

/// What a line is.
pub(super) enum Line<'a> {
    /// An engine event.
    Event(Box<Json<'a>>),
    /// A record of the authorization plugin.
    Request(Box<Json<'a>>),
    /// A line of the daemon's log.
    Log(Box<LogLine<'a>>, Option<Timestamp>),
    /// A valid line of something else: another program in the journal.
    Foreign,
}

/// The text of an optional member; an empty one says nothing.
pub(super) fn text<'t>(member: Option<&'t Text<'_>>) -> Option<&'t str> {
    member.map(Text::as_str).filter(|text| !text.is_empty())
}

/// The text of a member that may be anything.
pub(super) fn string<'t>(member: Option<&'t RawValue>) -> Option<Cow<'t, str>> {
    let text: Text<'t> = serde_json::from_str(member?.get()).ok()?;
    Some(text.0)
}

/// Reads a line.
pub(super) fn read(text: &str) -> Result<Line<'_>, Why> {
    if !text.starts_with('{') {
        return log(text, None, None);
    }
    let json: Json<'_> = serde_json::from_str(text).map_err(|error| fault(text, &error))?;
    if json.request_method.is_some() && json.request_uri.is_some() {
        return Ok(Line::Request(Box::new(json)));
    }
    let named = json.kind.is_some() && json.action.is_some();
    if named || (json.status.is_some() && json.id.is_some() && json.time.is_some()) {
        return Ok(Line::Event(Box::new(json)));
    }
    if json.msg.is_some() && json.level.is_some() && json.time.is_some() {
        return log_of_json(&json);
    }
    match json.message {
        Some(message) => journal(&json, message),
        None => Err((RejectReason::NotDocker, String::new())),
    }
}

/// A row of the journal: its message is a line of the log, or of another
/// program that wrote for the same unit.
fn journal<'a>(json: &Json<'a>, message: &'a RawValue) -> Result<Line<'a>, Why> {
    // The journal writes what is no text as a list of bytes; the daemon
    // escapes such bytes, so that is no line of its log.
    let Some(message) = string(Some(message)) else {
        return Ok(Line::Foreign);
    };
    if logfmt::start(&message).is_none() {
        return Ok(Line::Foreign);
    }
    let micros = json.realtime.as_ref();
    let micros = micros.and_then(|text| text.as_str().parse::<i64>().ok());
    let time = micros.and_then(|micros| {
        let nanos = i32::try_from(micros.rem_euclid(1_000_000) * 1_000).ok()?;
        Timestamp::new(micros.div_euclid(1_000_000), nanos)
    });
    let host = json.hostname.clone().map(|text| text.0);
    match message {
        Cow::Borrowed(message) => log(message, host, time),
        Cow::Owned(message) => owned(&message, host, time),
    }
}

/// A line that had to be unescaped first, so that nothing can be borrowed.
fn owned<'a>(
    message: &str,
    host: Option<Cow<'a, str>>,
    time: Option<Timestamp>,
) -> Result<Line<'a>, Why> {
    let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
    let Line::Log(line, time) = log(message, None, time)? else {
        return Ok(Line::Foreign);
    };
    let line = LogLine {
        host,
        time: own(line.time),
        level: own(line.level),
        message: own(line.message),
        listener: line.listener.map(own),
        method: line.method.map(own),
        url: line.url.map(own),
        form: line.form.map(own),
        container: line.container.map(own),
        error: line.error.map(own),
    };
    Ok(Line::Log(Box::new(line), time))
}

/// A line of the log as text. `host` and `time` are what is known around it.
fn log<'a>(
    text: &'a str,
    host: Option<Cow<'a, str>>,
    time: Option<Timestamp>,
) -> Result<Line<'a>, Why> {
    let mut line = match logfmt::read(text) {
        Ok(line) => line,
        Err(Fault::Cut) => {
            let why = "a value in quotes does not end".to_owned();
            return Err((RejectReason::Truncated, why));
        }
        Err(Fault::Other) if logfmt::is_foreign(text) => return Ok(Line::Foreign),
        Err(Fault::Other) => return Err((RejectReason::NotDocker, String::new())),
    };
    line.host = host.or(line.host);
    let own = Timestamp::parse(&line.time);
    if own.is_none() && !line.time.is_empty() && time.is_none() {
        return Err((RejectReason::BadTime, String::new()));
    }
    Ok(Line::Log(Box::new(line), own.or(time)))
}

/// A line of the log as JSON, which is how newer daemons write it on request.
fn log_of_json<'a>(json: &Json<'a>) -> Result<Line<'a>, Why> {
    let time = string(json.time).unwrap_or_default();
    let Some(time) = Timestamp::parse(&time) else {
        return Err((RejectReason::BadTime, String::new()));
    };
    let form = |value: &'a RawValue| match string(Some(value)) {
        Some(text) => text,
        None => Cow::Borrowed(value.get()),
    };
    let line = LogLine {
        level: string(json.level).unwrap_or_default(),
        message: string(json.msg).unwrap_or_default(),
        listener: string(json.host),
        method: string(json.method),
        url: string(json.url),
        form: json.form.map(form),
        container: string(json.container),
        error: string(json.error),
        ..LogLine::default()
    };
    Ok(Line::Log(Box::new(line), Some(time)))
}

/// The time of an engine event: in nanoseconds, else in seconds.
pub(super) fn event_time(json: &Json<'_>) -> Result<Option<Timestamp>, Why> {
    let precise = json.nanos.and_then(|nanos| {
        let rest = i32::try_from(nanos.rem_euclid(1_000_000_000)).ok()?;
        Timestamp::new(nanos.div_euclid(1_000_000_000), rest)
    });
    let coarse = json.time.map(|time| seconds(time.get()));
    match (precise, coarse) {
        (Some(time), _) | (None, Some(Some(time))) => Ok(Some(time)),
        (None, None) if json.nanos.is_none() => Ok(None),
        _ => Err((RejectReason::BadTime, String::new())),
    }
}

/// The time of a record of the plugin, if its recorder noted one.
pub(super) fn request_time(json: &Json<'_>) -> Result<Option<Timestamp>, Why> {
    let Some(received) = json.received else {
        return Ok(None);
    };
    let time = seconds(received.get());
    time.map(Some).ok_or((RejectReason::BadTime, String::new()))
}

/// Seconds since 1970 with a fraction, as written.
fn seconds(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut nanos = 0_i32;
    for place in 0..9 {
        let digit = match fraction.as_bytes().get(place) {
            None => 0,
            Some(digit @ b'0'..=b'9') => i32::from(digit - b'0'),
            Some(_) => return None,
        };
        nanos = nanos * 10 + digit;
    }
    Timestamp::new(whole.parse().ok()?, nanos)
}

/// Whether a record of the plugin came after the request was handled.
pub(super) fn is_response(json: &Json<'_>) -> bool {
    match text(json.phase.as_ref()) {
        Some("AuthZRes") => true,
        Some("AuthZReq") => false,
        _ => {
            json.response_code.is_some()
                || json.response_headers.is_some()
                || json.response_body.is_some()
        }
    }
}

/// The value of a header of the request, whatever the case of its name.
pub(super) fn header<'t>(json: &'t Json<'_>, name: &str) -> Option<Cow<'t, str>> {
    let headers = json.request_headers.as_ref()?;
    let mut headers = headers.0.iter();
    let (_, value) = headers.find(|(key, _)| key.as_str().eq_ignore_ascii_case(name))?;
    string(Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_keep_their_digits() {
        let shown = |text: &str| seconds(text).map(|time| time.to_string());
        assert_eq!(
            shown("1795410022.5973").as_deref(),
            Some("2026-11-23T05:00:22.597300Z")
        );
        assert_eq!(shown("1795410022").as_deref(), Some("2026-11-23T05:00:22Z"));
        for odd in ["", "1.5e9", "\"1\"", "9999999999999", "null"] {
            assert_eq!(shown(odd), None, "{odd}");
        }
    }
}
