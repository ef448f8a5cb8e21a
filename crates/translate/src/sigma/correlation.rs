//! Rules over several events: Sigma's correlations count events or values, or
//! ask that several kinds of events happen near each other.
//!
//! Each event variable becomes a rule of its own, and one more document says how
//! they belong together. What the condition asks beyond that is left out by name.

use yaral_ir::correlation::WindowKind;
use yaral_ir::plan::{Expr, ExprId, Plan, VariableId};

use super::condition::{self, Ask, Counted};
use super::{Sigma, about, after, cases, rule};
use crate::filter::Text;
use crate::fit::Dialect;
use crate::head::{Head, uuid};
use crate::loss::{Effect, Grade, Loss, Outcome};
use crate::lower::Lower;
use crate::source::{Kind, resolved};
use crate::whole::{told_once, variable};

use super::yaml::Yaml;

/// One event variable as a rule.
struct Member {
    variable: VariableId,
    name: String,
    kind: Kind,
    text: String,
}

/// What is being put together.
struct Making<'p> {
    plan: &'p Plan,
    head: Head,
    members: Vec<Member>,
    losses: Vec<Loss>,
    documents: Vec<String>,
}

/// Converts a rule with `match`.
pub(super) fn convert(plan: &Plan) -> Outcome {
    match Making::new(plan).and_then(Making::finish) {
        Ok(outcome) | Err(outcome) => outcome,
    }
}

impl<'p> Making<'p> {
    fn new(plan: &'p Plan) -> Result<Self, Outcome> {
        let mut lower = Lower::new(plan);
        if let Some(at) = (0..plan.variables.len()).find(|at| !lower.is_event(id(*at))) {
            let name = plan.variables.get(at).map_or("", |own| &own.name);
            return Err(Outcome::refused(format!(
                "${name} ranges over entities or a table, which Sigma does not join"
            )));
        }
        lower.notes();
        let mut making = Making {
            plan,
            head: Head::new(plan),
            members: Vec::new(),
            losses: lower.losses,
            documents: Vec::new(),
        };
        for at in 0..plan.variables.len() {
            making.member(id(at))?;
        }
        Ok(making)
    }

    /// The rule of one event variable.
    fn member(&mut self, of: VariableId) -> Result<(), Outcome> {
        let fitted = variable(self.plan, &Sigma, of)?;
        let [part] = fitted.parts.as_slice() else {
            return Err(Outcome::refused(
                "an event variable stands for several kinds of log sources, which a correlation cannot hold",
            ));
        };
        let own = &self.plan.variables[usize::from(of.0)].name;
        let name = format!("{}_{own}", self.head.name);
        let id = uuid(&format!("{}/{own}", self.head.id));
        let text = rule(&self.head, &id, &name, part);
        self.losses.extend(fitted.losses);
        self.members.push(Member {
            variable: of,
            name,
            kind: part.kind,
            text,
        });
        Ok(())
    }

    fn finish(mut self) -> Result<Outcome, Outcome> {
        let asks = condition::read(self.plan, &mut self.losses)?;
        self.crosses();
        if self.members.len() == 1 {
            self.counts(&asks)?;
        } else {
            self.sequence(&asks)?;
        }
        self.losses.push(cases());
        let losses = told_once(self.losses);
        let mut comment = Yaml::default();
        for line in self.head.lines(&losses) {
            comment.comment(&line);
        }
        let texts = self.members.iter().map(|member| member.text.clone());
        let texts: Vec<_> = texts.chain(self.documents).collect();
        Ok(Outcome::Converted {
            text: format!("{}{}", comment.end(), texts.join("---\n")),
            losses,
        })
    }

    /// A correlation for each way in which one kind of event is counted.
    fn counts(&mut self, asks: &[Ask]) -> Result<(), Outcome> {
        let names: Vec<_> = self.members.iter().map(|own| own.name.clone()).collect();
        for (at, ask) in asks.iter().enumerate() {
            let (kind, field) = match &ask.counted {
                Counted::Events(_) => ("event_count", None),
                Counted::Values(value) => {
                    let Some(field) = self.column(0, *value) else {
                        return Err(Outcome::refused(
                            "what is counted is worked out, and Sigma counts values of fields",
                        ));
                    };
                    ("value_count", Some(field))
                }
            };
            let suffix = (asks.len() > 1).then(|| format!("{}", at + 1));
            let mut yaml = self.opened(suffix.as_deref());
            let groups = self.groups()?;
            {
                let mut level = yaml.map("correlation");
                level.text("type", kind);
                level.list("rules", &names);
                level.list("group-by", &groups.fields);
                level.text("timespan", &self.timespan());
                let mut condition = level.map("condition");
                condition.number(ask.sign(), ask.number);
                if let Some(field) = &field {
                    condition.text("field", field);
                }
            }
            self.close(yaml);
        }
        Ok(())
    }

