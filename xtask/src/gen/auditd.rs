//! Linux audit records of launches, opened files and connections, as `auditd`
//! writes them enriched.
//!
//! The records of an event share its serial number: of a launch SYSCALL, EXECVE,
//! CWD, two PATH and PROCTITLE, of the others SYSCALL, what they lead to, and
//! PROCTITLE. Now and then the records of two events come interleaved, as those
//! of two processors do. The last event may be cut, as a rotated file's is,
//! because the count is one of lines.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::process::{USERS, command, file_name};
use super::rng::Rng;
use super::words::START_S;

/// Before the fields that `auditd` adds when it resolves numbers to names.
const ENRICHED: char = '\u{1d}';

/// The kernel cuts a process title at this many bytes.
const TITLE_BYTES_MAX: usize = 128;

/// How many running programs may be the parent of a new one.
const RUNNING: usize = 300;

/// How many of a thousand events come interleaved with the next one.
const INTERLEAVED: u64 = 30;

/// Files that are opened, by their share; the last ones are secrets.
const FILES: &[(u64, &str)] = &[
    (600, "/etc/passwd"),
    (200, "/etc/ld.so.cache"),
    (200, "/var/log/app.log"),
    (2, "/home/deploy/.kube/config"),
    (2, "/var/run/secrets/kubernetes.io/serviceaccount/token"),
];

/// Sockets that are connected to.
const SOCKETS: &[(u64, &str)] = &[
    (500, "/run/nscd/socket"),
    (500, "/run/systemd/journal/socket"),
    (2, "/run/docker.sock"),
    (2, "/run/containerd/containerd.sock"),
];

/// Ports that are connected to.
const PORTS: &[(u64, u16)] = &[(600, 443), (200, 5_432), (200, 6_379), (2, 2_375)];

/// A program that runs.
#[derive(Clone)]
struct Running {
    pid: u64,
    parent: u64,
    image: &'static str,
    line: String,
    user: &'static str,
    uid: u64,
}

/// Writes `count` lines drawn from `seed`.
pub fn write(out: &mut dyn Write, count: u64, seed: u64) -> io::Result<()> {
    let mut rng = Rng::new(seed);
    let (mut us, mut serial, mut left) = (0, 100_000, count);
    let mut running = Vec::new();
    while left > 0 {
        us += rng.range(0, 4_000);
        serial += 1;
        let mut lines = event(&mut rng, us, serial, &mut running);
        if rng.per_mille(INTERLEAVED) {
            serial += 1;
            let other = event(&mut rng, us, serial, &mut running);
            lines = interleaved(lines, other);
        }
        for line in lines {
            if left == 0 {
                break;
            }
            out.write_all(line.as_bytes())?;
            out.write_all(b"\n")?;
            left -= 1;
        }
    }
    Ok(())
}

/// The records of two events in turns.
fn interleaved(one: Vec<String>, other: Vec<String>) -> Vec<String> {
    let mut out = Vec::with_capacity(one.len() + other.len());
    let (mut one, mut other) = (one.into_iter(), other.into_iter());
    loop {
        let pair = [one.next(), other.next()];
        if pair.iter().all(Option::is_none) {
            return out;
        }
        out.extend(pair.into_iter().flatten());
    }
}

fn event(rng: &mut Rng, us: u64, serial: u64, running: &mut Vec<Running>) -> Vec<String> {
    let head = format!(
        "msg=audit({}.{:03}:{serial}):",
        START_S + us / 1_000_000,
        us / 1_000 % 1_000
    );
    let kind = rng.range(0, 10);
    if kind < 7 || running.is_empty() {
        let program = launch(rng, running);
        let records = launched(rng, &head, &program);
        if running.len() < RUNNING {
            running.push(program);
        } else {
            let place = rng.range(0, RUNNING as u64);
            running[usize::try_from(place).unwrap_or(0)] = program;
        }
        return records;
    }
    let program = rng.one(running);
    if kind < 9 {
        opened(rng, &head, &program)
    } else {
        connected(rng, &head, &program)
    }
}

fn launch(rng: &mut Rng, running: &[Running]) -> Running {
    let (image, line) = command(rng);
    let (user, uid) = rng.one(USERS);
    let parent = if running.is_empty() {
        1
    } else {
        rng.one(running).pid
    };
    Running {
        pid: rng.range(300, 4_000_000),
        parent,
        image,
        line,
        user,
        uid,
    }
}

fn launched(rng: &mut Rng, head: &str, program: &Running) -> Vec<String> {
    vec![
        syscall(rng, head, program, (59, "execve"), 2),
        execve(head, &program.line),
        format!("type=CWD {head} cwd=\"/\""),
        path(rng, head, 0, program.image),
        path(rng, head, 1, "/lib64/ld-linux-x86-64.so.2"),
        proctitle(head, &program.line),
    ]
}

fn opened(rng: &mut Rng, head: &str, program: &Running) -> Vec<String> {
    let file = rng.weighted(FILES);
    vec![
        syscall(rng, head, program, (257, "openat"), 1),
        format!("type=CWD {head} cwd=\"/\""),
        path(rng, head, 0, file),
        proctitle(head, &program.line),
    ]
}

/// To a socket file, which has a PATH, or to an address.
fn connected(rng: &mut Rng, head: &str, program: &Running) -> Vec<String> {
    let call = (42, "connect");
    if rng.per_mille(400) {
        let socket = rng.weighted(SOCKETS);
        return vec![
            syscall(rng, head, program, call, 1),
            sockaddr(head, &unix(socket), &format!("fam=local path={socket}")),
            format!("type=CWD {head} cwd=\"/\""),
            path(rng, head, 0, socket),
            proctitle(head, &program.line),
        ];
    }
    let (ip, port) = (rng.ip(), rng.weighted(PORTS));
    let named = format!("fam=inet laddr={ip} lport={port}");
    vec![
        syscall(rng, head, program, call, 0),
        sockaddr(head, &inet(&ip, port), &named),
        proctitle(head, &program.line),
    ]
}

