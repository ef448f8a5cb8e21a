//! What one pattern, and one use of it, may cost.
//!
//! Patterns come from rules, lists and tables that somebody else wrote. Matching is linear in the
//! text whatever the pattern is, so the figures here bound the other side: the size of what a
//! pattern is compiled to, and the size of what a match may produce.

/// The longest pattern that is read, in bytes. RE2 has no such figure of its own; the longest
/// pattern of the public corpus is far below it.
pub const PATTERN_BYTES_MAX: usize = 16 * 1024;

/// The highest count in `{n,m}`, and the highest product of nested counts: RE2's own cap.
pub const REPEAT_MAX: u32 = 1000;

/// How many levels of group, alternation and repetition may stand inside each other. The compiler
/// of the automaton recurses once per level.
pub const NESTING_MAX: usize = 250;

/// How many character ranges all classes of one pattern may hold together. `\pL` has about 650.
pub const CLASS_RANGES_MAX: usize = 200_000;

/// How many characters of one pattern may be looked up in the case-folding tables.
pub const FOLD_CHARS_MAX: usize = 4 * 1024 * 1024;

/// How many capture groups are recorded while matching: `re.replace` can name `\1` to `\9`.
pub const GROUPS_RECORDED_MAX: usize = 9;

/// The largest automaton, in bytes, that a pattern may be compiled to.
pub const NFA_BYTES_MAX: usize = 10 * 1024 * 1024;

/// The largest one-pass automaton, in bytes; a pattern beyond it takes a slower engine.
pub const ONEPASS_BYTES_MAX: usize = 1024 * 1024;

/// The largest cache of the lazily built automaton, in bytes, per pattern and caller at a time.
pub const LAZY_CACHE_BYTES_MAX: usize = 1024 * 1024;

/// How many matches `re.capture_all` returns; later ones are left out.
pub const CAPTURES_MAX: usize = 1000;

/// How many matches `re.replace` replaces; the text after them is kept as it is.
pub const REPLACEMENTS_MAX: usize = 65_536;

/// The largest result of `re.replace`, in bytes; what would go beyond it is cut off.
pub const REPLACE_BYTES_MAX: usize = 1024 * 1024;

/// How many literals `required_literals` returns at most; a larger set is no set.
pub const LITERALS_MAX: usize = 64;

/// The longest pattern, in bytes, whose required literals are looked for.
pub const LITERALS_PATTERN_BYTES_MAX: usize = 4 * 1024;
