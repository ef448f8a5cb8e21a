//! Which records cannot match any loaded rule.
//!
//! The needs of the rules are turned into tests on mapping rows once. For a
//! record, each row that some test asks about is computed once, and a rule is
//! out as soon as one of its tests fails. A record is passed over only if every
//! rule is out. What cannot be known cheaply passes: the answer "candidate" is
//! always allowed, the answer "no" must be right.
//!
//! A field that no row of the mapping fills is absent from every event of the
//! log type, so a need on it fails for every record.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};

use yaral_udm::{EnumId, FieldKind, Need, NeedTest, Needs};

use crate::rows::{Family, Plan, Planned, Value};

/// What the value of a row must be.
#[derive(Clone, Eq, PartialEq, Ord, PartialOrd)]
enum Test {
    Equals(Vec<String>),
    EqualsNoCase(Vec<String>),
    Contains(Vec<String>),
    Present,
}

/// The tests on one row, each with its place among the answers.
struct Probe {
    row: usize,
    tests: Vec<(Test, bool, usize)>,
    /// The tests for a text within, all in one search.
    within: Option<Within>,
}

/// What texts within a value answer.
struct Within {
    search: AhoCorasick,
    /// The answers that each text gives.
    answers: Vec<Vec<usize>>,
    /// The answers, each with what an absent value gives.
    all: Vec<(usize, bool)>,
}

/// The prefilter of a normalizer.
pub(crate) struct Prefilter {
    /// Every record is a candidate.
    open: bool,
    probes: Vec<Probe>,
    /// Of each rule the places of the answers that must be yes.
    rules: Vec<Vec<usize>>,
    answers: Vec<bool>,
}

/// What is known about a need before any record is seen.
enum Known {
    /// It may hold or not, nobody knows cheaply.
    Unknown,
    /// It never holds.
    Never,
    /// It is a test on a row.
    Row(usize, Test, bool),
}

impl Prefilter {
    pub(crate) fn new<F: Family>(needs: &Needs, plan: &Plan<F>) -> Self {
        let mut places = BTreeMap::new();
        let mut rules = Vec::new();
        let mut open = needs.rules.is_empty();
        for rule in &needs.rules {
            let mut tests = Vec::new();
            let mut never = false;
            for need in rule {
                match known(need, plan) {
                    Known::Unknown => {}
                    Known::Never => never = true,
                    Known::Row(row, test, absent) => {
                        let next = places.len();
                        tests.push(*places.entry((row, test, absent)).or_insert(next));
                    }
                }
            }
            if never {
                continue;
            }
            open |= tests.is_empty();
            tests.sort_unstable();
            tests.dedup();
            rules.push(tests);
        }
        rules.sort_unstable();
        rules.dedup();
        let answers = vec![false; places.len()];
        Self {
            open,
            probes: probes(places),
            rules,
            answers,
        }
    }

    /// Whether some rule may match the record with these facts.
    pub(crate) fn admits<'a, F: Family>(
        &mut self,
        plan: &Plan<F>,
        facts: &'a F::Facts<'a>,
    ) -> bool {
        if self.open {
            return true;
        }
        for probe in &self.probes {
            let Some(planned) = plan.rows.get(probe.row) else {
                return true;
            };
            let value = (planned.row.value)(facts);
            if let Some(within) = &probe.within {
                within.answer(&value, &mut self.answers);
            }
            for (test, absent, place) in &probe.tests {
                self.answers[*place] = test.passes(&value, *absent);
            }
        }
        let answers = &self.answers;
        self.rules
            .iter()
            .any(|rule| rule.iter().all(|place| answers[*place]))
    }
}

/// The tests by row, those for texts within a value put together.
fn probes(places: BTreeMap<(usize, Test, bool), usize>) -> Vec<Probe> {
    let mut probes: Vec<Probe> = Vec::new();
    let mut within: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut all = Vec::new();
    let mut places = places.into_iter().peekable();
    while let Some(((row, test, absent), place)) = places.next() {
        if probes.last().is_none_or(|probe| probe.row != row) {
            probes.push(Probe {
                row,
                tests: Vec::new(),
                within: None,
            });
        }
        let Some(probe) = probes.last_mut() else {
            break;
        };
        match test {
            Test::Contains(literals) => {
                all.push((place, absent));
                for literal in literals {
                    within.entry(literal).or_default().push(place);
                }
            }
            test => probe.tests.push((test, absent, place)),
        }
        let row_ends = places.peek().is_none_or(|((next, ..), _)| *next != row);
        if row_ends && !all.is_empty() {
            let (within, all) = (std::mem::take(&mut within), std::mem::take(&mut all));
            match Within::new(within, all) {
                Ok(within) => probe.within = Some(within),
                Err(tests) => probe.tests.extend(tests),
            }
        }
    }
    probes
}

impl Within {
    /// All searches in one; the tests themselves if there are too many texts
    /// for that.
    fn new(
        texts: BTreeMap<String, Vec<usize>>,
        all: Vec<(usize, bool)>,
    ) -> Result<Self, Vec<(Test, bool, usize)>> {
        let search = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(texts.keys());
        let Ok(search) = search else {
            let of = |place: usize| {
                let named = texts.iter().filter(|(_, places)| places.contains(&place));
                Test::Contains(named.map(|(text, _)| text.clone()).collect())
            };
            return Err(all
                .into_iter()
                .map(|(place, absent)| (of(place), absent, place))
                .collect());
        };
        Ok(Self {
            search,
            answers: texts.into_values().collect(),
            all,
        })
    }

