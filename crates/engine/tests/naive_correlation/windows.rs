//! The windows of each kind, to the nanosecond.

use crate::timeline::{LOGIN, LOGIN_EXEC, check, check_with, rule};

const EXCLUSIVE: &[(&str, &str)] = &[("window_end_inclusive", "false")];
const SECOPS: &[(&str, &str)] = &[("windows", "secops")];

#[test]
fn exact_windows_follow_each_other() {
    check(
        &rule(LOGIN, "$h over 1m", "", "#e >= 2"),
        "1 0 LOGIN a
         2 30 LOGIN a
         3 50 LOGIN a
         4 60 LOGIN a
         5 70 LOGIN a
         6 100 LOGIN a
         7 130 LOGIN a",
        "0..60 h=a e:1,2,3,4
         70..130 h=a e:5,6,7",
    );
}

#[test]
fn a_candidate_that_fails_gives_way_to_the_next_event() {
    check(
        &rule(LOGIN, "$h over 1m", "", "#e >= 3"),
        "1 0 LOGIN a
         2 50 LOGIN a
         3 70 LOGIN a
         4 80 LOGIN a
         5 90 LOGIN a",
        "50..110 h=a e:2,3,4,5",
    );
}

#[test]
fn the_end_is_in_and_a_nanosecond_later_is_not() {
    let two = rule(LOGIN, "$h over 1m", "", "#e >= 2");
    check(
        &two,
        "1 0.000000001 LOGIN a
         2 60.000000001 LOGIN a",
        "0.000000001..60.000000001 h=a e:1,2",
    );
    check(
        &two,
        "1 0 LOGIN a
         2 60.000000001 LOGIN a",
        "",
    );
}

#[test]
fn the_end_is_out_if_the_switch_says_so() {
    let two = rule(LOGIN, "$h over 1m", "", "#e >= 2");
    check_with(
        &two,
        EXCLUSIVE,
        "1 0 LOGIN a
         2 60 LOGIN a",
        "",
    );
    check_with(
        &two,
        EXCLUSIVE,
        "1 0 LOGIN a
         2 59.999999999 LOGIN a",
        "0..60 h=a e:1,2",
    );
}

#[test]
fn where_the_next_window_opens() {
    let timeline = "1 0 LOGIN a
                    2 30 LOGIN a
                    3 60 LOGIN a
                    4 90 LOGIN a";
    let two = rule(LOGIN, "$h over 1m", "", "#e >= 2");
    // With its end the first window takes the third event, and one is left.
    check(&two, timeline, "0..60 h=a e:1,2,3");
    check_with(
        &two,
        EXCLUSIVE,
        timeline,
        "0..60 h=a e:1,2
         60..120 h=a e:3,4",
    );
}

#[test]
fn windows_of_different_match_values_are_their_own() {
    check(
        &rule(LOGIN, "$h over 1m", "", "#e >= 2"),
        "1 0 LOGIN a
         2 5 LOGIN b
         3 10 LOGIN a
         4 63 LOGIN b",
        "0..60 h=a e:1,3
         5..65 h=b e:2,4",
    );
}

#[test]
fn absence_looks_to_the_end_of_the_window_and_no_further() {
    let alone = rule(LOGIN_EXEC, "$h over 1m", "", "$e and !$f");
    check(
        &alone,
        "1 0 LOGIN a
         2 60 EXEC a",
        "",
    );
    check(
        &alone,
        "1 0 LOGIN a
         2 60.000000001 EXEC a",
        "0..60 h=a e:1 f:",
    );
    check_with(
        &alone,
        EXCLUSIVE,
        "1 0 LOGIN a
         2 60 EXEC a",
        "0..60 h=a e:1 f:",
    );
}

#[test]
fn absence_does_not_look_back_in_exact_windows() {
    check(
        &rule(LOGIN_EXEC, "$h over 1m", "", "$e and !$f"),
        "1 0 EXEC a
         2 10 LOGIN a",
        "10..70 h=a e:2 f:",
    );
}

#[test]
fn events_at_one_instant() {
    check(
        &rule(LOGIN_EXEC, "$h over 1m", "", "$e and $f"),
        "1 0 LOGIN a
         2 0 EXEC a",
        "0..60 h=a e:1 f:2",
    );
}

#[test]
fn an_event_without_time_is_of_1970() {
    check(
        &rule(LOGIN, "$h over 1m", "", "#e >= 2"),
        "1 - LOGIN a
         2 @60 LOGIN a",
        "@0..@60 h=a e:1,2",
    );
}

