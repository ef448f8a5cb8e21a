//! Which events and values a condition asks for (yara-l §6).
//!
//! A term is *bounded* if it demands that something exists. Without a bounded
//! term a rule would be asked of nothing at all; with several variables each
//! unbounded one needs a bounded one that it is tied to.

use std::collections::BTreeSet;

use yaral_ir::plan::CompareOp;
use yaral_syntax::ast::{BinaryOp, ChainKind, Expr, LiteralValue, Quantity};
use yaral_syntax::diagnostic::{Diagnostic, Span};

use super::op_of;
use crate::codes;
use crate::lower::Lower;
use crate::rewrite::OR_VARIABLES_MAX;
use crate::variables::Kind;

/// A mention of a variable.
pub(super) struct Term {
    pub(super) name: String,
    /// Whether it demands that something exists.
    bounded: bool,
    pub(super) span: Span,
}

/// A term about events.
struct Mention {
    name: String,
    bounded: bool,
    span: Span,
    /// Its position, if it is a placeholder.
    placeholder: Option<usize>,
    /// The event variable, or those that the placeholder is bound to.
    variables: Vec<u16>,
}

impl Lower<'_> {
    /// Every event variable is mentioned, itself or through a placeholder,
    /// and one mention at least demands that its event exists.
    pub(super) fn check_terms(&mut self, expr: &Expr) {
        let mentions = self.mentions(expr);
        let mentioned: BTreeSet<_> = of_all(&mentions, |_| true);
        let missing = (0_u16..)
            .zip(&self.variables.events)
            .find(|(at, _)| !mentioned.contains(at) && self.variables.kind(*at) != Kind::Row);
        if let Some((_, (name, _))) = missing {
            let message = format!("event variable `${name}` is missing from the condition");
            let found = Diagnostic::error(
                codes::CONDITION_MISSING_VARIABLE,
                Some(expr.span()),
                message,
            )
            .help(format!("add `${name}`"));
            self.report(found);
        } else if !of_all(&mentions, |one| one.bounded)
            .iter()
            .any(|&at| !self.variables.kind(at).stands())
        {
            let message = "nothing in the condition demands that an event exists";
            let mut found = Diagnostic::error(codes::UNBOUNDED, Some(expr.span()), message)
                .help("one event variable at least stands as `$e`, `#e > 0` or `#e >= 1`");
            if mentions.iter().any(|one| one.bounded) {
                found = found
                    .with_note("an entity is none: it is there whether or not anything happens");
            }
            self.report(found);
        } else if self.matching.is_some() {
            self.check_match_variables(&mentions);
            self.check_unbounded(&mentions);
            self.check_entities(&mentions);
            self.check_pivot(&mentions);
            self.check_alternatives(expr);
        }
    }

    /// The terms of an expression that are about events.
    fn mentions(&self, expr: &Expr) -> Vec<Mention> {
        let mut terms = Vec::new();
        collect(expr, &mut terms);
        let about = |term: Term| {
            let event = self.variables.event(&term.name);
            let (placeholder, variables) = if let Some(at) = event {
                (None, vec![u16::try_from(at).ok()?])
            } else {
                let at = self.variables.placeholder(&term.name)?;
                (Some(at), self.bound_on(at))
            };
            Some(Mention {
                name: term.name,
                bounded: term.bounded,
                span: term.span,
                placeholder,
                variables,
            })
        };
        terms.into_iter().filter_map(about).collect()
    }

    /// A match variable has one value in a group, so the condition has
    /// nothing to ask of it.
    fn check_match_variables(&mut self, mentions: &[Mention]) {
        let Some(matching) = &self.matching else {
            return;
        };
        let named = |at| matching.keys.iter().find(|(key, _)| *key == at);
        let found: Vec<_> = mentions
            .iter()
            .filter_map(|one| Some((one, named(one.placeholder?)?.1)))
            .map(|(one, key)| {
                let message = format!(
                    "`${}` is a match variable, which has one value in each group",
                    one.name
                );
                Diagnostic::new(
                    self.validity(),
                    codes::MATCH_IN_CONDITION,
                    Some(one.span),
                    message,
                )
                .secondary(key, "grouped by it here")
                .help("ask for an event variable, as in `$e`")
            })
            .collect();
        for one in found {
            self.report(one);
        }
    }

    /// What may be absent is tied to something that must exist.
    fn check_unbounded(&mut self, mentions: &[Mention]) {
        let bounded = of_all(mentions, |one| one.bounded);
        let open = |variables: &[u16]| variables.iter().all(|at| !bounded.contains(at));
        for one in mentions {
            if one.placeholder.is_some() && !one.bounded && open(&one.variables) {
                let message = format!(
                    "`${}` may be without a value, and so may the events that it is bound to",
                    one.name
                );
                let found = Diagnostic::error(codes::UNBOUNDED_TERM, Some(one.span), message)
                    .help("demand one of its events, as in `$e`");
                self.report(found);
            }
        }
        let keys = self.matching.as_ref().map(|matching| matching.keys.clone());
        for (at, span) in keys.unwrap_or_default() {
            let variables = self.bound_on(at);
            let Some(first) = mentions
                .iter()
                .find(|one| one.variables.iter().any(|at| variables.contains(at)))
            else {
                continue;
            };
            if open(&variables) {
                let name = &self.variables.placeholders[at].0;
                let message = format!("no event that gives `${name}` its value need exist");
                let found = Diagnostic::error(codes::UNBOUNDED_TERM, Some(first.span), message)
                    .secondary(span, "grouped by it here")
                    .help(format!(
                        "demand an event that has `${name}`, or bind `${name}` on one that must exist"
                    ));
                self.report(found);
            }
        }
    }

    /// An entity that may be absent is tied to an event that must exist.
    fn check_entities(&mut self, mentions: &[Mention]) {
        let bounded = of_all(mentions, |one| one.bounded);
        for one in mentions.iter().filter(|one| one.placeholder.is_none()) {
            let Some(&at) = one.variables.first() else {
                continue;
            };
            let tied = self
                .entity_ties
                .iter()
                .any(|(entity, timed)| *entity == at && bounded.contains(timed));
            if self.variables.kind(at) != Kind::Entity || bounded.contains(&at) || tied {
                continue;
            }
            let message = format!(
                "entity `${}` may be absent, and no event that must exist is joined with it",
                one.name
            );
            let found = Diagnostic::error(codes::UNBOUNDED_TERM, Some(one.span), message).help(
                "join it by an equal field or placeholder with an event variable that stands as `$e`",
            );
            self.report(found);
        }
    }

    /// There is no window without its pivot.
    fn check_pivot(&mut self, mentions: &[Mention]) {
        let Some((pivot, span)) = self.matching.as_ref().and_then(|matching| matching.pivot) else {
            return;
        };
        if !of_all(mentions, |one| one.bounded).contains(&pivot) {
            let name = &self.variables.events[usize::from(pivot)].0;
            let message = format!("the condition does not demand the pivot `${name}`");
            let found = Diagnostic::error(codes::BAD_WINDOW, Some(span), message)
                .label("each window lies before or after one of its events")
                .help(format!("write `${name}` or `#{name} > 0` in the condition"));
            self.report(found);
        }
    }

    /// Checks each `or`, and each count of terms, that is not within another.
    fn check_alternatives(&mut self, expr: &Expr) {
        match expr {
            Expr::Paren(paren) => {
                if let Some(inner) = paren.expr() {
                    self.check_alternatives(&inner);
                }
            }
            Expr::Chain(chain) if chain.kind() == ChainKind::And => {
                chain
                    .operands()
                    .for_each(|one| self.check_alternatives(&one));
            }
            Expr::Chain(chain) if chain.kind() == ChainKind::Or => {
                self.check_or("`or`", expr, true);
            }
            Expr::NOf(of) => match of.quantity() {
                Some(Quantity::All) => self.check_or("`all of`", expr, false),
                Some(Quantity::Any) => self.check_or("`any of`", expr, true),
                _ => self.check_or("a number of terms", expr, true),
            },
            _ => {}
        }
    }

    fn check_or(&mut self, what: &str, expr: &Expr, choice: bool) {
        let mentions = self.mentions(expr);
        if let Some(open) = mentions.iter().find(|one| !one.bounded)
            && choice
        {
            let message = format!("{what} does not go with a term that also holds without events");
            let found = Diagnostic::error(codes::UNBOUNDED_TERM, Some(open.span), message)
                .label(format!("holds where there is no `${}`", open.name))
                .help("write the absence outside, as in `($a or $b) and !$c`");
            self.report(found);
        }
        let kinds = mentions.iter().map(|one| {
            let mut kinds = one.variables.iter().map(|&at| self.variables.kind(at));
            kinds.next().unwrap_or(Kind::Event)
        });
        let mut kinds = mentions.iter().zip(kinds);
        if choice
            && let Some((_, first)) = kinds.next()
            && let Some((other, kind)) = kinds.find(|(_, kind)| *kind != first)
        {
            let (first, kind) = (first.noun(), kind.noun());
            let message = format!("{what} over {first} and {kind}; Google SecOps refuses the mix");
            let code = codes::MIXED_ALTERNATIVES;
            let found = Diagnostic::new(self.validity(), code, Some(other.span), message)
                .help("demand the event, and leave the choice to those of one source");
            self.report(found);
        }
        // A placeholder stands for the variable that it is bound on first.
        let of = |one: &Mention| one.variables.first().copied();
        let count = mentions
            .iter()
            .filter_map(of)
            .collect::<BTreeSet<_>>()
            .len();
        if count > OR_VARIABLES_MAX {
            let message = format!(
                "{what} over {count} event variables; Google SecOps allows {OR_VARIABLES_MAX}"
            );
            let severity = self.validity();
            self.report(Diagnostic::new(
                severity,
                codes::CONDITION_OR,
                Some(expr.span()),
                message,
            ));
        }
        let tumbling = self
            .matching
            .as_ref()
            .is_some_and(crate::matching::Matching::is_tumbling);
        if count > 1 && tumbling {
            let message =
                format!("Google SecOps refuses {what} over event variables in a window of `by`");
            let found = Diagnostic::new(
                self.validity(),
                codes::OR_IN_BLOCKS,
                Some(expr.span()),
                message,
            )
            .help("write the window with `over`");
            self.report(found);
        }
    }
}

