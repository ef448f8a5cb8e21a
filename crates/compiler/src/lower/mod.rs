//! Expressions: from the typed view to plan nodes with types.
//!
//! One expression grammar serves all sections; [`Place`] says which is being
//! lowered. A function that reports a mistake returns `None`, and whoever
//! called it gives up quietly: one mistake, one diagnostic.

mod access;
mod call;
mod cell;
mod compare;
mod literal;
mod membership;
mod path;

pub(crate) use path::bound_named;

use std::collections::BTreeSet;

use yaral_ir::limits;
use yaral_ir::plan::{ArithmeticOp, Axis, Expr as Plan, ExprId, Node, WholeRef};
use yaral_ir::types::Type;
use yaral_syntax::DIAGNOSTICS_MAX;
use yaral_syntax::ast::{BinaryOp, Chain, ChainKind, Expr};
use yaral_syntax::diagnostic::{Code, Diagnostic, Severity, Span};
use yaral_udm::FieldSet;

use crate::matching::Matching;
use crate::placeholders::Placeholders;
use crate::variables::Variables;
use crate::{Options, codes};

/// Levels of an expression, through the placeholders that it names. Our
/// choice: an engine evaluates it level by level. Long sums are deep too.
const EXPRESSION_DEPTH_MAX: u16 = 512;

/// Where an expression stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In `events`: tested on each row.
    Events,
    /// In `outcome`: one value for the event.
    Outcome,
    /// Inside an aggregate of `outcome`: one value for each row.
    Aggregate,
    /// In `condition`.
    Condition,
}

/// Builds the expressions of one rule.
pub(crate) struct Lower<'a> {
    pub(crate) options: &'a Options,
    pub(crate) variables: &'a Variables,
    pub(crate) place: Place,
    pub(crate) nodes: Vec<Node>,
    /// The levels of each node.
    depths: Vec<u16>,
    /// The axes of each event variable.
    pub(crate) axes: Vec<Vec<Axis>>,
    pub(crate) placeholders: Placeholders,
    /// The `match` section, if the rule has one.
    pub(crate) matching: Option<Matching>,
    /// The outcome variables so far, with their types; no type if a mistake
    /// was reported for it, so that its uses are not reported as well.
    pub(crate) outcomes: Vec<(String, Option<Type>)>,
    /// What the rule reads.
    pub(crate) fields: FieldSet,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Whether an error was reported.
    refused: bool,
    /// The quantified fields of the predicate that is being lowered.
    quantified: Vec<(bool, WholeRef, Span)>,
    /// Calls that are open around the current expression.
    call_depth: usize,
    /// Regular expressions so far.
    patterns: usize,
    /// List look-ups by kind: exact, regex, cidr.
    pub(crate) list_uses: [usize; 3],
    /// Comparisons of something with rows of data tables.
    table_joins: usize,
    /// Tables that were reported as unknown.
    unknown_tables: BTreeSet<String>,
    /// Entities and the events or detections that an equality ties them to.
    pub(crate) entity_ties: BTreeSet<(u16, u16)>,
}

impl<'a> Lower<'a> {
    /// Starts with the variables of a rule.
    pub(crate) fn new(options: &'a Options, variables: &'a Variables) -> Self {
        Lower {
            options,
            variables,
            place: Place::Events,
            nodes: Vec::new(),
            depths: Vec::new(),
            axes: vec![Vec::new(); variables.events.len()],
            placeholders: Placeholders::default(),
            matching: None,
            outcomes: Vec::new(),
            fields: FieldSet::empty(),
            diagnostics: Vec::new(),
            refused: false,
            quantified: Vec::new(),
            call_depth: 0,
            patterns: 0,
            list_uses: [0; 3],
            table_joins: 0,
            unknown_tables: BTreeSet::new(),
            entity_ties: BTreeSet::new(),
        }
    }

