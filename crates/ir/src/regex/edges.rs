//! Takes off what cannot decide whether an unanchored pattern matches.
//!
//! Seven in ten patterns of the public corpus begin with `.*`. A part at either end that may
//! repeat zero times says nothing about *whether* there is a match, only where it begins or ends:
//! without it the search goes straight for the literal. Used for yes-or-no questions alone.

use regex_syntax::hir::{Hir, HirKind};

/// The same pattern for the question whether it matches. Groups at the ends are dissolved. The
/// call depth is that of the pattern, which the parser bounds.
pub(super) fn trimmed(hir: &Hir) -> Hir {
    trim(hir, true, true)
}

/// Trims `hir`, which begins the whole pattern if `first` and ends it if `last`.
fn trim(hir: &Hir, first: bool, last: bool) -> Hir {
    if !first && !last {
        return hir.clone();
    }
    match hir.kind() {
        HirKind::Repetition(repetition) if repetition.min == 0 => Hir::empty(),
        HirKind::Capture(capture) => trim(&capture.sub, first, last),
        HirKind::Alternation(branches) => Hir::alternation(
            branches
                .iter()
                .map(|branch| trim(branch, first, last))
                .collect(),
        ),
        HirKind::Concat(parts) => sequence(parts, first, last),
        _ => hir.clone(),
    }
}

/// Trims from both ends inwards, up to the first part on each side that leaves something.
fn sequence(parts: &[Hir], first: bool, last: bool) -> Hir {
    let mut begin = Vec::new();
    let mut rest = parts;
    while first && begin.is_empty() {
        let Some((part, after)) = rest.split_first() else {
            break;
        };
        rest = after;
        let kept = trim(part, true, last && after.is_empty());
        if !matches!(kept.kind(), HirKind::Empty) {
            begin.push(kept);
        }
    }
    let mut end = Vec::new();
    while last && end.is_empty() {
        let Some((part, before)) = rest.split_last() else {
            break;
        };
        rest = before;
        let kept = trim(part, first && begin.is_empty() && before.is_empty(), true);
        if !matches!(kept.kind(), HirKind::Empty) {
            end.push(kept);
        }
    }
    Hir::concat(
        begin
            .into_iter()
            .chain(rest.iter().cloned())
            .chain(end)
            .collect(),
    )
}
