//! What ties event variables together: placeholders, equalities, and
//! predicates over several of them.

use super::fields::{Kind, Shape, TIME};
use super::predicate::{Maker, read};
use super::rule::Term;

/// What the values of a placeholder or of both sides of an equality are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Text, and what compares with it.
    Text,
    /// Numbers.
    Number,
    /// Values of an enum.
    Enum,
    /// Booleans.
    Bool,
    /// Numbers and enums, which equal their numbers and are spelled by name.
    Mixed,
}

/// A placeholder that has been bound.
#[derive(Clone, Debug)]
pub struct Placeholder {
    /// Its name without `$`.
    pub name: String,
    /// What its values are.
    pub class: Class,
    /// The event variables that it is bound on.
    pub on: Vec<usize>,
}

/// The name of an event variable.
#[must_use]
pub fn name(variable: usize) -> String {
    format!("e{}", variable + 1)
}

impl Maker<'_> {
    fn class(&mut self) -> Class {
        let all = [
            Class::Text,
            Class::Number,
            Class::Enum,
            Class::Bool,
            Class::Mixed,
        ];
        all[self.dice.weighted(&[30, 5, 3, 1, 2])]
    }

    /// An expression of the class on one variable.
    fn source(&mut self, variable: usize, class: Class) -> String {
        let variable = &name(variable);
        match class {
            Class::Text if self.dice.chance(15) => {
                let text = self.text(variable);
                match self.dice.below(5) {
                    0 => format!("re.capture({text}, `^(.)`)"),
                    1 => format!("strings.to_upper({text})"),
                    2 => format!("strings.concat({text}, \"\")"),
                    3 => {
                        let other = self.text(variable);
                        format!("strings.coalesce({text}, {other})")
                    }
                    _ => format!("strings.to_lower({text})"),
                }
            }
            Class::Text if self.dice.chance(4) => {
                let field = self.field(|field| field.kind == Kind::Bytes);
                read(variable, field)
            }
            Class::Text if self.dice.chance(4) => self.source_enum(variable),
            Class::Text if self.dice.chance(8) => {
                let field = self.field(|field| field.shape == Shape::Repeated);
                format!("{}[{}]", read(variable, field), self.dice.below(2))
            }
            Class::Text => self.text(variable),
            Class::Mixed if self.dice.chance(40) => {
                let field = self.field(|field| field.path == "network.direction");
                read(variable, field)
            }
            Class::Number | Class::Mixed => match self.dice.weighted(&[8, 3, 2]) {
                0 => self.int(variable),
                1 => {
                    let field = self.field(|field| field.kind == Kind::Uint);
                    read(variable, field)
                }
                _ => {
                    let field = self.field(|field| field.kind == Kind::Float);
                    read(variable, field)
                }
            },
            Class::Enum => self.source_enum(variable),
            Class::Bool => {
                let field = self.field(|field| field.kind == Kind::Bool);
                read(variable, field)
            }
        }
    }

    fn source_enum(&mut self, variable: &str) -> String {
        let field = self.field(|field| matches!(field.kind, Kind::Enum(_)));
        read(variable, field)
    }

    /// A predicate that binds a placeholder on one variable.
    fn binding(&mut self, placeholder: &str, variable: usize, class: Class) -> Term {
        let source = self.source(variable, class);
        match self.dice.weighted(&[10, 2, 1]) {
            0 => Term::leaf(format!("${placeholder} = {source}")),
            1 => Term::leaf(format!("{source} = ${placeholder}")),
            _ => {
                let other = self.source(variable, class);
                Term::Any(vec![
                    Term::leaf(format!("${placeholder} = {source}")),
                    Term::leaf(format!("${placeholder} = {other}")),
                ])
            }
        }
    }

    /// Binds a placeholder on these variables.
    fn bind(&mut self, placeholder: &str, on: Vec<usize>, events: &mut Vec<Term>) -> Placeholder {
        let class = self.class();
        // Often the same field everywhere, as most real rules have it.
        let same = self
            .dice
            .chance([30, 30, 60, 85][on.len().min(3)])
            .then(|| self.source(0, class))
            .filter(|source| class != Class::Mixed && source.contains("$e1."));
        for &variable in &on {
            let term = match &same {
                Some(source) => {
                    let source = source.replace("$e1.", &format!("${}.", name(variable)));
                    Term::leaf(format!("${placeholder} = {source}"))
                }
                None => self.binding(placeholder, variable, class),
            };
            events.push(term);
        }
        Placeholder {
            name: placeholder.to_owned(),
            class,
            on,
        }
    }

    fn some_variables(&mut self, count: usize) -> Vec<usize> {
        let mut on: Vec<_> = (0..count).filter(|_| self.dice.chance(60)).collect();
        if on.is_empty() {
            on.push(self.dice.index(count));
        }
        on
    }

    /// Match variables, joins and other placeholders of so many variables;
    /// the match variables come first.
    pub fn ties(&mut self, variables: usize, events: &mut Vec<Term>) -> (usize, Vec<Placeholder>) {
        let everywhere = self.dice.chance([65, 65, 65, 80][variables.min(3)]);
        let on = if everywhere {
            (0..variables).collect()
        } else {
            self.some_variables(variables)
        };
        let mut all = vec![self.bind("m", on, events)];
        let mut keys = 1;
        if self.dice.chance(30) {
            let on = self.some_variables(variables);
            all.push(self.bind("n", on, events));
            keys = 2;
        }
        for variable in 1..variables {
            let tied = all
                .iter()
                .any(|one| one.on.contains(&variable) && one.on.iter().any(|&on| on < variable));
            if !tied || self.dice.chance(15) {
                let other = self.dice.index(variable);
                let join = self.join(other, variable, &mut all, events);
                events.push(join);
            }
        }
        if self.dice.chance(35) {
            let on = self.some_variables(variables);
            let name = format!("p{}", all.len());
            all.push(self.bind(&name, on, events));
        }
        if variables > 1 && self.dice.chance(40) {
            let cross = self.cross(variables);
            events.push(cross);
        }
        (keys, all)
    }

    /// An equality between two variables.
    fn join(
        &mut self,
        a: usize,
        b: usize,
        all: &mut Vec<Placeholder>,
        events: &mut Vec<Term>,
    ) -> Term {
        let class = self.class();
        let (left, right) = (self.source(a, class), self.source(b, class));
        match self.dice.weighted(&[8, 4, 2, 2]) {
            1 => {
                let name = format!("j{}", all.len());
                events.push(self.binding(&name, a, class));
                let last = self.binding(&name, b, class);
                all.push(Placeholder {
                    name,
                    class,
                    on: vec![a, b],
                });
                last
            }
            2 => {
                let (c, d) = (self.source(a, class), self.source(b, class));
                Term::Any(vec![
                    Term::leaf(format!("{left} = {right}")),
                    Term::leaf(format!("{c} = {d}")),
                ])
            }
            3 => {
                let (left, right) = (self.text(&name(a)), self.text(&name(b)));
                Term::leaf(format!("{left} = {right} nocase"))
            }
            _ => Term::leaf(format!("{left} = {right}")),
        }
    }

    /// A predicate over several variables that is no join.
    pub fn cross(&mut self, variables: usize) -> Term {
        let a = self.dice.index(variables);
        let b = (a + 1 + self.dice.index(variables - 1)) % variables;
        let (e, f) = (&name(a), &name(b));
        let op = *self.dice.one(&["<", "<=", ">", "!=", ">="]);
        match self.dice.weighted(&[8, 3, 4, 4, 3, 3, 2, 1]) {
            0 => Term::leaf(format!("${e}.{TIME} {op} ${f}.{TIME}")),
            1 => {
                let seconds = *self.dice.one(&["0", "1", "60", "59", "3600"]);
                Term::leaf(format!("${e}.{TIME} - ${f}.{TIME} {op} {seconds}"))
            }
            2 => Term::leaf(format!("{} != {}", self.text(e), self.text(f))),
            3 => Term::leaf(format!("{} {op} {}", self.int(e), self.int(f))),
            4 => Term::Any(vec![self.filter(e, 0), self.filter(f, 0)]),
            5 => Term::Any(vec![
                Term::leaf(format!("{} = {}", self.text(e), self.text(f))),
                Term::leaf(format!("{} {op} {}", self.int(e), self.int(f))),
            ]),
            6 => Term::leaf(format!("{} = {}", self.text(e), self.text(f))).negated(),
            _ => {
                let last = &name(variables - 1);
                let sum = format!("{} + {}", self.int(e), self.int(f));
                Term::leaf(format!("{sum} {op} {}", self.int(last)))
            }
        }
    }
}
