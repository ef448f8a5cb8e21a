//! Counts, aggregates and their order over a group of joined rows.

use crate::timeline::{BASE, LOGIN, LOGIN_EXEC, check, check_with, rule};

#[test]
fn counts_of_events() {
    let timeline = "1 0 LOGIN a
                    2 1 EXEC a
                    3 2 EXEC a
                    4 3 LOGIN b
                    5 4 EXEC b";
    check(
        &rule(LOGIN_EXEC, "$h over 1m", "", "$e and #f > 1"),
        timeline,
        "0..60 h=a e:1 f:2,3",
    );
    // From the second launch on there is no login.
    check(
        &rule(LOGIN_EXEC, "$h over 1m", "", "$e and #f = 1"),
        timeline,
        "3..63 h=b e:4 f:5",
    );
}

#[test]
fn counts_of_placeholder_values() {
    let events = format!("{LOGIN}\n$u = $e.principal.user.userid");
    let two = rule(&events, "$h over 1m", "", "$e and #u >= 2");
    check(
        &two,
        "1 0 LOGIN a user=u
         2 1 LOGIN a user=u
         3 2 LOGIN a user=v
         4 100 LOGIN a user=u
         5 101 LOGIN a user=u",
        "0..60 h=a e:1,2,3",
    );
    // No user is no value, unless the switch says so.
    let timeline = "1 0 LOGIN a user=u
                    2 1 LOGIN a";
    check(&two, timeline, "");
    check_with(
        &two,
        &[("placeholder_counts_zero", "true")],
        timeline,
        "0..60 h=a e:1,2",
    );
}

#[test]
fn each_combination_counts() {
    check(
        &rule(
            LOGIN_EXEC,
            "$h over 1m",
            "$rows = count($e.metadata.id)
             $logins = count_distinct($e.metadata.id)
             $launches = count_distinct($f.metadata.id)
             $ports = sum($f.target.port)
             $most = max($f.target.port)",
            "$e and $f",
        ),
        "1 0 LOGIN a
         2 1 LOGIN a
         3 2 EXEC a port=1
         4 3 EXEC a port=10
         5 4 EXEC a port=100",
        "0..60 h=a e:1,2 f:3,4,5 rows=6 logins=2 launches=3 ports=222 most=100",
    );
}

#[test]
fn rows_of_one_event_count_too() {
    check(
        &rule(
            LOGIN_EXEC,
            "$h over 1m",
            "$ips = array($e.principal.ip) $ids = array($f.metadata.id)",
            "$e and $f",
        ),
        "1 0 LOGIN a ip=2.2.2.2,1.1.1.1
         2 1 EXEC a
         3 2 EXEC a",
        "0..60 h=a e:1 f:2,3 ips=2.2.2.2,2.2.2.2,1.1.1.1,1.1.1.1 ids=2,2,3,3",
    );
}

#[test]
fn arrays_follow_the_events_that_they_read() {
    check(
        &rule(
            LOGIN_EXEC,
            "$h over 1m",
            "$to = array($f.target.hostname)
             $once = array_distinct($f.target.hostname)
             $sums = array($e.target.port + $f.target.port)",
            "$e and $f",
        ),
        "1 0 LOGIN a port=10
         2 1 LOGIN a port=20
         3 2 EXEC a port=1 to=y
         4 3 EXEC a port=2 to=x
         5 4 EXEC a port=3 to=y",
        // What is equal stands together, where it is first.
        "0..60 h=a e:1,2 f:3,4,5 to=y,y,y,y,x,x once=y,x sums=11,12,13,21,22,23",
    );
}

#[test]
fn events_at_one_instant_are_ordered_by_the_bytes_of_their_ids() {
    check(
        &rule(
            LOGIN,
            "$h over 1m",
            "$ids = array($e.metadata.id)",
            "#e >= 3",
        ),
        "2 0 LOGIN a
         10 0 LOGIN a
         Z 0 LOGIN a",
        "0..60 h=a e:10,2,Z ids=10,2,Z",
    );
}

#[test]
fn an_absent_variable_reads_as_zero() {
    check(
        &rule(
            LOGIN_EXEC,
            "$h over 1m",
            "$to = array(strings.concat($f.target.hostname, \"!\"))
             $ports = array($f.target.port)
             $n = count($f.metadata.id)",
            "$e and !$f",
        ),
        "1 0 LOGIN a",
        "0..60 h=a e:1 f: to=! ports=0 n=1",
    );
}

