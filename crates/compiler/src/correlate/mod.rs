//! What ties the events of a rule with `match` together.
//!
//! Every predicate of `events` that must hold by itself goes to one of three
//! places: one that reads a single event variable is a conjunct of that
//! variable's branch; an equality of two expressions of one variable each
//! joins the two; all else that reads several variables applies where they
//! meet. Equalities are transitive, through placeholders and fields alike.

mod classes;
mod shape;

mod monotone;
mod required;
mod validity;

use std::collections::BTreeSet;

use yaral_ir::correlation::{Correlation, Cross, Join, MatchKey};
use yaral_ir::plan::{
    Binding, Branch, CompareOp, Expr as Plan, ExprId, Outcome, PlaceholderId, VariableId,
};
use yaral_ir::types::Type;
use yaral_syntax::ast::EventsSection;
use yaral_syntax::diagnostic::{Diagnostic, Severity};

use crate::codes;
use crate::lower::{Lower, Place};
use crate::rule::{conjuncts, flatten_and};
use crate::variables::{Kind, Variables};
use classes::{Classes, Member, Sets};

/// What ties the event variables of a rule with `match` together.
pub(crate) struct Tied {
    pub(crate) keys: Vec<MatchKey>,
    pub(crate) joins: Vec<Join>,
    pub(crate) cross: Vec<Cross>,
}

