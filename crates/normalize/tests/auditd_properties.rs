//! What must hold for every record of the audit log of Linux, whatever rules are
//! loaded, in whatever form and order the records come, and whatever stands in
//! them.

mod common;

use std::fmt::Write;

use common::needs::{mapping, needs, part_of_whole, setup, sound, texts};
use common::planted::{TEXTS, planted_text};
use common::{Collected, collect};
use proptest::prelude::*;
use serde_json::json;
use yaral_normalize::{LogType, Mapping, Setup};
use yaral_udm::Needs;

/// Fields that needs ask about: filled by one mapping or both, by no row, below
/// and above rows, known from the memory of processes and sockets alone, enums
/// and times.
const ASKED: [(&str, &str); 28] = [
    ("metadata.event_type", ""),
    ("metadata.product_event_type", ""),
    ("metadata.log_type", ""),
    ("metadata.event_timestamp", ""),
    ("metadata.product_log_id", ""),
    ("security_result.action", ""),
    ("security_result.about.labels", "Syscall"),
    ("security_result.detection_fields", "cwd"),
    ("target.process.command_line", ""),
    ("target.process.file.full_path", ""),
    ("target.process.parent_process.command_line", ""),
    (
        "target.process.parent_process.parent_process.file.full_path",
        "",
    ),
    ("principal.process.command_line", ""),
    ("principal.process.parent_process.command_line", ""),
    ("principal.process", ""),
    ("principal.hostname", ""),
    ("principal.user.userid", ""),
    ("principal.ip", ""),
    ("about.user.userid", ""),
    ("target.port", ""),
    ("target.ip", ""),
    ("target.file.full_path", ""),
    ("additional", "exec_words"),
    ("additional", "path_resolved"),
    ("additional", "net_operation"),
    ("additional", "audit_types"),
    ("additional", "jwt_subject"),
    ("additional", "nobody_fills_this"),
];

const LITERALS: [&str; 20] = [
    "",
    "0",
    "PROCESS_LAUNCH",
    "FILE_OPEN",
    "NETWORK_CONNECTION",
    "GENERIC_EVENT",
    "AUDITD",
    "execve",
    "SYSCALL",
    "ALLOW",
    "kubectl get secrets",
    "/bin/sh",
    "/run/docker.sock",
    "listen",
    "2375",
    "10.0.0.5",
    "web1",
    "1000",
    "secret",
    "e",
];

/// Argument lists, with a bar between two arguments.
const COMMANDS: [&str; 7] = [
    "kubectl|-n|a|get|secrets",
    "cat|/var/run/secrets/kubernetes.io/serviceaccount/token",
    "docker|exec|-it|web|env",
    "sh|-c|a 'b\" type=SYSCALL msg=audit(1.1:1): uid=0\n",
    "agent|--password|x|eyJhbGciOi.eyJzdWIi.c2ln",
    "ä|=|a0=\"x\"|\u{1d}UID=\"root\"",
    "x||\u{1f}|(null)",
];

const PATHS: [&str; 6] = [
    "/var/run/docker.sock",
    "../run/docker.sock",
    "/tmp/.s",
    "/etc/pass wd\u{1d}",
    "secret",
    "/",
];

/// The second of the first event; all are within some seconds, so that none is
/// due before the input ends.
const START: u64 = 1_795_410_022;

