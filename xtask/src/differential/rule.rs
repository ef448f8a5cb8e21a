//! A generated rule in pieces, so that a divergence can be shrunk piece by piece.

use std::fmt::Write as _;

use super::fields::World;
use super::standing::Sheet;

/// A predicate, or a term of the condition.
#[derive(Clone, Debug)]
pub enum Term {
    /// As it is written.
    Leaf(String),
    /// Not this one.
    Not(Box<Term>),
    /// All of these.
    All(Vec<Term>),
    /// Any of these.
    Any(Vec<Term>),
}

/// A match window.
#[derive(Clone, Debug)]
pub struct Window {
    /// As it is written.
    pub text: String,
    /// Its length in seconds.
    pub length_s: i64,
    /// Its kind, for the counters.
    pub kind: &'static str,
}

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The `setup` section.
    pub setup: Option<String>,
    /// The table, if it names one.
    pub sheet: Option<Sheet>,
    /// The predicates.
    pub events: Vec<Term>,
    /// The match variables.
    pub keys: Vec<String>,
    /// The window; without one the rule has no `match`.
    pub window: Option<Window>,
    /// The outcome variables with what they are.
    pub outcomes: Vec<(String, String)>,
    /// The condition, all of these.
    pub condition: Vec<Term>,
    /// The options as they are written.
    pub options: Vec<String>,
    /// The switches that it is compiled under.
    pub switches: Vec<(&'static str, String)>,
    /// The values that its constants come from.
    pub world: World,
}

impl Term {
    /// A term as it is written.
    pub fn leaf(text: impl Into<String>) -> Self {
        Term::Leaf(text.into())
    }

    /// The negation.
    #[must_use]
    pub fn negated(self) -> Self {
        Term::Not(Box::new(self))
    }

    fn write(&self, into: &mut String) {
        match self {
            Term::Leaf(text) => into.push_str(text),
            Term::Not(inner) => {
                into.push_str("not (");
                inner.write(into);
                into.push(')');
            }
            Term::All(list) => Self::write_list(list, " and ", into),
            Term::Any(list) => Self::write_list(list, " or ", into),
        }
    }

    fn write_list(list: &[Term], between: &str, into: &mut String) {
        if let [only] = list {
            return only.write(into);
        }
        into.push('(');
        for (at, term) in list.iter().enumerate() {
            into.push_str(if at > 0 { between } else { "" });
            term.write(into);
        }
        into.push(')');
    }

    /// Every term that is smaller by one piece.
    #[must_use]
    pub fn smaller(&self) -> Vec<Term> {
        match self {
            Term::Leaf(_) => Vec::new(),
            Term::Not(inner) => {
                let mut all = vec![(**inner).clone()];
                all.extend(inner.smaller().into_iter().map(Term::negated));
                all
            }
            Term::All(list) | Term::Any(list) => {
                let same = |list| match self {
                    Term::All(_) => Term::All(list),
                    _ => Term::Any(list),
                };
                let mut all = list.clone();
                all.extend(smaller_lists(list).into_iter().map(same));
                all
            }
        }
    }
}

/// Every list with one term less or one term smaller.
fn smaller_lists(list: &[Term]) -> Vec<Vec<Term>> {
    let mut all = Vec::new();
    for at in 0..list.len() {
        if list.len() > 1 {
            let mut less = list.to_vec();
            less.remove(at);
            all.push(less);
        }
        for term in list[at].smaller() {
            let mut changed = list.to_vec();
            changed[at] = term;
            all.push(changed);
        }
    }
    all
}

impl Rule {
    /// The rule's text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = "rule r {\n  meta:\n    author = \"generated\"\n".to_owned();
        if let Some(setup) = &self.setup {
            let _ = writeln!(text, "  setup:\n    {setup}");
        }
        text.push_str("  events:\n");
        for term in &self.events {
            text.push_str("    ");
            term.write(&mut text);
            text.push('\n');
        }
        if let Some(window) = &self.window {
            let keys: Vec<_> = self.keys.iter().map(|key| format!("${key}")).collect();
            let _ = writeln!(text, "  match:\n    {} {}", keys.join(", "), window.text);
        }
        if !self.outcomes.is_empty() {
            text.push_str("  outcome:\n");
        }
        for (name, expr) in &self.outcomes {
            let _ = writeln!(text, "    ${name} = {expr}");
        }
        text.push_str("  condition:\n    ");
        for (at, term) in self.condition.iter().enumerate() {
            text.push_str(if at > 0 { " and " } else { "" });
            term.write(&mut text);
        }
        text.push('\n');
        if !self.options.is_empty() {
            let _ = writeln!(text, "  options:\n    {}", self.options.join("\n    "));
        }
        text.push_str("}\n");
        text
    }

    /// Whether it has the option `suppression_window`.
    #[must_use]
    pub fn suppresses(&self) -> bool {
        let is = |option: &String| option.starts_with("suppression_window");
        self.options.iter().any(is)
    }

    /// Every rule that is smaller by one piece. Many do not compile.
    #[must_use]
    pub fn smaller(&self) -> Vec<Rule> {
        let mut all = Vec::new();
        let mut add = |change: &dyn Fn(&mut Rule)| {
            let mut rule = self.clone();
            change(&mut rule);
            all.push(rule);
        };
        for at in (0..self.outcomes.len()).rev() {
            add(&|rule| drop(rule.outcomes.remove(at)));
        }
        for events in smaller_lists(&self.events) {
            add(&|rule| rule.events.clone_from(&events));
        }
        for condition in smaller_lists(&self.condition) {
            add(&|rule| rule.condition.clone_from(&condition));
        }
        for at in 0..self.options.len() {
            add(&|rule| drop(rule.options.remove(at)));
        }
        for at in 0..self.switches.len() {
            add(&|rule| drop(rule.switches.remove(at)));
        }
        if self.setup.is_some() {
            add(&|rule| rule.setup = None);
        }
        for at in 0..self.sheet.as_ref().map_or(0, |sheet| sheet.rows.len()) {
            add(&|rule| {
                if let Some(sheet) = &mut rule.sheet {
                    sheet.rows.remove(at);
                }
            });
        }
        if self.keys.len() > 1 {
            for at in 0..self.keys.len() {
                add(&|rule| drop(rule.keys.remove(at)));
            }
        }
        all
    }
}
