//! Predicates: each expression that is true or false becomes tests, or is
//! recorded as missing.

use std::sync::Arc;

use yaral_ir::lists::{List, ListKind};
use yaral_ir::plan::{CompareOp, Expr, ExprId};
use yaral_ir::types::Type;
use yaral_ir::value::Value;

use super::text::whole;
use super::{Lower, Unsaid, compare, flipped, number};
use crate::filter::{Filter, Op, Re, Test, Text};
use crate::loss::{Effect, Grade, Loss};

impl Lower<'_> {
    /// A predicate. `positive` says whether it stands under an even number of
    /// `not`, which decides what rows of repeated fields come to.
    pub(super) fn predicate(&mut self, id: ExprId, positive: bool) -> Filter {
        match self.try_predicate(id, positive) {
            Ok(filter) => filter,
            Err(unsaid) => Filter::Missing(unsaid.id, unsaid.what),
        }
    }

    fn try_predicate(&mut self, id: ExprId, positive: bool) -> Result<Filter, Unsaid> {
        if !self.spend() {
            return self.unsaid(id, "the rule unfolds into too many expressions");
        }
        let plan = self.plan;
        self.tell_rows(id, positive);
        Ok(match &plan.node(id).expr {
            Expr::Literal(value) => Filter::Const(!value.is_zero()),
            Expr::And(list) => Filter::All(
                list.iter()
                    .map(|id| self.predicate(*id, positive))
                    .collect(),
            ),
            Expr::Or(list) => Filter::Any(
                list.iter()
                    .map(|id| self.predicate(*id, positive))
                    .collect(),
            ),
            Expr::Not(of) => Filter::Not(Box::new(self.predicate(*of, !positive))),
            Expr::Compare {
                op,
                left,
                right,
                nocase,
            } => self.comparison(id, *op, (*left, *right), *nocase)?,
            Expr::Matches { subject, pattern } => {
                self.test(id, *subject, Op::Regex(Re::from(pattern)))?
            }
            Expr::InList {
                subject,
                list,
                nocase,
            } => self.listed(id, *subject, list, *nocase)?,
            Expr::If {
                condition,
                then,
                otherwise,
            } => {
                let condition = self.predicate(*condition, positive);
                let then = self.predicate(*then, positive);
                let otherwise = self.predicate(*otherwise, positive);
                either(condition, then, otherwise)
            }
            Expr::Quantified {
                all,
                field,
                body,
                slot,
            } => {
                self.open.push((*slot, whole(field)));
                let filter = if *all {
                    self.approximate(id, "`all` over a list without elements");
                    let body = self.predicate(*body, !positive);
                    // Every element is so unless one is not.
                    Filter::Not(Box::new(denied(body)))
                } else {
                    self.predicate(*body, positive)
                };
                self.open.pop();
                filter
            }
            Expr::Call { .. } => self.call(id)?,
            Expr::Field(_) | Expr::Keyed(..) | Expr::Indexed(_) => {
                Filter::Not(Box::new(self.test(id, id, Op::Absent)?))
            }
            Expr::Outcome(index) => {
                let outcome = plan.outcomes.get(usize::from(*index));
                match outcome {
                    Some(outcome) => self.predicate(outcome.expr, positive),
                    None => return self.unsaid(id, "an outcome that is not there"),
                }
            }
            _ => return self.unsaid(id, "is not said in a test of one event"),
        })
    }

    /// A repeated field whose elements make rows, under `not`: the rule asks for
    /// one element that is not so, the translation for no element that is.
    fn tell_rows(&mut self, id: ExprId, positive: bool) {
        let Expr::Field(field) = &self.plan.node(id).expr else {
            return;
        };
        if field.axis.is_some() && !positive {
            let what = "each value of the repeated field is a row of its own in the rule; the translation asks for an event none of whose values is so";
            self.losses.push(Loss::at(
                self.plan,
                id,
                Grade::Approximate,
                Effect::Narrower,
                what,
            ));
        }
    }

    fn approximate(&mut self, id: ExprId, what: &str) {
        let loss = Loss::at(self.plan, id, Grade::Approximate, Effect::Differs, what);
        self.losses.push(loss);
    }

    fn test(&mut self, id: ExprId, subject: ExprId, op: Op) -> Result<Filter, Unsaid> {
        let of = self.text(subject)?;
        Ok(Filter::Test(Test { of, op, id }))
    }

    fn comparison(
        &mut self,
        id: ExprId,
        op: CompareOp,
        (left, right): (ExprId, ExprId),
        nocase: bool,
    ) -> Result<Filter, Unsaid> {
        let plan = self.plan;
        let (l, r) = (&plan.node(left).expr, &plan.node(right).expr);
        if let Some(n) = number(r) {
            return self.numeric(id, left, op, n);
        }
        if let Some(n) = number(l) {
            return self.numeric(id, right, flipped(op), n);
        }
        let equal = match op {
            CompareOp::Eq => true,
            CompareOp::Ne => false,
            _ => return self.unsaid(id, "compares two values of the event by size"),
        };
        let filter = match (l, r) {
            (Expr::Literal(a), Expr::Literal(b)) => Filter::Const(a.equals(b, nocase)),
            (_, Expr::Literal(value)) => self.equals(id, left, value, nocase)?,
            (Expr::Literal(value), _) => self.equals(id, right, value, nocase)?,
            _ => {
                if !matches!(plan.node(left).ty, Type::Str) {
                    return self.unsaid(id, "compares two values that are not text");
                }
                let (a, b) = (self.text(left)?, self.text(right)?);
                let (a, b) = if nocase {
                    (Text::Lower(Box::new(a)), Text::Lower(Box::new(b)))
                } else {
                    (a, b)
                };
                Filter::Test(Test {
                    of: a,
                    op: Op::Same(b),
                    id,
                })
            }
        };
        Ok(if equal {
            filter
        } else {
            Filter::Not(Box::new(filter))
        })
    }

    fn equals(
        &mut self,
        id: ExprId,
        subject: ExprId,
        value: &Value<'static>,
        nocase: bool,
    ) -> Result<Filter, Unsaid> {
        if let Expr::If {
            condition,
            then,
            otherwise,
        } = &self.plan.node(subject).expr
        {
            let condition = self.predicate(*condition, true);
            let then = self.equal_to(id, *then, value, nocase)?;
            let otherwise = self.equal_to(id, *otherwise, value, nocase)?;
            return Ok(either(condition, then, otherwise));
        }
        let text = match value {
            Value::Enum(of, number) => match of.value_name(*number) {
                Some(name) if *number != 0 => name.to_owned(),
                _ => String::new(),
            },
            Value::Bool(flag) => if *flag { "true" } else { "" }.to_owned(),
            Value::Str(text) => text.clone().into_owned(),
            _ => return self.unsaid(id, "compares with a value that is neither text nor number"),
        };
        if text.is_empty() {
            return self.test(id, subject, Op::Absent);
        }
        self.test(id, subject, Op::OneOf(vec![text], nocase))
    }

    fn equal_to(
        &mut self,
        id: ExprId,
        side: ExprId,
        value: &Value<'static>,
        nocase: bool,
    ) -> Result<Filter, Unsaid> {
        match &self.plan.node(side).expr {
            Expr::Literal(own) => Ok(Filter::Const(own.equals(value, nocase))),
            _ if self.spend() => self.equals(id, side, value, nocase),
            _ => self.unsaid(id, "the rule unfolds into too many expressions"),
        }
    }

    /// A number of the event, or of an outcome, against a written one.
    fn numeric(
        &mut self,
        id: ExprId,
        subject: ExprId,
        op: CompareOp,
        n: i64,
    ) -> Result<Filter, Unsaid> {
        if !self.spend() {
            return self.unsaid(id, "the rule unfolds into too many expressions");
        }
        let plan = self.plan;
        let expr = &plan.node(subject).expr;
        if let Some(own) = number(expr) {
            return Ok(Filter::Const(compare(op, own, n)));
        }
        match expr {
            Expr::Field(_) | Expr::Indexed(_) | Expr::Keyed(..) | Expr::Element(_) => {
                if op == CompareOp::Ne {
                    let test = self.test(id, subject, Op::Number(CompareOp::Eq, n))?;
                    return Ok(Filter::Not(Box::new(test)));
                }
                self.test(id, subject, Op::Number(op, n))
            }
            Expr::If {
                condition,
                then,
                otherwise,
            } => {
                let condition = self.predicate(*condition, true);
                let then = self.numeric(id, *then, op, n)?;
                let otherwise = self.numeric(id, *otherwise, op, n)?;
                Ok(either(condition, then, otherwise))
            }
            Expr::Outcome(index) => match plan.outcomes.get(usize::from(*index)) {
                Some(outcome) => self.numeric(id, outcome.expr, op, n),
                None => self.unsaid(id, "an outcome that is not there"),
            },
            Expr::Aggregate { aggregate, arg, .. } if matches!(aggregate.name, "max" | "min") => {
                self.approximate(id, "the aggregate is taken of the event as one row");
                self.numeric(id, *arg, op, n)
            }
            _ => self.unsaid(id, "is worked out by arithmetic or a function"),
        }
    }

    fn listed(
        &mut self,
        id: ExprId,
        subject: ExprId,
        list: &Arc<List>,
        nocase: bool,
    ) -> Result<Filter, Unsaid> {
        let of = self.text(subject)?;
        let entries = entries(list);
        let what = if entries.is_empty() {
            format!("%{} is empty, and nothing is in it", list.name())
        } else {
            format!(
                "the entries of %{} are written out as they stand; later changes of it do not follow",
                list.name()
            )
        };
        let loss = Loss::at(self.plan, id, Grade::Exact, Effect::Same, what);
        self.losses.push(loss);
        if entries.is_empty() {
            return Ok(Filter::Const(false));
        }
        let test = |op| {
            Filter::Test(Test {
                of: of.clone(),
                op,
                id,
            })
        };
        Ok(match list.kind() {
            ListKind::String => test(Op::OneOf(entries, nocase)),
            ListKind::Cidr => test(Op::Cidr(entries)),
            ListKind::Regex => {
                let tests = entries
                    .into_iter()
                    .map(|text| test(Op::Regex(Re { text, nocase })));
                Filter::Any(tests.collect())
            }
        })
    }

    fn call(&mut self, id: ExprId) -> Result<Filter, Unsaid> {
        let plan = self.plan;
        let Expr::Call {
            function,
            args,
            patterns,
        } = &plan.node(id).expr
        else {
            return self.unsaid(id, "is no call");
        };
        let constant = |at: usize| match args.get(at).map(|id| &plan.node(*id).expr) {
            Some(Expr::Literal(Value::Str(text))) => Some(text.clone().into_owned()),
            _ => None,
        };
        let Some(subject) = args.first().copied() else {
            return self.unsaid(id, format!("{} has no counterpart", function.name));
        };
        let op = match (function.name, patterns.first(), constant(1)) {
            ("re.regex", Some(pattern), _) => Op::Regex(Re::from(pattern)),
            ("strings.contains", _, Some(text)) => Op::Regex(Re::new(escape(&text))),
            ("strings.starts_with", _, Some(text)) => {
                Op::Regex(Re::new(format!("^{}", escape(&text))))
            }
            ("strings.ends_with", _, Some(text)) => {
                Op::Regex(Re::new(format!("{}$", escape(&text))))
            }
            ("arrays.contains", _, Some(text)) => Op::OneOf(vec![text], false),
            ("net.ip_in_range_cidr", _, Some(range)) => Op::Cidr(vec![range]),
            _ => return self.unsaid(id, format!("{} has no counterpart", function.name)),
        };
        self.test(id, subject, op)
    }
}

