//! One line of the log: where its record begins, and what its header says.
//!
//! ```text
//! node=web1 type=SYSCALL msg=audit(1795410022.591:4557): arch=c000003e …     raw, ausearch --raw
//! Nov 23 05:00:22 web1 audispd: type=SYSCALL msg=audit(…): …                 syslog
//! kernel: audit: type=1300 audit(1795410022.591:4557): arch=…                kernel log
//! {"MESSAGE":"SYSCALL arch=…","_AUDIT_ID":"4557","_HOSTNAME":"web1",…}       journalctl -o json
//! ```

use std::borrow::Cow;

use serde_json::value::RawValue;
use yaral_udm::Timestamp;

use super::types;
use crate::json::{Text, fault, object};
use crate::limits::AUDIT_NODE_BYTES_MAX;
use crate::reject::RejectReason;

/// A record, not yet read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Line<'a> {
    /// The machine that the record comes from, empty if the line names none.
    pub(super) node: Cow<'a, str>,
    /// The type of the record, such as `SYSCALL`.
    pub(super) kind: Cow<'a, str>,
    pub(super) id: Id,
    /// The fields.
    pub(super) body: Cow<'a, str>,
}

/// What the records of one event share.
#[derive(Copy, Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub(super) struct Id {
    /// Milliseconds since 1970.
    pub(super) time_ms: i64,
    pub(super) serial: u32,
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (seconds, rest) = (self.time_ms.div_euclid(1000), self.time_ms.rem_euclid(1000));
        write!(f, "{seconds}.{rest:03}:{}", self.serial)
    }
}

/// What a line is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Found<'a> {
    Record(Line<'a>),
    /// What ausearch prints between events.
    Separator,
}

object! {
    /// An entry of the journal.
    Entry {
        message: "MESSAGE" => &'a RawValue,
        host: "_HOSTNAME" => Text<'a>,
        kind: "_AUDIT_TYPE_NAME" => Text<'a>,
        serial: "_AUDIT_ID" => Text<'a>,
        time: "_SOURCE_REALTIME_TIMESTAMP" => Text<'a>,
        /// How the entry came: only the journal itself can set it.
        transport: "_TRANSPORT" => Text<'a>,
    }
}

type Why = (RejectReason, String);

/// Reads a line that is no event of LAUREL.
pub(super) fn read(text: &str) -> Result<Found<'_>, Why> {
    if text.starts_with('{') {
        return journal(text).map(Found::Record);
    }
    if text == "----" || text.starts_with("time->") || text == "<no matches>" {
        return Ok(Found::Separator);
    }
    let told = |why| match why {
        (RejectReason::NotAuditd, _) if is_export(text) => {
            let hint = "the journal's export form; use journalctl --all -o json";
            (RejectReason::NotAuditd, hint.to_owned())
        }
        why => why,
    };
    plain(text).map(Found::Record).map_err(told)
}

/// Whether a line is a field of the journal's export form: a name in capitals,
/// and its value.
fn is_export(text: &str) -> bool {
    let name = text
        .split('=')
        .next()
        .filter(|name| name.len() < text.len());
    name.is_some_and(|name| {
        let letter = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
        !name.is_empty() && name.bytes().all(letter)
    })
}

/// The text of a `MESSAGE`, which may be written as the list of its bytes.
pub(super) fn message(value: &str) -> Option<Cow<'_, str>> {
    if value.starts_with('[') {
        let bytes: Vec<u8> = serde_json::from_str(value).ok()?;
        return Some(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()));
    }
    serde_json::from_str::<Text<'_>>(value)
        .ok()
        .map(|text| text.0)
}

/// A line of text.
fn plain(text: &str) -> Result<Line<'_>, Why> {
    let none = |why: &str| (RejectReason::NotAuditd, why.to_owned());
    let Some(stamp) = memchr::memmem::find(text.as_bytes(), b"audit(") else {
        let journal = text.contains(" audit[") || text.contains(" audit: ");
        return Err(none(if journal {
            "no serial number; use journalctl -o json"
        } else {
            "no audit(TIME:SERIAL)"
        }));
    };
    let before = &text[..stamp];
    let Some(start) = before.rfind("type=") else {
        return Err(none("no type="));
    };
    let kind = before[start + 5..].split_ascii_whitespace().next();
    let kind = kind.ok_or_else(|| none("no type="))?;
    let inside = &text[stamp + 6..];
    let Some((stamp, body)) = inside.split_once(')') else {
        return Err((RejectReason::Truncated, "in audit(TIME:SERIAL)".to_owned()));
    };
    let id = Id::parse(stamp).ok_or_else(|| {
        if stamp.contains('/') {
            let hint = "times are interpreted; use ausearch --raw";
            (RejectReason::NotAuditd, hint.to_owned())
        } else {
            (RejectReason::BadTime, "in audit(TIME:SERIAL)".to_owned())
        }
    })?;
    Ok(Line {
        node: machine(Cow::Borrowed(node(&before[..start]))),
        kind: types::name(kind),
        id,
        body: Cow::Borrowed(body.strip_prefix(':').unwrap_or(body)),
    })
}

