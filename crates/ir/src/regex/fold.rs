//! Case folding of sets of characters, by a table of the characters that have
//! more than one case.
//!
//! Asking character by character, as the library does, takes milliseconds for a
//! set such as `\S`; there are under 3,000 characters for which the answer is
//! not "itself". Which these are is still the library's word.

use std::sync::OnceLock;

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

/// The characters between which all that have another case lie.
pub(super) const FOLDABLE: (char, char) = ('A', '\u{1e943}');

/// Characters with the other characters that they fold to.
static TABLE: OnceLock<Vec<(char, Vec<char>)>> = OnceLock::new();

/// Adds to a set what its characters fold to.
pub(super) fn fold(class: &mut ClassUnicode) {
    let table = TABLE.get_or_init(table);
    let mut more = Vec::new();
    for range in class.ranges() {
        // The part of the table that lies in the range.
        let start = table.partition_point(|(c, _)| *c < range.start());
        let inside = table[start..].iter().take_while(|(c, _)| *c <= range.end());
        for other in inside.flat_map(|(_, others)| others) {
            if !contains(class, *other) {
                more.push(ClassUnicodeRange::new(*other, *other));
            }
        }
    }
    if !more.is_empty() {
        class.union(&ClassUnicode::new(more));
    }
}

fn contains(class: &ClassUnicode, c: char) -> bool {
    let order = |range: &ClassUnicodeRange| {
        if range.end() < c {
            std::cmp::Ordering::Less
        } else if range.start() > c {
            std::cmp::Ordering::Greater
        } else {
            std::cmp::Ordering::Equal
        }
    };
    class.ranges().binary_search_by(order).is_ok()
}

fn table() -> Vec<(char, Vec<char>)> {
    // A cheap question first; the costly one decides.
    let cased = |c: &char| {
        c.to_lowercase().next() != Some(*c)
            || c.to_uppercase().next() != Some(*c)
            || c.is_lowercase()
            || c.is_uppercase()
    };
    (FOLDABLE.0..=FOLDABLE.1)
        .filter(cased)
        .filter_map(others)
        .collect()
}

/// A character with those that it folds to, if there are any.
fn others(c: char) -> Option<(char, Vec<char>)> {
    let mut class = ClassUnicode::new([ClassUnicodeRange::new(c, c)]);
    class.try_case_fold_simple().ok()?;
    let ranges = class.ranges().iter();
    let all = ranges.flat_map(|range| range.start()..=range.end());
    let others: Vec<_> = all.filter(|other| *other != c).collect();
    (!others.is_empty()).then_some((c, others))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The library's answer.
    fn slowly(class: &ClassUnicode) -> ClassUnicode {
        let mut class = class.clone();
        class.try_case_fold_simple().unwrap();
        class
    }

    fn agrees(ranges: &[(char, char)]) {
        let ranges = ranges.iter().map(|(a, b)| ClassUnicodeRange::new(*a, *b));
        let mut class = ClassUnicode::new(ranges);
        let slow = slowly(&class);
        fold(&mut class);
        assert_eq!(class, slow);
    }

    #[test]
    fn the_table_says_what_the_library_says() {
        agrees(&[]);
        agrees(&[('\0', char::MAX)]);
        agrees(&[('\0', 'j'), ('l', char::MAX)]);
        // Every character by itself, in bands, so that none is forgotten.
        let all: Vec<char> = ('\0'..='\u{1ffff}').collect();
        for (place, band) in all.chunks(61).enumerate() {
            let some = band.iter().skip(place % 3).step_by(2);
            agrees(&some.map(|c| (*c, *c)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn no_character_outside_the_bounds_has_another_case() {
        let mut outside = ('\0'..FOLDABLE.0).chain('\u{1e944}'..=char::MAX);
        assert_eq!(outside.find_map(others), None);
    }
}