/// `if condition then … otherwise …` of truths.
fn either(condition: Filter, then: Filter, otherwise: Filter) -> Filter {
    let not = Filter::Not(Box::new(condition.clone()));
    Filter::Any(vec![
        Filter::All(vec![condition, then]),
        Filter::All(vec![not, otherwise]),
    ])
}

/// Every entry of a list as text.
fn entries(list: &List) -> Vec<String> {
    let patterns = list.patterns(false).map(|re| re.text().to_owned());
    let ranges = list.ranges().map(|range| range.to_string());
    let strings = list.strings().map(str::to_owned);
    strings.chain(patterns).chain(ranges).collect()
}

/// A text as a pattern that means itself.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A pattern for any of these texts.
pub(crate) fn alternatives(texts: &[String]) -> String {
    let texts: Vec<_> = texts.iter().map(|text| escape(text)).collect();
    format!("(?:{})", texts.join("|"))
}

/// The body of an `all` with each of its tests turned: an element is not so.
/// What is left is a test of the list, of which one element that fits is enough.
fn denied(body: Filter) -> Filter {
    match body {
        Filter::Not(of) => *of,
        Filter::Test(test) => {
            let what = "`all` elements of a list are so".to_owned();
            Filter::Missing(test.id, what)
        }
        Filter::All(list) => Filter::Any(list.into_iter().map(denied).collect()),
        Filter::Any(list) => Filter::All(list.into_iter().map(denied).collect()),
        Filter::Const(value) => Filter::Const(!value),
        missing @ Filter::Missing(..) => missing,
    }
}
