//! The reserved words, which are read without regard to case.

/// Words that no variable may be called. The list holds the words of rules
/// and of the newer search forms; `window_start` and `window_end` are left to
/// the compiler, which knows where they may stand.
const RESERVED: &[&str] = &[
    "after",
    "all",
    "and",
    "any",
    "array",
    "array_distinct",
    "before",
    "by",
    "cidr",
    "condition",
    "count",
    "count_distinct",
    "cross",
    "events",
    "export",
    "if",
    "in",
    "is",
    "join",
    "match",
    "max",
    "meta",
    "min",
    "nocase",
    "not",
    "null",
    "of",
    "options",
    "or",
    "outcome",
    "over",
    "regex",
    "rule",
    "setup",
    "stage",
    "sum",
    "tumbling",
];

/// Words that read as a function when a parenthesis follows, in any case.
const FUNCTION_WORDS: &[&str] = &[
    "all",
    "any",
    "array",
    "array_distinct",
    "count",
    "count_distinct",
    "if",
    "max",
    "min",
    "sum",
];

/// Whether `word` is a keyword in any mixture of cases.
pub(crate) fn is_reserved(word: &str) -> bool {
    RESERVED
        .iter()
        .any(|reserved| reserved.eq_ignore_ascii_case(word))
}

/// Whether `word` names a function that is also a keyword.
pub(crate) fn is_function_word(word: &str) -> bool {
    FUNCTION_WORDS
        .iter()
        .any(|name| name.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_matter() {
        assert!(is_reserved("AND") && is_reserved("Outcome") && is_function_word("Max"));
        assert!(!is_reserved("event") && !is_reserved("window_start"));
    }
}
