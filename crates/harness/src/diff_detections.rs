//! Detections of two versions of rules on the same events: which appear, which
//! disappear, which say something else.
//!
//! The id of a detection changes with every predicate of its rule, so it cannot
//! tell which detection of the new rule stands for which of the old one. They
//! are taken for one if they are of a rule of the same name, have the same
//! values of the match variables, and lie in a window with the same start; of a
//! rule without `match`, if they are about the same event.
//!
//! What both sides say is forgotten as soon as both have said it. So memory is
//! bounded by what differs, and by [`COMPARED_BYTES_MAX`].

use std::collections::BTreeMap;

use yaral_engine::Detection;
use yaral_ir::plan::Plan;
use yaral_ir::value::Value;
use yaral_udm::Timestamp;

/// How many bytes of detections that only one side has are kept.
pub const COMPARED_BYTES_MAX: usize = 256 << 20;

/// Which version of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The rules before the change.
    Old,
    /// The rules after it.
    New,
}

/// What a detection says, as far as it is compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    /// The severity, in capitals.
    pub severity: String,
    /// The risk score.
    pub risk_score: String,
    /// The other outcome variables, in written order.
    pub outcomes: Vec<(String, String)>,
    /// How many events each event variable has.
    pub counts: Vec<(String, u64)>,
}

/// A detection, as far as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its id.
    pub id: String,
    /// Its time.
    pub time: Timestamp,
    /// The start and the end of its window.
    pub window: (Timestamp, Timestamp),
    /// The match variables with their values, in written order.
    pub matches: Vec<(String, String)>,
    /// The ids of its first events.
    pub events: Vec<String>,
    /// What it says.
    pub told: Told,
}

/// One thing that a detection says otherwise than before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// `severity`, `risk_score`, the name of an outcome, or `#` and the name of
    /// an event variable whose number of events changed.
    pub name: String,
    /// What it was; `None` where it was not said.
    pub old: Option<String>,
    /// What it is; `None` where it is not said any more.
    pub new: Option<String>,
}

/// A detection that is there on both sides and says something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Before.
    pub old: Shown,
    /// After.
    pub new: Shown,
    /// What is different; never empty.
    pub differences: Vec<Difference>,
}

/// What a change does to the detections of one rule; lists are in order of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleDiff {
    /// Only the new rule detects these.
    pub appear: Vec<Shown>,
    /// Only the old rule detects these.
    pub disappear: Vec<Shown>,
    /// Both detect these and say something else.
    pub change: Vec<Change>,
    /// How many both detect and say the same of.
    pub same: u64,
}

impl RuleDiff {
    /// Whether both sides detect the same and say the same of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.appear.is_empty() && self.disappear.is_empty() && self.change.is_empty()
    }
}

/// The result of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// The rules that detected anything, by name.
    pub rules: BTreeMap<String, RuleDiff>,
    /// Detections that were not compared because of [`COMPARED_BYTES_MAX`].
    pub left_out: u64,
}

/// What tells detections of one rule apart, whatever they say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    rule: String,
    matches: Vec<String>,
    /// The start of the window, or the events.
    at: Result<Timestamp, Vec<String>>,
}

/// Detections with one key that say one thing.
#[derive(Debug)]
struct Balance {
    old: u64,
    new: u64,
    shown: Shown,
    bytes: usize,
}

/// A comparison in the making. Both sides may speak in any order.
#[derive(Debug)]
pub struct Comparison {
    open: BTreeMap<(Key, Told), Balance>,
    same: BTreeMap<String, u64>,
    room: usize,
    left_out: u64,
}

impl Default for Comparison {
    fn default() -> Self {
        Self::within(COMPARED_BYTES_MAX)
    }
}

impl Comparison {
    fn within(bytes: usize) -> Self {
        Self {
            open: BTreeMap::new(),
            same: BTreeMap::new(),
            room: bytes,
            left_out: 0,
        }
    }

