//! Every limit of this crate, in one place.
//!
//! All are our own choice; none is documented by the vendor. They bound what a hostile
//! event can cost, and lie far above what a real one needs (the largest public sample
//! event has fewer than 400 fields).

/// Nodes one event may hold; a node is a field, an element of a repeated field or an
/// entry of a `Struct`. Building stops there and [`crate::Event::overflowed`] tells so.
/// A line of 4 MiB, the longest that a scan reads, cannot hold as many: nobody can push a
/// field out of sight by filling an event up before it.
pub const EVENT_NODES_MAX: usize = 4 * 1024 * 1024;

/// Bytes of text and binary values one event may hold. Building stops there and
/// [`crate::Event::overflowed`] tells so.
pub const EVENT_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Levels of objects and lists inside one `Struct` value; what lies deeper is dropped
/// and counted as a mismatch.
pub const STRUCT_DEPTH_MAX: usize = 32;

/// Entries a `Struct` may hold for [`crate::Event::set_key`] to look for an entry to
/// replace. It keeps building a `Struct` key by key from being quadratic.
pub const STRUCT_ENTRIES_MAX: usize = 4_096;

/// Segments of a dotted path that [`crate::FieldPath::resolve`] accepts. Some messages
/// contain themselves (`process.parent_process`), so the schema alone sets no bound.
pub const PATH_SEGMENTS_MAX: usize = 64;

/// Longest name, in bytes, for which near names are suggested.
pub const SUGGEST_NAME_MAX: usize = 64;

/// Levels of JSON objects and arrays an event may have down to its deepest message, the
/// root's own being zero. Deeper messages are not read (counted as a mismatch) and not
/// written. With [`STRUCT_DEPTH_MAX`] and an envelope it stays below the 128 levels at
/// which the JSON parser itself gives up.
pub const EVENT_DEPTH_MAX: usize = 64;
