//! Predicates with their verdicts, and what each of them read.
//!
//! The evaluator records its verdicts into [`States`]; a [`Tree`] is the order
//! in which predicates are shown, made once for each rule. Values are read only
//! when something is shown, by the evaluator that decided.

use yaral_ir::plan::{CompareOp, Expr, ExprId, Plan};
use yaral_ir::regex::Pattern;
use yaral_ir::value::Value;

use super::{Hint, Predicate, Seen};
use crate::eval::Recorder;
use crate::explain::{Held, is_group, shown};
use crate::limits::STEPS_MAX;

/// The predicates in the order in which they are shown.
#[derive(Debug)]
pub(super) struct Tree {
    twigs: Vec<Twig>,
}

#[derive(Debug)]
struct Twig {
    id: ExprId,
    depth: u16,
    /// The word of a group; `None` for a leaf.
    group: Option<&'static str>,
    /// Whether its failing is what the rule wants.
    negated: bool,
}

impl Tree {
    /// The predicates below these, outermost first.
    pub(super) fn new(plan: &Plan, roots: &[ExprId]) -> Self {
        let mut twigs = Vec::new();
        let mut open: Vec<_> = roots.iter().rev().map(|&id| (id, 0_u16, false)).collect();
        while let Some((id, depth, negated)) = open.pop() {
            if twigs.len() >= STEPS_MAX {
                break;
            }
            let mut inner = Vec::new();
            let (group, turned) = match &plan.node(id).expr {
                Expr::And(list) => {
                    inner.clone_from(list);
                    (Some("all of"), negated)
                }
                Expr::Or(list) => {
                    inner.clone_from(list);
                    (Some("any of"), negated)
                }
                Expr::Not(one) if is_group(plan, *one) => {
                    inner.push(*one);
                    (Some("not"), !negated)
                }
                _ => (None, negated),
            };
            twigs.push(Twig {
                id,
                depth,
                group,
                negated,
            });
            let below = inner.into_iter().rev();
            open.extend(below.map(|id| (id, depth.saturating_add(1), turned)));
        }
        Tree { twigs }
    }

    /// The verdicts in order, one letter each; equal for events on which the
    /// rule behaves alike.
    pub(super) fn pattern(&self, states: &States) -> Vec<u8> {
        let letter = |twig: &Twig| states.letter(twig.id);
        self.twigs.iter().map(letter).collect()
    }

    /// How many leaves are as the rule wants them.
    pub(super) fn leaves(&self, states: &States) -> usize {
        let wanted = |twig: &&Twig| {
            twig.group.is_none()
                && match states.held(twig.id) {
                    Held::Yes => !twig.negated,
                    Held::No => twig.negated,
                    Held::Skipped => false,
                }
        };
        self.twigs.iter().filter(wanted).count()
    }

    /// The leaves that failed against the rule's wish.
    pub(super) fn failed<'t>(&'t self, states: &'t States) -> impl Iterator<Item = ExprId> + 't {
        let failed = |twig: &&Twig| {
            let against = if twig.negated { Held::Yes } else { Held::No };
            twig.group.is_none() && states.held(twig.id) == against
        };
        self.twigs.iter().filter(failed).map(|twig| twig.id)
    }

    /// The predicates as they are shown.
    pub(super) fn lines(&self, plan: &Plan, states: &States, read: Read<'_>) -> Vec<Predicate> {
        let mut lines = Vec::with_capacity(self.twigs.len());
        for twig in &self.twigs {
            let held = states.held(twig.id);
            let (text, seen, hint) = match twig.group {
                Some(word) => (word.to_owned(), Vec::new(), None),
                None => (
                    plan.quote(twig.id),
                    inputs(plan, twig.id, read),
                    (held == Held::No && !twig.negated)
                        .then(|| hint(plan, twig.id, read))
                        .flatten(),
                ),
            };
            lines.push(Predicate {
                depth: twig.depth,
                text,
                held,
                seen,
                hint,
            });
        }
        lines
    }
}

