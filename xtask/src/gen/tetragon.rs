//! Events of Tetragon's JSON export: programs that start and exit, and probes
//! of opened files and of connections.
//!
//! Processes have ids that no other has, and parents that started before them,
//! so that whoever follows their ancestors has something to follow.

use std::io::{self, Write};

use super::json::{Json, list, object};
use super::process::{USERS, command};
use super::rng::Rng;
use super::words::{APPS, NAMESPACES, instant};

/// How many processes run at once.
const RUNNING: usize = 400;

/// What `auid` is where nobody logged in.
const UNSET: u64 = 4_294_967_295;

/// Files that are opened, by their share; the last ones are secrets.
const FILES: &[(u64, &str)] = &[
    (600, "/etc/passwd"),
    (400, "/etc/ld.so.cache"),
    (2, "/home/deploy/.kube/config"),
    (2, "/run/secrets/kubernetes.io/serviceaccount/token"),
];

/// Ports that are connected to.
const PORTS: &[(u64, u64)] = &[(600, 443), (400, 5_432), (2, 2_375)];

#[derive(Clone)]
struct Process {
    id: String,
    parent_id: String,
    pid: u64,
    uid: u64,
    binary: &'static str,
    arguments: String,
    started: String,
    pod: Option<Pod>,
}

#[derive(Clone)]
struct Pod {
    namespace: &'static str,
    app: &'static str,
    name: String,
    container: String,
}

/// Writes `count` events drawn from `seed`.
pub fn write(out: &mut dyn Write, count: u64, seed: u64) -> io::Result<()> {
    let mut rng = Rng::new(seed);
    let node = format!("node-{}", rng.hex(8));
    let mut us = 0;
    let mut running = vec![first(&node)];
    for _ in 0..count {
        us += rng.range(200, 1_800);
        let happening = happening(&mut rng, us, &node, &mut running);
        let mut event = Json::Object(vec![happening]);
        event.push("node_name", node.as_str());
        event.push("time", nanos(us));
        out.write_all(event.line().as_bytes())?;
    }
    Ok(())
}

/// The first process of the node, which never exits.
fn first(node: &str) -> Process {
    Process {
        id: exec_id(node, 1, 1),
        parent_id: String::new(),
        pid: 1,
        uid: 0,
        binary: "/usr/lib/systemd/systemd",
        arguments: String::new(),
        started: nanos(0),
        pod: None,
    }
}

fn happening(
    rng: &mut Rng,
    us: u64,
    node: &str,
    running: &mut Vec<Process>,
) -> (&'static str, Json) {
    let kind = rng.range(0, 100);
    if kind < 35 && running.len() < RUNNING || running.len() < 2 {
        let parent = rng.one(running);
        let process = start(rng, us, node, &parent);
        let told = told(&process, &parent);
        running.push(process);
        return ("process_exec", told);
    }
    let place = usize::try_from(rng.range(1, running.len() as u64)).unwrap_or(1);
    let process = running[place].clone();
    // A parent that has exited is told all the same.
    let parent = running.iter().find(|other| other.id == process.parent_id);
    let parent = parent.cloned().unwrap_or_else(|| first(node));
    let mut told = told(&process, &parent);
    if kind < 65 {
        running.swap_remove(place);
        told.push("status", 0);
        told.push("time", nanos(us));
        return ("process_exit", told);
    }
    probe(rng, &mut told);
    ("process_kprobe", told)
}

fn start(rng: &mut Rng, us: u64, node: &str, parent: &Process) -> Process {
    let (binary, line) = command(rng);
    let pid = rng.range(300, 4_000_000);
    let (_, arguments) = line.split_once(' ').unwrap_or((&line, ""));
    let pod = rng.per_mille(700).then(|| {
        let app = rng.one(APPS);
        Pod {
            namespace: rng.one(NAMESPACES),
            app,
            name: format!("{app}-{}-{}", rng.hex(9), rng.hex(5)),
            container: rng.hex(64),
        }
    });
    Process {
        id: exec_id(node, us * 1_000 + 17, pid),
        parent_id: parent.id.clone(),
        pid,
        uid: rng.one(USERS).1,
        binary,
        arguments: arguments.to_owned(),
        started: nanos(us),
        pod: parent.pod.clone().or(pod),
    }
}

