//! Tuning tables: what they lower, when their rows live, and what stands in
//! the place of those of the pack.

use crate::bench::{Bench, record};

const RULE: &str = r#"rule secret_read {
  meta:
    author = "tests"
    severity = "High"
  events:
    $e.target.resource.resource_subtype = "secrets"
    not $e.principal.user.userid in %quiet.key
  outcome:
    $severity = if($e.principal.user.userid in %readers.key, "low", "CRITICAL")
  condition:
    $e
}
"#;

const READERS: &str = "key,owner,reason,starts,expires\n\
    ^alice$,ops,reads for the backup,,2026-12-31\n\
    ^ali,ops,the same again,,2026-12-31\n\
    ^bob$,ops,left last year,,2025-12-31\n\
    ^carol$,ops,nobody knows,,\n\
    ^dave$,ops,a deploy job,,2027-01-31\n";

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("rule.yaral", RULE);
    bench.write("t/readers.csv", READERS);
    bench.write("t/readers.yaml", "columns:\n- name: key\n  type: regex\n");
    bench.write(
        "t/quiet.csv",
        "key,owner,reason,expires\nerin,ops,a decoy for tests,2026-12-31\n",
    );
    let users = ["alice", "bob", "dave", "erin"];
    let log: String = (1..)
        .zip(users)
        .map(|(id, user)| record(id, user, "get", "secrets", "db"))
        .collect();
    bench.write("log", log);
    bench
}

const HEAD: [&str; 7] = [
    "log",
    "-r",
    "rule.yaral",
    "--tables",
    "t",
    "--as-of",
    "2026-08-01",
];

fn words<'a>(command: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&[command][..], &HEAD, more].concat()
}

#[test]
fn an_outcome_sets_the_severity_and_rows_live_on_the_day_that_is_asked_for() {
    let bench = bench();
    let severities = |words: &[&str]| {
        let ran = bench.run(words);
        let lines = ran.out.lines();
        let found: Vec<serde_json::Value> = lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let severity = |one: &serde_json::Value| one["severity"].as_str().unwrap().to_owned();
        (found.iter().map(severity).collect::<Vec<_>>(), ran.err)
    };
    let ndjson = ["--format", "ndjson"];
    let (found, said) = severities(&words("scan", &ndjson));
    assert_eq!(found, ["LOW", "CRITICAL", "LOW"]);
    assert!(
        said.contains("1 row of tuning tables not used: 1 expired; first t/readers.csv:4"),
        "{said}"
    );
    let mut old = words("scan", &ndjson);
    old[6 + 1] = "2025-06-01";
    let (found, said) = severities(&old);
    assert_eq!(found, ["LOW", "LOW", "LOW"]);
    assert!(!said.contains("not used"), "{said}");
    let human = bench.run(&words("scan", &["--format", "human"])).out;
    assert!(human.contains("critical 1 · low 2"), "{human}");
    bench.write("t/quiet.csv", "key,owner,reason,expires\nerin,ops,x,soon\n");
    let ran = bench.run(&words("scan", &[]));
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err.contains("t/quiet.csv`, line 2: `soon`"),
        "{}",
        ran.err
    );
    let ran = bench.run(&["scan", "log", "-r", "rule.yaral", "--as-of", "yesterday"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("YYYY-MM-DD"), "{}", ran.err);
}

#[test]
fn each_row_says_what_it_takes_away() {
    let bench = bench();
    let ran = bench.run(&words("tune", &["--format", "json"]));
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let rows = report["rows"].as_array().unwrap();
    let found: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row["place"].as_str().unwrap(),
                row["status"].as_str().unwrap(),
            )
        })
        .collect();
    let wanted = [
        ("t/quiet.csv:2", "used"),
        ("t/readers.csv:2", "shared"),
        ("t/readers.csv:3", "shared"),
        ("t/readers.csv:5", "never used"),
        ("t/readers.csv:6", "used"),
    ];
    assert_eq!(found, wanted);
    let first = &rows[0]["detections"][0];
    assert_eq!(first["effect"], "suppressed");
    assert_eq!(first["severity_without"], "CRITICAL");
    assert_eq!(first["place"], "log:4");
    assert_eq!(rows[4]["lowered"], 1);
    assert_eq!(report["together"].as_array().unwrap().len(), 3);
    assert_eq!(report["review"].as_array().unwrap().len(), 1);
    assert_eq!(report["not_alive"][0]["place"], "t/readers.csv:4");
}

