//! Entry points of reading, and what is told about what was passed over.
//!
//! A text that is not JSON is an error. A field the schema does not know, or a value that
//! does not fit its field, is not: it is left out and counted, as events outlive schemas.

use std::fmt;

use serde::de::DeserializeSeed as _;

use super::envelope::{Envelope, Role};
use crate::event::Event;
use crate::path::Root;
use crate::projection::FieldSet;
use crate::schema::FieldId;

/// What was left out while reading an event, none of it fatal.
///
/// Fields that are not wanted are not looked at, so they count neither way.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ReadReport {
    /// Names the schema does not have: of a field in its message, or of an enum value.
    pub unknown: u32,
    /// Values that do not fit their field and were left out.
    pub mismatched: u32,
    /// Values that proto JSON would refuse and that were kept: text in a bytes
    /// field that is not base64, one value where an array is due.
    pub kept: u32,
    /// Path and reason of the first of them all.
    pub first: Option<String>,
}

/// Why a text could not be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReadError {
    /// Line of the error, counted from one.
    pub line: usize,
    /// Column of the error in bytes, counted from one; zero if it is at the line's start.
    pub column: usize,
    /// The reason, in plain words.
    pub reason: String,
}

/// Reads the one event of a JSON document into `out`, which is emptied first.
///
/// The document is a bare event, or holds one in `event`, `udm`, `idm.readOnlyUdm`,
/// `idm.entity` or `events`. A bare object is read as the kind (event or entity) that
/// `out` was; an envelope that says otherwise changes it.
///
/// # Errors
/// If the text is not JSON, is nested too deeply, or does not hold exactly one event;
/// `out` is then empty.
pub fn read_event(json: &[u8], want: &FieldSet, out: &mut Event) -> Result<ReadReport, ReadError> {
    let mut only = None;
    let done = read_document(json, want, out, true, &mut |_, report| {
        only = Some(report.clone());
    });
    match (done, only) {
        (Ok(()), Some(report)) => Ok(report),
        (Ok(()), None) => {
            out.clear();
            Err(ReadError {
                line: 1,
                column: 0,
                reason: "the document holds no event".to_owned(),
            })
        }
        (Err(error), _) => {
            out.clear();
            Err(error)
        }
    }
}

/// Reads every event of a JSON document, in the forms that [`read_event`] takes and as an
/// array of them. Each is passed to `each` as soon as it is complete; `scratch` is the
/// memory it is read into and tells the kind of bare objects.
///
/// # Errors
/// If the text is not JSON or is nested too deeply. Events before the error have been
/// passed on by then.
pub fn read_events(
    json: &[u8],
    want: &FieldSet,
    scratch: &mut Event,
    mut each: impl FnMut(&Event, &ReadReport),
) -> Result<(), ReadError> {
    read_document(json, want, scratch, false, &mut each)
}

fn read_document(
    json: &[u8],
    want: &FieldSet,
    out: &mut Event,
    single: bool,
    each: &mut dyn FnMut(&Event, &ReadReport),
) -> Result<(), ReadError> {
    let root = out.kind();
    out.clear();
    let mut reader = Reader {
        out,
        want,
        root,
        report: ReadReport::default(),
        path: Vec::new(),
        single,
        events: 0,
        each,
    };
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    Envelope {
        reader: &mut reader,
        role: Role::Top,
    }
    .deserialize(&mut deserializer)?;
    Ok(deserializer.end()?)
}

/// The state of reading one document.
pub(super) struct Reader<'a> {
    pub(super) out: &'a mut Event,
    pub(super) want: &'a FieldSet,
    /// What a bare object is.
    pub(super) root: Root,
    pub(super) report: ReadReport,
    /// The fields above the one being read.
    pub(super) path: Vec<FieldId>,
    single: bool,
    events: u32,
    each: &'a mut dyn FnMut(&Event, &ReadReport),
}

impl Reader<'_> {
    /// Starts an event.
    pub(super) fn begin<E: serde::de::Error>(&mut self, root: Root) -> Result<(), E> {
        if self.single && self.events > 0 {
            return Err(E::custom("the document holds more than one event"));
        }
        self.out.reset(root);
        self.report = ReadReport::default();
        self.path.clear();
        Ok(())
    }

    /// Passes the event on.
    pub(super) fn finish(&mut self) {
        self.events = self.events.saturating_add(1);
        (self.each)(self.out, &self.report);
    }

    /// Counts a name that the schema does not have.
    pub(super) fn unknown(&mut self, name: &str, reason: &str) {
        self.report.unknown = self.report.unknown.saturating_add(1);
        self.note(None, &format_args!("{reason} {:?}", Cut(name)));
    }

    /// Counts a value that does not fit its field.
    pub(super) fn mismatch(&mut self, field: Option<FieldId>, reason: &str) {
        self.report.mismatched = self.report.mismatched.saturating_add(1);
        self.note(field, &reason);
    }

    /// Counts a value that was kept although it does not fit quite.
    pub(super) fn kept(&mut self, field: Option<FieldId>, reason: &str) {
        self.report.kept = self.report.kept.saturating_add(1);
        self.note(field, &reason);
    }

    fn note(&mut self, field: Option<FieldId>, reason: &dyn fmt::Display) {
        if self.report.first.is_some() {
            return;
        }
        let names: Vec<&str> = self
            .path
            .iter()
            .copied()
            .chain(field)
            .map(FieldId::name)
            .collect();
        let place = if names.is_empty() {
            "the event".to_owned()
        } else {
            names.join(".")
        };
        self.report.first = Some(format!("{place}: {reason}"));
    }
}

/// A name as it is shown in a report: not longer than a line.
struct Cut<'t>(&'t str);

impl fmt::Debug for Cut<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const CHARS_MAX: usize = 64;
        match self.0.char_indices().nth(CHARS_MAX) {
            Some((end, _)) => write!(f, "{:?}...", self.0.get(..end).unwrap_or_default()),
            None => write!(f, "{:?}", self.0),
        }
    }
}

impl From<serde_json::Error> for ReadError {
    fn from(error: serde_json::Error) -> Self {
        let text = error.to_string();
        let reason = text
            .rsplit_once(" at line ")
            .map_or(text.as_str(), |(reason, _)| reason);
        let reason = match reason {
            "recursion limit exceeded" => "objects and arrays are nested too deeply",
            "trailing characters" => "there is more text after the end of the document",
            other => other,
        };
        let reason = reason
            .strip_prefix("invalid type: ")
            .map_or_else(|| reason.to_owned(), |rest| format!("found {rest}"));
        Self {
            line: error.line(),
            column: error.column(),
            reason,
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {}, column {}: {}",
            self.line, self.column, self.reason
        )
    }
}

impl std::error::Error for ReadError {}
