//! Two texts as a unified diff, which people read and `patch` applies.
//!
//! The shortest script is searched up to [`EDITS_MAX`] edits; texts that differ
//! more are shown as one piece replaced by another, so that time and memory are
//! bounded.

use std::borrow::Cow;
use std::io::{self, Write};

use yaral_runtime::escape_terminal;

use crate::render::style::Paint;
use crate::term::Term;

/// Lines shown around a change.
const CONTEXT: usize = 3;

/// How many lines removed and added a shortest script is searched for.
const EDITS_MAX: usize = 1_000;

/// A line of the old text, the new one, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edit {
    Keep,
    Remove,
    Add,
}

/// Writes the difference; nothing if there is none.
pub(crate) fn write(
    out: &mut dyn Write,
    name: &str,
    old: &str,
    new: &str,
    term: Term,
) -> io::Result<()> {
    let (old, new) = (lines(old), lines(new));
    let edits = edits(&old, &new);
    if edits.iter().all(|edit| *edit == Edit::Keep) {
        return Ok(());
    }
    // What goes to a file must apply; what goes to a terminal must be harmless.
    let tame = term.stdout_is_terminal;
    let name = escape_terminal(name);
    writeln!(out, "--- {name}\n+++ {name}")?;
    let (mut at, mut from, mut to) = (0, 0, 0);
    while let Some(range) = next_hunk(&edits, at) {
        let skipped = range.start - at;
        (from, to) = (from + skipped, to + skipped);
        let hunk = edits.get(range.clone()).unwrap_or_default();
        let olds = hunk.iter().filter(|edit| **edit != Edit::Add).count();
        let news = hunk.iter().filter(|edit| **edit != Edit::Remove).count();
        let place = |at: usize, count: usize| format!("{},{count}", at + usize::from(count > 0));
        writeln!(out, "@@ -{} +{} @@", place(from, olds), place(to, news))?;
        for edit in hunk {
            let (line, next) = match edit {
                Edit::Add => (new.get(to), (from, to + 1)),
                Edit::Remove => (old.get(from), (from + 1, to)),
                Edit::Keep => (old.get(from), (from + 1, to + 1)),
            };
            print(
                out,
                *edit,
                line.copied().unwrap_or_default(),
                tame,
                term.paint,
            )?;
            (from, to) = next;
        }
        at = range.end;
    }
    Ok(())
}

/// One line with its mark.
fn print(out: &mut dyn Write, edit: Edit, line: &str, tame: bool, paint: Paint) -> io::Result<()> {
    let bare = line.strip_suffix('\n').unwrap_or(line);
    let shown = if tame {
        escape_terminal(bare)
    } else {
        Cow::Borrowed(bare)
    };
    match edit {
        Edit::Keep => writeln!(out, " {shown}")?,
        Edit::Remove => writeln!(out, "{}", paint.removed(&format!("-{shown}")))?,
        Edit::Add => writeln!(out, "{}", paint.added(&format!("+{shown}")))?,
    }
    if bare.len() == line.len() {
        writeln!(out, "\\ No newline at end of file")?;
    }
    Ok(())
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// The next run of changes at or behind `at` with the lines around it.
fn next_hunk(edits: &[Edit], at: usize) -> Option<std::ops::Range<usize>> {
    let rest = edits.get(at..)?;
    let first = at + rest.iter().position(|edit| *edit != Edit::Keep)?;
    let start = first.saturating_sub(CONTEXT).max(at);
    let mut end = first;
    for (index, edit) in edits.iter().enumerate().skip(first) {
        if *edit != Edit::Keep {
            end = index + 1;
        } else if index >= end + 2 * CONTEXT {
            break;
        }
    }
    Some(start..(end + CONTEXT).min(edits.len()))
}

/// The edits that make `new` of `old`.
fn edits(old: &[&str], new: &[&str]) -> Vec<Edit> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old, new) = (
        old.get(head..).unwrap_or_default(),
        new.get(head..).unwrap_or_default(),
    );
    let tail = old.iter().rev().zip(new.iter().rev());
    let tail = tail.take_while(|(a, b)| a == b).count();
    let (old, new) = (
        old.get(..old.len() - tail).unwrap_or_default(),
        new.get(..new.len() - tail).unwrap_or_default(),
    );
    let mut all = vec![Edit::Keep; head];
    if let Some(middle) = shortest(old, new) {
        all.extend(middle);
    } else {
        all.extend(std::iter::repeat_n(Edit::Remove, old.len()));
        all.extend(std::iter::repeat_n(Edit::Add, new.len()));
    }
    all.extend(std::iter::repeat_n(Edit::Keep, tail));
    all
}

