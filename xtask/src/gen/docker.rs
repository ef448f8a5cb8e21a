//! The three logs of an invented Docker engine: its events, the records of an
//! authorization plugin, and the debug log of its daemon.
//!
//! All three tell the same steps for the same seed: containers that start and
//! end under ids of their own, commands in them, health checks of clients that
//! ask for lists. None of them shows every step, as with a real engine.

use std::io::{self, Write};

use super::json::{Json, list, object};
use super::rng::Rng;
use super::words::{APPS, START_S, instant};

/// How many containers run at once.
const RUNNING: usize = 200;

/// The version in the paths of the API.
const API: &str = "/v1.41";

/// What is run in containers, by its share.
const COMMANDS: &[(u64, &[&str])] = &[
    (400, &["pg_isready", "-q"]),
    (
        400,
        &["sh", "-c", "wget -qO- http://127.0.0.1:8080/healthz"],
    ),
    (200, &["redis-cli", "ping"]),
    (20, &["ls", "-la", "/var/lib/app"]),
    (2, &["cat", "/run/secrets/api_token"]),
];

#[derive(Clone)]
struct Container {
    id: String,
    name: String,
    image: String,
}

/// What happened to a container.
enum Happening {
    Start,
    Exec(String, &'static [&'static str]),
    Copy,
    Inspect,
    List,
    Stop,
}

struct Step {
    us: u64,
    container: Container,
    happening: Happening,
}

/// A call of the API.
struct Call {
    method: &'static str,
    uri: String,
    code: u64,
    asks: Option<Json>,
    answers: Option<Json>,
}

impl Call {
    fn new(method: &'static str, code: u64, path: String) -> Self {
        // A health check goes to the bare path.
        let uri = if method == "HEAD" {
            path
        } else {
            format!("{API}{path}")
        };
        Self {
            method,
            uri,
            code,
            asks: None,
            answers: None,
        }
    }

    fn asks(mut self, body: Json) -> Self {
        self.asks = Some(body);
        self
    }

    fn answers(mut self, body: Json) -> Self {
        self.answers = Some(body);
        self
    }
}

/// Writes `count` engine events.
pub fn write_events(out: &mut dyn Write, count: u64, seed: u64) -> io::Result<()> {
    write(out, count, seed, events)
}

/// Writes `count` records of the plugin, two for each call.
pub fn write_authz(out: &mut dyn Write, count: u64, seed: u64) -> io::Result<()> {
    write(out, count, seed, |step| {
        calls(step)
            .iter()
            .flat_map(|call| records(step, call))
            .collect()
    })
}

/// Writes `count` lines of the daemon's debug log.
pub fn write_log(out: &mut dyn Write, count: u64, seed: u64) -> io::Result<()> {
    write(out, count, seed, |step| {
        calls(step)
            .iter()
            .flat_map(|call| lines(step, call))
            .collect()
    })
}

fn write(
    out: &mut dyn Write,
    count: u64,
    seed: u64,
    tell: impl Fn(&Step) -> Vec<String>,
) -> io::Result<()> {
    let mut rng = Rng::new(seed);
    let (mut us, mut left) = (0, count);
    let mut running = Vec::new();
    while left > 0 {
        us += rng.range(1_000, 40_000);
        let step = step(&mut rng, us, &mut running);
        for line in tell(&step) {
            if left == 0 {
                break;
            }
            out.write_all(line.as_bytes())?;
            left -= 1;
        }
    }
    Ok(())
}

fn step(rng: &mut Rng, us: u64, running: &mut Vec<Container>) -> Step {
    let kind = rng.range(0, 100);
    if running.is_empty() || (kind < 10 && running.len() < RUNNING) {
        let app = rng.one(APPS);
        let container = Container {
            id: rng.hex(64),
            name: format!("{app}-{}", rng.hex(6)),
            image: format!("registry.example/{app}:1.{}", rng.range(0, 40)),
        };
        running.push(container.clone());
        return Step {
            us,
            container,
            happening: Happening::Start,
        };
    }
    let container = rng.one(running);
    let happening = match kind {
        0..20 => {
            running.retain(|other| other.id != container.id);
            Happening::Stop
        }
        20..65 => Happening::Exec(rng.hex(64), rng.weighted(COMMANDS)),
        65..70 => Happening::Copy,
        70..85 => Happening::Inspect,
        _ => Happening::List,
    };
    Step {
        us,
        container,
        happening,
    }
}

