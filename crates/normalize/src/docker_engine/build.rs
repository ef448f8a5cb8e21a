//! From a record to its facts, and what the memory learns on the way.

use std::borrow::Cow;

use yaral_udm::Timestamp;

use super::body::{self, Body};
use super::endpoints;
use super::facts::{Asked, Call, Facts, Input};
use super::kinds::{self, Kind};
use super::listener::Listener;
use super::logfmt::LogLine;
use super::memory::{Command, Memory, is_id};
use super::record::{self, Json};
use super::uri::{self, parameter};
use crate::percent::decode_path;

/// The message of an API call of daemons before version 27.
const CALLING: &str = "Calling ";
/// The body of the call before it, likewise.
const FORM: &str = "form data: ";

/// What a line of the log is about.
pub(super) enum Topic<'l> {
    /// An API call, perhaps with its body.
    Call {
        method: &'l str,
        uri: &'l str,
        form: Option<&'l str>,
    },
    /// The body of the call before it.
    Form(&'l str),
    Listener(Listener),
    /// An operation of the daemon itself, a type of event and a severity.
    Status(&'static str, &'static str),
    /// Nothing that an event is made of.
    Nothing,
}

/// What a line of the log is about.
pub(super) fn topic<'l>(line: &'l LogLine<'_>) -> Topic<'l> {
    let message: &str = &line.message;
    if let Some(call) = message.strip_prefix(CALLING)
        && let Some((method, uri)) = call.split_once(' ')
    {
        let form = line.form.as_deref();
        return Topic::Call { method, uri, form };
    }
    if message.starts_with("handling ")
        && let (Some(method), Some(uri)) = (line.method.as_deref(), line.url.as_deref())
    {
        let form = line.form.as_deref();
        return Topic::Call { method, uri, form };
    }
    if let Some(form) = message.strip_prefix(FORM) {
        return Topic::Form(form);
    }
    if let Some(listener) = Listener::of(message, line.listener.as_deref()) {
        return Topic::Listener(listener);
    }
    match (&*line.level, message) {
        ("warning", _) => Topic::Status("daemon_warning", "STATUS_UPDATE"),
        ("error", _) => Topic::Status("daemon_error", "STATUS_UPDATE"),
        ("fatal" | "panic", _) => Topic::Status("daemon_fatal", "STATUS_UPDATE"),
        ("info", "Starting up") => Topic::Status("daemon_start", "STATUS_STARTUP"),
        ("info", "Daemon has completed initialization") => {
            Topic::Status("daemon_ready", "STATUS_STARTUP")
        }
        ("info", "Daemon shutdown complete") => Topic::Status("daemon_stop", "STATUS_SHUTDOWN"),
        ("info", message) if message.starts_with("Processing signal ") => {
            Topic::Status("daemon_signal", "STATUS_SHUTDOWN")
        }
        _ => Topic::Nothing,
    }
}

/// A message in parts: what stands before a URI or a body, and that itself.
pub(super) enum Parts<'t> {
    Call(&'t str, &'t str),
    Form(&'t str, &'t str),
    Other,
}

/// Takes a message apart.
pub(super) fn parts(message: &str) -> Parts<'_> {
    if let Some(form) = message.strip_prefix(FORM) {
        return Parts::Form(FORM, form);
    }
    let call = message
        .strip_prefix(CALLING)
        .and_then(|call| call.find(' '));
    match call {
        Some(blank) => {
            let (before, uri) = message.split_at(CALLING.len() + blank + 1);
            Parts::Call(before, uri)
        }
        None => Parts::Other,
    }
}

/// The severity that a level of the log stands for.
fn severity(level: &str) -> Option<&'static str> {
    Some(match level {
        "fatal" | "panic" => "CRITICAL",
        "error" => "HIGH",
        "warning" => "MEDIUM",
        "info" => "INFORMATIONAL",
        _ => return None,
    })
}

