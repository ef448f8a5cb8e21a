//! What a test file could make large.

/// Tests of one file. Our choice: more than anybody reads.
pub const TESTS_MAX: usize = 1_000;

/// Events of one timeline. Our choice: each is made and held; larger inputs
/// belong into a corpus file.
pub const TIMELINE_EVENTS_MAX: u64 = 10_000;

/// Bytes of the events of one timeline, as JSON and as built. Our choice: ten
/// thousand large records fit.
pub const TIMELINE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Bytes of all timelines of a file that are held at once, which only mutants need.
/// Our choice: four of the largest.
pub const HELD_BYTES_MAX: usize = 4 * TIMELINE_BYTES_MAX;

/// Shuffled orders of arrival that a run tries of each test. Our choice: each is
/// one more run of all events; a hundred find what a thousand do.
pub const SHUFFLES_MAX: u64 = 1_000;
