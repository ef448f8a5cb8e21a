//! The joined rows of one window's content, by group.
//!
//! A variable that no test ties to another keeps its entries as they are: each
//! stands in every joined row together with every choice of the others, so
//! counting them is enough. Variables that tests tie together are joined one
//! by one, and what is kept of each joined row is which entries it has.

use std::collections::{BTreeMap, BTreeSet};

use yaral_ir::plan::{Binding, Expr, ExprId, PlaceholderId, VariableId};
use yaral_ir::value::Value;
use yaral_udm::Timestamp;

use super::entry::{Entry, core_values, push_form};
use super::rule::Rule;
use super::shape::{Cluster, Source, Test};
use super::standing::Looked;
use crate::eval::{Eval, Joined, Known, Silent};
use crate::id;
use crate::limits::JOINED_ROWS_MAX;
use crate::rows::Row;

/// The choice of one variable in a joined row: an entry and a row of its core.
pub(crate) type Choice = Option<(u32, u32)>;

/// The joined rows of one cluster.
pub(crate) enum Rows {
    /// Of a variable that is tied to no other: all entries of the content.
    Free,
    /// For each joined row the choices of the cluster's variables.
    Tied(Vec<Box<[Choice]>>),
}

/// The entries of each variable that lie in a window.
pub(crate) type Content<'s> = Vec<&'s [Entry]>;

/// One group: the joined rows with one match value.
pub(crate) struct Group<'s> {
    /// The match values, in written order.
    pub(crate) matches: Vec<Value<'static>>,
    /// The joined rows of each cluster.
    pub(crate) clusters: Vec<Rows>,
    pub(crate) content: Content<'s>,
}

/// The groups of a content, by the canonical form of their match values.
pub(crate) fn groups<'s>(
    rule: Rule<'_>,
    content: &Content<'s>,
    cut: &mut bool,
) -> BTreeMap<Vec<u8>, Group<'s>> {
    let mut found = BTreeMap::new();
    let required = &rule.correlation.required;
    let lacks = |variable: usize| required[variable] && content[variable].is_empty();
    // What stands is everywhere; only what happens can come to something.
    let happens = |variable: usize| rule.shape.timed[variable] && !content[variable].is_empty();
    if (0..content.len()).any(lacks) || !(0..content.len()).any(happens) {
        return found;
    }
    let mut clusters = Vec::new();
    for cluster in &rule.shape.clusters {
        let free = cluster.variables.len() == 1;
        let rows = if free {
            Rows::Free
        } else {
            Rows::Tied(Join::new(rule, cluster, content, cut).run().0)
        };
        if matches!(&rows, Rows::Tied(list) if list.is_empty()) {
            return found;
        }
        clusters.push(rows);
    }
    if rule.shape.keyed {
        let matches = keys(rule, content, |variable| {
            let has = rule.shape.partitioned[variable] && !content[variable].is_empty();
            has.then_some((0, 0))
        });
        let form = form_of(&matches);
        found.insert(
            form,
            Group {
                matches,
                clusters,
                content: content.clone(),
            },
        );
        return found;
    }
    // All variables are one cluster here.
    let Some(Rows::Tied(rows)) = clusters.pop() else {
        return found;
    };
    for row in rows {
        let matches = keys(rule, content, |variable| row[variable]);
        let dropped = rule
            .correlation
            .keys
            .iter()
            .zip(&matches)
            .any(|(key, value)| key.filtered && value.is_zero());
        if dropped {
            continue;
        }
        let group = found.entry(form_of(&matches)).or_insert_with(|| Group {
            matches,
            clusters: vec![Rows::Tied(Vec::new())],
            content: content.clone(),
        });
        if let Some(Rows::Tied(list)) = group.clusters.first_mut() {
            list.push(row);
        }
    }
    found
}

fn form_of(matches: &[Value<'_>]) -> Vec<u8> {
    let mut form = Vec::new();
    for value in matches {
        push_form(&mut form, value);
    }
    form
}

/// The value of a slot where its variable has this choice.
fn chosen<'s>(
    rule: Rule<'_>,
    content: &Content<'s>,
    (variable, choice): (usize, Choice),
    id: ExprId,
) -> Option<&'s Value<'static>> {
    let (entry, row) = choice?;
    let slot = rule.shape.slot(id)?;
    let core = rule.shape.sides[variable].core;
    let row = if slot.part == core { row as usize } else { 0 };
    let entry = content[variable].get(entry as usize)?;
    entry.value(slot.part, row, slot.column)
}

