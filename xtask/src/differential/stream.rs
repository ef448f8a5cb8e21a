//! Adversarial events for a rule: on the edges of its windows, with ties,
//! repetitions, empty lists, zero values and missing times.

use std::fmt::Write as _;

use yaral_udm::{Event, FieldSet, Root, Timestamp, read_event};

use super::dice::Dice;
use super::fields::{FIELDS, Field, Shape, World};
use super::rule::Rule;
use super::standing::{Being, beings};

/// An event in pieces.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its id.
    pub id: String,
    /// Its time, unless it has none.
    pub time: Option<Timestamp>,
    /// Fields as JSON, each with the section that it stands in.
    pub parts: Vec<(&'static str, String)>,
}

/// Sections that are lists of messages.
const LISTS: &[&str] = &["about", "securityResult"];
const SECTIONS: &[&str] = &[
    "metadata",
    "principal",
    "target",
    "network",
    "about",
    "securityResult",
    "additional",
];
const NANOS: i128 = 1_000_000_000;

impl Draft {
    /// The event as one line of JSON.
    #[must_use]
    pub fn json(&self) -> String {
        let mut text = "{".to_owned();
        for section in SECTIONS {
            let time = self.time.filter(|_| *section == "metadata");
            let mut parts: Vec<&str> = Vec::new();
            let stamp = time.map(|time| format!("\"eventTimestamp\":\"{time}\""));
            parts.extend(stamp.as_deref());
            let own = self.parts.iter().filter(|(of, _)| of == section);
            parts.extend(own.map(|(_, part)| part.as_str()));
            if parts.is_empty() {
                continue;
            }
            let (open, close) = if LISTS.contains(section) {
                ('[', ']')
            } else {
                ('{', '}')
            };
            let comma = if text.len() > 1 { "," } else { "" };
            let _ = write!(
                text,
                "{comma}\"{section}\":{open}{}{close}",
                parts.join(",")
            );
        }
        text.push('}');
        text
    }

    /// The event with the fields that are wanted.
    #[must_use]
    pub fn event(&self, want: &FieldSet) -> Event {
        let mut event = Event::new(Root::Event);
        // Generated JSON is valid; if it were not, an empty event would do too.
        let _ = read_event(self.json().as_bytes(), want, &mut event);
        event
    }

    /// Its time for windows and watermarks.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.time.unwrap_or_default()
    }
}

/// Draws the events that a rule is tried on.
pub struct Source<'r> {
    world: World,
    length_s: i64,
    /// The fields that the rule names; others are rare.
    named: Vec<&'static Field>,
    /// Fields that multiply rows.
    lists: usize,
    variables: usize,
    rule: &'r Rule,
}

impl<'r> Source<'r> {
    /// For the events of this rule, whose text is given.
    #[must_use]
    pub fn new(rule: &'r Rule, text: &str) -> Self {
        let named: Vec<_> = FIELDS
            .iter()
            .filter(|field| text.contains(field.path))
            .collect();
        let repeated = |field: &&&Field| matches!(field.shape, Shape::Repeated | Shape::Element);
        Source {
            world: rule.world,
            length_s: rule.window.as_ref().map_or(60, |window| window.length_s),
            lists: named.iter().filter(repeated).count(),
            variables: (1..=3)
                .filter(|n| text.contains(&format!("$e{n}.")))
                .count(),
            named,
            rule,
        }
    }

    /// A set of events, in no order.
    pub fn draw(&self, dice: &mut Dice) -> Vec<Draft> {
        // The naive evaluator builds all products, so many variables or
        // lists ask for few events.
        let most = match (self.variables, self.lists) {
            (0 | 1, _) => 14,
            (2, ..3) => 12,
            (2, _) | (_, ..2) => 8,
            _ => 6,
        };
        // A crowd: as many as there may be, all alike and close to each other.
        let crowd = dice.chance(7);
        let count = if crowd {
            most
        } else {
            dice.index(most + 1).max(dice.index(most + 1))
        };
        let ids = ids(dice, count);
        let origin = self.origin(dice);
        let remembers = self.rule.window.is_some() || self.rule.suppresses();
        let mut events: Vec<Draft> = Vec::with_capacity(count);
        for id in ids {
            // Only a window or suppression remembers ids.
            if remembers && !events.is_empty() && dice.chance(5) {
                let again = dice.one(&events).clone();
                events.push(again);
                continue;
            }
            if let Some(first) = events.first().filter(|_| crowd) {
                let later = i128::from(dice.below(20)) * NANOS;
                events.push(Draft {
                    id,
                    time: Some(timestamp(nanos(first.at()) + later)),
                    parts: first.parts.clone(),
                });
                continue;
            }
            let time = (!dice.chance(3)).then(|| self.time(dice, origin, &events));
            let parts = self.parts(dice);
            events.push(Draft { id, time, parts });
        }
        events
    }

