//! The same predicate twice, side by side.

use std::collections::BTreeMap;

use yaral_ir::plan::ExprId;
use yaral_syntax::diagnostic::Diagnostic;

use super::Lint;
use super::subject::{Joined, Subject};
use crate::codes;

pub(super) const LINT: Lint = Lint {
    code: codes::DUPLICATE_PREDICATE,
    find,
};

fn find(subject: &Subject<'_>, found: &mut Vec<Diagnostic>) {
    for (joined, group) in &subject.groups {
        let mut seen: BTreeMap<String, ExprId> = BTreeMap::new();
        for &id in group {
            let first = *seen.entry(subject.plan.quote(id)).or_insert(id);
            // What the compiler adds, such as an entity's validity, has the
            // place of what it belongs to.
            if first == id || subject.span(first) == subject.span(id) {
                continue;
            }
            let word = match joined {
                Joined::And => "`and`",
                Joined::Or => "`or`",
            };
            let message = format!("the same predicate stands on both sides of {word}");
            found.push(
                Diagnostic::note(codes::DUPLICATE_PREDICATE, Some(subject.span(id)), message)
                    .secondary(subject.span(first), "here already")
                    .help("leave one of them out, or write what was meant"),
            );
        }
    }
}