/// The place of an event among the entries of a variable, if it is there.
fn place(side: &[Entry], (time, id): (Timestamp, &str)) -> Option<usize> {
    side.binary_search_by(|entry| (entry.time, &*entry.id).cmp(&(time, id)))
        .ok()
}

/// The match values of a joined row: that of the first present variable.
fn keys(
    rule: Rule<'_>,
    content: &Content<'_>,
    choice: impl Fn(usize) -> Choice,
) -> Vec<Value<'static>> {
    let mut values = Vec::new();
    for key in &rule.correlation.keys {
        let mut sources = key.by.iter().enumerate();
        let value = sources.find_map(|(variable, by)| {
            chosen(rule, content, (variable, choice(variable)), (*by)?).cloned()
        });
        let ty = rule.plan.placeholders[usize::from(key.placeholder.0)].ty;
        values.push(value.unwrap_or_else(|| crate::zero::of(ty)));
    }
    values
}

/// Whether an event stands in a joined row of a content at all. One that does
/// not changes nothing, and to find that out takes the rows of the others once.
pub(crate) fn stands(
    rule: Rule<'_>,
    content: &Content<'_>,
    event: (Timestamp, &str),
    cut: &mut bool,
) -> bool {
    rule.shape.clusters.iter().any(|cluster| {
        cluster.variables.iter().any(|&variable| {
            let side = content[variable];
            let at = place(side, event).filter(|_| rule.shape.timed[variable]);
            let Some(at) = at else {
                return false;
            };
            if cluster.variables.len() == 1 {
                return true;
            }
            if !has_partners(rule, cluster, content, (variable, &side[at])) {
                return false;
            }
            let mut join = Join::new(rule, cluster, content, cut);
            join.pinned = u32::try_from(at).ok().map(|at| (variable, at));
            // A join that was cut may hold what was not looked at.
            let (rows, cut_short) = join.run();
            cut_short || !rows.is_empty()
        })
    })
}

/// The groups of the joined rows that an event stands in, by the canonical
/// form of their match values. For rules whose state is not kept by these.
pub(crate) fn forms_of(
    rule: Rule<'_>,
    content: &Content<'_>,
    event: (Timestamp, &str),
    cut: &mut bool,
) -> BTreeSet<Vec<u8>> {
    let mut forms = BTreeSet::new();
    let Some(cluster) = rule.shape.clusters.first() else {
        return forms;
    };
    for variable in (0..content.len()).filter(|&variable| rule.shape.timed[variable]) {
        let Some(at) = place(content[variable], event) else {
            continue;
        };
        let mut join = Join::new(rule, cluster, content, cut);
        join.pinned = u32::try_from(at).ok().map(|at| (variable, at));
        join.all = true;
        for row in join.run().0 {
            forms.insert(form_of(&keys(rule, content, |variable| row[variable])));
        }
    }
    forms
}

/// Whether each variable that must be there has a row with the value that an
/// equality with this entry asks for. A cheap way to say no.
fn has_partners(
    rule: Rule<'_>,
    cluster: &Cluster,
    content: &Content<'_>,
    (variable, entry): (usize, &Entry),
) -> bool {
    let tests = cluster.tests.iter().flatten();
    let mut equalities = tests.filter_map(|test| match test {
        Test::Equal(members, true) => Some(members),
        _ => None,
    });
    equalities.all(|members| {
        let Some((_, own)) = members.iter().find(|(of, _)| *of == variable) else {
            return true;
        };
        let mut others = members.iter().filter(|(of, _)| *of != variable);
        others.all(|(other, id)| {
            let mut mine = core_values(rule, variable, entry, *own);
            if !rule.correlation.required[*other] {
                return true;
            }
            if let Some(looked) = rule.standing.looked(*other, *id) {
                return mine.any(|mine| looked.contains_key(&id::canonical(mine)));
            }
            content[*other].iter().any(|partner| {
                core_values(rule, *other, partner, *id).any(|theirs| {
                    core_values(rule, variable, entry, *own).any(|mine| mine.equals(theirs, false))
                })
            })
        })
    })
}

