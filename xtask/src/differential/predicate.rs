//! Predicates over one event variable.

use super::dice::Dice;
use super::fields::{FIELDS, Field, Kind, Shape, TIME, World};
use super::rule::Term;

const ORDER: &[&str] = &["=", "!=", "<", "<=", ">", ">="];
const EQUALITY: &[&str] = &["=", "=", "!="];
const PATTERNS: &[&str] = &["^a", "b$", "^$", "[ab]", "(?i)k", ".", "^\u{17f}", "A|i"];

/// Chooses pieces of predicates.
pub struct Maker<'d> {
    /// The choices.
    pub dice: &'d mut Dice,
    /// The values.
    pub world: World,
}

impl Maker<'_> {
    /// A field that the test accepts.
    pub fn field(&mut self, fits: impl Fn(&Field) -> bool) -> &'static Field {
        let all: Vec<_> = FIELDS.iter().filter(|field| fits(field)).collect();
        all[self.dice.index(all.len())]
    }

    /// A text field of the variable, as it is written.
    pub fn text(&mut self, variable: &str) -> String {
        let field = self.field(|field| field.kind == Kind::Text);
        read(variable, field)
    }

    /// A text field that is no list.
    pub fn single_text(&mut self, variable: &str) -> String {
        let field = self.field(|field| {
            field.kind == Kind::Text && matches!(field.shape, Shape::Single | Shape::Key)
        });
        read(variable, field)
    }

    /// An integer of the variable: a field, the event's seconds, or a sum.
    pub fn int(&mut self, variable: &str) -> String {
        match self.dice.weighted(&[6, 2, 1, 1]) {
            0 => {
                let field = self.field(|field| field.kind == Kind::Int);
                read(variable, field)
            }
            1 => format!("${variable}.{TIME}"),
            2 => {
                let (a, b) = (self.plain_int(variable), self.plain_int(variable));
                format!("{a} {} {b}", self.dice.one(&["+", "-", "*"]))
            }
            _ => {
                let text = self.text(variable);
                format!("strings.length({text})")
            }
        }
    }

    fn plain_int(&mut self, variable: &str) -> String {
        let field = self.field(|field| field.kind == Kind::Int && field.shape == Shape::Single);
        read(variable, field)
    }

    /// A constant of the kind.
    pub fn literal(&mut self, kind: Kind) -> String {
        self.world.literal(self.dice, kind)
    }

    /// A predicate over one event variable; groups stand in each other no
    /// deeper than `depth`.
    pub fn filter(&mut self, variable: &str, depth: u32) -> Term {
        let weights: &[u64] = if depth == 0 { &[1] } else { &[6, 2, 1, 1] };
        match self.dice.weighted(weights) {
            1 => Term::Any(self.group(variable, depth)),
            2 => Term::All(self.group(variable, depth)),
            3 => self.filter(variable, depth - 1).negated(),
            _ => Term::leaf(self.test(variable)),
        }
    }

    fn group(&mut self, variable: &str, depth: u32) -> Vec<Term> {
        let count = 2 + self.dice.below(2);
        (0..count)
            .map(|_| self.filter(variable, depth - 1))
            .collect()
    }

    /// A single test. Weak ones are more frequent: several stand together.
    fn test(&mut self, variable: &str) -> String {
        match self.dice.weighted(&[30, 14, 8, 8, 6, 4, 4, 4, 4, 4]) {
            0 => self.text_test(variable),
            1 => self.number_test(variable),
            2 => {
                let field = self.field(|field| matches!(field.kind, Kind::Enum(_)));
                let constant = self.literal(field.kind);
                let op = *self.dice.one(&["!=", ">=", "<=", "=", "<"]);
                format!("{} {op} {constant}", read(variable, field))
            }
            3 => self.quantified(variable),
            4 => {
                let field = self.field(|field| field.shape == Shape::Repeated);
                let op = *self.dice.one(EQUALITY);
                let (place, value) = (self.dice.below(2), self.literal(Kind::Text));
                format!("{}[{place}] {op} {value}", read(variable, field))
            }
            5 => {
                let field = self.field(|field| field.kind == Kind::Bool);
                let value = self.literal(Kind::Bool);
                format!("{} = {value}", read(variable, field))
            }
            6 => {
                let field = self.field(|field| field.kind == Kind::Float);
                let (op, value) = (*self.dice.one(ORDER), self.literal(Kind::Float));
                format!("{} {op} {value}", read(variable, field))
            }
            7 => {
                let (a, b) = (self.text(variable), self.text(variable));
                format!("{a} {} {b}", self.dice.one(EQUALITY))
            }
            8 => {
                let field = self.field(|field| field.shape == Shape::Repeated);
                let op = *self.dice.one(ORDER);
                format!("arrays.length({}) {op} 1", read(variable, field))
            }
            _ => {
                let text = self.text(variable);
                let value = self.literal(Kind::Text);
                format!("if({text} = {value}, 1, 0) = {}", self.dice.below(2))
            }
        }
    }

    fn text_test(&mut self, variable: &str) -> String {
        let text = self.text(variable);
        let value = self.literal(Kind::Text);
        let pattern = *self.dice.one(PATTERNS);
        match self.dice.weighted(&[14, 14, 8, 3, 2, 2, 2, 3, 3, 3, 2, 2]) {
            0 => format!("{text} = {value}"),
            1 => format!("{text} != {value}"),
            2 => format!("{text} {} {value} nocase", self.dice.one(EQUALITY)),
            3 => format!("{value} != {text}"),
            4 => format!("{text} = /{pattern}/"),
            5 => format!("{text} != /{pattern}/ nocase"),
            6 => format!("re.regex({text}, `{pattern}`) nocase"),
            7 => format!("strings.to_lower({text}) != {value}"),
            8 => format!("{text} {} {value}", self.dice.one(ORDER)),
            9 => {
                let other = self.text(variable);
                format!("strings.concat({text}, {other}) != {value}")
            }
            10 => format!("strings.contains({text}, \"a\")"),
            _ => {
                let other = self.text(variable);
                format!("strings.coalesce({text}, {other}) = {value}")
            }
        }
    }

    fn number_test(&mut self, variable: &str) -> String {
        let op = *self.dice.one(ORDER);
        if self.dice.chance(25) {
            let field = self.field(|field| field.kind == Kind::Uint);
            let value = self.literal(Kind::Uint);
            return format!("{} {op} {value}", read(variable, field));
        }
        let value = self.literal(Kind::Int);
        let int = self.int(variable);
        match self.dice.weighted(&[6, 2, 1, 1, 1]) {
            0 => format!("{int} {op} {value}"),
            1 => format!("{value} {op} {int}"),
            2 => format!("{int} % 2 = {}", self.dice.below(2)),
            3 => format!("math.abs({int}) {op} {value}"),
            _ => format!("{int} / 2 {op} {value}"),
        }
    }

    fn quantified(&mut self, variable: &str) -> String {
        let repeated = [Shape::Repeated, Shape::Element];
        let field = self.field(|field| repeated.contains(&field.shape) && field.kind == Kind::Text);
        let (word, op) = (*self.dice.one(&["any", "all"]), *self.dice.one(EQUALITY));
        let field = read(variable, field);
        match self.dice.weighted(&[4, 1, 1]) {
            0 => format!("{word} {field} {op} {}", self.literal(Kind::Text)),
            1 => format!("re.regex({word} {field}, `{}`)", self.dice.one(PATTERNS)),
            _ => format!("{word} {field} {op} {} nocase", self.literal(Kind::Text)),
        }
    }
}

/// A field of a variable as it is written.
#[must_use]
pub fn read(variable: &str, field: &Field) -> String {
    format!("${variable}.{}", field.path)
}