    /// A correlation of several kinds of events near each other.
    fn sequence(&mut self, asks: &[Ask]) -> Result<(), Outcome> {
        let mut names = Vec::new();
        let mut aliased = Vec::new();
        for at in 0..self.members.len() {
            let (variable, name) = (self.members[at].variable, self.members[at].name.clone());
            let own = asks
                .iter()
                .find(|ask| ask.counted == Counted::Events(variable));
            let Some(own) = own else {
                return Err(Outcome::refused(
                    "an event that may be missing has no place in a correlation",
                ));
            };
            if own.holds(0) {
                return Err(Outcome::refused(
                    "the rule asks that an event be missing, and Sigma only asks that events be there",
                ));
            }
            aliased.push(name.clone());
            if own.holds(1) {
                names.push(name);
                continue;
            }
            // More than one: they are counted first, and the count is a member.
            let counted = format!("{name}_counted");
            let mut yaml = Yaml::default();
            yaml.text("title", &super::title(&counted));
            yaml.text("id", &uuid(&counted));
            yaml.text("name", &counted);
            yaml.text("status", "experimental");
            {
                let fields: Vec<_> = self.keys(at).into_iter().flatten().collect();
                let mut level = yaml.map("correlation");
                level.text("type", "event_count");
                level.list("rules", std::slice::from_ref(&name));
                level.list("group-by", &fields);
                level.text("timespan", &self.timespan());
                level.map("condition").number(own.sign(), own.number);
            }
            self.documents.push(yaml.end());
            names.push(counted);
        }
        if asks.len() > self.members.len() {
            let what = "counts of values beside a sequence are left out";
            self.losses
                .push(Loss::whole(Grade::Impossible, Effect::Wider, what));
        }
        let kind = if self.is_ordered() {
            "temporal_ordered"
        } else {
            "temporal"
        };
        let groups = self.groups()?;
        let mut yaml = self.opened(None);
        {
            let mut level = yaml.map("correlation");
            level.text("type", kind);
            level.list("rules", &names);
            if !groups.aliases.is_empty() {
                let mut aliases = level.map("aliases");
                for (alias, fields) in &groups.aliases {
                    let mut own = aliases.map(alias);
                    for (name, field) in names.iter().zip(fields) {
                        own.text(name, field);
                    }
                }
            }
            level.list("group-by", &groups.fields);
            level.text("timespan", &self.timespan());
        }
        self.close(yaml);
        Ok(())
    }

    /// The head of a correlation.
    fn opened(&self, suffix: Option<&str>) -> Yaml {
        let (id, name) = match suffix {
            Some(suffix) => (
                uuid(&format!("{}/correlation/{suffix}", self.head.id)),
                format!("{}_{suffix}", self.head.name),
            ),
            None => (uuid(&self.head.id), self.head.name.clone()),
        };
        let mut yaml = Yaml::default();
        about(&mut yaml, &self.head, &id, &name, None);
        yaml
    }

    fn close(&mut self, mut yaml: Yaml) {
        after(&mut yaml, &self.head);
        yaml.text("level", self.head.level);
        self.documents.push(yaml.end());
    }

    /// What the events have in common, for each key of the match section.
    fn groups(&mut self) -> Result<Groups, Outcome> {
        let mut groups = Groups::default();
        let mut lost = 0;
        let keys: Vec<Vec<Option<String>>> =
            (0..self.members.len()).map(|at| self.keys(at)).collect();
        let plan = self.plan;
        let names = plan.correlation.iter().flat_map(|own| &own.keys);
        for (key, of) in names.enumerate() {
            let fields: Vec<Option<String>> = keys
                .iter()
                .map(|own| own.get(key).cloned().flatten())
                .collect();
            let name = plan.placeholders.get(usize::from(of.placeholder.0));
            let name = name.map_or("key", |own| own.name.as_str());
            let known: Option<Vec<String>> = fields.iter().cloned().collect();
            match known {
                Some(known) if known.windows(2).all(|two| two[0] == two[1]) => {
                    groups.fields.extend(known.into_iter().next());
                }
                Some(known) => {
                    groups.fields.push(name.to_owned());
                    groups.aliases.push((name.to_owned(), known));
                }
                None => {
                    lost += 1;
                    let what = format!(
                        "${name} has no field in the target, and events are not grouped by it"
                    );
                    self.losses
                        .push(Loss::whole(Grade::Impossible, Effect::Wider, what));
                }
            }
        }
        if groups.fields.is_empty() && lost > 0 {
            return Err(Outcome::refused(
                "Sigma has no field for what ties the events together, so any of them would do",
            ));
        }
        Ok(groups)
    }

