//! The mistakes: where, what stands there, and what is put in its place.

/// One mistake.
pub struct Mutant {
    /// What it does wrong.
    pub name: &'static str,
    /// The file, from the root of the workspace.
    pub file: &'static str,
    /// The text, which stands there once.
    pub old: &'static str,
    /// The wrong text.
    pub new: &'static str,
}

/// All of them.
pub const MUTANTS: &[Mutant] = &[];
