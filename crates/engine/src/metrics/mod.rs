//! Metrics of the engine's own: counts of events by period (yara-l §11).
//!
//! The data flow: the rules' series → [`MetricCollector`], which sees events →
//! [`MetricStore`], which holds what was counted → merged with what earlier
//! runs counted → asked by rules as [`yaral_ir::metrics::Metrics`]. What a
//! store of a run counts does not depend on the order of its events, and two
//! merged are what one of both would be, as long as no limit is hit.

mod collector;
mod counter;
mod store;

pub use collector::MetricCollector;
pub use store::{Cell, MetricStore};