/// The name of a machine; one that is longer than names are is none.
pub(super) fn machine(name: Cow<'_, str>) -> Cow<'_, str> {
    if name.len() <= AUDIT_NODE_BYTES_MAX {
        name
    } else {
        Cow::Borrowed("")
    }
}

/// The machine that a prefix names: by `node=`, else as syslog does, behind
/// the time.
fn node(prefix: &str) -> &str {
    let mut words = prefix.split_ascii_whitespace();
    if let Some(node) = prefix
        .split_ascii_whitespace()
        .find_map(|w| w.strip_prefix("node="))
    {
        return node;
    }
    let Some(first) = words.next() else { return "" };
    let first = match first.split_once('>') {
        Some((_, rest)) if first.starts_with('<') => rest,
        _ => first,
    };
    // `<13>1 2026-11-23T05:00:22Z web1`: the version, then the time.
    let time = if first == "1" {
        words.next()
    } else {
        Some(first)
    };
    let host = match time {
        Some(time) if time.starts_with(|c: char| c.is_ascii_digit()) && time.contains('T') => {
            words.next()
        }
        // `Nov 23 05:00:22 web1`
        Some(month) if month.len() == 3 => words.nth(2),
        _ => None,
    };
    host.filter(|host| !host.ends_with(':')).unwrap_or_default()
}

/// An entry of the journal as JSON.
fn journal(text: &str) -> Result<Line<'_>, Why> {
    let entry: Entry<'_> = serde_json::from_str(text).map_err(|error| fault(text, &error))?;
    let none = |why: &str| (RejectReason::NotAuditd, why.to_owned());
    if let Some(transport) = &entry.transport
        && !matches!(transport.as_str(), "audit" | "kernel")
    {
        return Err(none("the entry is a program's, not the kernel's"));
    }
    let message = entry.message.ok_or_else(|| {
        none(if text.contains("\"MESSAGE\"") {
            "MESSAGE is left out for its length; use journalctl --all -o json"
        } else {
            "no MESSAGE"
        })
    })?;
    let message = self::message(message.get())
        .ok_or_else(|| (RejectReason::WrongType, "in MESSAGE".to_owned()))?;
    let host = entry.host.map_or(Cow::Borrowed(""), |host| machine(host.0));
    let serial = entry.serial.and_then(|serial| serial.as_str().parse().ok());
    let time = entry
        .time
        .and_then(|time| time.as_str().parse::<i64>().ok());
    let (Some(serial), Some(micros)) = (serial, time) else {
        // The kernel's own log, which the journal takes up as it is.
        return match message {
            Cow::Borrowed(message) => plain(message),
            Cow::Owned(message) => plain(&message).map(Line::owned),
        }
        .map(|line| {
            if line.node.is_empty() {
                Line { node: host, ..line }
            } else {
                line
            }
        });
    };
    let (word, body) = match &message {
        Cow::Borrowed(text) => {
            let (word, body) = text.split_once(' ').unwrap_or((text, ""));
            (Cow::Borrowed(word), Cow::Borrowed(body))
        }
        Cow::Owned(text) => {
            let (word, body) = text.split_once(' ').unwrap_or((text, ""));
            (Cow::Owned(word.to_owned()), Cow::Owned(body.to_owned()))
        }
    };
    Ok(Line {
        node: host,
        kind: entry.kind.map_or(word, |kind| kind.0),
        id: Id {
            time_ms: micros.div_euclid(1000),
            serial,
        },
        body,
    })
}

impl Line<'_> {
    fn owned(self) -> Line<'static> {
        Line {
            node: Cow::Owned(self.node.into_owned()),
            kind: Cow::Owned(self.kind.into_owned()),
            id: self.id,
            body: Cow::Owned(self.body.into_owned()),
        }
    }
}