/// An engine event.
pub(super) fn event<'a>(
    json: &'a Json<'a>,
    time: Option<Timestamp>,
    memory: &mut Memory,
) -> Facts<'a> {
    let status = record::string(json.status).unwrap_or_default();
    let action = match record::text(json.action.as_ref()) {
        Some(action) => Cow::Borrowed(action),
        None => status,
    };
    let kind = json.kind.as_ref().map_or("container", |kind| kind.as_str());
    let kind = Kind::of(kind);
    let (operation, event_type) = kinds::action(kind, &action);
    let actor = json.actor.clone().unwrap_or_default();
    let attribute = |name: &str| {
        let found = actor.attributes.as_ref().and_then(|all| all.get(name));
        record::text(found).unwrap_or_default().to_owned()
    };
    let old_id = || record::string(json.id).unwrap_or_default().into_owned();
    let id = actor
        .id
        .as_ref()
        .map_or_else(old_id, |id| id.as_str().to_owned());
    let image = || record::string(json.image).unwrap_or_default().into_owned();
    let mut facts = Facts {
        input: Input::Events,
        time,
        operation,
        event_type,
        kind: Some(kind),
        ..Facts::default()
    };
    if kind == Kind::Container {
        let image = Some(attribute("image"))
            .filter(|text| !text.is_empty())
            .unwrap_or_else(image);
        memory.container(&id, &attribute("name"), &image);
        facts.container = memory.resolve(&id);
        // Without a place in the memory the record still says what it says.
        if facts.container.name.is_empty() {
            facts.container.name = attribute("name");
            facts.container.image = image;
        }
        facts.exec = attribute("execID");
        run(&mut facts, &action, &id, memory);
    } else {
        let container = attribute("container");
        if !container.is_empty() {
            facts.container = memory.resolve(&container);
        }
        facts.name = attribute("name");
        facts.id = id;
    }
    facts.description = Some(action);
    facts
}

/// The command of an engine event about an exec.
fn run(facts: &mut Facts<'_>, action: &str, container: &str, memory: &mut Memory) {
    if let ("exec_create" | "exec_start", Some((_, command))) =
        (facts.operation, action.split_once(": "))
    {
        facts.command = Command::Text(command.trim_ascii().to_owned());
    }
    if facts.exec.is_empty() {
        return;
    }
    memory.exec(&facts.exec, container, &facts.command);
    if facts.event_type == "PROCESS_TERMINATION"
        && let Some(exec) = memory.find_exec(&facts.exec)
    {
        facts.command = exec.command.clone();
    }
}

/// Learns which container an exec is started in, as the log tells it.
pub(super) fn learn(line: &LogLine<'_>, memory: &mut Memory) {
    let ids = line.message.strip_prefix("starting exec command ");
    if let Some((exec, container)) = ids.and_then(|ids| ids.split_once(" in container ")) {
        memory.exec(exec, container, &Command::Unknown);
    }
}

/// A line of the log that is no API call.
pub(super) fn status<'a>(
    line: &LogLine<'a>,
    time: Option<Timestamp>,
    topic: &Topic<'_>,
    memory: &Memory,
) -> Facts<'a> {
    let mut facts = Facts {
        input: Input::Log,
        time,
        kind: Some(Kind::System),
        host: line.host.clone(),
        description: Some(line.message.clone()),
        error: line.error.clone(),
        severity: severity(&line.level),
        ..Facts::default()
    };
    if let Some(container) = line.container.as_deref() {
        facts.container = memory.resolve(container);
    }
    match topic {
        Topic::Listener(listener) => {
            facts.operation = "listen";
            facts.event_type = "NETWORK_UNCATEGORIZED";
            // Whoever reaches an API that verifies nobody is root on the host.
            if listener.tls == Some(false) && listener.exposure != Some("loopback") {
                facts.severity = Some("HIGH");
            }
            facts.listener = Some(listener.clone());
        }
        Topic::Status(operation, event_type) => {
            facts.operation = operation;
            facts.event_type = event_type;
        }
        _ => {}
    }
    facts
}

/// A body in the log whose call is not known, by what it asks for.
pub(super) fn stray<'a>(
    shape: &'static str,
    body: Body,
    line: &LogLine<'a>,
    time: Option<Timestamp>,
) -> Facts<'a> {
    let event_type = match shape {
        "exec_create" => "PROCESS_LAUNCH",
        _ => "RESOURCE_CREATION",
    };
    let mut facts = Facts {
        input: Input::Log,
        time,
        operation: shape,
        event_type,
        kind: Some(Kind::Container),
        host: line.host.clone(),
        command: command(&body),
        ..Facts::default()
    };
    facts.container.image.clone_from(&body.image);
    facts.asked = Asked::of(body);
    facts
}

/// The operation that a call asks for.
pub(super) fn operation(method: &str, whole: &str) -> &'static str {
    let (path, _) = uri::split(whole);
    endpoints::find(method, &decode_path(path)).0.operation
}

/// The command that a body asks for.
fn command(body: &Body) -> Command {
    match body.arguments() {
        list if list.is_empty() => Command::Unknown,
        list => Command::List(list),
    }
}

/// What is known about an API call.
#[derive(Default)]
pub(super) struct Request<'a> {
    pub(super) input: Input,
    pub(super) time: Option<Timestamp>,
    pub(super) host: Option<Cow<'a, str>>,
    pub(super) description: Option<Cow<'a, str>>,
    pub(super) call: Call<'a>,
    pub(super) asks: Option<&'a str>,
    pub(super) answers: Option<&'a str>,
}

