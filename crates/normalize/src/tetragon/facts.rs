//! What an event says, worked out once: its kind, the process with its
//! ancestors, the file or the two ends of the socket.
//!
//! Texts leave through [`Facts::clean`].

use std::borrow::Cow;
use std::cell::OnceCell;

use yaral_udm::Timestamp;

use super::chain;
use super::memory::Processes;
use super::probe::{self, Probed};
use super::raw::{Container, Export, Happening, Pod, RawProcess, Shape, text};
use crate::argv::{self, Words};
use crate::host::{self, Call, Ends, Kind, Process, Side};
use crate::json::{Scalar, Text};
use crate::jwt::{self, Claims};
use crate::paths;
use crate::redact;
use crate::reject::RejectReason;
use crate::rows::{Family, Value, fixed, row_makers};

/// Tetragon's events as a family of rows.
pub(super) struct Tetragon;

impl Family for Tetragon {
    type Facts<'a> = Facts<'a>;
}

row_makers!(Tetragon, Facts);

/// An event with everything worked out.
pub(super) struct Facts<'a> {
    pub(super) export: &'a Export<'a>,
    pub(super) happening: &'a Happening<'a>,
    pub(super) name: &'static str,
    pub(super) time: Option<Timestamp>,
    known: &'a Processes,
    pub(super) probed: Probed<'a>,
    chain: Vec<Process<'a>>,
    redact: bool,
    words: OnceCell<Option<Words>>,
    claims: OnceCell<Option<Claims>>,
}

/// The time of an event; none if it has no time field.
pub(super) fn event_time(export: &Export<'_>) -> Result<Option<Timestamp>, RejectReason> {
    let time = export
        .time
        .as_ref()
        .map(Text::as_str)
        .filter(|time| !time.is_empty());
    time.map_or(Ok(None), |time| {
        Timestamp::parse(time)
            .map(Some)
            .ok_or(RejectReason::BadTime)
    })
}

impl<'a> Facts<'a> {
    /// The facts of an export; none if it holds no event.
    pub(super) fn new(
        export: &'a Export<'a>,
        known: &'a Processes,
        time: Option<Timestamp>,
        redact: bool,
    ) -> Option<Self> {
        let (shape, name, happening) = export.happening()?;
        let probed = probe::read(shape, happening, redact);
        let mut chain = chain::of(happening, known);
        if probed.call.kind == Kind::Launch && shape != Shape::Exec {
            chain::launch(&mut chain, probed.path.clone().unwrap_or_default());
        }
        Some(Self {
            export,
            happening,
            name,
            time,
            known,
            probed,
            chain,
            redact,
            words: OnceCell::new(),
            claims: OnceCell::new(),
        })
    }

    /// The same facts, redacted as asked for.
    pub(super) fn with(&self, redact: bool) -> Option<Self> {
        Self::new(self.export, self.known, self.time, redact)
    }