#[test]
fn the_report_is_for_people_and_spreadsheets_too() {
    let bench = bench();
    insta::assert_snapshot!("tune", bench.run(&words("tune", &[])).out);
    insta::assert_snapshot!(
        "tune_csv",
        bench.run(&words("tune", &["--format", "csv"])).out
    );
    let ran = bench.run(&["tune", "-", "-r", "rule.yaral", "--tables", "t"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("more than once"), "{}", ran.err);
    let plain = RULE.replace("readers", "plain").replace("quiet", "plain");
    bench.write("plain.yaral", plain);
    bench.write("t/plain.csv", "key\nalice\n");
    let ran = bench.run(&["tune", "log", "-r", "plain.yaral", "--tables", "t"]);
    assert_eq!(ran.code, Some(4), "{}", ran.err);
}

#[test]
fn a_table_of_the_user_takes_the_place_of_one_of_the_pack() {
    let bench = Bench::new();
    let rule = RULE
        .replace("%readers", "%engagements")
        .replace("%quiet.key", "%honey_secrets");
    bench.write("rule.yaral", &rule);
    let log = record(1, "alice", "get", "secrets", "db");
    bench.write("log", log);
    let scan = [
        "scan",
        "log",
        "-r",
        "rule.yaral",
        "--format",
        "ndjson",
        "-q",
    ];
    let ran = bench.run(&scan);
    assert!(ran.out.contains("CRITICAL"), "{} {}", ran.out, ran.err);
    bench.write("t/engagements.csv", "key\nalice\n");
    bench.write("l/honey_secrets.txt", "nobody\n");
    let ran = bench.run(&[&scan[..], &["--tables", "t", "--lists", "l"]].concat());
    assert!(ran.out.contains("\"LOW\""), "{} {}", ran.out, ran.err);
    bench.write("l/honey_secrets.txt", "alice\n");
    let ran = bench.run(&[&scan[..], &["--tables", "t", "--lists", "l"]].concat());
    assert!(ran.out.is_empty(), "{}", ran.out);
}

#[test]
fn places_of_rows_are_whole_however_long_the_path() {
    let bench = bench();
    let folder = format!("{}/tables", "a-folder-with-a-long-name".repeat(3));
    let key = format!("^dave{}$", "(-of-the-delivery-team)?".repeat(5));
    let rows = format!("key,owner,reason,expires\n{key},ops,a deploy job,2027-01-31\n");
    for name in ["readers.yaml", "quiet.csv"] {
        bench.write(
            &format!("{folder}/{name}"),
            bench.read(&format!("t/{name}")),
        );
    }
    bench.write(&format!("{folder}/readers.csv"), rows);
    let mut words = words("tune", &[]);
    words[5] = &folder;
    let ran = bench.run(&words);
    let place = format!("{folder}/readers.csv:2  key=^dave");
    assert!(ran.out.contains(&place), "{}{}", ran.out, ran.err);
    assert!(!ran.out.contains(&key), "{}", ran.out);
    words.push("-v");
    let ran = bench.run(&words);
    assert!(ran.out.contains(&format!("key={key}")), "{}", ran.out);
}

#[test]
fn a_table_that_no_rule_reads_is_told_where_a_near_name_is_read() {
    let bench = bench();
    let rule = RULE
        .replace("%readers", "%known_secret_readers")
        .replace("%quiet.key", "%honey_secrets");
    bench.write("rule.yaral", &rule);
    bench.write("m/known_secret_reader.csv", "key\nalice\n");
    bench.write("m/something_else.csv", "key\nalice\n");
    bench.write("m/exec_allow.csv", "key\nalice\n");
    bench.write("l/honey_secret.txt", "alice\n");
    bench.write("l/others.txt", "alice\n");
    let folders = ["--tables", "m", "--lists", "l"];
    let commands: [&[&str]; 6] = [
        &["scan", "log", "-r", "rule.yaral"],
        &["tune", "log", "-r", "rule.yaral"],
        &["check", "rule.yaral"],
        &["explain", "rule.yaral", "--input", "log"],
        &["coverage", "-r", "rule.yaral"],
        &["diff", "rule.yaral", "rule.yaral", "log"],
    ];
    for words in commands {
        let ran = bench.run(&[words, &folders[..]].concat());
        let told = |text: &str| ran.err.matches(text).count();
        for line in [
            "m/known_secret_reader.csv: no rule reads this table; did you mean %known_secret_readers?",
            "l/honey_secret.txt: no rule reads this list; did you mean %honey_secrets?",
        ] {
            assert_eq!(told(line), 1, "{words:?}: {}", ran.err);
        }
        assert_eq!(told("no rule reads"), 2, "{words:?}: {}", ran.err);
        let ran = bench.run(&[words, &folders[..], &["-v"]].concat());
        assert_eq!(ran.err.matches("no rule reads").count(), 5, "{}", ran.err);
    }
    // A name that is read and given is not what another file was meant for.
    bench.write("m/known_secret_readers.csv", "key\nalice\n");
    bench.write("l/honey_secrets.txt", "nobody\n");
    let ran = bench.run(&[commands[0], &folders[..]].concat());
    assert!(!ran.err.contains("no rule reads"), "{}", ran.err);
}

#[test]
fn rows_that_take_too_much_away_are_told_with_their_place() {
    let bench = Bench::new();
    let rows = "key,owner,reason,expires\n\
        ^system:serviceaccount:velero:velero\\|list$,ops,backup,2027-01-31\n\
        ^system:serviceaccount:.*$,ops,backup,2027-01-31\n\
        \"^[^|]*\\|(list|get)$\",ops,backup,2027-01-31\n\
        .*,ops,backup,2027-01-31\n\
        ^alice$,,backup,\n\
        ^bob$,ops,backup,2040-01-31\n\
        ^nobody\\|x$|list,ops,backup,2027-01-31\n\
        ^alice.*$,ops,backup,2027-01-31\n";
    bench.write("t/readers.csv", rows);
    bench.write("t/readers.yaml", "columns:\n- name: key\n  type: regex\n");
    let check = ["check", "t", "--as-of", "2026-08-01", "--format", "concise"];
    let ran = bench.run(&check);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let places: Vec<_> = ran
        .out
        .lines()
        .filter_map(|line| line.split(": ").next().zip(line.split(": ").nth(1)))
        .collect();
    let wanted = [
        ("t/readers.csv:3:1", "error[E0721]"),
        ("t/readers.csv:4:1", "error[E0722]"),
        ("t/readers.csv:5:1", "error[E0725]"),
        ("t/readers.csv:6:9", "error[E0724]"),
        ("t/readers.csv:6:17", "error[E0723]"),
        ("t/readers.csv:7:18", "warning[W0680]"),
        ("t/readers.csv:8:1", "error[E0725]"),
        ("t/readers.csv:9:1", "error[E0726]"),
    ];
    assert_eq!(places, wanted, "{}", ran.out);
    let ran = bench.run(&[&check[..], &["--ignore", "E072"]].concat());
    assert!(
        ran.out.lines().count() == 1 && ran.out.contains("W0680"),
        "{}",
        ran.out
    );
    bench.write("rule.yaral", RULE.replace("%quiet.key", "%readers.key"));
    let ran = bench.run(&[
        "check",
        "rule.yaral",
        "--tables",
        "t",
        "--as-of",
        "2026-08-01",
    ]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.out.contains("1 tuning table") && ran.out.contains("readers.csv:3:1"),
        "{}",
        ran.out
    );
}

#[test]
fn the_tables_of_the_pack_hold_what_is_asked_of_others() {
    let pack = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rules/t1552_007");
    for folder in ["tables", "examples/tables"] {
        let tables = format!("{pack}/{folder}");
        let words = ["check", &tables, "--as-of", "2026-08-01"];
        let ran = Bench::new().run(&[&words[..], &["--format", "concise"]].concat());
        assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    }
}
