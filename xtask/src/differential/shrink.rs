//! Makes a divergence smaller: fewer steps, fewer pieces of the rule, fewer
//! fields. Greedy: a change stays if something still diverges.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::check::{Divergence, Subject, run};
use super::known::{Events, truth};
use super::pair::{Case, compile};
use super::script::Step;
use super::standing::TABLE;

/// Attempts, so that a slow case ends too.
const ATTEMPTS: usize = 20_000;

/// What a case diverges in, if it does. A panic is a divergence.
#[must_use]
pub fn diverges<S: Subject>(case: &Case) -> Option<Divergence> {
    let plan = compile(&case.rule, &case.rule.text())?;
    let events = Events::of(&case.drafts, &case.beings, &plan);
    let all: Vec<_> = case.arriving().collect();
    let found = catch_unwind(AssertUnwindSafe(|| {
        let whole = truth(&plan, &events, &all);
        run::<S>(&plan, &events, &case.script, &whole).err()
    }));
    match found {
        Ok(found) => found.map(|found| *found),
        Err(panic) => Some(panicked(case.script.name, panic.as_ref())),
    }
}

/// A panic as a divergence.
#[must_use]
pub fn panicked(script: &'static str, panic: &(dyn std::any::Any + Send)) -> Divergence {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without words");
    Divergence {
        script,
        what: format!("panic: {text}"),
        naive: Vec::new(),
        engine: Vec::new(),
    }
}

impl Case {
    /// The places of the events that arrive.
    fn arriving(&self) -> impl Iterator<Item = usize> {
        self.script.steps.iter().filter_map(|step| match step {
            Step::Event(at) => Some(*at),
            _ => None,
        })
    }

    /// Smaller cases, the boldest changes first.
    fn smaller(&self) -> Vec<Case> {
        let mut all = Vec::new();
        let steps = self.script.steps.len();
        let mut chunk = steps / 2;
        while chunk > 0 {
            for start in (0..steps).step_by(chunk) {
                let mut case = self.clone();
                case.script.steps.drain(start..(start + chunk).min(steps));
                all.push(case);
            }
            chunk /= 2;
        }
        for rule in self.rule.smaller() {
            all.push(Case {
                rule,
                ..self.clone()
            });
        }
        for at in 0..self.beings.len() {
            let mut case = self.clone();
            case.beings.remove(at);
            all.push(case);
        }
        let mut arriving: Vec<_> = self.arriving().collect();
        arriving.sort_unstable();
        arriving.dedup();
        for at in arriving {
            for part in 0..self.drafts[at].parts.len() {
                let mut case = self.clone();
                let (id, time) = (self.drafts[at].id.clone(), self.drafts[at].time);
                // Repetitions keep equal content.
                for draft in &mut case.drafts {
                    if draft.id == id && draft.time == time && part < draft.parts.len() {
                        draft.parts.remove(part);
                    }
                }
                all.push(case);
            }
        }
        all
    }
}

/// The smallest case that is found, and what it diverges in.
#[must_use]
pub fn shrink<S: Subject>(case: Case, divergence: Divergence) -> (Case, Divergence) {
    let mut best = (case, divergence);
    let mut attempts = 0;
    'again: loop {
        for case in best.0.smaller() {
            attempts += 1;
            if attempts > ATTEMPTS {
                return best;
            }
            if let Some(divergence) = diverges::<S>(&case) {
                best = (case, divergence);
                continue 'again;
            }
        }
        return best;
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (key, value) in &self.rule.switches {
            writeln!(f, "switch {key}={value}")?;
        }
        f.write_str(&self.rule.text())?;
        for row in self.rule.sheet.iter().flat_map(|sheet| &sheet.rows) {
            writeln!(f, "row of %{TABLE}: {row:?}")?;
        }
        for being in &self.beings {
            writeln!(f, "entity {} {}", being.id, being.json)?;
        }
        if self.script.twice {
            writeln!(f, "the engine holds the rule twice")?;
        }
        let projected = if self.script.projected {
            ", only fields that the rule reads"
        } else {
            ""
        };
        writeln!(f, "arrival ({}{projected}):", self.script.name)?;
        for step in &self.script.steps {
            match step {
                Step::Event(at) => {
                    let draft = &self.drafts[*at];
                    writeln!(f, "  event {} {}", draft.id, draft.json())?;
                }
                Step::Advance(to) => writeln!(f, "  watermark {to}")?,
                Step::Cut => writeln!(f, "  state saved and read again")?,
            }
        }
        if self.script.drains {
            writeln!(f, "  watermark behind the last window")?;
        }
        writeln!(f, "  end")
    }
}