    /// Adds a node.
    pub(crate) fn add(&mut self, expr: Plan, ty: Type, span: Span) -> Option<ExprId> {
        if self.nodes.len() >= limits::EXPRESSIONS_MAX {
            if !self
                .diagnostics
                .iter()
                .any(|d| d.code == codes::RULE_TOO_LARGE)
            {
                let text = format!(
                    "the rule has more than {} expressions",
                    limits::EXPRESSIONS_MAX
                );
                self.report(Diagnostic::error(codes::RULE_TOO_LARGE, Some(span), text));
            }
            return None;
        }
        let depth = self.depth_of(&expr);
        if depth > EXPRESSION_DEPTH_MAX {
            let text = format!("the expression is more than {EXPRESSION_DEPTH_MAX} levels deep");
            return self.fail(codes::RULE_TOO_LARGE, span, text);
        }
        let id = ExprId(u32::try_from(self.nodes.len()).ok()?);
        self.depths.push(depth);
        self.nodes.push(Node {
            expr,
            ty,
            span: (span.start, span.end),
        });
        Some(id)
    }

    /// How many levels an expression has, the bindings of placeholders
    /// included.
    fn depth_of(&self, expr: &Plan) -> u16 {
        let deepest = |list: &[ExprId]| {
            list.iter()
                .map(|id| self.depths[id.0 as usize])
                .max()
                .unwrap_or(0)
        };
        1 + match expr {
            Plan::And(list) | Plan::Or(list) | Plan::Call { args: list, .. } => deepest(list),
            Plan::Placeholder(which) => deepest(self.placeholders.bound_to(*which)),
            Plan::Compare { left, right, .. } | Plan::Arithmetic { left, right, .. } => {
                deepest(&[*left, *right])
            }
            Plan::If {
                condition,
                then,
                otherwise,
            } => deepest(&[*condition, *then, *otherwise]),
            Plan::Not(one)
            | Plan::Matches { subject: one, .. }
            | Plan::InList { subject: one, .. }
            | Plan::Quantified { body: one, .. }
            | Plan::PlaceholderCount(one) => deepest(&[*one]),
            Plan::MatchesCell { subject, cell, .. } => deepest(&[*subject, *cell]),
            Plan::Aggregate { arg, by, .. } => deepest(&[*arg, by.unwrap_or(*arg)]),
            _ => 0,
        }
    }

    /// The type of a node.
    pub(crate) fn ty(&self, id: ExprId) -> Type {
        self.nodes[id.0 as usize].ty
    }

    /// The place that a node was written at.
    pub(crate) fn span(&self, id: ExprId) -> Span {
        let (start, end) = self.nodes[id.0 as usize].span;
        Span::new(start, end)
    }

    /// Whether a node is a constant.
    pub(crate) fn is_literal(&self, id: ExprId) -> bool {
        matches!(self.nodes[id.0 as usize].expr, Plan::Literal(_))
    }

