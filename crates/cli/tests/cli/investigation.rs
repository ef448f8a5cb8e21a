//! Every format of a scan carries the investigation of its detections, and hostile
//! names in it do no harm.

use serde_json::Value;

use crate::bench::{Bench, investigated, masked, record};

/// A formula, a tag, a terminal sequence, text that turns around, code for a shell;
/// written as JSON text has it.
const EVIL: &str = "=1+1<script>'$(id)`id`\\u001b[31m\\u202ex\\n";

const FORMATS: [&str; 5] = ["csv", "human", "json", "ndjson", "secops"];

fn scan(bench: &Bench, format: &str, more: &[&str]) -> String {
    let words = ["scan", "-r", "rule.yaral", "audit.log", "--format", format];
    let ran = bench.run(&[&words, more].concat());
    assert_eq!(ran.code, Some(0), "{format}: {}", ran.err);
    ran.out
}

#[test]
fn every_format_carries_it() {
    let bench = investigated(EVIL);
    for format in FORMATS {
        let out = scan(&bench, format, &["-v"]);
        for says in [
            "alice",
            "10.0.0.7",
            "docs/playbook/read.md",
            "kubectl describe secret/'db' --namespace='dev'",
            "NAME_HAS_HIDDEN_CHARACTERS",
        ] {
            assert!(out.contains(says), "{format} lacks {says}: {out}");
        }
        let bad = |c: char| (c.is_control() && !matches!(c, '\n' | '\r')) || c == '\u{202e}';
        assert!(!out.contains(bad), "{format}: {out:?}");
        if format == "csv" {
            assert!(out.lines().all(|line| !line.contains(",=")), "{out}");
        }
    }
}

#[test]
fn people_see_the_first_commands_and_with_v_all() {
    let bench = investigated(EVIL);
    insta::assert_snapshot!("first_commands", masked(&scan(&bench, "human", &[])));
    insta::assert_snapshot!("all_commands", masked(&scan(&bench, "human", &["-v"])));
}

#[test]
fn siblings_are_named_once_they_are_known() {
    let out = scan(&investigated(EVIL), "ndjson", &[]);
    let all: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(all[0]["investigation"].get("siblings").is_none());
    assert_eq!(all[1]["investigation"]["siblings"][0]["id"], all[0]["id"]);
    assert_eq!(
        all[1]["investigation"]["siblings"][0]["rule"],
        "secrets_read"
    );
    // Another actor, and the same source.
    assert_eq!(
        all[2]["investigation"]["siblings"].as_array().map(Vec::len),
        Some(2)
    );
    let secops = scan(&investigated(EVIL), "secops", &[]);
    let first: Value = serde_json::from_str(secops.lines().next().unwrap()).unwrap();
    assert_eq!(
        first["detection"][0]["investigation"],
        all[0]["investigation"]
    );
}

#[test]
fn no_token_is_in_a_command_even_if_evidence_is_whole() {
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib2IiLCJleHAiOjE3ODU1NDI0MDB9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg";
    let bench = investigated(EVIL);
    bench.write("audit.log", record(1, token, "get", "secrets", token));
    for more in [&[][..], &["--no-redact"]] {
        let out = scan(&bench, "ndjson", more);
        let one: Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
        let around = &one["investigation"];
        let commands = around["commands"].to_string();
        assert!(commands.contains("NAME_LOOKS_LIKE_A_SECRET"), "{commands}");
        assert!(!commands.contains("c2lnbmF0dXJl"), "{commands}");
        let shown = around.to_string().contains("c2lnbmF0dXJl");
        assert_eq!(shown, !more.is_empty(), "{around}");
    }
    for format in FORMATS {
        let out = scan(&bench, format, &["-v"]);
        assert!(!out.contains("c2lnbmF0dXJl"), "{format}: {out}");
    }
}
