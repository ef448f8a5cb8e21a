//! Correlated rules on the naive evaluator: small scenarios, each worked out
//! by hand from what the rule says.

mod joins;
mod outcomes;
mod suppression;
mod timeline;
mod windows;
