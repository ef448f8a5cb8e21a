//! What an alert says, worked out once: the kind of event, the process with its
//! ancestors, the file or the two ends of the socket.
//!
//! Texts leave through [`Facts::clean`].

use std::borrow::Cow;
use std::cell::OnceCell;

use yaral_udm::Timestamp;

use super::alert::{Alert, Fields};
use crate::argv::{self, Words};
use crate::host::{self, Call, End, Ends, Kind, Process, Side, Tuple};
use crate::json::{Scalar, Text};
use crate::jwt::{self, Claims};
use crate::limits::{ANCESTORS_MAX, HIDDEN_MAX};
use crate::paths;
use crate::redact::{self, REDACTED};
use crate::reject::RejectReason;
use crate::rows::{Family, Value, fixed, row_makers};

/// Falco's alerts as a family of rows.
pub(super) struct Falco;

impl Family for Falco {
    type Facts<'a> = Facts<'a>;
}

row_makers!(Falco, Facts);

/// The shortest text of contents that is looked for in the output.
const HIDDEN_BYTES_MIN: usize = 4;

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
        let call = alert.field("evt.type").and_then(host::of_call);
        let ends = ends(alert, call);
        let path = path(alert, call);
        let call = call.filter(|call| fits(*call, &ends, path.is_some()));
        Self {
            alert,
            time,
            call,
            chain: chain(alert),
            path: path.filter(|_| call.is_some()),
            ends,
            redact,
            words: OnceCell::new(),
            claims: OnceCell::new(),
        }
    }

    /// A text on its way out.
    pub(super) fn clean<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.redact {
            redact::redact_text(text)
        } else {
            Cow::Borrowed(text)
        }
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
        let Some(output) = text(self.alert.output.as_ref()) else {
            return Value::Absent;
        };
        if !self.redact {
            return Value::Text(Cow::Borrowed(output));
        }
        let visible = redact::without(Cow::Borrowed(output), &hidden(self.alert));
        Value::Text(match visible {
            Cow::Borrowed(visible) => redact::redact_text(visible),
            Cow::Owned(visible) => Cow::Owned(redact::redact_text(&visible).into_owned()),
        })
    }

    /// Whether the prose mentions an error, which the published mapping asks.
    pub(super) fn speaks_of_error(&self) -> bool {
        text(self.alert.output.as_ref()).is_some_and(|output| output.contains("Error"))
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

    pub(super) fn resolved_path(&self) -> Value<'_> {
        match self.path.as_deref().map(paths::resolved) {
            None => Value::Absent,
            Some(Cow::Borrowed(path)) => self.value(Some(path)),
            Some(Cow::Owned(path)) => Value::Text(Cow::Owned(self.clean(&path).into_owned())),
        }
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
            let output = text(self.alert.output.as_ref());
            output.into_iter().chain(fields).find_map(jwt::first_claims)
        };
        self.claims.get_or_init(find).as_ref()
    }
}

/// The texts that are contents by the name of their field and may stand in the
/// output as well.
pub(super) fn hidden<'t>(alert: &'t Alert<'_>) -> Vec<&'t str> {
    let fields = alert.output_fields.iter().flat_map(Fields::all);
    let contents = fields
        .filter(|(name, value)| redact::is_content(name) || redact::lists_content(name, value))
        .map(|(_, value)| value)
        .filter(|value| value.len() >= HIDDEN_BYTES_MIN && *value != REDACTED);
    let hidden: Vec<_> = contents.take(HIDDEN_MAX + 1).collect();
    if hidden.len() > HIDDEN_MAX {
        return text(alert.output.as_ref()).into_iter().collect();
    }
    hidden
}

/// Whether the alert has what an event of the call's kind needs.
fn fits(call: Call, ends: &Ends<'_>, path: bool) -> bool {
    match call.operation {
        // What is read or written may be a socket or a pipe.
        "read" | "write" => path,
        // Messages on pipes and unnamed sockets are no connections.
        "send" | "receive" | "accept" => ends.remote.ip.is_some(),
        // A bind to port 0 is that of a client.
        "bind" => path || ends.local.port.is_some_and(|port| port > 0),
        _ => true,
    }
}

