//! What the rows of tuning tables do to the detections of a log.
//!
//! A row does to a detection what is different without it. The rules run with
//! all rows, with none, and with each row taken away alone; where two rows do
//! the same, taking one away changes nothing, so rows that seem to do nothing
//! run alone too. Whoever runs the variants tells a [`Book`] what each of
//! them detected; what follows is arithmetic of sets, and all of it is here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use yaral_ir::plan::{Expr, Plan};
use yaral_ir::source::Source;
use yaral_ir::tables::Table;

/// One detection in so many is put up for review.
pub const SAMPLE_ONE_IN: u64 = 100;

/// Detections of all variants together that a book remembers: a bound on
/// memory, at about 40 bytes each.
pub const SEEN_MAX: usize = 4_000_000;

/// Severities, lowest first.
const SEVERITIES: [&str; 5] = ["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"];

/// A row of a tuning table, by the table's name and its position there.
pub type Entry = (String, usize);

/// Which rows of tuning tables the rules run with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Variant {
    /// All.
    All,
    /// None.
    None,
    /// All but the entry at this position.
    Without(usize),
    /// The entry at this position alone.
    Only(usize),
}

impl Variant {
    /// The tables as this variant has them; those without entries stay.
    #[must_use]
    pub fn tables(
        self,
        tables: &BTreeMap<String, Arc<Table>>,
        entries: &[Entry],
    ) -> BTreeMap<String, Arc<Table>> {
        let mut made = tables.clone();
        let tuning: BTreeSet<&str> = entries.iter().map(|entry| entry.0.as_str()).collect();
        for (name, table) in &mut made {
            let of = |at: usize| entries.get(at).filter(|entry| entry.0 == *name);
            let kept = match self {
                Variant::None if tuning.contains(name.as_str()) => table.keeping(|_| false),
                Variant::Without(at) => match of(at) {
                    Some(entry) => table.keeping(|row| row != entry.1),
                    None => continue,
                },
                Variant::Only(at) if tuning.contains(name.as_str()) => {
                    let only = of(at).map(|entry| entry.1);
                    table.keeping(|row| Some(row) == only)
                }
                _ => continue,
            };
            *table = Arc::new(kept);
        }
        made
    }
}

/// The tables that a rule looks into.
#[must_use]
pub fn tables_of(plan: &Plan) -> BTreeSet<String> {
    let looked_up = plan.exprs.iter().filter_map(|node| match &node.expr {
        Expr::InList { list, .. } => list
            .name()
            .split_once('.')
            .map(|(table, _)| table.to_owned()),
        Expr::MatchesCell { column, .. } => Some(column.0.name.clone()),
        _ => None,
    });
    let joined = plan
        .variables
        .iter()
        .filter_map(|variable| match &variable.source {
            Source::Table(table) => Some(table.name.clone()),
            Source::Entity(Some(edit)) => Some(edit.table.name.clone()),
            _ => None,
        });
    looked_up.chain(joined).collect()
}

/// A detection that some variant made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Its id.
    pub id: String,
    /// The rule's name.
    pub rule: String,
    /// Where its first event stands, as `file:line`.
    pub place: String,
}

/// What a row, or all of them, does to one detection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touch {
    /// The detection.
    pub fact: Fact,
    /// Its severity with the rows; `None` if it is not made.
    pub with: Option<String>,
    /// Its severity without them; `None` if it is not made.
    pub without: Option<String>,
}

/// What became of a detection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It is not made.
    Suppressed,
    /// Its severity is lower.
    Lowered,
    /// Its severity is higher, or it is made only with the row.
    Raised,
}

impl Effect {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Effect::Suppressed => "suppressed",
            Effect::Lowered => "lowered",
            Effect::Raised => "raised",
        }
    }
}

impl Touch {
    /// What became of the detection.
    #[must_use]
    pub fn effect(&self) -> Effect {
        let rank = |word: &str| SEVERITIES.iter().position(|known| *known == word);
        match (&self.with, &self.without) {
            (None, _) => Effect::Suppressed,
            (Some(with), Some(without)) if rank(with) < rank(without) => Effect::Lowered,
            _ => Effect::Raised,
        }
    }
}

/// What a row does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Use {
    /// What would be different without it.
    pub alone: Vec<Touch>,
    /// What it does and another row does too, so that it could go.
    pub shared: Vec<Touch>,
}

impl Use {
    /// Whether the row does nothing on this log.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.alone.is_empty() && self.shared.is_empty()
    }
}

