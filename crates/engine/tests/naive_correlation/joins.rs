//! Which rows are joined, and how they are grouped.

use crate::timeline::{LOGIN, LOGIN_EXEC, check, check_with, rule};

const THREE: &str = r#"
    $e.metadata.event_type = "USER_LOGIN"
    $f.metadata.event_type = "PROCESS_LAUNCH"
    $g.metadata.event_type = "FILE_OPEN"
    $e.principal.hostname = $h
    $f.principal.hostname = $h
    $g.principal.hostname = $h
"#;

#[test]
fn inner_join() {
    check(
        &rule(LOGIN_EXEC, "$h over 1m", "", "$e and $f"),
        "1 0 LOGIN a
         2 10 EXEC a
         3 20 EXEC b
         4 30 LOGIN c",
        "0..60 h=a e:1 f:2",
    );
}

#[test]
fn case_tells_joined_values_apart() {
    check(
        &rule(LOGIN_EXEC, "$h over 1m", "", "$e and $f"),
        "1 0 LOGIN a
         2 10 EXEC A",
        "",
    );
}

#[test]
fn equality_is_transitive_through_a_placeholder() {
    check(
        &rule(THREE, "$h over 1m", "", "$e and $f and $g"),
        "1 0 LOGIN a
         2 1 EXEC a
         3 2 FILE b
         4 3 FILE a",
        "0..60 h=a e:1 f:2 g:4",
    );
}

#[test]
fn equality_is_transitive_through_an_absent_variable() {
    // Only `f` names the host of `e` and that of `g` in its predicates.
    let events = r#"
        $e.metadata.event_type = "USER_LOGIN"
        $f.metadata.event_type = "PROCESS_LAUNCH"
        $g.metadata.event_type = "FILE_OPEN"
        $h = $e.principal.hostname
        $e.principal.hostname = $f.principal.hostname
        $f.principal.hostname = $g.principal.hostname
    "#;
    check(
        &rule(events, "$h over 1m", "", "$e and !$f and $g"),
        "1 0 LOGIN a
         2 1 FILE b
         3 2 FILE a",
        "0..60 h=a e:1 f: g:3",
    );
}

#[test]
fn fields_of_two_hops() {
    // The target of the login is where the process runs.
    let events = r#"
        $e.metadata.event_type = "USER_LOGIN"
        $f.metadata.event_type = "PROCESS_LAUNCH"
        $e.target.hostname = $f.principal.hostname
        $h = $e.principal.hostname
    "#;
    check(
        &rule(events, "$h over 1m", "", "$e and $f"),
        "1 0 LOGIN a to=b
         2 1 LOGIN a to=c
         3 2 EXEC b
         4 3 EXEC a",
        "0..60 h=a e:1 f:3",
    );
}

#[test]
fn a_cross_filter_keeps_pairs() {
    let events = format!(
        "{LOGIN_EXEC}\n$e.metadata.event_timestamp.seconds < $f.metadata.event_timestamp.seconds"
    );
    // The launch at 0 is in no joined row, so no window opens there.
    check(
        &rule(&events, "$h over 1m", "", "$e and $f"),
        "1 0 EXEC a
         2 10 LOGIN a
         3 20 EXEC a",
        "10..70 h=a e:2 f:3",
    );
}

#[test]
fn absence() {
    check(
        &rule(LOGIN_EXEC, "$h over 1m", "", "$e and !$f"),
        "1 0 LOGIN a
         2 30 EXEC a
         3 100 LOGIN a
         4 101 EXEC b",
        "100..160 h=a e:3 f:",
    );
}

#[test]
fn one_partner_undoes_absence_for_the_whole_group() {
    // The first login has user u and so has the launch; the second has not.
    let events = format!("{LOGIN_EXEC}\n$e.principal.user.userid = $f.principal.user.userid");
    let timeline = "1 0 LOGIN a user=u
                    2 1 LOGIN a user=v
                    3 2 EXEC a user=u";
    check(
        &rule(&events, "$h over 1m", "", "$e and !$f"),
        timeline,
        // From 1 on the launch is without a login that it could be joined to.
        "1..61 h=a e:2 f:",
    );
    check(
        &rule(&events, "$h over 1m", "", "$e and #f < 2"),
        timeline,
        "0..60 h=a e:1,2 f:3",
    );
}

#[test]
fn either_variable() {
    check(
        &rule(
            LOGIN_EXEC,
            "$h over 1m",
            "$rows = count($e.metadata.id)",
            "$e or $f",
        ),
        "1 0 LOGIN a
         2 10 EXEC b
         3 200 LOGIN c
         4 210 EXEC c",
        "0..60 h=a e:1 f: rows=1
         10..70 h=b e: f:2 rows=1
         200..260 h=c e:3 f:4 rows=1",
    );
}

#[test]
fn either_variable_where_a_filter_keeps_them_apart() {
    let events = format!(
        "{LOGIN_EXEC}\n$e.metadata.event_timestamp.seconds < $f.metadata.event_timestamp.seconds"
    );
    // Neither can be added to the other, so there are two joined rows.
    check(
        &rule(
            &events,
            "$h over 1m",
            "$rows = count($e.metadata.id) $ids = array($e.metadata.id)",
            "$e or $f",
        ),
        "1 10 LOGIN a
         2 0 EXEC a",
        "0..60 h=a e:1 f:2 rows=2 ids=,1",
    );
}