/// Joins the variables of one cluster.
struct Join<'j, 's, 'r> {
    rule: Rule<'r>,
    cluster: &'j Cluster,
    content: &'j Content<'s>,
    choices: Vec<Choice>,
    found: Vec<Box<[Choice]>>,
    /// For each variable its rows by the value of the equality that is looked
    /// up first, made when it is first needed.
    by_value: Vec<Option<Looked>>,
    /// A variable and the one entry of it that may be chosen; then one joined
    /// row is enough, unless all are asked for.
    pinned: Option<(usize, u32)>,
    all: bool,
    looked: usize,
    cut: &'j mut bool,
}

impl<'j, 's, 'r> Join<'j, 's, 'r> {
    fn new(
        rule: Rule<'r>,
        cluster: &'j Cluster,
        content: &'j Content<'s>,
        cut: &'j mut bool,
    ) -> Self {
        Join {
            rule,
            cluster,
            content,
            choices: vec![None; cluster.variables.len()],
            found: Vec::new(),
            by_value: vec![None; cluster.variables.len()],
            pinned: None,
            all: false,
            looked: 0,
            cut,
        }
    }

    /// The joined rows, and whether some were not looked at.
    fn run(mut self) -> (Vec<Box<[Choice]>>, bool) {
        self.descend(0);
        let short = self.looked > JOINED_ROWS_MAX;
        (self.found, short)
    }

    /// Gives the variable at this depth every row that fits, and none at all
    /// if it may be absent.
    fn descend(&mut self, depth: usize) {
        let Some(&variable) = self.cluster.variables.get(depth) else {
            return self.arrive();
        };
        for choice in self.candidates(depth, variable) {
            if self.is_enough() {
                return;
            }
            self.looked += 1;
            if self.looked > JOINED_ROWS_MAX {
                *self.cut = true;
                return;
            }
            self.choices[depth] = Some(choice);
            if self.holds(depth) {
                self.descend(depth + 1);
            }
            self.choices[depth] = None;
        }
        let pinned = self.pinned.is_some_and(|(of, _)| of == variable);
        if !self.rule.correlation.required[variable] && !pinned && !self.is_enough() {
            self.descend(depth + 1);
        }
    }

    /// Whether one joined row was asked for and is there.
    fn is_enough(&self) -> bool {
        self.pinned.is_some() && !self.all && !self.found.is_empty()
    }

    /// The rows that may be chosen for a variable, given the choices before
    /// it: where an equality can be looked up, those that satisfy it.
    fn candidates(&mut self, depth: usize, variable: usize) -> Vec<(u32, u32)> {
        if let Some((of, entry)) = self.pinned
            && of == variable
        {
            let core = self.rule.shape.sides[variable].core;
            let own = self.content[variable].get(entry as usize);
            let rows = own.and_then(|own| own.parts.get(core));
            return (0..rows.map_or(1, |part| part.rows))
                .map(|row| (entry, row))
                .collect();
        }
        let Some((own, value)) = self.lookup(depth, variable) else {
            return self.rows_of(variable);
        };
        if let Some(looked) = self.rule.standing.looked(variable, own) {
            return looked.get(&value).cloned().unwrap_or_default();
        }
        if self.by_value[depth].is_none() {
            let mut looked = Looked::new();
            for choice in self.rows_of(variable) {
                self.choices[depth] = Some(choice);
                if let Some(value) = self.slot(variable, own) {
                    looked.entry(id::canonical(value)).or_default().push(choice);
                }
            }
            self.choices[depth] = None;
            self.by_value[depth] = Some(looked);
        }
        let looked = self.by_value[depth].as_ref();
        let rows = looked.and_then(|looked| looked.get(&value));
        rows.cloned().unwrap_or_default()
    }

    /// The first equality of a variable that can be looked up, and the
    /// canonical form of the value that it must have. It is the same one at
    /// every visit, or none.
    fn lookup(&self, depth: usize, variable: usize) -> Option<(ExprId, Vec<u8>)> {
        let mut tests = self.cluster.tests[depth].iter();
        let members = tests.find_map(|test| match test {
            Test::Equal(members, true) => Some(members),
            _ => None,
        })?;
        let own = members.iter().find(|(of, _)| *of == variable)?.1;
        let mut before = members.iter().take_while(|(of, _)| *of < variable);
        let value = before.find_map(|(of, id)| self.slot(*of, *id))?;
        Some((own, id::canonical(value)))
    }

