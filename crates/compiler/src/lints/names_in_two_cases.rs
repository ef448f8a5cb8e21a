//! Two variables whose names differ in the case of letters only.

use std::collections::BTreeMap;

use yaral_syntax::diagnostic::{Diagnostic, Span};

use super::Lint;
use super::subject::Subject;
use crate::codes;

pub(super) const LINT: Lint = Lint {
    code: codes::NAMES_IN_TWO_CASES,
    find,
};

fn find(subject: &Subject<'_>, found: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<String, (&str, Span)> = BTreeMap::new();
    let variables = subject
        .variables
        .events
        .iter()
        .chain(&subject.variables.placeholders);
    for (name, span) in variables {
        if let Some((first, at)) = seen.insert(name.to_ascii_lowercase(), (name, *span)) {
            let message = format!("`${name}` and `${first}` are two variables");
            found.push(
                Diagnostic::warning(codes::NAMES_IN_TWO_CASES, Some(*span), message)
                    .secondary(at, "the other is first used here")
                    .help("the case of letters counts in names; write both alike if one is meant"),
            );
        }
    }
}