impl Lower<'_> {
    /// Lowers the section. What the match variables are must be known.
    pub(crate) fn correlate(
        &mut self,
        events: &EventsSection,
        zeros: bool,
    ) -> Option<(Vec<Branch>, Tied)> {
        self.place = Place::Events;
        let mut predicates = Vec::new();
        events
            .predicates()
            .for_each(|one| flatten_and(one, &mut predicates));
        self.find_bindings(&predicates);
        let variables = self.variables;
        for (at, (_, span)) in variables.placeholders.iter().enumerate() {
            self.placeholder(at, *span);
        }
        let tests = conjuncts(self, &predicates);
        let keys = self.match_keys();
        let tests = tests?;
        let (branches, mut equal, mut cross) = self.split(&tests)?;
        self.check_tied(&tests)?;
        let sets = equal.sets();
        self.find_entity_ties(&tests, &sets);
        cross.extend(self.validity_of_entities()?);
        let joins = self.joins_of(&sets);
        self.tell_elsewhere(&equal, &sets);
        let keys = keys?;
        let keys = keys.into_iter().map(|key| self.match_key(key, zeros));
        let keys = keys.collect::<Option<_>>()?;
        Some((branches, Tied { keys, joins, cross }))
    }

    /// The correlation of a rule without mistakes.
    pub(crate) fn correlation(
        &self,
        tied: Tied,
        outcomes: &[Outcome],
        condition: ExprId,
    ) -> Option<Correlation> {
        let required = self.required(condition);
        let monotone = monotone::is_monotone(self, outcomes, &tied.keys, &required, condition);
        Some(Correlation {
            keys: tied.keys,
            window: self.matching.as_ref()?.window?,
            joins: tied.joins,
            cross: tied.cross,
            required,
            monotone,
        })
    }

    /// The placeholders of the match variables; each stands for something on
    /// one event variable.
    fn match_keys(&mut self) -> Option<Vec<PlaceholderId>> {
        let wanted = self.matching.as_ref()?.keys.clone();
        let mut made = Vec::new();
        for (at, span) in wanted {
            let Some((which, _)) = self.placeholder(at, span) else {
                made.push(None);
                continue;
            };
            if self.placeholders.reads(which).len() > 1 {
                let name = &self.variables.placeholders[at].0;
                let message = format!(
                    "`${name}` is made of several events, so no event can be grouped by it"
                );
                let found = Diagnostic::error(codes::BAD_MATCH_VARIABLE, Some(span), message)
                    .help("match on placeholders that are equal to a field of one event");
                self.report(found);
                made.push(None);
                continue;
            }
            made.push(Some(which));
        }
        made.into_iter().collect()
    }

    /// The event variables that an expression reads, in order.
    pub(crate) fn reads(&self, id: ExprId) -> Vec<u16> {
        let mut found = Vec::new();
        self.event_variables(id, &mut found);
        found.sort_unstable();
        found.dedup();
        found
    }

    fn split(&self, tests: &[ExprId]) -> Option<(Vec<Branch>, Classes, Vec<Cross>)> {
        let count = u16::try_from(self.variables.events.len()).ok()?;
        let mut branches: Vec<_> = (0..count)
            .map(|at| Branch {
                variable: VariableId(at),
                conjuncts: Vec::new(),
            })
            .collect();
        let mut equal = Classes::new(if count > 1 {
            shape::shapes(&self.nodes, self.placeholders.plan())
        } else {
            Vec::new()
        });
        let mut cross = Vec::new();
        for &test in tests {
            let reads = self.reads(test);
            match reads.as_slice() {
                [] => {
                    for branch in &mut branches {
                        branch.conjuncts.push(test);
                    }
                }
                [one] => branches.get_mut(usize::from(*one))?.conjuncts.push(test),
                several => {
                    if let Some([a, b]) = self.equality(test, false) {
                        let (a, b) = (self.stands_for(a), self.stands_for(b));
                        let of = |id| Some(VariableId(*self.reads(id).first()?));
                        equal.join((of(a)?, a), (of(b)?, b));
                    } else {
                        cross.push(Cross {
                            test,
                            variables: several.iter().map(|at| VariableId(*at)).collect(),
                        });
                    }
                }
            }
        }
        Some((branches, equal, cross))
    }

    /// The sides of an equality of two event variables, each on one of them.
    /// One that ignores case, or whose sides are of different kinds, is not
    /// transitive and only counts `loosely`.
    fn equality(&self, id: ExprId, loosely: bool) -> Option<[ExprId; 2]> {
        let Plan::Compare {
            op: CompareOp::Eq,
            left,
            right,
            nocase,
        } = self.nodes[id.0 as usize].expr
        else {
            return None;
        };
        let ([a], [b]) = (&self.reads(left)[..], &self.reads(right)[..]) else {
            return None;
        };
        let strictly = !nocase && one_kind(self.ty(left), self.ty(right));
        (a != b && (strictly || loosely)).then_some([left, right])
    }

    /// What a placeholder stands for; any other expression itself.
    fn stands_for(&self, id: ExprId) -> ExprId {
        if let Plan::Placeholder(which) = self.nodes[id.0 as usize].expr
            && let Some(Binding::To(bound)) = self.placeholders.binding_of(which)
        {
            return *bound;
        }
        id
    }

    /// Pairs of event variables that a predicate ties together for certain.
    fn ties(&self, id: ExprId, plainly: bool) -> BTreeSet<(u16, u16)> {
        match &self.nodes[id.0 as usize].expr {
            Plan::And(list) => list
                .iter()
                .flat_map(|&one| self.ties(one, plainly))
                .collect(),
            Plan::Or(list) => {
                let mut each = list.iter().map(|&one| self.ties(one, plainly));
                let first = each.next().unwrap_or_default();
                each.fold(first, |common, ties| &common & &ties)
            }
            _ => {
                if !plainly && let Some(pair) = self.row_match(id) {
                    return BTreeSet::from([pair]);
                }
                let sides = self.equality(id, true);
                let sides = sides.filter(|sides| !plainly || self.is_plain(*sides));
                let pair = sides.map(|sides| sides.map(|id| self.reads(id)));
                let pair = pair.and_then(|[a, b]| Some((*a.first()?, *b.first()?)));
                pair.map(|(a, b)| (a.min(b), a.max(b)))
                    .into_iter()
                    .collect()
            }
        }
    }

    /// The row and the event of a predicate that matches a text with the
    /// pattern, or an address with the range, in the row.
    fn row_match(&self, id: ExprId) -> Option<(u16, u16)> {
        let matches = match &self.nodes[id.0 as usize].expr {
            Plan::MatchesCell { .. } => true,
            Plan::Call { function, .. } => function.name == "net.ip_in_range_cidr",
            _ => false,
        };
        match self.reads(id)[..] {
            [a, b] if matches => Some((a, b)),
            _ => None,
        }
    }

    /// Whether neither side of an equality is a sum or its like.
    fn is_plain(&self, sides: [ExprId; 2]) -> bool {
        sides.iter().all(|&id| {
            let stands_for = &self.nodes[self.stands_for(id).0 as usize].expr;
            !matches!(stands_for, Plan::Arithmetic { .. })
        })
    }

    /// The event variables that the predicates do not tie to the first.
    fn untied(&self, tests: &[ExprId], plainly: bool) -> Vec<usize> {
        let count = self.variables.events.len();
        if count < 2 {
            return Vec::new();
        }
        let mut sets = Sets::new(count);
        for &test in tests {
            for (a, b) in self.ties(test, plainly) {
                sets.unite(usize::from(a), usize::from(b));
            }
        }
        let first = sets.find(0);
        (1..count).filter(|&at| sets.find(at) != first).collect()
    }

    /// All event variables hang together by equalities (yara-l §3.2). Where
    /// one with a sum ties them the rule has a meaning, though Google SecOps
    /// refuses it.
    fn check_tied(&mut self, tests: &[ExprId]) -> Option<()> {
        let variables = self.variables;
        let mut apart = self.untied(tests, false);
        let severity = if apart.is_empty() {
            apart = self.untied(tests, true);
            self.validity()
        } else {
            Severity::Error
        };
        let Some((&first, others)) = apart.split_first() else {
            return Some(());
        };
        let (name, known) = (variables.shown(first), variables.shown(0_usize));
        let message = match variables.kind(first) {
            Kind::Row => format!("no row of `{name}` is joined with `{known}`"),
            _ => format!("event variable `{name}` is not joined with `{known}`"),
        };
        let mine = some_field(variables, first);
        let other = some_field(variables, 0);
        let span = variables.events[first].1;
        let mut found = Diagnostic::new(severity, codes::UNJOINED, Some(span), message)
            .label(format!("no equality of fields ties this to `{known}`"))
            .help(format!(
                "tie them by equal fields, as in `{mine} = {other}`, \
                 or by a placeholder that both are equal to"
            ));
        for &other in others {
            let name = variables.shown(other);
            found = found.secondary(variables.events[other].1, format!("nor this `{name}`"));
        }
        let error = found.is_error();
        self.report(found);
        (!error).then_some(())
    }

    fn joins_of(&self, sets: &[Vec<Member>]) -> Vec<Join> {
        let of = |set: &Vec<Member>| {
            let all = |fits| set.iter().all(|(_, id)| self.is_surely(*id, fits));
            Join {
                members: set.clone(),
                hashable: all(|ty| ty == Type::Str)
                    || all(|ty| matches!(ty, Type::Int | Type::Uint)),
            }
        };
        sets.iter().map(of).collect()
    }

    /// Whether all values of an expression are of such a type. The type of a
    /// choice covers values of several.
    fn is_surely(&self, id: ExprId, fits: fn(Type) -> bool) -> bool {
        let (mut open, mut seen) = (vec![id], BTreeSet::new());
        while let Some(next) = open.pop() {
            if !seen.insert(next) {
                continue;
            }
            match &self.nodes[next.0 as usize].expr {
                Plan::If {
                    then, otherwise, ..
                } => open.extend([*then, *otherwise]),
                Plan::Placeholder(which) => open.extend(self.placeholders.bound_to(*which)),
                _ if fits(self.ty(next)) => {}
                _ => return false,
            }
        }
        true
    }

    /// Tells each placeholder which expressions on other event variables
    /// have its value.
    fn tell_elsewhere(&mut self, equal: &Classes, sets: &[Vec<Member>]) {
        for at in 0..self.placeholders.plan().len() {
            let Ok(which) = u16::try_from(at).map(PlaceholderId) else {
                return;
            };
            let [own] = self.placeholders.reads(which) else {
                continue;
            };
            let own = VariableId(*own);
            let mut elsewhere: Vec<Member> = Vec::new();
            if let Some(set) = self.set_of(which, equal, sets) {
                for member in &sets[set] {
                    if member.0 != own && elsewhere.last().is_none_or(|last| last.0 != member.0) {
                        elsewhere.push(*member);
                    }
                }
            }
            self.placeholders.set_elsewhere(which, elsewhere);
        }
    }

    /// The set of equal expressions that a placeholder is in.
    fn set_of(&self, which: PlaceholderId, equal: &Classes, sets: &[Vec<Member>]) -> Option<usize> {
        match self.placeholders.binding_of(which)? {
            Binding::To(id) => equal.set_of(*id, sets),
            // What is one of several is a member under its own name.
            Binding::OneOf(_) => sets.iter().position(|set| {
                set.iter().any(|(_, id)| {
                    matches!(self.nodes[id.0 as usize].expr, Plan::Placeholder(other) if other == which)
                })
            }),
        }
    }

    fn match_key(&mut self, which: PlaceholderId, zeros: bool) -> Option<MatchKey> {
        let own = match self.placeholders.binding_of(which)? {
            Binding::To(id) => *id,
            Binding::OneOf(_) => {
                let at = self.variables.placeholder(self.placeholders.name(which))?;
                let span = self.variables.placeholders[at].1;
                let ty = self.placeholders.ty(which);
                self.add(Plan::Placeholder(which), ty, span)?
            }
        };
        let mut by = vec![None; self.variables.events.len()];
        let variable = *self.placeholders.reads(which).first()?;
        *by.get_mut(usize::from(variable))? = Some(own);
        for (variable, id) in self.placeholders.elsewhere(which) {
            *by.get_mut(usize::from(variable.0))? = Some(*id);
        }
        let mut values = by.iter().flatten();
        let assigned = values.all(|id| {
            matches!(
                self.nodes[id.0 as usize].expr,
                Plan::Call { .. } | Plan::If { .. }
            )
        });
        Some(MatchKey {
            placeholder: which,
            by,
            filtered: !assigned && !zeros,
        })
    }
}

/// A field of an event variable, for an example.
fn some_field(variables: &Variables, at: usize) -> String {
    let name = variables.shown(at);
    let field = match variables.kind(at) {
        Kind::Event => "principal.hostname",
        Kind::Entity => "graph.entity.hostname",
        Kind::Detection => "detection.detection.detection_fields[\"hostname\"]",
        Kind::Row => "…",
    };
    format!("{name}.{field}")
}

/// Whether values of two types are equal by one measure, so that equality
/// between several of them is transitive.
fn one_kind(a: Type, b: Type) -> bool {
    let text = |ty| matches!(ty, Type::Str | Type::Bytes);
    a == b
        || a == Type::Any
        || b == Type::Any
        || (text(a) && text(b))
        || (a.is_number() && b.is_number())
}
