//! What a normalizer holds does not grow with its input, whatever comes.
//!
//! Each stream is endless in kind: no id, number, name or time comes twice. It is
//! fed until every bound is full, and then as long again; in the second half the
//! memory of the process must stay where it is. That is what the system says of
//! it, so each stream runs in a process of its own: this binary, asked for just
//! that test.

use std::env;
use std::fmt::Write as _;
use std::io::Write;
use std::process::Command;

use yaral_normalize::limits::{AUDIT_HELD_MAX, HELD_MAX, PROCESSES_MAX, SEEN_IDS_MAX, SERVERS_MAX};
use yaral_normalize::{Counts, LogType, Record, Reject, Setup, Sink, normalizer};

/// Says to a process of this binary that it is the one to feed a stream.
const ALONE: &str = "YARAL_MEMORY_ALONE";

/// How many lines fill every bound, and how many come behind them.
const LINES: u64 = 200_000;

/// The same where the bounds are smaller.
const FEWER: u64 = 100_000;

/// What the system's count may go up by in the second half: blocks of the
/// allocator that are torn, and one doubling of a table that forgets as it
/// learns. A hundred bytes kept of each line would be three times as much.
const SLACK_KIB: u64 = 8 << 10;

/// What all bounds together may take.
const HELD_KIB_MAX: u64 = 160 << 10;

/// Builds nothing and keeps nothing.
struct Nothing;

impl Sink for Nothing {
    fn event(&mut self, _: &dyn Record) {}
    fn reject(&mut self, _: Reject) {}
}