    /// Records a finding. Beyond the limit only the first error still counts,
    /// because it is what refuses the rule.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        let error = diagnostic.is_error();
        if !self.is_full() || (error && !self.refused) {
            self.diagnostics.push(diagnostic);
        }
        self.refused |= error;
    }

    /// Whether so much was found that more is left out, and near names need
    /// not be looked for.
    pub(crate) fn is_full(&self) -> bool {
        self.diagnostics.len() >= DIAGNOSTICS_MAX
    }

    /// Records an error and gives up on the expression.
    pub(crate) fn fail<T>(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
    ) -> Option<T> {
        self.report(Diagnostic::error(code, Some(span), message));
        None
    }

    /// The severity of what only Google SecOps refuses.
    pub(crate) fn validity(&self) -> Severity {
        if self.options.strict {
            Severity::Error
        } else {
            Severity::Warning
        }
    }

    /// Lowers an expression that must decide something.
    pub(crate) fn predicate(&mut self, expr: &Expr) -> Option<ExprId> {
        match expr {
            Expr::Paren(paren) => self.predicate(&paren.expr()?),
            Expr::Not(not) => {
                let inner = self.predicate(&not.expr()?)?;
                self.excluded_rows(inner, expr.span());
                self.add(Plan::Not(inner), Type::Bool, expr.span())
            }
            Expr::Chain(chain) if matches!(chain.kind(), ChainKind::And | ChainKind::Or) => {
                // All operands are lowered, so that each reports its own mistakes.
                let lowered: Vec<_> = chain.operands().map(|one| self.predicate(&one)).collect();
                let operands = lowered.into_iter().collect::<Option<Vec<_>>>()?;
                let joined = if chain.kind() == ChainKind::And {
                    Plan::And
                } else {
                    self.mixed_lookups(chain);
                    Plan::Or
                };
                self.add(joined(operands), Type::Bool, expr.span())
            }
            _ => self.atom(expr),
        }
    }

    /// Lowers one predicate without `and`, `or`, `not` and closes its quantifiers.
    fn atom(&mut self, expr: &Expr) -> Option<ExprId> {
        let outer = std::mem::take(&mut self.quantified);
        let body = match expr {
            Expr::Binary(binary) => self.comparison(binary),
            Expr::In(lookup) => self.lookup(lookup),
            Expr::IsNull(test) => self.fail(
                codes::UNDOCUMENTED_FORM,
                test.span(),
                "`is null` is a keyword without documented meaning",
            ),
            _ => self.bare(expr),
        };
        let quantified = std::mem::replace(&mut self.quantified, outer);
        let mut body = body?;
        for (slot, (all, field, _)) in quantified.into_iter().enumerate().rev() {
            let slot = u8::try_from(slot).ok()?;
            body = self.add(
                Plan::Quantified {
                    all,
                    field,
                    body,
                    slot,
                },
                Type::Bool,
                expr.span(),
            )?;
        }
        Some(body)
    }

    /// A call or a boolean that stands alone as a predicate.
    fn bare(&mut self, expr: &Expr) -> Option<ExprId> {
        let id = self.value(expr)?;
        match self.ty(id) {
            Type::Bool | Type::Any => Some(id),
            other => {
                let diagnostic = Diagnostic::error(
                    codes::NOT_A_PREDICATE,
                    Some(expr.span()),
                    format!("{} does not decide anything by itself", with_article(other)),
                )
                .help("compare it: `… = \"value\"`, `… != \"\"`, `… > 0`");
                self.report(diagnostic);
                None
            }
        }
    }

    /// Lowers an expression for its value.
    pub(crate) fn value(&mut self, expr: &Expr) -> Option<ExprId> {
        match expr {
            Expr::Literal(literal) => self.literal(literal),
            Expr::Regex(regex) => self.fail(
                codes::TYPE_MISMATCH,
                regex.span(),
                "a regular expression has no value; it stands on the right of `=` or `!=`, or in a call",
            ),
            Expr::Path(path) => self.path(path),
            Expr::Call(call) => self.call(call),
            Expr::Paren(paren) => self.value(&paren.expr()?),
            Expr::Chain(chain) if matches!(chain.kind(), ChainKind::Additive | ChainKind::Multiplicative) => {
                self.arithmetic(chain)
            }
            Expr::Count(_) | Expr::Bang(_) | Expr::NOf(_) => self.fail(
                codes::CONDITION_TERM,
                expr.span(),
                "this form stands in the `condition` section only",
            ),
            Expr::Array(array) => self.array(array),
            Expr::List(list) => self.cell(list),
            Expr::Binary(_) | Expr::Chain(_) | Expr::Not(_) | Expr::In(_) | Expr::IsNull(_) => {
                self.predicate(expr)
            }
        }
    }

    fn arithmetic(&mut self, chain: &Chain) -> Option<ExprId> {
        let first = chain.first()?;
        let mut left = self.number(&first)?;
        for link in chain.links() {
            let right = self.number(&link.rhs)?;
            let op = arithmetic_op(link.op)?;
            self.unsigned(left, right, link.op_span);
            let (a, b) = (self.ty(left), self.ty(right));
            let division = op == ArithmeticOp::Div && !self.options.semantics.integer_division;
            let float = a == Type::Float || b == Type::Float || division;
            if op == ArithmeticOp::Rem && (a == Type::Float || b == Type::Float) {
                return self.fail(
                    codes::TYPE_MISMATCH,
                    link.op_span,
                    "`%` works on integers only",
                );
            }
            let ty = if float { Type::Float } else { Type::Int };
            let span = self.span(left).cover(self.span(right));
            left = self.add(Plan::Arithmetic { op, left, right }, ty, span)?;
        }
        Some(left)
    }

    fn number(&mut self, expr: &Expr) -> Option<ExprId> {
        let id = self.value(expr)?;
        match self.ty(id) {
            ty if ty.is_number() || ty == Type::Any => Some(id),
            ty => {
                let message = format!("arithmetic needs numbers, this is {}", with_article(ty));
                self.fail(codes::TYPE_MISMATCH, expr.span(), message)
            }
        }
    }

    /// Google SecOps cannot combine an unsigned field with an integer constant
    /// (yara-l §3.3); we can, and say so.
    fn unsigned(&mut self, left: ExprId, right: ExprId, at: Span) {
        let constant = |this: &Self, id| this.is_literal(id) && this.ty(id) == Type::Int;
        let mixed = (self.ty(left) == Type::Uint && constant(self, right))
            || (self.ty(right) == Type::Uint && constant(self, left));
        if mixed {
            let diagnostic = Diagnostic::new(self.validity(), codes::UNSIGNED_ARITHMETIC,
                Some(at),
                "Google SecOps refuses arithmetic between an unsigned field and an integer constant",
            )
            .help("write the constant as a division, which makes it a float: `(2/1)`");
            self.report(diagnostic);
        }
    }
}

