//! A rule of separate patterns as so many rules that Google SecOps takes.
//!
//! Each new rule has one branch, the description of the whole, and those
//! outcomes that read nothing but its event variable. It is named after the rule
//! and the variable, and has no `rule_id`: two rules cannot be one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use yaral_syntax::ast::{ConditionSection, EventsSection, OutcomeSection, Rule};
use yaral_syntax::diagnostic::{Applicability, Fix, Span};
use yaral_syntax::{SOURCE_BYTES_MAX, SyntaxElement, SyntaxKind, SyntaxNode};

use super::branches;
use crate::variables::Variables;

/// The meta key that names a rule for Google SecOps.
const RULE_ID: &str = "rule_id";

/// An outcome: its name, the event variables that it reads, its text.
type Outcome = (String, BTreeSet<String>, String);

/// The rule as one rule for each branch; `None` if it does not fit, or if the
/// new names are taken.
pub(super) fn fix(
    events: &EventsSection,
    condition: &ConditionSection,
    variables: &Variables,
) -> Option<Fix> {
    let rule = Rule::cast(events.syntax().parent()?)?;
    let name = rule.name()?.text;
    let branches = branches(events, condition, variables)?;
    let parts = Parts::of(&rule, events);
    let names: Vec<String> = branches
        .iter()
        .filter_map(|(at, _)| variables.events.get(*at))
        .map(|(variable, _)| format!("{name}_{variable}"))
        .collect();
    let taken = taken(&rule);
    let unique: BTreeSet<_> = names.iter().collect();
    let total = rule.syntax().text().len();
    let room = usize::from(total).saturating_mul(names.len()) <= SOURCE_BYTES_MAX;
    if !room || unique.len() < names.len() || names.iter().any(|name| taken.contains(name)) {
        return None;
    }
    let mut text = String::new();
    let mut from = u32::from(events.syntax().text_range().start());
    for (index, ((at, branch), name)) in branches.iter().zip(&names).enumerate() {
        let (variable, _) = variables.events.get(*at)?;
        let whole = outermost(branch.syntax());
        let until = u32::from(whole.text_range().start());
        let mut comments = parts.comments(from, until);
        from = whole.text_range().end().into();
        if index + 1 == branches.len() {
            comments.push_str(&parts.comments(from, u32::MAX));
        }
        let predicate = bare(&whole);
        let outcome = parts.outcome(variable);
        let head = &parts.head;
        let _ = write!(
            text,
            "rule {name} {head}\nevents:\n{comments}{predicate}\n{outcome}condition:\n${variable}\n{}}}\n",
            parts.options
        );
    }
    // The layout of the new rules is nobody's yet.
    let text = yaral_syntax::format::format(&text).unwrap_or(text);
    let range = rule.syntax().text_range();
    let count = names.len();
    let mut fix = Fix::safe(
        format!("split it into {count} rules, one for each pattern"),
        Span::from(range),
        text.trim_end(),
    );
    if parts.shared {
        // An outcome that reads several events is left out.
        fix.applicability = Applicability::Unsafe;
    }
    Some(fix)
}

/// The names of the other rules of the file.
fn taken(rule: &Rule) -> BTreeSet<String> {
    let siblings = rule.syntax().parent();
    siblings
        .iter()
        .flat_map(SyntaxNode::children)
        .filter_map(Rule::cast)
        .filter_map(|other| Some(other.name()?.text))
        .collect()
}

/// The expression with all parentheses around it.
fn outermost(node: &SyntaxNode) -> SyntaxNode {
    let mut node = node.clone();
    while let Some(parent) = node.parent().filter(|p| p.kind() == SyntaxKind::ParenExpr) {
        node = parent;
    }
    node
}

/// The text of a branch without the parentheses around it, comments included.
fn bare(node: &SyntaxNode) -> String {
    let text = node.text().to_string();
    if node.kind() != SyntaxKind::ParenExpr {
        return text;
    }
    let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')'));
    inner.unwrap_or(&text).to_owned()
}

/// What the new rules have in common.
struct Parts {
    /// From the brace up to `events`, without the rule's id.
    head: String,
    outcomes: Vec<Outcome>,
    /// An outcome reads several event variables.
    shared: bool,
    options: String,
    /// The comments outside of what is copied, with their places.
    comments: Vec<(u32, String)>,
}

impl Parts {
    fn of(rule: &Rule, events: &EventsSection) -> Self {
        let begin = events.syntax().text_range().start();
        let mut head = String::new();
        let mut inside = false;
        for element in rule.syntax().children_with_tokens() {
            if element.text_range().start() >= begin {
                break;
            }
            inside |= element.kind() == SyntaxKind::LeftBrace;
            if inside {
                push_without_id(&element, &mut head);
            }
        }
        let outcomes: Vec<_> = rule.outcome().as_ref().map(outcomes).unwrap_or_default();
        let shared = outcomes.iter().any(|(_, reads, _)| reads.len() > 1);
        let options = rule.options();
        let options = options.map_or(String::new(), |section| format!("{}\n", section.syntax()));
        let comments = rule
            .syntax()
            .descendants_with_tokens()
            .filter_map(SyntaxElement::into_token)
            .filter(|token| token.kind().is_trivia() && token.kind() != SyntaxKind::Whitespace)
            .filter(|token| token.text_range().start() >= begin)
            .filter(|token| {
                let mut around = token.parent_ancestors();
                !around.any(|node| {
                    let kind = node.kind();
                    kind == SyntaxKind::Assignment || kind == SyntaxKind::OptionsSection
                })
            })
            .map(|token| (token.text_range().start().into(), token.text().to_owned()))
            .collect();
        Self {
            head,
            outcomes,
            shared,
            options,
            comments,
        }
    }

    /// The comments between two places, each on a line of its own.
    fn comments(&self, from: u32, until: u32) -> String {
        let mut out = String::new();
        for (at, text) in &self.comments {
            if (from..until).contains(at) {
                out.push_str(text);
                out.push('\n');
            }
        }
        out
    }

    /// The `outcome` section of one branch: what reads its variable or none.
    fn outcome(&self, variable: &str) -> String {
        let mut out = String::new();
        for (_, reads, text) in &self.outcomes {
            if reads.iter().all(|read| read == variable) {
                let _ = writeln!(out, "{text}");
            }
        }
        if out.is_empty() {
            out
        } else {
            format!("outcome:\n{out}")
        }
    }
}

/// Adds an element's text, of `meta` all but the rule's id.
fn push_without_id(element: &SyntaxElement, into: &mut String) {
    let Some(section) = element.as_node() else {
        let _ = write!(into, "{element}");
        return;
    };
    for child in section.children_with_tokens() {
        let is_id = child
            .as_node()
            .and_then(SyntaxNode::first_token)
            .is_some_and(|key| key.text() == RULE_ID);
        if !is_id {
            let _ = write!(into, "{child}");
        }
    }
}

/// Each outcome's name, the event variables that it reads, also through other
/// outcomes, and its text.
fn outcomes(section: &OutcomeSection) -> Vec<Outcome> {
    let mut found: Vec<Outcome> = Vec::new();
    let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for assignment in section.assignments() {
        let (Some(name), Some(value)) = (assignment.name(), assignment.expr()) else {
            continue;
        };
        let read = Variables::collect(value.syntax());
        let mut reads: BTreeSet<String> = read.events.into_iter().map(|(name, _)| name).collect();
        for (other, _) in &read.placeholders {
            reads.extend(known.get(other).into_iter().flatten().cloned());
        }
        known.insert(name.text.clone(), reads.clone());
        found.push((name.text, reads, assignment.syntax().to_string()));
    }
    found
}
