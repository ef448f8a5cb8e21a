//! What a test file could make large.

/// Tests of one file. Our choice: more than anybody reads.
pub const TESTS_MAX: usize = 1_000;

/// Events of one timeline. Our choice: each is made and held; larger inputs
/// belong into a corpus file.
pub const TIMELINE_EVENTS_MAX: u64 = 10_000;

/// Shuffled orders of arrival that a run tries of each test. Our choice: each is
/// one more run of all events; a hundred find what a thousand do.
pub const SHUFFLES_MAX: u64 = 1_000;