/// The process and its ancestors, as far as they are logged.
fn chain<'a>(alert: &'a Alert<'a>) -> Vec<Process<'a>> {
    let named = |name: &str| Cow::Borrowed(alert.field(name).unwrap_or_default());
    // What a process was called as is a path only if it looks like one.
    let path = |file: Option<&'a str>, called: Option<&'a str>| {
        let called = called.filter(|called| called.starts_with('/'));
        Cow::Borrowed(file.or(called).unwrap_or_default())
    };
    let process = Process {
        pid: named("proc.pid"),
        path: path(alert.field("proc.exepath"), alert.field("proc.exe")),
        name: named("proc.name"),
        command_line: command_line(alert),
        id: Cow::Borrowed(""),
    };
    let mut chain = vec![process];
    for generation in 1..=ANCESTORS_MAX {
        let of = |name: &str| alert.field(&format!("proc.a{name}[{generation}]"));
        let parent = |name: &str| alert.field(name).filter(|_| generation == 1);
        let file = parent("proc.pexepath").or_else(|| of("exepath"));
        let called = parent("proc.pexe").or_else(|| of("exe"));
        let text = |text: Option<&'a str>| Cow::Borrowed(text.unwrap_or_default());
        chain.push(Process {
            pid: text(parent("proc.ppid").or_else(|| of("pid"))),
            path: path(file, called),
            name: text(parent("proc.pname").or_else(|| of("name"))),
            command_line: text(parent("proc.pcmdline").or_else(|| of("cmdline"))),
            id: Cow::Borrowed(""),
        });
    }
    while chain.pop_if(|last| last.is_empty()).is_some() {}
    chain
}

/// The command line; of older alerts it may have to be put together.
fn command_line<'a>(alert: &'a Alert<'a>) -> Cow<'a, str> {
    if let Some(line) = alert.field("proc.cmdline") {
        return Cow::Borrowed(line);
    }
    let Some(arguments) = alert.field("proc.args") else {
        return Cow::Borrowed("");
    };
    match alert.first(&["proc.exe", "proc.name"]) {
        Some(program) => Cow::Owned(format!("{program} {arguments}")),
        None => Cow::Borrowed(arguments),
    }
}

/// The path that the call is about.
fn path<'a>(alert: &'a Alert<'a>, call: Option<Call>) -> Option<Cow<'a, str>> {
    let call = call?;
    if call.kind.is_socket() {
        let unix = alert.first(&["fd.typechar", "fd.type"]);
        if unix.is_some_and(|kind| !matches!(kind, "u" | "unix")) {
            return None;
        }
        let names = ["fd.name", "evt.arg.addr", "evt.arg.tuple"];
        let mut paths = names.iter().filter_map(|name| alert.field(name));
        return paths.find_map(host::unix_path).map(Cow::Borrowed);
    }
    if !call.kind.is_file() {
        return None;
    }
    let names: &[&str] = match call.kind {
        Kind::FileMove => &[
            "fs.path.target",
            "evt.arg.newpath",
            "fs.path.name",
            "fd.name",
        ],
        _ => &[
            "fs.path.name",
            "fd.name",
            "evt.arg.name",
            "evt.arg.filename",
            "evt.arg.path",
            "evt.arg.pathname",
        ],
    };
    let other = alert
        .field("fd.typechar")
        .is_some_and(|kind| !matches!(kind, "f" | "d"));
    let mut names = names.iter().filter(|name| !(other && **name == "fd.name"));
    let path = names.find_map(|name| alert.field(name))?;
    Some(absolute(alert, path))
}

/// The path made absolute, unless it begins at a directory that is not known.
fn absolute<'a>(alert: &'a Alert<'a>, path: &'a str) -> Cow<'a, str> {
    let elsewhere = alert
        .field("evt.arg.dirfd")
        .is_some_and(|directory| !directory.contains("AT_FDCWD") && directory != "-100");
    paths::absolute(alert.field("proc.cwd").filter(|_| !elsewhere), path)
}

/// Where a file came from that was moved.
pub(super) fn moved_from<'a>(facts: &'a Facts<'a>) -> Option<Cow<'a, str>> {
    let alert = facts.alert;
    facts.kind().filter(|kind| *kind == Kind::FileMove)?;
    let path = alert.first(&["fs.path.source", "evt.arg.oldpath"])?;
    Some(absolute(alert, path))
}

/// The ends of the socket. Client and server are known by the connection, local
/// and remote by the call where the alert does not say.
fn ends<'a>(alert: &'a Alert<'a>, call: Option<Call>) -> Ends<'a> {
    let Some(call) = call.filter(|call| call.kind.is_socket()) else {
        return Ends::default();
    };
    let end = |ip: &str, port: &str| End::new(alert.field(ip), alert.field(port));
    let names = ["fd.name", "evt.arg.tuple", "evt.arg.addr"];
    let tuples = names
        .iter()
        .filter_map(|name| alert.field(name))
        .map(host::tuple);
    let written = tuples.reduce(|first: Tuple<'a>, next| Tuple {
        client: first.client.or(next.client),
        server: first.server.or(next.server),
    });
    let written = written.unwrap_or_default();
    let client = end("fd.cip", "fd.cport").or(written.client);
    let server = end("fd.sip", "fd.sport").or(written.server);
    let is_server = call.kind == Kind::Listening || call.operation == "accept";
    let (local, remote) = if is_server {
        (server, client)
    } else {
        (client, server)
    };
    Ends::new(
        end("fd.lip", "fd.lport").or(local),
        end("fd.rip", "fd.rport").or(remote),
    )
}