    fn rows_of(&self, variable: usize) -> Vec<(u32, u32)> {
        let core = self.rule.shape.sides[variable].core;
        let mut rows = Vec::new();
        for (at, entry) in (0_u32..).zip(self.content[variable]) {
            let own = entry.parts.get(core).map_or(1, |part| part.rows);
            rows.extend((0..own).map(|row| (at, row)));
        }
        rows
    }

    /// Takes in a joined row that is maximal: no absent variable fits in.
    fn arrive(&mut self) {
        for depth in 0..self.choices.len() {
            if self.choices[depth].is_some() {
                continue;
            }
            for choice in self.fitting(self.cluster.variables[depth]) {
                self.looked += 1;
                if self.looked > JOINED_ROWS_MAX {
                    *self.cut = true;
                    return;
                }
                self.choices[depth] = Some(choice);
                let fits = (0..self.choices.len()).all(|at| self.holds(at));
                self.choices[depth] = None;
                if fits {
                    return;
                }
            }
        }
        if self.happens() {
            self.found.push(self.choices.clone().into());
        }
    }

    /// Whether the joined row has a variable that something happens to, unless
    /// another cluster has one.
    fn happens(&self) -> bool {
        let timed = &self.rule.shape.timed;
        let mut variables = self.cluster.variables.iter().zip(&self.choices);
        let elsewhere =
            |variable: usize| timed[variable] && !self.cluster.variables.contains(&variable);
        variables.any(|(variable, choice)| timed[*variable] && choice.is_some())
            || (0..timed.len()).any(elsewhere)
    }

    /// The rows of an absent variable that could fit into the joined row: of
    /// what stands, those that an equality looks up.
    fn fitting(&self, variable: usize) -> Vec<(u32, u32)> {
        for test in self.cluster.tests.iter().flatten() {
            let Test::Equal(members, true) = test else {
                continue;
            };
            let own = members.iter().find(|(of, _)| *of == variable);
            let looked = own.and_then(|(_, own)| self.rule.standing.looked(variable, *own));
            let mut others = members.iter().filter(|(of, _)| *of != variable);
            let value = others.find_map(|(of, id)| self.slot(*of, *id));
            if let (Some(looked), Some(value)) = (looked, value) {
                return looked
                    .get(&id::canonical(value))
                    .cloned()
                    .unwrap_or_default();
            }
        }
        self.rows_of(variable)
    }

    /// Whether the tests that stand with a variable hold.
    fn holds(&self, depth: usize) -> bool {
        self.cluster.tests[depth].iter().all(|test| match test {
            Test::Equal(members, _) => self.equal(members, self.cluster.variables[depth]),
            Test::Holds(id, variables) => self.predicate(*id, variables),
        })
    }

    fn choice(&self, variable: usize) -> Choice {
        let at = self.cluster.variables.binary_search(&variable).ok()?;
        self.choices[at]
    }

    fn slot(&self, variable: usize, id: ExprId) -> Option<&'s Value<'static>> {
        let choice = self.choice(variable);
        chosen(self.rule, self.content, (variable, choice), id)
    }

    /// Whether a variable's member equals those of the variables before it.
    fn equal(&self, members: &[(usize, ExprId)], variable: usize) -> bool {
        let own = members.iter().find(|(of, _)| *of == variable);
        let Some(own) = own.and_then(|(of, id)| self.slot(*of, *id)) else {
            return true;
        };
        let before = members.iter().take_while(|(of, _)| *of < variable);
        before
            .filter_map(|(of, id)| self.slot(*of, *id))
            .all(|other| other.equals(own, false))
    }

    fn predicate(&self, id: ExprId, variables: &[usize]) -> bool {
        if variables.iter().any(|of| self.choice(*of).is_none()) {
            return true;
        }
        let view = View {
            rule: self.rule,
            content: self.content,
            places: (0..self.content.len())
                .map(|variable| {
                    self.choice(variable)
                        .map(|(entry, row)| Place { entry, row })
                })
                .collect(),
            read: &[],
            facts: None,
        };
        let known = Known {
            joined: Some(&view),
            ..Known::default()
        };
        let row = Row::default();
        Eval::new(self.rule.scope(), &row, &known, &mut Silent).test(id)
    }
}

