//! What is made of which rule, as data, and what holds for every rule.

use proptest::prelude::*;

use super::*;

/// The mutants of a rule with these sections, as `kind predicate => section`.
fn of_sections(events: &str, outcome: &str, condition: &str) -> Vec<String> {
    let rule = |events: &str, outcome: &str, condition: &str| {
        format!(
            "rule r {{ meta: events: {events} outcome: $x = 1 {outcome} condition: {condition} }}"
        )
    };
    let text = rule(events, outcome, condition);
    let (head, tail) = ("rule r { meta: events: ", " }");
    let show = |mutant: &Mutant| {
        let inside = mutant.text.strip_prefix(head).expect("the head stays");
        let inside = inside.strip_suffix(tail).expect("the tail stays");
        let (left, cond) = inside.split_once(" condition: ").expect("a condition");
        let (even, outc) = left.split_once(" outcome: $x = 1 ").expect("an outcome");
        let changed = [(even, events), (outc, outcome), (cond, condition)]
            .into_iter()
            .filter(|(now, before)| now != before)
            .map(|(now, _)| now)
            .collect::<Vec<_>>();
        assert_eq!(changed.len(), 1, "one section changes: {}", mutant.text);
        format!(
            "{} {} => {}",
            mutant.kind.as_str(),
            mutant.predicate,
            changed.concat()
        )
    };
    mutants(&text).iter().map(show).collect()
}

/// The mutants of `events`.
fn of_events(events: &str) -> Vec<String> {
    of_sections(events, "", "$e")
}

fn of_condition(condition: &str) -> Vec<String> {
    of_sections("", "", condition)
}

#[test]
fn predicates_of_events() {
    let cases: &[(&str, &[&str])] = &[
        (
            r#"$e.a = "x""#,
            &[
                r#"drop $e.a = "x" => "#,
                r#"flip $e.a = "x" => not ($e.a = "x")"#,
            ],
        ),
        (
            "$e.a = 1 nocase any $e.b != 2 re.regex($e.c, `x`) nocase",
            &[
                "drop $e.a = 1 nocase =>  any $e.b != 2 re.regex($e.c, `x`) nocase",
                "flip $e.a = 1 nocase => not ($e.a = 1 nocase) any $e.b != 2 re.regex($e.c, `x`) nocase",
                "drop any $e.b != 2 => $e.a = 1 nocase  re.regex($e.c, `x`) nocase",
                "flip any $e.b != 2 => $e.a = 1 nocase not (any $e.b != 2) re.regex($e.c, `x`) nocase",
                "drop re.regex($e.c, `x`) nocase => $e.a = 1 nocase any $e.b != 2 ",
                "flip re.regex($e.c, `x`) nocase => $e.a = 1 nocase any $e.b != 2 not (re.regex($e.c, `x`) nocase)",
            ],
        ),
        (
            "$e.a in %l $e.b not in cidr %l $e.c is null",
            &[
                "drop $e.a in %l =>  $e.b not in cidr %l $e.c is null",
                "flip $e.a in %l => not ($e.a in %l) $e.b not in cidr %l $e.c is null",
                "drop $e.b not in cidr %l => $e.a in %l  $e.c is null",
                "flip $e.b not in cidr %l => $e.a in %l not ($e.b not in cidr %l) $e.c is null",
                "drop $e.c is null => $e.a in %l $e.b not in cidr %l ",
                "flip $e.c is null => $e.a in %l $e.b not in cidr %l not ($e.c is null)",
            ],
        ),
        // An operator goes with the operand before which it stands, or behind the first.
        (
            "$e.a = 1 or $e.b = 2 or $e.c = 3",
            &[
                "drop $e.a = 1 or $e.b = 2 or $e.c = 3 => ",
                "drop $e.a = 1 => $e.b = 2 or $e.c = 3",
                "flip $e.a = 1 => not ($e.a = 1) or $e.b = 2 or $e.c = 3",
                "drop $e.b = 2 => $e.a = 1 or $e.c = 3",
                "flip $e.b = 2 => $e.a = 1 or not ($e.b = 2) or $e.c = 3",
                "drop $e.c = 3 => $e.a = 1 or $e.b = 2",
                "flip $e.c = 3 => $e.a = 1 or $e.b = 2 or not ($e.c = 3)",
            ],
        ),
        // A predicate alone in its parentheses takes them with it, once.
        (
            "(($e.a = 1)) and (not $e.b = 2)",
            &[
                "drop (($e.a = 1)) and (not $e.b = 2) => ",
                "drop (not $e.b = 2) => (($e.a = 1))",
                "drop $e.a = 1 => (not $e.b = 2)",
                "flip $e.a = 1 => ((not ($e.a = 1))) and (not $e.b = 2)",
                "flip not $e.b = 2 => (($e.a = 1)) and ($e.b = 2)",
            ],
        ),
        (
            "not ($e.a = 1 or ($e.b = 2 and not $e.c = 3))",
            &[
                "drop not ($e.a = 1 or ($e.b = 2 and not $e.c = 3)) => ",
                "drop $e.a = 1 => not (($e.b = 2 and not $e.c = 3))",
                "flip $e.a = 1 => not (not ($e.a = 1) or ($e.b = 2 and not $e.c = 3))",
                "drop ($e.b = 2 and not $e.c = 3) => not ($e.a = 1)",
                "drop $e.b = 2 => not ($e.a = 1 or (not $e.c = 3))",
                "flip $e.b = 2 => not ($e.a = 1 or (not ($e.b = 2) and not $e.c = 3))",
                "drop not $e.c = 3 => not ($e.a = 1 or ($e.b = 2))",
                "flip not $e.c = 3 => not ($e.a = 1 or ($e.b = 2 and $e.c = 3))",
            ],
        ),
        // Arithmetic in parentheses is no group of predicates.
        (
            "($e.a + 1) > 2",
            &[
                "drop ($e.a + 1) > 2 => ",
                "flip ($e.a + 1) > 2 => not (($e.a + 1) > 2)",
            ],
        ),
    ];
    for (events, expected) in cases {
        let mut found = of_events(events);
        let mut expected: Vec<String> = expected.iter().map(|&line| line.to_owned()).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{events}");
    }
}

