//! Near names for a name that is not in the catalogue.

use crate::aggregates;

/// How many names are suggested at most.
const SUGGESTIONS_MAX: usize = 3;

/// Names that differ in more letters are not near.
const DISTANCE_MAX: usize = 4;

/// Longer names are compared with nothing.
const NAME_BYTES_MAX: usize = 64;

/// Up to three names of functions, and of aggregates that are written like
/// one, that are near the given one, the nearest first: a few letters away, or
/// the same behind the dot.
#[must_use]
pub fn suggest(name: &str) -> Vec<&'static str> {
    let functions = super::all().iter().map(|f| f.name);
    let aggregates = aggregates::all().iter().map(|a| a.name);
    near(
        name,
        functions.chain(aggregates.filter(|name| name.contains('.'))),
    )
}

/// Up to three of the known names that are near the given one, the nearest first.
#[must_use]
pub fn near(name: &str, known: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    if name.len() > NAME_BYTES_MAX {
        return Vec::new();
    }
    let name = name.to_ascii_lowercase();
    let bound = name.len() / 3;
    let mut near: Vec<(usize, usize, &'static str)> = known
        .map(|known| {
            (
                distance(last(&name), last(known)) + 1,
                distance(&name, known),
                known,
            )
        })
        .map(|(behind_dot, whole, name)| (whole.min(behind_dot), whole, name))
        .filter(|(nearest, _, _)| *nearest <= bound.min(DISTANCE_MAX))
        .collect();
    near.sort_unstable();
    near.into_iter()
        .take(SUGGESTIONS_MAX)
        .map(|(_, _, name)| name)
        .collect()
}

/// What stands behind the last dot.
fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The Levenshtein distance in bytes.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names() {
        assert_eq!(
            suggest("strings.to_lowwer").first(),
            Some(&"strings.to_lower")
        );
        assert_eq!(suggest("to_lower").first(), Some(&"strings.to_lower"));
        assert_eq!(suggest("re.Regex").first(), Some(&"re.regex"));
        assert_eq!(suggest("string.concat").first(), Some(&"strings.concat"));
        assert_eq!(suggest("windows.median").first(), Some(&"window.median"));
        assert!(suggest("entirely.different").is_empty());
        assert!(suggest("").is_empty());
        assert!(suggest(&"x".repeat(1000)).is_empty());
        assert!(suggest("timestamp.get_").len() <= SUGGESTIONS_MAX);
    }

    #[test]
    fn distances() {
        for (a, b, d) in [
            ("", "", 0),
            ("abc", "abc", 0),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("ab", "ba", 2),
        ] {
            assert_eq!(distance(a, b), d, "{a} {b}");
        }
    }
}
