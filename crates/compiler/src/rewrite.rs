//! The lenient rewrite of an uncorrelated `or` over event variables.
//!
//! Such a rule (several event variables, no `match`) is invalid in Google
//! SecOps, yet its intent is plain where `events` is one `or` whose branches
//! each speak of one event variable and the condition is the `or` of exactly
//! those variables: alert on any one event that fits any branch (yara-l §15).
//! Lenient mode runs the text as written, one branch for each event variable;
//! strict mode refuses it. Nothing here looks at names or texts.

mod split;

use yaral_syntax::ast::{ChainKind, ConditionSection, EventsSection, Expr};
use yaral_syntax::diagnostic::{Diagnostic, Severity, Span};

use crate::codes;
use crate::variables::Variables;

/// A branch: the event variable's position and its predicate.
pub(crate) type Branches = Vec<(usize, Expr)>;

/// The criterion, as a note for rules that do not fit it.
pub(crate) const CRITERION: &str = "by default such a rule runs as separate patterns where `events` is one \
    `or` whose branches each speak of one event variable, and the condition is the `or` of exactly these";

/// The branches of a rule that fits the criterion; each event variable has
/// exactly one.
pub(crate) fn branches(
    events: &EventsSection,
    condition: &ConditionSection,
    variables: &Variables,
) -> Option<Branches> {
    let mut predicates = events.predicates();
    let (only, None) = (predicates.next()?, predicates.next()) else {
        return None;
    };
    let mut branches: Branches = Vec::new();
    for operand in flatten(only) {
        let own = Variables::collect(operand.syntax());
        let [(name, _)] = own.events.as_slice() else {
            return None;
        };
        let variable = variables.event(name)?;
        if !own.placeholders.is_empty() || branches.iter().any(|(known, _)| *known == variable) {
            return None;
        }
        branches.push((variable, operand));
    }
    let mut named: Vec<usize> = Vec::new();
    for term in flatten(condition.expr()?) {
        let Expr::Path(path) = unwrap(term) else {
            return None;
        };
        if path.segments().next().is_some() {
            return None;
        }
        named.push(variables.event(&path.variable()?.text)?);
    }
    named.sort_unstable();
    let all: Vec<usize> = (0..variables.events.len()).collect();
    (named == all && branches.len() == all.len()).then_some(branches)
}

/// The operands of an `or`, through parentheses.
fn flatten(expr: Expr) -> Vec<Expr> {
    match unwrap(expr) {
        Expr::Chain(chain) if chain.kind() == ChainKind::Or => {
            chain.operands().flat_map(flatten).collect()
        }
        other => vec![other],
    }
}

/// An expression without the parentheses around it.
pub(crate) fn unwrap(expr: Expr) -> Expr {
    let mut expr = expr;
    while let Expr::Paren(paren) = &expr {
        match paren.expr() {
            Some(inner) => expr = inner,
            None => break,
        }
    }
    expr
}

/// The three documented rules that such a text violates (yara-l §15, rows 1
/// to 3), and a note on how it runs.
pub(crate) fn violations(
    events: &EventsSection,
    condition: &ConditionSection,
    variables: &Variables,
    strict: bool,
) -> Vec<Diagnostic> {
    let severity = severity(strict);
    let count = variables.events.len();
    let names: Vec<_> = variables
        .events
        .iter()
        .map(|(name, _)| format!("`${name}`"))
        .collect();
    let Some(((first, _), others)) = variables.events.split_first() else {
        return Vec::new();
    };
    let mut needs_match = Diagnostic::new(
        severity,
        codes::NEEDS_MATCH,
        Some(header(events.span())),
        format!("{count} event variables but no `match` section"),
    )
    .label("without `match` a rule judges one event at a time")
    .help("write one rule for each pattern, or one event variable for all of them")
    .fix(split::fix(events, condition, variables));
    for (name, span) in &variables.events {
        needs_match = needs_match.secondary(*span, format!("`${name}` is first used here"));
    }
    let mut unjoined = Diagnostic::new(
        severity,
        codes::UNJOINED,
        others.first().map(|(_, span)| *span),
        format!("event variables are not joined with `${first}`"),
    )
    .label(format!("no equality ties this to `${first}`"))
    .help("every event variable must be tied to the others by equal fields or placeholders");
    for (name, span) in others.iter().skip(1) {
        unjoined = unjoined.secondary(*span, format!("nor this `${name}`"));
    }
    let mut found = vec![needs_match, unjoined];
    if count > OR_VARIABLES_MAX {
        let span = condition.expr().map(|expr| expr.span());
        found.push(
            Diagnostic::new(
                severity,
                codes::CONDITION_OR,
                span,
                format!(
                    "`or` over {count} event variables; Google SecOps allows {OR_VARIABLES_MAX}"
                ),
            )
            .label("an event that fits any one of them fires the rule")
            .with_note("before December 2025 no `or` between event variables was allowed at all"),
        );
    }
    if !strict {
        found.push(
            Diagnostic::note(
                codes::REWRITTEN,
                Some(header(events.span())),
                format!("runs as {count} separate patterns: {}", names.join(", ")),
            )
            .label("one detection for each event that fits any pattern; it names the pattern"),
        );
    }
    found
}

/// How bad it is where Google SecOps refuses a rule that yaral can run.
fn severity(strict: bool) -> Severity {
    if strict {
        Severity::Error
    } else {
        Severity::Warning
    }
}

/// Event variables that `or` may join in a rule's condition since December 2025.
pub(crate) const OR_VARIABLES_MAX: usize = 2;

/// The section's own word.
fn header(span: Span) -> Span {
    Span::new(span.start, span.start + 6)
}
