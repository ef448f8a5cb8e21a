//! A placeholder that is bound and never used.

use std::collections::BTreeMap;

use yaral_syntax::ast::{Count, Path};
use yaral_syntax::diagnostic::Diagnostic;

use super::Lint;
use super::subject::Subject;
use crate::codes;

pub(super) const LINT: Lint = Lint {
    code: codes::UNUSED_PLACEHOLDER,
    find,
};

fn find(subject: &Subject<'_>, found: &mut Vec<Diagnostic>) {
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for node in subject.rule.syntax().descendants() {
        let name = match Path::cast(node.clone()) {
            Some(path) => path.variable(),
            None => Count::cast(node).and_then(|count| count.name()),
        };
        if let Some(name) = name {
            *uses.entry(name.text).or_default() += 1;
        }
    }
    for (name, span) in &subject.variables.placeholders {
        if uses.get(name) == Some(&1) {
            let message = format!("`${name}` is bound and never used");
            found.push(
                Diagnostic::note(codes::UNUSED_PLACEHOLDER, Some(*span), message).help(
                    "use it in `match`, `outcome` or another predicate, or leave the line out",
                ),
            );
        }
    }
}
