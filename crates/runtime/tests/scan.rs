//! Whole scans: files in, detections out, and every hostile line counted.

use std::io::{self, Write};

use yaral_engine::{Detection, Engine};
use yaral_normalize::LogType;
use yaral_runtime::{Input, Observer, Progress, Reject, Scan, ScanOptions, Summary, expand};

const RULE: &str = r#"
rule login {
  meta:
    severity = "Low"
  events:
    $e.metadata.event_type = "USER_LOGIN"
    $e.target.user.userid = $user
  condition:
    $e
}
"#;

#[derive(Default)]
struct Seen {
    detections: Vec<(String, String, u64)>,
    rejects: Vec<(String, u64, &'static str)>,
    events: Vec<String>,
    inputs: Vec<(String, Option<String>)>,
    progress: Vec<Progress>,
    stop_after: Option<usize>,
}

impl Observer for Seen {
    fn detection(&mut self, detection: &Detection, engine: &Engine) -> io::Result<()> {
        assert_eq!(engine.rules()[detection.rule].name, "login");
        if self.stop_after.is_some_and(|n| self.detections.len() >= n) {
            return Err(io::Error::from(io::ErrorKind::BrokenPipe));
        }
        let evidence = &detection.evidence[0];
        let origin = evidence
            .origin
            .as_ref()
            .expect("a scan attaches the origin");
        assert_eq!(origin.log_type, "UDM");
        if let Some(event) = &evidence.event {
            let mut json = String::new();
            yaral_udm::write_event(event, &mut json);
            self.events.push(json);
        }
        self.detections
            .push((detection.id.clone(), origin.file.clone(), origin.line));
        Ok(())
    }

    fn reject(&mut self, file: &str, reject: &Reject) -> io::Result<()> {
        assert!(!reject.sentence.is_empty());
        self.rejects
            .push((file.to_owned(), reject.line, reject.reason));
        Ok(())
    }

    fn input(&mut self, file: &str, log_type: Option<&str>) {
        self.inputs
            .push((file.to_owned(), log_type.map(str::to_owned)));
    }

