//! Rules over several events in a scan: evidence from records long gone, early
//! answers, lateness, and the form in which all that is written.

use std::io;

use yaral_engine::{Detection, Engine, Status};
use yaral_runtime::encode::{EncodeOptions, FORMATS};
use yaral_runtime::{Input, Investigator, Observer, Scan, ScanOptions, Summary};

const RULE: &str = r#"
rule login_then_launch {
  meta:
    severity = "High"
  events:
    $login.metadata.event_type = "USER_LOGIN"
    $login.principal.hostname = $host
    $launch.metadata.event_type = "PROCESS_LAUNCH"
    $launch.principal.hostname = $host
  match:
    $host over 5m
  outcome:
    $ports = count($launch.target.port)
  condition:
    $login and $launch
}
"#;

/// An event at this minute and second of ten o'clock.
fn event(id: &str, clock: &str, kind: &str, host: &str) -> String {
    format!(
        r#"{{"metadata":{{"productLogId":"{id}","eventTimestamp":"2026-01-01T{clock}Z","eventType":"{kind}"}},"principal":{{"hostname":"{host}"}},"target":{{"port":22}},"network":{{"sessionId":"s-{id}"}}}}"#
    ) + "\n"
}

#[derive(Default)]
struct Told {
    detections: Vec<Detection>,
    lines: Vec<u8>,
}

impl Observer for Told {
    fn detection(&mut self, detection: &Detection, engine: &Engine) -> io::Result<()> {
        self.detections.push(detection.clone());
        let ndjson = FORMATS.iter().find(|format| format.name == "ndjson");
        let options = EncodeOptions::default();
        let mut encoder = (ndjson.expect("the format exists").encoder)(options);
        let rule = &engine.rules()[detection.rule];
        let around = Investigator::default().see(detection, rule);
        encoder.detection(detection, rule, &around, &mut self.lines)
    }
}

fn scan(log: &str, options: ScanOptions) -> (Told, Summary) {
    let compiled = yaral_compiler::compile(RULE, &yaral_compiler::Options::default());
    assert!(!compiled.has_errors(), "{:#?}", compiled.diagnostics);
    let plans = compiled.rules.into_iter().filter_map(|rule| rule.plan);
    let mut told = Told::default();
    let mut scan = Scan::new(Engine::new(plans.collect()), options);
    let input = Input::from_bytes("log.ndjson", log.as_bytes());
    let summary = scan
        .run(&[input], &mut told)
        .expect("the observer takes all");
    (told, summary)
}

fn log() -> String {
    event("a", "10:00:00", "USER_LOGIN", "h")
        + &event("b", "10:01:00", "PROCESS_LAUNCH", "h")
        + &event("c", "10:02:00", "PROCESS_LAUNCH", "h")
        + &event("d", "10:03:00", "PROCESS_LAUNCH", "other")
}

#[test]
fn evidence_holds_whole_events_and_their_places() {
    let (told, summary) = scan(&log(), ScanOptions::default());
    assert_eq!(summary.detections(), 1);
    let [detection] = told.detections.as_slice() else {
        panic!("one detection, not {}", told.detections.len());
    };
    assert_eq!(detection.status, Status::Final);
    let counts = [("login".to_owned(), 1), ("launch".to_owned(), 2)];
    assert_eq!(detection.counts, counts);
    let lines: Vec<u64> = detection
        .evidence
        .iter()
        .filter_map(|one| one.origin.as_ref().map(|origin| origin.line))
        .collect();
    assert_eq!(lines, [1, 2, 3]);
    for one in &detection.evidence {
        let mut json = String::new();
        let event = one.event.as_ref().expect("the event is attached");
        yaral_udm::write_event(event, &mut json);
        // A field that the rule does not read.
        assert!(json.contains("sessionId"), "{json}");
    }
    let text = String::from_utf8(told.lines).expect("JSON is text");
    assert!(
        text.contains(r#""counts":{"login":1,"launch":2}"#),
        "{text}"
    );
    assert!(!text.contains("provisional"), "{text}");
}

#[test]
fn the_order_of_records_does_not_matter() {
    let sorted = log();
    let mut lines: Vec<&str> = sorted.lines().collect();
    lines.reverse();
    let (backwards, _) = scan(&(lines.join("\n") + "\n"), ScanOptions::default());
    let (forwards, _) = scan(&sorted, ScanOptions::default());
    assert_eq!(backwards.detections[0].id, forwards.detections[0].id);
    assert_eq!(
        backwards.detections[0].outcomes,
        forwards.detections[0].outcomes
    );
}

#[test]
fn early_detections_come_first_and_are_taken_back_by_an_earlier_window() {
    let options = ScanOptions {
        early: true,
        ..ScanOptions::default()
    };
    // The login at 09:59 opens a window that holds the launch at 10:01.
    let log = log() + &event("e", "09:59:00", "USER_LOGIN", "h");
    let (told, summary) = scan(&log, options);
    let status: Vec<_> = told
        .detections
        .iter()
        .map(|made| made.status.clone())
        .collect();
    let [first, second, taken_back, last] = told.detections.as_slice() else {
        panic!("{status:?}");
    };
    assert_eq!(first.status, Status::Provisional);
    assert_eq!(second.status, Status::Provisional);
    let by = second.id.clone();
    assert_eq!(taken_back.status, Status::Superseded { by });
    assert_eq!(taken_back.id, first.id);
    assert_eq!((&last.status, &last.id), (&Status::Final, &second.id));
    assert_eq!(summary.detections(), 1);
    let text = String::from_utf8(told.lines).expect("JSON is text");
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].contains(r#""provisional":true"#), "{text}");
    assert!(
        lines[2].contains("superseded_by") && !lines[2].contains("window"),
        "{text}"
    );
}

#[test]
fn lateness_decides_windows_as_time_goes_on_and_counts_what_is_late() {
    let options = ScanOptions {
        lateness_s: Some(60),
        ..ScanOptions::default()
    };
    let log = log()
        + &event("e", "10:10:00", "USER_LOGIN", "x")
        + &event("f", "10:10:01", "USER_LOGIN", "x")
        + &event("late", "10:01:30", "PROCESS_LAUNCH", "h");
    let (told, summary) = scan(&log, options);
    assert_eq!(told.detections.len(), 1);
    assert_eq!(told.detections[0].counts[1].1, 2);
    assert_eq!(summary.late, 1);
    assert!(summary.is_partial());
}

#[test]
fn one_event_far_ahead_makes_no_other_late() {
    let options = ScanOptions {
        lateness_s: Some(60),
        ..ScanOptions::default()
    };
    let ahead = event("x", "10:00:00", "USER_LOGIN", "x").replace("2026-01-01", "9999-12-31");
    let (told, summary) = scan(&(ahead + &log()), options);
    assert_eq!((told.detections.len(), summary.late), (1, 0));
}

#[test]
fn events_without_a_time_are_counted() {
    let timeless =
        event("x", "10:00:00", "USER_LOGIN", "x").replace("eventTimestamp", "collectedTimestamp");
    let (_, summary) = scan(&(log() + &timeless), ScanOptions::default());
    assert_eq!(summary.untimed, 1);
}
