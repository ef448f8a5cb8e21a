//! The two evaluators against each other, on random rules and events.
//!
//! A seed stands for a pair of rule and events, the same on every machine. The
//! rule is text that the compiler reads; the events lie on the edges of its
//! windows. The fast engine sees them in several orders, with watermarks, with
//! events that come too late, and cut into pieces that are resumed from saved
//! state; every time it must find what the naive evaluator finds in the events
//! that were not late. docs/differential.md says how to read a divergence.

pub mod build;
pub mod check;
pub mod composite;
pub mod coverage;
pub mod dice;
pub mod drive;
pub mod fast;
pub mod fields;
pub mod joins;
pub mod known;
pub mod pair;
pub mod predicate;
pub mod record;
pub mod rule;
pub mod script;
pub mod shrink;
pub mod standing;
pub mod stream;

mod command;
mod condition;
mod outcome;

#[cfg(test)]
mod stub;
#[cfg(test)]
mod tests;

pub use command::run;
