//! Alerts of Falco as its JSON output writes them: launches, opened files and
//! connections of invented hosts, in containers and outside.

use std::io::{self, Write};

use super::json::{Json, list, object};
use super::process::{USERS, command, file_name};
use super::rng::Rng;
use super::words::{APPS, NAMESPACES, instant};

/// What `user.loginuid` is where nobody logged in.
const UNSET: u64 = 4_294_967_295;

/// Files that are opened, by their share; the last ones are secrets.
const FILES: &[(u64, &str)] = &[
    (600, "/etc/passwd"),
    (200, "/usr/lib/ssl/openssl.cnf"),
    (200, "/var/log/app.log"),
    (2, "/home/deploy/.kube/config"),
    (2, "/var/run/secrets/kubernetes.io/serviceaccount/token"),
];

/// Ports that are connected to.
const PORTS: &[(u64, u64)] = &[(600, 443), (200, 5_432), (200, 8_080), (2, 2_375)];

/// Writes `count` alerts drawn from `seed`.
pub fn write(out: &mut dyn Write, count: u64, seed: u64) -> io::Result<()> {
    let mut rng = Rng::new(seed);
    let hosts: Vec<String> = (0..500).map(|_| format!("node-{}", rng.hex(8))).collect();
    let mut us = 0;
    for _ in 0..count {
        us += rng.range(200, 1_800);
        out.write_all(alert(&mut rng, us, &hosts).line().as_bytes())?;
    }
    Ok(())
}

/// What an alert is about: its rule, priority and sentence, and its fields.
struct About {
    rule: &'static str,
    priority: &'static str,
    sentence: &'static str,
    fields: Json,
}

fn alert(rng: &mut Rng, us: u64, hosts: &[String]) -> Json {
    let (image, line) = command(rng);
    let (user, uid) = rng.one(USERS);
    let mut about = about(rng, image);
    place(rng, &mut about.fields);
    process(rng, &mut about.fields, image, &line);
    about.fields.push("user.name", user);
    about.fields.push("user.uid", uid);
    about.fields.push("user.loginuid", UNSET);
    // Falco writes nine digits after the point.
    let time = instant(us).replace('Z', "000Z");
    let About {
        rule,
        priority,
        sentence,
        fields,
    } = about;
    object! {
        "hostname" => rng.one(hosts),
        "output" => format!("{time}: {priority} {sentence} (user={user} command={line})"),
        "output_fields" => fields,
        "priority" => priority,
        "rule" => rule,
        "source" => "syscall",
        "tags" => list!["T1552.007", "container", "mitre_credential_access"],
        "time" => time,
        "uuid" => rng.uuid(),
    }
}

fn about(rng: &mut Rng, image: &str) -> About {
    let kind = rng.range(0, 10);
    if kind < 6 {
        return About {
            rule: "Program started",
            priority: "Notice",
            sentence: "A program was started",
            fields: object! {
                "evt.type" => "execve", "evt.res" => "SUCCESS", "proc.is_exe_upper_layer" => false,
                "proc.exepath" => image,
            },
        };
    }
    if kind < 8 {
        return About {
            rule: "Watched file opened",
            priority: "Warning",
            sentence: "A watched file was opened",
            fields: object! {
                "evt.type" => "openat", "evt.res" => "SUCCESS", "evt.arg.flags" => "O_RDONLY",
                "fd.name" => rng.weighted(FILES), "fd.typechar" => "f", "proc.exepath" => image,
            },
        };
    }
    let (from, to, port) = (rng.ip(), rng.ip(), rng.weighted(PORTS));
    let local = rng.range(32_768, 60_999);
    About {
        rule: "Outbound connection",
        priority: "Notice",
        sentence: "A connection was made",
        fields: object! {
            "evt.type" => "connect", "evt.res" => "SUCCESS", "fd.typechar" => "4",
            "fd.name" => format!("{from}:{local}->{to}:{port}"),
            "fd.cip" => from, "fd.cport" => local, "fd.sip" => to, "fd.sport" => port,
            "fd.l4proto" => "tcp", "proc.exepath" => image,
        },
    }
}

/// The container, or the host itself.
fn place(rng: &mut Rng, fields: &mut Json) {
    if rng.per_mille(300) {
        fields.push("container.id", "host");
        fields.push("container.name", "host");
        for key in ["container.image.repository", "k8s.ns.name", "k8s.pod.name"] {
            fields.push(key, Json::Null);
        }
        return;
    }
    let app = rng.one(APPS);
    fields.push("container.id", rng.hex(12));
    fields.push("container.name", app);
    fields.push(
        "container.image.repository",
        format!("registry.example/{app}"),
    );
    fields.push("container.image.tag", format!("1.{}", rng.range(0, 40)));
    fields.push("k8s.ns.name", rng.one(NAMESPACES));
    fields.push(
        "k8s.pod.name",
        format!("{app}-{}-{}", rng.hex(9), rng.hex(5)),
    );
}

fn process(rng: &mut Rng, fields: &mut Json, image: &str, line: &str) {
    fields.push("proc.name", file_name(image));
    fields.push("proc.cmdline", line);
    fields.push("proc.pid", rng.range(300, 4_000_000));
    fields.push("proc.ppid", rng.range(1, 400_000));
    fields.push("proc.pname", "sh");
    fields.push("proc.pexepath", "/bin/sh");
    fields.push("proc.pcmdline", "sh /entrypoint");
    fields.push("proc.aname[2]", "containerd-shim");
    fields.push("proc.aname[3]", "systemd");
    fields.push("proc.cwd", "/");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_has_what_its_kind_of_call_shows() {
        let mut sink = Vec::new();
        write(&mut sink, 1_000, 1).expect("a vector takes every write");
        let mut kinds = [0; 3];
        for line in sink
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
        {
            let alert: serde_json::Value = serde_json::from_slice(line).expect("JSON");
            let fields = &alert["output_fields"];
            assert!(fields["proc.cmdline"].is_string() && fields["container.id"].is_string());
            let output = alert["output"].as_str().expect("text");
            assert!(output.starts_with(alert["time"].as_str().expect("text")));
            match fields["evt.type"].as_str() {
                Some("execve") => kinds[0] += 1,
                Some("openat") if fields["fd.name"].is_string() => kinds[1] += 1,
                Some("connect") if fields["fd.sport"].is_u64() => kinds[2] += 1,
                other => assert_eq!(other, None, "{alert}"),
            }
        }
        assert!(kinds.iter().all(|count| *count > 100), "{kinds:?}");
    }
}
