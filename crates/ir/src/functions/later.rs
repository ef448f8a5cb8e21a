//! Functions that the reference knows and this version does not run.
//!
//! A rule that calls one is refused with the reason given here, which is
//! better than calling the name unknown.

/// The names, sorted, each with what is missing. A name that ends in `.*`
/// stands for all functions with that beginning.
#[must_use]
pub fn later() -> &'static [(&'static str, &'static str)] {
    LATER
}

/// What is missing to run the function with this name; `None` if the name is
/// not among those of [`later`].
#[must_use]
pub fn why_missing(name: &str) -> Option<&'static str> {
    let covers = |listed: &str| match listed.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == listed,
    };
    LATER
        .iter()
        .find(|(listed, _)| covers(listed))
        .map(|(_, missing)| *missing)
}

const LATER: &[(&str, &str)] = &[
    (
        "group",
        "it belongs to search, not to rules: it makes one placeholder range over several fields",
    ),
    (
        "timestamp.diff",
        "the reference names it in passing and does not define it",
    ),
    (
        "timestamp.subtract",
        "the reference names it in passing and does not define it",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_not_in_the_catalogue() {
        assert!(LATER.is_sorted_by(|a, b| a.0 < b.0));
        for (name, _) in later() {
            assert!(super::super::find(name).is_none(), "{name}");
            assert!(crate::aggregates::find(name).is_none(), "{name}");
        }
    }

    #[test]
    fn families_are_covered() {
        assert!(why_missing("group").is_some_and(|why| why.contains("search")));
        assert!(why_missing("timestamp.diff").is_some());
        assert!(why_missing("metrics").is_none());
        assert!(why_missing("window.median").is_none());
    }
}
