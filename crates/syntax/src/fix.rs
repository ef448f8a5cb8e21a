//! How a mistake can be mended: edits of the text, as plain data.
//!
//! A fix belongs to the diagnostic that it answers. Whether it is applied, and
//! what happens when two of them touch the same place, is decided above.

use crate::diagnostic::Span;

/// Whether a fix may be applied without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// It says what the author plainly meant.
    Safe,
    /// The rule may mean something else afterwards.
    Unsafe,
}

impl Applicability {
    /// The lower-case word that stands for it in output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }
}

/// One way to mend a mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a short sentence without a full stop.
    pub title: String,
    /// What replaces what; the places do not overlap and are in order.
    pub edits: Vec<(Span, String)>,
    /// Whether it may be applied without asking.
    pub applicability: Applicability,
}

impl Fix {
    /// A safe fix of one edit.
    #[must_use]
    pub fn safe(title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            edits: vec![(span, text.into())],
            applicability: Applicability::Safe,
        }
    }

    /// A fix of one edit after which the rule may mean something else.
    #[must_use]
    pub fn doubtful(title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        Self {
            applicability: Applicability::Unsafe,
            ..Self::safe(title, span, text)
        }
    }

    /// Puts one word in the place of another.
    #[must_use]
    pub fn word(span: Span, word: &str) -> Self {
        Self::safe(format!("write `{word}`"), span, word)
    }

    /// Whether it may be applied without asking.
    #[must_use]
    pub fn is_safe(&self) -> bool {
        self.applicability == Applicability::Safe
    }
}

/// Whether two words differ by at most two letters, case apart.
#[must_use]
pub fn is_near(word: &str, name: &str) -> bool {
    if word.len().abs_diff(name.len()) > 2 {
        return false;
    }
    let (word, name) = (word.to_ascii_lowercase(), name.to_ascii_lowercase());
    let mut row: Vec<usize> = (0..=name.len()).collect();
    for (i, a) in word.bytes().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (b, above) in name.bytes().zip(row.iter_mut().skip(1)) {
            let best = (diagonal + usize::from(a != b))
                .min(left + 1)
                .min(*above + 1);
            diagonal = std::mem::replace(above, best);
            left = best;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().is_some_and(|&distance| distance <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_differ_by_two_letters_at_most() {
        for (a, b, near) in [
            ("evnts", "events", true),
            ("EVENTS", "events", true),
            ("ipp", "ip", true),
            ("hsotname", "hostname", true),
            ("condtn", "condition", false),
            ("abc", "xyz", false),
        ] {
            assert_eq!(is_near(a, b), near, "{a} {b}");
        }
    }
}