/// A variable's entry and a row of the part that is read of it, its core
/// unless another is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) entry: u32,
    pub(crate) row: u32,
}

/// What is known of a group before its outcomes.
pub(crate) struct Facts {
    /// The distinct events of each variable.
    pub(crate) counts: Vec<u64>,
    /// Start and end of the window in seconds.
    pub(crate) window: (i64, i64),
    /// The match values.
    pub(crate) matches: Vec<Value<'static>>,
}

/// A joined row as expressions read it.
pub(crate) struct View<'v, 's> {
    pub(crate) rule: Rule<'v>,
    pub(crate) content: &'v Content<'s>,
    pub(crate) places: Vec<Option<Place>>,
    /// For each variable the part that its row is of, where not the core.
    pub(crate) read: &'v [(usize, usize)],
    pub(crate) facts: Option<&'v Facts>,
}

impl<'v> Joined<'v> for View<'v, '_> {
    fn value(&self, id: ExprId) -> Option<Value<'v>> {
        if let Some(facts) = self.facts
            && let Some(value) = self.fact(facts, id)
        {
            return Some(value);
        }
        if let Expr::Placeholder(which) = &self.rule.plan.node(id).expr
            && self.rule.shape.sources[usize::from(which.0)] == Source::Any
            && !self.rule.plan.placeholders[usize::from(which.0)]
                .elsewhere
                .is_empty()
        {
            return Some(self.placeholder(id, *which));
        }
        self.slot(id)
    }
}

impl<'v> View<'v, '_> {
    /// The value of a slot, or what it reads where its variable is absent.
    fn slot(&self, id: ExprId) -> Option<Value<'v>> {
        let slot = self.rule.shape.slot(id)?;
        let side = &self.rule.shape.sides[slot.variable];
        let Some(place) = self.places.get(slot.variable).copied().flatten() else {
            if self.rule.shape.timely {
                return Some(self.rule.shape.absent_value(self.rule, slot.variable, id));
            }
            let value = side.absent.get(slot.part)?.get(slot.column)?;
            return Some(crate::eval::borrowed(value));
        };
        let named = self.read.iter().find(|(of, _)| *of == slot.variable);
        let read = match named {
            Some((_, part)) if *part > 0 => *part,
            _ => side.core,
        };
        let row = if slot.part == read {
            place.row as usize
        } else {
            0
        };
        let content: &'v Content<'_> = self.content;
        let entry = content[slot.variable].get(place.entry as usize)?;
        let value = entry.value(slot.part, row, slot.column)?;
        Some(crate::eval::borrowed(value))
    }

    fn present(&self, variable: VariableId) -> bool {
        let place = self.places.get(usize::from(variable.0));
        place.is_some_and(Option::is_some)
    }

    /// The value of a placeholder whose variable may be absent: that of the
    /// first variable which is there.
    fn placeholder(&self, node: ExprId, which: PlaceholderId) -> Value<'v> {
        let placeholder = &self.rule.plan.placeholders[usize::from(which.0)];
        let source = if self.present(placeholder.variable) {
            match &placeholder.binding {
                Binding::To(id) => Some(*id),
                Binding::OneOf(_) => Some(node),
            }
        } else {
            let mut others = placeholder.elsewhere.iter();
            others.find(|(of, _)| self.present(*of)).map(|(_, id)| *id)
        };
        let value = source.and_then(|id| self.slot(id));
        value.unwrap_or_else(|| crate::zero::of(placeholder.ty))
    }

    fn fact(&self, facts: &'v Facts, id: ExprId) -> Option<Value<'v>> {
        match &self.rule.plan.node(id).expr {
            Expr::EventCount(variable) => {
                let count = facts.counts.get(usize::from(variable.0)).copied();
                let count = i64::try_from(count.unwrap_or(0)).unwrap_or(i64::MAX);
                Some(Value::Int(count))
            }
            Expr::WindowStart => Some(Value::Int(facts.window.0)),
            Expr::WindowEnd => Some(Value::Int(facts.window.1)),
            Expr::Placeholder(which) => {
                let keys = &self.rule.correlation.keys;
                let at = keys.iter().position(|key| key.placeholder == *which)?;
                facts.matches.get(at).map(crate::eval::borrowed)
            }
            _ => None,
        }
    }
}
