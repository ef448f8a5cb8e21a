//! What the compiler claims of a condition with `match`: which event variables
//! it cannot hold without, and whether more events can undo it.

#[path = "support/tables.rs"]
mod tables;

use yaral_compiler::{Options, compile};
use yaral_ir::correlation::{Correlation, Cross};
use yaral_ir::semantics::Semantics;

/// Three variables of one host; `$p` is on `$a`, `$q` on `$b` and `$c`, and
/// `$d` on `$a` and `$b` together.
const EVENTS: &str = r"
    $a.principal.hostname = $host
    $b.principal.hostname = $host
    $c.principal.hostname = $host
    $p = $a.target.user.userid
    $q = $b.target.user.userid
    $q = $c.target.user.userid
    $d = $b.metadata.event_timestamp.seconds - $a.metadata.event_timestamp.seconds
";

fn of(events: &str, outcome: &str, condition: &str, semantics: Semantics) -> Correlation {
    let outcome = if outcome.is_empty() {
        String::new()
    } else {
        format!("outcome: {outcome}")
    };
    let text = format!(
        "rule r {{ meta: events: {events} match: $host over 5m {outcome} condition: {condition} }}"
    );
    let options = Options {
        semantics,
        ..Options::default()
    };
    let compiled = compile(&text, &options);
    let plan = compiled.rules[0].plan.clone();
    let correlation = plan.and_then(|plan| plan.correlation);
    assert!(correlation.is_some(), "{text}\n{:#?}", compiled.diagnostics);
    correlation.expect("asserted")
}

#[test]
fn a_variable_is_required_if_the_condition_fails_without_it() {
    let cases = [
        ("$a and $b and $c", [true, true, true]),
        ("$a and $b and !$c", [true, true, false]),
        ("$a and ($b or $c)", [true, false, false]),
        ("$a and $b and #c < 5", [true, true, false]),
        ("$a and $b and #c >= 0", [true, true, false]),
        ("$a and 2 <= #b and #c != 0", [true, true, true]),
        ("$a and #b > 0 and #c = 1", [true, true, true]),
        ("all of [$a, $b, $c]", [true, true, true]),
        ("any of [$a, $b, $c]", [false, false, false]),
        ("2 of [$a, $b, $c]", [false, false, false]),
        ("3 of [$a, $b, $c]", [true, true, true]),
        ("2 of [$a, #a > 3, $b] and $c", [true, false, true]),
        // A placeholder demands all variables that it stands on.
        ("$p and $b and $c", [true, true, true]),
        ("$a and $q", [true, true, true]),
        ("$a and $b and $c and #p > 3", [true, true, true]),
        // An outcome may be anything.
        ("$a and $b and $n > 3 and !$c", [true, true, false]),
    ];
    for (condition, required) in cases {
        let found = of(
            EVENTS,
            "$n = count($c.metadata.id)",
            condition,
            Semantics::default(),
        );
        assert_eq!(found.required, required, "{condition}");
    }
}

#[test]
fn a_zero_value_that_counts_needs_its_event_all_the_same() {
    let zeros = Semantics {
        placeholder_counts_zero: true,
        ..Semantics::default()
    };
    let found = of(EVENTS, "", "$p and $b and $c", zeros);
    assert_eq!(found.required, [true, true, true]);
}

/// Outcomes of two variables, both required, or `$b` optional.
const OUTCOMES: &str = "
    $rows = count($a.metadata.id)
    $late = count($b.metadata.id)
    $names = count_distinct($a.target.user.userid)
    $ports = sum($a.target.port)
    $sent = sum($a.network.sent_bytes)
    $score = sum(if($a.target.port = 22, 5, 1))
    $lost = sum(if($a.target.port = 22, 5, 0 - 1))
    $highest = max($a.target.port)
    $lowest = min($a.target.port)
    $list = array_distinct($a.target.user.userid)
    $risk = if($rows > 5, 80, 20)
    $calm = if($rows > 5, 20, 80)
    $both = $rows + $names
    $less = $rows - $names
    $far = $rows * 2
    $wide = max($d)
    $since = window_start
";

const TWO: &str = r"
    $a.principal.hostname = $host
    $b.principal.hostname = $host
    $p = $a.target.user.userid
    $q = $b.target.user.userid
    $d = $b.metadata.event_timestamp.seconds - $a.metadata.event_timestamp.seconds
";

#[test]
fn more_events_cannot_undo_what_only_grows() {
    let grows = [
        "#a > 5",
        "5 < #a",
        "#p >= 3",
        "$rows > 3",
        "$late > 3",
        "$names >= 3",
        "$sent > 1000",
        "$score > 10",
        "$highest > 1024",
        "$lowest < 1024",
        "not $lowest >= 1024",
        "$risk > 50",
        "$calm < 50",
        "$both > 10",
        "$wide > 60",
        "(#a > 5 or $rows > 3)",
        "1 of [#a > 5, #b > 3]",
    ];
    let may_shrink = [
        "#a < 5",
        "#a = 5",
        "#a != 5",
        "#p < 3",
        "$rows < 3",
        "not $rows > 3",
        "$ports > 3",
        "$lost > 3",
        "$highest < 1024",
        "$lowest > 1024",
        "$risk < 50",
        "$less > 3",
        "$far > 3",
        "$since > 3",
        "arrays.contains($list, \"root\")",
    ];
    for (conditions, expected) in [(&grows[..], true), (&may_shrink, false)] {
        for condition in conditions {
            let condition = format!("$a and $b and {condition}");
            let found = of(TWO, OUTCOMES, &condition, Semantics::default());
            assert_eq!(found.monotone, expected, "{condition}");
        }
    }
}