/// What the variants detected.
#[derive(Debug, Default)]
pub struct Book {
    facts: Vec<Fact>,
    ids: BTreeMap<String, usize>,
    words: Vec<String>,
    seen: BTreeMap<Variant, BTreeMap<usize, usize>>,
    count: usize,
    /// Detections that there was no room for; if there are any, the rest is
    /// not exact.
    pub cut: u64,
}

impl Book {
    /// Takes in that a variant made a detection of this severity.
    pub fn see(&mut self, variant: Variant, fact: Fact, severity: &str) {
        if self.count >= SEEN_MAX {
            self.cut += 1;
            return;
        }
        self.count += 1;
        let next = self.facts.len();
        let at = *self.ids.entry(fact.id.clone()).or_insert(next);
        if at == next {
            self.facts.push(fact);
        }
        let known = self.words.iter().position(|word| word == severity);
        let word = known.unwrap_or_else(|| {
            self.words.push(severity.to_owned());
            self.words.len() - 1
        });
        self.seen.entry(variant).or_default().insert(at, word);
    }

    /// What is different between two variants, of rules that `counts` picks,
    /// in order of ids.
    fn difference(
        &self,
        with: Variant,
        without: Variant,
        counts: impl Fn(&str) -> bool,
    ) -> Vec<Touch> {
        let empty = BTreeMap::new();
        let with = self.seen.get(&with).unwrap_or(&empty);
        let without = self.seen.get(&without).unwrap_or(&empty);
        let ids: BTreeSet<usize> = with.keys().chain(without.keys()).copied().collect();
        let word = |seen: &BTreeMap<usize, usize>, id: usize| {
            let word = seen.get(&id)?;
            self.words.get(*word).cloned()
        };
        let touches = ids.into_iter().filter_map(|id| {
            let fact = self.facts.get(id).filter(|fact| counts(&fact.rule))?;
            let (with, without) = (word(with, id), word(without, id));
            (with != without).then(|| Touch {
                fact: fact.clone(),
                with,
                without,
            })
        });
        let mut touches: Vec<Touch> = touches.collect();
        touches.sort_by(|a, b| a.fact.id.cmp(&b.fact.id));
        touches
    }

    /// What all rows together do: the detections that would have been made
    /// otherwise.
    #[must_use]
    pub fn all(&self) -> Vec<Touch> {
        self.difference(Variant::All, Variant::None, |_| true)
    }

    /// What each entry does; `reads` has the tables of each rule.
    #[must_use]
    pub fn uses(&self, entries: &[Entry], reads: &BTreeMap<String, BTreeSet<String>>) -> Vec<Use> {
        let of = |(at, entry): (usize, &Entry)| {
            let counts = |rule: &str| {
                reads
                    .get(rule)
                    .is_some_and(|tables| tables.contains(&entry.0))
            };
            let alone = self.difference(Variant::All, Variant::Without(at), counts);
            let ran = self.seen.contains_key(&Variant::Only(at));
            let shared = if ran && alone.is_empty() {
                self.difference(Variant::Only(at), Variant::None, counts)
            } else {
                Vec::new()
            };
            Use { alone, shared }
        };
        entries.iter().enumerate().map(of).collect()
    }

    /// The entries that must run alone: they seem to do nothing, and a rule
    /// that reads their table has a detection that no single row explains.
    #[must_use]
    pub fn unexplained(
        &self,
        entries: &[Entry],
        reads: &BTreeMap<String, BTreeSet<String>>,
    ) -> Vec<usize> {
        let uses = self.uses(entries, reads);
        let touched = uses.iter().flat_map(|found| &found.alone);
        let explained: BTreeSet<&str> = touched.map(|touch| touch.fact.id.as_str()).collect();
        let all = self.all();
        let open = all
            .iter()
            .filter(|touch| !explained.contains(touch.fact.id.as_str()));
        let tables: BTreeSet<&String> = open
            .filter_map(|touch| reads.get(&touch.fact.rule))
            .flatten()
            .collect();
        let idle = uses.iter().zip(entries).enumerate();
        idle.filter(|(_, (found, entry))| found.alone.is_empty() && tables.contains(&entry.0))
            .map(|(at, _)| at)
            .collect()
    }
}

/// The detections that a person should look at although a table lowered or
/// suppressed them: one in [`SAMPLE_ONE_IN`], always the same ones, and at
/// least one.
#[must_use]
pub fn sample(touches: &[Touch]) -> Vec<&Touch> {
    let taken: Vec<&Touch> = touches
        .iter()
        .filter(|touch| touch.effect() != Effect::Raised)
        .collect();
    let mut picked: Vec<&Touch> = taken
        .iter()
        .copied()
        .filter(|touch| number(&touch.fact.id).is_multiple_of(SAMPLE_ONE_IN))
        .collect();
    if picked.is_empty() {
        picked.extend(taken.into_iter().min_by_key(|touch| number(&touch.fact.id)));
    }
    picked
}

