//! Every limit of the crate, in one place.
//!
//! All are our own choices, apart from the size of the memory of seen ids,
//! which the design fixes.

/// How many auditIDs are remembered. A stage that comes after its id was
/// dropped comes out again, under the same event id.
pub const SEEN_IDS_MAX: usize = 65_536;

/// How long a `RequestReceived` waits for a response after it came, in seconds
/// of event time.
pub const HOLD_SECONDS: i64 = 30;

/// The longest step of event time, in seconds, that one record can bring about.
/// Beyond it the record's date is not believed, or the log was silent; in both
/// cases held records go on waiting.
pub const JUMP_SECONDS: i64 = 3600;

/// How many records are held at most; the oldest comes out first.
pub const HELD_MAX: usize = 16_384;

/// How many bytes of records are held at most.
pub const HELD_BYTES_MAX: usize = 64 << 20;

/// How deeply the wrappers around records, and batches of them, may be nested.
pub const WRAPPERS_MAX: u32 = 4;

/// How many ancestors of a process an event shows, its parent included.
pub const ANCESTORS_MAX: usize = 8;

/// How many processes of a Tetragon log are remembered, for the ancestors of
/// later ones.
pub const PROCESSES_MAX: usize = 65_536;

/// How many bytes those processes may take, an estimate.
pub const PROCESSES_BYTES_MAX: usize = 32 << 20;

/// The longest excerpt of a reject, in bytes of the escaped text.
pub const EXCERPT_BYTES_MAX: usize = 120;

/// How much of a rejected text is redacted before the excerpt is cut, in
/// bytes, so that a secret that straddles the cut is still recognised.
pub const EXCERPT_WINDOW: usize = 4096;

/// How many values of one alert are cut out of its prose because they are
/// contents; beyond that the prose is cut as a whole.
pub const HIDDEN_MAX: usize = 16;

/// The longest payload of a token that is decoded, in bytes of base64.
pub const TOKEN_PAYLOAD_MAX: usize = 16_384;

/// The longest word that is looked at as a flag, in bytes.
pub const FLAG_BYTES_MAX: usize = 128;
