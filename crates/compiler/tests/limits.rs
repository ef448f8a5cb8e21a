//! The limits that the compiler enforces: at each the rule is fine, one
//! beyond it yields the coded diagnostic.

#[path = "support/lists.rs"]
mod lists;
#[path = "support/tables.rs"]
mod tables;

use std::fmt::Write;

use yaral_compiler::{Compiled, Options, codes, compile};
use yaral_ir::limits::{
    CALL_DEPTH_MAX, COMPOSITE_WINDOW_MAX_S, EXPRESSIONS_MAX, GRAPH_EDITS_MAX, LIST_CIDR_USES_MAX,
    LIST_REGEX_USES_MAX, LIST_USES_MAX, OUTCOMES_MAX, SPAN_MAX_S, TABLE_JOINS_MAX, WINDOW_MAX_S,
    WINDOW_MIN_S,
};
use yaral_syntax::DIAGNOSTICS_MAX;
use yaral_syntax::diagnostic::{Code, Severity};
use yaral_udm::{FieldKind, MessageId};

/// Axes of one event variable, as `lower::path` has it.
const AXES_MAX: usize = 64;
/// Event variables of a rule, as `variables` has it.
const EVENT_VARIABLES_MAX: usize = 256;
/// Placeholders of a rule, as `variables` has it.
const PLACEHOLDERS_MAX: usize = 1_024;
/// Levels of an expression, as `lower` has it.
const EXPRESSION_DEPTH_MAX: usize = 512;
/// Regular expressions of a rule, as `lower::compare` has it.
const PATTERNS_MAX: usize = 512;
/// Literals of a need, as `needs` has it.
const LITERALS_MAX: usize = 256;
/// Outcome variables that are read at all, as `outcome` has it.
const ASSIGNMENTS_MAX: usize = 1_024;

fn rule(events: &str, outcome: &str, condition: &str) -> String {
    let outcome = if outcome.is_empty() {
        String::new()
    } else {
        format!("outcome:\n{outcome}\n")
    };
    format!("rule r {{\nmeta:\nevents:\n{events}\n{outcome}condition:\n{condition}\n}}\n")
}

fn run(text: &str, strict: bool) -> Compiled {
    let files = [
        ("exact.txt", "a"),
        ("patterns.regex", "a"),
        ("ranges.cidr", "10.0.0.0/8"),
    ];
    let lists = lists::parse(files.map(|(file, text)| (file, text.to_owned())));
    let tables = tables::parse([("t", vec!["host:string, port:number"])]);
    compile(
        text,
        &Options {
            strict,
            lists,
            tables,
            ..Options::default()
        },
    )
}

/// Nothing of this code, and a plan.
fn fine(text: &str, code: Code) {
    for strict in [false, true] {
        let compiled = run(text, strict);
        assert!(
            compiled.diagnostics.iter().all(|found| found.code != code),
            "{:#?}",
            compiled.diagnostics
        );
        assert!(
            compiled.rules[0].plan.is_some(),
            "{:#?}",
            compiled.diagnostics
        );
    }
}

/// One diagnostic of this code, by default and under `--strict`; a plan only
/// where it is a warning.
fn beyond(text: &str, code: Code, by_default: Severity) {
    for (strict, severity) in [(false, by_default), (true, Severity::Error)] {
        let compiled = run(text, strict);
        let found: Vec<_> = compiled
            .diagnostics
            .iter()
            .map(|found| (found.code, found.severity))
            .collect();
        assert_eq!(found, [(code, severity)]);
        assert_eq!(
            compiled.rules[0].plan.is_some(),
            severity != Severity::Error
        );
    }
}

fn outcomes(count: usize) -> String {
    let lines: String = (0..count).fold(String::new(), |mut text, at| {
        let _ = writeln!(text, "$o{at} = {at}");
        text
    });
    rule("$e.target.port = 22", &lines, "$e")
}

#[test]
fn outcomes_max() {
    fine(&outcomes(OUTCOMES_MAX), codes::TOO_MANY_OUTCOMES);
    beyond(
        &outcomes(OUTCOMES_MAX + 1),
        codes::TOO_MANY_OUTCOMES,
        Severity::Warning,
    );
}

