//! Linux audit records of program starts, as `auditd` writes them enriched.
//!
//! Each start is one event of six records that share the serial number:
//! SYSCALL, EXECVE, CWD, two PATH, PROCTITLE. The last event may be cut, as a
//! rotated file's is, because the count is one of lines.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::process::{USERS, command, file_name};
use super::rng::Rng;
use super::words::START_S;

/// Before the fields that `auditd` adds when it resolves numbers to names.
const ENRICHED: char = '\u{1d}';

/// The kernel cuts a process title at this many bytes.
const TITLE_BYTES_MAX: usize = 128;

/// Writes `count` lines drawn from `seed`.
pub fn write(out: &mut dyn Write, count: u64, seed: u64) -> io::Result<()> {
    let mut rng = Rng::new(seed);
    let (mut us, mut serial, mut left) = (0, 100_000, count);
    while left > 0 {
        us += rng.range(0, 4_000);
        serial += 1;
        for record in records(&mut rng, us, serial) {
            if left == 0 {
                break;
            }
            out.write_all(record.as_bytes())?;
            out.write_all(b"\n")?;
            left -= 1;
        }
    }
    Ok(())
}

fn records(rng: &mut Rng, us: u64, serial: u64) -> [String; 6] {
    let (image, line) = command(rng);
    let (user, uid) = rng.one(USERS);
    let (pid, parent) = (rng.range(300, 4_000_000), rng.range(1, 400_000));
    let head = format!(
        "msg=audit({}.{:03}:{serial}):",
        START_S + us / 1_000_000,
        us / 1_000 % 1_000
    );
    let comm: String = file_name(image).chars().take(15).collect();
    let (a0, a1, a2) = (rng.hex(12), rng.hex(12), rng.hex(12));
    let syscall = format!(
        "type=SYSCALL {head} arch=c000003e syscall=59 success=yes exit=0 a0={a0} a1={a1} a2={a2} a3=8 items=2 \
         ppid={parent} pid={pid} auid=4294967295 uid={uid} gid={uid} euid={uid} suid={uid} fsuid={uid} egid={uid} \
         sgid={uid} fsgid={uid} tty=(none) ses=4294967295 comm=\"{comm}\" exe=\"{image}\" subj=unconfined \
         key=\"exec\"{ENRICHED}ARCH=x86_64 SYSCALL=execve AUID=\"unset\" UID=\"{user}\" GID=\"{user}\" EUID=\"{user}\""
    );
    [
        syscall,
        execve(&head, &line),
        format!("type=CWD {head} cwd=\"/\""),
        path(rng, &head, 0, image),
        path(rng, &head, 1, "/lib64/ld-linux-x86-64.so.2"),
        proctitle(&head, &line),
    ]
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

    #[test]
    fn the_six_records_of_an_event_share_their_serial() {
        let mut sink = Vec::new();
        write(&mut sink, 60, 1).expect("a vector takes every write");
        let text = String::from_utf8(sink).expect("UTF-8");
        let lines: Vec<&str> = text.lines().collect();
        for event in lines.chunks(6) {
            let serials: Vec<&str> = event
                .iter()
                .filter_map(|line| line.split("msg=audit(").nth(1)?.split(')').next())
                .collect();
            assert_eq!(serials.len(), 6);
            assert!(
                serials.iter().all(|serial| *serial == serials[0]),
                "{serials:?}"
            );
            assert!(event[0].starts_with("type=SYSCALL") && event[5].starts_with("type=PROCTITLE"));
        }
    }
}
