//! Lines of UDM JSON in, records out.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::value::RawValue;
use yaral_udm::{Event, FieldPath, FieldSet, Needs, Root, read_event, read_events, write_event};

use super::need;
use crate::LogType;
use crate::json::{fault, object};
use crate::record::{Counts, Normalizer, Position, Record, Sink, content_id};
use crate::redact::{self, Bodies};
use crate::reject::{Reject, RejectReason, readable};
use crate::setup::Setup;

/// What an event must have at least; always read, whatever the rules need.
const ALWAYS: [&str; 3] = [
    "metadata.id",
    "metadata.event_timestamp",
    "metadata.event_type",
];

object! {
    /// What tells a bare event from an envelope.
    Outline {
        metadata: "metadata" => &'a RawValue,
    }
}

/// The normalizer of this log type.
pub(super) struct UdmNormalizer {
    want: Arc<FieldSet>,
    all: Arc<FieldSet>,
    needs: Needs,
    /// The set of fields decides every need.
    prefilter: bool,
    required: [Option<FieldPath>; 2],
    redact: bool,
    counts: Counts,
    source: u32,
    scratch: Event,
}

/// An event on its way to the sink.
struct UdmRecord<'a> {
    event: &'a Event,
    /// The text of a bare event; none for one of an envelope, which was read
    /// in full.
    text: Option<&'a str>,
    id: Cow<'a, str>,
    position: Position,
    redact: bool,
}

impl UdmRecord<'_> {
    /// The event as text, on its way out.
    fn shown(&self) -> String {
        let mut written = String::new();
        let text = self.text.unwrap_or_else(|| {
            write_event(self.event, &mut written);
            &written
        });
        if !self.redact {
            return text.to_owned();
        }
        let mut clean = String::with_capacity(text.len());
        redact::json(text, Bodies::None, &mut clean);
        clean
    }
}

impl UdmNormalizer {
    pub(super) fn new(setup: &Setup) -> Self {
        let mut want = setup.want.clone();
        let path = |dotted: &str| FieldPath::resolve(Root::Event, dotted).ok();
        for path in ALWAYS.into_iter().filter_map(path) {
            want.insert(&path);
        }
        for need in setup.needs.rules.iter().flatten() {
            want.insert(&need.path);
        }
        let open = setup.needs.rules.is_empty() || setup.needs.rules.iter().any(Vec::is_empty);
        Self {
            want: Arc::new(want),
            all: Arc::new(FieldSet::all()),
            needs: setup.needs.clone(),
            prefilter: !open,
            required: [
                path("metadata.event_type"),
                path("metadata.event_timestamp"),
            ],
            redact: setup.redact,
            counts: Counts::default(),
            source: 0,
            scratch: Event::new(Root::Event),
        }
    }

    fn document(
        &mut self,
        text: &str,
        position: Position,
        sink: &mut dyn Sink,
    ) -> Result<(), (RejectReason, String)> {
        let bare = match text.starts_with('[') {
            true if crate::json::valid(text) => false,
            true => return Err((RejectReason::NotJson, String::new())),
            false => {
                let outline: Outline<'_> =
                    serde_json::from_str(text).map_err(|error| fault(text, &error))?;
                outline.metadata.is_some()
            }
        };
        let hash = || content_id(text);
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.reset(Root::Event);
        let mut found = 0;
        let mut bad = 0;
        let want = Arc::clone(if bare { &self.want } else { &self.all });
        let redact = self.redact;
        let done = read_events(text.as_bytes(), &want, &mut scratch, |event, report| {
            if !self.is_event(event) {
                bad += 1;
                return;
            }
            found += 1;
            self.counts.mismatched += u64::from(report.mismatched);
            let position = Position {
                item: if bare { 0 } else { found + bad },
                ..position
            };
            let id = match event.event_id() {
                Some(id) => Cow::Borrowed(id),
                None if bare => Cow::Owned(hash()),
                None => Cow::Owned(format!("{}-{}", hash(), position.item)),
            };
            self.emit(
                &UdmRecord {
                    event,
                    text: bare.then_some(text),
                    id,
                    position,
                    redact,
                },
                sink,
            );
        });
        self.scratch = scratch;
        match done {
            Err(error) if bad + found == 0 => {
                Err((RejectReason::NotUdm, format!("at column {}", error.column)))
            }
            Err(error) => Err((RejectReason::TooDeep, format!("at column {}", error.column))),
            Ok(()) if bad > 0 => Err((RejectReason::NotUdm, format!("{bad} of {}", bad + found))),
            Ok(()) if found == 0 => Err((RejectReason::NotUdm, "no event".to_owned())),
            Ok(()) => Ok(()),
        }
    }

    /// Whether it is an event and has what every event must have.
    fn is_event(&self, event: &Event) -> bool {
        let has = |path: &Option<FieldPath>| {
            path.as_ref()
                .is_some_and(|path| event.root().walk(path.steps()).is_some())
        };
        event.kind() == Root::Event && self.required.iter().any(has)
    }

    fn emit(&mut self, record: &UdmRecord<'_>, sink: &mut dyn Sink) {
        self.counts.records += 1;
        let rules = &self.needs.rules;
        if self.prefilter && !rules.iter().any(|rule| need::admits(record.event, rule)) {
            self.counts.passed_over += 1;
            return sink.passed_over(record.event.event_time());
        }
        self.counts.events += 1;
        sink.event(record);
    }
}

impl Normalizer for UdmNormalizer {
    fn log_type(&self) -> LogType {
        LogType::Udm
    }

    fn begin(&mut self, source: u32) {
        self.source = source;
    }

    fn feed(&mut self, line: &[u8], at: u64, sink: &mut dyn Sink) {
        self.counts.lines += 1;
        let position = Position::of_line(self.source, at);
        let done = match readable(line) {
            Ok("") => Ok(()),
            Ok(text) => self.document(text, position, sink),
            Err(why) => Err(why),
        };
        if let Err(why) = done {
            self.counts.rejected += 1;
            sink.reject(Reject::new(position, why, line, self.redact));
        }
    }

    fn finish(&mut self, _sink: &mut dyn Sink) {}

    fn counts(&self) -> Counts {
        self.counts
    }
}

impl Record for UdmRecord<'_> {
    fn build(&self, out: &mut Event) {
        out.clone_from(self.event);
    }

    fn build_full(&self, out: &mut Event) {
        out.reset(Root::Event);
        // It was read once already, so reading it again cannot fail; if it
        // did, nothing would be shown rather than what is not redacted.
        if read_event(self.shown().as_bytes(), &FieldSet::all(), out).is_err() {
            out.reset(Root::Event);
        }
    }

    fn position(&self) -> Position {
        self.position
    }

    fn raw(&self, out: &mut String) {
        out.push_str(&self.shown());
    }

    fn event_id(&self) -> &str {
        &self.id
    }
}
