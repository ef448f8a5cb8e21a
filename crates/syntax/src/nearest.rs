//! Near names for a misspelt one.
//!
//! Two names are near if few letters were left out, added, changed or swapped
//! with their neighbour; the case of letters does not count. Work is bounded:
//! long names are near to nothing, and a caller may have thousands of names.

/// Names of more bytes are compared with nothing.
const NAME_BYTES_MAX: usize = 64;

/// How many names are given at most.
const NAMES_MAX: usize = 3;

/// Of more letters no mistake is made that leaves the name recognisable.
const EDITS_MAX: usize = 4;

/// Up to three of the known names that are near the given one: the nearest
/// first, equally near ones by name. The name itself is not among them.
#[must_use]
pub fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    if name.is_empty() || name.len() > NAME_BYTES_MAX {
        return Vec::new();
    }
    let wanted = name.to_ascii_lowercase();
    let worst = (wanted.len() / 3).clamp(1, EDITS_MAX);
    let mut near: Vec<(usize, &str)> = known
        .into_iter()
        .filter(|one| one.len().abs_diff(wanted.len()) <= worst && *one != name)
        .map(|one| {
            (
                distance(wanted.as_bytes(), one.to_ascii_lowercase().as_bytes()),
                one,
            )
        })
        // Of a name of one letter nothing may be left.
        .filter(|(edits, one)| *edits <= worst && *edits < one.len())
        .collect();
    near.sort_unstable();
    near.dedup();
    near.truncate(NAMES_MAX);
    near.into_iter().map(|(_, name)| name).collect()
}

/// Insertions, deletions, changes and swaps of neighbours between two names.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut best = (row[j] + 1)
                .min(above[j + 1] + 1)
                .min(above[j] + usize::from(x != y));
            if i > 0 && j > 0 && a[i - 1] == *y && b[j - 1] == *x {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names() {
        let known = ["event", "login", "logon", "e", "User"];
        assert_eq!(nearest("evnt", known), ["event"]);
        assert_eq!(nearest("lgoin", known), ["login"]);
        assert_eq!(nearest("logan", known), ["login", "logon"]);
        assert_eq!(nearest("user", known), ["User"]);
        assert!(nearest("x", known).is_empty() && nearest("", known).is_empty());
        assert!(nearest("event", ["event"]).is_empty());
    }

    #[test]
    fn name_bytes_max() {
        let name = "a".repeat(NAME_BYTES_MAX);
        let near = format!("{}b", &name[1..]);
        assert_eq!(nearest(&name, [near.as_str()]), [near.as_str()]);
        assert!(nearest(&format!("{name}a"), [near.as_str()]).is_empty());
    }

    #[test]
    fn names_max() {
        assert_eq!(
            nearest("abcd", ["abcx", "abcy", "abcz", "abcw"]).len(),
            NAMES_MAX
        );
    }
}
