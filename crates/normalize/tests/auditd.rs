//! Assembly of audit events: our own recording in full, if the folder that
//! `YARAL_TELEMETRY` names is there, public logs, if that of
//! `YARAL_THIRD_PARTY` is, and every bound of the memory.

mod common;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use common::{Collected, collect};
use yaral_normalize::{LogType, Setup, limits};

/// Says it past the capture of the test runner.
fn say(what: std::fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stderr(), "{what}");
}

/// The folder that a variable names.
fn outside(variable: &str, name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os(variable).map(PathBuf::from);
    if folder.is_none() {
        say(format_args!("SKIP {name}: {variable} is not set"));
    }
    folder
}

/// A file of the recordings, unpacked; none, and said so, without it.
fn recording(name: &str) -> Option<Vec<u8>> {
    let folder = outside("YARAL_TELEMETRY", name)?;
    let unpacked = std::process::Command::new("gzip")
        .arg("-dc")
        .arg(folder.join(name))
        .output();
    match unpacked {
        Ok(unpacked) if unpacked.status.success() => Some(unpacked.stdout),
        _ => {
            say(format_args!(
                "SKIP {name}: it is not there, or gzip is not installed"
            ));
            None
        }
    }
}

/// The events that the labels name, as `time:serial`.
fn labelled() -> Option<BTreeSet<String>> {
    let labels = recording("auditd/labels.csv.gz")?;
    let text = String::from_utf8(labels).expect("labels are text");
    let events = text
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').next());
    Some(events.map(str::to_owned).collect())
}

/// The seconds in the stamp of a line, in milliseconds.
fn time_ms(line: &str) -> i64 {
    let stamp = line.split("audit(").nth(1).expect("a record");
    let digits: String = stamp
        .chars()
        .take_while(|c| *c != ':')
        .filter(char::is_ascii_digit)
        .collect();
    digits.parse().expect("a number")
}

/// A sequence of numbers that looks random and is the same every time.
fn next(state: &mut u64) -> u64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

#[test]
fn every_audit_event_is_assembled() {
    let (Some(log), Some(labels)) = (recording("auditd/audit.log.gz"), labelled()) else {
        return;
    };
    assert_eq!(labels.len(), 4_707);
    let text = String::from_utf8(log).expect("the log is text");
    let mut straight = None;
    for seed in [0, 1, 2] {
        // Each line comes up to two seconds too late.
        let mut state = seed;
        let mut lines: Vec<_> = text
            .lines()
            .map(|line| {
                let late = if seed == 0 {
                    0
                } else {
                    next(&mut state) % 2_001
                };
                (time_ms(line) + i64::try_from(late).expect("small"), line)
            })
            .collect();
        if seed > 0 {
            lines.sort_by_key(|(at, _)| *at);
        }
        let shuffled: Vec<_> = lines.into_iter().map(|(_, line)| line).collect();
        let found = collect(
            LogType::Auditd,
            &Setup::default(),
            shuffled.join("\n").as_bytes(),
        );
        assert!(found.rejects.is_empty(), "{:?}", found.rejects.first());
        let ids: Vec<_> = found.events.iter().map(|event| event.id.clone()).collect();
        assert_eq!(ids.len(), 4_707, "seed {seed}");
        assert_eq!(
            ids.into_iter().collect::<BTreeSet<_>>(),
            labels,
            "seed {seed}"
        );
        // Whatever the order of the lines, the events are the same.
        let events: Vec<_> = found.events.into_iter().map(|event| event.json).collect();
        match &straight {
            None => straight = Some(events),
            Some(straight) => {
                let differ = straight.iter().zip(&events).find(|(a, b)| a != b);
                assert_eq!(differ, None, "seed {seed}");
            }
        }
    }
}

/// The log of a name in the public collection.
fn public(name: &str) -> Option<Collected> {
    let path = outside("YARAL_THIRD_PARTY", name)?
        .join("go-libaudit")
        .join(name);
    let Ok(log) = std::fs::read(&path) else {
        say(format_args!("SKIP {name}: it is not in the folder"));
        return None;
    };
    Some(collect(LogType::Auditd, &Setup::default(), &log))
}

fn ids(found: &Collected) -> Vec<&str> {
    found.events.iter().map(|event| event.id.as_str()).collect()
}

