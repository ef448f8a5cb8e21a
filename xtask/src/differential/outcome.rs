//! Outcomes, conditions, windows, options and switches.

use super::fields::{FIELDS, Kind, Shape, TIME};
use super::joins::{Class, Placeholder, name};
use super::predicate::{Maker, read};
use super::rule::{Rule, Term, Window};

/// What an outcome variable is, as far as others may use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gives {
    Number,
    Text,
    Texts,
}

const COMPARISONS: &[&str] = &[">", ">=", "=", "!=", "<", "<="];

impl Maker<'_> {
    /// A window; several lengths, odd ones too.
    pub fn window(&mut self, variables: usize) -> Window {
        let known: &[(&str, i64)] = &[
            ("1m", 60),
            ("5m", 300),
            ("7m", 420),
            ("1h", 3_600),
            ("13h", 46_800),
            ("1d", 86_400),
            ("48h", 172_800),
        ];
        let (text, length_s) = known[self.dice.weighted(&[6, 4, 3, 2, 1, 1, 1])];
        let pivot = name(self.dice.index(variables));
        let (kind, text) = match self.dice.weighted(&[10, 3, 3, 3]) {
            1 => ("by", format!("by {text}")),
            2 => ("before", format!("over {text} before ${pivot}")),
            3 => ("after", format!("over {text} after ${pivot}")),
            _ => ("over", format!("over {text}")),
        };
        Window {
            text,
            length_s,
            kind,
        }
    }

    /// The argument of an aggregate over text.
    fn text_arg(&mut self, variables: usize, placeholders: &[Placeholder]) -> String {
        let texts: Vec<_> = placeholders
            .iter()
            .filter(|one| one.class == Class::Text)
            .collect();
        if !texts.is_empty() && self.dice.chance(30) {
            return format!("${}", self.dice.one(&texts).name);
        }
        let variable = name(self.dice.index(variables));
        match self.dice.weighted(&[8, 1, 1]) {
            1 => {
                let (a, b) = (self.text(&variable), self.text(&variable));
                format!("strings.concat({a}, {b})")
            }
            2 => {
                let (text, value) = (self.text(&variable), self.literal(Kind::Text));
                format!("if({text} = {value}, \"x\", \"\")")
            }
            _ => self.text(&variable),
        }
    }

    /// The argument of an aggregate over numbers.
    fn number_arg(&mut self, variables: usize) -> String {
        let variable = &name(self.dice.index(variables));
        match self.dice.weighted(&[6, 2, 2, 2, 3]) {
            0 => self.int(variable),
            1 => {
                let (text, value) = (self.text(variable), self.literal(Kind::Text));
                format!("if({text} = {value}, 10, 1)")
            }
            2 => {
                let field = self.field(|field| field.kind == Kind::Float);
                read(variable, field)
            }
            3 => {
                let field = self.field(|field| field.kind == Kind::Uint);
                read(variable, field)
            }
            _ if variables > 1 => {
                let (a, b) = (name(0), name(variables - 1));
                format!("${b}.{TIME} - ${a}.{TIME}")
            }
            _ => format!("${variable}.{TIME}"),
        }
    }

    fn any_arg(&mut self, variables: usize, placeholders: &[Placeholder]) -> String {
        if self.dice.chance(20) {
            return format!("${}", self.dice.one(placeholders).name);
        }
        if self.dice.chance(50) {
            return self.text_arg(variables, placeholders);
        }
        let variable = name(self.dice.index(variables));
        let field = &FIELDS[self.dice.index(FIELDS.len())];
        read(&variable, field)
    }

    fn outcome(
        &mut self,
        variables: usize,
        placeholders: &[Placeholder],
        keys: usize,
        earlier: &[(String, Gives)],
    ) -> (String, Gives) {
        match self.dice.weighted(&[6, 5, 5, 4, 7, 3, 2, 2, 2, 2, 2, 2]) {
            0 => (
                format!("count({})", self.any_arg(variables, placeholders)),
                Gives::Number,
            ),
            1 => (
                format!("count_distinct({})", self.any_arg(variables, placeholders)),
                Gives::Number,
            ),
            2 => {
                let word = *self.dice.one(&["array", "array_distinct"]);
                let arg = self.text_arg(variables, placeholders);
                (format!("{word}({arg})"), Gives::Texts)
            }
            3 => (
                format!("sum({})", self.number_arg(variables)),
                Gives::Number,
            ),
            4 => {
                let words = &["min", "max", "avg", "stddev", "earliest", "latest"];
                let word = *self.dice.one(words);
                (
                    format!("{word}({})", self.number_arg(variables)),
                    Gives::Number,
                )
            }
            5 => self.window_aggregate(variables, placeholders),
            6 => {
                let key = &placeholders[self.dice.index(keys)];
                let gives = match key.class {
                    Class::Number => Gives::Number,
                    _ => Gives::Text,
                };
                (format!("${}", key.name), gives)
            }
            7 => (
                (*self
                    .dice
                    .one(&["window_start", "window_end", "window_end - window_start"]))
                .to_owned(),
                Gives::Number,
            ),
            8 => {
                let arg = self.text_arg(variables, placeholders);
                let text = format!("if(count_distinct({arg}) > 1, \"many\", \"one\")");
                (text, Gives::Text)
            }
            9 => {
                let arg = self.text_arg(variables, placeholders);
                (
                    format!("arrays.join_string(array_distinct({arg}), \",\")"),
                    Gives::Text,
                )
            }
            10 => {
                let (a, b) = (self.number_arg(variables), self.number_arg(variables));
                (format!("max({a}) - min({b}) + 1"), Gives::Number)
            }
            _ => self.of_earlier(earlier),
        }
    }

    fn of_earlier(&mut self, earlier: &[(String, Gives)]) -> (String, Gives) {
        let Some((name, gives)) = earlier.get(self.dice.index(earlier.len())) else {
            return ("35".to_owned(), Gives::Number);
        };
        match gives {
            Gives::Number => (
                format!("if(${name} > 1, ${name} * 2, 0 - 1)"),
                Gives::Number,
            ),
            Gives::Text => (format!("strings.concat(${name}, \"!\")"), Gives::Text),
            Gives::Texts => (format!("arrays.size(${name})"), Gives::Number),
        }
    }

    fn window_aggregate(
        &mut self,
        variables: usize,
        placeholders: &[Placeholder],
    ) -> (String, Gives) {
        let arg = self.number_arg(variables);
        let zero = *self.dice.one(&["", ", true", ", false"]);
        match self.dice.below(6) {
            0 => (format!("window.avg({arg}{zero})"), Gives::Number),
            1 => (format!("window.median({arg}{zero})"), Gives::Number),
            2 => (format!("window.stddev({arg})"), Gives::Number),
            3 => (
                format!("arrays.max(window.range({arg}{zero}))"),
                Gives::Number,
            ),
            4 => {
                let word = *self.dice.one(&["first", "last"]);
                let variable = name(self.dice.index(variables));
                let text = self.text(&variable);
                (
                    format!("window.{word}(${variable}.{TIME}, {text})"),
                    Gives::Text,
                )
            }
            _ => (
                format!("window.mode({})", self.text_arg(variables, placeholders)),
                Gives::Text,
            ),
        }
    }

    /// Outcomes and the terms of the condition that ask for them.
    pub fn outcomes(
        &mut self,
        variables: usize,
        placeholders: &[Placeholder],
        keys: usize,
        rule: &mut Rule,
    ) {
        let count = [0, 1, 2, 3, 5][self.dice.weighted(&[3, 3, 3, 2, 1])];
        let mut earlier: Vec<(String, Gives)> = Vec::new();
        for at in 0..count {
            let (text, gives) = if rule.window.is_some() {
                self.outcome(variables, placeholders, keys, &earlier)
            } else {
                self.single_outcome()
            };
            let name = if at == 0 && gives == Gives::Number && self.dice.chance(20) {
                "risk_score".to_owned()
            } else {
                format!("o{at}")
            };
            rule.outcomes.push((name.clone(), text));
            earlier.push((name, gives));
        }
        if !earlier.is_empty() && self.dice.chance(30) {
            let (name, gives) = self.dice.one(&earlier).clone();
            let term = match gives {
                Gives::Number => {
                    let (op, n) = (*self.dice.one(COMPARISONS), self.dice.below(3));
                    format!("${name} {op} {n}")
                }
                Gives::Text => format!("${name} != {}", self.literal(Kind::Text)),
                Gives::Texts => {
                    format!("arrays.contains(${name}, {})", self.literal(Kind::Text))
                }
            };
            let term = Term::leaf(term);
            rule.condition.push(if self.dice.chance(15) {
                term.negated()
            } else {
                term
            });
        }
    }

    /// An outcome of a rule without `match`.
    fn single_outcome(&mut self) -> (String, Gives) {
        match self.dice.below(5) {
            0 => {
                let field = self.field(|field| {
                    field.kind == Kind::Text && matches!(field.shape, Shape::Single | Shape::Key)
                });
                (read("e1", field), Gives::Text)
            }
            1 => (format!("array({})", self.text("e1")), Gives::Texts),
            2 => (
                format!("count_distinct({})", self.text("e1")),
                Gives::Number,
            ),
            3 => (format!("$e1.{TIME}"), Gives::Number),
            _ => (format!("sum({})", self.int("e1")), Gives::Number),
        }
    }
}