fn told(process: &Process, parent: &Process) -> Json {
    object! { "process" => shown(process), "parent" => shown(parent) }
}

fn shown(process: &Process) -> Json {
    let mut out = object! {
        "exec_id" => process.id.as_str(),
        "pid" => process.pid,
        "uid" => process.uid,
        "cwd" => "/",
        "binary" => process.binary,
    };
    if !process.arguments.is_empty() {
        out.push("arguments", process.arguments.as_str());
    }
    out.push("flags", "execve clone");
    out.push("start_time", process.started.as_str());
    out.push("auid", UNSET);
    if let Some(Pod {
        namespace,
        app,
        name,
        container,
    }) = &process.pod
    {
        out.push(
            "pod",
            object! {
                "namespace" => *namespace,
                "name" => name.as_str(),
                "container" => object! {
                    "id" => format!("containerd://{container}"),
                    "name" => *app,
                    "image" => object! {
                        "id" => format!("registry.example/{app}@sha256:{container}"),
                        "name" => format!("registry.example/{app}:1.4"),
                    },
                    "start_time" => process.started.as_str(),
                    "pid" => 30,
                },
                "workload" => *app,
                "workload_kind" => "Deployment",
            },
        );
        out.push("docker", &container[..31]);
    }
    out.push("parent_exec_id", process.parent_id.as_str());
    out.push("tid", process.pid);
    out
}

/// An opened file or a connection.
fn probe(rng: &mut Rng, told: &mut Json) {
    let (function, policy, args) = if rng.per_mille(700) {
        let path = rng.weighted(FILES);
        let file =
            object! { "file_arg" => object! { "path" => path, "permission" => "-rw-r--r--" } };
        let args = list![file, object! { "int_arg" => 4 }];
        ("security_file_permission", "credential-files", args)
    } else {
        let socket = object! {
            "family" => "AF_INET", "type" => "SOCK_STREAM", "protocol" => "IPPROTO_TCP",
            "saddr" => rng.ip(), "daddr" => rng.ip(),
            "sport" => rng.range(32_768, 60_999), "dport" => rng.weighted(PORTS),
            "state" => "TCP_SYN_SENT",
        };
        (
            "tcp_connect",
            "connections",
            list![object! { "sock_arg" => socket }],
        )
    };
    told.push("function_name", function);
    told.push("args", args);
    told.push("action", "KPROBE_ACTION_POST");
    told.push("policy_name", policy);
    told.push("return_action", "KPROBE_ACTION_POST");
}

/// Tetragon writes nine digits after the point.
fn nanos(us: u64) -> String {
    instant(us).replace('Z', "000Z")
}

/// Node, start and number in base64, as Tetragon makes it.
fn exec_id(node: &str, nanos: u64, pid: u64) -> String {
    base64(format!("{node}:{nanos}:{pid}").as_bytes())
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let value = (0..3).fold(0_usize, |value, place| {
            value << 8 | usize::from(group.get(place).copied().unwrap_or(0))
        });
        for place in 0..4 {
            let digit = DIGITS[value >> (18 - 6 * place) & 63];
            out.push(if place > group.len() {
                '='
            } else {
                char::from(digit)
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn base64_is_padded() {
        assert_eq!(base64(b"node-b:40:970"), "bm9kZS1iOjQwOjk3MA==");
        assert_eq!(base64(b"node-b:2:600"), "bm9kZS1iOjI6NjAw");
    }

    #[test]
    fn processes_start_once_and_exit_after_that() {
        let mut sink = Vec::new();
        write(&mut sink, 5_000, 1).expect("a vector takes every write");
        let (mut started, mut exits, mut probes) = (BTreeSet::new(), 0, 0);
        for line in sink
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
        {
            let event: serde_json::Value = serde_json::from_slice(line).expect("JSON");
            let id =
                |event: &serde_json::Value| event["process"]["exec_id"].as_str().map(str::to_owned);
            if let Some(id) = id(&event["process_exec"]) {
                assert!(started.insert(id), "{event}");
            } else if let Some(id) = id(&event["process_exit"]) {
                assert!(started.contains(&id), "{event}");
                exits += 1;
            } else {
                let id = id(&event["process_kprobe"]).expect("a probe");
                assert!(started.contains(&id));
                probes += 1;
            }
        }
        assert!(started.len() > 1_500 && exits > 1_000 && probes > 1_500);
    }
}