/// An API call.
pub(super) fn request<'a>(request: Request<'a>, memory: &mut Memory) -> Facts<'a> {
    let whole = request.call.uri.clone();
    let (path, query) = uri::split(&whole);
    let path = decode_path(path);
    let (endpoint, name) = endpoints::find(&request.call.method, &path);
    let read = |text: Option<&str>| text.map(|text| body::read(&body::text(text)));
    let asked = read(request.asks).unwrap_or_default();
    let failed = request.call.code.is_some_and(|code| code >= 400);
    let answer = read(request.answers.filter(|_| !failed)).unwrap_or_default();
    let mut facts = Facts {
        input: request.input,
        time: request.time,
        operation: endpoint.operation,
        event_type: endpoint.event_type,
        kind: Some(endpoint.kind),
        host: request.host,
        description: request.description,
        call: Some(request.call),
        ..Facts::default()
    };
    let of_query = |name: &str| parameter(query, name).map(Cow::into_owned);
    facts.path = match endpoint.operation {
        "container_archive" | "container_archive_stat" | "container_archive_put" => {
            of_query("path").map(Cow::Owned)
        }
        _ => None,
    };
    let name = name.unwrap_or_default();
    match endpoint.kind {
        Kind::Container => in_container(&mut facts, name, &of_query, (&asked, &answer), memory),
        Kind::Exec => in_exec(&mut facts, name, &answer, memory),
        kind => {
            let named = named_by_query(endpoint.operation, &of_query);
            let name = if name.is_empty() {
                named.unwrap_or_default()
            } else {
                name.to_owned()
            };
            let hex = is_id(name.strip_prefix("sha256:").unwrap_or(&name));
            if hex && kind != Kind::Volume {
                facts.id = name;
            } else {
                facts.name = name;
            }
        }
    }
    if matches!(facts.operation, "container_create" | "exec_create") {
        facts.asked = Asked::of(asked);
    }
    if facts.event_type == "PROCESS_LAUNCH" && facts.command == Command::Unknown {
        facts.event_type = "RESOURCE_WRITTEN";
    }
    facts
}

/// The name that the query of some operations gives their object.
fn named_by_query(operation: &str, of_query: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    match operation {
        "build" => of_query("t"),
        "image_pull" => match (of_query("fromImage"), of_query("tag")) {
            (Some(image), Some(tag)) => Some(format!("{image}:{tag}")),
            (image, _) => image.or_else(|| of_query("fromSrc")),
        },
        "image_save" => of_query("names"),
        "plugin_pull" => of_query("remote"),
        "image_search" => of_query("term"),
        _ => None,
    }
}

/// A call about a container.
fn in_container(
    facts: &mut Facts<'_>,
    name: &str,
    of_query: &dyn Fn(&str) -> Option<String>,
    (asked, answer): (&Body, &Body),
    memory: &mut Memory,
) {
    match facts.operation {
        "container_create" => {
            let name = of_query("name").unwrap_or_default();
            let id = answer.seen.first().map(|seen| seen.id.clone());
            let id = id.unwrap_or_default();
            memory.container(&id, &name, &asked.image);
            facts.container.id = id;
            facts.container.name = name;
            facts.container.image.clone_from(&asked.image);
            facts.command = command(asked);
        }
        "container_list" => {
            for seen in &answer.seen {
                memory.container(&seen.id, &seen.name, &seen.image);
            }
        }
        "exec_create" => {
            facts.container = memory.resolve(name);
            facts.command = command(asked);
            if let Some(seen) = answer.seen.first() {
                facts.exec.clone_from(&seen.id);
                memory.exec(&seen.id, &facts.container.id, &facts.command);
            }
        }
        "commit" => {
            let reference = of_query("container").unwrap_or_default();
            facts.container = memory.resolve(&reference);
        }
        operation => {
            if operation == "container_inspect" {
                for seen in &answer.seen {
                    memory.container(&seen.id, &seen.name, &seen.image);
                }
            }
            if !name.is_empty() {
                facts.container = memory.resolve(name);
            }
        }
    }
}

/// A call about an exec.
fn in_exec(facts: &mut Facts<'_>, name: &str, answer: &Body, memory: &mut Memory) {
    if facts.operation == "exec_inspect"
        && let Some(seen) = answer.seen.first()
    {
        memory.exec(&seen.id, &seen.container, &command(answer));
    }
    name.clone_into(&mut facts.exec);
    if let Some(exec) = memory.find_exec(name) {
        facts.command = exec.command.clone();
        if !exec.container.is_empty() {
            facts.container = memory.resolve(&exec.container);
        }
    }
}