    /// Takes in a detection that stands, with its severity in capitals.
    pub fn see(&mut self, side: Side, rule: &Plan, detection: &Detection, severity: String) {
        let key = key(rule, detection);
        let told = told(detection, severity);
        let name = key.rule.clone();
        let place = (key, told);
        if let Some(known) = self.open.get_mut(&place) {
            let (own, other) = match side {
                Side::Old => (&mut known.old, &mut known.new),
                Side::New => (&mut known.new, &mut known.old),
            };
            if *other > 0 {
                *other -= 1;
                let settled = *other == 0;
                self.room += known.bytes;
                *self.same.entry(name).or_default() += 1;
                if settled {
                    self.open.remove(&place);
                }
            } else if let Some(room) = self.room.checked_sub(known.bytes) {
                self.room = room;
                *own += 1;
            } else {
                self.left_out += 1;
            }
            return;
        }
        let shown = shown(detection, place.1.clone());
        let bytes = 2 * size(&shown) + name.len();
        let Some(room) = self.room.checked_sub(bytes) else {
            self.left_out += 1;
            return;
        };
        self.room = room;
        let (old, new) = match side {
            Side::Old => (1, 0),
            Side::New => (0, 1),
        };
        let balance = Balance {
            old,
            new,
            shown,
            bytes,
        };
        self.open.insert(place, balance);
    }

    /// Pairs what is left: of one key, the detections of both sides are taken
    /// for one another in order, and what is over appears or disappears.
    #[must_use]
    pub fn finish(self) -> Compared {
        let mut rules: BTreeMap<String, RuleDiff> = BTreeMap::new();
        for (rule, same) in self.same {
            rules.entry(rule).or_default().same = same;
        }
        let mut open = self.open.into_iter().peekable();
        while let Some(((key, _), first)) = open.next() {
            let (mut old, mut new) = (Vec::new(), Vec::new());
            repeat(&first, &mut old, &mut new);
            while let Some((_, next)) = open.next_if(|((other, _), _)| *other == key) {
                repeat(&next, &mut old, &mut new);
            }
            let rule = rules.entry(key.rule).or_default();
            let mut new = new.into_iter();
            for before in old {
                match new.next() {
                    Some(after) => rule.change.push(Change {
                        differences: differences(&before.told, &after.told),
                        old: before,
                        new: after,
                    }),
                    None => rule.disappear.push(before),
                }
            }
            rule.appear.extend(new);
        }
        for rule in rules.values_mut() {
            rule.appear.sort_by_key(|shown| shown.time);
            rule.disappear.sort_by_key(|shown| shown.time);
            rule.change.sort_by_key(|change| change.new.time);
        }
        Compared {
            rules,
            left_out: self.left_out,
        }
    }
}

/// Adds a detection as often as it is there.
fn repeat(balance: &Balance, old: &mut Vec<Shown>, new: &mut Vec<Shown>) {
    let add = |count: u64, to: &mut Vec<Shown>| {
        for _ in 0..count {
            to.push(balance.shown.clone());
        }
    };
    add(balance.old, old);
    add(balance.new, new);
}

fn key(rule: &Plan, detection: &Detection) -> Key {
    let values = detection.matches.iter();
    Key {
        rule: rule.name.clone(),
        matches: values.map(|(_, value)| text(value)).collect(),
        at: if rule.correlation.is_some() {
            Ok(detection.window.0)
        } else {
            Err(events(detection))
        },
    }
}

fn told(detection: &Detection, severity: String) -> Told {
    let other = |name: &str| name != "severity" && name != "risk_score";
    let outcomes = detection.outcomes.iter();
    Told {
        severity,
        risk_score: detection.risk_score.to_string(),
        outcomes: outcomes
            .filter(|(name, _)| other(name))
            .map(|(name, value)| (name.clone(), text(value)))
            .collect(),
        counts: detection.counts.clone(),
    }
}

fn shown(detection: &Detection, told: Told) -> Shown {
    let matches = detection.matches.iter();
    Shown {
        id: detection.id.clone(),
        time: detection.time,
        window: detection.window,
        matches: matches
            .map(|(name, value)| (name.clone(), text(value)))
            .collect(),
        events: events(detection),
        told,
    }
}

fn text(value: &Value<'_>) -> String {
    value.text().into_owned()
}

fn events(detection: &Detection) -> Vec<String> {
    let evidence = detection.evidence.iter();
    evidence.map(|one| one.event_id.clone()).collect()
}