    /// The entities, if the rule asks for any; those are valid from or until
    /// times on the edges of the events'.
    pub fn beings(&self, dice: &mut Dice, events: &[Draft]) -> Vec<Being> {
        if !self.rule.text().contains(".graph.") {
            return Vec::new();
        }
        let origin = self.origin(dice);
        beings(dice, self.world, |dice| self.time(dice, origin, events))
    }

    /// Where the windows are aligned that most events lie around.
    fn origin(&self, dice: &mut Dice) -> i64 {
        let near = match dice.weighted(&[16, 1, 1]) {
            0 => 1_700_000_000,
            1 => 0,
            _ => -self.length_s,
        };
        near - near.rem_euclid(self.length_s)
    }

    /// A time: on an edge, beside one, with another event or a window's
    /// length from one, or anywhere.
    fn time(&self, dice: &mut Dice, origin: i64, events: &[Draft]) -> Timestamp {
        let length = i128::from(self.length_s) * NANOS;
        let step = i128::from((self.length_s / 10).max(1)) * NANOS;
        let start = i128::from(origin) * NANOS;
        let other = (!events.is_empty()).then(|| nanos(dice.one(events).at()));
        let beside =
            [0, 1, -1, 1_000, -1_000, NANOS, -NANOS][dice.weighted(&[6, 2, 2, 1, 1, 1, 1])];
        let at = match (dice.weighted(&[4, 3, 5, 3, 3, 3]), other) {
            (0, _) => start + length * i128::from(dice.below(3)) + beside,
            (1, _) => start + step * i128::from(dice.below(21)) + beside,
            (2, Some(other)) => other + length + beside,
            (3, Some(other)) => other,
            (4, Some(other)) => other + i128::from(dice.below(5)) * NANOS + beside,
            _ => start + i128::from(dice.below(u64::try_from(length).unwrap_or(1) * 2)),
        };
        timestamp(at)
    }

    fn parts(&self, dice: &mut Dice) -> Vec<(&'static str, String)> {
        let mut parts = Vec::new();
        for field in FIELDS {
            let named = self.named.iter().any(|one| one.path == field.path);
            if field.shape == Shape::Element || !dice.chance(if named { 90 } else { 3 }) {
                continue;
            }
            let value = if field.shape == Shape::Repeated {
                self.list(dice, field)
            } else {
                self.world.json(dice, field.kind)
            };
            parts.push((field.section, field.json.replace('@', &value)));
        }
        for section in LISTS {
            let named = self.named.iter().any(|one| one.section == *section);
            let count = if named { self.length(dice) } else { 0 };
            for _ in 0..count {
                parts.push((section, self.element(dice, section)));
            }
        }
        parts
    }

    /// How many elements a list has.
    fn length(&self, dice: &mut Dice) -> usize {
        let weights = if self.lists * self.variables > 3 {
            [1, 12, 1]
        } else {
            [2, 6, 3]
        };
        dice.weighted(&weights)
    }

    fn list(&self, dice: &mut Dice, field: &Field) -> String {
        let count = self.length(dice);
        let values: Vec<_> = (0..count)
            .map(|_| self.world.json(dice, field.kind))
            .collect();
        format!("[{}]", values.join(","))
    }

    /// One message of a list of messages.
    fn element(&self, dice: &mut Dice, section: &str) -> String {
        let mut fields = Vec::new();
        for field in FIELDS {
            let here = field.shape == Shape::Element && field.section == section;
            let named = self.named.iter().any(|one| one.path == field.path);
            if !here || !dice.chance(if named { 85 } else { 5 }) {
                continue;
            }
            // Addresses and actions are lists within the element.
            let nested = field.json.starts_with("\"ip\"") || field.json.starts_with("\"action\"");
            let value = if nested {
                self.list(dice, field)
            } else {
                self.world.json(dice, field.kind)
            };
            fields.push(field.json.replace('@', &value));
        }
        format!("{{{}}}", fields.join(","))
    }

    /// The rule that the events are for.
    #[must_use]
    pub fn rule(&self) -> &'r Rule {
        self.rule
    }
}

/// Ids whose order has nothing to do with time.
fn ids(dice: &mut Dice, count: usize) -> Vec<String> {
    let mut ids: Vec<String> = (0..count)
        .map(|at| match at {
            // Shorter, longer, and beyond ASCII, so that bytes decide.
            0 => "\u{e9}".to_owned(),
            1 => "ev".to_owned(),
            at => format!("ev{at}"),
        })
        .collect();
    dice.shuffle(&mut ids);
    ids
}

/// A time as nanoseconds.
#[must_use]
pub fn nanos(time: Timestamp) -> i128 {
    i128::from(time.seconds) * NANOS + i128::from(time.nanos)
}

/// Nanoseconds as a time.
#[must_use]
pub fn timestamp(nanos: i128) -> Timestamp {
    Timestamp {
        seconds: i64::try_from(nanos.div_euclid(NANOS)).unwrap_or(0),
        nanos: i32::try_from(nanos.rem_euclid(NANOS)).unwrap_or(0),
    }
}
