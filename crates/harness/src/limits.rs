//! What a test file could make large.

/// Tests of one file. Our choice: more than anybody reads.
pub const TESTS_MAX: usize = 1_000;

/// Events of one timeline. Our choice: each is made and held; larger inputs
/// belong into a corpus file.
pub const TIMELINE_EVENTS_MAX: u64 = 10_000;
