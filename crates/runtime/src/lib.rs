//! The room that opens, reads, decompresses, splits, counts and encodes.
//!
//! The data flow: inputs → blocks → frames → normalizer → event → engine →
//! detection → encoder. [`Scan`] is that line as one call; what happens on the
//! way is told to an [`Observer`], and what remains is a [`Summary`].
//!
//! Every stage streams. Memory is bounded by the limits in [`limits`] and by
//! the number of rules and inputs, never by the size of an input; a
//! decompression bomb is therefore only a long read. A record that cannot be
//! used is a counted reject, never the end of a run.
//!
//! Deliberately absent: printing (that is `cli`), the meaning of a log format
//! (that is `normalize`) or of a rule (that is `engine`), memory mapping, and
//! an async runtime.

pub mod limits;

pub mod entities;
pub mod export;
pub mod input;
pub mod lists;
pub mod metrics;
pub mod rules;
pub mod tables;

mod folder;

pub mod scan;

pub mod encode;
pub mod investigate;
pub mod text;

pub use encode::{EncodeOptions, Encoder, FORMATS, Format, RefusedRule, RejectWriter};
pub use entities::{LoadedEntities, Shelf, load_entities};
pub use export::{Exports, Written};
pub use folder::FileProblem;
pub use input::{Input, InputError, expand};
pub use investigate::{Investigation, Investigator};
pub use lists::{ListsError, LoadedLists, load_lists};
pub use metrics::{MetricsError, load_metrics, save_metrics};
pub use rules::{
    EmbeddedPack, LoadedRules, RuleFile, RulesError, UnreadRule, embedded_rules,
    load_readable_rules, load_rules,
};
pub use scan::{
    Asked, Bucket, Histogram, Observer, Progress, Reject, Scan, ScanOptions, Summary, TimeRange,
};
pub use tables::{LoadedTables, TablesError, embedded_tables, load_tables};
pub use text::escape_terminal;