    fn answer(&self, value: &Value<'_>, answers: &mut [bool]) {
        let (absent, time) = match value {
            Value::Absent => (true, false),
            Value::Text(text) => (text.is_empty(), false),
            Value::Many(texts) => (texts.is_empty(), false),
            Value::Int(_) => (false, false),
            Value::Time(_) => (false, true),
        };
        for (place, passes) in &self.all {
            answers[*place] = time || (absent && *passes);
        }
        if absent || time {
            return;
        }
        let mut see = |text: &str| {
            for found in self.search.find_overlapping_iter(text) {
                for place in &self.answers[found.pattern().as_usize()] {
                    answers[*place] = true;
                }
            }
        };
        match value {
            Value::Text(text) => see(text),
            Value::Int(number) => see(&number.to_string()),
            Value::Many(texts) => texts.iter().for_each(|text| see(text)),
            Value::Absent | Value::Time(_) => {}
        }
    }
}

/// What can be said about a need, given the rows of a mapping.
fn known<F: Family>(need: &Need, plan: &Plan<F>) -> Known {
    let mut found = None;
    for (place, planned) in plan.rows.iter().enumerate() {
        match relation(need, planned) {
            Relation::Apart => {}
            Relation::Same if found.is_none() => found = Some(place),
            Relation::Same | Relation::Near => return Known::Unknown,
        }
    }
    let enumeration = match need.path.leaf().kind() {
        FieldKind::Enum(id) => Some(id),
        FieldKind::Timestamp | FieldKind::Duration | FieldKind::Message(_) => {
            return Known::Unknown;
        }
        _ => None,
    };
    let test = Test::new(&need.test);
    let absent = test.passes_absent(enumeration);
    match found {
        Some(row) => Known::Row(row, test, absent),
        None if absent => Known::Unknown,
        None => Known::Never,
    }
}

enum Relation {
    /// The row says nothing about the need.
    Apart,
    /// The row fills what the need asks about, and nothing else does.
    Same,
    /// The row fills something above or below it.
    Near,
}

fn relation<F: Family>(need: &Need, planned: &Planned<F>) -> Relation {
    let (asked, filled) = (need.path.steps(), planned.path.steps());
    let common = asked.len().min(filled.len());
    if need.path.root() != planned.path.root() || asked[..common] != filled[..common] {
        return Relation::Apart;
    }
    match (need.key.as_deref(), planned.row.key) {
        _ if asked.len() != filled.len() => Relation::Near,
        (Some(asked), Some(filled)) if asked != filled => Relation::Apart,
        (asked, filled) if asked == filled => Relation::Same,
        _ => Relation::Near,
    }
}

impl Test {
    fn new(test: &NeedTest) -> Self {
        let sorted = |literals: &[String]| {
            let mut literals = literals.to_vec();
            literals.sort_unstable();
            literals
        };
        match test {
            NeedTest::Equals(literals) => Self::Equals(sorted(literals)),
            NeedTest::EqualsNoCase(literals) => Self::EqualsNoCase(sorted(literals)),
            NeedTest::Contains(literals) => Self::Contains(literals.clone()),
            NeedTest::Present => Self::Present,
        }
    }

    /// Whether an absent field may pass: it reads as the default of its type,
    /// which rules can ask for.
    fn passes_absent(&self, enumeration: Option<EnumId>) -> bool {
        let zero = enumeration.and_then(|id| id.value_name(0));
        let default = |literal: &String| {
            matches!(literal.as_str(), "" | "0" | "false" | "null")
                || zero.is_some_and(|zero| zero.eq_ignore_ascii_case(literal))
        };
        match self {
            Self::Equals(literals) | Self::EqualsNoCase(literals) => literals.iter().any(default),
            Self::Contains(literals) => {
                let within =
                    |literal: &String| zero.is_some_and(|zero| zero.contains(literal.as_str()));
                literals
                    .iter()
                    .any(|literal| default(literal) || within(literal))
            }
            Self::Present => false,
        }
    }

    fn passes(&self, value: &Value<'_>, absent: bool) -> bool {
        match value {
            Value::Absent => absent,
            Value::Text(text) if text.is_empty() => absent,
            Value::Text(text) => self.holds(text),
            Value::Int(number) => self.holds(&number.to_string()),
            Value::Time(_) => true,
            Value::Many(texts) if texts.is_empty() => absent,
            Value::Many(texts) => texts.iter().any(|text| self.holds(text)),
        }
    }

    fn holds(&self, text: &str) -> bool {
        match self {
            Self::Equals(literals) => literals
                .binary_search_by(|literal| literal.as_str().cmp(text))
                .is_ok(),
            Self::EqualsNoCase(literals) => literals
                .iter()
                .any(|literal| literal.eq_ignore_ascii_case(text)),
            Self::Contains(literals) => literals
                .iter()
                .any(|literal| text.contains(literal.as_str())),
            Self::Present => true,
        }
    }
}