/// Reads an expression: its value, and whether it is set at all.
pub(super) type Read<'r> = &'r mut dyn FnMut(ExprId) -> (Value<'static>, bool);

/// The last verdict of each expression.
#[derive(Debug, Default)]
pub(super) struct States {
    of: Vec<u8>,
    touched: Vec<u32>,
}

impl States {
    /// Forgets all verdicts.
    pub(super) fn clear(&mut self, plan: &Plan) {
        self.of.resize(plan.exprs.len(), NOT_ASKED);
        for &id in &self.touched {
            if let Some(state) = self.of.get_mut(id as usize) {
                *state = NOT_ASKED;
            }
        }
        self.touched.clear();
    }

    /// The verdict of an expression.
    pub(super) fn held(&self, id: ExprId) -> Held {
        match self.letter(id) {
            HELD => Held::Yes,
            FAILED => Held::No,
            _ => Held::Skipped,
        }
    }

    fn letter(&self, id: ExprId) -> u8 {
        self.of.get(id.0 as usize).copied().unwrap_or(NOT_ASKED)
    }
}

const NOT_ASKED: u8 = b'.';
const HELD: u8 = b'+';
const FAILED: u8 = b'-';

impl Recorder for States {
    fn decided(&mut self, id: ExprId, held: bool) {
        if let Some(state) = self.of.get_mut(id.0 as usize) {
            *state = if held { HELD } else { FAILED };
            self.touched.push(id.0);
        }
    }
}

/// What a predicate reads, each once, in written order.
fn inputs(plan: &Plan, predicate: ExprId, read: Read<'_>) -> Vec<Seen> {
    let mut found: Vec<Seen> = Vec::new();
    let mut open = vec![predicate];
    while let Some(id) = open.pop() {
        let name = match &plan.node(id).expr {
            Expr::EventCount(variable) => {
                let of = plan.variables.get(usize::from(variable.0));
                format!("#{}", of.map_or("", |of| of.name.as_str()))
            }
            Expr::Field(_)
            | Expr::Indexed(_)
            | Expr::Keyed(..)
            | Expr::Placeholder(_)
            | Expr::Whole(_)
            | Expr::Quantified { .. }
            | Expr::Outcome(_)
            | Expr::PlaceholderCount(_)
            | Expr::Aggregate { .. }
            | Expr::WindowStart
            | Expr::WindowEnd => name_of(plan, id),
            _ => {
                open.extend(plan.operands(id).into_iter().rev());
                continue;
            }
        };
        if found.iter().any(|seen| seen.name == name) {
            continue;
        }
        let (value, set) = read(id);
        found.push(Seen {
            name,
            value: shown(&value),
            set,
        });
    }
    found
}

/// The name of something that is read.
pub(super) fn name_of(plan: &Plan, id: ExprId) -> String {
    match &plan.node(id).expr {
        Expr::Quantified { field, .. } => {
            // The predicate's text is the whole comparison; its field is what was read.
            let text = plan.quote(id);
            let variable = plan.variables.get(usize::from(field.variable.0));
            let start = variable.and_then(|of| text.find(&format!("${}.", of.name)));
            let rest = start.and_then(|at| text.get(at..)).unwrap_or(&text);
            let ends = |c: char| c.is_whitespace() || "=<>!),".contains(c);
            let end = rest.find(ends).unwrap_or(rest.len());
            rest.get(..end).unwrap_or(rest).to_owned()
        }
        _ => plan.quote(id),
    }
}

/// The one thing that a predicate compares with a constant, pattern or list.
pub(super) fn subject(plan: &Plan, id: ExprId) -> Option<ExprId> {
    match &plan.node(id).expr {
        Expr::Compare { left, right, .. } => {
            let constant = |id: &ExprId| matches!(plan.node(*id).expr, Expr::Literal(_));
            match (constant(left), constant(right)) {
                (false, true) => Some(*left),
                (true, false) => Some(*right),
                _ => None,
            }
        }
        Expr::Matches { subject, .. } | Expr::InList { subject, .. } => Some(*subject),
        Expr::Not(one) => subject(plan, *one),
        _ => None,
    }
}

/// Whether a failed predicate failed by little.
fn hint(plan: &Plan, id: ExprId, read: Read<'_>) -> Option<Hint> {
    match &plan.node(id).expr {
        Expr::Compare {
            op: CompareOp::Eq,
            left,
            right,
            nocase,
        } => {
            let (left, right) = (read(*left).0, read(*right).0);
            text_hint(&left, &right, *nocase)
        }
        Expr::Matches { subject, pattern } if !pattern.nocase() => {
            let value = read(*subject).0;
            let loose = Pattern::new(pattern.text(), true).ok()?;
            loose.is_match(&value.text()).then_some(Hint::PatternCase)
        }
        Expr::InList {
            subject,
            list,
            nocase,
        } => {
            let value = read(*subject).0;
            Some(Hint::NotInList {
                list: list.name().to_owned(),
                entries: list.len(),
                case: !nocase && list.contains(&value, true),
            })
        }
        _ => None,
    }
}

fn text_hint(left: &Value<'_>, right: &Value<'_>, nocase: bool) -> Option<Hint> {
    if !matches!((left, right), (Value::Str(_), Value::Str(_))) || left.is_zero() || right.is_zero()
    {
        return None;
    }
    let (a, b) = (left.text(), right.text());
    if !nocase && left.equals(right, true) {
        Some(Hint::Case)
    } else if a.trim() == b.trim() {
        Some(Hint::Space)
    } else if a.contains(&*b) || b.contains(&*a) {
        Some(Hint::Contains)
    } else {
        None
    }
}

/// How far failed comparisons of numbers are from holding, all together.
pub(super) fn distance(plan: &Plan, tree: &Tree, states: &States, read: Read<'_>) -> f64 {
    let mut all = 0.0;
    for id in tree.failed(states) {
        if let Expr::Compare { left, right, .. } = &plan.node(id).expr {
            let (left, right) = (read(*left).0, read(*right).0);
            if left.is_number() && right.is_number() {
                all += (left.float() - right.float()).abs();
            }
        }
    }
    all
}
