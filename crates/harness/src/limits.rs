//! What a test file could make large.

/// Tests of one file. Our choice: more than anybody reads.
pub const TESTS_MAX: usize = 1_000;

/// Events of one timeline. Our choice: each is made and held; larger inputs
/// belong into a corpus file.
pub const TIMELINE_EVENTS_MAX: u64 = 10_000;

/// Events of a timeline up to which it is driven in every way there is, the
/// naive evaluator included. Our choice: that costs the square of it.
pub const THOROUGH_EVENTS_MAX: usize = 40;

/// Mutants of one rule that are run. Our choice: the largest public rule has
/// fewer predicates.
pub const MUTANTS_MAX: usize = 2_000;
