//! The words of the language.

use std::fmt::Write as _;

use super::{Topic, cell};

pub(super) const TOPIC: Topic = Topic {
    name: "keywords",
    title: "Keywords",
    summary: "The words of rules: sections, operators and modifiers; their case does not matter",
    terms,
    page,
    whole,
};

/// A word, where it stands, and what it does; sorted.
const KEYWORDS: &[(&str, &str, &str)] = &[
    (
        "after",
        "match",
        "`over 5m after $e`: a sliding window that starts at the event.",
    ),
    (
        "all",
        "events",
        "`all $e.principal.ip != \"\"`: every value of a repeated field satisfies the predicate. Makes no rows.",
    ),
    (
        "and",
        "events, condition",
        "Both sides hold. Between lines of the events section it is implied.",
    ),
    (
        "any",
        "events",
        "`any $e.principal.ip = \"10.0.0.1\"`: some value of a repeated field satisfies the predicate. Makes no rows.",
    ),
    (
        "before",
        "match",
        "`over 5m before $e`: a sliding window that ends at the event.",
    ),
    (
        "by",
        "match",
        "`by 10m`: names a hop or tumbling window in newer forms.",
    ),
    (
        "cidr",
        "events",
        "`$e.principal.ip in cidr %nets`: the list holds IP ranges.",
    ),
    (
        "condition",
        "section",
        "What must be true of the bound events for a detection: `$e`, `#e > 5`, comparisons of outcome variables.",
    ),
    (
        "events",
        "section",
        "The predicates. Every line is one, and all must hold on the same row.",
    ),
    (
        "export",
        "section",
        "Writes values of detections into data tables; see `yaral docs tables`.",
    ),
    (
        "if",
        "outcome",
        "`if(condition, then, otherwise)`; without the last argument the zero value stands in.",
    ),
    (
        "in",
        "events",
        "`$e.principal.user.userid in %users`: the value is in the reference list.",
    ),
    (
        "is",
        "events",
        "`is null`, `is not null`: words of the published grammar whose use in rules is undocumented.",
    ),
    (
        "match",
        "section",
        "The variables that group events, and the window: `$user over 10m`.",
    ),
    (
        "meta",
        "section",
        "Pairs of name and text about the rule, such as author and severity.",
    ),
    (
        "nocase",
        "events",
        "At the end of a comparison: letter case does not count.",
    ),
    (
        "not",
        "events, condition",
        "The operand does not hold. An unset field has the zero value, so `not $e.x = \"a\"` holds for it.",
    ),
    ("null", "events", "See `is`."),
    (
        "of",
        "condition",
        "`2 of [$a, $b, #c > 3]`, `any of [ … ]`, `all of [ … ]`: so many of the terms hold.",
    ),
    (
        "options",
        "section",
        "Settings of the rule, such as `allow_zero_values`.",
    ),
    ("or", "events, condition", "At least one side holds."),
    (
        "outcome",
        "section",
        "Values that a detection carries, such as `$risk_score`.",
    ),
    ("over", "match", "The size of the window, from 1m to 48h."),
    (
        "regex",
        "events",
        "`in regex %patterns`: the list holds regular expressions.",
    ),
    (
        "rule",
        "file",
        "`rule name { … }`. A file may hold several.",
    ),
    (
        "setup",
        "section",
        "Changes entities by data tables before the rule runs; see `yaral docs tables`.",
    ),
];

fn terms() -> Vec<String> {
    KEYWORDS
        .iter()
        .map(|(word, _, _)| (*word).to_owned())
        .collect()
}

fn page(term: &str) -> Option<String> {
    // `N of` is how the published grammar calls it.
    let asked = if term.eq_ignore_ascii_case("n of") {
        "of"
    } else {
        term
    };
    let (word, place, meaning) = KEYWORDS
        .iter()
        .find(|(word, _, _)| word.eq_ignore_ascii_case(asked))?;
    Some(format!("## {word} ({place})\n\n{meaning}\n"))
}

fn whole() -> String {
    let mut out = String::from("| Word | Where | Meaning |\n|---|---|---|\n");
    for (word, place, meaning) in KEYWORDS {
        let _ = writeln!(out, "| `{word}` | {place} | {} |", cell(meaning));
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn words_are_sorted() {
        assert!(super::KEYWORDS.is_sorted_by(|a, b| a.0 < b.0));
    }
}
