//! Metrics of a scan, and the file that they are kept in.

use std::path::Path;
use std::sync::Arc;

use yaral_engine::metrics::MetricStore;
use yaral_engine::{Detection, Engine, Knowledge};
use yaral_runtime::limits::METRIC_LINE_BYTES_MAX;
use yaral_runtime::{Input, MetricsError, Observer, Scan, ScanOptions, load_metrics, save_metrics};

const RULE: &str = r#"
rule unusual_failures {
  meta:
    severity = "High"
  events:
    $e.metadata.event_type = "USER_LOGIN"
    $e.metadata.product_name = "VPN"
    $user = $e.target.user.userid
  match:
    $user over 1h
  outcome:
    $failures = count_distinct($e.metadata.id)
    $worst = max(metrics.auth_attempts_fail(
      period: 1d, window: 30d, metric: event_count_sum, agg: max,
      target.user.userid: $user))
    $apps = max(metrics.auth_attempts_total(
      period: 1d, window: 30d, metric: num_unique_filter_values, agg: max,
      target.user.userid: $user, target.application: *))
  condition:
    $e and $failures > $worst
}
"#;

fn login(id: usize, day: u32, user: &str, product: &str) -> String {
    format!(
        r#"{{"metadata":{{"id":"{id}","productName":"{product}","eventTimestamp":"2026-03-{day:02}T10:00:00Z","eventType":"USER_LOGIN"}},"target":{{"application":"app{id}","user":{{"userid":"{user}"}}}},"securityResult":[{{"action":["BLOCK"]}}]}}"#
    ) + "\n"
}

#[derive(Default)]
struct Told(Vec<String>);

impl Observer for Told {
    fn detection(&mut self, detection: &Detection, _: &Engine) -> std::io::Result<()> {
        let values = detection.outcomes.iter();
        let values: Vec<_> = values
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        self.0.push(values.join(" "));
        Ok(())
    }
}

/// What is detected, and what is counted.
fn scan(log: &str, known: MetricStore) -> (Vec<String>, MetricStore) {
    let compiled = yaral_compiler::compile(RULE, &yaral_compiler::Options::default());
    assert!(!compiled.has_errors(), "{:#?}", compiled.diagnostics);
    let plans = compiled.rules.into_iter().filter_map(|rule| rule.plan);
    let knowledge = Knowledge {
        metrics: Some(Arc::new(known)),
        ..Knowledge::default()
    };
    let engine = Engine::with(plans.collect(), Arc::new(knowledge));
    let mut scan = Scan::new(engine, ScanOptions::default());
    scan.count_metrics();
    let mut told = Told::default();
    let input = Input::from_bytes("log.ndjson", log.as_bytes());
    scan.run(&[input], &mut told)
        .expect("the observer takes all");
    (told.0, scan.metrics().expect("it was counted"))
}

fn past() -> String {
    (0..3)
        .map(|at| login(at, 10, "alice", "VPN"))
        .chain([login(3, 11, "alice", "SSH")])
        .collect()
}

#[test]
fn a_run_learns_and_the_next_one_asks() {
    let (found, counted) = scan(&past(), MetricStore::default());
    assert_eq!(found, ["failures=3 worst=0 apps=0"], "nothing is known yet");
    let three = (0..3)
        .map(|at| login(10 + at, 20, "alice", "VPN"))
        .collect::<String>();
    let four = three.clone() + &login(13, 20, "alice", "VPN");
    assert_eq!(
        scan(&three, counted.clone()).0,
        [""; 0],
        "no more than usual"
    );
    assert_eq!(scan(&four, counted).0, ["failures=4 worst=3 apps=3"]);
}

/// No rule looks at the events of `SSH`, and they count all the same.
#[test]
fn events_that_only_metrics_ask_for_are_counted() {
    let (found, counted) = scan(&login(1, 11, "bob", "SSH"), MetricStore::default());
    assert_eq!(found, [""; 0]);
    let rows: Vec<_> = counted
        .rows()
        .map(|(series, ..)| series.family.clone())
        .collect();
    assert_eq!(rows, ["auth_attempts_fail", "auth_attempts_total"]);
}

#[test]
fn a_file_holds_what_was_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("counts.ndjson");
    let (_, mut counted) = scan(&past(), MetricStore::default());
    save_metrics(&path, &counted).expect("written");
    assert_eq!(load_metrics(&path).expect("read"), counted);
    let text = std::fs::read_to_string(&path).expect("text");
    assert_eq!(
        text.lines().next(),
        Some(r#"{"format":"yaral-metrics","version":1}"#)
    );
    assert!(text.ends_with("{\"rows\":6}\n"), "{text}");
    counted.merge(&counted.clone());
    save_metrics(&path, &counted).expect("written over");
    assert_eq!(load_metrics(&path).expect("read"), counted);
    let names = std::fs::read_dir(folder.path()).expect("listed").count();
    assert_eq!(names, 1, "nothing is left beside it");
}

