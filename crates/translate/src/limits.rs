//! What bounds a translation.

/// Expressions that one rule may unfold into: placeholders and outcomes are
/// written out wherever they are used, and each may use others twice.
pub const UNFOLD_MAX: usize = 20_000;

/// Bytes of one pattern that is made from others.
pub const PATTERN_BYTES_MAX: usize = 64 * 1024;