/// Bytes that a detection takes, about.
fn size(shown: &Shown) -> usize {
    let pairs = |pairs: &[(String, String)]| -> usize {
        let each = pairs.iter();
        each.map(|(name, value)| name.len() + value.len() + 48)
            .sum()
    };
    let counts = shown.told.counts.iter().map(|(name, _)| name.len() + 32);
    let events = shown.events.iter().map(|id| id.len() + 24);
    200 + pairs(&shown.matches) + pairs(&shown.told.outcomes) + counts.chain(events).sum::<usize>()
}

/// What is said otherwise, in the order in which the new rule says it.
fn differences(old: &Told, new: &Told) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut compare = |name: &str, old: Option<&str>, new: Option<&str>| {
        if old != new {
            found.push(Difference {
                name: name.to_owned(),
                old: old.map(str::to_owned),
                new: new.map(str::to_owned),
            });
        }
    };
    compare("severity", Some(&old.severity), Some(&new.severity));
    compare("risk_score", Some(&old.risk_score), Some(&new.risk_score));
    let (before, after) = (lookup(&old.outcomes), lookup(&new.outcomes));
    for (name, value) in &new.outcomes {
        compare(name, before.get(name.as_str()).copied(), Some(value));
    }
    for (name, value) in &old.outcomes {
        if !after.contains_key(name.as_str()) {
            compare(name, Some(value), None);
        }
    }
    let numbers = |told: &Told| -> Vec<(String, String)> {
        let counts = told.counts.iter();
        counts
            .map(|(name, count)| (format!("#{name}"), count.to_string()))
            .collect()
    };
    let (old, new) = (numbers(old), numbers(new));
    let (before, after) = (lookup(&old), lookup(&new));
    for (name, value) in &new {
        compare(name, before.get(name.as_str()).copied(), Some(value));
    }
    for (name, value) in &old {
        if !after.contains_key(name.as_str()) {
            compare(name, Some(value), None);
        }
    }
    found
}

