//! An event variable of which no event type is asked.

use yaral_ir::plan::Expr;
use yaral_syntax::diagnostic::Diagnostic;

use super::Lint;
use super::subject::Subject;
use crate::codes;

pub(super) const LINT: Lint = Lint {
    code: codes::NO_EVENT_TYPE,
    find,
};

fn find(subject: &Subject<'_>, found: &mut Vec<Diagnostic>) {
    let mut asked = vec![false; subject.plan.variables.len()];
    for atom in subject.atoms.iter().filter(|atom| !atom.negated) {
        for node in subject.within(atom.id) {
            if let Expr::Field(field) = &node.expr
                && let [.., message, last] = &*field.steps
                && (message.name(), last.name()) == ("metadata", "event_type")
                && let Some(asked) = asked.get_mut(usize::from(field.variable.0))
            {
                *asked = true;
            }
        }
    }
    for ((name, span), _) in subject
        .variables
        .events
        .iter()
        .zip(asked)
        .filter(|(_, asked)| !asked)
    {
        let message = format!("no event type is asked of `${name}`, so every event is looked at");
        found.push(
            Diagnostic::note(codes::NO_EVENT_TYPE, Some(*span), message)
                .help(format!("begin with `${name}.metadata.event_type = \"…\"`, which also says what the rule is about")),
        );
    }
}