#[test]
fn what_binds_is_only_dropped() {
    let binding = [
        "$ip = $e.principal.ip",
        "$e.principal.ip = $ip",
        "$ip = strings.to_lower($e.a)",
        "$e.a = $f.a",
        "strings.to_lower($e.a) = $f.a",
    ];
    for predicate in binding {
        let expected = vec![format!("drop {predicate} => ")];
        assert_eq!(of_events(predicate), expected);
    }
    let free = [
        "$ip != $e.principal.ip",
        "$ip = \"x\"",
        "$ip = /x/ nocase",
        "$e.a = $e.b",
        "$e.a < $f.a",
        "$e.flag",
    ];
    for predicate in free {
        let flip = format!("flip {predicate} => not ({predicate})");
        let expected = vec![format!("drop {predicate} => "), flip];
        assert_eq!(of_events(predicate), expected);
    }
}

#[test]
fn conditions() {
    let cases: &[(&str, &[&str])] = &[
        // It cannot be without the event.
        ("$e", &[]),
        ("($e)", &[]),
        (
            "$e and !$f",
            &[
                "drop $e => !$f",
                "flip $e => !$e and !$f",
                "drop !$f => $e",
                "flip !$f => $e and $f",
            ],
        ),
        // Without its bound, an event that nothing else names is still demanded.
        (
            "#e > 5",
            &[
                "drop #e > 5 => $e",
                "flip #e > 5 => #e > 4",
                "flip #e > 5 => #e > 6",
            ],
        ),
        (
            "$e and 0 < #e and $risk_score > 50",
            &[
                "drop $e => 0 < #e and $risk_score > 50",
                "flip $e => !$e and 0 < #e and $risk_score > 50",
                "drop 0 < #e => $e and $risk_score > 50",
                "flip 0 < #e => $e and 1 < #e and $risk_score > 50",
                "drop $risk_score > 50 => $e and 0 < #e",
                "flip $risk_score > 50 => $e and 0 < #e and not ($risk_score > 50)",
            ],
        ),
        (
            "#e + #f > 2 or $g",
            &[
                "drop #e + #f > 2 => $e and $f or $g",
                "flip #e + #f > 2 => #e + #f > 1 or $g",
                "flip #e + #f > 2 => #e + #f > 3 or $g",
                "drop $g => #e + #f > 2",
                "flip $g => #e + #f > 2 or !$g",
            ],
        ),
        (
            "any of [$e, $f] and ($g or not $h)",
            &[
                "drop any of [$e, $f] => ($g or not $h)",
                "flip any of [$e, $f] => all of [$e, $f] and ($g or not $h)",
                "drop ($g or not $h) => any of [$e, $f]",
                "drop $g => any of [$e, $f] and (not $h)",
                "flip $g => any of [$e, $f] and (!$g or not $h)",
                "drop not $h => any of [$e, $f] and ($g)",
                "flip not $h => any of [$e, $f] and ($g or $h)",
            ],
        ),
        ("1 of [$e, $f]", &["flip 1 of [$e, $f] => 2 of [$e, $f]"]),
    ];
    for (condition, expected) in cases {
        assert_eq!(of_condition(condition), *expected, "{condition}");
    }
}

