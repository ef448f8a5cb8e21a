//! Coverage: every predicate seen true and false, every event variable bound,
//! every outcome evaluated.

use std::collections::{BTreeMap, BTreeSet};

use yaral_engine::explain::Held;
use yaral_engine::story::Reason;
use yaral_engine::{Detection, Story};
use yaral_ir::plan::Plan;

/// What the tests saw of one rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// The rule.
    pub rule: String,
    /// Its predicates in written order.
    pub predicates: Vec<Seen>,
    /// Its event variables, and whether one was bound in a detection.
    pub variables: Vec<(String, bool)>,
    /// Its outcome variables, and whether one was evaluated in a detection.
    pub outcomes: Vec<(String, bool)>,
}

impl Coverage {
    /// How much was seen, of how much there is: two for each predicate, one for
    /// each variable and outcome.
    #[must_use]
    pub fn share(&self) -> (usize, usize) {
        let both = |seen: &Seen| usize::from(seen.yes) + usize::from(seen.no);
        let seen: usize = self.predicates.iter().map(both).sum();
        let others = self.variables.iter().chain(&self.outcomes);
        let bound = others.clone().filter(|(_, bound)| *bound).count();
        (seen + bound, 2 * self.predicates.len() + others.count())
    }
}

/// What the tests saw of one predicate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The event variable, without `$`.
    pub variable: String,
    /// The predicate as it was written, on one line.
    pub text: String,
    /// Its line in the rule, 0 if that is not known.
    pub line: usize,
    /// Whether it held on some event.
    pub yes: bool,
    /// Whether it failed on some event.
    pub no: bool,
}

/// Gathers what tests see.
pub(crate) struct Recorder {
    rules: Vec<Rule>,
}

/// The predicates of one event variable by their place: text, seen true, seen false.
type Predicates = BTreeMap<usize, (String, bool, bool)>;

struct Rule {
    plan: Plan,
    /// By event variable, in written order; each predicate by its text.
    seen: Vec<(String, Predicates)>,
    bound: BTreeSet<String>,
    evaluated: BTreeSet<String>,
    joins: (bool, bool),
}

impl Recorder {
    pub(crate) fn new(plans: &[Plan]) -> Self {
        let rules = plans.iter().map(|plan| Rule {
            plan: plan.clone(),
            seen: Vec::new(),
            bound: BTreeSet::new(),
            evaluated: BTreeSet::new(),
            joins: (false, false),
        });
        Recorder {
            rules: rules.collect(),
        }
    }

    /// Takes what the whole story tells: joins, and what stands beside events.
    pub(crate) fn story(&mut self, rule: usize, story: &Story) {
        let Some(rule) = self.rules.get_mut(rule) else {
            return;
        };
        match story.reason {
            Reason::Fired => rule.joins.0 = true,
            Reason::Join(_) | Reason::Between => rule.joins.1 = true,
            _ => {}
        }
        for side in story.sides.iter().filter(|side| side.what != "event") {
            for (place, stage) in side.funnel.iter().enumerate() {
                let (yes, no) = (stage.alone > 0, stage.alone < side.seen);
                rule.take(&side.variable, place, &stage.text, (yes, no));
            }
        }
    }

    /// Takes what a story tells about the event that it was asked about.
    pub(crate) fn asked(&mut self, rule: usize, story: &Story) {
        let Some(rule) = self.rules.get_mut(rule) else {
            return;
        };
        for (variable, candidate) in &story.asked {
            for (place, predicate) in candidate.tree.iter().enumerate() {
                let group = matches!(predicate.text.as_str(), "all of" | "any of" | "not");
                if !group {
                    let held = (predicate.held == Held::Yes, predicate.held == Held::No);
                    rule.take(variable, place, &predicate.text, held);
                }
            }
        }
    }

    pub(crate) fn detection(&mut self, detection: &Detection) {
        let Some(rule) = self.rules.get_mut(detection.rule) else {
            return;
        };
        let bound = detection.counts.iter().filter(|(_, count)| *count > 0);
        rule.bound.extend(bound.map(|(name, _)| name.clone()));
        let outcomes = detection.outcomes.iter();
        rule.evaluated
            .extend(outcomes.map(|(name, _)| name.clone()));
    }

    pub(crate) fn finish(self, texts: &[(String, String)]) -> Vec<Coverage> {
        let rules = self.rules.into_iter();
        rules.map(|rule| rule.finish(texts)).collect()
    }
}

impl Rule {
    fn take(&mut self, variable: &str, place: usize, text: &str, (yes, no): (bool, bool)) {
        let at = self.seen.iter().position(|(name, _)| name == variable);
        let at = at.unwrap_or_else(|| {
            self.seen.push((variable.to_owned(), BTreeMap::new()));
            self.seen.len() - 1
        });
        if let Some((_, seen)) = self.seen.get_mut(at) {
            let entry = seen.entry(place);
            let seen = entry.or_insert_with(|| (text.to_owned(), false, false));
            seen.1 |= yes;
            seen.2 |= no;
        }
    }

    fn finish(self, texts: &[(String, String)]) -> Coverage {
        let lines: Vec<Squeezed> = texts.iter().map(|(_, text)| Squeezed::new(text)).collect();
        let mut predicates = Vec::new();
        for (variable, seen) in self.seen {
            for (text, yes, no) in seen.into_values() {
                let line = lines.iter().find_map(|lines| lines.line(&text));
                predicates.push(Seen {
                    variable: variable.clone(),
                    line: line.unwrap_or(0),
                    text,
                    yes,
                    no,
                });
            }
        }
        if self.plan.correlation.is_some() && self.plan.variables.len() > 1 {
            predicates.push(Seen {
                variable: "joins".to_owned(),
                text: "the equalities between event variables".to_owned(),
                line: 0,
                yes: self.joins.0,
                no: self.joins.1,
            });
        }
        let variables = self.plan.variables.iter();
        let outcomes = self.plan.outcomes.iter();
        Coverage {
            rule: self.plan.name.clone(),
            predicates,
            variables: variables
                .map(|own| (own.name.clone(), self.bound.contains(&own.name)))
                .collect(),
            outcomes: outcomes
                .map(|own| (own.name.clone(), self.evaluated.contains(&own.name)))
                .collect(),
        }
    }
}

/// A text without blanks that knows its lines: predicates are quoted on one line.
struct Squeezed {
    text: String,
    /// The byte at which each line begins.
    starts: Vec<usize>,
}

impl Squeezed {
    fn new(text: &str) -> Self {
        let mut squeezed = Squeezed {
            text: String::new(),
            starts: Vec::new(),
        };
        for line in text.lines() {
            squeezed.starts.push(squeezed.text.len());
            squeezed.text.extend(line.split_whitespace());
        }
        squeezed
    }

    fn line(&self, quoted: &str) -> Option<usize> {
        let quoted: String = quoted.split_whitespace().collect();
        let at = self.text.find(&quoted)?;
        Some(self.starts.partition_point(|start| *start <= at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_predicate_is_found_on_its_line() {
        let text = Squeezed::new("rule r {\n  a = 1\n  b =\n    2\n}\n");
        assert_eq!(text.line("a = 1"), Some(2));
        assert_eq!(text.line("b = 2"), Some(3));
        assert_eq!(text.line("c"), None);
    }
}