#[test]
fn rows_are_as_long_as_can_be() {
    // `f` and `g` never meet, `e` meets both: {e, f} and {e, g}, and not {e}.
    let events = format!("{THREE}\n$f.principal.user.userid != $g.principal.user.userid");
    check(
        &rule(
            &events,
            "$h over 1m",
            "$rows = count($e.metadata.id) $fs = array($f.metadata.id) $gs = array($g.metadata.id)",
            "$e and #f >= 0 and #g >= 0",
        ),
        "1 0 LOGIN a
         2 1 EXEC a user=u
         3 2 FILE a user=u",
        "0..60 h=a e:1 f:2 g:3 rows=2 fs=,2 gs=,3",
    );
}

#[test]
fn zero_values_are_no_match_value_unless_allowed() {
    let timeline = "1 0 LOGIN -
                    2 10 EXEC -";
    check(
        &rule(LOGIN_EXEC, "$h over 1m", "", "$e and $f"),
        timeline,
        "",
    );
    check(
        &rule(
            LOGIN_EXEC,
            "$h over 1m",
            "",
            "$e and $f options: allow_zero_values = true",
        ),
        timeline,
        "0..60 h= e:1 f:2",
    );
}

#[test]
fn what_a_function_assigns_may_be_zero() {
    let events = r#"
        $e.metadata.event_type = "USER_LOGIN"
        $p = re.capture($e.principal.hostname, "x(.*)")
    "#;
    check(
        &rule(events, "$p over 1m", "", "$e"),
        "1 0 LOGIN xy
         2 1 LOGIN a
         3 2 LOGIN -",
        "0..60 p=y e:1
         1..61 p= e:2,3",
    );
}

#[test]
fn a_match_variable_of_an_absent_variable_is_zero() {
    let events = format!("{LOGIN_EXEC}\n$u = $e.principal.user.userid");
    let timeline = "1 0 LOGIN a user=u
                    2 5 EXEC a
                    3 6 EXEC b";
    check(
        &rule(&events, "$u over 1m", "", "$e or $f"),
        timeline,
        // From 5 on there are only launches.
        "0..60 u=u e:1 f:2",
    );
    check(
        &rule(
            &events,
            "$u over 1m",
            "",
            "$e or $f options: allow_zero_values = true",
        ),
        timeline,
        // With the login in the window the first launch is joined to it.
        "0..60 u=u e:1 f:2
         5..65 u= e: f:2,3",
    );
}

#[test]
fn two_match_variables() {
    let events = format!("{LOGIN}\n$u = $e.principal.user.userid");
    check(
        &rule(&events, "$h, $u over 1m", "", "#e >= 2"),
        "1 0 LOGIN a user=u
         2 1 LOGIN a user=v
         3 2 LOGIN b user=u
         4 3 LOGIN a user=v",
        "1..61 h=a u=v e:2,4",
    );
}

#[test]
fn numbers_as_match_values() {
    let events = r#"
        $e.metadata.event_type = "USER_LOGIN"
        $p = $e.target.port
    "#;
    check(
        &rule(events, "$p over 1m", "", "#e >= 2"),
        "1 0 LOGIN a port=22
         2 1 LOGIN b port=22
         3 2 LOGIN c port=0
         4 3 LOGIN c port=0",
        "0..60 p=22 e:1,2",
    );
}

#[test]
fn an_event_may_be_bound_to_two_variables() {
    let events = r#"
        $e.metadata.event_type = "USER_LOGIN"
        $f.metadata.event_type = "USER_LOGIN"
        $h = $e.principal.hostname
        $h = $f.principal.hostname
    "#;
    check(
        &rule(events, "$h over 1m", "", "$e and $f"),
        "1 0 LOGIN a",
        "0..60 h=a e:1 f:1",
    );
    let events = format!("{events}\n$e.metadata.id != $f.metadata.id");
    check(
        &rule(&events, "$h over 1m", "", "$e and $f"),
        "1 0 LOGIN a
         2 100 LOGIN b
         3 110 LOGIN b",
        "100..160 h=b e:2,3 f:2,3",
    );
}

#[test]
fn each_element_of_a_match_variable_is_a_group() {
    let events = r#"
        $e.metadata.event_type = "USER_LOGIN"
        $p = $e.principal.ip
    "#;
    check(
        &rule(events, "$p over 1m", "", "#e >= 2"),
        "1 0 LOGIN a ip=1.1.1.1,2.2.2.2
         2 10 LOGIN a ip=2.2.2.2,3.3.3.3",
        "0..60 p=2.2.2.2 e:1,2",
    );
}

#[test]
fn a_second_event_of_an_id_is_ignored() {
    check(
        &rule(LOGIN, "$h over 1m", "$n = count($h)", "#e >= 1"),
        "1 0 LOGIN a
         1 0 LOGIN a
         1 0 LOGIN a",
        "0..60 h=a e:1 n=1",
    );
    check(
        &rule(LOGIN, "", "", "$e"),
        "1 0 LOGIN a
         1 0 LOGIN a",
        "0..0 e:1",
    );
}

#[test]
fn an_alternative_is_chosen_per_row() {
    // The placeholder is one of two fields; each makes a row of its own.
    let events = r#"
        $e.metadata.event_type = "USER_LOGIN"
        ($h = $e.principal.hostname or $h = $e.target.hostname)
        $f.metadata.event_type = "PROCESS_LAUNCH"
        $h = $f.principal.hostname
    "#;
    check_with(
        &rule(events, "$h over 1m", "", "$e and $f"),
        &[],
        "1 0 LOGIN a to=b
         2 1 EXEC b
         3 2 EXEC a
         4 3 EXEC c",
        "0..60 h=a e:1 f:3
         0..60 h=b e:1 f:2",
    );
}
