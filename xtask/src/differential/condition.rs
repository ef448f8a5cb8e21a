//! The condition, the options and the switches of a rule.

use super::dice::Dice;
use super::joins::{Placeholder, name};
use super::predicate::Maker;
use super::rule::{Rule, Term};

impl Maker<'_> {
    /// The terms about event variables and placeholders.
    pub fn condition(
        &mut self,
        variables: usize,
        placeholders: &[Placeholder],
        keys: usize,
        rule: &mut Rule,
    ) {
        let windowed = rule.window.as_ref().map(|window| window.kind);
        let counted = windowed.is_some();
        if variables == 2 && windowed != Some("by") && self.dice.chance(22) {
            let (a, b) = (self.bounded(0, 2, counted), self.bounded(1, 2, counted));
            let term = match self.dice.below(5) {
                0 => Term::leaf(format!("1 of [{a}, {b}]")),
                1 => Term::leaf(format!("any of [{a}, {b}]")),
                2 => Term::leaf(format!("2 of [{a}, {b}]")),
                3 => Term::leaf(format!("all of [{a}, {b}]")),
                _ => Term::Any(vec![Term::leaf(a), Term::leaf(b)]),
            };
            rule.condition.push(term);
        } else {
            let sure = self.dice.index(variables);
            for variable in 0..variables {
                let term = if variable == sure || self.dice.chance(55) {
                    self.bounded(variable, variables, counted)
                } else {
                    self.unbounded(variable)
                };
                rule.condition.push(Term::leaf(term));
            }
        }
        let free = &placeholders[keys.min(placeholders.len())..];
        if !free.is_empty() && counted && self.dice.chance(45) {
            let name = &self.dice.one(free).name;
            let op = *self.dice.one(&[">", ">=", "<", "=", "!="]);
            let number = self.dice.below(3);
            let term = match self.dice.weighted(&[3, 2, 1]) {
                0 => format!("#{name} {op} {number}"),
                1 => format!("${name}"),
                _ => format!("#{name} = 0"),
            };
            rule.condition.push(Term::leaf(term));
        }
    }

    /// A term that asks for the event.
    fn bounded(&mut self, variable: usize, variables: usize, counted: bool) -> String {
        let name = name(variable);
        if !counted {
            return format!("${name}");
        }
        // Many of each of several is rare in so few events.
        let plain = [8, 8, 16, 40][variables.min(3)];
        match self.dice.weighted(&[plain, 3, 3, 1, 1]) {
            1 => format!("#{name} > 1"),
            2 => format!("#{name} >= 2"),
            3 => format!("3 <= #{name}"),
            4 => format!("#{name} = 2"),
            _ => format!("${name}"),
        }
    }

    /// A term that does not.
    fn unbounded(&mut self, variable: usize) -> String {
        let name = name(variable);
        match self.dice.weighted(&[4, 2, 1, 1, 1]) {
            1 => format!("#{name} = 0"),
            2 => format!("#{name} < 2"),
            3 => format!("#{name} >= 0"),
            4 => format!("#{name} != 1"),
            _ => format!("!${name}"),
        }
    }

    /// Options.
    pub fn options(&mut self, rule: &mut Rule) {
        if self.dice.chance(15) {
            rule.options.push("allow_zero_values = true".to_owned());
        }
        if self.dice.chance(18) {
            // Longer than the window, as the reference asks, or about as long.
            let texts: &[&str] = match rule.window.as_ref().map_or(0, |window| window.length_s) {
                ..=60 => &["1m", "2m", "5m"],
                61..=420 => &["8m", "7m", "1h"],
                421..=3_600 => &["2h", "1h", "1d"],
                _ => &["2d", "3d"],
            };
            let text = *self.dice.one(texts);
            rule.options.push(format!("suppression_window = {text}"));
        }
    }
}

/// Switches that differ from their default.
pub fn switches(dice: &mut Dice, rule: &mut Rule) {
    let mut draw = |percent, key, value: &str| {
        if dice.chance(percent) {
            rule.switches.push((key, value.to_owned()));
        }
    };
    draw(22, "windows", "secops");
    draw(22, "window_end_inclusive", "false");
    draw(12, "placeholder_counts_zero", "true");
    draw(12, "aggregates_take_zero", "false");
    draw(10, "outcome_unnests", "false");
    draw(8, "array_elements", "2");
    draw(6, "array_elements", "1");
    draw(6, "all_on_empty", "false");
    draw(6, "integer_division", "true");
}
