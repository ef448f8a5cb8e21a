//! Data tables, entities and export, as the command takes and tells them.

use crate::bench::Bench;

const RULE: &str = r#"rule read_by_others {
  meta:
    author = "tests"
  events:
    $e.target.resource.resource_subtype = "secrets"
    $e.principal.user.userid = $user
    $user = %staff.user
  match:
    $user over 1h
  outcome:
    $team = array_distinct(%staff.team)
  condition:
    $e
  export:
    %seen.write_row(user: $user, team: $team)
}
"#;

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("rule.yaral", RULE);
    bench.write(
        "tables/staff.csv",
        "user,team\nalice,hr\nbob,it\ncarol,x,y\n",
    );
    bench
}

fn arguments<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let mut all = vec![
        "scan",
        "-r",
        "rule.yaral",
        "audit.log",
        "--tables",
        "tables",
    ];
    all.extend(more);
    all
}

#[test]
fn rows_are_evidence_and_export_asks_for_a_folder() {
    let bench = bench();
    let ran = bench.run(&arguments(&["--format", "human"]));
    assert!(ran.out.contains("%staff"), "{}", ran.out);
    assert!(ran.out.contains("user=alice team=hr"), "{}", ran.out);
    assert!(ran.err.contains("staff.csv:4: "), "{}", ran.err);
    assert!(ran.err.contains("would have been written"), "{}", ran.err);
    let ran = bench.run(&arguments(&["--export", "out", "-q"]));
    assert!(ran.err.is_empty(), "{}", ran.err);
    assert!(bench.read("out/seen.csv").starts_with("user,team\n"));
    let again = bench.run(&["check", "rule.yaral", "--tables", "out"]);
    assert!(again.out.contains("E0701"), "{}", again.out);
}

#[test]
fn tables_are_not_written_where_they_are_read() {
    let bench = bench();
    for folder in ["tables", "tables/", "tables/../tables"] {
        let ran = bench.run(&arguments(&["--export", folder]));
        assert_eq!(ran.code, Some(2));
        assert!(ran.err.contains("another folder"), "{}", ran.err);
    }
    assert!(
        bench
            .read("tables/staff.csv")
            .starts_with("user,team\nalice")
    );
}

#[test]
fn a_rule_that_names_a_table_says_how_to_give_it() {
    let bench = bench();
    let ran = bench.run(&["check", "rule.yaral"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("--tables"), "{}", ran.out);
    let ran = bench.run(&["check", "rule.yaral", "--tables", "tables"]);
    assert_eq!(ran.code, Some(0), "{}", ran.out);
    bench.write(
        "tables/staff.yaml",
        "columns:\n- name: user\n  type: text\n",
    );
    let ran = bench.run(&["check", "rule.yaral", "--tables", "tables"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("staff.yaml`, line 3"), "{}", ran.err);
}

#[test]
fn entities_are_asked_for_and_their_mistakes_are_told() {
    let bench = Bench::new();
    bench.write(
        "rule.yaral",
        RULE.replace("%staff.user", "$x.graph.entity.user.userid")
            .replace(
                "array_distinct(%staff.team)",
                "count($x.graph.entity.user.userid)",
            )
            .replace("    $e\n  export", "    $e and $x\n  export"),
    );
    let ran = bench.run(&["scan", "-r", "rule.yaral", "audit.log"]);
    assert!(ran.err.contains("--entities"), "{}", ran.err);
    bench.write(
        "users.ndjson",
        "{\"entity\":{\"user\":{\"userid\":\"alice\"}}}\nno json\n",
    );
    let more = ["--entities", "users.ndjson", "--format", "human"];
    let mut all = vec!["scan", "-r", "rule.yaral", "audit.log"];
    all.extend(more);
    let ran = bench.run(&all);
    assert!(
        ran.out.contains("users.ndjson:1  UDM_ENTITY"),
        "{}",
        ran.out
    );
    assert!(ran.err.contains("users.ndjson:2"), "{}", ran.err);
    assert_eq!(ran.code, Some(3), "{}", ran.err);
}

#[test]
fn a_rule_that_waits_for_what_nobody_gives_says_so() {
    let bench = Bench::new();
    bench.write(
        "alone.yaral",
        r#"rule alone {
  meta:
    author = "tests"
  events:
    $d.detection.detection.rule_name = $name
  match:
    $name over 1h
  condition:
    $d
}
"#,
    );
    let ran = bench.run(&["scan", "-r", "alone.yaral", "audit.log"]);
    let says = "warning: alone asks for detections and no rule here makes any";
    assert!(ran.err.contains(says), "{}", ran.err);
    let ran = bench.run(&["scan", "-r", "alone.yaral", "-r", "rule.yaral", "audit.log"]);
    assert!(!ran.err.contains("asks for detections"), "{}", ran.err);
}
