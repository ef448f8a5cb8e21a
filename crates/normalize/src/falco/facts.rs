//! What an alert says, worked out once: the kind of event, the process with its
//! ancestors, the file or the two ends of the socket.
//!
//! Texts leave through [`Facts::clean`].

use std::borrow::Cow;
use std::cell::OnceCell;

use yaral_udm::Timestamp;

use super::alert::{Alert, Fields, elements};
use super::subject;
use crate::argv::{self, Words};
use crate::host::{self, Call, Ends, Kind, Process, Side};
use crate::json::{Scalar, Text};
use crate::jwt::{self, Claims};
use crate::paths;
use crate::redact;
use crate::reject::RejectReason;
use crate::rows::{Family, Value, fixed, row_makers};

/// Falco's alerts as a family of rows.
pub(super) struct Falco;

impl Family for Falco {
    type Facts<'a> = Facts<'a>;
}

row_makers!(Falco, Facts);

/// An alert with its event worked out.
pub(super) struct Facts<'a> {
    pub(super) alert: &'a Alert<'a>,
    pub(super) time: Option<Timestamp>,
    /// What the system call is, if it is one that we know and the alert has
    /// what such an event needs.
    pub(super) call: Option<Call>,
    chain: Vec<Process<'a>>,
    path: Option<Cow<'a, str>>,
    pub(super) ends: Ends<'a>,
    redact: bool,
    words: OnceCell<Option<Words>>,
    claims: OnceCell<Option<Claims>>,
}

/// The text of an optional member; an empty one says nothing.
fn text<'t>(member: Option<&'t Text<'_>>) -> Option<&'t str> {
    member.map(Text::as_str).filter(|text| !text.is_empty())
}

fn scalar<'t>(member: Option<&'t Scalar<'_>>) -> Option<&'t str> {
    member.map(Scalar::as_str).filter(|text| !text.is_empty())
}

/// A time as text, or as nanoseconds since 1970.
fn time(text: &str) -> Option<Timestamp> {
    if let Ok(nanos) = text.parse::<i64>() {
        let rest = i32::try_from(nanos.rem_euclid(1_000_000_000)).ok()?;
        return Timestamp::new(nanos.div_euclid(1_000_000_000), rest);
    }
    Timestamp::parse(text)
}

/// The time of an alert; none if it has no time field at all. `evt.time` is not
/// asked unless it is a number: as a text it has no date.
pub(super) fn event_time(alert: &Alert<'_>) -> Result<Option<Timestamp>, RejectReason> {
    let fields = [
        "evt.time.iso8601",
        "evt.rawtime",
        "evt.time",
        "jevt.time.iso8601",
        "jevt.rawtime",
    ];
    let fields = fields.iter().filter_map(|name| alert.field(name));
    let mut times = scalar(alert.time.as_ref())
        .into_iter()
        .chain(fields)
        .peekable();
    if times.peek().is_none() {
        return Ok(None);
    }
    times.find_map(time).map(Some).ok_or(RejectReason::BadTime)
}

impl<'a> Facts<'a> {
    pub(super) fn new(alert: &'a Alert<'a>, time: Option<Timestamp>, redact: bool) -> Self {
        let call = subject::call(alert);
        let ends = subject::ends(alert, call);
        let path = subject::path(alert, call, redact);
        let call = call.filter(|call| subject::fits(*call, &ends, path.is_some()));
        Self {
            alert,
            time,
            call,
            chain: subject::chain(alert),
            path: path.filter(|_| call.is_some()),
            ends,
            redact,
            words: OnceCell::new(),
            claims: OnceCell::new(),
        }
    }

