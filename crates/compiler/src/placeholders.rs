//! Placeholders: which equality binds them, and which are predicates.
//!
//! A placeholder is bound by an equality with an expression that reads an
//! event field. Where one such equality is a predicate of its own, the
//! placeholder stands for that expression and all other equalities are
//! predicates. Where all stand inside an `or`, a row exists for each of the
//! alternatives (DESIGN.md, "placeholders in `or`").

use std::collections::{BTreeMap, BTreeSet};

use yaral_ir::plan::{Binding, ExprId, Node, Placeholder, PlaceholderId, VariableId};
use yaral_ir::types::Type;
use yaral_syntax::SyntaxNode;
use yaral_syntax::ast::{Binary, BinaryOp, ChainKind, Expr, List, Path};
use yaral_syntax::diagnostic::{Diagnostic, Span};

use crate::codes;
use crate::lower::Lower;
use crate::rewrite::unwrap;
use crate::variables::{is_cell, row_name};

/// The placeholders of a rule while it is compiled.
#[derive(Debug, Default)]
pub(crate) struct Placeholders {
    candidates: Vec<Candidates>,
    /// The plan's placeholder for each name that has been resolved.
    resolved: Vec<State>,
    plan: Vec<Placeholder>,
    /// The event variables that each of the plan's reads, in order.
    reads: Vec<Vec<u16>>,
}

/// The equalities that could bind one placeholder.
#[derive(Debug, Default)]
struct Candidates {
    /// Predicates of their own.
    own: Vec<Expr>,
    /// Inside an `or`, each with the number of the predicate that it is in.
    alternatives: Vec<(usize, Expr)>,
    /// The event variables that any of them names, in order.
    named: Vec<u16>,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    #[default]
    Open,
    Busy,
    Failed,
    Done(PlaceholderId, Type),
}

impl Placeholders {
    /// The placeholders so far.
    pub(crate) fn plan(&self) -> &[Placeholder] {
        &self.plan
    }

    /// The event variables that a placeholder's own value is made of.
    pub(crate) fn reads(&self, which: PlaceholderId) -> &[u16] {
        self.reads
            .get(usize::from(which.0))
            .map_or(&[], Vec::as_slice)
    }

    /// How a placeholder is bound.
    pub(crate) fn binding_of(&self, which: PlaceholderId) -> Option<&Binding> {
        Some(&self.plan.get(usize::from(which.0))?.binding)
    }

    /// Its name.
    pub(crate) fn name(&self, which: PlaceholderId) -> &str {
        self.plan
            .get(usize::from(which.0))
            .map_or("", |placeholder| &placeholder.name)
    }

    /// Its type.
    pub(crate) fn ty(&self, which: PlaceholderId) -> Type {
        self.plan
            .get(usize::from(which.0))
            .map_or(Type::Any, |placeholder| placeholder.ty)
    }

    /// Equal expressions on other event variables.
    pub(crate) fn elsewhere(&self, which: PlaceholderId) -> &[(VariableId, ExprId)] {
        self.plan
            .get(usize::from(which.0))
            .map_or(&[], |placeholder| &placeholder.elsewhere)
    }

    /// Notes equal expressions on other event variables.
    pub(crate) fn set_elsewhere(&mut self, which: PlaceholderId, equal: Vec<(VariableId, ExprId)>) {
        if let Some(placeholder) = self.plan.get_mut(usize::from(which.0)) {
            placeholder.elsewhere = equal;
        }
    }

    /// Whether a placeholder stands for a repeated field, so that an outcome
    /// must aggregate it. One that a function assigns counts as a single value
    /// (switch `function_placeholder_scalar`).
    pub(crate) fn is_repeated(&self, which: PlaceholderId, nodes: &[Node], scalar: bool) -> bool {
        let Some(placeholder) = self.plan.get(usize::from(which.0)) else {
            return false;
        };
        match &placeholder.binding {
            Binding::OneOf(_) => true,
            Binding::To(id) => match &nodes[id.0 as usize].expr {
                yaral_ir::plan::Expr::Field(field) => field.axis.is_some(),
                _ => !scalar && self.reads_rows(*id, nodes),
            },
        }
    }

