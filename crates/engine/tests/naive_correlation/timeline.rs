//! Scenarios in few words: a rule, a timeline, and what must come out.

use std::fmt::Write as _;

use yaral_engine::naive::{self, Found, Seen};
use yaral_ir::plan::Plan;
use yaral_ir::semantics::Semantics;
use yaral_udm::{Event, FieldSet, Timestamp, read_event};

/// 2026-01-01T00:00:00Z, where timelines begin: a multiple of all windows here.
pub(crate) const BASE: i64 = 1_767_225_600;

/// Two event variables of different types, joined by their host.
pub(crate) const LOGIN_EXEC: &str = r#"
    $e.metadata.event_type = "USER_LOGIN"
    $f.metadata.event_type = "PROCESS_LAUNCH"
    $h = $e.principal.hostname
    $h = $f.principal.hostname
"#;

/// One event variable and its host.
pub(crate) const LOGIN: &str = r#"
    $e.metadata.event_type = "USER_LOGIN"
    $h = $e.principal.hostname
"#;

/// A rule by its sections; the last holds `condition` and what follows it.
pub(crate) fn rule(events: &str, window: &str, outcome: &str, condition: &str) -> String {
    let section = |name: &str, body: &str| match body {
        "" => String::new(),
        body => format!("{name}:\n{body}\n"),
    };
    format!(
        "rule r {{\nmeta:\nevents:\n{events}\n{}{}condition:\n{condition}\n}}",
        section("match", window),
        section("outcome", outcome),
    )
}

fn plan(rule: &str, switches: &[(&str, &str)]) -> Plan {
    let mut semantics = Semantics::default();
    for (key, value) in switches {
        semantics.set(key, value).expect("the switch exists");
    }
    let options = yaral_compiler::Options {
        semantics,
        ..yaral_compiler::Options::default()
    };
    let compiled = yaral_compiler::compile(rule, &options);
    assert!(
        !compiled.has_errors(),
        "{rule}\n{:#?}",
        compiled.diagnostics
    );
    let plan = compiled.rules.into_iter().next().and_then(|rule| rule.plan);
    plan.expect("the rule has a plan")
}

/// `seconds[.fraction]`, counted from [`BASE`] or, after `@`, from 1970.
fn time(text: &str) -> Timestamp {
    let (base, text) = match text.strip_prefix('@') {
        Some(absolute) => (0, absolute),
        None => (BASE, text),
    };
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let seconds: i64 = seconds.parse().expect("a number of seconds");
    let nanos: i64 = format!("{fraction:0<9}").parse().expect("a fraction");
    let all = seconds * 1_000_000_000 + nanos;
    let all = if negative { -all } else { all } + base * 1_000_000_000;
    Timestamp {
        seconds: all.div_euclid(1_000_000_000),
        nanos: i32::try_from(all.rem_euclid(1_000_000_000)).expect("below a second"),
    }
}

/// `ID TIME TYPE HOST [NAME=VALUE ...]`; a dash stands for nothing.
fn event(line: &str) -> (String, Event) {
    let mut words = line.split_whitespace();
    let mut next = || words.next().expect("ID TIME TYPE HOST");
    let (id, at, kind, host) = (next(), next(), next(), next());
    let mut metadata = format!(r#""id":"{id}""#);
    if at != "-" {
        let _ = write!(metadata, r#","eventTimestamp":"{}""#, time(at));
    }
    match kind {
        "LOGIN" => metadata.push_str(r#","eventType":"USER_LOGIN""#),
        "EXEC" => metadata.push_str(r#","eventType":"PROCESS_LAUNCH""#),
        "FILE" => metadata.push_str(r#","eventType":"FILE_OPEN""#),
        other => assert_eq!(other, "-", "a known type"),
    }
    let mut principal = Vec::new();
    let mut target = Vec::new();
    if host != "-" {
        principal.push(format!(r#""hostname":"{host}""#));
    }
    for word in words {
        let (name, value) = word.split_once('=').expect("NAME=VALUE");
        match name {
            "user" => principal.push(format!(r#""user":{{"userid":"{value}"}}"#)),
            "ip" => principal.push(format!(r#""ip":["{}"]"#, value.replace(',', r#"",""#))),
            "port" => target.push(format!(r#""port":{value}"#)),
            other => {
                assert_eq!(other, "to", "a known field");
                target.push(format!(r#""hostname":"{value}""#));
            }
        }
    }
    let json = format!(
        r#"{{"metadata":{{{metadata}}},"principal":{{{}}},"target":{{{}}}}}"#,
        principal.join(","),
        target.join(",")
    );
    let mut event = Event::default();
    let report = read_event(json.as_bytes(), &FieldSet::all(), &mut event).expect("it is UDM JSON");
    assert_eq!((report.unknown, report.mismatched), (0, 0), "{json}");
    (id.to_owned(), event)
}

/// Seconds from [`BASE`], or from 1970 if that is nearer.
fn told(time: Timestamp) -> String {
    let near = |base: i64| (time.seconds - base).abs() < 1_000_000;
    let (mark, base) = if near(BASE) { ("", BASE) } else { ("@", 0) };
    let all = i128::from(time.seconds - base) * 1_000_000_000 + i128::from(time.nanos);
    let sign = if all < 0 { "-" } else { "" };
    let (seconds, nanos) = (all.abs() / 1_000_000_000, all.abs() % 1_000_000_000);
    let fraction = format!(".{nanos:09}");
    let fraction = fraction.trim_end_matches('0').trim_end_matches('.');
    format!("{mark}{sign}{seconds}{fraction}")
}

/// `START..END KEY=VALUE VARIABLE:ID,ID OUTCOME=VALUE`.
fn line(plan: &Plan, found: &Found) -> String {
    let mut text = format!("{}..{}", told(found.window.0), told(found.window.1));
    for (name, value) in &found.matches {
        let _ = write!(text, " {name}={value}");
    }
    for (variable, ids) in plan.variables.iter().zip(&found.bound) {
        let _ = write!(text, " {}:{}", variable.name, ids.join(","));
    }
    for (name, value) in &found.outcomes {
        let _ = write!(text, " {name}={value}");
    }
    text
}

/// Runs the rule over the timeline in several orders of arrival and compares
/// what comes out with the expectation, a detection on each line.
#[track_caller]
pub(crate) fn check(rule: &str, timeline: &str, expected: &str) {
    check_with(rule, &[], timeline, expected);
}

/// The same under some switches.
#[track_caller]
pub(crate) fn check_with(rule: &str, switches: &[(&str, &str)], timeline: &str, expected: &str) {
    let lines = |text: &str| -> Vec<String> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(str::to_owned).collect()
    };
    let plan = plan(rule, switches);
    let events: Vec<_> = lines(timeline).iter().map(|line| event(line)).collect();
    let mut seen: Vec<_> = events
        .iter()
        .map(|(id, event)| Seen { event, id })
        .collect();
    for turn in 0..=seen.len() {
        let found = naive::detect(&plan, &seen, 1_800_000_000);
        let found: Vec<_> = found.iter().map(|found| line(&plan, found)).collect();
        assert_eq!(found, lines(expected), "{rule}\nin order {turn}");
        if turn == 0 {
            seen.reverse();
        } else {
            seen.rotate_left(1);
        }
    }
}
