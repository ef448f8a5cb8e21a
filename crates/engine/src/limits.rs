//! The limits of the engine, each named once; LIMITS.md lists them.

/// Predicates that one explanation shows. Our choice; the rest is left out.
pub const STEPS_MAX: usize = 200;

/// Bytes of a field's value that an explanation shows. Our choice; a mark
/// stands where a value is cut.
pub const VALUE_BYTES_MAX: usize = 512;
