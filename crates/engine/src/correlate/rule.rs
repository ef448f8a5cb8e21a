//! What all evaluations of one correlated rule have in common.

use yaral_ir::correlation::Correlation;
use yaral_ir::plan::{Plan, VariableId};
use yaral_udm::Event;

use super::shape::Shape;
use super::span::Windows;
use crate::eval::Scope;

/// A rule with its layout.
#[derive(Clone, Copy)]
pub(crate) struct Rule<'r> {
    pub(crate) plan: &'r Plan,
    pub(crate) correlation: &'r Correlation,
    pub(crate) shape: &'r Shape,
    pub(crate) windows: Windows,
    pub(crate) empty: &'r Event,
    pub(crate) now: i64,
}

impl<'r> Rule<'r> {
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
