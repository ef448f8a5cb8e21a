//! What must hold for every text: no panic, the same result each time, a plan
//! or an error, strict no milder than lenient; and a text hash that follows
//! the meaning and not the looks.

#[path = "support/golden.rs"]
mod golden;
#[path = "support/lists.rs"]
mod lists;
#[path = "support/plan_text.rs"]
mod plan_text;
#[path = "support/tables.rs"]
mod tables;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::LazyLock;

use proptest::prelude::*;
use yaral_compiler::{Compiled, Options, compile};
use yaral_ir::correlation::Correlation;
use yaral_ir::plan::{Binding, Expr, ExprId, Plan, VariableId};
use yaral_syntax::{SyntaxElement, SyntaxKind, SyntaxToken, parse};

/// Pieces of predicates, outcomes and conditions.
const PIECES: &[&str] = &[
    "$e",
    "$f",
    "$h",
    "$o",
    "#e",
    "#h",
    "!$e",
    "%hosts",
    "%lab",
    "%none",
    "any",
    "all",
    "not",
    "and",
    "or",
    "in",
    "in cidr",
    "in regex",
    "nocase",
    "is null",
    "of",
    "=",
    "!=",
    "<",
    ">=",
    "+",
    "-",
    "*",
    "/",
    "%",
    "(",
    ")",
    "[",
    "]",
    ",",
    "1",
    "0",
    "2.5",
    "5m",
    "true",
    "null",
    "\"a\"",
    "\"USER_LOGIN\"",
    "/a(b)/",
    "/(/",
    "`x`",
    "$e.metadata.event_type",
    "$e.principal.ip",
    "$f.principal.ip",
    "$e.about.ip",
    "$e.about[0].ip",
    "$e.target.port",
    "$e.network.sent_bytes",
    "$e.principal.hostname",
    "$e.metadata.event_timestamp",
    "$e.additional.fields[\"k\"]",
    "$e.target.labels.key",
    "$e.target.labels[\"k\"]",
    "$e.udm",
    "$e.nothing",
    "$x.graph.entity",
    "$x.graph.entity.hostname",
    "$d.detection.detection.rule_name",
    "$d.detection.detection.variables[\"v\"].string_val",
    "%t.host",
    "%t.port",
    "%t",
    "in %t.range",
    "any $e.principal.ip",
    "$h = $e.principal.hostname",
    "$h = $e.principal.ip",
    "$h = strings.concat($h, $e.principal.hostname)",
    "if(",
    "re.regex(",
    "re.capture(",
    "strings.concat(",
    "strings.split(",
    "arrays.length(",
    "arrays.contains(",
    "count(",
    "max(",
    "array_distinct(",
    "MAX(",
    "net.ip_in_range_cidr(",
    "metrics.x(",
    "[1, \"a\"]",
    "2 of [",
    "window_end",
    "#f",
    "!$f",
    "\n",
];

/// The valid rules of the golden folders.
static RULES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let all = golden::rules("plans")
        .into_iter()
        .chain(golden::rules("diagnostics"));
    all.map(|(_, text)| text).collect()
});

fn options(text: &str, strict: bool) -> Options {
    let files = [("hosts.txt", "web-1"), ("lab.cidr", "10.0.0.0/8")];
    let mut lists = lists::parse(files.map(|(file, text)| (file, text.to_owned())));
    lists.extend(golden::lists_in_comments(text));
    let given = [(
        "t",
        vec!["host:string, range:cidr, path:regex, port:number, ip:string:entity.ip"],
    )];
    let mut tables = tables::parse(given);
    tables.extend(golden::tables_in_comments(text));
    Options {
        strict,
        lists,
        tables,
        ..Options::default()
    }
}

fn shown(compiled: &Compiled) -> String {
    let plans = compiled.rules.iter().filter_map(|rule| rule.plan.as_ref());
    let mut out = String::new();
    for plan in plans {
        let _ = writeln!(out, "{}{:?}", plan_text::print(plan), plan.text_hash);
    }
    let _ = write!(out, "{:?}", compiled.diagnostics);
    out
}