#[test]
fn absent_rows_come_first() {
    // The launch with another user is not joined, and the login is.
    let events = format!("{LOGIN_EXEC}\n$e.principal.user.userid != $f.principal.user.userid");
    check(
        &rule(
            &events,
            "$h over 1m",
            "$fs = array($f.metadata.id) $es = array($e.metadata.id)",
            "$e and #f >= 0",
        ),
        "1 0 LOGIN a user=u
         2 1 EXEC a user=v
         3 2 LOGIN a user=v",
        "0..60 h=a e:1,3 f:2 fs=,2 es=1,3",
    );
}

#[test]
fn a_placeholder_has_its_value_elsewhere() {
    let outcome = "$hosts = array($h) $n = count_distinct($h) $key = $h";
    check(
        &rule(LOGIN_EXEC, "$h over 1m", outcome, "$e or $f"),
        "1 0 EXEC a
         2 100 LOGIN b",
        "0..60 h=a e: f:1 hosts=a n=1 key=a
         100..160 h=b e:2 f: hosts=b n=1 key=b",
    );
}

#[test]
fn zero_items_may_be_left_out() {
    let outcome =
        "$n = count($e.target.hostname) $to = array($e.target.hostname) $p = max($e.target.port)";
    let timeline = "1 0 LOGIN a
                    2 1 LOGIN a to=x port=7";
    let two = rule(LOGIN, "$h over 1m", outcome, "#e >= 2");
    check(&two, timeline, "0..60 h=a e:1,2 n=2 to=,x p=7");
    check_with(
        &two,
        &[("aggregates_take_zero", "false")],
        timeline,
        "0..60 h=a e:1,2 n=1 to=x p=7",
    );
}

#[test]
fn the_condition_reads_outcomes() {
    check(
        &rule(
            LOGIN,
            "$h over 1m",
            "$bytes = sum($e.target.port) $double = $bytes * 2",
            "$e and $double >= 10",
        ),
        "1 0 LOGIN a port=1
         2 50 LOGIN a port=3
         3 70 LOGIN a port=2",
        // [0, 60] sums to 4.
        "50..110 h=a e:2,3 bytes=5 double=10",
    );
}

#[test]
fn the_window_is_told_in_whole_seconds() {
    let (start, end) = (BASE, BASE + 60);
    check(
        &rule(
            LOGIN,
            "$h over 1m",
            "$s = window_start $t = window_end $length = window_end - window_start",
            "$e",
        ),
        "1 0.75 LOGIN a",
        &format!("0.75..60.75 h=a e:1 s={start} t={end} length=60"),
    );
    check(
        &rule(LOGIN, "$h by 1m", "$s = window_start $t = window_end", "$e"),
        "1 @-0.5 LOGIN a",
        "@-60..@0 h=a e:1 s=-60 t=0",
    );
    check(
        &rule(LOGIN, "$h over 1m", "$s = window_start", "$e"),
        "1 @-0.5 LOGIN a",
        "@-0.5..@59.5 h=a e:1 s=-1",
    );
}

#[test]
fn the_order_of_a_placeholder_is_that_of_the_events_which_may_give_it() {
    // Its binding is on `f`, which comes second; `e` has the value too.
    let events = r#"
        $e.metadata.event_type = "USER_LOGIN"
        $f.metadata.event_type = "PROCESS_LAUNCH"
        $h = $e.principal.hostname
        $h = $f.principal.hostname
        $u = $f.principal.user.userid
        $u = $e.principal.user.userid
    "#;
    let timeline = "1 0 LOGIN a user=y
                    2 1 LOGIN a user=x
                    3 2 EXEC a user=x
                    4 3 EXEC a user=y";
    let users = |condition| rule(events, "$h over 1m", "$us = array($u)", condition);
    // A launch is always there, so the order is that of launches.
    check(
        &users("$e and $f"),
        timeline,
        "0..60 h=a e:1,2 f:3,4 us=x,y",
    );
    // Where one may be missing the login gives the value, and comes first.
    check(&users("$e or $f"), timeline, "0..60 h=a e:1,2 f:3,4 us=y,x");
}

#[test]
fn one_event_twice_in_a_row_counts_for_each_variable() {
    let events = r#"
        $e.metadata.event_type = "USER_LOGIN"
        $f.principal.user.userid = "u"
        $h = $e.principal.hostname
        $h = $f.principal.hostname
    "#;
    check(
        &rule(
            events,
            "$h over 1m",
            "$n = count($f.metadata.id)",
            "#e >= 2 and #f >= 2",
        ),
        "1 0 LOGIN a user=u
         2 1 LOGIN a
         3 2 EXEC a user=u",
        // Logins 1 and 2, each with 1 and with 3.
        "0..60 h=a e:1,2 f:1,3 n=4",
    );
}
