//! The limits of the language and of evaluation, each named once.
//!
//! LIMITS.md lists every constant here with its source and the test that hits
//! it; `cargo xtask tidy` holds the two together.

/// Outcome variables in one rule. Source: the outcome page of the reference.
pub const OUTCOMES_MAX: usize = 20;

/// Function calls nested in each other. Source: the page on nested `if`.
pub const CALL_DEPTH_MAX: usize = 20;

/// `in` statements in one rule. Source: the reference list page.
pub const LIST_USES_MAX: usize = 10;

/// `in regex` statements in one rule. Source: the reference list page.
pub const LIST_REGEX_USES_MAX: usize = 5;

/// `in cidr` statements in one rule. Source: the reference list page.
pub const LIST_CIDR_USES_MAX: usize = 5;

/// Shortest match window in seconds. Source: the match page of the reference.
pub const WINDOW_MIN_S: i64 = 60;

/// Longest match window in seconds. Source: the match page of the reference.
pub const WINDOW_MAX_S: i64 = 48 * 60 * 60;

/// Longest match window and suppression window that run at all, in seconds.
/// Our choice: a hundred years, so that times in nanoseconds stay numbers.
pub const SPAN_MAX_S: i64 = 100 * 365 * 24 * 60 * 60;

/// Bytes of all reference lists together. Source: the reference list page.
pub const LIST_BYTES_MAX: usize = 6 * 1024 * 1024;

/// Rows of one data table that are read. Our choice: the reference allows ten
/// million; ours lie in memory.
pub const TABLE_ROWS_MAX: usize = 1_000_000;

/// Columns of one data table. Source: the data table page of the reference.
pub const TABLE_COLUMNS_MAX: usize = 1_000;

/// Comparisons of events with data table rows in one rule. Source: the data
/// table page of the reference.
pub const TABLE_JOINS_MAX: usize = 10;

/// Graph operations in `setup`. Source: the data table page of the reference.
pub const GRAPH_EDITS_MAX: usize = 2;

/// Days that a daily metric looks back. Source: the metrics page of the reference.
pub const METRIC_DAYS: i64 = 30;

/// Fields that one metric counts by. Our choice: the longest combination of
/// the reference has five, each with a namespace at most.
pub const METRIC_FIELDS_MAX: usize = 8;

/// Upper bound of the `metric_delay_hours` switch. Our choice: a day.
pub const METRIC_DELAY_HOURS_MAX: u32 = 24;

/// Longest match window of a rule over detections, in seconds. Source: the
/// page on composite detections.
pub const COMPOSITE_WINDOW_MAX_S: i64 = 48 * 60 * 60;

/// Upper bound of the `array_elements` switch. Source: the multi-stage search
/// page, which names 10,000.
pub const ARRAY_ELEMENTS_MAX: u32 = 10_000;

/// Rows that one group of repeated fields may make of one event. Our choice:
/// a hostile event with two lists of 10,000 elements in one comparison would
/// make 100 million rows. Rows beyond are not looked at and are counted.
pub const ROWS_MAX: usize = 100_000;

/// Bytes of text that a function may build and an aggregate may hold. Our choice.
pub const TEXT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Elements of a list that a function may build, in `arrays.concat` and
/// `strings.split`. Our choice; elements beyond are dropped.
pub const ELEMENTS_MAX: usize = 100_000;

/// Different values that `count_distinct`, `window.median` and `window.mode`
/// tell apart in one group. Our choice: each costs 16 bytes, with its value
/// some 100. The count stays at this number when there are more; of the other
/// two the result is then one of a sample.
pub const DISTINCT_MAX: usize = 100_000;

/// Expression nodes in one plan. Our choice; the largest public rule has
/// under 2,000.
pub const EXPRESSIONS_MAX: usize = 65_536;
