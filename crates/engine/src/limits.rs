//! The limits of the engine, each named once; LIMITS.md lists them.

/// Predicates that one explanation shows. Our choice; the rest is left out.
pub const STEPS_MAX: usize = 200;

/// Bytes of a field's value that an explanation shows. Our choice; a mark
/// stands where a value is cut.
pub const VALUE_BYTES_MAX: usize = 512;

/// Joined rows that are looked at for one group of a correlated rule, where
/// tests between event variables tie them. Our choice; a cut is counted.
pub const JOINED_ROWS_MAX: usize = 1_000_000;

/// Events of each variable that a detection shows. Source: the page on event
/// samples; aggregates and counts see all events.
pub const SAMPLES_MAX: usize = 10;

/// Events of one variable that are kept for one match value. Our choice: one
/// key that takes in everything must not make each event dearer than the one
/// before without end. Events beyond are not taken in and are counted.
pub const EVENTS_PER_KEY_MAX: usize = 100_000;

/// Bytes of all state of correlated rules, as far as it is counted. Our choice;
/// what does not fit is not taken in and is counted.
pub const STATE_BYTES_MAX: usize = 4 << 30;

/// Detections of one rule that wait for the end of what could suppress them.
/// Our choice; beyond it the older half is decided as if none could come
/// before it, and a detection that does come is not made and is counted.
pub const SUPPRESSION_PENDING_MAX: usize = 100_000;

/// Predicates of one event variable whose events a story counts. Our choice;
/// those behind are shown in trees and not counted.
pub const STORY_STAGES_MAX: usize = 128;

/// Different values of one predicate's subject that a story tells apart. Our
/// choice; events with others are counted together.
pub const STORY_VALUES_MAX: usize = 64;

/// Ways to fall short, of one event variable, of which a story keeps an event.
/// Our choice; those on which fewer predicates held give way.
pub const STORY_CANDIDATES_MAX: usize = 64;

/// Fields of one event variable that a story looks for in every event. Our
/// choice; more than a screen of them helps nobody.
pub const STORY_FIELDS_MAX: usize = 64;

/// Detections that a story shows. Our choice; all are counted.
pub const STORY_DETECTIONS_MAX: usize = 10;

/// Events of each event variable that a group of a story names. Our choice;
/// all are counted.
pub const STORY_EVENTS_MAX: usize = 3;

/// Different values of one side of an equality that a story compares. Our
/// choice; a story says that there were more.
pub const STORY_JOIN_VALUES_MAX: usize = 10_000;

/// Match values that a story looks at closely. Our choice: those with events
/// of most event variables, and most events, come first.
pub const STORY_KEYS_MAX: usize = 32;

/// Windows of one match value that a story weighs. Our choice: those with
/// most events come first.
pub const STORY_WINDOWS_MAX: usize = 64;

/// Joined rows that a story looks at in all. Our choice: a second or two; a
/// story says that not everything was compared.
pub const STORY_ROWS_MAX: usize = 4_000_000;
/// Bytes that a store of metrics takes, as far as they are counted: 128 for a
/// row, and its text. Our choice; two million rows.
pub const METRIC_BYTES_MAX: usize = 256 * 1024 * 1024;

/// How far the oldest period of a store of metrics lies before the newest, in
/// days. Our choice: a scan of two months still finds thirty days before its
/// first event.
pub const METRIC_DAYS_KEPT: i64 = 90;

/// Bytes of one value that metrics are kept for. Our choice; a longer one is
/// not counted.
pub const METRIC_VALUE_BYTES_MAX: usize = 1024;

/// Rows of one series that one event counts in, where its fields have several
/// values. Our choice; an event with more is not counted.
pub const METRIC_COMBINATIONS_MAX: usize = 256;