/// Runs a stream in a process of its own.
fn alone(test: &str, stream: impl FnOnce()) {
    if env::var_os(ALONE).is_some() {
        return stream();
    }
    if resident_kib().is_none() {
        let _ = writeln!(
            std::io::stderr(),
            "SKIP {test}: the system does not tell what a process holds"
        );
        return;
    }
    let binary = env::current_exe().expect("this binary has a path");
    let output = Command::new(binary)
        .args([test, "--exact", "--nocapture"])
        .env(ALONE, "1")
        .output()
        .expect("this binary starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// What the process holds now, in KiB, on Linux.
fn resident_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

/// Feeds twice so many lines, `line` appends the one of a number, and looks at
/// the memory at the start, at half and at the end.
fn flat(log_type: LogType, lines: u64, line: impl Fn(u64, &mut String)) -> Counts {
    let mut normalizer = normalizer(log_type, &Setup::default());
    let (mut text, mut held) = (String::new(), Vec::new());
    for number in 0..2 * lines {
        if number % lines == 0 {
            held.push(resident_kib().expect("it was there before"));
        }
        text.clear();
        line(number, &mut text);
        normalizer.feed(text.as_bytes(), number + 1, &mut Nothing);
    }
    held.push(resident_kib().expect("it was there before"));
    let [start, half, end] = held[..] else {
        unreachable!("three looks")
    };
    assert!(
        end < half + SLACK_KIB,
        "{log_type} held {held:?} KiB: it grows"
    );
    assert!(
        end < start + HELD_KIB_MAX,
        "{log_type} held {held:?} KiB: too much"
    );
    let counts = normalizer.counts();
    let told =
        counts.events + counts.passed_over + counts.duplicates + counts.held + counts.ignored;
    assert_eq!(counts.records, told, "{counts:?}");
    counts
}

/// Appends a formatted line.
macro_rules! put {
    ($out:ident, $($arguments:tt)*) => { let _ = write!($out, $($arguments)*); };
}

/// A time of day, a millisecond later for each number.
fn time(number: u64) -> String {
    let (seconds, millis) = (number / 1_000, number % 1_000);
    format!(
        "2026-08-01T{:02}:{:02}:{:02}.{millis:03}Z",
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// Words that no other number has, for names that come to nothing.
fn name(number: u64) -> String {
    format!(
        "{number:x}-{:064x}",
        number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    )
}

fn audit(number: u64, stage: &str, out: &mut String) {
    put!(
        out,
        r#"{{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"{}","stage":"{stage}","verb":"get","requestURI":"/apis/x/v1/{number}","user":{{"username":"u{number}"}},"sourceIPs":["10.0.0.1","10.0.0.2"],"requestReceivedTimestamp":"{}"}}"#,
        name(number),
        time(number)
    );
}

#[test]
fn kubernetes_requests() {
    alone("kubernetes_requests", || {
        let counts = flat(LogType::KubernetesAudit, LINES, |n, out| {
            audit(n, "ResponseComplete", out);
        });
        assert_eq!(counts.evicted_ids, 2 * LINES - SEEN_IDS_MAX as u64);
    });
}

#[test]
fn kubernetes_requests_that_never_end() {
    alone("kubernetes_requests_that_never_end", || {
        // From more servers than have a clock, each silent after one record.
        let counts = flat(LogType::KubernetesAudit, LINES, |n, out| {
            put!(out, "server{} ", n % (4 * SERVERS_MAX as u64));
            audit(n, "RequestReceived", out);
        });
        assert_eq!(counts.held, HELD_MAX as u64);
    });
}

/// The records of a launch, of which the stream has one on each line.
fn launch(number: u64, node: &str, out: &mut String) {
    let (serial, kind) = (number / 4, number % 4);
    let (seconds, millis) = (1_795_500_000 + serial / 1_000, serial % 1_000);
    let kind = ["SYSCALL", "EXECVE", "CWD", "PATH"][usize::try_from(kind).unwrap_or(0)];
    put!(
        out,
        "node={node} type={kind} msg=audit({seconds}.{millis:03}:{serial}): "
    );
    match kind {
        "SYSCALL" => {
            put!(
                out,
                "arch=c000003e syscall=59 success=yes exit=0 items=1 ppid={} pid={serial} auid=1000 uid={serial} \
                 comm=\"p{serial}\" exe=\"/bin/p{serial}\" key=\"exec\"",
                serial.saturating_sub(1)
            );
        }
        "EXECVE" => {
            put!(out, "argc=2 a0=\"p{serial}\" a1=\"{:0>900}\"", serial);
        }
        "CWD" => out.push_str("cwd=\"/\""),
        _ => {
            put!(
                out,
                "item=0 name=\"/run/docker.sock\" inode={serial} dev=fe:{serial:x} nametype=NORMAL"
            );
        }
    }
}

#[test]
fn audit_launches() {
    alone("audit_launches", || {
        let counts = flat(LogType::Auditd, FEWER, |n, out| launch(n, "n", out));
        assert_eq!(counts.records, FEWER / 2);
        assert!(counts.events > FEWER / 2 - 2 * AUDIT_HELD_MAX as u64);
    });
}

#[test]
fn audit_machines() {
    alone("audit_machines", || {
        let counts = flat(LogType::Auditd, FEWER, |n, out| {
            launch(n, &format!("n{}", n / 4), out);
        });
        assert_eq!(counts.records, FEWER / 2);
    });
}

#[test]
fn audit_events_that_never_end() {
    alone("audit_events_that_never_end", || {
        // Nothing but the first record of each, at one and the same time; and
        // one event that goes on for ever.
        let counts = flat(LogType::Auditd, FEWER, |n, out| {
            let (serial, more) = if n % 2 == 0 { (n, n) } else { (1, n) };
            put!(
                out,
                "type=EXECVE msg=audit(1795500000.000:{serial}): argc=1 a0=\"{more}\""
            );
        });
        assert!(counts.held <= AUDIT_HELD_MAX as u64 && counts.rejected > 0);
    });
}

#[test]
fn docker_events() {
    alone("docker_events", || {
        let counts = flat(LogType::DockerEngine, LINES, |n, out| {
            let id = format!("{n:064x}");
            put!(
                out,
                r#"{{"status":"exec_create: ls {n}","id":"{id}","Type":"container","Action":"exec_create: ls {n}","Actor":{{"ID":"{id}","Attributes":{{"execID":"{n:063x}e","image":"registry/{n}","name":"n{n}"}}}},"time":{}}}"#,
                1_795_500_000 + n / 1_000
            );
        });
        assert_eq!(counts.evicted_ids, 2 * LINES - SEEN_IDS_MAX as u64);
    });
}

#[test]
fn docker_requests_that_are_never_answered() {
    alone("docker_requests_that_are_never_answered", || {
        let counts = flat(LogType::DockerEngine, FEWER, |n, out| {
            put!(
                out,
                r#"{{"RequestMethod":"GET","RequestUri":"/x/{}","_phase":"AuthZReq","_ts":{}}}"#,
                name(n),
                1_795_500_000 + n / 100_000
            );
        });
        assert_eq!(counts.held, HELD_MAX as u64);
    });
}

#[test]
fn docker_execs_of_many_empty_words() {
    alone("docker_execs_of_many_empty_words", || {
        let words = vec![r#"\"\""#; 1_000].join(",");
        let counts = flat(LogType::DockerEngine, FEWER, |n, out| {
            // Few are enough, as each line is long; the others are short.
            if n % 10 == 0 {
                put!(
                    out,
                    r#"{{"RequestMethod":"POST","RequestUri":"/containers/c/exec","RequestBody":"{{\"Cmd\":[{words}]}}","ResponseStatusCode":201,"ResponseBody":"{{\"Id\":\"{n:064x}\"}}"}}"#
                );
            }
        });
        assert_eq!(counts.events, FEWER / 5);
    });
}

#[test]
fn docker_calls_of_the_log() {
    alone("docker_calls_of_the_log", || {
        // Calls whose bodies never come.
        let counts = flat(LogType::DockerEngine, FEWER, |n, out| {
            let what = if n % 2 == 0 {
                "create?name="
            } else {
                "x/exec?y="
            };
            put!(
                out,
                r#"time="{}" level=debug msg="Calling POST /v1.41/containers/{what}{}""#,
                time(n),
                name(n)
            );
        });
        assert!(counts.held < 20 && counts.events > FEWER);
    });
}

#[test]
fn falco_alerts() {
    alone("falco_alerts", || {
        let counts = flat(LogType::FalcoIds, FEWER, |n, out| {
            put!(
                out,
                r#"{{"hostname":"h{n}","output":"o{n}","output_fields":{{"evt.type":"execve","proc.name":"p{n}","proc.pid":{n},"container.id":"{n:012x}","x.{n}":"{n}"}},"priority":"Error","rule":"r{n}","time":"{}","uuid":"{}"}}"#,
                time(n),
                name(n)
            );
        });
        assert_eq!(counts.events, 2 * FEWER);
    });
}

#[test]
fn tetragon_processes() {
    alone("tetragon_processes", || {
        let counts = flat(LogType::Tetragon, LINES, |n, out| {
            // Every third one exits; the others run for ever.
            let (kind, id) = if n % 3 == 2 {
                ("process_exit", n - 1)
            } else {
                ("process_exec", n)
            };
            put!(
                out,
                r#"{{"{kind}":{{"process":{{"exec_id":"e{id}","pid":{id},"binary":"/bin/p{id}","arguments":"a{id}","parent_exec_id":"e{}"}}}},"node_name":"n{id}","time":"{}"}}"#,
                id.saturating_sub(1),
                time(n)
            );
        });
        assert_eq!(counts.events, 2 * LINES);
        assert!(
            LINES * 2 / 3 > PROCESSES_MAX as u64,
            "the memory was full at half"
        );
    });
}

#[test]
fn tetragon_processes_with_long_arguments() {
    alone("tetragon_processes_with_long_arguments", || {
        let counts = flat(LogType::Tetragon, FEWER, |n, out| {
            put!(
                out,
                r#"{{"process_exec":{{"process":{{"exec_id":"e{n}","binary":"/bin/x","arguments":"{n:0>1500}","parent_exec_id":"p"}}}},"time":"{}"}}"#,
                time(n)
            );
        });
        assert_eq!(counts.events, 2 * FEWER);
    });
}

/// The names of machines are the log's, and so is their length.
#[test]
fn audit_machines_with_long_names() {
    alone("audit_machines_with_long_names", || {
        let counts = flat(LogType::Auditd, FEWER / 2, |n, out| {
            launch(n, &format!("{:n>16384}", n / 4), out);
        });
        assert_eq!(counts.records, FEWER / 4);
    });
}

/// So is the path of a program.
#[test]
fn audit_launches_of_long_paths() {
    alone("audit_launches_of_long_paths", || {
        let counts = flat(LogType::Auditd, FEWER / 2, |n, out| {
            put!(
                out,
                "type=SYSCALL msg=audit({}.000:{n}): arch=c000003e syscall=59 success=yes exit=0 ppid=1 pid={n} uid=0 comm=\"x\" exe=\"/{n:x>8192}\" key=\"exec\"",
                1_795_500_000 + n / 1_000
            );
        });
        assert_eq!(counts.records, FEWER);
    });
}
