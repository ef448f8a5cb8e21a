//! Events as protobuf JSON, in and out.
//!
//! Reading: `read` (entry points, reports) -> `envelope` (finds the events in a document)
//! -> `message` (fields, straight into the arena) -> `leaf` and `free` (values).

mod envelope;
mod free;
mod leaf;
mod message;
mod read;
mod skip;
mod time_parts;
mod write;

pub use read::{ReadError, ReadReport, read_event, read_events};
pub use write::write_event;