#[test]
fn a_counted_outcome_has_its_bound_moved() {
    let found = of_sections("", "$n = count_distinct($e.a)", "$e and $n >= 3");
    let moved: Vec<_> = found
        .iter()
        .filter(|line| line.contains("$n >= 3 =>"))
        .collect();
    assert_eq!(
        moved,
        [
            "drop $n >= 3 => $e",
            "flip $n >= 3 => $e and $n >= 2",
            "flip $n >= 3 => $e and $n >= 4",
        ]
    );
}

#[test]
fn only_score_and_severity_are_changed_in_the_outcome() {
    let outcome = concat!(
        r#"$who = if($e.a = 1, "a", "b") "#,
        r#"$severity = if(not $e.b in %l, "LOW", if($e.c = 2 and $e.d = 3, "HIGH", "LOW"))"#,
    );
    let found = of_sections("", outcome, "$e");
    assert_eq!(
        found,
        [
            concat!(
                r#"flip not $e.b in %l => $who = if($e.a = 1, "a", "b") "#,
                r#"$severity = if($e.b in %l, "LOW", if($e.c = 2 and $e.d = 3, "HIGH", "LOW"))"#,
            ),
            concat!(
                r#"flip $e.c = 2 and $e.d = 3 => $who = if($e.a = 1, "a", "b") "#,
                r#"$severity = if(not $e.b in %l, "LOW", if(not ($e.c = 2 and $e.d = 3), "HIGH", "LOW"))"#,
            ),
        ]
    );
}