#[test]
fn public_logs_give_what_their_names_say() {
    let names = [
        "testdata__normal.log",
        "testdata__out_of_order.log",
        "testdata__lost_messages.log",
        "testdata__rollover.log",
    ];
    let mut found = Vec::new();
    for name in names {
        let Some(log) = public(name) else { return };
        assert!(log.rejects.is_empty(), "{name}: {:?}", log.rejects);
        found.push(log);
    }
    let [normal, disordered, lost, rollover] = &found[..] else {
        panic!("four logs")
    };
    assert_eq!(ids(normal).len(), 5);
    assert_eq!(normal.counts.missing_serials, 0);
    let texts = |log: &Collected| {
        log.events
            .iter()
            .map(|event| event.json.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(texts(normal), texts(disordered), "order changes nothing");
    assert_eq!(disordered.counts.missing_serials, 0);
    assert_eq!((ids(lost).len(), lost.counts.missing_serials), (5, 9));
    let serials: Vec<_> = ids(rollover)
        .iter()
        .filter_map(|id| id.split(':').nth(1))
        .collect();
    assert_eq!(serials, ["4294967294", "4294967295", "0", "1", "2"]);
    assert_eq!(rollover.counts.missing_serials, 0);
}

/// File, events, rejects.
const PUBLIC: [(&str, usize, usize); 13] = [
    ("auparse__testdata__audit-rhel6.log", 2, 0),
    ("auparse__testdata__audit-rhel7.log", 46, 1),
    ("auparse__testdata__audit-ubuntu14.log", 1, 0),
    ("auparse__testdata__audit-ubuntu16.log", 3, 0),
    ("auparse__testdata__audit-ubuntu17.log", 1, 0),
    ("auparse__testdata__test2.log", 7, 0),
    ("auparse__testdata__test3.log", 10, 0),
    ("coalesce__random-internet.log", 2, 0),
    ("coalesce__rhel-7-linux-3.10.0.log", 10, 0),
    ("coalesce__ubuntu-16.04-linux-4.13.0.log", 2, 0),
    ("coalesce__ubuntu-16.10-linux-4.8.0.log", 14, 0),
    ("coalesce__ubuntu-17.04-linux-4.10.0.log", 15, 0),
    ("coalesce__ubuntu-20.04.6-linux-5.15.0-1034-gcp.log", 1, 0),
];

#[test]
fn public_logs_of_every_distribution_are_read() {
    let mut seen = Vec::new();
    for (name, ..) in PUBLIC {
        let Some(log) = public(name) else { return };
        for reject in &log.rejects {
            say(format_args!(
                "{name}:{}: {} {}",
                reject.position.line, reject.reason, reject.detail
            ));
        }
        seen.push((name, log.events.len(), log.rejects.len()));
    }
    assert_eq!(seen, PUBLIC);
}

/// A record of a call; each has a serial number and a second of its own.
fn record(kind: &str, second: i64, serial: usize) -> String {
    format!(
        "type={kind} msg=audit({second}.000:{serial}): syscall=59 success=yes pid={serial} ppid=1 exe=\"/x\""
    )
}

fn run(lines: impl Iterator<Item = String>) -> Collected {
    let log: Vec<_> = lines.collect();
    collect(
        LogType::Auditd,
        &Setup::default(),
        log.join("\n").as_bytes(),
    )
}

#[test]
fn audit_hold_seconds() {
    let hold = limits::AUDIT_HOLD_SECONDS;
    let lines = |steps: &[i64]| {
        let mut lines = vec![record("SYSCALL", 100, 1)];
        for (step, serial) in steps.iter().zip(2..) {
            lines.push(record("SYSCALL", 100 + step, serial));
        }
        lines.push(record("CWD", 100, 1));
        run(lines.into_iter())
    };
    assert_eq!(lines(&[hold]).rejects.len(), 0);
    // One record that is far ahead is not believed, two are.
    assert_eq!(lines(&[hold + 1]).rejects.len(), 0);
    let late = lines(&[hold + 1, hold + 1]);
    assert_eq!(late.rejects.len(), 1);
    assert_eq!(late.rejects[0].reason.code(), "LATE_RECORD");
    assert_eq!(late.events.len(), 3);
}

#[test]
fn late_arguments_are_an_event_of_their_own() {
    let hold = limits::AUDIT_HOLD_SECONDS;
    let lines = [
        record("SYSCALL", 100, 1),
        record("SYSCALL", 101 + hold, 2),
        record("SYSCALL", 101 + hold, 3),
        "type=EXECVE msg=audit(100.000:1): argc=2 a0=\"cat\" a1=\"/x\"".to_owned(),
    ];
    let found = run(lines.into_iter());
    assert!(found.rejects.is_empty());
    assert_eq!(
        ids(&found).iter().filter(|id| **id == "100.000:1").count(),
        2
    );
    assert!(
        found
            .events
            .iter()
            .any(|event| event.json.contains("cat /x"))
    );
}

#[test]
fn audit_gap_max() {
    let missing = |gap: usize| {
        let lines = [record("SYSCALL", 100, 5), record("SYSCALL", 101, 5 + gap)];
        run(lines.into_iter()).counts.missing_serials
    };
    let max = usize::try_from(limits::AUDIT_GAP_MAX).expect("small");
    assert_eq!(missing(max), u64::from(limits::AUDIT_GAP_MAX) - 1);
    assert_eq!(missing(max + 1), 0);
}

#[test]
fn audit_held_max() {
    // All at one time, so that only the number presses.
    let lines = |count: usize| {
        let first = (0..count).map(|serial| record("SYSCALL", 100, serial));
        first.chain([record("CWD", 100, 0)])
    };
    assert_eq!(run(lines(limits::AUDIT_HELD_MAX)).rejects.len(), 0);
    let beyond = run(lines(limits::AUDIT_HELD_MAX + 1));
    assert_eq!(
        (beyond.rejects.len(), beyond.events.len()),
        (1, limits::AUDIT_HELD_MAX + 1)
    );
}

#[test]
fn audit_held_bytes_max() {
    let long = "x".repeat(4 << 20);
    let count = limits::AUDIT_HELD_BYTES_MAX / long.len() + 1;
    let lines = (0..count).map(|serial| format!("{} a=\"{long}\"", record("SYSCALL", 100, serial)));
    let found = run(lines.chain([record("CWD", 100, 0)]));
    assert_eq!((found.rejects.len(), found.events.len()), (1, count));
}

#[test]
fn audit_records_max() {
    let lines = |count: usize| {
        (0..count).map(|item| format!("type=PATH msg=audit(1.0:1): item={item} name=\"/x\""))
    };
    assert_eq!(run(lines(limits::AUDIT_RECORDS_MAX)).rejects.len(), 0);
    let beyond = run(lines(limits::AUDIT_RECORDS_MAX + 1));
    assert_eq!((beyond.rejects.len(), beyond.events.len()), (1, 1));
}

#[test]
fn audit_records_max_of_laurel() {
    let line = |count: usize| {
        let members: Vec<_> = (0..count).map(|n| format!(",\"K{n}\":{{}}")).collect();
        let members = members.concat();
        format!("{{\"ID\":\"1.0:1\"{members}}}")
    };
    assert_eq!(
        run([line(limits::AUDIT_RECORDS_MAX)].into_iter())
            .rejects
            .len(),
        0
    );
    for count in [limits::AUDIT_RECORDS_MAX + 1, 60_000] {
        let beyond = run([line(count)].into_iter());
        assert_eq!((beyond.rejects.len(), beyond.events.len()), (1, 0));
        assert_eq!(beyond.rejects[0].reason.code(), "LATE_RECORD");
    }
    let listed = format!(
        "{{\"ID\":\"1.0:1\",\"PATH\":[{}{{}}]}}",
        "{},".repeat(60_000)
    );
    assert_eq!(run([listed].into_iter()).rejects.len(), 1);
}

#[test]
fn audit_kind_bytes_max() {
    let line = |length: usize| format!("{{\"ID\":\"1.0:1\",\"{}\":{{}}}}", "K".repeat(length));
    assert_eq!(
        run([line(limits::AUDIT_KIND_BYTES_MAX)].into_iter())
            .rejects
            .len(),
        0
    );
    let beyond = run([line(limits::AUDIT_KIND_BYTES_MAX + 1)].into_iter());
    assert_eq!(beyond.rejects[0].reason.code(), "WRONG_TYPE");
}

#[test]
fn audit_released_max() {
    // The oldest event that came out is forgotten: its late record is an event
    // of its own.
    let count = limits::AUDIT_RELEASED_MAX;
    let lines = |count: usize| {
        let many = (0..count).map(|serial| record("SYSCALL", 100, serial));
        let jump = [
            record("SYSCALL", 120, count),
            record("SYSCALL", 120, count + 1),
            record("CWD", 100, 0),
        ];
        many.chain(jump)
    };
    assert_eq!(run(lines(count)).rejects.len(), 1);
    assert_eq!(run(lines(count + 1)).rejects.len(), 0);
}

#[test]
fn audit_nodes_max() {
    let count = limits::AUDIT_NODES_MAX;
    let lines = |nodes: usize| {
        let node = |name: usize, serial: usize, second: i64| {
            format!("node=n{name:05} {}", record("SYSCALL", second, serial))
        };
        let first = (0..nodes).map(move |name| node(name, 10, 100));
        // The first machine again, with a gap of three.
        first.chain([node(0, 14, 120), node(1, 11, 121)])
    };
    assert_eq!(run(lines(count)).counts.missing_serials, 3);
    assert_eq!(run(lines(count + 1)).counts.missing_serials, 0);
}

#[test]
fn audit_processes_max_and_ancestors_max() {
    let launch = |pid: usize, parent: usize| {
        format!(
            "type=SYSCALL msg=audit({pid}.000:{pid}): syscall=59 arch=c000003e success=yes pid={pid} ppid={parent} exe=\"/bin/{pid}\""
        )
    };
    let child = |count: usize| {
        let many = (1..=count).map(|pid| launch(pid, pid - 1));
        let found = run(many.chain([launch(count + 1, 1), launch(count + 2, count)]));
        let file = |event: &common::Built| {
            let json: serde_json::Value = serde_json::from_str(&event.json).expect("JSON");
            let parent = &json["target"]["process"]["parentProcess"];
            let mut depth = 0;
            let mut next = parent;
            while next["pid"].is_string() {
                depth += 1;
                next = &next["parentProcess"];
            }
            (parent["file"]["fullPath"].is_string(), depth)
        };
        let last: Vec<_> = found.events[count..].iter().map(file).collect();
        (last[0].0, last[1].1)
    };
    let max = limits::AUDIT_PROCESSES_MAX;
    assert_eq!(child(max), (true, limits::ANCESTORS_MAX));
    assert_eq!(
        child(max + 1),
        (false, limits::ANCESTORS_MAX),
        "the first launch is forgotten"
    );
}

#[test]
fn audit_argument_bytes_max() {
    let long = "y".repeat(2 * limits::AUDIT_ARGUMENT_BYTES_MAX);
    let lines = [
        "type=SYSCALL msg=audit(1.000:1): arch=c000003e syscall=59 success=yes pid=5 ppid=1 exe=\"/x\"".to_owned(),
        format!("type=EXECVE msg=audit(1.000:1): argc=1 a0=\"{long}\""),
        "type=SYSCALL msg=audit(1.001:2): arch=c000003e syscall=257 a0=ffffff9c success=yes pid=5 ppid=1 exe=\"/x\"".to_owned(),
    ];
    let found = run(lines.into_iter());
    let line = |place: usize, whose: &str| {
        let json: serde_json::Value =
            serde_json::from_str(&found.events[place].json).expect("JSON");
        json[whose]["process"]["commandLine"]
            .as_str()
            .map_or(0, str::len)
    };
    assert_eq!(line(0, "target"), long.len(), "the launch itself is whole");
    assert_eq!(line(1, "principal"), limits::AUDIT_ARGUMENT_BYTES_MAX);
}

#[test]
fn what_sudo_ran_has_words_without_its_secrets() {
    let mut command = String::new();
    for byte in b"/usr/bin/kubectl -n prod --token=S3cret get secrets -A" {
        let _ = write!(command, "{byte:02X}");
    }
    let line = format!(
        "type=USER_CMD msg=audit(1.000:1): pid=7 uid=1001 auid=1001 ses=3 msg='cwd=\"/\" cmd={command} exe=\"/usr/bin/sudo\" res=success'"
    );
    let found = run(std::iter::once(line));
    let event: serde_json::Value = serde_json::from_str(&found.events[0].json).expect("JSON");
    assert_eq!(event["metadata"]["eventType"], "PROCESS_LAUNCH");
    assert_eq!(event["additional"]["exec_program"], "kubectl");
    assert_eq!(event["additional"]["exec_words"], "kubectl get secrets");
    assert!(!found.events[0].json.contains("S3cret"));
}

/// The end of what was cut may be the beginning of a secret, which then lacks
/// what tells it from other words.
#[test]
fn secrets_at_a_cut_end_are_cut_out() {
    let secret = |length: usize| {
        let text = format!("curl\0{}\0https://u:S3cretWord", "y".repeat(length));
        let short = &text[..128];
        assert!(short.ends_with(":S3cret"), "{short}");
        short.to_owned()
    };
    let mut title = String::new();
    for byte in secret(106).bytes() {
        let _ = write!(title, "{byte:02X}");
    }
    let call = "arch=c000003e syscall=257 a0=ffffff9c success=yes";
    let filler = "y".repeat(limits::AUDIT_ARGUMENT_BYTES_MAX - 24);
    let lines = [
        format!("type=SYSCALL msg=audit(1.000:1): {call} pid=5 ppid=1 exe=\"/x\""),
        format!("type=PROCTITLE msg=audit(1.000:1): proctitle={title}"),
        "type=SYSCALL msg=audit(2.000:2): arch=c000003e syscall=59 success=yes pid=6 ppid=1 exe=\"/x\"".to_owned(),
        format!("type=EXECVE msg=audit(2.000:2): argc=3 a0=\"curl\" a1=\"{filler}\" a2=\"https://u:S3cretWord@h/\""),
        format!("type=SYSCALL msg=audit(3.000:3): {call} pid=6 ppid=1 exe=\"/x\""),
    ];
    let found = run(lines.into_iter());
    assert_eq!(found.events.len(), 3);
    for event in &found.events {
        assert!(event.json.contains("curl y"), "{}", event.json);
        assert!(!event.json.contains("S3c"), "{}", event.json);
    }
}

#[test]
fn audit_node_bytes_max() {
    let host = |length: usize| {
        let lines = [format!(
            "node={} {}",
            "n".repeat(length),
            record("SYSCALL", 100, 1)
        )];
        run(lines.into_iter()).events[0].json.contains("hostname")
    };
    assert!(host(limits::AUDIT_NODE_BYTES_MAX));
    assert!(!host(limits::AUDIT_NODE_BYTES_MAX + 1));
}

#[test]
fn audit_path_bytes_max() {
    let parent = |length: usize| {
        let launch = |pid: u32, parent: u32, exe: &str| {
            format!(
                "type=SYSCALL msg=audit({pid}.000:{pid}): syscall=59 arch=c000003e success=yes pid={pid} ppid={parent} exe=\"{exe}\""
            )
        };
        let long = "/".repeat(length);
        let found = run([launch(1, 0, &long), launch(2, 1, "/x")].into_iter());
        found.events[1].json.contains(&long)
    };
    assert!(parent(limits::AUDIT_PATH_BYTES_MAX));
    assert!(!parent(limits::AUDIT_PATH_BYTES_MAX + 1));
}

#[test]
fn audit_sockets_max() {
    let connect = |serial: usize, path: &str, inode: usize| {
        format!(
            "type=SYSCALL msg=audit(1.000:{serial}): arch=c000003e syscall=42 success=yes pid=5 ppid=1\n\
                 type=PATH msg=audit(1.000:{serial}): item=0 name=\"{path}\" inode={inode} dev=fe:00 mode=0140660 ouid=0 nametype=NORMAL"
        )
    };
    let alias = |count: usize| {
        let many = (0..count).map(|inode| connect(inode, "/run/docker.sock", inode));
        let found = run(many.chain([connect(count, "/tmp/s", 0)]));
        let json: serde_json::Value =
            serde_json::from_str(&found.events[count].json).expect("JSON");
        json["additional"]["path_resolved"]
            .as_str()
            .map(str::to_owned)
    };
    assert_eq!(
        alias(limits::AUDIT_SOCKETS_MAX).as_deref(),
        Some("/run/docker.sock")
    );
    assert_eq!(
        alias(limits::AUDIT_SOCKETS_MAX + 1).as_deref(),
        Some("/tmp/s")
    );
}
