//! Mutants of a rule: the rule with one small thing wrong.
//!
//! A test that cannot tell a rule from a mutant of it does not test the part
//! that was changed. Two changes are made, through the syntax tree and on the
//! text, so that a mutant is a file that a person could have written:
//!
//! * [`Kind::Drop`] takes a predicate, or a group of them, out of the `and`,
//!   `or` or section that holds it. Where it is the only one, what encloses it
//!   (parentheses, `not`, the statement) goes as well.
//! * [`Kind::Flip`] turns a predicate `P` into `not (P)`, and `not P` into `P`.
//!   Negation is written around the predicate, never into its operator: of a
//!   repeated field, `=` and `!=` can both hold, and only `not` is exact.
//!
//! Assignments of placeholders and equalities between events are dropped only,
//! since a rule cannot do without them in another way. In `condition`, a count
//! loses its bound or has it moved by one ([`Kind::Flip`] in either direction),
//! and `$e` and `!$e` change places. Of `outcome`, only what decides
//! `$risk_score` and `$severity` is touched: the condition of each `if()`.
//!
//! A mutant parses. Whether it compiles is the caller's to find out: one that
//! does not is stillborn and says nothing about the tests.

mod condition;
mod outcome;
mod place;
mod walk;

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use yaral_syntax::ast::{File, Rule};
use yaral_syntax::diagnostic::{LineIndex, Severity};

use place::{Change, one_line};

/// How many bytes of text all mutants of one file may have together. Each is
/// a copy of the file, so their number alone does not bound them.
pub const MUTANT_BYTES_MAX: usize = 64 << 20;

/// What was done to the predicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// It is gone.
    Drop,
    /// It says the opposite, or its bound is one off.
    Flip,
}

impl Kind {
    /// The lower-case word that stands for it in test files and output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Flip => "flip",
        }
    }
}

/// A rule file with one thing changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// The rule that was changed.
    pub rule: String,
    /// The line where the predicate begins, counted from 1.
    pub line: u32,
    /// The column in characters where the predicate begins, counted from 1.
    pub column: u32,
    /// What was done.
    pub kind: Kind,
    /// The predicate as it is written, on one line and without comments.
    pub predicate: String,
    /// What stands in its place, on one line; empty if nothing does.
    pub becomes: String,
    /// The whole file with the change in it.
    pub text: String,
}

/// The mutants of a file, and how many there was no room for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// The mutants in the order of their places in the file.
    pub mutants: Vec<Mutant>,
    /// How many changes were not made because of [`MUTANT_BYTES_MAX`].
    pub left_out: usize,
}

/// The mutants of a rule file in the order of their places; at one place the
/// outer predicate comes first. Changes that give the same text are given once.
/// A text with mistakes gives none. Beyond [`MUTANT_BYTES_MAX`] no more are
/// made; [`make`] says how many that were.
#[must_use]
pub fn mutants(text: &str) -> Vec<Mutant> {
    make(text).mutants
}

/// [`mutants`], and how many were left out.
#[must_use]
pub fn make(text: &str) -> Made {
    within(text, MUTANT_BYTES_MAX)
}

fn within(text: &str, bytes: usize) -> Made {
    let parse = yaral_syntax::parse(text);
    let mistaken = parse
        .errors()
        .iter()
        .any(|found| found.severity == Severity::Error);
    if mistaken {
        return Made::default();
    }
    let index = LineIndex::new(text);
    let mut writer = Writer {
        text,
        index: &index,
        room: bytes,
        seen: BTreeMap::new(),
        made: Made::default(),
    };
    writer.file(&parse.file());
    writer.made
}

struct Writer<'a> {
    text: &'a str,
    index: &'a LineIndex<'a>,
    /// Bytes that may still be written.
    room: usize,
    /// The mutants by the hash of their texts.
    seen: BTreeMap<u64, Vec<usize>>,
    made: Made,
}

impl Writer<'_> {
    fn file(&mut self, file: &File) {
        for rule in file.rules() {
            let name = rule.name().map(|name| name.text).unwrap_or_default();
            for change in changes(&rule) {
                self.change(&name, &change);
            }
        }
    }

    fn change(&mut self, rule: &str, change: &Change) {
        let cost = self.text.len() + change.size();
        if cost > self.room {
            self.made.left_out += 1;
            return;
        }
        let text = change.apply(self.text);
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let same = self.seen.entry(hasher.finish()).or_default();
        let mutants = &mut self.made.mutants;
        if text == self.text
            || same
                .iter()
                .any(|&i| mutants.get(i).is_some_and(|m| m.text == text))
        {
            return;
        }
        same.push(mutants.len());
        self.room -= cost;
        let at = self.index.line_column(change.at());
        mutants.push(Mutant {
            rule: rule.to_owned(),
            line: at.line,
            column: at.column,
            kind: change.kind,
            predicate: one_line(&change.node),
            becomes: change.with.show(),
            text,
        });
    }
}

/// The changes of one rule in the order of their places.
fn changes(rule: &Rule) -> Vec<Change> {
    let mut out = Vec::new();
    if let Some(events) = rule.events() {
        for predicate in events.predicates() {
            walk::walk(&predicate, &walk::Events, &mut out);
        }
    }
    if let Some(outcome) = rule.outcome() {
        outcome::walk(&outcome, &mut out);
    }
    if let Some(condition) = rule.condition() {
        let scope = condition::Condition::new(&condition, rule.outcome().as_ref());
        if let Some(expr) = condition.expr() {
            walk::walk(&expr, &scope, &mut out);
        }
    }
    // Stable, so that changes of one predicate stay in the order they were thought of.
    out.sort_by_key(|change| (change.at(), std::cmp::Reverse(change.end())));
    out
}

#[cfg(test)]
mod tests;