#[test]
fn places_names_and_comments() {
    let text = concat!(
        "rule one { meta: events: $e.a = 1 condition: $e }\n",
        "rule two {\n  meta:\n  events:\n    // é\n    /* é */ ( // why\n      $e.a = 1\n",
        "      // because\n      or $e.b  =  2 // end\n    )\n  condition:\n    $e\n}\n",
    );
    let found = mutants(text);
    let shown: Vec<_> = found
        .iter()
        .map(|m| {
            format!(
                "{} {}:{} {} {}",
                m.rule,
                m.line,
                m.column,
                m.kind.as_str(),
                m.predicate
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "one 1:26 drop $e.a = 1",
            "one 1:26 flip $e.a = 1",
            "two 6:13 drop ($e.a = 1 or $e.b = 2)",
            "two 7:7 drop $e.a = 1",
            "two 7:7 flip $e.a = 1",
            "two 9:10 drop $e.b = 2",
            "two 9:10 flip $e.b = 2",
        ]
    );
    let dropped = found.get(5).expect("it was listed");
    assert!(
        dropped.text.contains("$e.a = 1 // end\n    )"),
        "{}",
        dropped.text
    );
    assert_eq!(
        found.get(6).expect("it was listed").becomes,
        "not ($e.b = 2)"
    );
}

#[test]
fn changes_with_one_text_are_given_once() {
    let found = of_events("$e.a = 1 or $e.a = 1");
    let single = found
        .iter()
        .filter(|line| line.ends_with("=> $e.a = 1"))
        .count();
    assert_eq!(single, 1, "{found:?}");
}

#[test]
fn a_text_with_mistakes_gives_none() {
    assert!(mutants("rule r { meta: events: $e.a = condition: $e }").is_empty());
    assert!(mutants("").is_empty());
}

#[test]
fn mutant_bytes_max() {
    let text = "rule r { meta: events: $e.a = 1 $e.b = 2 condition: $e }";
    let all = make(text);
    assert_eq!((all.mutants.len(), all.left_out), (4, 0));
    let few = within(text, 3 * text.len() + 60);
    assert_eq!((few.mutants.len(), few.left_out), (3, 1));
    assert_eq!(few.mutants, all.mutants.get(..3).expect("four were made"));
    // A file as large as may be stays within the bound.
    let line = "$e.principal.hostname = \"a\" or $e.principal.hostname = \"b\"\n";
    let large = format!(
        "rule r {{ meta: events: {} condition: $e }}",
        line.repeat(5_000)
    );
    let made = make(&large);
    let bytes: usize = made.mutants.iter().map(|mutant| mutant.text.len()).sum();
    assert!(bytes <= MUTANT_BYTES_MAX);
    assert!(made.left_out > 0 && !made.mutants.is_empty());
}

/// A predicate or a group of them, as events and conditions hold them.
fn expression(leaf: &'static [&'static str]) -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(leaf).prop_map(str::to_owned);
    leaf.prop_recursive(5, 24, 4, |inner| {
        let joined = |word: &'static str, inner: BoxedStrategy<String>| {
            prop::collection::vec(inner, 2..4).prop_map(move |all| all.join(word))
        };
        prop_oneof![
            inner.clone().prop_map(|e| format!("({e})")),
            inner.clone().prop_map(|e| format!("not ({e})")),
            inner.clone().prop_map(|e| format!("not\n  ({e} // why\n)")),
            joined(" and ", inner.clone().boxed()),
            joined("\n  or ", inner.boxed()),
        ]
    })
}

const PREDICATES: &[&str] = &[
    "$e.a = 1",
    "$e.a != \"x\" nocase",
    "re.regex($e.b, `x`) nocase",
    "any $e.c in cidr %l",
    "not $e.c not in %l",
    "$e.d is not null",
    "$ph = $e.a",
    "($e.a + 1) > (2)",
    "if($e.a = 1, 2, 3) = 2",
    "$e.flag",
];

const CONDITIONS: &[&str] = &[
    "$e",
    "!$e",
    "#e > 5",
    "3 <= #f",
    "any of [$e, $f]",
    "$n = 2",
    "not $f",
];

proptest! {
    #[test]
    fn every_mutant_parses_and_differs(
        events in prop::collection::vec(expression(PREDICATES), 1..4),
        condition in expression(CONDITIONS),
        score in expression(PREDICATES),
    ) {
        let text = format!(
            "rule r {{\n  meta:\n  events:\n  {}\n  outcome:\n  $risk_score = if({score}, 2)\n  condition:\n  {condition}\n}}\n",
            events.join("\n  "),
        );
        prop_assume!(yaral_syntax::parse(&text).errors().is_empty());
        let found = mutants(&text);
        prop_assert!(!found.is_empty());
        for (i, mutant) in found.iter().enumerate() {
            prop_assert_ne!(&mutant.text, &text);
            prop_assert!(found.iter().skip(i + 1).all(|other| other.text != mutant.text));
            let errors = yaral_syntax::parse(&mutant.text).errors().to_vec();
            prop_assert!(errors.is_empty(), "{} {}: {:?}\n{}", mutant.kind.as_str(), mutant.predicate, errors, mutant.text);
            prop_assert!(!mutant.predicate.contains('\n') && !mutant.becomes.contains('\n'));
        }
    }
}
