//! What `yaral plan` prints.

use serde_json::Value;

use crate::bench::Bench;

/// Three event variables, one of them optional, with everything between them.
const JOINED: &str = r#"rule joined {
  meta:
    author = "tests"
    severity = "High"
  events:
    $login.metadata.event_type = "USER_LOGIN"
    $login.principal.user.userid = $user
    $login.principal.ip = $ip
    $read.metadata.event_type = "FILE_OPEN"
    $read.principal.user.userid = $user
    $read.target.file.full_path = /\.kube\/config$/ nocase
    any $read.about.hostname != "lab"
    $logout.metadata.event_type = "USER_LOGOUT"
    $logout.principal.user.userid = $user
    $login.metadata.event_timestamp.seconds < $read.metadata.event_timestamp.seconds
  match:
    $user over 1h
  outcome:
    $risk_score = max(if($ip = "10.0.0.1", 35, 85))
    $files = array_distinct($read.target.file.full_path)
  condition:
    $login and #read > 3 and !$logout
  options:
    suppression_window = 2h
}
"#;

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("joined.yaral", JOINED);
    bench
}

#[test]
fn human() {
    let arguments = ["plan", "joined.yaral", "--semantics", "windows=secops"];
    insta::assert_snapshot!(bench().run(&arguments).seen());
}

#[test]
fn human_with_types() {
    insta::assert_snapshot!(bench().run(&["plan", "rule.yaral", "--types"]).seen());
}

#[test]
fn json() {
    let arguments = ["plan", "joined.yaral", "--format", "json"];
    insta::assert_snapshot!(bench().run(&arguments).seen());
}

#[test]
fn dot() {
    let arguments = ["plan", "joined.yaral", "--format", "dot"];
    insta::assert_snapshot!(bench().run(&arguments).seen());
}

#[test]
fn embedded_rules_have_names() {
    let bench = bench();
    let ran = bench.run(&["plan", "k8s_exec_shell"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.starts_with("rule k8s_exec_shell\n"), "{}", ran.out);
    let ran = bench.run(&["plan", "k8s_exec_shel"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(
        ran.err.contains("did you mean `k8s_exec_shell`"),
        "{}",
        ran.err
    );
    // What the user has goes before what ships.
    bench.write("k8s_exec_shell", crate::bench::RULE);
    let ran = bench.run(&["plan", "k8s_exec_shell"]);
    assert!(!ran.out.starts_with("rule k8s_exec_shell"), "{}", ran.out);
}

#[test]
fn refused_rules_are_told() {
    let bench = Bench::new();
    let ran = bench.run(&["plan", "broken.yaral"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.contains("error[E0201]"), "{}", ran.err);
    let ran = bench.run(&["plan", ".", "--format", "json"]);
    assert_eq!(ran.code, Some(3));
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(document["schema"], "yaral/plan/v1");
    assert_eq!(document["rules"].as_array().map(Vec::len), Some(1));
    assert_eq!(bench.run(&["plan", "nowhere.yaral"]).code, Some(2));
}

#[test]
fn standard_input_is_a_rule() {
    let ran = Bench::new().pipe(&["plan", "-"], JOINED.as_bytes());
    assert!(
        ran.out.starts_with("rule joined\n  from -\n"),
        "{}",
        ran.out
    );
}

#[test]
fn hostile_rules_do_not_reach_the_terminal() {
    let bench = Bench::new();
    let deep = format!(
        "rule d {{ meta: events: {}$e.target.port = 1{} condition: $e }}",
        "not (".repeat(40),
        ")".repeat(40)
    );
    let evil = "rule e { meta: a = \"\u{1b}[2J\" events: $e.principal.hostname = /a\u{202e}\u{9b}2J\"\\]/ $e.target.hostname = \"\u{1b}]0;x\u{7}\" condition: $e }";
    for (name, text) in [("deep.yaral", deep.as_str()), ("evil.yaral", evil)] {
        bench.write(name, text);
        for format in ["human", "dot"] {
            let ran = bench.run(&["plan", name, "--format", format]);
            assert_eq!(ran.code, Some(0), "{name}: {}", ran.err);
            let bad =
                |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
            assert!(!ran.out.contains(bad), "{name} {format}: {:?}", ran.out);
        }
    }
}

#[test]
fn a_line_of_a_box_is_cut() {
    let bench = Bench::new();
    let long = "x".repeat(500);
    bench.write(
        "long.yaral",
        format!(
            "rule l {{ meta: events: $e.principal.hostname = \"{long}\" $e.target.port = 1 condition: $e }}"
        ),
    );
    let ran = bench.run(&["plan", "long.yaral", "--format", "dot"]);
    assert!(ran.out.contains("xxx…\\l"), "{}", ran.out);
    assert!(!ran.out.contains(&"x".repeat(101)), "{}", ran.out);
}
