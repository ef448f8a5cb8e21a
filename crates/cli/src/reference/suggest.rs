//! Near terms for a misspelled one, by edit distance.

/// How many are suggested at most.
const SUGGESTIONS_MAX: usize = 5;

/// Longest term that is compared, in characters.
const TERM_CHARS_MAX: usize = 64;

/// The nearest of the known terms, nearest first, equally near ones by name.
pub(crate) fn nearest(term: &str, known: &[String]) -> Vec<String> {
    let wanted: Vec<char> = term
        .to_lowercase()
        .chars()
        .take(TERM_CHARS_MAX + 1)
        .collect();
    if wanted.len() > TERM_CHARS_MAX {
        return Vec::new();
    }
    let worst = wanted.len().div_ceil(3).clamp(1, 4);
    let mut near: Vec<(usize, &String)> = known
        .iter()
        .map(|name| {
            (
                distance(&wanted, &name.to_lowercase().chars().collect::<Vec<_>>()),
                name,
            )
        })
        .filter(|(distance, _)| *distance <= worst)
        .collect();
    near.sort();
    near.dedup();
    near.into_iter()
        .take(SUGGESTIONS_MAX)
        .map(|(_, name)| name.clone())
        .collect()
}

/// Insertions, deletions and substitutions that make one of the other.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let change = diagonal + usize::from(left != right);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        for (a, b, edits) in [
            ("", "abc", 3),
            ("kitten", "sitting", 3),
            ("same", "same", 0),
        ] {
            assert_eq!(distance(&chars(a), &chars(b)), edits, "{a} {b}");
        }
    }
}
