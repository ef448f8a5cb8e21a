//! Near names for a misspelled one, by edit distance.
//!
//! The distance counts insertions, deletions, substitutions and swaps of neighbours, and
//! ignores ASCII case. Work is bounded: no name longer than the limit is compared.

use crate::limits::SUGGEST_NAME_MAX;

/// How many names are suggested at most.
const SUGGESTIONS_MAX: usize = 3;

type Row = [usize; SUGGEST_NAME_MAX + 1];

/// Up to three names of `known` that are spelled like `name`, nearest first,
/// equally near ones by name. Names longer than [`SUGGEST_NAME_MAX`] bytes
/// have none.
#[must_use]
pub fn nearest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Vec<&'k str> {
    if name.is_empty() || name.len() > SUGGEST_NAME_MAX {
        return Vec::new();
    }
    let wanted = name.to_ascii_lowercase();
    // A third of the letters may be wrong: more than that is another word.
    let worst = (wanted.len() / 3).clamp(1, 4);
    let mut near: Vec<(usize, &'k str)> = known
        .filter(|k| k.len() <= SUGGEST_NAME_MAX && k.len().abs_diff(wanted.len()) <= worst)
        .map(|k| (distance(wanted.as_bytes(), k.as_bytes()), k))
        .filter(|(d, _)| *d <= worst)
        .collect();
    near.sort_unstable();
    near.dedup();
    near.truncate(SUGGESTIONS_MAX);
    near.into_iter().map(|(_, name)| name).collect()
}

/// Both names are at most [`SUGGEST_NAME_MAX`] long; `a` is in lower case.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut before: Row = [0; SUGGEST_NAME_MAX + 1];
    let mut above: Row = std::array::from_fn(|j| j);
    let mut row: Row = [0; SUGGEST_NAME_MAX + 1];
    let letter = |j: usize| b[j].to_ascii_lowercase();
    for i in 0..a.len() {
        row[0] = i + 1;
        for j in 0..b.len() {
            let differs = usize::from(a[i] != letter(j));
            let mut best = (above[j + 1] + 1).min(row[j] + 1).min(above[j] + differs);
            if i > 0 && j > 0 && a[i] == letter(j - 1) && a[i - 1] == letter(j) {
                best = best.min(before[j - 1] + 1);
            }
            row[j + 1] = best;
        }
        before = above;
        above = row;
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits_and_swaps() {
        for (a, b, edits) in [
            ("ip", "ip", 0),
            ("ipp", "ip", 1),
            ("hsotname", "hostname", 1),
            ("", "abc", 3),
            ("a", "b", 1),
        ] {
            assert_eq!(distance(a.as_bytes(), b.as_bytes()), edits, "{a} {b}");
        }
    }

    #[test]
    fn orders_by_distance_then_name_and_stops_at_three() {
        let known = ["port", "part", "pork", "sort", "principal"];
        assert_eq!(nearest("port", known.into_iter()), ["port", "part", "pork"]);
        assert!(nearest("zzzzzz", known.into_iter()).is_empty());
    }

    #[test]
    fn suggest_name_max() {
        let known: &'static str = "p".repeat(SUGGEST_NAME_MAX).leak();
        let near = |bytes: usize| nearest(&"p".repeat(bytes), std::iter::once(known));
        assert_eq!(near(SUGGEST_NAME_MAX), [known]);
        assert!(near(SUGGEST_NAME_MAX + 1).is_empty());
    }
}