#[test]
fn secops_windows_overlap_and_all_count() {
    let two = rule(LOGIN, "$h over 1m", "", "#e >= 2");
    // The step is six seconds; both must lie within one window.
    check_with(
        &two,
        SECOPS,
        "1 0 LOGIN a
         2 50 LOGIN a",
        "-6..54 h=a e:1,2
         0..60 h=a e:1,2",
    );
    // The end is out, whatever the switch for it.
    check_with(
        &two,
        SECOPS,
        "1 0 LOGIN a
         2 54 LOGIN a",
        "0..60 h=a e:1,2",
    );
    check_with(
        &two,
        SECOPS,
        "1 1 LOGIN a
         2 60 LOGIN a",
        "",
    );
}

#[test]
fn secops_windows_before_1970() {
    check_with(
        &rule(LOGIN, "$h over 1m", "", "#e >= 2"),
        SECOPS,
        "1 @-0.5 LOGIN a
         2 @46 LOGIN a",
        "@-12..@48 h=a e:1,2
         @-6..@54 h=a e:1,2",
    );
}

#[test]
fn tumbling_windows_are_blocks() {
    let two = rule(LOGIN, "$h by 1m", "", "#e >= 2");
    check(
        &two,
        "1 59.999999999 LOGIN a
         2 60 LOGIN a",
        "",
    );
    check(
        &two,
        "1 60 LOGIN a
         2 119.999999999 LOGIN a",
        "60..120 h=a e:1,2",
    );
    check(
        &rule(LOGIN, "$h by 1m", "", "$e"),
        "1 @-0.000000001 LOGIN a
         2 @0 LOGIN a
         3 @-60 LOGIN a",
        "@-60..@0 h=a e:3,1
         @0..@60 h=a e:2",
    );
}

#[test]
fn absence_in_tumbling_windows_looks_both_ways() {
    check(
        &rule(LOGIN_EXEC, "$h by 1m", "", "$e and !$f"),
        "1 10 EXEC a
         2 20 LOGIN a
         3 70 LOGIN a",
        "60..120 h=a e:3 f:",
    );
}

#[test]
fn after_the_pivot() {
    let alone = rule(LOGIN_EXEC, "$h over 1m after $e", "", "$e and !$f");
    check(
        &alone,
        "1 0 LOGIN a
         2 60 EXEC a",
        "",
    );
    check_with(
        &alone,
        EXCLUSIVE,
        "1 0 LOGIN a
         2 60 EXEC a",
        "0..60 h=a e:1 f:",
    );
    check(
        &alone,
        "1 0 EXEC a
         2 0.5 LOGIN a
         3 60.500000001 EXEC a",
        "0.5..60.5 h=a e:2 f:",
    );
}

#[test]
fn before_the_pivot() {
    let both = rule(LOGIN_EXEC, "$h over 1m before $e", "", "$e and $f");
    let edge = "1 40 EXEC a
                2 100 LOGIN a
                3 101 EXEC a";
    check(&both, edge, "40..100 h=a e:2 f:1");
    // Then it is the start that is out, for the end is the pivot.
    check_with(&both, EXCLUSIVE, edge, "");
    check_with(
        &both,
        EXCLUSIVE,
        "1 40.000000001 EXEC a
         2 100 LOGIN a",
        "40..100 h=a e:2 f:1",
    );
    check(
        &both,
        "1 39.999999999 EXEC a
         2 100 LOGIN a",
        "",
    );
}

#[test]
fn a_pivot_is_an_event_like_any_other() {
    check(
        &rule(LOGIN_EXEC, "$h over 1m after $e", "", "$e and $f"),
        "1 0 LOGIN a
         2 10 LOGIN a
         3 20 EXEC a
         4 65 EXEC a",
        "0..60 h=a e:1,2 f:3
         10..70 h=a e:2 f:3,4",
    );
}

#[test]
fn two_pivots_at_one_instant_have_one_window() {
    check(
        &rule(LOGIN_EXEC, "$h over 1m after $e", "", "$e and $f"),
        "1 0 LOGIN a
         2 0 LOGIN a
         3 20 EXEC a",
        "0..60 h=a e:1,2 f:3",
    );
}

#[test]
fn a_pivot_opens_windows_for_its_own_match_values_only() {
    check(
        &rule(LOGIN_EXEC, "$h over 1m after $e", "", "$e and $f"),
        "1 0 LOGIN a
         2 10 LOGIN b
         3 20 EXEC b",
        "10..70 h=b e:2 f:3",
    );
}