    /// A text on its way out.
    pub(super) fn clean<'t>(&self, text: &'t str) -> Cow<'t, str> {
        redact::text(text, self.redact)
    }

    /// A text as the value of a row.
    pub(super) fn value<'t>(&self, text: Option<&'t str>) -> Value<'t> {
        text.map_or(Value::Absent, |text| Value::Text(self.clean(text)))
    }

    /// A member as the value of a row.
    pub(super) fn of<'t>(&self, member: Option<&'t Scalar<'_>>) -> Value<'t> {
        self.value(text(member))
    }

    /// A request URI on its way out.
    pub(super) fn uri<'t>(&self, uri: Option<&'t str>) -> Value<'t> {
        match uri {
            None => Value::Absent,
            Some(uri) if self.redact => Value::Text(redact::uri(uri)),
            Some(uri) => Value::Text(Cow::Borrowed(uri)),
        }
    }

    /// A text that was put together, as the value of a row.
    pub(super) fn owned(&self, text: &str) -> Value<'static> {
        Value::Text(Cow::Owned(self.clean(text).into_owned()))
    }

    pub(super) fn call(&self) -> Call {
        self.probed.call
    }

    pub(super) fn ends(&self) -> Ends<'a> {
        self.probed.ends
    }

    /// The process as the event has it.
    pub(super) fn raw_process(&self) -> Option<&RawProcess<'a>> {
        self.happening.process.as_ref()
    }

    pub(super) fn process(&self, side: Side, depth: usize) -> Option<&Process<'a>> {
        if self.call().kind == Kind::ModuleLoad && side == Side::Target {
            return self.probed.module.as_ref().filter(|_| depth == 0);
        }
        host::stands(self.call().kind, &self.chain, side, depth)
    }

    /// The words of a program that was started. What is a secret must be cut
    /// before the flags are dropped that announce it.
    pub(super) fn words(&self) -> Option<&Words> {
        let read = || {
            let process = self
                .chain
                .first()
                .filter(|_| self.call().kind == Kind::Launch)?;
            let line = self.clean(&process.command_line);
            // The first word is the program, whose path may hold blanks.
            let arguments = line.strip_prefix(&*process.path).unwrap_or_default();
            let mut words = vec![Cow::Borrowed(&*process.path)];
            words.extend(argv::split(arguments));
            argv::words(Some(&process.path), &words)
        };
        self.words.get_or_init(read).as_ref()
    }

    pub(super) fn path(&self) -> Option<&str> {
        let kind = self.call().kind;
        let shown = kind.is_file() || kind.is_socket() || kind == Kind::Process;
        self.probed.path.as_deref().filter(|_| shown)
    }

    pub(super) fn resolved_path(&self) -> Value<'_> {
        self.path().map_or(Value::Absent, |path| {
            self.owned(&paths::resolved(&self.clean(path)))
        })
    }

    pub(super) fn net_operation(&self) -> Value<'_> {
        match self.call().kind {
            Kind::Listening => fixed("listen"),
            _ => Value::Absent,
        }
    }

    pub(super) fn cwd(&self) -> Option<&str> {
        text(self.raw_process()?.cwd.as_ref())
    }

    fn pod(&self) -> Option<&Pod<'a>> {
        self.raw_process()?.pod.as_ref()
    }

    fn container(&self) -> Option<&Container<'a>> {
        self.pod()?.container.as_ref()
    }

    /// The container's id without the name of its runtime; outside of pods as
    /// much of it as is logged.
    pub(super) fn container_id(&self) -> Option<&str> {
        let id = self
            .container()
            .and_then(|container| text(container.id.as_ref()));
        let id = id.map(|id| id.rsplit_once("://").map_or(id, |(_, id)| id));
        id.or_else(|| text(self.raw_process()?.docker.as_ref()))
    }

    pub(super) fn container_name(&self) -> Option<&str> {
        text(self.container()?.name.as_ref())
    }

    pub(super) fn container_image(&self) -> Value<'_> {
        let image = self
            .container()
            .and_then(|container| container.image.as_ref());
        self.value(
            image.and_then(|image| text(image.name.as_ref()).or_else(|| text(image.id.as_ref()))),
        )
    }

    pub(super) fn pod_name(&self) -> Option<&str> {
        text(self.pod()?.name.as_ref())
    }

    pub(super) fn pod_namespace(&self) -> Option<&str> {
        text(self.pod()?.namespace.as_ref())
    }

    pub(super) fn workload(&self) -> Option<&str> {
        text(self.pod()?.workload.as_ref())
    }

    /// The claims of the first token in the arguments of the process, else in
    /// those of the probed function.
    pub(super) fn claims(&self) -> Option<&Claims> {
        let find = || {
            let arguments = self
                .raw_process()
                .and_then(|process| text(process.arguments.as_ref()));
            let probed = self.happening.args.iter().flatten();
            let probed = probed.filter_map(|argument| text(argument.string.as_ref()));
            arguments
                .into_iter()
                .chain(probed)
                .find_map(jwt::first_claims)
        };
        self.claims.get_or_init(find).as_ref()
    }
}
