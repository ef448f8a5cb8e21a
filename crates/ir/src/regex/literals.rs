//! Literals one of which must occur in every match.
//!
//! Used to say "cannot match" before a pattern is run, so the only property that counts is
//! soundness: a set is given only if each match holds at least one of its members, byte for byte.
//! A prefix set of any part that every match passes through has that property; the parts are the
//! tails of sequences, which is how `.*needle.*` yields `needle`.

use std::cmp::Reverse;

use regex_syntax::hir::literal::{ExtractKind, Extractor, Seq};
use regex_syntax::hir::{Hir, HirKind};

use super::limits::{LITERALS_MAX, LITERALS_PATTERN_BYTES_MAX};
use super::parse::parse;

/// How many places of one sequence are tried as the beginning of a literal.
const STARTS_MAX: usize = 32;

/// The required literals of a pattern, sorted; `None` if there are none, or too many.
pub(super) fn required(text: &str, nocase: bool) -> Option<Vec<String>> {
    if text.len() > LITERALS_PATTERN_BYTES_MAX {
        return None;
    }
    let parsed = parse(text, nocase).ok()?;
    of(&parsed.hir)
}

/// The call depth is that of the pattern, which the parser bounds.
fn of(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => None,
        HirKind::Literal(_) | HirKind::Class(_) => prefixes(hir),
        HirKind::Repetition(repetition) if repetition.min == 0 => None,
        HirKind::Repetition(repetition) => of(&repetition.sub),
        HirKind::Capture(capture) => of(&capture.sub),
        HirKind::Alternation(branches) => {
            let mut all = Vec::new();
            for branch in branches {
                all.extend(of(branch)?);
                if all.len() > LITERALS_MAX {
                    return None;
                }
            }
            tidy(all)
        }
        HirKind::Concat(parts) => {
            let inside = parts.iter().filter_map(of);
            let starts = (0..parts.len()).filter(|&start| begins_literal(&parts[start]));
            let tails = starts.take(STARTS_MAX).filter_map(|start| {
                prefixes(&Hir::concat(
                    parts.iter().skip(start).take(STARTS_MAX).cloned().collect(),
                ))
            });
            inside.chain(tails).max_by_key(|set| worth(set))
        }
    }
}

fn begins_literal(hir: &Hir) -> bool {
    matches!(
        hir.kind(),
        HirKind::Literal(_) | HirKind::Alternation(_) | HirKind::Capture(_) | HirKind::Class(_)
    )
}

/// The longer the shortest member, the more a set says; from a length on that is rare in any text,
/// fewer members are worth more than longer ones.
fn worth(set: &[String]) -> (usize, Reverse<usize>, usize) {
    const RARE_BYTES: usize = 6;
    let shortest = set.iter().map(String::len).min().unwrap_or(0);
    (shortest.min(RARE_BYTES), Reverse(set.len()), shortest)
}

/// What a match of `hir` can begin with.
fn prefixes(hir: &Hir) -> Option<Vec<String>> {
    let mut extractor = Extractor::new();
    extractor
        .kind(ExtractKind::Prefix)
        .limit_total(LITERALS_MAX);
    let sequence: Seq = extractor.extract(hir);
    let literals = sequence.literals()?;
    tidy(
        literals
            .iter()
            .map(|literal| whole_characters(literal.as_bytes()))
            .collect(),
    )
}

/// A literal cut to its last whole character: a shorter literal is still required.
fn whole_characters(bytes: &[u8]) -> String {
    bytes
        .utf8_chunks()
        .next()
        .map(|chunk| chunk.valid().to_owned())
        .unwrap_or_default()
}

/// Sorted, without doubles. An empty member says nothing, and an empty set comes from a part that
/// never matches, which is not worth a special case.
fn tidy(mut literals: Vec<String>) -> Option<Vec<String>> {
    literals.sort_unstable();
    literals.dedup();
    let useful = !literals.is_empty()
        && literals.len() <= LITERALS_MAX
        && literals.iter().all(|one| !one.is_empty());
    useful.then_some(literals)
}