/// The engine events of a step.
fn events(step: &Step) -> Vec<String> {
    match &step.happening {
        Happening::Start => vec![event(step, 0, "create", &[]), event(step, 1, "start", &[])],
        Happening::Exec(id, command) => {
            let id = ("execID", id.as_str());
            let command = command.join(" ");
            vec![
                event(step, 0, &format!("exec_create: {command}"), &[id]),
                event(step, 1, &format!("exec_start: {command}"), &[id]),
                event(step, 2, "exec_die", &[id, ("exitCode", "0")]),
            ]
        }
        Happening::Copy => vec![event(step, 0, "archive-path", &[])],
        // Reads are no events.
        Happening::Inspect | Happening::List => Vec::new(),
        Happening::Stop => vec![
            event(step, 0, "kill", &[("signal", "15")]),
            event(step, 1, "die", &[("exitCode", "0")]),
            event(step, 2, "destroy", &[]),
        ],
    }
}

fn event(step: &Step, turn: u64, action: &str, more: &[(&'static str, &str)]) -> String {
    let Container { id, name, image } = &step.container;
    let nanos = START_S * 1_000_000_000 + step.us * 1_000 + turn * 137_911;
    let mut attributes = object! {};
    for (key, value) in more {
        attributes.push(key, *value);
    }
    attributes.push("image", image.as_str());
    attributes.push("name", name.as_str());
    object! {
        "status" => action,
        "id" => id.as_str(),
        "from" => image.as_str(),
        "Type" => "container",
        "Action" => action,
        "Actor" => object! { "ID" => id.as_str(), "Attributes" => attributes },
        "scope" => "local",
        "time" => nanos / 1_000_000_000,
        "timeNano" => nanos,
    }
    .line()
}

/// The calls of a step.
fn calls(step: &Step) -> Vec<Call> {
    let Container { id, name, image } = &step.container;
    let short = &id[..12];
    match &step.happening {
        Happening::Start => vec![
            Call::new("POST", 201, format!("/containers/create?name={name}"))
                .asks(create(image))
                .answers(object! { "Id" => id.as_str(), "Warnings" => list![] }),
            Call::new("POST", 204, format!("/containers/{id}/start")),
        ],
        Happening::Exec(exec, command) => vec![
            Call::new("POST", 201, format!("/containers/{short}/exec"))
                .asks(exec_create(command))
                .answers(object! { "Id" => exec.as_str() }),
            Call::new("POST", 200, format!("/exec/{exec}/start"))
                .asks(object! { "Detach" => false, "Tty" => false }),
            Call::new("GET", 200, format!("/exec/{exec}/json")).answers(object! {
                "ID" => exec.as_str(), "Running" => false, "ExitCode" => 0, "ContainerID" => id.as_str(),
            }),
        ],
        Happening::Copy => {
            let path = format!("/containers/{name}/archive?path=%2Fvar%2Flib%2Fapp");
            vec![Call::new("GET", 200, path)]
        }
        Happening::Inspect => vec![
            Call::new("GET", 200, format!("/containers/{short}/json")).answers(object! {
                "Id" => id.as_str(), "Name" => format!("/{name}"), "Path" => "/entrypoint",
                "Config" => create(image),
            }),
        ],
        Happening::List => vec![
            Call::new("HEAD", 200, "/_ping".to_owned()),
            Call::new("GET", 200, "/containers/json?all=1".to_owned()).answers(list![object! {
                "Id" => id.as_str(), "Names" => list![format!("/{name}")],
                "Image" => image.as_str(), "State" => "running",
            }]),
        ],
        Happening::Stop => vec![
            Call::new("POST", 204, format!("/containers/{name}/stop")),
            Call::new("DELETE", 204, format!("/containers/{name}?v=1")),
        ],
    }
}

/// The body that asks for a container.
fn create(image: &str) -> Json {
    let env = ["APP_ENV=prod", "LOG_LEVEL=info"];
    object! {
        "AttachStdin" => false, "AttachStdout" => false, "Tty" => false,
        "Env" => Json::List(env.into_iter().map(Json::from).collect()),
        "Cmd" => Json::Null,
        "Image" => image,
        "Labels" => object! { "tier" => "backend" },
        "HostConfig" => object! {
            "Binds" => list!["/srv/data:/data"],
            "NetworkMode" => "default",
            "Privileged" => false,
            "PidMode" => "",
            "CapAdd" => Json::Null,
            "RestartPolicy" => object! { "Name" => "always", "MaximumRetryCount" => 0 },
        },
    }
}

/// The body that asks for a command in a container.
fn exec_create(command: &[&str]) -> Json {
    object! {
        "AttachStdin" => false, "AttachStdout" => true, "AttachStderr" => true, "Tty" => false,
        "Cmd" => Json::List(command.iter().map(|word| Json::from(*word)).collect()),
    }
}

/// The plugin is asked before a call and after it.
fn records(step: &Step, call: &Call) -> [String; 2] {
    let body = |json: &Option<Json>| json.as_ref().map(Json::line);
    let half = |phase: &str| {
        let mut record =
            object! { "RequestMethod" => call.method, "RequestUri" => call.uri.as_str() };
        if let Some(body) = body(&call.asks) {
            record.push("RequestBody", body);
        }
        record.push(
            "RequestHeaders",
            object! { "User-Agent" => "Docker-Client/28.2.2 (linux)" },
        );
        if phase == "AuthZRes" {
            record.push("ResponseStatusCode", call.code);
            if let Some(body) = body(&call.answers) {
                record.push("ResponseBody", body);
            }
            record.push(
                "ResponseHeaders",
                object! { "Api-Version" => "1.51", "Ostype" => "linux" },
            );
        }
        record.push("_phase", phase);
        record.push("_ts", START_S + step.us / 1_000_000);
        record.line()
    };
    [half("AuthZReq"), half("AuthZRes")]
}

/// What the daemon writes about a call, half of it about the plugin.
fn lines(step: &Step, call: &Call) -> Vec<String> {
    let line = |turn: u64, message: &str| {
        let time = instant(step.us + turn * 120);
        let message = Json::from(message).line();
        format!("time=\"{time}\" level=debug msg={message}")
    };
    let mut out = vec![line(0, &format!("Calling {} {}", call.method, call.uri))];
    if let Some(body) = &call.asks {
        let mut form = "form data: ".to_owned();
        body.write(&mut form);
        out.push(line(1, &form));
    }
    out.push(line(2, "AuthZ request using plugin apitrace"));
    out.push(line(9, "AuthZ response using plugin apitrace"));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: super::super::Generator) -> String {
        let mut sink = Vec::new();
        write(&mut sink, 4_000, 1).expect("a vector takes every write");
        String::from_utf8(sink).expect("UTF-8")
    }

    #[test]
    fn containers_come_and_go_under_ids_of_their_own() {
        let text = text(write_events);
        let ids = |action: &str| -> Vec<&str> {
            let sign = format!("{{\"status\":\"{action}\",\"id\":\"");
            text.lines()
                .filter_map(|line| line.strip_prefix(&sign)?.get(..64))
                .collect()
        };
        let (created, destroyed) = (ids("create"), ids("destroy"));
        assert!(created.len() > 100, "{}", created.len());
        assert!(destroyed.len() > 50 && destroyed.iter().all(|id| created.contains(id)));
        let mut distinct = created.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), created.len());
    }

    #[test]
    fn every_call_asks_the_plugin_twice_and_stands_in_the_log_once() {
        let (plugin, log) = (text(write_authz), text(write_log));
        let lines: Vec<&str> = plugin.lines().collect();
        for pair in lines.chunks(2) {
            assert!(pair[0].contains("AuthZReq") && pair[1].contains("AuthZRes"));
            let request: serde_json::Value = serde_json::from_str(pair[0]).expect("JSON");
            let method = request["RequestMethod"].as_str().expect("text");
            let uri = request["RequestUri"].as_str().expect("text");
            // The log is longer for each call, so it ends earlier.
            if pair[0] == lines[0] {
                assert!(log.contains(&format!("msg=\"Calling {method} {uri}\"")));
            }
        }
        let calls = log.matches("msg=\"Calling ").count();
        assert!((800..1_400).contains(&calls), "{calls}");
        assert!(log.contains("form data: {\\\"AttachStdin"));
    }
}