/// The event variables of some of the mentions.
fn of_all(mentions: &[Mention], wanted: impl Fn(&Mention) -> bool) -> BTreeSet<u16> {
    let wanted = mentions.iter().filter(|one| wanted(one));
    wanted
        .flat_map(|one| one.variables.iter().copied())
        .collect()
}

/// Collects the mentions of event variables and placeholders.
pub(super) fn collect(expr: &Expr, into: &mut Vec<Term>) {
    let mut term = |name: Option<yaral_syntax::ast::Name>, bounded: bool| {
        if let Some(name) = name {
            into.push(Term {
                name: name.text,
                bounded,
                span: expr.span(),
            });
        }
    };
    match expr {
        Expr::Path(path) if path.segments().next().is_none() => term(path.variable(), true),
        Expr::Bang(bang) => {
            if let Some(Expr::Path(path)) = bang.expr() {
                term(path.variable(), false);
            }
        }
        Expr::Binary(binary) => {
            if let (Some(lhs), Some(rhs), Some(op)) = (binary.lhs(), binary.rhs(), binary.op()) {
                match (&lhs, &rhs) {
                    (Expr::Count(count), other) => term(count.name(), demands(op, false, other)),
                    (other, Expr::Count(count)) => term(count.name(), demands(op, true, other)),
                    _ => {}
                }
            }
        }
        Expr::Paren(paren) => paren.expr().iter().for_each(|one| collect(one, into)),
        Expr::Not(not) => not.expr().iter().for_each(|one| collect(one, into)),
        Expr::Chain(chain) => chain.operands().for_each(|one| collect(&one, into)),
        Expr::NOf(of) => of.items().for_each(|one| collect(&one, into)),
        _ => {}
    }
}

/// Whether a count comparison fails for a count of zero.
fn demands(op: BinaryOp, turned: bool, number: &Expr) -> bool {
    let Expr::Literal(literal) = number else {
        return false;
    };
    let (Some(LiteralValue::Int(number)), Some(op)) = (literal.value(), op_of(op, turned)) else {
        return false;
    };
    !holds(op, 0, i64::try_from(number).unwrap_or(i64::MAX))
}

pub(super) fn holds(op: CompareOp, count: i64, number: i64) -> bool {
    match op {
        CompareOp::Eq => count == number,
        CompareOp::Ne => count != number,
        CompareOp::Lt => count < number,
        CompareOp::Le => count <= number,
        CompareOp::Gt => count > number,
        CompareOp::Ge => count >= number,
    }
}
