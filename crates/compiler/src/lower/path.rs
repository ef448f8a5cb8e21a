//! Variables and field paths.
//!
//! A path without `any`, `all` or an index makes its repeated steps into axes,
//! shared by all references of the same event variable, so that sub-fields of
//! one element stay together in a row (yara-l §3.7).

use yaral_ir::plan::{
    Axis, AxisId, Expr as Plan, ExprId, FieldRef, TimePart, VariableId, WholeRef,
};
use yaral_ir::types::Type;
use yaral_syntax::ast::{Path, Quantifier, Segment};
use yaral_syntax::diagnostic::{Diagnostic, Span};
use yaral_udm::{FieldId, FieldKind, FieldPath, MessageId, Root};

use super::access::{Access, Ending};
use super::{Lower, Place, near};
use crate::codes;
use crate::suggest::advise;
use crate::variables::Kind;

/// Axes of one event variable; far more than a rule can use sensibly.
const AXES_MAX: usize = 64;

/// Why an outcome of a rule with `match` aggregates what it reads.
pub(super) const MANY_ROWS: &str = "a match window holds many events";

impl Lower<'_> {
    /// Lowers a variable or path for its value.
    pub(super) fn path(&mut self, path: &Path) -> Option<ExprId> {
        let Some(name) = path.variable() else {
            if let Some(family) = self.filtered {
                return self.measure_named(family, path);
            }
            if let Some(bound) = window_bound(path) {
                return self.window_bound(bound, path.span());
            }
            return self.fail(
                codes::UNKNOWN_VARIABLE,
                path.span(),
                "a field needs its event variable in front, as in `$e.principal.ip`",
            );
        };
        if path.segments().next().is_none() {
            return self.bare_variable(&name.text, path);
        }
        let Some(variable) = self.variables.event(&name.text) else {
            return self.unknown_event_variable(&name.text, name.span);
        };
        let access = self.access(path, variable)?;
        self.field(variable, path, &access)
    }

    fn unknown_event_variable(&mut self, name: &str, span: Span) -> Option<ExprId> {
        let diagnostic = Diagnostic::error(
            codes::UNKNOWN_VARIABLE,
            Some(span),
            format!("`${name}` is not an event variable of this rule"),
        );
        let own = self.variables.events.iter().map(|(known, _)| known);
        let own = own.filter(|known| !known.starts_with('%'));
        let known = own.clone().map(String::as_str);
        let owner = "the `events` section has";
        let diagnostic = advise(self, diagnostic, name, "$", (owner, known));
        let diagnostic = diagnostic.fix(near::own(own, name, span));
        self.report(diagnostic);
        None
    }

    fn bare_variable(&mut self, name: &str, path: &Path) -> Option<ExprId> {
        if let Some(span) = path.quantifier_span() {
            return self.fail(
                codes::BAD_QUANTIFIER,
                span,
                "`any` and `all` stand before a repeated field, not a placeholder",
            );
        }
        if self.place != Place::Events
            && let Some(at) = self.outcomes.iter().position(|(known, _)| known == name)
        {
            if self.place == Place::Aggregate {
                return self.fail(
                    codes::AGGREGATE_MISPLACED,
                    path.span(),
                    format!("an aggregate cannot read the outcome variable `${name}`"),
                );
            }
            // Without a type it has a mistake, which was reported.
            let ty = self.outcomes[at].1?;
            return self.add(Plan::Outcome(u16::try_from(at).ok()?), ty, path.span());
        }
        if self.place == Place::Condition {
            return self.uncounted(name, path.span());
        }
        if let Some(at) = self.variables.placeholder(name) {
            let (which, ty) = self.placeholder(at, path.span())?;
            let id = self.add(Plan::Placeholder(which), ty, path.span())?;
            if self.place == Place::Outcome
                && let Some(matching) = &self.matching
            {
                if matching.names(at) {
                    return Some(id);
                }
                return self.needs_aggregate(path.span(), MANY_ROWS);
            }
            let scalar = self.options.semantics.function_placeholder_scalar;
            if self.place == Place::Outcome
                && self.placeholders.is_repeated(which, &self.nodes, scalar)
            {
                return self.needs_aggregate(path.span(), "this placeholder takes several");
            }
            return Some(id);
        }
        if let Some(at) = self.variables.event(name) {
            let (record, field) = match self.variables.kind(at) {
                Kind::Event | Kind::Row => ("event", "principal.ip"),
                Kind::Entity => ("entity", "graph.entity.ip"),
                Kind::Detection => ("detection", "detection.detection.rule_name"),
            };
            let diagnostic = Diagnostic::error(
                codes::NOT_A_VALUE,
                Some(path.span()),
                format!("`${name}` is a whole {record}, not a value"),
            )
            .help(format!("name one of its fields, as in `${name}.{field}`"));
            self.report(diagnostic);
            return None;
        }
        let diagnostic = Diagnostic::error(
            codes::UNBOUND_PLACEHOLDER,
            Some(path.span()),
            format!("`${name}` is neither bound in `events` nor an earlier outcome variable"),
        );
        let placeholders = self
            .variables
            .placeholders
            .iter()
            .map(|(known, _)| known.as_str());
        let known = placeholders.chain(self.outcomes.iter().map(|(known, _)| known.as_str()));
        let diagnostic = advise(self, diagnostic, name, "$", ("there are", known));
        self.report(diagnostic);
        None
    }

    /// Reports a variable that the condition compares and can only count.
    fn uncounted(&mut self, name: &str, span: Span) -> Option<ExprId> {
        let kind = match (self.variables.event(name), self.variables.placeholder(name)) {
            (Some(_), _) => "an event variable",
            (None, Some(_)) => "a placeholder",
            (None, None) => return self.unknown_in_condition(name, span),
        };
        let diagnostic = Diagnostic::error(
            codes::CONDITION_TERM,
            Some(span),
            format!("`${name}` is {kind}, which the condition counts and does not compare"),
        )
        .help(format!(
            "write `${name}` or `#{name} > 0`; tests of values stand in `events`"
        ));
        self.report(diagnostic);
        None
    }

    /// Reports a variable of the condition that nothing defines.
    pub(crate) fn unknown_in_condition<T>(&mut self, name: &str, span: Span) -> Option<T> {
        let diagnostic = Diagnostic::error(
            codes::UNKNOWN_VARIABLE,
            Some(span),
            format!("there is no variable `${name}` in this rule"),
        );
        let variables = self.variables;
        let named = variables.events.iter().chain(&variables.placeholders);
        let named = named.map(|(known, _)| known);
        let all = named.chain(self.outcomes.iter().map(|(known, _)| known));
        let all = all.filter(|known| !known.starts_with('%'));
        let known = all.clone().map(String::as_str);
        let diagnostic = advise(self, diagnostic, name, "$", ("the rule has", known));
        let diagnostic = diagnostic.fix(near::own(all, name, span));
        self.report(diagnostic);
        None
    }

    /// Refuses a field in the condition.
    pub(crate) fn field_in_condition<T>(&mut self, span: Span) -> Option<T> {
        let message = "the condition speaks of event variables, placeholders and outcome variables, not of fields";
        let diagnostic = Diagnostic::error(codes::CONDITION_TERM, Some(span), message)
            .help("test the field in `events`, or give it to an outcome variable");
        self.report(diagnostic);
        None
    }

    fn field(&mut self, variable: usize, path: &Path, access: &Access) -> Option<ExprId> {
        let span = path.span();
        if self.place == Place::Condition {
            return self.field_in_condition(span);
        }
        let id = VariableId(u16::try_from(variable).ok()?);
        if let Some(quantifier) = path.quantifier() {
            return self.quantified_field(id, path, access, quantifier);
        }
        if self.place == Place::Outcome && self.matching.is_some() {
            return self.needs_aggregate(span, MANY_ROWS);
        }
        if access.entry.is_some() {
            return self.entry(id, access, span);
        }
        if let Ending::Key(key) = &access.ending {
            self.want_key(access, key);
            let whole = access.whole(id);
            return self.add(Plan::Keyed(whole, key.clone()), Type::Str, span);
        }
        if access.indexed() {
            if let Some(open) = access.first_unindexed() {
                let diagnostic = Diagnostic::error(
                    codes::BAD_INDEX,
                    Some(span),
                    format!("`{}` is repeated too and needs an index", open.name()),
                )
                .help("all repeated fields of an indexed path are indexed, as in `about[0].ip[0]`");
                self.report(diagnostic);
                return None;
            }
            self.want(access);
            if self.place == Place::Outcome {
                self.refused_there(
                    codes::INDEXED_OUTCOME,
                    span,
                    "Google SecOps asks for an aggregate around an indexed value",
                    "wrap it, as in `array_distinct(…)`; of one value it changes nothing else",
                );
            }
            return self.add(Plan::Indexed(access.whole(id)), access.ty()?, span);
        }
        self.want(access);
        let fields = access.fields();
        if self.place == Place::Aggregate
            && !self.options.semantics.outcome_unnests
            && !self.has_axes(variable, &fields)
        {
            return self.add(
                Plan::Whole(access.whole(id)),
                Type::List(access.ty()?.elem()),
                span,
            );
        }
        let (axis, steps) = self.axis(variable, &fields, span)?;
        if axis.is_some() && self.place == Place::Outcome {
            return self.needs_aggregate(span, "a repeated field has several values");
        }
        let field = FieldRef {
            variable: id,
            axis,
            steps: steps.into(),
            part: access.part,
        };
        self.add(Plan::Field(field), access.ty()?, span)
    }

    /// What a map of typed values holds under a key.
    fn entry(&mut self, variable: VariableId, access: &Access, span: Span) -> Option<ExprId> {
        let (map, key) = access.entry.clone()?;
        if access.part == Some(TimePart::Nanos) {
            let message = "of a time behind a map key only the `.seconds` are read";
            return self.fail(codes::UNDOCUMENTED_FORM, span, message);
        }
        if let Some(open) = access.first_unindexed() {
            let name = open.name();
            let message = format!("of the list `{name}` only the first value is read");
            let found = Diagnostic::warning(codes::FIRST_OF_LIST, Some(span), message);
            self.report(found.help(format!("say so: `{name}[0]`")));
        }
        let fields: Vec<_> = map.iter().map(|(field, _)| *field).collect();
        self.fields
            .insert_key(&FieldPath::from_steps(access.root, fields), &key);
        let map = WholeRef {
            variable,
            steps: map.into(),
            part: None,
        };
        let steps = access.below();
        self.add(Plan::Entry { map, key, steps }, access.ty()?, span)
    }

    /// `window_start` or `window_end`, in Unix seconds.
    fn window_bound(&mut self, bound: Plan, span: Span) -> Option<ExprId> {
        let message = match (self.place, &self.matching) {
            (_, None) => "a rule without `match` has no window",
            (Place::Events, _) => "the bounds of the window are not known in `events`",
            (Place::Aggregate, _) => "a bound of the window is one value; no aggregate is needed",
            (Place::Outcome | Place::Condition, Some(_)) => {
                return self.add(bound, Type::Int, span);
            }
        };
        self.fail(codes::WINDOW_BOUND, span, message)
    }

    /// Reports a value with several candidates where one is wanted.
    pub(super) fn needs_aggregate<T>(&mut self, span: Span, why: &str) -> Option<T> {
        let diagnostic = Diagnostic::error(
            codes::NEEDS_AGGREGATE,
            Some(span),
            format!("an outcome is one value, and {why}"),
        )
        .help("wrap it in an aggregate, such as `array_distinct(…)`, `max(…)` or `count(…)`");
        self.report(diagnostic);
        None
    }

    fn quantified_field(
        &mut self,
        variable: VariableId,
        path: &Path,
        access: &Access,
        quantifier: Quantifier,
    ) -> Option<ExprId> {
        let span = path.quantifier_span().unwrap_or(path.span());
        let keyed = access.entry.is_some() || matches!(access.ending, Ending::Key(_));
        if keyed || access.indexed() {
            return self.fail(
                codes::BAD_QUANTIFIER,
                span,
                "`any` and `all` do not go with an index or a map key",
            );
        }
        if access.first_unindexed().is_none() {
            return self.fail(
                codes::BAD_QUANTIFIER,
                span,
                "`any` and `all` stand before a repeated field; this one has a single value",
            );
        }
        if self.place != Place::Events {
            return self.fail(
                codes::BAD_QUANTIFIER,
                span,
                "`any` and `all` stand in the `events` section only",
            );
        }
        self.want(access);
        let slot = u8::try_from(self.quantified.len()).ok()?;
        let all = quantifier == Quantifier::All;
        self.quantified.push((all, access.whole(variable), span));
        self.add(Plan::Element(slot), access.ty()?, path.span())
    }

    /// Whether the predicate at hand has a quantified field, and where.
    pub(super) fn quantifier_in_use(&self) -> Option<Span> {
        self.quantified.last().map(|(_, _, span)| *span)
    }

    /// A path that a function takes as a whole repeated field.
    pub(super) fn whole_field(&mut self, path: &Path) -> Option<ExprId> {
        let Some(name) = path.variable() else {
            return self.path(path);
        };
        let Some(variable) = self.variables.event(&name.text) else {
            return self.unknown_event_variable(&name.text, name.span);
        };
        let access = self.access(path, variable)?;
        if self.place == Place::Condition {
            return self.field_in_condition(path.span());
        }
        if let Some(span) = path.quantifier_span() {
            let message = "`any` and `all` do not go with a call that takes the whole field";
            return self.fail(codes::BAD_QUANTIFIER, span, message);
        }
        if access.entry.is_some() || matches!(access.ending, Ending::Key(_)) {
            let message = "a map access yields one value; the call takes a repeated field";
            return self.fail(codes::BAD_KEY, path.span(), message);
        }
        if self.place == Place::Outcome && self.matching.is_some() {
            return self.needs_aggregate(path.span(), MANY_ROWS);
        }
        let ty = access.ty()?;
        self.want(&access);
        let id = VariableId(u16::try_from(variable).ok()?);
        let whole: WholeRef = access.whole(id);
        self.add(Plan::Whole(whole), Type::List(ty.elem()), path.span())
    }

    pub(crate) fn want(&mut self, access: &Access) {
        let fields = access.fields();
        if access.root == Root::Detection {
            // The events that a detection refers to are read as events first.
            let event = |field: &FieldId| field.kind() == FieldKind::Message(MessageId::UDM);
            if let Some(at) = fields.iter().position(event) {
                let below = fields.get(at + 1..).unwrap_or_default();
                self.fields
                    .insert(&FieldPath::from_steps(Root::Event, below));
            }
        }
        self.fields
            .insert(&FieldPath::from_steps(access.root, fields));
    }

    fn want_key(&mut self, access: &Access, key: &str) {
        let fields = access.fields();
        self.fields
            .insert_key(&FieldPath::from_steps(access.root, fields), key);
    }

    /// Whether every repeated step of a path makes rows already.
    fn has_axes(&self, variable: usize, fields: &[FieldId]) -> bool {
        let mut parent = None;
        let mut steps = Vec::new();
        for &field in fields {
            steps.push(field);
            if field.repeated() {
                let axis = Axis {
                    parent,
                    steps: std::mem::take(&mut steps).into(),
                };
                let Some(at) = self.axes[variable].iter().position(|known| *known == axis) else {
                    return false;
                };
                parent = u16::try_from(at).ok().map(AxisId);
            }
        }
        true
    }

    /// The innermost axis of a path and the steps behind it.
    fn axis(
        &mut self,
        variable: usize,
        fields: &[FieldId],
        span: Span,
    ) -> Option<(Option<AxisId>, Vec<FieldId>)> {
        let mut parent = None;
        let mut steps = Vec::new();
        for &field in fields {
            steps.push(field);
            if !field.repeated() {
                continue;
            }
            let own = Axis {
                parent,
                steps: std::mem::take(&mut steps).into(),
            };
            let known = &mut self.axes[variable];
            let at = match known.iter().position(|one| *one == own) {
                Some(at) => at,
                None if known.len() >= AXES_MAX => {
                    let text =
                        format!("the rule reads more than {AXES_MAX} repeated fields of one event");
                    return self.fail(codes::RULE_TOO_LARGE, span, text);
                }
                None => {
                    known.push(own);
                    known.len() - 1
                }
            };
            parent = Some(AxisId(u16::try_from(at).ok()?));
        }
        Some((parent, steps))
    }
}

/// The bound of the window that a path names.
fn window_bound(path: &Path) -> Option<Plan> {
    let mut segments = path.segments();
    let (Some(Segment::Field(word, _)), None) = (segments.next(), segments.next()) else {
        return None;
    };
    bound_named(&word)
}

/// The bound of the window that has this name, in any case.
pub(crate) fn bound_named(word: &str) -> Option<Plan> {
    if word.eq_ignore_ascii_case("window_start") {
        Some(Plan::WindowStart)
    } else if word.eq_ignore_ascii_case("window_end") {
        Some(Plan::WindowEnd)
    } else {
        None
    }
}