/// What holds for every text.
fn holds(text: &str) {
    let [lenient, strict] = [false, true].map(|strict| {
        let options = options("", strict);
        let compiled = compile(text, &options);
        assert_eq!(
            shown(&compiled),
            shown(&compile(text, &options)),
            "the same each time"
        );
        for found in &compiled.diagnostics {
            let labels = found.labels.iter().map(|label| label.span);
            for span in found.span.into_iter().chain(labels) {
                assert!(span.text(text).is_some(), "{found:?}");
            }
        }
        let refused = compiled.rules.iter().any(|rule| rule.plan.is_none());
        if !compiled.rules.is_empty() {
            assert_eq!(
                refused,
                compiled.has_errors(),
                "{text}\n{:#?}",
                compiled.diagnostics
            );
        }
        nothing_is_dropped(text, &compiled);
        compiled
    });
    if lenient.has_errors() {
        assert!(strict.has_errors(), "{text}");
    }
    for (lenient, strict) in lenient.rules.iter().zip(&strict.rules) {
        let hashes = [lenient, strict].map(|rule| rule.plan.as_ref().map(|plan| plan.text_hash));
        if let [Some(lenient), Some(strict)] = hashes {
            assert_eq!(lenient, strict);
        }
    }
}

/// A plan has every outcome that the rule assigns.
fn nothing_is_dropped(text: &str, compiled: &Compiled) {
    let file = parse(text).file();
    for (rule, made) in file.rules().zip(&compiled.rules) {
        let Some(plan) = &made.plan else { continue };
        let written = rule
            .outcome()
            .map_or(0, |section| section.assignments().count());
        assert_eq!(plan.outcomes.len(), written, "{text}");
        assert_eq!(
            rule.match_().is_some(),
            plan.correlation.is_some(),
            "{text}"
        );
        if let Some(correlation) = &plan.correlation {
            is_sound(plan, correlation);
        }
    }
}

/// What evaluators rely on.
fn is_sound(plan: &Plan, correlation: &Correlation) {
    let count = plan.variables.len();
    assert_eq!(correlation.required.len(), count);
    let branches = plan
        .branches
        .iter()
        .map(|branch| usize::from(branch.variable.0));
    assert!(branches.eq(0..count));
    for branch in &plan.branches {
        for &conjunct in &branch.conjuncts {
            assert!(
                reads(plan, conjunct)
                    .iter()
                    .all(|of| *of == branch.variable)
            );
        }
    }
    for join in &correlation.joins {
        assert!(join.members.is_sorted_by_key(|(variable, _)| *variable));
        let first = join.members.first().map(|(variable, _)| *variable);
        assert!(
            join.members
                .iter()
                .any(|(variable, _)| Some(*variable) != first)
        );
        for (variable, id) in &join.members {
            assert_eq!(reads(plan, *id), [*variable]);
        }
    }
    for cross in &correlation.cross {
        assert!(cross.variables.len() > 1 && cross.variables == reads(plan, cross.test));
    }
    for key in &correlation.keys {
        assert_eq!(key.by.len(), count);
        assert!(key.by.iter().any(Option::is_some));
        for (at, by) in (0_u16..).zip(&key.by) {
            assert!(by.is_none_or(|id| reads(plan, id) == [VariableId(at)]));
        }
    }
    for placeholder in &plan.placeholders {
        for (variable, id) in &placeholder.elsewhere {
            assert_eq!(reads(plan, *id), [*variable]);
            assert_ne!(*variable, placeholder.variable);
        }
    }
    assert!(correlation.window.length_s > 0);
}

/// The event variables that an expression reads, through what placeholders
/// are bound to.
fn reads(plan: &Plan, id: ExprId) -> Vec<VariableId> {
    let mut found = BTreeSet::new();
    let mut open = vec![id];
    while let Some(next) = open.pop() {
        found.extend(plan.node(next).variable());
        if let Expr::Placeholder(which) = &plan.node(next).expr {
            match &plan.placeholders[usize::from(which.0)].binding {
                Binding::To(bound) => open.push(*bound),
                Binding::OneOf(list) => open.extend(list),
            }
        }
        open.extend(plan.operands(next));
    }
    found.into_iter().collect()
}

fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 1..24).prop_map(|pieces| pieces.join(" "))
}

/// Beginnings of calls.
const CALLS: &[&str] = &[
    "if($e.target.port = 1, ",
    "re.regex(",
    "re.capture(",
    "strings.concat(",
    "strings.split(",
    "strings.to_lower(",
    "arrays.length(",
    "arrays.contains(",
    "arrays.index_to_str(",
    "count(",
    "max(",
    "array_distinct(",
    "cast.as_int(",
    "net.ip_in_range_cidr(",
    "hash.sha256(",
    "math.abs(",
    "timestamp.get_hour(",
    "unheard.of(",
];

