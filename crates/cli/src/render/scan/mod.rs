//! Detections for people, and the summary of a scan.

mod around;
mod block;
mod explain;
mod facts;
mod summary;
mod tallies;

pub(crate) use block::Blocks;
pub(crate) use summary::summary;
pub(crate) use tallies::Tallies;
