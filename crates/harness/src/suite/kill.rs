//! Mutants of a rule: which of them the tests notice.

use yaral_ir::plan::Plan;

use super::Fault;
use super::check::{Case, Rules, compiled};
use super::file::TestFile;
use super::mistake::Mistake;
use crate::mutate::{Kind, Mutant, mutants};

/// What the mutants of the rules came to.
#[derive(Clone, Debug, Default)]
pub struct Mutation {
    /// Whether the tests failed as they are, so that no mutant was run.
    pub not_run: bool,
    /// Mutants that a test noticed.
    pub killed: usize,
    /// Mutants that no compiler would take, and that nobody has to notice.
    pub stillborn: usize,
    /// Mutants that no test noticed and that the file says may live.
    pub explained: Vec<Survivor>,
    /// Mutants that no test noticed.
    pub survivors: Vec<Survivor>,
    /// For each test that ran, how many mutants it noticed, and how many of
    /// them no other test does.
    pub earned: Vec<Earned>,
}

/// What a test is worth against mutants.
#[derive(Clone, Debug, Default)]
pub struct Earned {
    /// The test's name.
    pub test: String,
    /// The mutants that it noticed, by their place among all that compile.
    pub noticed: Vec<usize>,
}

impl Mutation {
    /// That of a file whose tests fail.
    pub(crate) fn not_run() -> Self {
        Mutation {
            not_run: true,
            ..Mutation::default()
        }
    }

    /// Mutants that were to be killed or explained, and those that were.
    #[must_use]
    pub fn score(&self) -> (usize, usize) {
        let done = self.killed + self.explained.len();
        (done, done + self.survivors.len())
    }
}

/// A mutant that lives.
#[derive(Clone, Debug)]
pub struct Survivor {
    /// The rule file.
    pub path: String,
    /// The line of the predicate.
    pub line: u32,
    /// What was done: `drop` or `flip`.
    pub what: &'static str,
    /// The predicate as it was written.
    pub predicate: String,
    /// Why it may live.
    pub why: Option<String>,
}

/// Runs all mutants of the rules.
pub(crate) fn mutation(
    rules: &Rules,
    cases: &[Case<'_>],
    file: &TestFile,
) -> Result<Mutation, Fault> {
    let cases: Vec<&Case<'_>> = cases
        .iter()
        .filter(|case| case.test.todo.is_none())
        .collect();
    let mut mutation = Mutation {
        earned: cases.iter().map(|case| Earned::of(case)).collect(),
        ..Mutation::default()
    };
    let mut used = vec![false; file.survivors.len()];
    let mut living = 0;
    // Of several rules the first is the one that is tested; the others feed it.
    for (place, (path, text)) in rules.texts.iter().enumerate().take(1) {
        for mutant in mutants(text) {
            let Some(noticed) = noticed(rules, (place, &mutant), &cases) else {
                mutation.stillborn += 1;
                continue;
            };
            for at in &noticed {
                if let Some(earned) = mutation.earned.get_mut(*at) {
                    earned.noticed.push(living);
                }
            }
            living += 1;
            if !noticed.is_empty() {
                mutation.killed += 1;
                continue;
            }
            let excuse = file.survivors.iter().position(|one| excuses(one, &mutant));
            let why = excuse.and_then(|at| file.survivors.get(at));
            let survivor = Survivor {
                path: path.clone(),
                line: mutant.line,
                what: mutant.kind.as_str(),
                predicate: mutant.predicate.clone(),
                why: why.map(|one| one.why.clone()),
            };
            if let Some(used) = excuse.and_then(|at| used.get_mut(at)) {
                *used = true;
                mutation.explained.push(survivor);
            } else {
                mutation.survivors.push(survivor);
            }
        }
    }
    let unused = used.iter().position(|used| !used);
    if let Some(idle) = unused.and_then(|at| file.survivors.get(at)) {
        let what = "no mutant lives that this explains";
        let help = "take it out, or name the predicate as it is written";
        return Err(Mistake::at(idle.at, what).help(help).into());
    }
    Ok(mutation)
}

impl Earned {
    fn of(case: &Case<'_>) -> Self {
        Earned {
            test: case.test.name.clone(),
            noticed: Vec::new(),
        }
    }
}

/// The tests that notice a mutant, by their place; none if it does not compile.
fn noticed(
    rules: &Rules,
    (place, mutant): (usize, &Mutant),
    cases: &[&Case<'_>],
) -> Option<Vec<usize>> {
    let mut noticed = Vec::new();
    let mut shared: Option<Vec<Plan>> = None;
    for (at, case) in cases.iter().enumerate() {
        let plans = match &shared {
            Some(plans) if !case.is_alone() => plans.clone(),
            _ => {
                let texts = rules.texts.iter().enumerate().map(|(own, (path, text))| {
                    let text = if own == place { &mutant.text } else { text };
                    (path.as_str(), text.as_str())
                });
                let plans = compiled(texts, &case.options).ok()?;
                if !case.is_alone() {
                    shared = Some(plans.clone());
                }
                plans
            }
        };
        if case.kills(plans) {
            noticed.push(at);
        }
    }
    Some(noticed)
}

fn excuses(survivor: &super::file::Survivor, mutant: &Mutant) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    survivor.drops == (mutant.kind == Kind::Drop)
        && plain(&mutant.predicate).contains(&plain(&survivor.predicate))
        && survivor
            .line
            .is_none_or(|line| line == u64::from(mutant.line))
}