/// A number of an id, which is a hash already: its last 15 hex digits.
fn number(id: &str) -> u64 {
    let digits = id.rsplit('_').next().unwrap_or_default();
    let digits = digits
        .get(digits.len().saturating_sub(15)..)
        .unwrap_or_default();
    u64::from_str_radix(digits, 16).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(names: &[&str]) -> Vec<Entry> {
        names.iter().map(|name| ((*name).to_owned(), 0)).collect()
    }

    fn book(seen: &[(Variant, &str, &str, &str)]) -> Book {
        let mut book = Book::default();
        for (variant, rule, id, severity) in seen {
            let fact = Fact {
                id: (*id).to_owned(),
                rule: (*rule).to_owned(),
                place: "a.log:1".to_owned(),
            };
            book.see(*variant, fact, severity);
        }
        book
    }

    fn reads() -> BTreeMap<String, BTreeSet<String>> {
        [("r".to_owned(), ["a".to_owned(), "b".to_owned()].into())].into()
    }

    #[test]
    fn a_row_does_what_is_different_without_it() {
        use Variant::{All, None, Without};
        let book = book(&[
            (All, "r", "de_1", "LOW"),
            (All, "r", "de_3", "HIGH"),
            (None, "r", "de_1", "CRITICAL"),
            (None, "r", "de_2", "HIGH"),
            (Without(0), "r", "de_1", "CRITICAL"),
            (Without(0), "r", "de_3", "HIGH"),
            (Without(1), "r", "de_1", "LOW"),
            (Without(1), "r", "de_2", "HIGH"),
        ]);
        let entries = entries(&["a", "b"]);
        let uses = book.uses(&entries, &reads());
        let effects = |found: &Use| {
            let touches = found.alone.iter();
            touches
                .map(|touch| (touch.fact.id.clone(), touch.effect()))
                .collect::<Vec<_>>()
        };
        assert_eq!(effects(&uses[0]), [("de_1".to_owned(), Effect::Lowered)]);
        let second = [
            ("de_2".to_owned(), Effect::Suppressed),
            ("de_3".to_owned(), Effect::Raised),
        ];
        assert_eq!(effects(&uses[1]), second);
        assert_eq!(book.unexplained(&entries, &reads()), [0_usize; 0]);
        assert_eq!(sample(&book.all()).len(), 1);
    }

    #[test]
    fn two_rows_that_do_the_same_are_found_by_running_each_alone() {
        use Variant::{All, None, Only, Without};
        let mut seen = vec![(None, "r", "de_1", "CRITICAL")];
        for variant in [All, Without(0), Without(1), Without(2)] {
            seen.push((variant, "r", "de_1", "LOW"));
        }
        let entries = entries(&["a", "b", "c"]);
        // The third is of a table that the rule does not read.
        assert_eq!(book(&seen).unexplained(&entries, &reads()), [0, 1]);
        seen.push((Only(0), "r", "de_1", "LOW"));
        seen.push((Only(1), "r", "de_1", "CRITICAL"));
        let uses = book(&seen).uses(&entries, &reads());
        assert_eq!((uses[0].alone.len(), uses[0].shared.len()), (0, 1));
        assert!(uses[1].is_none() && uses[2].is_none());
    }

    #[test]
    fn the_sample_is_one_in_a_hundred_and_always_the_same() {
        let touch = |number: u64| Touch {
            fact: Fact {
                id: format!("de_{number:032x}"),
                rule: "r".to_owned(),
                place: String::new(),
            },
            with: None,
            without: Some("HIGH".to_owned()),
        };
        let many: Vec<_> = (1..=1_000).map(touch).collect();
        assert_eq!(sample(&many).len(), 10);
        let few: Vec<_> = (1..=5).map(touch).collect();
        assert_eq!(sample(&few)[0].fact.id, few[0].fact.id);
        assert!(sample(&[]).is_empty());
    }

    #[test]
    fn seen_max() {
        let mut book = Book {
            count: SEEN_MAX,
            ..Book::default()
        };
        let fact = Fact {
            id: "de_1".to_owned(),
            rule: "r".to_owned(),
            place: String::new(),
        };
        book.see(Variant::All, fact, "LOW");
        assert!(book.cut == 1 && book.seen.is_empty());
    }
}