/// One audit event, apart from the form of its lines.
#[derive(Clone, Debug)]
struct Happening {
    /// Number and name of the call.
    call: (u16, &'static str),
    command: &'static str,
    path: &'static str,
    address: &'static str,
    /// The process and its parent.
    pids: (u8, u8),
    success: bool,
    /// Which of the helping records came.
    came: u8,
    node: &'static str,
}

fn happening() -> impl Strategy<Value = Happening> {
    let call = prop::sample::select(
        &[
            (59_u16, "execve"),
            (59, "execve"),
            (257, "openat"),
            (42, "connect"),
            (49, "bind"),
            (50, "listen"),
            (87, "unlink"),
            (9999, "unknown-syscall(9999)"),
        ][..],
    );
    let address = texts(&[
        "020009470A0000050000000000000000",
        "01002F72756E2F646F636B65722E736F636B00",
        "010000780079",
        "0A0001BB000000000000000000000000000000000000000100000000",
        "10",
        "zz",
    ]);
    (
        call,
        texts(&COMMANDS),
        texts(&PATHS),
        address,
        (0..4_u8, 0..4_u8),
        (any::<bool>(), any::<u8>(), texts(&["", "web1"])),
    )
        .prop_map(
            |(call, command, path, address, pids, (success, came, node))| Happening {
                call,
                command,
                path,
                address,
                pids,
                success,
                came,
                node,
            },
        )
}

/// A text as the kernel writes one that it does not trust.
fn untrusted(text: &str) -> String {
    let plain = |b: u8| (0x21..0x7f).contains(&b) && b != b'"';
    if text.bytes().all(plain) {
        return format!("\"{text}\"");
    }
    hex(text)
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut digits, b| {
        let _ = write!(digits, "{b:02X}");
        digits
    })
}

/// An `EXECVE` record's fields.
fn execve(arguments: &[&str]) -> String {
    let each = arguments.iter().enumerate();
    let each = each.map(|(place, text)| format!(" a{place}={}", untrusted(text)));
    format!("argc={}{}", arguments.len(), each.collect::<String>())
}

impl Happening {
    /// Types and fields of the records; no two are of one type and item, as
    /// which of them is the first would depend on the order of lines.
    fn records(&self) -> Vec<(&'static str, String)> {
        let yes = if self.success { "yes" } else { "no" };
        let (pid, parent) = (self.pids.0, self.pids.1);
        let call = format!(
            "arch=c000003e syscall={} success={yes} exit=-2 a0=ffffff9c ppid={parent} pid={pid} auid=1000 uid=0 \
             tty=(none) ses=4 comm=\"x\" exe=\"/bin/sh\" key=\"k\"\u{1d}ARCH=x86_64 SYSCALL={} AUID=\"eve\" UID=\"root\"",
            self.call.0, self.call.1
        );
        let arguments: Vec<_> = self.command.split('|').collect();
        let all = [
            ("SYSCALL", call),
            ("EXECVE", execve(&arguments)),
            ("CWD", format!("cwd={}", untrusted("/tmp"))),
            (
                "PATH",
                format!(
                    "item=0 name={} inode=7 dev=fe:00 nametype=NORMAL",
                    untrusted(self.path)
                ),
            ),
            (
                "PATH",
                "item=1 name=\"/lib/ld.so\" inode=8 dev=fe:00 nametype=PARENT".to_owned(),
            ),
            ("SOCKADDR", format!("saddr={}", self.address)),
            (
                "PROCTITLE",
                format!("proctitle={}", hex(&arguments.join("\0"))),
            ),
            (
                "USER_CMD",
                "pid=3 uid=1000 msg='cwd=\"/\" cmd=6964 exe=\"/usr/bin/sudo\" res=success'"
                    .to_owned(),
            ),
        ];
        let came = |place: usize| self.came >> place & 1 == 1;
        all.into_iter()
            .enumerate()
            .filter(|(place, _)| came(*place))
            .map(|(_, record)| record)
            .collect()
    }

    /// The lines of the event, all in one form.
    fn lines(&self, serial: u64, form: u8) -> Vec<String> {
        let id = format!("{}.{:03}:{serial}", START + serial % 5, serial % 7);
        let node = match self.node {
            "" => String::new(),
            node => format!("node={node} "),
        };
        let line = |(kind, fields): (&str, String)| match form {
            0 => format!("Nov 24 10:00:00 web2 audispd: type={kind} msg=audit({id}): {fields}"),
            1 => {
                let micros = (START + serial % 5) * 1_000_000 + serial % 7 * 1000;
                json!({"MESSAGE": format!("{kind} {fields}"), "_AUDIT_ID": serial.to_string(),
                    "_SOURCE_REALTIME_TIMESTAMP": micros.to_string(), "_HOSTNAME": "web1"})
                .to_string()
            }
            _ => format!("{node}type={kind} msg=audit({id}): {fields}"),
        };
        self.records().into_iter().map(line).collect()
    }

