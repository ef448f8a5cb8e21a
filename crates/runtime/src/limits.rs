//! The limits of reading and writing, each named once.
//!
//! LIMITS.md lists every constant here with its source and the test that hits
//! it. All are our choice unless the comment names a source.

/// Bytes in one line, or in one record of a document that spans lines. A
/// Kubernetes audit event is at most about 1.5 MiB (the size of an object in
/// etcd, twice, is the practical bound), so that 4 MiB holds every honest one.
pub const LINE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Bytes asked of the operating system, or of the decompressor, at a time.
pub const BLOCK_BYTES: usize = 256 * 1024;

/// How deep directories of inputs, rules or packs are followed.
pub const DIRECTORY_DEPTH_MAX: usize = 64;

/// Files that one word of the command line may lead to, so that a wrong path
/// does not fill memory with names.
pub const INPUTS_MAX: usize = 1_000_000;

/// Bytes in one rule file; the largest public rule has under 30 KiB.
pub const RULE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Frames at the start of an input that are kept for recognising its log type.
pub const SAMPLE_FRAMES_MAX: usize = 32;

/// Bytes at the start of an input that are kept for recognising its log type;
/// one frame is always kept, whatever its size.
pub const SAMPLE_BYTES_MAX: usize = 1024 * 1024;

/// Buckets of the histogram over event time.
pub const HISTOGRAM_BUCKETS_MAX: usize = 60;

/// Bytes of one text field in an encoded detection. What is cut is marked.
pub const ENCODED_FIELD_BYTES_MAX: usize = 64 * 1024;

/// Bytes of a record without a log type that are kept for its reject. They are
/// redacted before the excerpt is cut, so that a secret that straddles the cut
/// is still recognised.
pub const EXCERPT_WINDOW_BYTES: usize = 4096;

/// Bytes of log text that one terminal field shows.
pub const TERMINAL_BYTES_MAX: usize = 2 * 1024;

/// The largest window that a zstd stream may ask for, as a power of two: 128
/// MiB, which is what the zstd tools accept without a flag.
pub const ZSTD_WINDOW_LOG_MAX: u32 = 27;

/// Bytes of whole events that wait for the detection of a rule over several
/// events. Beyond, a detection names the place of the record alone.
pub const EVIDENCE_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Bytes of one line of a file of metrics. Our choice; eight values of the
/// longest that are kept, each character escaped.
pub const METRIC_LINE_BYTES_MAX: usize = 64 * 1024;

/// Bytes of all data tables together. The reference allows 10 GB; ours lie in
/// memory.
pub const TABLE_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Data tables. Source: the data table page of the reference.
pub const TABLES_MAX: usize = 1_000;

/// Bytes of one cell of a data table, so that a quote that is never closed
/// does not swallow the rows behind it.
pub const TABLE_CELL_BYTES_MAX: usize = 64 * 1024;

/// Entities that are known at once: some 2 KiB each.
pub const ENTITIES_MAX: usize = 1_000_000;

/// Bytes of the fields of all entities that rules read.
pub const ENTITY_BYTES_MAX: usize = 512 * 1024 * 1024;

/// Rows that one rule writes into data tables in a run. Source: the data table
/// page of the reference.
pub const EXPORT_ROWS_MAX: u64 = 10_000;

/// Rules that write into one data table. Source: the data table page of the
/// reference; more are warned about.
pub const EXPORT_RULES_MAX: usize = 5;

/// Names of one kind that the investigation of a detection shows; the others are
/// counted.
pub const INVESTIGATION_NAMES_MAX: usize = 10;

/// Commands that the investigation of a detection offers.
pub const COMMANDS_MAX: usize = 12;

/// Bytes of a name that is filled into a command: as much as somebody can read
/// before pasting it. A path may have more, and then is not filled in.
pub const COMMAND_NAME_BYTES_MAX: usize = 512;

/// Seconds between two detections of the same actor, source or host that are
/// named to each other.
pub const SIBLING_WINDOW_S: u64 = 24 * 60 * 60;

/// Actors, sources and hosts of which detections are remembered, together.
/// With the limit below they take some 40 MiB if all are full.
pub const SIBLING_KEYS_MAX: usize = 4096;

/// Detections that are remembered of one actor, source or host.
pub const SIBLINGS_OF_KEY_MAX: usize = 32;

/// Actors of one detection by which it is remembered; as many sources and hosts.
pub const SIBLING_KEYS_OF_ONE_MAX: usize = 4;

/// Bytes of the name of an actor, source or host by which detections are
/// remembered; longer ones that begin alike count as one.
pub const SIBLING_KEY_BYTES_MAX: usize = 1024;
