//! The pipeline: inputs in, detections to an observer, counts at the end.
//!
//! [`Scan`] introduces normalizers and engine to each other (decision 15).
//! What it remembers is bounded: one event, one frame, the normalizers' own
//! documented sets, the state of rules over several events with the events
//! that they may name, and counters.

mod clean;
mod evidence;
mod histogram;
mod observer;
mod pipeline;
mod populated;
mod sample;
mod story;
mod summary;
pub(crate) mod unread;

pub use histogram::{Bucket, Histogram};
pub use observer::{Observer, Progress, Reject};
pub use pipeline::{Scan, ScanOptions};
pub use populated::{FieldUse, event_fields};
pub use story::Asked;
pub use summary::{Summary, TimeRange};
pub use unread::reason;
