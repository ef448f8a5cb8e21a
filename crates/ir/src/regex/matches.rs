//! Walks over the matches of a text in the order and number RE2 has them.
//!
//! Leftmost first, not overlapping; an empty match right at the end of the match before it does
//! not count. Each search is linear in the rest of the text.

use regex_automata::meta::Regex;
use regex_automata::util::primitives::NonMaxUsize;
use regex_automata::{Input, Span};

use super::limits::GROUPS_RECORDED_MAX;

/// One match: the whole and the recorded groups.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    slots: [Option<NonMaxUsize>; 2 * (1 + GROUPS_RECORDED_MAX)],
}

impl Found {
    /// The bytes of group `index` (0 is the whole match), `None` if it took no part.
    pub(super) fn span(&self, index: usize) -> Option<Span> {
        let start = self.slots.get(2 * index).copied().flatten()?;
        let end = self.slots.get(2 * index + 1).copied().flatten()?;
        Some(Span {
            start: start.get(),
            end: end.get(),
        })
    }

    /// The text of group `index`. With `\C` a group can end inside a character, which then belongs
    /// to it as a whole: what is returned has to be text.
    pub(super) fn text<'t>(&self, index: usize, text: &'t str) -> &'t str {
        match self.span(index) {
            Some(span) if !span.is_empty() => {
                let start = text.floor_char_boundary(span.start);
                let end = text.ceil_char_boundary(span.end);
                text.get(start..end).unwrap_or_default()
            }
            _ => "",
        }
    }
}

/// The first match at or after `from`; what stands before `from` is still seen by `^` and `\b`.
pub(super) fn find(regex: &Regex, text: &str, from: usize, groups: usize) -> Option<Found> {
    let mut found = Found::default();
    let recorded = groups.min(GROUPS_RECORDED_MAX);
    let slots = found.slots.get_mut(..2 * (1 + recorded))?;
    regex.search_slots(&Input::new(text).range(from..text.len()), slots)?;
    Some(found)
}

/// All matches of a text.
#[derive(Debug)]
pub(super) struct Matches<'r, 't> {
    regex: &'r Regex,
    text: &'t str,
    /// How many groups each match records.
    groups: usize,
    at: usize,
    last_end: Option<usize>,
}

impl<'r, 't> Matches<'r, 't> {
    pub(super) fn new(regex: &'r Regex, text: &'t str, groups: usize) -> Self {
        Self {
            regex,
            text,
            groups,
            at: 0,
            last_end: None,
        }
    }
}

impl Iterator for Matches<'_, '_> {
    type Item = (Span, Found);

    fn next(&mut self) -> Option<Self::Item> {
        while self.at <= self.text.len() {
            let found = find(self.regex, self.text, self.at, self.groups)?;
            let whole = found.span(0)?;
            let repeated = whole.is_empty() && self.last_end == Some(whole.start);
            // `\B` also holds between the bytes of a character; nothing can be inserted there.
            if repeated || (whole.is_empty() && !self.text.is_char_boundary(whole.start)) {
                self.at = self
                    .text
                    .ceil_char_boundary(whole.end + 1)
                    .max(whole.end + 1);
                continue;
            }
            self.at = whole.end;
            self.last_end = Some(whole.end);
            return Some((whole, found));
        }
        None
    }
}