    /// Whether an expression reads a repeated field, itself or through placeholders.
    fn reads_rows(&self, id: ExprId, nodes: &[Node]) -> bool {
        let (mut open, mut seen) = (vec![id], BTreeSet::new());
        while let Some(next) = open.pop() {
            // One that many name is looked at once.
            if !seen.insert(next) {
                continue;
            }
            let node = &nodes[next.0 as usize];
            match &node.expr {
                yaral_ir::plan::Expr::Field(field) if field.axis.is_some() => return true,
                yaral_ir::plan::Expr::Placeholder(which) => open.extend(self.bound_to(*which)),
                _ => open.extend(node.operands()),
            }
        }
        false
    }

    /// The expressions that a placeholder is bound to.
    pub(crate) fn bound_to(&self, which: PlaceholderId) -> &[ExprId] {
        match self
            .plan
            .get(usize::from(which.0))
            .map(|placeholder| &placeholder.binding)
        {
            Some(Binding::To(id)) => std::slice::from_ref(id),
            Some(Binding::OneOf(list)) => list,
            None => &[],
        }
    }

    /// What goes into the plan.
    pub(crate) fn into_plan(self) -> Vec<Placeholder> {
        self.plan
    }
}

impl Lower<'_> {
    /// Finds the equalities that bind placeholders in the predicates.
    pub(crate) fn find_bindings(&mut self, predicates: &[Expr]) {
        let count = self.variables.placeholders.len();
        self.placeholders
            .candidates
            .resize_with(count, Candidates::default);
        self.placeholders.resolved.resize(count, State::Open);
        for (number, predicate) in predicates.iter().enumerate() {
            self.find_in(predicate, number, false);
        }
        for at in 0..count {
            self.prefer_one_event(at);
        }
    }

    /// Of the equalities that could be what a placeholder stands for, one
    /// about a single event comes first, then one about an entity or row.
    fn prefer_one_event(&mut self, at: usize) {
        let own = &self.placeholders.candidates[at].own;
        let named =
            |source: &Expr| -> BTreeSet<_> { self.events_named(source).into_iter().collect() };
        let single = |standing: bool| {
            own.iter().position(|source| {
                let named = named(source);
                let stands = named.iter().any(|&at| self.variables.kind(at).stands());
                named.len() == 1 && (standing || !stands)
            })
        };
        let single = single(false).or_else(|| single(true));
        let candidates = &mut self.placeholders.candidates[at];
        if let Some(single) = single {
            candidates.own.swap(0, single);
        }
    }

    fn find_in(&mut self, expr: &Expr, number: usize, in_or: bool) {
        match expr {
            Expr::Paren(paren) => {
                if let Some(inner) = paren.expr() {
                    self.find_in(&inner, number, in_or);
                }
            }
            Expr::Chain(chain) => match chain.kind() {
                ChainKind::And => chain
                    .operands()
                    .for_each(|one| self.find_in(&one, number, in_or)),
                ChainKind::Or => chain
                    .operands()
                    .for_each(|one| self.find_in(&one, number, true)),
                _ => {}
            },
            Expr::Binary(binary) => {
                if let Some((at, source)) = self.binding(binary) {
                    let named = self.events_named(&source);
                    let candidates = &mut self.placeholders.candidates[at];
                    candidates.named.extend(named);
                    if in_or {
                        candidates.alternatives.push((number, source));
                    } else {
                        candidates.own.push(source);
                    }
                }
            }
            _ => {}
        }
    }

    /// The placeholder that a comparison can bind, and what to.
    fn binding(&self, binary: &Binary) -> Option<(usize, Expr)> {
        if binary.op()? != BinaryOp::Eq {
            return None;
        }
        let (lhs, rhs) = (binary.lhs()?, binary.rhs()?);
        [(&lhs, &rhs), (&rhs, &lhs)]
            .into_iter()
            .find_map(|(name, source)| {
                let at = self.placeholder_named(name)?;
                // `$p = strings.concat($p, …)` says something about `$p`; it cannot bind it.
                let binds = self.reads_event(source) && !self.names_placeholder(source, at);
                binds.then(|| (at, source.clone()))
            })
    }

    fn placeholder_named(&self, expr: &Expr) -> Option<usize> {
        let Expr::Path(path) = unwrap(expr.clone()) else {
            return None;
        };
        if path.segments().next().is_some() {
            return None;
        }
        self.variables.placeholder(&path.variable()?.text)
    }

    /// Whether an expression mentions the placeholder.
    fn names_placeholder(&self, expr: &Expr, at: usize) -> bool {
        let mut paths = expr.syntax().descendants().filter_map(Path::cast);
        paths.any(|path| {
            path.segments().next().is_none()
                && path
                    .variable()
                    .is_some_and(|name| self.variables.placeholder(&name.text) == Some(at))
        })
    }

    fn reads_event(&self, expr: &Expr) -> bool {
        !self.events_named(expr).is_empty()
    }

    /// The event variables whose fields an expression names.
    fn events_named(&self, expr: &Expr) -> Vec<u16> {
        let name = |node: SyntaxNode| {
            if let Some(list) = List::cast(node.clone()) {
                return row_name(&list).filter(|_| is_cell(&list));
            }
            let path = Path::cast(node)?;
            path.segments().next().and(Some(path.variable()?.text))
        };
        let named = expr.syntax().descendants().filter_map(name);
        named
            .filter_map(|name| self.variables.event(&name))
            .filter_map(|at| u16::try_from(at).ok())
            .collect()
    }

    /// The event variables that a placeholder is bound on, by any equality:
    /// first that of its own value.
    pub(crate) fn bound_on(&self, at: usize) -> Vec<u16> {
        let mut found = Vec::new();
        if let Some(State::Done(which, _)) = self.placeholders.resolved.get(at) {
            found.extend(self.placeholders.reads(*which));
            let elsewhere = self.placeholders.elsewhere(*which).iter();
            found.extend(elsewhere.map(|(variable, _)| variable.0));
        }
        if let Some(candidates) = self.placeholders.candidates.get(at) {
            found.extend(&candidates.named);
        }
        let mut seen = BTreeSet::new();
        found.retain(|at| seen.insert(*at));
        found
    }

    /// Whether a predicate is the equality that its placeholder stands for;
    /// it holds on every row and need not be tested.
    pub(crate) fn is_definition(&self, predicate: &Expr) -> bool {
        let Expr::Binary(binary) = unwrap(predicate.clone()) else {
            return false;
        };
        let Some((at, source)) = self.binding(&binary) else {
            return false;
        };
        binary.nocase().is_none() && self.placeholders.candidates[at].own.first() == Some(&source)
    }

    /// The plan's placeholder for a name, bound on first use.
    pub(crate) fn placeholder(&mut self, at: usize, used: Span) -> Option<(PlaceholderId, Type)> {
        match *self.placeholders.resolved.get(at)? {
            State::Done(id, ty) => return Some((id, ty)),
            State::Failed => return None,
            State::Busy => {
                let name = self.variables.placeholders[at].0.clone();
                let diagnostic = Diagnostic::error(
                    codes::UNBOUND_PLACEHOLDER,
                    Some(used),
                    format!("placeholder `${name}` is bound to itself"),
                )
                .label("its own value is needed here to give it one")
                .help(format!(
                    "bind it to an event field alone, as in `${name} = $e.principal.hostname`"
                ));
                self.report(diagnostic);
                return None;
            }
            State::Open => {}
        }
        self.resolve(at, used);
        match self.placeholders.resolved[at] {
            State::Done(id, ty) => Some((id, ty)),
            _ => None,
        }
    }

    /// Binds a placeholder after all that its binding names, one by one: a
    /// long chain of them must not use up the stack.
    fn resolve(&mut self, at: usize, used: Span) {
        let mut open = vec![(at, used)];
        while let Some(&(at, used)) = open.last() {
            match self.placeholders.resolved[at] {
                State::Open => {
                    self.placeholders.resolved[at] = State::Busy;
                    open.extend(self.named_in_bindings(at));
                }
                State::Busy => {
                    let bound = self.bind(at, used);
                    self.placeholders.resolved[at] =
                        bound.map_or(State::Failed, |(id, ty)| State::Done(id, ty));
                    open.pop();
                }
                State::Failed | State::Done(..) => {
                    open.pop();
                }
            }
        }
    }

    /// The placeholders not yet looked at that what binds this one names.
    fn named_in_bindings(&self, at: usize) -> Vec<(usize, Span)> {
        let candidates = &self.placeholders.candidates[at];
        let sources: Vec<_> = match candidates.own.first() {
            Some(own) => vec![own],
            None => candidates.alternatives.iter().map(|(_, one)| one).collect(),
        };
        let paths = sources
            .iter()
            .flat_map(|source| source.syntax().descendants().filter_map(Path::cast));
        let bare = paths.filter(|path| path.segments().next().is_none());
        bare.filter_map(|path| {
            Some((
                self.variables.placeholder(&path.variable()?.text)?,
                path.span(),
            ))
        })
        .filter(|(at, _)| matches!(self.placeholders.resolved[*at], State::Open))
        .collect()
    }

    fn bind(&mut self, at: usize, used: Span) -> Option<(PlaceholderId, Type)> {
        let name = self.variables.placeholders[at].0.clone();
        let candidates = &self.placeholders.candidates[at];
        let own = candidates.own.first().cloned();
        let alternatives = candidates.alternatives.clone();
        if own.is_none() && alternatives.is_empty() {
            self.unbound(&name, used);
            return None;
        }
        let (binding, quantifier) = self.apart(|this| {
            if let Some(source) = own {
                return this.value(&source).map(Binding::To);
            }
            let lowered = alternatives
                .iter()
                .map(|(number, one)| Some((*number, this.value(one)?)))
                .collect::<Option<Vec<_>>>()?;
            this.one_of(at, &lowered).map(Binding::OneOf)
        });
        let binding = binding?;
        if let Some(span) = quantifier {
            let message = "`any` and `all` do not go with placeholders";
            return self.fail(codes::BAD_QUANTIFIER, span, message);
        }
        let first = match &binding {
            Binding::To(id) => *id,
            Binding::OneOf(list) => *list.first()?,
        };
        let ty = self.ty(first);
        let mut reads = Vec::new();
        match &binding {
            Binding::To(id) => self.event_variables(*id, &mut reads),
            Binding::OneOf(list) => list
                .iter()
                .for_each(|id| self.event_variables(*id, &mut reads)),
        }
        reads.sort_unstable();
        reads.dedup();
        let variable = VariableId(reads.first().copied().unwrap_or(0));
        let id = PlaceholderId(u16::try_from(self.placeholders.plan.len()).ok()?);
        self.placeholders.plan.push(Placeholder {
            name,
            ty,
            variable,
            binding,
            elsewhere: Vec::new(),
        });
        self.placeholders.reads.push(reads);
        Some((id, ty))
    }

    /// The values that a placeholder may have which is bound in `or` only.
    /// They come from one event; where the predicates speak of several, one
    /// predicate at least must be about one event alone, and the others tie
    /// further events to it.
    fn one_of(&mut self, at: usize, lowered: &[(usize, ExprId)]) -> Option<Vec<ExprId>> {
        // The one event variable of each predicate, if there is one.
        let mut own: BTreeMap<usize, Option<u16>> = BTreeMap::new();
        for (number, id) in lowered {
            let single = match self.reads(*id).as_slice() {
                [one] => Some(*one),
                _ => None,
            };
            let known = own.entry(*number).or_insert(single);
            *known = known.filter(|known| Some(*known) == single);
        }
        if let Some(variable) = own.values().flatten().next() {
            let of = lowered
                .iter()
                .filter(|(number, _)| own[number] == Some(*variable));
            return Some(of.map(|(_, id)| *id).collect());
        }
        if self.matching.is_none() {
            return Some(lowered.iter().map(|(_, id)| *id).collect());
        }
        let (name, span) = &self.variables.placeholders[at];
        let message = format!("an `or` binds `${name}` to fields of several events");
        let mut found = Diagnostic::error(codes::UNDOCUMENTED_FORM, Some(*span), message)
            .help(format!(
                "bind `${name}` on one event, and compare it with those of another in a predicate of its own"
            ));
        for (_, id) in lowered.iter().take(2) {
            found = found.secondary(self.span(*id), "one of them");
        }
        self.report(found);
        None
    }

    fn unbound(&mut self, name: &str, used: Span) {
        let diagnostic = Diagnostic::error(
            codes::UNBOUND_PLACEHOLDER,
            Some(used),
            format!("placeholder `${name}` is never bound"),
        )
        .label("no equality gives it a value")
        .help(format!(
            "bind it with an equality to an event field, as in `${name} = $e.principal.hostname`"
        ));
        self.report(diagnostic);
    }
}
