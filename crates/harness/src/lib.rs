//! Compares what rules should detect with what they do detect.
//!
//! The data flow: page of the executable spec → [`Case`]s → rule and
//! [`Timeline`] → [`run`](run::run) on the naive evaluator and on the fast
//! one in every way of driving it → one text of detections, or what they
//! disagree in. A page is Markdown that people read (spec/README.md has its
//! form); the examples in it are the cases.
//!
//! [`suite`] does the same for the tests that stand beside rules: `NAME.test.yaml`.
//!
//! Deliberately absent: files and printing (texts come in, results go out),
//! log formats, and any knowledge of what a rule means. If a case is wrong,
//! the evaluators or the page are; nothing here decides.

pub mod diff;
pub mod diff_detections;
pub mod doctor;
pub mod limits;
pub mod mutate;
pub mod page;
pub mod run;
pub mod suite;
pub mod time;
pub mod timeline;
pub mod tune;

mod drive;
mod shuffle;
mod table;
mod verdict;

pub use diff_detections::{Compared, Comparison, RuleDiff, Side};
pub use page::{Case, Expectation, Fault};
pub use timeline::{Step, Timeline};
pub use verdict::{Said, Verdict};