    /// The event as LAUREL writes it.
    fn laurel(&self, serial: u64) -> String {
        let arguments: Vec<_> = self.command.split('|').collect();
        json!({
            "ID": format!("{START}.001:{serial}"), "NODE": self.node,
            "SYSCALL": {"syscall": self.call.0, "SYSCALL": self.call.1, "success": "yes", "pid": self.pids.0,
                "ppid": self.pids.1, "uid": 0, "exe": "/bin/sh", "key": null, "ARGV": ["0xffffff9c", "0x0"]},
            "EXECVE": {"argc": arguments.len(), "ARGV": arguments}, "CWD": {"cwd": "/tmp"},
            "PATH": [{"item": 0, "name": self.path, "nametype": "NORMAL", "inode": 7, "dev": "fe:00"}],
            "SOCKADDR": {"saddr": self.address}, "PROCTITLE": {"ARGV": arguments},
        })
        .to_string()
    }
}

/// The lines of several events, each in a form of its own, interleaved.
fn good_lines() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec((happening(), 0..5_u8), 1..8).prop_map(|events| {
        let mut lines = Vec::new();
        for (serial, (event, form)) in (100..).zip(&events) {
            lines.extend(event.lines(serial, *form));
        }
        lines
    })
}

/// A log of good records, in any order, of LAUREL's events, of cut lines, and of
/// any bytes.
fn log() -> impl Strategy<Value = Vec<u8>> {
    let good = good_lines().prop_shuffle();
    let other = prop_oneof![
        2 => (happening(), 0..9_u64).prop_map(|(event, serial)| event.laurel(serial).into_bytes()),
        2 => (happening(), 0..5_u8, 0..300_usize).prop_map(|(event, form, at)| {
            let mut bytes = event.lines(120, form).concat().into_bytes();
            bytes.retain(|b| *b != b'\n');
            bytes.truncate(at);
            bytes
        }),
        1 => prop::collection::vec(any::<u8>().prop_filter("a line", |b| *b != b'\n'), 0..40),
    ];
    (good, prop::collection::vec(other, 0..6)).prop_map(|(good, other)| {
        let mut lines: Vec<Vec<u8>> = good.into_iter().map(String::into_bytes).collect();
        for (place, line) in other.into_iter().enumerate() {
            lines.insert((place * 3).min(lines.len()), line);
        }
        lines.join(&b'\n')
    })
}

/// Ids and events, without the places of their lines.
fn events(found: &Collected) -> Vec<(&str, &str)> {
    let each = found.events.iter();
    each.map(|event| (&*event.id, &*event.json)).collect()
}

fn run(lines: &[String]) -> Collected {
    collect(
        LogType::Auditd,
        &Setup::default(),
        lines.join("\n").as_bytes(),
    )
}

/// The words of a command line, as far as the planted texts are quoted. A
/// document stays one.
fn shell_words(line: &str) -> Vec<String> {
    if ["\"", " : ", " = "].iter().any(|part| line.contains(part)) {
        return vec![line.to_owned()];
    }
    let mut words = vec![String::new()];
    let mut quoted = false;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            '\\' if !quoted => words.last_mut().expect("a word").extend(chars.next()),
            c => words.last_mut().expect("a word").push(c),
        }
    }
    words
}

/// A launch whose records hold a text with a secret in one of the places.
fn planted_records(text: &str, place: usize) -> Vec<(&'static str, String)> {
    let words = shell_words(text);
    let whole = ["sh", "-c", text];
    let apart: Vec<&str> = std::iter::once("env")
        .chain(words.iter().map(String::as_str))
        .collect();
    let (arguments, title, cwd) = match place {
        0 => (execve(&whole), whole.join("\0"), "/"),
        1 => (execve(&apart), apart.join("\0"), "/"),
        2 => (execve(&["id"]), text.to_owned(), "/"),
        _ => (execve(&["id"]), "id".to_owned(), text),
    };
    vec![
        (
            "SYSCALL",
            "arch=c000003e syscall=59 success=yes ppid=1 pid=2 uid=0 exe=\"/bin/evidence\" key=\"k\""
                .to_owned(),
        ),
        ("EXECVE", arguments),
        ("CWD", format!("cwd={}", untrusted(cwd))),
        ("PATH", format!("item=0 name={} nametype=NORMAL", untrusted(text))),
        ("PROCTITLE", format!("proctitle={}", hex(&title))),
    ]
}

