//! Compiles one rule, section by section.

use std::sync::Arc;

use yaral_ir::correlation::Correlation;
use yaral_ir::plan::{Branch, EventVariable, Expr as PlanExpr, ExprId, Node, Plan, VariableId};
use yaral_ir::source::{Export, GraphEdit, Source};
use yaral_ir::types::Type;
use yaral_ir::value::Value;
use yaral_syntax::ast::{ChainKind, ConditionSection, EventsSection, Expr, Rule};
use yaral_syntax::diagnostic::{Diagnostic, Span};
use yaral_udm::{FieldPath, Need, Root};

use crate::lower::{Lower, Place};
use crate::rewrite::{self, unwrap};
use crate::variables::{Kind, Variables};
use crate::{Options, codes, features, needs, options};

/// A rule's plan, or why there is none.
pub(crate) struct Made {
    pub(crate) plan: Option<Plan>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Made {
    /// No plan, for these reasons.
    fn refused(diagnostics: Vec<Diagnostic>) -> Self {
        let plan = None;
        Made { plan, diagnostics }
    }
}

/// Compiles a rule whose text parsed.
pub(crate) fn compile(rule: &Rule, source: &Arc<str>, options: &Options) -> Made {
    if let Some(refusal) = features::refused(rule) {
        return Made::refused(vec![refusal]);
    }
    // The parser has reported a missing section.
    let (Some(events), Some(condition)) = (rule.events(), rule.condition()) else {
        return Made::refused(Vec::new());
    };
    let variables = Variables::collect(events.syntax());
    if let Some((span, text)) = variables.beyond_limit() {
        let found = Diagnostic::error(codes::RULE_TOO_LARGE, Some(span), text);
        return Made::refused(vec![found]);
    }
    let mut lower = Lower::new(options, &variables);
    if let Some(found) = without_time(&variables, &events) {
        return Made::refused(vec![found]);
    }
    if variables.events.is_empty() {
        let found = Diagnostic::error(
            codes::NO_EVENT,
            Some(events.span()),
            "no event variable in `events`",
        )
        .help("name a field of an event, as in `$e.metadata.event_type = \"USER_LOGIN\"`");
        return Made::refused(vec![found]);
    }
    let chosen = rule.options().map(|section| options::read(&section));
    let mut chosen = chosen.unwrap_or_default();
    let edits = rule.setup().map(|section| lower.setup(&section));
    lower.matching = rule.match_().map(|section| lower.matching(&section));
    let (branches, tied) = if lower.matching.is_some() {
        let tied = lower.correlate(&events, chosen.zeros);
        tied.map_or((None, None), |tied| (Some(tied.0), Some(tied.1)))
    } else {
        (branches(&mut lower, &events, &condition), None)
    };
    lower.bounds_as_variables(rule.outcome().as_ref());
    let outcomes = rule
        .outcome()
        .map(|section| lower.outcomes(&section))
        .unwrap_or_default();
    let tested = condition_of(
        &mut lower,
        &condition,
        branches.as_ref().is_some_and(|b| b.len() > 1),
    );
    let exports = rule.export().map(|section| lower.exports(&section));
    for one in std::mem::take(&mut chosen.found) {
        lower.report(one);
    }
    let suppression_s = lower.suppression(&chosen);
    let mut diagnostics = std::mem::take(&mut lower.diagnostics);
    if diagnostics.iter().any(|d| d.code == codes::NOT_YET) {
        diagnostics.retain(|d| d.code == codes::NOT_YET);
        diagnostics.truncate(1);
    }
    if diagnostics.iter().any(Diagnostic::is_error) {
        // It does not run at all, whatever the note says.
        diagnostics.retain(|d| d.code != codes::REWRITTEN);
        return Made::refused(diagnostics);
    }
    let (Some(branches), Some(condition)) = (branches, tested) else {
        return Made::refused(diagnostics);
    };
    let correlation = tied.and_then(|tied| lower.correlation(tied, &outcomes, condition));
    if correlation.is_none() && lower.matching.is_some() {
        return Made::refused(diagnostics);
    }
    let parts = Parts {
        branches,
        outcomes,
        condition,
        correlation,
        suppression_s,
        edits: edits.unwrap_or_default(),
        exports: exports.unwrap_or_default(),
    };
    let plan = assemble(rule, source, lower, parts);
    Made {
        plan: Some(plan),
        diagnostics,
    }
}

struct Parts {
    branches: Vec<Branch>,
    outcomes: Vec<yaral_ir::plan::Outcome>,
    condition: ExprId,
    correlation: Option<Correlation>,
    suppression_s: Option<i64>,
    edits: Vec<(usize, GraphEdit)>,
    exports: Vec<Export>,
}

fn assemble(rule: &Rule, source: &Arc<str>, mut lower: Lower<'_>, parts: Parts) -> Plan {
    // The time of an event is always read: a detection has one.
    let mut times = vec![(Root::Event, "metadata.event_timestamp")];
    if lower.variables.any(|kind| kind == Kind::Detection) {
        times.push((Root::Detection, "detection_time"));
    }
    for (root, time) in times {
        if let Ok(path) = FieldPath::resolve(root, time) {
            lower.fields.insert(&path);
        }
    }
    let sources = sources(&lower, &parts.edits);
    let named = lower.variables.events.iter().zip(lower.axes).zip(sources);
    let variables: Vec<_> = named
        .map(|(((name, _), axes), source)| EventVariable {
            name: name.clone(),
            axes,
            source,
        })
        .collect();
    let needs = needs_of(&lower.nodes, &variables, &parts);
    let meta = rule
        .meta()
        .into_iter()
        .flat_map(|section| section.entries().collect::<Vec<_>>());
    Plan {
        name: rule.name().map(|name| name.text).unwrap_or_default(),
        meta: meta
            .filter_map(|entry| Some((entry.key()?.text, entry.value()?)))
            .collect(),
        source: Arc::clone(source),
        text_hash: text_hash(rule),
        variables,
        branches: parts.branches,
        placeholders: lower.placeholders.into_plan(),
        outcomes: parts.outcomes,
        condition: parts.condition,
        exprs: lower.nodes,
        correlation: parts.correlation,
        suppression_s: parts.suppression_s,
        exports: parts.exports,
        semantics: lower.options.semantics.clone(),
        fields: lower.fields,
        needs,
    }
}

/// What each event variable ranges over.
fn sources(lower: &Lower<'_>, edits: &[(usize, GraphEdit)]) -> Vec<Source> {
    let of = |(at, (name, _)): (usize, &(String, Span))| match lower.variables.kind(at) {
        Kind::Event => Source::Event,
        Kind::Detection => Source::Detection,
        Kind::Entity => {
            let edit = edits.iter().find(|(variable, _)| *variable == at);
            Source::Entity(edit.map(|(_, edit)| edit.clone()))
        }
        // A table that was not given is reported, and then there is no plan.
        Kind::Row => name
            .strip_prefix('%')
            .and_then(|name| lower.options.tables.get(name))
            .map_or(Source::Event, |table| Source::Table(Arc::clone(table))),
    };
    lower.variables.events.iter().enumerate().map(of).collect()
}

/// What is wrong with a rule in which nothing happens: entities and rows only
/// stand beside events (yara-l §11).
fn without_time(variables: &Variables, events: &EventsSection) -> Option<Diagnostic> {
    let first = variables.events.first()?;
    if variables.any(|kind| !kind.stands()) {
        return None;
    }
    let what = if variables.any(|kind| kind == Kind::Entity) {
        "entities are"
    } else {
        "rows of data tables are"
    };
    let message = format!("{what} all that this rule speaks of, and no event ever fires it");
    let found = Diagnostic::error(codes::NOTHING_HAPPENS, Some(first.1), message)
        .secondary(
            Span::new(events.span().start, events.span().start + 6),
            "no event in here",
        )
        .help("join them with an event, as in `$e.principal.ip = $g.graph.entity.ip`");
    Some(found)
}

/// What the events of each branch cannot do without. That is asked of events
/// only, so nothing is said of what ranges over anything else.
fn needs_of(nodes: &[Node], variables: &[EventVariable], parts: &Parts) -> Vec<Vec<Need>> {
    let keys = parts.correlation.iter().flat_map(|tied| &tied.keys);
    let filtered: Vec<_> = keys.filter(|key| key.filtered).collect();
    let of = |branch: &Branch| {
        let variable = variables.get(usize::from(branch.variable.0));
        if !variable.is_some_and(|one| matches!(one.source, Source::Event)) {
            return Vec::new();
        }
        let mut found = needs::of(nodes, variables, &branch.conjuncts);
        for key in &filtered {
            // All present values of a match variable are equal, so that an
            // event with a zero one is in no group.
            let by = key
                .by
                .get(usize::from(branch.variable.0))
                .copied()
                .flatten();
            let need = by.and_then(|id| needs::of_value(nodes, variables, id));
            found.extend(need.filter(|need| !found.contains(need)));
        }
        found
    };
    parts.branches.iter().map(of).collect()
}

/// Lowers the predicates, as one branch or, under the lenient rewrite, as
/// one for each event variable.
fn branches(
    lower: &mut Lower<'_>,
    events: &EventsSection,
    condition: &ConditionSection,
) -> Option<Vec<Branch>> {
    let variables = lower.variables;
    lower.place = Place::Events;
    if let Some(at) = (0..variables.events.len()).find(|&at| variables.kind(at) != Kind::Event) {
        let (name, noun) = (variables.shown(at), variables.kind(at).noun());
        let message = match variables.kind(at) {
            Kind::Row => {
                format!("rows of `{name}` are joined here, so the rule needs a `match` section")
            }
            _ => format!("`{name}` is {noun}, so the rule needs a `match` section"),
        };
        let found = Diagnostic::error(
            codes::SOURCE_NEEDS_MATCH,
            Some(variables.events[at].1),
            message,
        )
        .label("what goes together is judged within a window")
        .help("group by a placeholder, as in `match: $host over 1h`");
        lower.report(found);
        unplanned(lower, events);
        return None;
    }
    if variables.events.len() == 1 {
        let mut predicates = Vec::new();
        events
            .predicates()
            .for_each(|one| flatten_and(one, &mut predicates));
        lower.find_bindings(&predicates);
        for (at, (_, span)) in variables.placeholders.iter().enumerate() {
            // Bound even if nothing else reads it: a repeated field makes rows.
            lower.placeholder(at, *span);
        }
        return conjuncts(lower, &predicates).map(|conjuncts| {
            vec![Branch {
                variable: VariableId(0),
                conjuncts,
            }]
        });
    }
    let strict = lower.options.strict;
    let rewritten = rewrite::branches(events, condition, variables);
    let violations =
        rewrite::violations(events, condition, variables, strict || rewritten.is_none());
    let Some(rewritten) = rewritten else {
        // Nothing to rewrite: say the first thing that is wrong, as an error.
        if let Some(first) = violations.into_iter().next() {
            lower.report(first.with_note(rewrite::CRITERION));
        }
        unplanned(lower, events);
        return None;
    };
    for one in violations {
        lower.report(one);
    }
    // All branches are lowered, so that each reports its own mistakes.
    let mut made = Vec::new();
    for (variable, predicate) in rewritten {
        let mut predicates = Vec::new();
        flatten_and(predicate, &mut predicates);
        let variable = VariableId(u16::try_from(variable).ok()?);
        made.push(conjuncts(lower, &predicates).map(|conjuncts| Branch {
            variable,
            conjuncts,
        }));
    }
    made.into_iter().collect()
}

/// Lowers the predicates of a rule that has no plan, for their mistakes.
fn unplanned(lower: &mut Lower<'_>, events: &EventsSection) {
    let mut predicates = Vec::new();
    events
        .predicates()
        .for_each(|one| flatten_and(one, &mut predicates));
    lower.find_bindings(&predicates);
    for (at, (_, span)) in lower.variables.placeholders.iter().enumerate() {
        lower.placeholder(at, *span);
    }
    conjuncts(lower, &predicates);
}

pub(crate) fn conjuncts(lower: &mut Lower<'_>, predicates: &[Expr]) -> Option<Vec<ExprId>> {
    let mut lowered = Vec::new();
    for predicate in predicates {
        if lower.is_definition(predicate) {
            continue;
        }
        lowered.push(lower.predicate(predicate));
    }
    lowered.into_iter().collect()
}

/// Adjacent predicates and the operands of `and` are conjuncts alike.
pub(crate) fn flatten_and(expr: Expr, into: &mut Vec<Expr>) {
    match unwrap(expr) {
        Expr::Chain(chain) if chain.kind() == ChainKind::And => {
            chain.operands().for_each(|one| flatten_and(one, into));
        }
        other => into.push(other),
    }
}

fn condition_of(
    lower: &mut Lower<'_>,
    section: &ConditionSection,
    rewritten: bool,
) -> Option<ExprId> {
    let expr = section.expr()?;
    if rewritten && lower.matching.is_none() {
        // The condition is the `or` of all branches, so it holds for each.
        return lower.add(
            PlanExpr::Literal(Value::Bool(true)),
            Type::Bool,
            expr.span(),
        );
    }
    if lower.variables.events.len() > 1 && lower.matching.is_none() {
        return None;
    }
    lower.condition(&expr)
}

/// Hash of the token text (decision 8); lengths keep tokens apart.
fn text_hash(rule: &Rule) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for token in yaral_syntax::hash_tokens(rule) {
        hasher.update(&(token.len() as u64).to_le_bytes());
        hasher.update(token.as_bytes());
    }
    *hasher.finalize().as_bytes()
}