    /// A text on its way out.
    pub(super) fn clean<'t>(&self, text: &'t str) -> Cow<'t, str> {
        redact::text(text, self.redact)
    }

    /// A text as the value of a row.
    pub(super) fn value<'t>(&self, text: Option<&'t str>) -> Value<'t> {
        text.map_or(Value::Absent, |text| Value::Text(self.clean(text)))
    }

    /// An output field as the value of a row.
    pub(super) fn of(&self, name: &str) -> Value<'_> {
        self.value(self.alert.field(name))
    }

    /// The first of some output fields as the value of a row.
    pub(super) fn of_first(&self, names: &[&str]) -> Value<'_> {
        self.value(self.alert.first(names))
    }

    pub(super) fn rule(&self) -> Option<&str> {
        text(self.alert.rule.as_ref())
    }

    pub(super) fn priority(&self) -> Option<&str> {
        scalar(self.alert.priority.as_ref())
    }

    pub(super) fn source(&self) -> Option<&str> {
        scalar(self.alert.source.as_ref())
    }

    pub(super) fn uuid(&self) -> Option<&str> {
        scalar(self.alert.uuid.as_ref())
    }

    pub(super) fn hostname(&self) -> Option<&str> {
        let named = self.alert.first(&["falco.host.name", "evt.hostname"]);
        named
            .or_else(|| scalar(self.alert.hostname.as_ref()))
            .or_else(|| self.alert.field("host-name"))
    }

    pub(super) fn is_redacting(&self) -> bool {
        self.redact
    }

    /// The prose of the alert. It repeats fields, contents among them.
    pub(super) fn output(&self) -> Value<'_> {
        let Some(output) = self.alert.output() else {
            return Value::Absent;
        };
        if !self.redact {
            return Value::Text(Cow::Borrowed(output));
        }
        let visible = redact::without(Cow::Borrowed(output), &subject::hidden(self.alert));
        Value::Text(match visible {
            Cow::Borrowed(visible) => redact::redact_text(visible),
            Cow::Owned(visible) => Cow::Owned(redact::redact_text(&visible).into_owned()),
        })
    }

    /// Whether the prose mentions an error, which the published mapping asks.
    pub(super) fn speaks_of_error(&self) -> bool {
        self.alert
            .output()
            .is_some_and(|output| output.contains("Error"))
    }

    pub(super) fn tags(&self) -> Value<'_> {
        let tags = self.alert.tags.as_deref().unwrap_or_default();
        let mut joined = String::new();
        for tag in tags
            .iter()
            .map(Scalar::as_str)
            .filter(|tag| !tag.is_empty())
        {
            if !joined.is_empty() {
                joined.push(',');
            }
            joined.push_str(&self.clean(tag));
        }
        Value::Text(Cow::Owned(joined))
    }

    pub(super) fn kind(&self) -> Option<Kind> {
        self.call.map(|call| call.kind)
    }

    pub(super) fn process(&self, side: Side, depth: usize) -> Option<&Process<'a>> {
        host::stands(
            self.kind().unwrap_or(Kind::Process),
            &self.chain,
            side,
            depth,
        )
    }

    /// The words of a program that was started. What is a secret must be cut
    /// before the flags are dropped that announce it.
    pub(super) fn words(&self) -> Option<&Words> {
        let read = || {
            let process = self
                .chain
                .first()
                .filter(|_| self.kind() == Some(Kind::Launch))?;
            let line = self.clean(&process.command_line);
            // Falco joins the arguments by blanks and quotes nothing.
            let words: Vec<_> = line.split_ascii_whitespace().collect();
            argv::words(
                Some(&process.path)
                    .filter(|path| !path.is_empty())
                    .map(|path| &**path),
                &words,
            )
        };
        self.words.get_or_init(read).as_ref()
    }

    /// The path of the file or socket, made absolute.
    pub(super) fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// Where a file came from that was moved.
    pub(super) fn moved_from(&self) -> Option<Cow<'_, str>> {
        self.kind().filter(|kind| *kind == Kind::FileMove)?;
        subject::moved_from(self.alert, self.redact)
    }

    pub(super) fn resolved_path(&self) -> Value<'_> {
        // Cut first: a walked path no longer shows what is a URL's password.
        let Some(path) = self.path.as_deref().map(|path| self.clean(path)) else {
            return Value::Absent;
        };
        let walked = paths::resolved(&path);
        Value::Text(Cow::Owned(self.clean(&walked).into_owned()))
    }

    pub(super) fn net_operation(&self) -> Value<'_> {
        match self.kind() {
            Some(Kind::Listening) => fixed("listen"),
            _ => Value::Absent,
        }
    }

    pub(super) fn cwd(&self) -> Option<&str> {
        self.alert.field("proc.cwd")
    }

    /// The addresses that a request came from.
    pub(super) fn sources(&self) -> Vec<Cow<'_, str>> {
        let sources = self.alert.field("ka.sourceips");
        sources
            .into_iter()
            .flat_map(elements)
            .filter(|text| text.parse::<std::net::IpAddr>().is_ok())
            .map(Cow::Borrowed)
            .collect()
    }

    /// The container; `host` says that there is none.
    pub(super) fn container_id(&self) -> Option<&str> {
        self.alert.field("container.id").filter(|id| *id != "host")
    }

    pub(super) fn container_name(&self) -> Option<&str> {
        self.alert
            .field("container.name")
            .filter(|id| *id != "host")
    }

    pub(super) fn container_image(&self) -> Value<'_> {
        let repository = self.alert.field("container.image.repository");
        match (repository, self.alert.field("container.image.tag")) {
            (Some(repository), Some(tag)) => {
                let image = format!("{repository}:{tag}");
                Value::Text(Cow::Owned(self.clean(&image).into_owned()))
            }
            (Some(repository), None) => self.value(Some(repository)),
            (None, _) => self.of("container.image"),
        }
    }

    pub(super) fn pod_name(&self) -> Option<&str> {
        self.alert.field("k8s.pod.name")
    }

    pub(super) fn pod_namespace(&self) -> Option<&str> {
        self.alert.field("k8s.ns.name")
    }

    /// The claims of the first token in the output, else in a field.
    pub(super) fn claims(&self) -> Option<&Claims> {
        let find = || {
            let fields = self.alert.output_fields.iter().flat_map(Fields::all);
            let fields = fields.map(|(_, value)| value);
            let output = self.alert.output();
            output.into_iter().chain(fields).find_map(jwt::first_claims)
        };
        self.claims.get_or_init(find).as_ref()
    }
}