fn lookup(pairs: &[(String, String)]) -> BTreeMap<&str, &str> {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(text: &str) -> Plan {
        let compiled = yaral_compiler::compile(text, &yaral_compiler::Options::default());
        let rule = compiled.rules.into_iter().next();
        rule.and_then(|rule| rule.plan).expect("the rule compiles")
    }

    fn single() -> Plan {
        plan(r#"rule r { meta: events: $e.metadata.event_type = "USER_LOGIN" condition: $e }"#)
    }

    fn windowed() -> Plan {
        plan(
            r#"rule r { meta: events: $e.metadata.event_type = "USER_LOGIN"
            $e.principal.hostname = $h match: $h over 5m condition: $e }"#,
        )
    }

    /// What a detection of the tests is: its id, event, second, host and score.
    type Say = (&'static str, &'static str, i64, &'static str, f64);

    fn detection((id, event, second, host, score): Say) -> Detection {
        let at = |seconds| Timestamp { seconds, nanos: 0 };
        Detection {
            id: id.to_owned(),
            rule: 0,
            time: at(second),
            window: (at(second), at(second + 300)),
            matches: vec![("h".to_owned(), Value::from(host).into_owned())],
            outcomes: vec![("risk_score".to_owned(), Value::Float(score))],
            risk_score: score,
            branch: None,
            counts: vec![("e".to_owned(), 1)],
            evidence: vec![yaral_engine::Evidence {
                variable: "e".to_owned(),
                event_id: event.to_owned(),
                event: None,
                origin: None,
            }],
            why: yaral_engine::Explanation::default(),
            status: yaral_engine::Status::Final,
        }
    }

    fn compare(rule: &Plan, old: &[Say], new: &[Say]) -> Compared {
        let mut comparison = Comparison::default();
        for say in old {
            comparison.see(Side::Old, rule, &detection(*say), "LOW".to_owned());
        }
        for say in new {
            comparison.see(Side::New, rule, &detection(*say), "LOW".to_owned());
        }
        comparison.finish()
    }

    /// `+ - ~ =` and how many of each.
    fn counts(compared: &Compared) -> (usize, usize, usize, u64) {
        compared.rules.get("r").map_or((0, 0, 0, 0), |rule| {
            (
                rule.appear.len(),
                rule.disappear.len(),
                rule.change.len(),
                rule.same,
            )
        })
    }

    #[test]
    fn an_event_is_the_same_whatever_the_id_of_the_detection() {
        let old = [("de_1", "a", 1, "x", 35.0), ("de_2", "b", 2, "x", 35.0)];
        let new = [("de_9", "a", 1, "x", 35.0), ("de_8", "c", 3, "x", 35.0)];
        assert_eq!(counts(&compare(&single(), &old, &new)), (1, 1, 0, 1));
    }

    #[test]
    fn a_window_is_the_same_by_its_start_and_match_values() {
        let old = [("de_1", "a", 1, "x", 35.0), ("de_2", "b", 2, "x", 35.0)];
        let new = [("de_9", "other", 1, "x", 35.0), ("de_8", "b", 2, "y", 35.0)];
        assert_eq!(counts(&compare(&windowed(), &old, &new)), (1, 1, 0, 1));
    }

    #[test]
    fn another_score_is_a_change() {
        let compared = compare(
            &windowed(),
            &[("de_1", "a", 1, "x", 35.0)],
            &[("de_2", "a", 1, "x", 60.0)],
        );
        assert_eq!(counts(&compared), (0, 0, 1, 0));
        let rule = compared.rules.get("r").expect("it detected");
        let change = rule.change.first().expect("there is one");
        assert_eq!(
            change.differences,
            [Difference {
                name: "risk_score".to_owned(),
                old: Some("35".to_owned()),
                new: Some("60".to_owned()),
            }]
        );
    }

    #[test]
    fn repetitions_are_counted_and_equal_ones_are_paired_first() {
        let same = ("de_1", "a", 1, "x", 35.0);
        let other = ("de_1", "a", 1, "x", 60.0);
        let cases: [(&[Say], &[Say], _); 4] = [
            (&[same, same], &[same], (0, 1, 0, 1)),
            (&[same], &[same, same, same], (2, 0, 0, 1)),
            (&[same, other], &[other, same], (0, 0, 0, 2)),
            (&[same, same], &[other, same], (0, 0, 1, 1)),
        ];
        for (old, new, expected) in cases {
            assert_eq!(counts(&compare(&single(), old, new)), expected);
            let (appear, disappear, change, same) = expected;
            let turned = (disappear, appear, change, same);
            assert_eq!(counts(&compare(&single(), new, old)), turned);
        }
    }

    #[test]
    fn outcomes_and_counts_that_come_and_go_are_told() {
        let told = |outcomes: &[(&str, &str)], count| Told {
            severity: "LOW".to_owned(),
            risk_score: "1".to_owned(),
            outcomes: outcomes
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            counts: vec![("e".to_owned(), count)],
        };
        let (old, new) = (
            told(&[("a", "1"), ("b", "2")], 1),
            told(&[("c", "3"), ("a", "1")], 2),
        );
        let found: Vec<String> = differences(&old, &new)
            .iter()
            .map(|d| format!("{} {:?} {:?}", d.name, d.old.as_deref(), d.new.as_deref()))
            .collect();
        assert_eq!(
            found,
            [
                r#"c None Some("3")"#,
                r#"b Some("2") None"#,
                r#"#e Some("1") Some("2")"#,
            ]
        );
        assert!(differences(&old, &old).is_empty());
    }

    #[test]
    fn compared_bytes_max() {
        let rule = single();
        let seen = |bytes| {
            let mut comparison = Comparison::within(bytes);
            for id in ["a", "b", "c"] {
                comparison.see(
                    Side::Old,
                    &rule,
                    &detection(("d", id, 1, "x", 1.0)),
                    String::new(),
                );
            }
            comparison.finish()
        };
        let all = seen(10_000);
        assert_eq!((counts(&all).1, all.left_out), (3, 0));
        let some = seen(1_000);
        assert!(some.left_out > 0 && counts(&some).1 > 0, "{some:?}");
        // What both say makes room again.
        let mut comparison = Comparison::within(1_000);
        for id in ["a", "b", "c", "d", "e"] {
            for side in [Side::Old, Side::New] {
                comparison.see(
                    side,
                    &rule,
                    &detection(("d", id, 1, "x", 1.0)),
                    String::new(),
                );
            }
        }
        let compared = comparison.finish();
        assert_eq!((counts(&compared), compared.left_out), ((0, 0, 0, 5), 0));
    }
}