#[test]
fn what_an_absent_event_may_yet_change_is_not_sure() {
    let zeros = Semantics {
        placeholder_counts_zero: true,
        ..Semantics::default()
    };
    let plain = Semantics::default();
    let cases = [
        ("($a or $b)", &plain, true),
        ("2 of [$a, $b, $p]", &plain, true),
        ("$a and ($a or $b) and $rows > 3", &plain, true),
        ("$a and ($a or $b) and $late > 3", &plain, false),
        ("$a and ($a or $b) and $wide > 3", &plain, false),
        ("$a and ($a or $b) and #q > 1", &plain, true),
        ("$a and ($a or $b) and #q > 1", &zeros, true),
        ("$a and ($a or $b) and #d > 1", &plain, true),
        ("$a and #p > 1 and ($a or $b) and $late > 3", &zeros, false),
        ("$a and !$b", &plain, false),
    ];
    for (condition, semantics, expected) in cases {
        let found = of(TWO, OUTCOMES, condition, semantics.clone());
        assert_eq!(found.monotone, expected, "{condition}");
    }
}

#[test]
fn a_match_value_that_only_some_events_have_may_change() {
    let text = r"rule r { meta: events:
        $a.principal.hostname = $b.principal.hostname
        $user = $a.target.user.userid
        match: $user over 5m condition: $a or $b }";
    let compiled = compile(text, &Options::default());
    let plan = compiled.rules[0].plan.as_ref().expect("the rule is valid");
    let correlation = plan.correlation.as_ref().expect("it has `match`");
    assert!(!correlation.monotone);
}

/// An event, an entity and a row of one host.
const STANDING: &str = r"
    $a.principal.hostname = $host
    $g.graph.entity.hostname = $host
    %t.host = $host
";

fn with_table(events: &str, outcome: &str, condition: &str) -> Correlation {
    let text = format!(
        "rule r {{ meta: events: {events} match: $host over 5m outcome: {outcome} condition: {condition} }}"
    );
    let lines = vec!["host:string, score:number", "web-1, 5"];
    let options = Options {
        tables: tables::parse([("t", lines)]),
        ..Options::default()
    };
    let compiled = compile(&text, &options);
    let plan = compiled.rules[0].plan.clone();
    let correlation = plan.and_then(|plan| plan.correlation);
    assert!(correlation.is_some(), "{text}\n{:#?}", compiled.diagnostics);
    correlation.expect("asserted")
}

#[test]
fn rows_are_required_and_entities_where_the_condition_says_so() {
    let outcome = "$n = count($a.metadata.id)";
    for (condition, required) in [
        ("$a and $g", [true, true, true]),
        ("$a and !$g", [true, false, true]),
        ("$a and #g >= 0", [true, false, true]),
    ] {
        let found = with_table(STANDING, outcome, condition);
        assert_eq!(found.required, required, "{condition}");
    }
}

/// What stands is known beforehand, so that no later event changes a row that
/// there is. It may yet bring an entity into the group.
#[test]
fn an_absent_entity_stays_absent_on_its_row() {
    let outcome = "
        $rows = count($a.metadata.id)
        $groups = count_distinct($g.graph.entity.user.userid)
        $score = max(%t.score)
    ";
    for (condition, expected) in [
        ("$a and $g", true),
        ("$a and #g >= 0 and $groups > 1", true),
        ("$a and #g >= 0 and $score > 3", true),
        ("$a and $g and #g < 5", false),
        ("$a and !$g", false),
        ("$a and !$g and $rows > 3", false),
    ] {
        let found = with_table(STANDING, outcome, condition);
        assert_eq!(found.monotone, expected, "{condition}");
    }
}

/// One predicate for each event that an equality ties to an entity, and no
/// other; none where the switch is off.
#[test]
fn an_entity_is_valid_for_what_it_is_tied_to() {
    let pairs = |found: &Correlation| -> Vec<Vec<u16>> {
        let of = |cross: &Cross| cross.variables.iter().map(|one| one.0).collect();
        found.cross.iter().map(of).collect()
    };
    let events = r"
        $a.principal.hostname = $host
        $b.principal.hostname = $host
        $a.target.user.userid = $g.graph.entity.user.userid
        $h.graph.entity.hostname = $b.principal.hostname nocase
        $g.graph.metadata.product_name = $i.graph.metadata.product_name
    ";
    let condition = "$a and $b and $g and $h and $i";
    let on = of(events, "", condition, Semantics::default());
    // a, b, g, h, i; the comparison without case is a pair of its own.
    assert_eq!(pairs(&on), [vec![1, 3], vec![0, 2], vec![1, 3]]);
    let off = Semantics {
        entity_validity: false,
        ..Semantics::default()
    };
    assert_eq!(pairs(&of(events, "", condition, off)), [vec![1, 3]]);
}
