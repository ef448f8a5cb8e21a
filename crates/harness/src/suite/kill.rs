//! Mutants of a rule: which of them the tests notice.

use super::Fault;
use super::check::{Case, Rules, compiled};
use super::file::TestFile;
use super::mistake::Mistake;
use crate::limits::MUTANTS_MAX;
use crate::mutate::{Kind, Mutant, mutants};

/// What the mutants of the rules came to.
#[derive(Clone, Debug, Default)]
pub struct Mutation {
    /// Mutants that a test noticed.
    pub killed: usize,
    /// Mutants that no compiler would take, and that nobody has to notice.
    pub stillborn: usize,
    /// Mutants that no test noticed and that the file says may live.
    pub explained: Vec<Survivor>,
    /// Mutants that no test noticed.
    pub survivors: Vec<Survivor>,
}

impl Mutation {
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
    let mut mutation = Mutation::default();
    let mut used = vec![false; file.survivors.len()];
    for (place, (path, text)) in rules.texts.iter().enumerate() {
        for mutant in mutants(text).into_iter().take(MUTANTS_MAX) {
            match fate(rules, place, &mutant, cases) {
                Fate::Stillborn => mutation.stillborn += 1,
                Fate::Killed => mutation.killed += 1,
                Fate::Lives => {
                    let excuse = file.survivors.iter().position(|one| excuses(one, &mutant));
                    let why = excuse.and_then(|at| file.survivors.get(at));
                    let survivor = Survivor {
                        path: path.clone(),
                        line: mutant.line,
                        what: word(&mutant),
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

enum Fate {
    Stillborn,
    Killed,
    Lives,
}

fn fate(rules: &Rules, place: usize, mutant: &Mutant, cases: &[Case<'_>]) -> Fate {
    let mut ran = false;
    for case in cases.iter().filter(|case| case.test.todo.is_none()) {
        let texts = rules.texts.iter().enumerate().map(|(own, (path, text))| {
            let text = if own == place { &mutant.text } else { text };
            (path.as_str(), text.as_str())
        });
        let Ok(plans) = compiled(texts, &case.options) else {
            return Fate::Stillborn;
        };
        ran = true;
        if case.kills(plans) {
            return Fate::Killed;
        }
    }
    if ran { Fate::Lives } else { Fate::Stillborn }
}

fn word(mutant: &Mutant) -> &'static str {
    match mutant.kind {
        Kind::Drop => "drop",
        Kind::Flip => "flip",
    }
}

fn excuses(survivor: &super::file::Survivor, mutant: &Mutant) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    survivor.drops == (mutant.kind == Kind::Drop)
        && plain(&mutant.predicate).contains(&plain(&survivor.predicate))
        && survivor
            .line
            .is_none_or(|line| line == u64::from(mutant.line))
}
