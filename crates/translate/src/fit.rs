//! A part of a rule fitted to a target: what the target cannot say is put more
//! simply, and what it cannot say even so is left out by name, or the rule is
//! refused.
//!
//! The direction is chosen so that a rule rather finds too much: a test that is
//! lost from a conjunction widens it, an exclusion of which a test is lost is
//! left out as a whole, and only a lost way to match narrows the rule.
//!
//! The bar: of the conditions that a rule asks for beyond its source, outcome
//! and verb, at least half must survive, and at least one.

use yaral_ir::plan::{ExprId, Plan};

use crate::filter::{Filter, Op, Re, Test, Text};
use crate::loss::{Effect, Grade, Loss};
use crate::pattern::member;
use crate::query::is_list;
use crate::reduce::reduce;
use crate::source::{Kind, Part};

/// What a target can say.
pub(crate) trait Dialect {
    /// The target's own name of a source's field.
    fn column(&self, kind: Kind, field: &str) -> Option<String>;

    /// Whether it has the kind of source at all.
    fn has(&self, kind: Kind) -> bool;

    /// Whether it reads a list as one text, its members joined.
    fn joins_lists(&self) -> bool {
        true
    }

    /// Whether it can say this test, all of whose fields it has; the reason if not.
    fn can(&self, kind: Kind, test: &Test) -> Result<(), String>;
}

/// The name that a table of a target has for a field; an empty one says that the
/// target lacks it. What stands in no table goes by its own name behind `same`, or
/// is lacking too.
pub(crate) fn column(table: &[(&str, &str)], same: Option<&str>, field: &str) -> Option<String> {
    match table.iter().find(|(own, _)| *own == field) {
        Some((_, "")) => None,
        Some((_, name)) => Some((*name).to_owned()),
        None => same.map(|before| format!("{before}{field}")),
    }
}

/// Steps down that one test may take.
const STEPS_MAX: usize = 24;

/// Conditions on these alone make no rule.
const GENERAL: &[&str] = &[
    "verb",
    "stage",
    "level",
    "responseStatus.code",
    "RequestMethod",
    "ResponseStatusCode",
    "User",
    "UserName",
    "LoginUser",
    "Host",
];

/// What a test lacks, and where.
type Lost = Vec<(ExprId, String)>;

/// Fits parts to a dialect.
pub(crate) struct Fit<'a> {
    plan: &'a Plan,
    dialect: &'a dyn Dialect,
    kind: Kind,
    /// What was lost so far.
    pub(crate) losses: Vec<Loss>,
}

/// The part as the target can say it, or why it cannot.
pub(crate) fn fit(plan: &Plan, dialect: &dyn Dialect, part: &Part) -> Result<Part, Vec<Loss>> {
    if !dialect.has(part.kind) {
        let what = format!("the target has no {}", part.kind.words());
        return Err(vec![Loss::whole(Grade::Impossible, Effect::Differs, what)]);
    }
    let mut fit = Fit {
        plan,
        dialect,
        kind: part.kind,
        losses: part.losses.clone(),
    };
    let said = fit.say(&part.filter);
    let kept = fit.settle(said, true);
    let filter = kept
        .map(Filter::simplify)
        .map_err(|lost| fit.refusals(lost))?;
    if matches!(filter, Filter::Const(_)) {
        let what = "nothing of the rule is left to test";
        return Err(vec![Loss::whole(Grade::Impossible, Effect::Differs, what)]);
    }
    let (asked, left) = (specific(&part.filter), specific(&filter));
    if left == 0 || left * 2 < asked {
        let mut reasons = fit.losses;
        reasons.retain(|loss| loss.effect != Effect::Same);
        let what = format!(
            "of the {asked} conditions that make the rule {left} would be left, which would find something else"
        );
        reasons.insert(0, Loss::whole(Grade::Impossible, Effect::Wider, what));
        return Err(reasons);
    }
    Ok(Part {
        kind: part.kind,
        filter,
        losses: fit.losses,
    })
}

/// How many conditions of a conjunction ask for something specific.
fn specific(filter: &Filter) -> usize {
    let conjuncts = filter.conjuncts().iter();
    conjuncts.filter(|one| asks(one, true)).count()
}

/// Whether a filter asks that something specific be there.
fn asks(filter: &Filter, positive: bool) -> bool {
    match filter {
        Filter::Const(_) => false,
        Filter::Missing(..) => positive,
        Filter::All(list) => list.iter().any(|one| asks(one, positive)),
        Filter::Any(list) => list.iter().all(|one| asks(one, positive)),
        Filter::Not(of) => asks(of, !positive),
        Filter::Test(test) => {
            let mut fields = Vec::new();
            test.of.fields(&mut fields);
            let general = fields.iter().all(|name| GENERAL.contains(name));
            !general && (positive != matches!(test.op, Op::Absent))
        }
    }
}

