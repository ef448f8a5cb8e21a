//! The built binary on small inputs: every exit code, every format, hostile
//! logs, closed pipes. Snapshots hold what a person would see.

mod atomics;
#[cfg(test)]
mod bench;
mod check;
mod check_formats;
mod config;
mod convert;
mod coverage;
mod diff;
mod docs;
mod doctor;
mod documents;
mod exits;
#[cfg(test)]
mod explain;
mod fmt;
mod help;
mod hostile;
mod investigation;
mod knowledge;
mod metrics;
mod new;
mod normalize;
mod pack;
mod plan;
mod readme;
mod report;
mod rotated;
mod scan;
mod secrets;
mod suite;
mod suite_corpus;
mod suite_usage;
mod testing;
mod tune;
