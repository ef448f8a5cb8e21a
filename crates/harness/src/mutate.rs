//! Mutants of a rule: none yet.

/// What was done to a predicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It was taken out.
    Drop,
    /// It was turned into its opposite.
    Flip,
}

/// A rule with one predicate changed.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// The rule's name.
    pub rule: String,
    /// The line of the predicate.
    pub line: u32,
    /// Its column.
    pub column: u32,
    /// What was done.
    pub kind: Kind,
    /// The predicate as it was written.
    pub predicate: String,
    /// The whole text.
    pub text: String,
}

/// All mutants.
#[must_use]
pub fn mutants(_text: &str) -> Vec<Mutant> {
    Vec::new()
}
