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

/// How many servers of one stream have a clock of their own.
pub const SERVERS_MAX: usize = 256;

/// How far apart, in seconds, two servers may say that they received one
/// request to an aggregated API.
pub const AGGREGATED_SECONDS: u64 = 5;

/// How deeply the wrappers around records, and batches of them, may be nested.
pub const WRAPPERS_MAX: u32 = 4;

/// How many bytes the names in a request body may take in one label, commas
/// included; what does not fit is left out, and `*` says so.
pub const BODY_NAMES_BYTES_MAX: usize = 16_384;

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

/// How long an audit event waits for further records, in seconds of event
/// time.
pub const AUDIT_HOLD_SECONDS: i64 = 10;

/// How many audit events are held at most; the oldest comes out first.
pub const AUDIT_HELD_MAX: usize = 16_384;

/// How many bytes of audit records are held at most.
pub const AUDIT_HELD_BYTES_MAX: usize = 32 << 20;

/// How many records one audit event has at most.
pub const AUDIT_RECORDS_MAX: usize = 2_048;

/// The longest type of a record in LAUREL's events, in bytes.
pub const AUDIT_KIND_BYTES_MAX: usize = 64;

/// How many events that came out are remembered, to tell a record that comes
/// too late.
pub const AUDIT_RELEASED_MAX: usize = 16_384;

/// The longest gap in the serial numbers of a machine that is counted as
/// missing events.
pub const AUDIT_GAP_MAX: u32 = 1_000_000;

/// The longest name of a machine in an audit log, in bytes, as DNS has it.
pub const AUDIT_NODE_BYTES_MAX: usize = 255;

/// The longest path of a running program that is remembered, in bytes, as the
/// kernel has it.
pub const AUDIT_PATH_BYTES_MAX: usize = 4_096;

/// How many machines have their serial numbers followed.
pub const AUDIT_NODES_MAX: usize = 4_096;

/// How many running programs are remembered.
pub const AUDIT_PROCESSES_MAX: usize = 16_384;

/// How many bytes of a running program's arguments are remembered.
pub const AUDIT_ARGUMENT_BYTES_MAX: usize = 1_024;

/// How many sockets are known by their inode.
pub const AUDIT_SOCKETS_MAX: usize = 1_024;
/// How many containers, and as many execs, the Docker engine's records are
/// resolved with; the oldest is forgotten first.
pub const DOCKER_OBJECTS_MAX: usize = 8192;

/// How much is remembered of one of them, in bytes: of a container half of it
/// for the name and half for the image, of an exec all for its command.
pub const DOCKER_OBJECT_BYTES_MAX: usize = 4096;

/// How many lines of the Docker daemon's log may stand between an API call and
/// its body.
pub const DOCKER_FORM_LINES_MAX: usize = 8;