#[test]
fn a_failed_write_leaves_the_old_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("counts.ndjson");
    let empty = MetricStore::default();
    save_metrics(&path, &empty).expect("written");
    std::fs::create_dir(folder.path().join(".counts.ndjson.new")).expect("in the way");
    let (_, counted) = scan(&past(), MetricStore::default());
    assert!(save_metrics(&path, &counted).is_err());
    assert_eq!(load_metrics(&path).expect("as it was"), empty);
}

const HEAD: &str = r#"{"format":"yaral-metrics","version":1}"#;
const SERIES: &str = r#"{"by":["a.b"],"each":null,"period":"1d","series":"x"}"#;

fn why(path: &Path, lines: &[&str]) -> String {
    std::fs::write(path, lines.join("\n")).expect("written");
    match load_metrics(path) {
        Ok(store) => format!("{} rows", store.rows().count()),
        Err(MetricsError::Content { line, message, .. }) => format!("{line}: {message}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_damaged_file_is_read_not_at_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("counts.ndjson");
    let row = r#"[["u"],"",1,2,0,86400,86401]"#;
    let of = |lines: &[&str]| why(&path, lines);
    assert_eq!(of(&[HEAD, SERIES, row, r#"{"rows":1}"#]), "1 rows");
    assert_eq!(of(&[HEAD, SERIES, row, row, r#"{"rows":2}"#]), "1 rows");
    let odd: [(&[&str], &str); 17] = [
        (&[], "0: this is no file of metrics"),
        (&["{}"], "1: this is no file of metrics"),
        (
            &[r#"{"format":"yaral-metrics","version":2}"#],
            "1: only version 1 is read",
        ),
        (&["\u{0}"], "1: it is no JSON"),
        (&[HEAD], "1: the end is missing; the file was cut short"),
        (
            &[HEAD, SERIES, row],
            "3: the end is missing; the file was cut short",
        ),
        (
            &[HEAD, SERIES, row, r#"{"rows":2}"#],
            "4: 1 rows came, not 2",
        ),
        (
            &[HEAD, r#"{"rows":0}"#, SERIES],
            "3: something comes behind the end",
        ),
        (&[HEAD, "7"], "2: neither a series nor a row"),
        (&[HEAD, row], "2: a row comes before any series"),
        (
            &[HEAD, r#"{"series":"x","period":"2d","by":[]}"#],
            "2: a period is 1d or 1h",
        ),
        (
            &[HEAD, r#"{"series":"x","period":"1d","by":["b","a"]}"#],
            "2: the fields of a series are few and sorted",
        ),
        (&[HEAD, SERIES, "[]"], "3: a row has seven members"),
        (
            &[HEAD, SERIES, r#"[["u","v"],"",1,2,0,86400,86401]"#],
            "3: the row does not fit its series",
        ),
        (
            &[HEAD, SERIES, r#"[["u"],"",1,-2,0,86400,86401]"#],
            "3: counts, sums and times are whole numbers",
        ),
        (
            &[HEAD, SERIES, r#"[["u"],"",1,2,0,0,86401]"#],
            "3: the row counts nothing, or its times lie outside its period",
        ),
        (
            &[
                HEAD,
                SERIES,
                r#"[["u"],"",9223372036854775807,2,0,86400,86401]"#,
            ],
            "3: the row counts nothing, or its times lie outside its period",
        ),
    ];
    for (lines, wanted) in odd {
        assert_eq!(of(lines), wanted, "{lines:?}");
    }
    let missing = load_metrics(&folder.path().join("nowhere")).expect_err("it is not there");
    assert!(missing.to_string().contains("cannot be read"));
}

#[test]
fn metric_line_bytes_max() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("counts.ndjson");
    let filler = " ".repeat(METRIC_LINE_BYTES_MAX - HEAD.len() - 1);
    let line = format!("{HEAD}{filler}");
    assert_eq!(why(&path, &[&line, r#"{"rows":0}"#]), "0 rows");
    let line = format!("{line} ");
    let beyond = format!("1: it has more than {METRIC_LINE_BYTES_MAX} bytes");
    assert_eq!(why(&path, &[&line, r#"{"rows":0}"#]), beyond);
}
