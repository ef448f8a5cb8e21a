//! Checked plans and events in, detections out.
//!
//! The data flow: event → rows → surviving rows → outcomes → condition →
//! detection. [`Engine`] is the fast evaluator; [`naive`] is the obviously
//! right one that stays beside it for ever, and every case runs on both.
//!
//! Deliberately absent: rule text (that is `compiler`), log formats (that is
//! `normalize`), and any clock, thread, file, socket or print. Time comes in
//! with the events; whoever calls decides where detections go.

mod context;
pub mod detection;
pub mod explain;
mod knowledge;
pub mod limits;

mod id;

pub mod index;
pub mod naive;

mod eval;
mod rows;
mod totals;
mod zero;

mod correlate;

mod composite;

mod engine;
mod stream;

pub use composite::record;
pub use context::Context;
pub use correlate::codec::StateError;
pub use detection::{Detection, Evidence, Origin, Status};
pub use engine::{Engine, Stats};
pub use explain::{Explanation, Step};
pub use knowledge::{Entity, Forgetful, Knowledge, Recall};