    /// The fields of a member that the keys of the match section are.
    fn keys(&mut self, at: usize) -> Vec<Option<String>> {
        let plan = self.plan;
        let variable = usize::from(self.members[at].variable.0);
        let keys = plan.correlation.iter().flat_map(|own| &own.keys);
        let by: Vec<_> = keys
            .map(|key| key.by.get(variable).copied().flatten())
            .collect();
        let columns = by.into_iter().map(|id| self.column(at, id?));
        columns.collect()
    }

    /// The field that an expression is, or comes from; the latter is told.
    fn column(&mut self, at: usize, id: ExprId) -> Option<String> {
        let kind = self.members[at].kind;
        let text = Lower::new(self.plan).text(id).ok()?;
        let text = resolved(self.plan, kind, &text)?;
        let mut fields = Vec::new();
        text.fields(&mut fields);
        let columns = fields.iter().filter_map(|name| Sigma.column(kind, name));
        // Of texts put together, the last tells most: a name, behind its namespace.
        let column = columns.into_iter().next_back()?;
        if !matches!(text, Text::Field(_)) {
            let what = format!("is worked out; {column} stands for it as it is");
            self.losses.push(Loss::at(
                self.plan,
                id,
                Grade::Approximate,
                Effect::Differs,
                what,
            ));
        }
        Some(column)
    }

    /// Predicates over several variables: order is said, the others are left out.
    fn crosses(&mut self) {
        let plan = self.plan;
        let all = plan.correlation.iter().flat_map(|own| &own.cross);
        for cross in all.filter(|cross| !is_order(plan, cross.test)) {
            let what = "left out: a correlation compares no further fields of its events";
            self.losses.push(Loss::at(
                plan,
                cross.test,
                Grade::Impossible,
                Effect::Wider,
                what,
            ));
        }
        let Some(own) = &plan.correlation else { return };
        if !matches!(own.window.kind, WindowKind::Hop) {
            let what = "the window of the rule is laid differently; the timespan is as long";
            self.losses
                .push(Loss::whole(Grade::Approximate, Effect::Differs, what));
        }
        let key = |id: &ExprId| {
            let by = own.keys.iter().flat_map(|key| &key.by);
            by.flatten().any(|own| plan.quote(*own) == plan.quote(*id))
        };
        for join in &own.joins {
            if join.members.len() > 1 && !join.members.iter().any(|(_, id)| key(id)) {
                let what = "left out: events are joined by the keys of the match section only";
                let at = join.members[0].1;
                self.losses
                    .push(Loss::at(plan, at, Grade::Impossible, Effect::Wider, what));
            }
        }
    }

    fn is_ordered(&self) -> bool {
        let crosses = self.plan.correlation.iter().flat_map(|own| &own.cross);
        crosses
            .into_iter()
            .any(|cross| is_order(self.plan, cross.test))
    }

    fn timespan(&self) -> String {
        let seconds = self.plan.correlation.as_ref();
        let seconds = seconds.map_or(0, |own| own.window.length_s);
        match seconds {
            s if s % 86_400 == 0 => format!("{}d", s / 86_400),
            s if s % 3_600 == 0 => format!("{}h", s / 3_600),
            s if s % 60 == 0 => format!("{}m", s / 60),
            s => format!("{s}s"),
        }
    }
}

/// The fields that events are grouped by.
#[derive(Default)]
struct Groups {
    fields: Vec<String>,
    /// Names for what the events call differently, with each one's field.
    aliases: Vec<(String, Vec<String>)>,
}

fn id(at: usize) -> VariableId {
    VariableId(u16::try_from(at).unwrap_or(u16::MAX))
}

/// Whether a predicate is about which event came first.
fn is_order(plan: &Plan, test: ExprId) -> bool {
    let is_time = |id: ExprId| match &plan.node(id).expr {
        Expr::Field(field) => field.part.is_some(),
        _ => false,
    };
    match &plan.node(test).expr {
        Expr::Compare { left, right, .. } => is_time(*left) && is_time(*right),
        _ => false,
    }
}