/// What is launched by the process with the secret, and what that one opens.
const CHILD: &str = "type=SYSCALL msg=audit(1.002:2): arch=c000003e syscall=59 success=yes ppid=2 pid=3 exe=\"/bin/child\"\n\
     type=SYSCALL msg=audit(1.003:3): arch=c000003e syscall=257 success=yes ppid=1 pid=2 exe=\"/bin/evidence\"";

/// The places of [`planted_records`].
const PLACES: usize = 4;

/// Whether no event shows a text.
fn hides(found: &Collected, canary: &str) -> Result<(), TestCaseError> {
    for event in &found.events {
        for (what, text) in [("event", &event.json), ("raw", &event.raw)] {
            let digits = hex(canary);
            prop_assert!(
                !text.contains(canary) && !text.contains(&digits),
                "{what}: {text}"
            );
        }
    }
    Ok(())
}

/// The forms in which the records with a secret come.
const FORMS: [&str; 6] = ["plain", "number", "unknown", "journal", "bytes", "laurel"];

/// The lines of the records with a secret.
fn planted_lines(records: &[(&'static str, String)], form: &str) -> Vec<String> {
    let number = |kind: &str| match kind {
        "SYSCALL" => "1300",
        "EXECVE" => "1309",
        "CWD" => "1307",
        "PATH" => "1302",
        _ => "1327",
    };
    let entry = |kind: &str, message: serde_json::Value| {
        json!({"MESSAGE": message, "_AUDIT_TYPE_NAME": kind, "_AUDIT_ID": "1", "_SOURCE_REALTIME_TIMESTAMP": "1001000"})
            .to_string()
    };
    let each = records.iter().map(|(kind, fields)| match form {
        "number" => format!(
            "h kernel: audit: type={} audit(1.001:1): {fields}",
            number(kind)
        ),
        "unknown" => format!(
            "type=UNKNOWN[{}] msg=audit(1.001:1): {fields}",
            number(kind)
        ),
        "journal" => entry(kind, format!("{kind} {fields}").into()),
        "bytes" => entry(kind, format!("{kind} {fields}").into_bytes().into()),
        _ => format!("type={kind} msg=audit(1.001:1): {fields}"),
    });
    each.collect()
}

/// A text with LAUREL's escapes, and more of them than it has.
fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, b| {
        let _ = match b {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'=' | b'_' | b'-' => {
                write!(out, "{}", char::from(b))
            }
            b => write!(out, "%{b:02x}"),
        };
        out
    })
}

/// The same launch as [`planted_records`], as LAUREL writes it.
fn planted_laurel(text: &str, place: usize) -> String {
    let words = shell_words(text);
    let apart = || std::iter::once("env").chain(words.iter().map(String::as_str));
    let arguments: Vec<_> = match place {
        0 => ["sh", "-c", text].into_iter().map(escaped).collect(),
        1 => apart().map(escaped).collect(),
        _ => vec!["id".to_owned()],
    };
    let title = if place == 2 {
        vec![escaped(text)]
    } else {
        arguments.clone()
    };
    let execve = if place == 1 && words.len().is_multiple_of(2) {
        let each = arguments.iter().enumerate();
        each.map(|(place, text)| (format!("a{place}"), json!(text)))
            .collect()
    } else {
        json!({"ARGV": arguments, "ENV": {"HOME": "/"}})
    };
    json!({
        "ID": "1.001:1",
        "SYSCALL": {"arch": "0xc000003e", "syscall": 59, "success": "yes", "ppid": 1, "pid": 2, "uid": 0, "exe": "/bin/evidence"},
        "EXECVE": execve, "CWD": {"cwd": if place == 3 { escaped(text) } else { "/".to_owned() }},
        "PATH": [{"item": 0, "name": escaped(text)}], "PROCTITLE": {"ARGV": title},
    })
    .to_string()
}

