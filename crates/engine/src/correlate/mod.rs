//! Rules over several events: joins, windows, absence, counts.
//!
//! The data flow: event → entries ([`entry`]) → the state of their match value
//! ([`partition`]) → the content of a window ([`span`]) → its joined rows by
//! group ([`content`]) → outcomes and condition ([`group`]) → detection
//! ([`report`]). [`shape`] says how a rule is laid out for that, [`machine`]
//! holds one rule's state, and [`codec`] writes it down.

pub(crate) mod codec;
pub(crate) mod content;
pub(crate) mod entry;
pub(crate) mod group;
pub(crate) mod machine;
pub(crate) mod memory;
pub(crate) mod partition;
pub(crate) mod report;
pub(crate) mod rule;
pub(crate) mod shape;
pub(crate) mod span;
pub(crate) mod standing;
pub(crate) mod suppress;