/// The shortest script, by the greedy search over diagonals that Myers
/// described in 1986; `None` if it is longer than [`EDITS_MAX`].
fn shortest(old: &[&str], new: &[&str]) -> Option<Vec<Edit>> {
    let middle = EDITS_MAX + 1;
    // For each diagonal (old minus new, around `middle`) the furthest old line.
    let mut reach = vec![0_usize; 2 * middle + 1];
    let mut trail: Vec<Vec<usize>> = Vec::new();
    for count in 0..=EDITS_MAX {
        trail.push(reach.get(middle - count..=middle + count)?.to_vec());
        for diagonal in (middle - count..=middle + count).step_by(2) {
            let mut from = step(&reach, diagonal, middle, count)?.0;
            let mut to = (from + middle).checked_sub(diagonal)?;
            while old.get(from).zip(new.get(to)).is_some_and(|(a, b)| a == b) {
                (from, to) = (from + 1, to + 1);
            }
            *reach.get_mut(diagonal)? = from;
            if from >= old.len() && to >= new.len() {
                return backtrack(&trail, (old.len(), new.len()));
            }
        }
    }
    None
}

/// The old line that a diagonal is entered at, and whether a line was added.
fn step(reach: &[usize], diagonal: usize, middle: usize, count: usize) -> Option<(usize, bool)> {
    let (below, above) = (reach.get(diagonal - 1)?, reach.get(diagonal + 1)?);
    let lowest = diagonal + count == middle;
    let added = lowest || (diagonal != middle + count && below < above);
    Some(if count == 0 {
        (0, true)
    } else if added {
        (*above, true)
    } else {
        (*below + 1, false)
    })
}

fn backtrack(trail: &[Vec<usize>], end: (usize, usize)) -> Option<Vec<Edit>> {
    let (mut from, mut to) = end;
    let mut edits = Vec::new();
    for (count, reach) in trail.iter().enumerate().rev() {
        if count == 0 {
            break;
        }
        // The diagonal relative to the lowest that the snapshot holds.
        let diagonal = (from + count).checked_sub(to)?;
        let below = diagonal.checked_sub(1).and_then(|at| reach.get(at));
        let above = reach.get(diagonal + 1);
        let added = diagonal == 0 || (diagonal != 2 * count && below < above);
        let entered = if added { *above? } else { *below? + 1 };
        while from > entered {
            edits.push(Edit::Keep);
            (from, to) = (from - 1, to.checked_sub(1)?);
        }
        if added {
            edits.push(Edit::Add);
            to = to.checked_sub(1)?;
        } else {
            edits.push(Edit::Remove);
            from = from.checked_sub(1)?;
        }
    }
    edits.extend(std::iter::repeat_n(Edit::Keep, from));
    edits.reverse();
    Some(edits)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Applies the edits to the old lines.
    fn apply(old: &[&str], new: &[&str], edits: &[Edit]) -> Vec<String> {
        let (mut from, mut to, mut out) = (0, 0, Vec::new());
        for edit in edits {
            match edit {
                Edit::Keep => {
                    assert_eq!(old[from], new[to]);
                    out.push(old[from].to_owned());
                    (from, to) = (from + 1, to + 1);
                }
                Edit::Remove => from += 1,
                Edit::Add => {
                    out.push(new[to].to_owned());
                    to += 1;
                }
            }
        }
        assert_eq!((from, to), (old.len(), new.len()));
        out
    }

    fn changes(edits: &[Edit]) -> usize {
        edits.iter().filter(|edit| **edit != Edit::Keep).count()
    }

    #[test]
    fn scripts_are_right_and_short() {
        for (old, new, count) in [
            ("", "", 0),
            ("abc", "abc", 0),
            ("", "ab", 2),
            ("ab", "", 2),
            ("abcabba", "cbabac", 5),
            ("xaxbxc", "abc", 3),
            ("abc", "xaxbxc", 3),
        ] {
            let split = |text: &'static str| -> Vec<&str> {
                (0..text.len()).map(|at| &text[at..=at]).collect()
            };
            let (old, new) = (split(old), split(new));
            let edits = edits(&old, &new);
            assert_eq!(apply(&old, &new, &edits), new);
            assert_eq!(changes(&edits), count, "{old:?} {new:?}");
        }
    }

    #[test]
    fn texts_that_differ_much_are_replaced_in_one_piece() {
        let lines = |from: usize, count: usize| -> Vec<String> {
            (from..from + count).map(|n| n.to_string()).collect()
        };
        // At the limit, one beyond, and far beyond.
        for count in [EDITS_MAX / 2, EDITS_MAX / 2 + 1, 100_000] {
            let (old, new) = (lines(0, count), lines(1_000_000, count));
            let old: Vec<&str> = old.iter().map(String::as_str).collect();
            let new: Vec<&str> = new.iter().map(String::as_str).collect();
            let edits = edits(&old, &new);
            assert_eq!(changes(&edits), 2 * count);
            assert_eq!(apply(&old, &new, &edits), new);
        }
    }
}