#[test]
fn assignments_max() {
    let found = run(&outcomes(ASSIGNMENTS_MAX), false);
    assert!(found.rules[0].plan.is_some());
    let found = run(&outcomes(ASSIGNMENTS_MAX + 1), false);
    let errors: Vec<_> = found
        .diagnostics
        .iter()
        .filter(|one| one.is_error())
        .map(|one| one.code)
        .collect();
    assert_eq!(errors, [codes::RULE_TOO_LARGE]);
}

#[test]
fn call_depth_max() {
    let calls = |depth: usize| {
        let (open, close) = ("strings.to_lower(".repeat(depth), ")".repeat(depth));
        rule(
            &format!("{open}$e.principal.hostname{close} = \"a\""),
            "",
            "$e",
        )
    };
    fine(&calls(CALL_DEPTH_MAX), codes::CALLS_TOO_DEEP);
    beyond(
        &calls(CALL_DEPTH_MAX + 1),
        codes::CALLS_TOO_DEEP,
        Severity::Warning,
    );
}

#[test]
fn call_depth_counts_if_as_well() {
    let calls = |depth: usize| {
        let ifs = "if($e.target.port = 1, 1, ".repeat(depth);
        rule(&format!("{ifs}0{} = 1", ")".repeat(depth)), "", "$e")
    };
    fine(&calls(CALL_DEPTH_MAX), codes::CALLS_TOO_DEEP);
    beyond(
        &calls(CALL_DEPTH_MAX + 1),
        codes::CALLS_TOO_DEEP,
        Severity::Warning,
    );
}

#[test]
fn call_depth_begins_anew_after_a_mistake() {
    let mistaken = "strings.to_lower($e.principal.hostnam) = \"a\"\n".repeat(CALL_DEPTH_MAX + 1);
    let found = run(&rule(&mistaken, "", "$e"), true);
    assert!(
        found
            .diagnostics
            .iter()
            .all(|one| one.code == codes::UNKNOWN_FIELD)
    );
}

fn uses(exact: usize, regex: usize, cidr: usize) -> String {
    let lines = [
        "$e.principal.hostname in %exact\n".repeat(exact),
        "$e.principal.hostname in regex %patterns\n".repeat(regex),
        "$e.principal.ip in cidr %ranges\n".repeat(cidr),
    ];
    rule(&lines.concat(), "", "$e")
}

#[test]
fn list_uses_max() {
    fine(&uses(LIST_USES_MAX, 0, 0), codes::TOO_MANY_LIST_USES);
    beyond(
        &uses(LIST_USES_MAX + 1, 0, 0),
        codes::TOO_MANY_LIST_USES,
        Severity::Warning,
    );
}

#[test]
fn list_uses_max_counts_all_kinds() {
    let rest = LIST_USES_MAX - LIST_REGEX_USES_MAX;
    fine(
        &uses(rest, LIST_REGEX_USES_MAX, 0),
        codes::TOO_MANY_LIST_USES,
    );
    beyond(
        &uses(rest + 1, LIST_REGEX_USES_MAX, 0),
        codes::TOO_MANY_LIST_USES,
        Severity::Warning,
    );
}

#[test]
fn list_regex_uses_max() {
    fine(&uses(0, LIST_REGEX_USES_MAX, 0), codes::TOO_MANY_LIST_USES);
    beyond(
        &uses(0, LIST_REGEX_USES_MAX + 1, 0),
        codes::TOO_MANY_LIST_USES,
        Severity::Warning,
    );
}

#[test]
fn list_cidr_uses_max() {
    fine(&uses(0, 0, LIST_CIDR_USES_MAX), codes::TOO_MANY_LIST_USES);
    beyond(
        &uses(0, 0, LIST_CIDR_USES_MAX + 1),
        codes::TOO_MANY_LIST_USES,
        Severity::Warning,
    );
}

#[test]
fn expressions_max() {
    // Each comparison is three expressions, the `or` around them one more,
    // and the condition `$e` three.
    let comparisons = (EXPRESSIONS_MAX - 4) / 3;
    assert_eq!(comparisons * 3 + 4, EXPRESSIONS_MAX);
    let text = |count: usize| rule(&vec!["$e.target.port = 1"; count].join(" or "), "", "$e");
    let found = run(&text(comparisons), false);
    let plan = found.rules[0]
        .plan
        .as_ref()
        .expect("at the limit the rule is fine");
    assert_eq!(plan.exprs.len(), EXPRESSIONS_MAX);
    let found = run(&text(comparisons + 1), false);
    let codes: Vec<_> = found.diagnostics.iter().map(|one| one.code).collect();
    assert_eq!(codes, [codes::RULE_TOO_LARGE]);
    assert!(found.rules[0].plan.is_none());
}