/// Operands that are more often right than not.
const OPERANDS: &[&str] = &[
    "$e.principal.hostname",
    "$e.principal.ip",
    "any $e.principal.ip",
    "all $e.about.hostname",
    "$e.about[0].ip[1]",
    "$e.about.ip",
    "$f.principal.ip",
    "$f.principal.hostname",
    "$f.target.port",
    "window_start",
    "$e.target.port",
    "$e.network.sent_bytes",
    "$e.metadata.event_type",
    "$e.additional.fields[\"k\"]",
    "$e.target.labels.key",
    "$e.metadata.event_timestamp.seconds",
    "$e.nothing",
    "$e.graph.entity.ip",
    "$x.graph.entity.hostname",
    "$x.graph.entity.ip",
    "any $x.graph.entity.ip",
    "$d.detection.detection.rule_name",
    "$d.detection.detection.outcomes[\"k\"]",
    "$d.detection.detection.variables[\"v\"].int64_val",
    "$d.detection.detection.variables[\"v\"].string_seq.string_vals",
    "%t.host",
    "%t.port",
    "%t.range",
    "%t.path",
    "%t.none",
    "%u.host",
    "$e",
    "$h",
    "$i",
    "$o",
    "\"USER_LOGIN\"",
    "\"a\"",
    "\"\"",
    "`(a)`",
    "1",
    "2.5",
    "true",
    "#e",
    "#h",
];

/// Windows, more often right than not.
const WINDOWS: &[&str] = &[
    "over 5m",
    "by 1h",
    "over 1h before $e",
    "over 1h after $f",
    "over 1h after $x",
    "over 9d",
    ", $i over 5m",
    ", $e over 5m",
    "over 0m",
    "over 99999999999999999999999d",
    "over 9d after $h",
    "by 1h tumbling",
    "over 1h tumbling",
    "over",
    "",
];

fn operand() -> impl Strategy<Value = String> {
    let plain = || prop::sample::select(OPERANDS).prop_map(str::to_owned);
    plain().prop_recursive(2, 6, 2, move |inner| {
        prop_oneof![
            (prop::sample::select(CALLS), inner.clone())
                .prop_map(|(call, one)| format!("{call}{one})")),
            (prop::sample::select(CALLS), inner.clone(), inner.clone())
                .prop_map(|(call, one, two)| format!("{call}{one}, {two})")),
            (
                inner.clone(),
                prop::sample::select(&["+", "-", "*", "/", "%"][..]),
                inner
            )
                .prop_map(|(one, sign, two)| format!("{one} {sign} {two}")),
        ]
    })
}

/// A predicate, a term or a value, which the parser takes more often than soup.
fn phrase() -> impl Strategy<Value = String> {
    let compare = prop::sample::select(&["=", "!=", "<", ">="][..]);
    let lookup = prop::sample::select(
        &[
            "in %hosts",
            "in cidr %lab",
            "in regex %hosts",
            "in %none",
            "in %t.host",
            "in %t.range",
            "in cidr %t.host",
            "in %t.none",
            "= %t.host",
            "= /a(b)/",
        ][..],
    );
    let nocase = prop::sample::select(&["", "", " nocase"][..]);
    prop_oneof![
        (operand(), compare, operand(), nocase)
            .prop_map(|(one, sign, two, end)| format!("{one} {sign} {two}{end}")),
        (operand(), lookup).prop_map(|(one, lookup)| format!("not {one} {lookup}")),
        operand().prop_map(|one| format!("$h = {one}")),
        operand().prop_map(|one| format!("($i = {one} or $i = $e.target.hostname)")),
        operand(),
    ]
}

