//! What all evaluations of one correlated rule have in common.

use yaral_ir::correlation::Correlation;
use yaral_ir::plan::{Plan, VariableId};
use yaral_udm::Event;

use super::shape::Shape;
use super::span::Windows;
use super::standing::Standing;
use crate::eval::Scope;

/// A rule with its layout.
#[derive(Clone, Copy)]
pub(crate) struct Rule<'r> {
    pub(crate) plan: &'r Plan,
    pub(crate) correlation: &'r Correlation,
    pub(crate) shape: &'r Shape,
    pub(crate) standing: &'r Standing,
    /// The canonical form of the match values of the partition that is looked
    /// at; empty where a rule's events are kept together.
    pub(crate) form: &'r [u8],
    pub(crate) windows: Windows,
    pub(crate) empty: &'r Event,
    pub(crate) now: i64,
}

impl<'r> Rule<'r> {
    /// The rule, looking at the partition of these match values.
    pub(crate) fn at<'s>(self, form: &'s [u8]) -> Rule<'s>
    where
        'r: 's,
    {
        Rule { form, ..self }
    }

    /// The scope of an expression that reads no event directly.
    pub(crate) fn scope(&self) -> Scope<'r> {
        Scope {
            plan: self.plan,
            event: self.empty,
            bound: VariableId(u16::MAX),
            now: self.plan.semantics.now.unwrap_or(self.now),
            seed: 0,
        }
    }
}