/// Paths of so many repeated fields that stand below no other.
fn repeated(count: usize) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![(MessageId::UDM, String::new())];
    while let Some((message, path)) = open.pop() {
        for field in message.fields() {
            let path = format!("{path}.{}", field.name());
            match field.kind() {
                FieldKind::Message(below) if !field.repeated() && path.matches('.').count() < 4 => {
                    open.push((below, path));
                }
                FieldKind::String if field.repeated() => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    found.truncate(count);
    found
}

#[test]
fn axes_max() {
    let paths = repeated(AXES_MAX + 1);
    assert_eq!(paths.len(), AXES_MAX + 1);
    let text = |count: usize| {
        let lines: Vec<_> = paths[..count]
            .iter()
            .map(|path| format!("$e{path} = \"a\""))
            .collect();
        rule(&lines.join("\n"), "", "$e")
    };
    let found = run(&text(AXES_MAX), false);
    let plan = found.rules[0]
        .plan
        .as_ref()
        .expect("at the limit the rule is fine");
    assert_eq!(plan.variables[0].axes.len(), AXES_MAX);
    let found = run(&text(AXES_MAX + 1), false);
    let errors: Vec<_> = found
        .diagnostics
        .iter()
        .filter(|one| one.is_error())
        .map(|one| one.code)
        .collect();
    assert_eq!(errors, [codes::RULE_TOO_LARGE]);
}

#[test]
fn event_variables_max() {
    let text = |count: usize| {
        let branches: Vec<_> = (0..count)
            .map(|at| format!("$v{at}.target.port = {at}"))
            .collect();
        let names: Vec<_> = (0..count).map(|at| format!("$v{at}")).collect();
        rule(&branches.join(" or "), "", &names.join(" or "))
    };
    let found = run(&text(EVENT_VARIABLES_MAX), false);
    assert!(
        found.rules[0].plan.is_some(),
        "{:#?}",
        found.diagnostics.last()
    );
    beyond(
        &text(EVENT_VARIABLES_MAX + 1),
        codes::RULE_TOO_LARGE,
        Severity::Error,
    );
}

#[test]
fn placeholders_max() {
    let text = |count: usize| {
        let lines: Vec<_> = (0..count)
            .map(|at| format!("$p{at} = $e.principal.hostname"))
            .collect();
        rule(&lines.join("\n"), "", "$e")
    };
    fine(&text(PLACEHOLDERS_MAX), codes::RULE_TOO_LARGE);
    beyond(
        &text(PLACEHOLDERS_MAX + 1),
        codes::RULE_TOO_LARGE,
        Severity::Error,
    );
}

#[test]
fn patterns_max() {
    let text = |count: usize| {
        let half = "re.regex($e.principal.hostname, `a`)\n".repeat(count / 2);
        let rest = "$e.principal.hostname = /a/\n".repeat(count - count / 2);
        rule(&(half + &rest), "", "$e")
    };
    fine(&text(PATTERNS_MAX), codes::RULE_TOO_LARGE);
    beyond(
        &text(PATTERNS_MAX + 1),
        codes::RULE_TOO_LARGE,
        Severity::Error,
    );
    beyond(
        &text(PATTERNS_MAX * 4),
        codes::RULE_TOO_LARGE,
        Severity::Error,
    );
}

/// Placeholders of which each is bound through the next, which adds two levels.
fn chain(count: usize) -> String {
    let lines: Vec<_> = (1..count)
        .map(|at| format!("$p{at} = strings.concat($p{}, $e.target.hostname)", at + 1))
        .collect();
    rule(
        &format!("{}\n$p{count} = $e.principal.hostname", lines.join("\n")),
        "",
        "$e",
    )
}

#[test]
fn expression_depth_max_of_a_sum() {
    let sum = |terms: usize| {
        let terms = vec!["$e.target.port"; terms].join(" + ");
        // The comparison is a level of its own.
        rule(&format!("{terms} > 1"), "", "$e")
    };
    fine(&sum(EXPRESSION_DEPTH_MAX - 1), codes::RULE_TOO_LARGE);
    beyond(
        &sum(EXPRESSION_DEPTH_MAX),
        codes::RULE_TOO_LARGE,
        Severity::Error,
    );
    beyond(&sum(20_000), codes::RULE_TOO_LARGE, Severity::Error);
}

#[test]
fn expression_depth_max_of_placeholders() {
    fine(&chain(EXPRESSION_DEPTH_MAX / 2), codes::RULE_TOO_LARGE);
    beyond(
        &chain(EXPRESSION_DEPTH_MAX / 2 + 1),
        codes::RULE_TOO_LARGE,
        Severity::Error,
    );
}

#[test]
fn expression_depth_max_of_a_count_in_the_condition() {
    let text = |count: usize| {
        rule(
            "$e.target.port = 1",
            "",
            &format!("1 of [{}]", vec!["$e"; count].join(", ")),
        )
    };
    fine(&text(100), codes::RULE_TOO_LARGE);
    beyond(
        &text(EXPRESSION_DEPTH_MAX),
        codes::RULE_TOO_LARGE,
        Severity::Error,
    );
}

#[test]
fn no_rule_needs_much_stack() {
    let (open, close) = ("strings.to_lower(".repeat(120), ")".repeat(120));
    let lines: Vec<_> = (1..400)
        .map(|at| {
            format!(
                "$p{at} = {open}strings.concat($p{}, $e.target.hostname){close}",
                at + 1
            )
        })
        .collect();
    let last = format!("$p400 = {open}$e.principal.hostname{close}");
    let text = rule(&format!("{}\n{last}", lines.join("\n")), "", "$e");
    let small = std::thread::Builder::new().stack_size(1 << 20);
    let compiled = small
        .spawn(move || run(&text, false))
        .expect("a thread starts")
        .join();
    let compiled = compiled.expect("it does not panic");
    assert!(
        compiled
            .diagnostics
            .iter()
            .any(|found| found.code == codes::RULE_TOO_LARGE)
    );
}

#[test]
fn need_literals_max() {
    let needs = |count: usize| {
        let equal = |at| format!("$e.principal.hostname = \"host{at}\"");
        let events: Vec<String> = (0..count).map(equal).collect();
        let found = run(&rule(&events.join(" or "), "", "$e"), false);
        let plan = found.rules[0].plan.as_ref().expect("the rule compiles");
        plan.needs.iter().map(Vec::len).sum::<usize>()
    };
    assert_eq!(needs(LITERALS_MAX), 1);
    assert_eq!(needs(LITERALS_MAX + 1), 0);
}

#[test]
fn diagnostics_max() {
    let text = |count: usize| rule(&"$e.principal.hostnam = \"a\"\n".repeat(count), "", "$e");
    assert_eq!(
        run(&text(DIAGNOSTICS_MAX), false).diagnostics.len(),
        DIAGNOSTICS_MAX
    );
    assert_eq!(
        run(&text(DIAGNOSTICS_MAX * 5), false).diagnostics.len(),
        DIAGNOSTICS_MAX
    );
}

#[test]
fn an_error_behind_many_notes_is_still_reported() {
    let notes = "$e.principal.process.parent_pid = \"1\"\n".repeat(DIAGNOSTICS_MAX + 1);
    let found = run(
        &rule(&format!("{notes}$e.target.port = \"22\""), "", "$e"),
        false,
    );
    assert!(found.has_errors());
    assert!(found.rules[0].plan.is_none());
}

fn window(length: &str, suppression: &str) -> String {
    format!(
        "rule r {{ meta: events: $h = $e.principal.hostname match: $h over {length} condition: $e \
         options: suppression_window = {suppression} }}"
    )
}

#[test]
fn window_min_s_and_window_max_s() {
    let with = |seconds: i64| window(&format!("{seconds}s"), "0");
    for good in [WINDOW_MIN_S, WINDOW_MAX_S] {
        fine(&with(good), codes::WINDOW_LENGTH);
    }
    for bad in [WINDOW_MIN_S - 1, WINDOW_MAX_S + 1] {
        beyond(&with(bad), codes::WINDOW_LENGTH, Severity::Warning);
    }
}

#[test]
fn span_max_s() {
    let plan = |text: &str| run(text, false).rules[0].plan.is_some();
    let (longest, longer) = (format!("{SPAN_MAX_S}s"), format!("{}s", SPAN_MAX_S + 1));
    assert!(plan(&window(&longest, &longest)));
    beyond(&window(&longer, "0"), codes::BAD_WINDOW, Severity::Error);
    beyond(&window("1h", &longer), codes::BAD_OPTION, Severity::Error);
}

#[test]
fn table_joins_max() {
    let with = |count: usize| {
        let more = "$e.target.port != %t.port\n".repeat(count - 1);
        // Filters of the table are no comparisons with an event.
        let events =
            format!("$h = $e.principal.hostname\n$h = %t.host\n{more}%t.port > 5\n%t.port < 9");
        format!("rule r {{ meta: events: {events} match: $h over 1h condition: $e }}")
    };
    fine(&with(TABLE_JOINS_MAX), codes::TOO_MANY_TABLE_JOINS);
    beyond(
        &with(TABLE_JOINS_MAX + 1),
        codes::TOO_MANY_TABLE_JOINS,
        Severity::Warning,
    );
}

#[test]
fn graph_edits_max() {
    let with = |count: usize| {
        let of = |form: fn(usize) -> String| (0..count).map(form).collect::<String>();
        let edits = of(|at| format!("graph_exclude($g{at}.graph.entity.hostname = %t.host)\n"));
        let events = of(|at| format!("$g{at}.graph.entity.hostname = $h\n"));
        let condition = of(|at| format!(" and $g{at}"));
        format!(
            "rule r {{ meta: setup: {edits} events: $h = $e.principal.hostname\n{events} \
             match: $h over 1h condition: $e{condition} }}"
        )
    };
    fine(&with(GRAPH_EDITS_MAX), codes::TOO_MANY_GRAPH_EDITS);
    beyond(
        &with(GRAPH_EDITS_MAX + 1),
        codes::TOO_MANY_GRAPH_EDITS,
        Severity::Warning,
    );
}

#[test]
fn composite_window_max_s() {
    let with = |seconds: i64| {
        format!(
            "rule r {{ meta: events: $h = $d.detection.detection.rule_name \
             match: $h over {seconds}s condition: #d > 3 }}"
        )
    };
    fine(&with(COMPOSITE_WINDOW_MAX_S), codes::COMPOSITE_WINDOW);
    let longer = with(COMPOSITE_WINDOW_MAX_S + 1);
    // One finding, though no window at all may be so long.
    beyond(&longer, codes::COMPOSITE_WINDOW, Severity::Warning);
}

/// Each names the one before it twice: whoever follows the names each time
/// does not come back.
#[test]
fn names_that_double_are_looked_at_once() {
    let mut outcomes = "$o0 = count($e.metadata.id)\n".to_owned();
    for at in 1..ASSIGNMENTS_MAX {
        let _ = writeln!(outcomes, "$o{at} = $o{0} + $o{0}", at - 1);
    }
    let mut events = "$f.principal.hostname = $p0\n$p0 = $e.principal.hostname\n".to_owned();
    for at in 1..120 {
        let (before, field) = (at - 1, "$e.target.hostname");
        let _ = writeln!(
            events,
            "$p{at} = if({field} = \"\", $p{before}, $p{before})"
        );
    }
    let _ = writeln!(events, "$p119 = $f.target.hostname");
    let text = format!(
        "rule r {{ meta: events: {events} match: $p0 over 1h outcome: {outcomes} \
         condition: $e and $f and $o{} > 5 }}",
        ASSIGNMENTS_MAX - 1
    );
    let plan = run(&text, false).rules[0].plan.clone();
    let correlation = plan.and_then(|plan| plan.correlation);
    assert!(correlation.is_some_and(|correlation| correlation.monotone));
    let events = events.replace("$f", "$e");
    let options = Options {
        semantics: yaral_ir::semantics::Semantics {
            function_placeholder_scalar: false,
            ..yaral_ir::semantics::Semantics::default()
        },
        ..Options::default()
    };
    let compiled = compile(&rule(&events, "$o = $p119", "$e"), &options);
    assert!(compiled.rules[0].plan.is_some());
}