impl Id {
    /// Reads `1795410022.591:4557`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (time, serial) = text.split_once(':')?;
        let (seconds, fraction) = time.split_once('.').unwrap_or((time, "0"));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if !digits(seconds) || !digits(fraction) || !digits(serial) || fraction.len() > 9 {
            return None;
        }
        let seconds: i64 = seconds.parse().ok()?;
        // A time that no event can have.
        Timestamp::new(seconds, 0)?;
        let millis = (0..3).fold(0, |sum, place| {
            let digit = fraction
                .as_bytes()
                .get(place)
                .map_or(0, |b| i64::from(b - b'0'));
            sum * 10 + digit
        });
        Some(Self {
            time_ms: seconds.checked_mul(1000)?.checked_add(millis)?,
            serial: serial.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match read(text) {
            Ok(Found::Record(line)) => {
                format!("{} {} {} [{}]", line.node, line.kind, line.id, line.body)
            }
            Ok(Found::Separator) => "-".to_owned(),
            Err((reason, detail)) => format!("{reason}: {detail}"),
        }
    }

    #[test]
    fn prefixes_are_read() {
        for (text, expected) in [
            (
                "type=CWD msg=audit(1.5:7): cwd=\"/\"",
                " CWD 1.500:7 [ cwd=\"/\"]",
            ),
            (
                "node=web1 type=CWD msg=audit(1.005:7): x",
                "web1 CWD 1.005:7 [ x]",
            ),
            (
                "<13>Nov 23 05:00:22 web1 audispd: type=CWD msg=audit(1.0:7): x",
                "web1 CWD 1.000:7 [ x]",
            ),
            (
                "<13>1 2026-11-23T05:00:22Z web1 audit - - - type=CWD msg=audit(1.0:7): x",
                "web1 CWD 1.000:7 [ x]",
            ),
            (
                "2026-11-23T05:00:22+00:00 web1 audisp-syslog: node=n type=CWD msg=audit(1.0:7): x",
                "n CWD 1.000:7 [ x]",
            ),
            (
                "Nov 23 05:00:22 web1 kernel: audit: type=1307 audit(1.0:7): cwd=\"/\"",
                "web1 CWD 1.000:7 [ cwd=\"/\"]",
            ),
            (
                "[ 12.5] audit: type=9999 audit(1.0:7): x",
                " 9999 1.000:7 [ x]",
            ),
            ("----", "-"),
            ("time->Mon Nov 23 05:00:22 2026", "-"),
            (
                "type=CWD msg=audit(11/23/2026 05:00:22.591:7) : x",
                "NOT_AUDITD: times are interpreted; use ausearch --raw",
            ),
            (
                "type=CWD msg=audit(x:7): x",
                "BAD_TIME: in audit(TIME:SERIAL)",
            ),
            (
                "type=CWD msg=audit(99999999999999999999.0:7): x",
                "BAD_TIME: in audit(TIME:SERIAL)",
            ),
            (
                "type=CWD msg=audit(1.0:7",
                "TRUNCATED: in audit(TIME:SERIAL)",
            ),
            (
                "Nov 23 05:00:22 web1 audit[1]: CWD cwd=\"/\"",
                "NOT_AUDITD: no serial number; use journalctl -o json",
            ),
            ("nothing", "NOT_AUDITD: no audit(TIME:SERIAL)"),
            ("msg=audit(1.0:7): x", "NOT_AUDITD: no type="),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn the_journal_is_read() {
        let text = r#"{"MESSAGE":"CWD cwd=\"/\"","_AUDIT_ID":"7","_SOURCE_REALTIME_TIMESTAMP":"1005000","_HOSTNAME":"web1"}"#;
        assert_eq!(shown(text), "web1 CWD 1.005:7 [cwd=\"/\"]");
        let text = r#"{"MESSAGE":"audit: type=1307 audit(1.0:7): x","_HOSTNAME":"web1"}"#;
        assert_eq!(shown(text), "web1 CWD 1.000:7 [ x]");
        let text = r#"{"MESSAGE":"type=CWD msg=audit(1.0:1): x","_TRANSPORT":"syslog"}"#;
        assert_eq!(
            shown(text),
            "NOT_AUDITD: the entry is a program's, not the kernel's"
        );
        let text = r#"{"MESSAGE":[67,87,68,32,99,119,100,61,255],"_AUDIT_ID":"7","_SOURCE_REALTIME_TIMESTAMP":"1005000"}"#;
        assert_eq!(shown(text), " CWD 1.005:7 [cwd=\u{fffd}]");
        let text = r#"{"MESSAGE":null,"_AUDIT_ID":"7"}"#;
        assert_eq!(
            shown(text),
            "NOT_AUDITD: MESSAGE is left out for its length; use journalctl --all -o json"
        );
        assert_eq!(shown(r#"{"MESSAGE":[300]}"#), "WRONG_TYPE: in MESSAGE");
        assert_eq!(
            shown("_AUDIT_ID=7"),
            "NOT_AUDITD: the journal's export form; use journalctl --all -o json"
        );
        assert_eq!(shown("{}"), "NOT_AUDITD: no MESSAGE");
        assert_eq!(shown("{\"a\""), "TRUNCATED: at column 4");
    }
}