/// Arguments in pieces of some bytes, each in a line of its own.
fn split(arguments: &[String], size: usize) -> Vec<(&'static str, String)> {
    let mut records = Vec::new();
    for (number, text) in arguments.iter().enumerate() {
        for (piece, bytes) in text.as_bytes().chunks(size).enumerate() {
            let part = String::from_utf8_lossy(bytes);
            records.push(("EXECVE", format!("a{number}[{piece}]={}", untrusted(&part))));
        }
    }
    records
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_prefilter_is_sound(log in log(), needs in needs(&ASKED, &LITERALS), mapping in mapping()) {
        sound(LogType::Auditd, mapping, &needs, &log)?;
    }

    #[test]
    fn a_projection_is_a_part_of_the_whole(log in log(), asked in prop::sample::subsequence(&ASKED[..], 0..6), mapping in mapping()) {
        part_of_whole(LogType::Auditd, mapping, &asked, &log)?;
    }

    /// Within the time that events are held, the order of lines changes nothing.
    #[test]
    fn the_order_of_lines_does_not_matter((lines, shuffled) in good_lines().prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle()))) {
        let (one, other) = (run(&lines), run(&shuffled));
        prop_assert!(one.rejects.is_empty());
        prop_assert_eq!(one.events.is_empty(), lines.is_empty());
        prop_assert_eq!(events(&one), events(&other));
        prop_assert_eq!(one.counts, other.counts);
    }

    /// A line that comes twice says nothing the second time.
    #[test]
    fn a_repeated_line_changes_nothing(lines in good_lines(), again in any::<prop::sample::Index>()) {
        prop_assume!(!lines.is_empty());
        let mut twice = lines.clone();
        twice.push(lines[again.index(lines.len())].clone());
        let (one, other) = (run(&lines), run(&twice));
        prop_assert_eq!(events(&one), events(&other));
        prop_assert!(other.rejects.is_empty());
    }

    /// Whatever stands before it, a good record comes out.
    #[test]
    fn garbage_does_not_reach_the_next_line(garbage in prop::collection::vec(any::<u8>(), 0..200)) {
        let good = b"\ntype=CWD msg=audit(1795410022.5:7): cwd=\"/good one\"";
        let found = collect(LogType::Auditd, &Setup::default(), &[&garbage[..], good].concat());
        prop_assert!(found.events.last().is_some_and(|event| event.json.contains("good one")));
    }

    /// A line that is cut anywhere is told, or read as far as it goes: the event
    /// before it stays as it was, and nothing is lost silently.
    #[test]
    fn a_cut_line_is_told_or_read(event in happening(), form in 0..5_u8, at in 0..400_usize) {
        let whole = event.lines(100, 4);
        let cut: Vec<_> = event.lines(101, form).into_iter().take(1).map(|mut line| {
            line.truncate(line.floor_char_boundary(at));
            line
        }).collect();
        let lines: Vec<_> = whole.iter().chain(&cut).cloned().collect();
        let (without, with) = (run(&whole), run(&lines));
        let silent = cut.iter().all(|line| line.trim().is_empty());
        let told = with.counts.rejected + with.counts.records - without.counts.records;
        prop_assert_eq!(told, u64::from(!silent));
        prop_assert_eq!(&events(&with)[..without.events.len()], &events(&without)[..]);
    }

    /// Two runs over a log give the same.
    #[test]
    fn a_run_is_repeatable(log in log()) {
        let json = || -> Vec<_> {
            let found = collect(LogType::Auditd, &Setup::default(), &log);
            found.events.into_iter().map(|event| (event.id, event.json, event.raw)).collect()
        };
        prop_assert_eq!(json(), json());
    }

    /// A secret planted in any of these places comes out nowhere, also not as
    /// what is remembered of a parent.
    #[test]
    fn a_planted_secret_never_comes_out(
        secret in "[a-zA-Z0-9]{16}",
        mapping in mapping(),
        text in 0..TEXTS,
        place in 0..PLACES,
        form in texts(&FORMS),
    ) {
        let canary = format!("cnry{secret}");
        let text = planted_text(&canary, text);
        let lines = if form == "laurel" {
            vec![planted_laurel(&text, place)]
        } else {
            planted_lines(&planted_records(&text, place), form)
        };
        let log = format!("{}\n{CHILD}", lines.join("\n"));
        let found = collect(LogType::Auditd, &setup(mapping, Needs { rules: Vec::new() }), log.as_bytes());
        prop_assert_eq!(found.events.len(), 3);
        hides(&found, &canary)?;
        if mapping == Mapping::Default {
            prop_assert!(found.events.iter().all(|event| event.json.contains("/bin/evidence")), "the child knows its parent");
        }
        let open = Setup { redact: false, mapping, ..Setup::default() };
        let found = collect(LogType::Auditd, &open, log.as_bytes());
        let shown = form == "bytes" || found.events.iter().any(|event| event.raw.contains(&canary) || event.raw.contains(&hex(&canary)));
        prop_assert!(shown, "nothing is cut without redaction");
    }

    /// Nor does one whose argument came in pieces, on several lines in any order.
    #[test]
    fn a_secret_in_pieces_never_comes_out(
        secret in "[a-zA-Z0-9]{16}",
        text in 0..TEXTS,
        size in 1..40_usize,
        turn in any::<prop::sample::Index>(),
        form in texts(&FORMS[..5]),
    ) {
        let canary = format!("cnry{secret}");
        let words = shell_words(&planted_text(&canary, text));
        let arguments: Vec<_> = std::iter::once("env".to_owned()).chain(words).collect();
        let mut records = split(&arguments, size);
        let by = turn.index(records.len());
        records.rotate_left(by);
        let found = collect(LogType::Auditd, &Setup::default(), planted_lines(&records, form).join("\n").as_bytes());
        prop_assert_eq!(found.events.len(), 1);
        hides(&found, &canary)?;
        // A piece alone may be the secret, or a part of it.
        let tail = &canary[canary.len() - 8..];
        let shown = found.events[0].raw.contains(tail) || found.events[0].raw.contains(&hex(tail));
        prop_assert!(!shown, "{}", found.events[0].raw);
    }

    /// Keystrokes and the order of a user are cut as well.
    #[test]
    fn what_user_space_sends_is_clean(secret in "[a-zA-Z0-9]{16}", text in 0..TEXTS, typed in any::<bool>()) {
        let canary = format!("cnry{secret}");
        let text = planted_text(&canary, text);
        let line = if typed {
            format!("type=TTY msg=audit(1.001:1): tty pid=2 comm=\"bash\" data={}", hex(&canary))
        } else {
            format!("type=USER_CMD msg=audit(1.001:1): pid=2 uid=0 msg='cwd=\"/\" cmd={} res=success'", hex(&text))
        };
        let found = collect(LogType::Auditd, &Setup::default(), line.as_bytes());
        prop_assert_eq!(found.events.len(), 1);
        hides(&found, &canary)?;
    }
}

#[test]
fn a_child_without_rules_of_its_own_knows_its_parent() {
    // The needs of the rules let the shell pass over, and it is remembered all the same.
    let launch = |serial: u32, parent: u32, pid: u32, exe: &str| {
        format!(
            "type=SYSCALL msg=audit(1.00{serial}:{serial}): arch=c000003e syscall=59 success=yes ppid={parent} pid={pid} exe=\"{exe}\""
        )
    };
    let path =
        yaral_udm::FieldPath::resolve(yaral_udm::Root::Event, "target.process.file.full_path");
    let need = yaral_udm::Need {
        path: path.expect("a field of the schema"),
        key: None,
        test: yaral_udm::NeedTest::Equals(vec!["/bin/child".to_owned()]),
    };
    let setup = Setup {
        needs: Needs {
            rules: vec![vec![need]],
        },
        ..Setup::default()
    };
    let log = [launch(1, 1, 2, "/bin/shell"), launch(2, 2, 3, "/bin/child")].join("\n");
    let found = collect(LogType::Auditd, &setup, log.as_bytes());
    assert_eq!((found.counts.passed_over, found.events.len()), (1, 1));
    assert!(found.events[0].json.contains("/bin/shell"));
}