/// Whether a path ends with a field, and passes no map on its way.
pub(crate) fn ending_is_field(access: &access::Access) -> bool {
    access.ending == access::Ending::Field && access.entry.is_none()
}

/// A type as a sentence names it.
pub(crate) fn with_article(ty: Type) -> String {
    let article = match ty {
        Type::Bytes => return ty.to_string(),
        Type::Int | Type::Uint | Type::Enum(_) => "an",
        _ => "a",
    };
    format!("{article} {ty}")
}

fn arithmetic_op(op: BinaryOp) -> Option<ArithmeticOp> {
    Some(match op {
        BinaryOp::Add => ArithmeticOp::Add,
        BinaryOp::Sub => ArithmeticOp::Sub,
        BinaryOp::Mul => ArithmeticOp::Mul,
        BinaryOp::Div => ArithmeticOp::Div,
        BinaryOp::Rem => ArithmeticOp::Rem,
        _ => return None,
    })
}

impl Lower<'_> {
    /// Lowers something that stands by itself in `events`, wherever it is
    /// asked for: outer calls and quantifiers do not reach into it. Also
    /// yields the place of its first quantifier.
    pub(crate) fn apart<T>(&mut self, lower: impl FnOnce(&mut Self) -> T) -> (T, Option<Span>) {
        let place = std::mem::replace(&mut self.place, Place::Events);
        let depth = std::mem::take(&mut self.call_depth);
        let outer = std::mem::take(&mut self.quantified);
        let lowered = lower(self);
        let quantifier = self.take_quantifiers();
        self.quantified = outer;
        self.call_depth = depth;
        self.place = place;
        (lowered, quantifier)
    }

    /// Drops the open quantifiers; the place of the first, if there was one.
    pub(crate) fn take_quantifiers(&mut self) -> Option<Span> {
        let first = self.quantified.first().map(|(_, _, span)| *span);
        self.quantified.clear();
        first
    }

    /// All nodes that an expression is made of, itself first.
    pub(crate) fn reachable(&self, id: ExprId) -> Vec<ExprId> {
        let mut found = vec![id];
        let mut at = 0;
        while let Some(&next) = found.get(at) {
            found.extend(self.nodes[next.0 as usize].operands());
            at += 1;
        }
        found
    }
}
