//! How results look: one file for each format, one line each in a list.
//!
//! Encodings of detections that machines read live in `runtime`; what is here
//! is made for people, or for whoever reads diagnostics.

pub(crate) mod layout;
pub(crate) mod style;
pub(crate) mod workflow;

pub(crate) mod check;
pub(crate) mod plan;
pub(crate) mod scan;
pub(crate) mod story;
pub(crate) mod test;
pub(crate) mod tune;

pub(crate) mod convert;
pub(crate) mod coverage;
pub(crate) mod diff;
pub(crate) mod diff_detections;
pub(crate) mod doctor;
pub(crate) mod document;
pub(crate) mod event;
pub(crate) mod html;
pub(crate) mod skipped;