fn syscall(rng: &mut Rng, head: &str, program: &Running, call: (u64, &str), items: u64) -> String {
    let Running {
        pid,
        parent,
        image,
        user,
        uid,
        ..
    } = program;
    let (number, name) = call;
    let comm: String = file_name(image).chars().take(15).collect();
    let key = if name == "execve" { "exec" } else { "watch" };
    let (a0, a1, a2) = (rng.hex(12), rng.hex(12), rng.hex(12));
    format!(
        "type=SYSCALL {head} arch=c000003e syscall={number} success=yes exit=0 a0={a0} a1={a1} a2={a2} a3=8 items={items} \
         ppid={parent} pid={pid} auid=4294967295 uid={uid} gid={uid} euid={uid} suid={uid} fsuid={uid} egid={uid} \
         sgid={uid} fsgid={uid} tty=(none) ses=4294967295 comm=\"{comm}\" exe=\"{image}\" subj=unconfined \
         key=\"{key}\"{ENRICHED}ARCH=x86_64 SYSCALL={name} AUID=\"unset\" UID=\"{user}\" GID=\"{user}\" EUID=\"{user}\""
    )
}

fn execve(head: &str, line: &str) -> String {
    let arguments: Vec<&str> = line.split(' ').collect();
    let mut record = format!("type=EXECVE {head} argc={}", arguments.len());
    for (place, argument) in arguments.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = write!(record, " a{place}=\"{argument}\"");
    }
    record
}

fn path(rng: &mut Rng, head: &str, item: u64, name: &str) -> String {
    let inode = rng.range(0, 1_000_000);
    format!(
        "type=PATH {head} item={item} name=\"{name}\" inode={inode} dev=103:02 mode=0100755 ouid=0 ogid=0 rdev=00:00 \
         nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0{ENRICHED}OUID=\"root\" OGID=\"root\""
    )
}

fn sockaddr(head: &str, structure: &[u8], named: &str) -> String {
    let mut record = format!("type=SOCKADDR {head} saddr=");
    for byte in structure {
        let _ = write!(record, "{byte:02X}");
    }
    let _ = write!(record, "{ENRICHED}SADDR={{ saddr_{named} }}");
    record
}

/// The structure of a socket file: family 1 with its low byte first, the path,
/// and a NUL.
fn unix(path: &str) -> Vec<u8> {
    [&[1, 0], path.as_bytes(), &[0]].concat()
}

/// The structure of an IPv4 address: family 2, the port with its high byte
/// first, the address, and eight bytes that say nothing.
fn inet(ip: &str, port: u16) -> Vec<u8> {
    let mut out = vec![2, 0];
    out.extend(port.to_be_bytes());
    out.extend(ip.split('.').map(|part| part.parse().unwrap_or(0)));
    out.extend([0; 8]);
    out
}

fn proctitle(head: &str, line: &str) -> String {
    let mut record = format!("type=PROCTITLE {head} proctitle=");
    for byte in line.bytes().take(TITLE_BYTES_MAX) {
        let byte = if byte == b' ' { 0 } else { byte };
        let _ = write!(record, "{byte:02X}");
    }
    record
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// The types of the records of each event, by serial number, and how often
    /// a record stands behind one of another event that is not complete.
    fn events() -> (BTreeMap<String, Vec<String>>, usize) {
        let mut sink = Vec::new();
        write(&mut sink, 20_000, 1).expect("a vector takes every write");
        let text = String::from_utf8(sink).expect("UTF-8");
        let (mut events, mut returns) = (BTreeMap::new(), 0);
        let mut before = String::new();
        for line in text.lines() {
            let (kind, rest) = line.split_once(" msg=audit(").expect("a record");
            let (id, _) = rest.split_once(')').expect("an id");
            let kinds: &mut Vec<String> = events.entry(id.to_owned()).or_default();
            returns += usize::from(!kinds.is_empty() && before != id);
            kinds.push(kind.trim_start_matches("type=").to_owned());
            id.clone_into(&mut before);
        }
        (events, returns)
    }

    #[test]
    fn the_records_of_an_event_share_their_serial_and_are_complete() {
        let (mut events, _) = events();
        // The last two may be cut.
        for _ in 0..2 {
            events.pop_last();
        }
        let mut shapes: BTreeMap<String, usize> = BTreeMap::new();
        for kinds in events.values() {
            *shapes.entry(kinds.join(" ")).or_default() += 1;
        }
        let found: Vec<&str> = shapes.keys().map(String::as_str).collect();
        assert_eq!(
            found,
            [
                "SYSCALL CWD PATH PROCTITLE",
                "SYSCALL EXECVE CWD PATH PATH PROCTITLE",
                "SYSCALL SOCKADDR CWD PATH PROCTITLE",
                "SYSCALL SOCKADDR PROCTITLE",
            ]
        );
        assert!(shapes.values().all(|count| *count > 100), "{shapes:?}");
    }

    #[test]
    fn some_events_come_interleaved() {
        let (events, returns) = events();
        assert!(returns > 200 && returns < events.len(), "{returns}");
    }

    #[test]
    fn socket_addresses_have_the_bytes_of_the_kernel() {
        let hex = |bytes: &[u8]| sockaddr("", bytes, "x");
        assert!(hex(&inet("127.0.0.1", 2_375)).contains("=020009477F0000010000000000000000"));
        assert!(hex(&unix("/a")).contains("saddr=01002F6100"));
    }
}