/// A test of a member of a list, as one of the list's members joined to a text.
fn listed(test: &Test) -> Option<Test> {
    let Text::Field(name) = &test.of else {
        return None;
    };
    let re = match &test.op {
        _ if !is_list(name) => return None,
        Op::OneOf(values, nocase) => Re::one_of(values, *nocase),
        Op::Regex(re) => re.clone(),
        _ => return None,
    };
    Some(Test {
        of: test.of.clone(),
        op: Op::Regex(member(&re)?),
        id: test.id,
    })
}

impl Fit<'_> {
    fn has(&self, name: &str) -> bool {
        self.dialect.column(self.kind, name).is_some()
    }

    /// The filter in tests that the dialect can say; others are missing.
    fn say(&mut self, filter: &Filter) -> Filter {
        match filter {
            Filter::All(list) => Filter::All(list.iter().map(|one| self.say(one)).collect()),
            Filter::Any(list) => Filter::Any(list.iter().map(|one| self.say(one)).collect()),
            Filter::Not(of) => Filter::Not(Box::new(self.say(of))),
            Filter::Test(test) => self.test(test, STEPS_MAX),
            other => other.clone(),
        }
    }

    fn test(&mut self, test: &Test, steps: usize) -> Filter {
        let member = self.dialect.joins_lists().then(|| listed(test)).flatten();
        let test = member.as_ref().unwrap_or(test);
        let why = match self.lacking(test) {
            None => match self.dialect.can(self.kind, test) {
                Ok(()) => return Filter::Test(test.clone()),
                Err(why) => why,
            },
            Some(why) => why,
        };
        let has = |name: &str| self.has(name);
        let Some(step) = steps.checked_sub(1).and_then(|_| reduce(test, &has)) else {
            return Filter::Missing(test.id, why);
        };
        let simpler = self.each(&step.filter, steps - 1);
        if !matches!(simpler, Filter::Missing(..))
            && let Some((effect, what)) = step.loss
        {
            let loss = Loss::at(self.plan, test.id, Grade::Approximate, effect, what);
            self.losses.push(loss);
        }
        simpler
    }

    /// The tests that stand for one, each on its own way down.
    fn each(&mut self, filter: &Filter, steps: usize) -> Filter {
        match filter {
            Filter::All(list) => {
                let list = list.iter().map(|one| self.each(one, steps));
                Filter::All(list.collect())
            }
            Filter::Any(list) => {
                let list = list.iter().map(|one| self.each(one, steps));
                Filter::Any(list.collect())
            }
            Filter::Not(of) => Filter::Not(Box::new(self.each(of, steps))),
            Filter::Test(test) => self.test(test, steps),
            other => other.clone(),
        }
    }

    /// The first field of a test that the target lacks.
    fn lacking(&self, test: &Test) -> Option<String> {
        let mut fields = Vec::new();
        test.of.fields(&mut fields);
        if let Op::Same(Text::Field(name)) = &test.op {
            fields.push(name);
        }
        let lacking = fields.into_iter().find(|name| !self.has(name))?;
        Some(format!("the target has no field for {lacking}"))
    }

    /// Leaves out what is missing; an error if nothing is left.
    fn settle(&mut self, filter: Filter, positive: bool) -> Result<Filter, Lost> {
        match filter {
            Filter::Missing(id, why) => Err(vec![(id, why)]),
            Filter::Not(of) => Ok(Filter::Not(Box::new(self.settle(*of, !positive)?))),
            Filter::All(list) if positive => self.some(list, Effect::Wider).map(Filter::All),
            // An exclusion without one of its tests would exclude more.
            Filter::All(list) => {
                let list = list.into_iter().map(|one| self.settle(one, false));
                Ok(Filter::All(list.collect::<Result<_, _>>()?))
            }
            Filter::Any(list) if positive => self
                .some_of(list, positive, Effect::Narrower)
                .map(Filter::Any),
            Filter::Any(list) => self.some_of(list, positive, Effect::Wider).map(Filter::Any),
            other => Ok(other),
        }
    }

    fn some(&mut self, list: Vec<Filter>, effect: Effect) -> Result<Vec<Filter>, Lost> {
        self.some_of(list, true, effect)
    }

    /// The members that can be said; what the others were is told.
    fn some_of(
        &mut self,
        list: Vec<Filter>,
        positive: bool,
        effect: Effect,
    ) -> Result<Vec<Filter>, Lost> {
        let mut kept = Vec::new();
        let mut lost = Vec::new();
        for one in list {
            match self.settle(one, positive) {
                Ok(one) => kept.push(one),
                Err(own) => lost.extend(own),
            }
        }
        if kept.is_empty() && !lost.is_empty() {
            return Err(lost);
        }
        for (id, why) in lost {
            let what = format!("left out: {why}");
            let loss = Loss::at(self.plan, id, Grade::Impossible, effect, what);
            self.losses.push(loss);
        }
        Ok(kept)
    }

    fn refusals(&self, lost: Lost) -> Vec<Loss> {
        let lost = lost.into_iter();
        lost.map(|(id, why)| Loss::at(self.plan, id, Grade::Impossible, Effect::Differs, why))
            .collect()
    }
}
