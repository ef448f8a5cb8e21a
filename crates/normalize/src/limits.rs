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

/// How deeply wrappers and batches of audit events may be nested.
pub const WRAPPERS_MAX: u32 = 4;

/// The longest excerpt of a reject, in bytes of the escaped text.
pub const EXCERPT_BYTES_MAX: usize = 120;

/// How much of a rejected text is redacted before the excerpt is cut, in
/// bytes, so that a secret that straddles the cut is still recognised.
pub const EXCERPT_WINDOW: usize = 4096;

/// The longest payload of a token that is decoded, in bytes of base64.
pub const TOKEN_PAYLOAD_MAX: usize = 16_384;

/// The longest word that is looked at as a flag, in bytes.
pub const FLAG_BYTES_MAX: usize = 128;

/// How many containers, and as many execs, the Docker engine's records are
/// resolved with; the oldest is forgotten first.
pub const DOCKER_OBJECTS_MAX: usize = 8192;

/// How much is remembered of one of them, in bytes: of a container half of it
/// for the name and half for the image, of an exec all for its command.
pub const DOCKER_OBJECT_BYTES_MAX: usize = 4096;

/// How many lines of the Docker daemon's log may stand between an API call and
/// its body.
pub const DOCKER_FORM_LINES_MAX: usize = 8;
