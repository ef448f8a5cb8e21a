//! Finds constructs that this version does not run.
//!
//! A rule that uses one is refused with a single diagnostic that names it,
//! and nothing else is said about the rule: a correct rule must not look
//! wrong because its engine is young.

use yaral_ir::{aggregates, functions};
use yaral_syntax::SyntaxNode;
use yaral_syntax::ast::{Call, Rule};
use yaral_syntax::diagnostic::{Diagnostic, Span};

use crate::codes;

/// The first construct in the rule that this version does not run.
pub(crate) fn refused(rule: &Rule) -> Option<Diagnostic> {
    rule.syntax().descendants().find_map(|node| in_node(&node))
}

fn in_node(node: &SyntaxNode) -> Option<Diagnostic> {
    let call = Call::cast(node.clone())?;
    let name = call.name()?.text;
    let missing = functions::why_missing(&name).or_else(|| {
        let mut later = aggregates::later().iter();
        later
            .find(|(known, _)| *known == name)
            .map(|(_, missing)| *missing)
    })?;
    let span = call.name_span().unwrap_or(call.span());
    Some(refuse(span, &format!("the function `{name}`")).with_note(missing))
}

fn refuse(span: Span, construct: &str) -> Diagnostic {
    Diagnostic::error(
        codes::NOT_YET,
        Some(span),
        format!("this version does not run {construct}"),
    )
    .label("used here")
    .help("the rule is not wrong for it; `yaral docs E0901` lists what is to come")
}
