//! The `outcome` section.
//!
//! Outcome variables are defined before they are used, at most twenty of
//! them. Without `match` only what is repeated must be aggregated (yara-l §5).

use yaral_ir::limits::OUTCOMES_MAX;
use yaral_ir::plan::Outcome;
use yaral_ir::types::{Elem, Type};
use yaral_syntax::ast::OutcomeSection;
use yaral_syntax::diagnostic::Diagnostic;

use crate::codes;
use crate::lower::{Lower, Place};

/// Outcome variables that are read at all. Our choice; Google SecOps stops at
/// twenty, which is only warned of.
const ASSIGNMENTS_MAX: usize = 1_024;

impl Lower<'_> {
    /// Lowers the section; variables with mistakes are left out.
    pub(crate) fn outcomes(&mut self, section: &OutcomeSection) -> Vec<Outcome> {
        self.place = Place::Outcome;
        let mut made = Vec::new();
        for (index, assignment) in section.assignments().enumerate() {
            let (Some(name), Some(expr)) = (assignment.name(), assignment.expr()) else {
                continue;
            };
            if index == ASSIGNMENTS_MAX {
                let message = format!("the rule has more than {ASSIGNMENTS_MAX} outcome variables");
                self.report(Diagnostic::error(
                    codes::RULE_TOO_LARGE,
                    Some(name.span),
                    message,
                ));
                break;
            }
            if index == OUTCOMES_MAX {
                let message =
                    format!("Google SecOps allows {OUTCOMES_MAX} outcome variables in a rule");
                let found = Diagnostic::new(
                    self.validity(),
                    codes::TOO_MANY_OUTCOMES,
                    Some(name.span),
                    message,
                );
                self.report(found);
            }
            if let Some(what) = self.named(&name.text) {
                let message = format!("`${}` is already the name of {what}", name.text);
                self.report(Diagnostic::error(
                    codes::DUPLICATE_NAME,
                    Some(name.span),
                    message,
                ));
                continue;
            }
            let lowered = self.value(&expr);
            if let Some(span) = self.take_quantifiers() {
                let message = "`any` and `all` stand in the `events` section only";
                self.report(Diagnostic::error(
                    codes::BAD_QUANTIFIER,
                    Some(span),
                    message,
                ));
                self.outcomes.push((name.text, None));
                continue;
            }
            if let Some(ty) = lowered.map(|expr| self.ty(expr))
                && matches!(ty, Type::Bool | Type::List(Elem::Bool))
            {
                self.refused_there(
                    codes::OUTCOME_TYPE,
                    expr.span(),
                    "an outcome is a number, text or a list of these in Google SecOps",
                    "make a number of it: `if(…, 1, 0)`",
                );
            }
            self.outcomes
                .push((name.text.clone(), lowered.map(|expr| self.ty(expr))));
            if let Some(expr) = lowered {
                made.push(Outcome {
                    name: name.text,
                    expr,
                });
            }
        }
        made
    }

    /// What else of the rule has this name.
    fn named(&self, name: &str) -> Option<&'static str> {
        if self.variables.event(name).is_some() {
            Some("an event variable")
        } else if self.variables.placeholder(name).is_some() {
            Some("a placeholder")
        } else {
            let twice = self.outcomes.iter().any(|(known, _)| known == name);
            twice.then_some("another outcome variable")
        }
    }
}
