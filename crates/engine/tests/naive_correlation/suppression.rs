//! The option `suppression_window`, and rules without `match` beside it.

use crate::timeline::{LOGIN, check, check_with, rule};

#[test]
fn of_match_values() {
    let quiet = rule(
        LOGIN,
        "$h over 1m",
        "",
        "$e options: suppression_window = 2m",
    );
    check(
        &quiet,
        "1 0 LOGIN a
         2 61 LOGIN a
         3 62 LOGIN b
         4 119.999999999 LOGIN a
         5 122 LOGIN a
         6 183 LOGIN a",
        // Windows of a: 0, 61 (with 4), 122, 183; that at 122 opens anew.
        "0..60 h=a e:1
         62..122 h=b e:3
         122..182 h=a e:5",
    );
    check(
        &quiet,
        "1 0 LOGIN a
         2 120 LOGIN a",
        "0..60 h=a e:1
         120..180 h=a e:2",
    );
    check(
        &quiet,
        "1 0 LOGIN a
         2 119.999999999 LOGIN a",
        "0..60 h=a e:1",
    );
}

#[test]
fn of_overlapping_windows() {
    check_with(
        &rule(
            LOGIN,
            "$h over 1m",
            "",
            "$e options: suppression_window = 2m",
        ),
        &[("windows", "secops")],
        "1 0 LOGIN a
         2 70 LOGIN a",
        // Windows start at -54, -48, ..., 66; 66 is 120 behind the first.
        "-54..6 h=a e:1
         66..126 h=a e:2",
    );
}

#[test]
fn of_a_key_without_match() {
    check(
        &rule(
            "$e.metadata.event_type = \"USER_LOGIN\"",
            "",
            "$suppression_key = $e.principal.hostname",
            "$e options: suppression_window = 1m",
        ),
        "1 0 LOGIN a
         2 5 LOGIN b
         3 10 LOGIN a
         4 59.999999999 LOGIN a
         5 60 LOGIN a
         6 64 LOGIN b",
        "0..0 e:1 suppression_key=a
         5..5 e:2 suppression_key=b
         60..60 e:5 suppression_key=a",
    );
}

#[test]
fn of_a_whole_rule_without_match() {
    check(
        &rule(
            "$e.metadata.event_type = \"USER_LOGIN\"",
            "",
            "",
            "$e options: suppression_window = 1m",
        ),
        "1 0 LOGIN a
         2 5 LOGIN b
         3 61 LOGIN c
         4 119 LOGIN c
         5 121 LOGIN c",
        "0..0 e:1
         61..61 e:3
         121..121 e:5",
    );
}

#[test]
fn rules_of_one_event_are_sorted_by_time_and_id() {
    check(
        &rule("$e.metadata.event_type = \"USER_LOGIN\"", "", "", "$e"),
        "2 5 LOGIN a
         1 5 LOGIN a
         3 0 LOGIN a
         4 1 EXEC a",
        "0..0 e:3
         5..5 e:1
         5..5 e:2",
    );
}

#[test]
fn branches_without_match() {
    check(
        &rule(
            "($e.metadata.event_type = \"USER_LOGIN\" or $f.metadata.event_type = \"PROCESS_LAUNCH\")",
            "",
            "",
            "$e or $f",
        ),
        "1 0 LOGIN a
         2 1 EXEC a
         3 2 FILE a",
        "0..0 e:1 f:
         1..1 e: f:2",
    );
}