fn phrases(separator: &'static str) -> impl Strategy<Value = String> {
    prop::collection::vec(phrase(), 1..4).prop_map(move |list| list.join(separator))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn soup_in_every_section(events in soup(), outcome in soup(), condition in soup()) {
        holds(&format!("rule r {{ meta: events: {events} outcome: $o = {outcome} condition: {condition} }}"));
    }

    #[test]
    fn phrases_in_events(events in phrases("\n")) {
        holds(&format!("rule r {{ meta: events: $e.target.port = 1\n{events} condition: $e }}"));
    }

    #[test]
    fn operands_in_outcome(first in operand(), second in operand()) {
        let events = "$e.target.port = 1 $h = $e.principal.ip";
        let outcome = format!("$o = {first}
$p = {second}");
        holds(&format!("rule r {{ meta: events: {events} outcome: {outcome} condition: $e }}"));
    }

    #[test]
    fn phrases_in_condition(condition in phrases(" and ")) {
        let rest = "$e.target.port = 1 $h = $e.principal.ip outcome: $o = 1 condition: $e";
        holds(&format!("rule r {{ meta: events: {rest} and {condition} }}"));
    }

    #[test]
    fn soup_around_match(
        events in soup(), window in prop::sample::select(WINDOWS), outcome in soup(), condition in soup()
    ) {
        holds(&format!(
            "rule r {{ meta: events: $h = $e.principal.ip {events} match: $h {window} outcome: $o = {outcome} \
             condition: $e and {condition} }}"
        ));
    }

    #[test]
    fn phrases_around_match(
        events in phrases("\n"), more in phrases("\n"), window in prop::sample::select(WINDOWS),
        outcome in operand(), condition in phrases(" and ")
    ) {
        let more = more.replace("$e", "$f");
        for condition in ["$e and $f", "$e and !$f", "2 of [$e, $f, $h]", condition.as_str()] {
            holds(&format!(
                "rule r {{ meta: events: $h = $e.principal.ip\n$f.principal.ip = $h\n{events}\n{more} \
                 match: $h {window} outcome: $o = count_distinct({outcome}) condition: {condition} }}"
            ));
        }
    }

    #[test]
    fn mutated_rules(which in any::<prop::sample::Index>(), edits in prop::collection::vec(
        (any::<prop::sample::Index>(), 0..4_u8, prop::sample::select(PIECES)), 1..4,
    )) {
        let mut tokens = tokens(&RULES[which.index(RULES.len())]);
        for (at, kind, piece) in edits {
            let at = at.index(tokens.len());
            match kind {
                0 => drop(tokens.remove(at)),
                1 => tokens.insert(at, format!(" {piece} ")),
                2 => tokens[at] = format!(" {piece} "),
                _ => tokens.swap(at, 0),
            }
            if tokens.is_empty() {
                break;
            }
        }
        holds(&tokens.concat());
    }
}

/// The token texts of a rule, with layout.
fn tokens(text: &str) -> Vec<String> {
    let tree = parse(text).tree();
    let tokens = tree
        .descendants_with_tokens()
        .filter_map(SyntaxElement::into_token);
    tokens.map(|token| token.text().to_owned()).collect()
}

#[test]
fn every_golden_holds() {
    RULES.iter().for_each(|text| holds(text));
}

/// The hashes of the rules of a text, if all compile.
fn hashes(text: &str, options: &Options) -> Option<Vec<[u8; 32]>> {
    let rules = compile(text, options).rules;
    rules
        .iter()
        .map(|rule| rule.plan.as_ref().map(|plan| plan.text_hash))
        .collect()
}

#[test]
fn the_hash_does_not_see_comments_meta_and_layout() {
    let layouts = [" ", "\n", "\n\n\t", " // note\n", " /* note */ "];
    let mut checked = 0;
    for (at, text) in RULES.iter().enumerate() {
        let options = options(text, false);
        let Some(plain) = hashes(text, &options) else {
            continue;
        };
        let tokens: Vec<_> = tokens(text)
            .into_iter()
            .filter(|token| !is_layout(token))
            .collect();
        let layout = layouts[at % layouts.len()];
        // The sign of a list and its name stay together.
        let dressed = tokens.join(layout).replace(&format!("%{layout}"), "%");
        let dressed = dressed.replacen("\"analyst\"", "\"somebody else\"", 1);
        assert_eq!(hashes(&dressed, &options), Some(plain), "{dressed}");
        checked += 1;
    }
    assert!(checked > 40, "{checked} rules compile");
}

fn is_layout(token: &str) -> bool {
    token.trim().is_empty() || token.starts_with("//") || token.starts_with("/*")
}

#[test]
fn the_hash_sees_every_literal_of_a_predicate() {
    let mut checked = 0;
    for text in RULES.iter() {
        let options = options(text, false);
        let Some(plain) = hashes(text, &options) else {
            continue;
        };
        let tree = parse(text).tree();
        let tokens = tree
            .descendants_with_tokens()
            .filter_map(SyntaxElement::into_token);
        for token in tokens.filter(within_predicate) {
            let Some(other) = another(&token) else {
                continue;
            };
            let range = token.text_range();
            let changed = format!(
                "{}{other}{}",
                &text[..range.start().into()],
                &text[range.end().into()..]
            );
            // Some changes, as of an enum value, leave no rule to compare.
            let Some(other) = hashes(&changed, &options) else {
                continue;
            };
            assert_ne!(other, plain, "{changed}");
            checked += 1;
        }
    }
    assert!(checked > 100, "{checked} literals were changed");
}

fn within_predicate(token: &SyntaxToken) -> bool {
    token
        .parent_ancestors()
        .any(|node| node.kind() == SyntaxKind::EventsSection)
}

/// Another literal of the same kind.
fn another(token: &SyntaxToken) -> Option<String> {
    let text = token.text();
    let other = match text.chars().next()? {
        quote @ ('"' | '`') => format!("{quote}changed{quote}"),
        '/' if text.len() > 2 && text.ends_with('/') && !text.starts_with("/*") => {
            "/changed/".to_owned()
        }
        digit if digit.is_ascii_digit() => "7".to_owned(),
        _ => return None,
    };
    (other != text).then_some(other)
}
