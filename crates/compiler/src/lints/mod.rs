//! Lints: what a rule that compiles probably does not mean.
//!
//! One file for each lint and one line in the lists below. A lint reads the
//! checked plan, so that it speaks of what a rule does and not of how it is
//! spelt, and takes time in proportion to the rule. It warns or remarks and
//! never refuses. What is true of good rules too, such as advice on speed, is
//! in `OPTIONAL` and looked for only if it is asked for.

mod bad_range;
mod constant;
mod contradiction;
mod count_of_rows;
mod duplicate;
mod event_type;
mod folded_case;
mod letterless_nocase;
mod names_in_two_cases;
mod negated_repeated;
mod pattern_always;
mod pattern_edges;
mod pattern_never;
mod plain_pattern;
mod score_of_text;
mod subject;
mod unused_placeholder;

use yaral_ir::plan::Plan;
use yaral_syntax::DIAGNOSTICS_MAX;
use yaral_syntax::ast::Rule;
use yaral_syntax::diagnostic::{Code, Diagnostic};

use crate::variables::Variables;
use subject::Subject;

/// One lint.
struct Lint {
    /// The code of what it finds.
    code: Code,
    /// Looks for it.
    find: fn(&Subject<'_>, &mut Vec<Diagnostic>),
}

/// What is looked for in every rule.
const ALWAYS: &[Lint] = &[
    contradiction::LINT,
    folded_case::LINT,
    pattern_always::LINT,
    pattern_never::LINT,
    bad_range::LINT,
    score_of_text::LINT,
    constant::LINT,
    names_in_two_cases::LINT,
    negated_repeated::LINT,
    count_of_rows::LINT,
    duplicate::LINT,
];

/// What is looked for if it is asked for.
const OPTIONAL: &[Lint] = &[
    unused_placeholder::LINT,
    event_type::LINT,
    pattern_edges::LINT,
    letterless_nocase::LINT,
    plain_pattern::LINT,
];

/// Whether a code belongs to a lint that is looked for only if it is asked for
/// with [`crate::Options::optional_lints`].
#[must_use]
pub fn is_optional(code: &str) -> bool {
    OPTIONAL.iter().any(|lint| lint.code.0 == code)
}

/// What all lints have to say about a rule.
pub(crate) fn run(
    rule: &Rule,
    plan: &Plan,
    variables: &Variables,
    optional: bool,
) -> Vec<Diagnostic> {
    let subject = Subject::new(rule, plan, variables);
    let mut found = Vec::new();
    let lists = [ALWAYS, if optional { OPTIONAL } else { &[] }];
    for lint in lists.into_iter().flatten() {
        (lint.find)(&subject, &mut found);
        found.truncate(DIAGNOSTICS_MAX);
    }
    // What a placeholder stands for is laid out where it is bound and where it
    // is used, and is one finding.
    found.sort_by_key(|one| (one.span, one.code));
    found.dedup_by_key(|one| (one.span, one.code));
    found
}