    fn progress(&mut self, progress: &Progress) {
        self.progress.push(*progress);
    }
}

fn scan(options: ScanOptions) -> Scan {
    let compiled = yaral_compiler::compile(RULE, &yaral_compiler::Options::default());
    assert!(!compiled.has_errors(), "{:?}", compiled.diagnostics);
    Scan::new(
        Engine::new(compiled.rules.into_iter().filter_map(|r| r.plan).collect()),
        options,
    )
}

fn run(inputs: &[Input], options: ScanOptions) -> (Seen, Summary) {
    let mut seen = Seen::default();
    let summary = scan(options)
        .run(inputs, &mut seen)
        .expect("the observer does not fail");
    (seen, summary)
}

fn forced() -> ScanOptions {
    ScanOptions {
        log_type: Some(LogType::Udm),
        ..ScanOptions::default()
    }
}

fn login(n: u32) -> String {
    format!(
        r#"{{"metadata":{{"id":"id{n}","eventType":"USER_LOGIN","eventTimestamp":"2026-08-01T00:{:02}:{:02}Z","productName":"p"}},"target":{{"user":{{"userid":"u{n}"}}}}}}"#,
        n / 60 % 60,
        n % 60
    )
}

fn other(n: u32) -> String {
    login(n).replace("USER_LOGIN", "USER_LOGOUT")
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(text)
        .and_then(|()| out.finish())
        .expect("memory takes all")
}

fn lines(detections: &[(String, String, u64)]) -> Vec<u64> {
    detections.iter().map(|(_, _, line)| *line).collect()
}

/// What was read is accounted for, record by record.
fn assert_balanced(summary: &Summary) {
    let parts = summary.normalized
        + summary.passed_over
        + summary.duplicates
        + summary.ignored
        + summary.rejected_total();
    assert_eq!(summary.read, parts, "{summary:?}");
}

#[test]
fn lines_that_hold_no_event_are_counted_apart() {
    let line = |level: &str, message: &str| {
        format!("time=\"2026-11-23T05:00:22Z\" level={level} msg=\"{message}\"")
    };
    let text = [
        line("debug", "Calling GET /containers/json"),
        line("debug", "garbage collected"),
        line("info", "Loading containers: done."),
        line("warning", "something"),
    ]
    .join("\n");
    let inputs = [Input::from_bytes("dockerd.log", text.as_bytes())];
    let (_, summary) = run(&inputs, ScanOptions::default());
    assert_balanced(&summary);
    assert_eq!((summary.read, summary.ignored), (4, 2));
    assert_eq!(summary.rejected_total(), 0);
}

#[test]
fn detections_come_with_evidence_and_origin() {
    let text = format!("{}\n\n{}\r\n{}", login(1), other(2), login(3));
    let (seen, summary) = run(
        &[Input::from_bytes("a.json", text.as_bytes())],
        ScanOptions::default(),
    );
    assert_eq!(lines(&seen.detections), [1, 4]);
    assert_eq!(seen.inputs, [("a.json".to_owned(), Some("UDM".to_owned()))]);
    // The rule does not read the product; evidence holds it all the same.
    assert!(
        seen.events[0].contains("\"productName\":\"p\""),
        "{}",
        seen.events[0]
    );
    assert_eq!((summary.lines, summary.blank, summary.read), (4, 1, 3));
    assert_eq!(summary.per_rule, [2]);
    assert_eq!(summary.detections(), 2);
    assert!(!summary.is_partial());
    assert_balanced(&summary);
    let times = summary.times.unwrap();
    assert_eq!(times.first.to_string(), "2026-08-01T00:00:01Z");
    assert_eq!(times.last.to_string(), "2026-08-01T00:00:03Z");
    let (without, _) = run(
        &[Input::from_bytes("a.json", text.as_bytes())],
        ScanOptions {
            evidence: false,
            ..ScanOptions::default()
        },
    );
    assert!(without.events.is_empty() && without.detections == seen.detections);
}

#[test]
fn hostile_lines_are_counted_and_their_neighbours_processed() {
    let deep = "[".repeat(20_000);
    let nested = format!(
        "{{\"additional\":{{\"fields\":{}{}}}}}",
        "{\"a\":".repeat(20_000),
        "}".repeat(20_000)
    );
    let hostile: [Vec<u8>; 7] = [
        vec![b'x'; 5 * 1024 * 1024],
        vec![0; 100],
        (0..=255u8)
            .filter(|b| *b != b'\n')
            .cycle()
            .take(4096)
            .collect(),
        deep.clone().into_bytes(),
        nested.into_bytes(),
        login(9).as_bytes()[..40].to_vec(),
        b"\xff\xfe\"".to_vec(),
    ];
    let mut text = login(0).into_bytes();
    for (n, line) in (1u32..).zip(&hostile) {
        text.push(b'\n');
        text.extend_from_slice(line);
        text.push(b'\n');
        text.extend_from_slice(login(n).as_bytes());
    }
    let (seen, summary) = run(&[Input::from_bytes("h", &text)], ScanOptions::default());
    assert_eq!(
        lines(&seen.detections),
        [1, 3, 5, 7, 9, 11, 13, 15],
        "{:?}",
        seen.rejects
    );
    let rejected: Vec<_> = seen.rejects.iter().map(|(_, line, _)| *line).collect();
    assert_eq!(rejected, [2, 4, 6, 8, 10, 12, 14], "{:?}", seen.rejects);
    assert_eq!(summary.rejected["LINE_TOO_LONG"], 1);
    assert_eq!(summary.rejected_total(), 7);
    assert!(summary.is_partial());
    assert_balanced(&summary);
}

#[test]
fn a_pretty_printed_document_is_read_object_by_object() {
    let pretty = |text: &str| {
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        serde_json::to_string_pretty(&value).unwrap()
    };
    let one = pretty(&login(1));
    let all = pretty(&format!("[{},{},{}]", login(1), other(2), login(3)));
    let stream = format!("{one}\n{}\n", pretty(&login(2)));
    let after = one.lines().count() as u64 + 1;
    let (seen, summary) = run(
        &[Input::from_bytes("d", stream.as_bytes())],
        ScanOptions::default(),
    );
    assert_eq!(lines(&seen.detections), [1, after], "{:?}", seen.rejects);
    assert_balanced(&summary);
    let (seen, _) = run(
        &[Input::from_bytes("d", all.as_bytes())],
        ScanOptions::default(),
    );
    assert_eq!(seen.detections.len(), 2, "{:?}", seen.rejects);
    assert_eq!(seen.detections[0].2, 2);
}

#[test]
fn compressed_and_damaged_inputs() {
    let dir = tempfile::tempdir().unwrap();
    let text: String = (0..30_000).map(|n| login(n) + "\n").collect();
    let packed = gzip(text.as_bytes());
    let zstd = zstd::encode_all(text.as_bytes(), 1).unwrap();
    for (name, bytes) in [
        ("a.gz", [&packed[..], &gzip(b"\n")].concat()),
        ("b.bin", zstd.clone()),
        ("c.gz", packed[..packed.len() / 2].to_vec()),
        ("d.zst", zstd[..zstd.len() / 2].to_vec()),
        ("e.log", b"PK\x03\x04....".to_vec()),
        ("f.log", "{\0\"\0".as_bytes().to_vec()),
        ("g.log", login(1).into_bytes()),
        ("h.log", Vec::new()),
    ] {
        std::fs::write(dir.path().join(name), bytes).unwrap();
    }
    let inputs = expand(&[dir.path().to_str().unwrap().to_owned()]).unwrap();
    let (seen, summary) = run(&inputs, ScanOptions::default());
    let of = |name: &str| {
        seen.detections
            .iter()
            .filter(|(_, file, _)| file.ends_with(name))
            .count()
    };
    assert_eq!((of("a.gz"), of("b.bin"), of("g.log")), (30_000, 30_000, 1));
    assert!(of("c.gz") > 5_000 && of("c.gz") < 30_000, "{}", of("c.gz"));
    let rejects: Vec<_> = seen
        .rejects
        .iter()
        .map(|(file, _, reason)| (&file[file.len() - 5..], *reason))
        .collect();
    assert_eq!(
        rejects,
        [
            ("/c.gz", "CORRUPT_STREAM"),
            ("d.zst", "CORRUPT_STREAM"),
            ("e.log", "UNSUPPORTED"),
            ("f.log", "UTF16")
        ]
    );
    let cut = seen.rejects.iter().find(|r| r.0.ends_with("c.gz")).unwrap();
    assert_eq!(cut.1, of("c.gz") as u64 + 1);
    assert_eq!(summary.inputs, 8);
    let total = inputs.iter().map(|i| i.size().unwrap()).sum();
    let last = seen.progress.last().unwrap();
    assert_eq!(last.bytes_total, Some(total));
    assert!(last.bytes_read <= total && last.bytes_read > total / 2);
    assert_eq!(last.detections, summary.detections());
    assert_balanced(&summary);
}

#[test]
fn an_input_of_no_known_log_type_is_rejected_line_by_line() {
    let text = "Aug  1 00:00:00 host sshd[1]: hello\n".repeat(100);
    let inputs = [
        Input::from_bytes("syslog", text.as_bytes()),
        Input::from_bytes("good", login(1).as_bytes()),
    ];
    let (seen, summary) = run(&inputs, ScanOptions::default());
    assert_eq!(summary.rejected["NOT_RECOGNISED"], 100);
    assert_eq!((summary.unrecognised, seen.detections.len()), (1, 1));
    assert_eq!(
        seen.rejects[99],
        ("syslog".to_owned(), 100, "NOT_RECOGNISED")
    );
    assert_balanced(&summary);
    let (seen, summary) = run(&inputs, forced());
    assert_eq!(
        (
            summary.unrecognised,
            seen.rejects.len(),
            seen.detections.len()
        ),
        (0, 100, 1)
    );
}

#[test]
fn secrets_do_not_leave_through_excerpts() {
    struct Excerpts(Vec<String>);
    impl Observer for Excerpts {
        fn reject(&mut self, _: &str, reject: &Reject) -> io::Result<()> {
            self.0.push(reject.excerpt.clone());
            Ok(())
        }
    }
    let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJlc2lnbmF0dXJl";
    let text = format!(
        "Authorization: Bearer {token}\nsecret {{\"data\": {{\"k\": \"aHVudGVyMg==\"}}}}\n"
    );
    let mut excerpts = Excerpts(Vec::new());
    scan(ScanOptions::default())
        .run(&[Input::from_bytes("x", text.as_bytes())], &mut excerpts)
        .unwrap();
    assert_eq!(excerpts.0.len(), 2);
    assert!(
        !excerpts.0.concat().contains("c2lnbmF0") && !excerpts.0.concat().contains("aHVudGVyMg"),
        "{:?}",
        excerpts.0
    );
}

#[test]
fn the_observers_error_ends_the_run() {
    let text: String = (0..1000).map(|n| login(n) + "\n").collect();
    let mut seen = Seen {
        stop_after: Some(3),
        ..Seen::default()
    };
    let error =
        scan(ScanOptions::default()).run(&[Input::from_bytes("x", text.as_bytes())], &mut seen);
    assert_eq!(error.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    assert_eq!(seen.detections.len(), 3);
}

#[test]
fn the_same_inputs_give_the_same_detections() {
    let text: String = (0..500)
        .map(|n| if n % 3 == 0 { login(n) } else { other(n) } + "\n")
        .collect();
    let inputs = [
        Input::from_bytes("x", text.as_bytes()),
        Input::from_bytes("y", &gzip(text.as_bytes())),
    ];
    let mut scan = scan(ScanOptions::default());
    let (mut first, mut second) = (Seen::default(), Seen::default());
    let one = scan.run(&inputs, &mut first).unwrap();
    let two = scan.run(&inputs, &mut second).unwrap();
    assert_eq!(first.detections, second.detections);
    assert!(!first.detections.is_empty());
    assert_eq!(
        (one.per_rule, one.evaluations, one.histogram),
        (two.per_rule, two.evaluations, two.histogram)
    );
}

#[test]
fn a_request_in_two_files_of_a_rotated_log_is_one_event() {
    let line = |stage: &str| {
        format!(
            r#"{{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"0a","stage":"{stage}","requestURI":"/api/v1/pods","verb":"list","user":{{"username":"u"}},"requestReceivedTimestamp":"2026-08-01T00:00:00.000000Z","stageTimestamp":"2026-08-01T00:00:00.100000Z"}}"#
        )
    };
    let text = r#"rule r { meta: events: $e.metadata.event_type = "RESOURCE_READ" condition: $e }"#;
    let compiled = yaral_compiler::compile(text, &yaral_compiler::Options::default());
    let engine = Engine::new(compiled.rules.into_iter().filter_map(|r| r.plan).collect());
    let inputs = [
        Input::from_bytes("audit.log.1", line("ResponseStarted").as_bytes()),
        Input::from_bytes("audit.log", line("ResponseComplete").as_bytes()),
    ];
    let summary = Scan::new(engine, ScanOptions::default())
        .run(&inputs, &mut ())
        .unwrap();
    assert_eq!(
        (summary.detections(), summary.duplicates, summary.read),
        (1, 1, 2),
        "{summary:?}"
    );
    assert_eq!(summary.log_types["KUBERNETES_AUDIT"], 2);
    assert_balanced(&summary);
}

/// Nothing can be pushed out of sight by filling an event up before it.
#[test]
fn a_field_behind_a_million_others_is_seen() {
    let many = "\"\",".repeat(1_000_000);
    let line = format!(
        "{{\"principal\":{{\"ip\":[{many}\"1.1.1.1\"]}},\"metadata\":{{\"eventType\":\"USER_LOGIN\"}},\"target\":{{\"user\":{{\"userid\":\"u\"}}}}}}\n"
    );
    assert!(line.len() < yaral_runtime::limits::LINE_BYTES_MAX);
    let input = Input::from_bytes("long", line.as_bytes());
    let (seen, summary) = run(&[input], ScanOptions::default());
    assert_eq!((seen.detections.len(), summary.rejected_total()), (1, 0));
}

/// Run time is the end of the input, so the order of lines changes nothing.
#[test]
fn run_time_is_the_end_of_the_input_in_every_order() {
    let text = r#"rule old { meta: events: $e.metadata.event_type = "USER_LOGIN"
        timestamp.now() - $e.metadata.event_timestamp.seconds > 3600 condition: $e }"#;
    let compiled = yaral_compiler::compile(text, &yaral_compiler::Options::default());
    let plans: Vec<_> = compiled
        .rules
        .into_iter()
        .filter_map(|rule| rule.plan)
        .collect();
    let line = |hour: u8| {
        format!(
            "{{\"metadata\":{{\"eventType\":\"USER_LOGIN\",\"eventTimestamp\":\"2026-01-01T{hour:02}:00:00Z\"}}}}\n"
        )
    };
    for lines in [line(1) + &line(9), line(9) + &line(1)] {
        let mut scan = Scan::new(Engine::new(plans.clone()), ScanOptions::default());
        let input = Input::from_bytes("two", lines.as_bytes());
        let summary = scan.run(&[input], &mut ()).unwrap();
        assert_eq!(summary.detections(), 1, "{lines}");
    }
}
